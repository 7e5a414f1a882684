"""``check``: what a file is, where it lies and what is wrong with it, without a database."""

from pathlib import Path
from typing import Any

import click

from api.cli.report import json_option, number_of, show, show_json, tell
from api.cli.subject import Looking, look_at, looking_options
from geo.contracts import CONTRACTS
from geo.doctor.checkup import Diagnosis
from geo.findings import Finding, count_codes
from geo.write.findings import write_findings
from geo.write.form import format_of

LISTED = 20


@click.command(short_help="Say what a file is, and what is wrong with it.")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(list(CONTRACTS)), required=True, help="What the file holds.")
@looking_options
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    help="Write the findings to a .csv, .xlsx, .geojson or .gpkg.",
)
@json_option
def check(*, file: Path, kind: str, report: Path | None, as_json: bool, **options: Any) -> int:
    """Say what a FILE is, and what is wrong with it; nothing is loaded, and no database is needed.

    Grids and parks are examined as a partition: overlaps, holes, edges that do not match, invalid rings.
    With a profile, parks, streets or the grids of today beside it more can be told: where it lies, what
    lies outside, codes that were used before. The exit code is 1 where a finding is an error.
    """
    if report:
        format_of(report)
    diagnosis = look_at(file, kind, Looking(**options)).diagnosis
    if report:
        write_findings(diagnosis.findings, report)
    result = result_of(diagnosis)
    _tell_facts(result, file.name)
    if as_json:
        show_json(result)
    else:
        _show_findings(diagnosis.findings)
    return 0 if diagnosis.ok else 1


def result_of(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return a diagnosis as programs are told it."""
    told = diagnosis.survey.to_dict()
    reading = diagnosis.reading
    return {
        "ok": diagnosis.ok,
        **told,
        "encoding": told["encoding"]["name"] if reading is None else reading.facts.encoding,
        "encoding_how": told["encoding"]["how"],
        "samples": told["encoding"]["samples"],
        "crs": told["crs"]["label"] if reading is None else reading.facts.crs,
        "crs_how": told["crs"]["how"],
        "extent": _extent(diagnosis),
        "said": diagnosis.said.to_dict(),
        "candidates": [one.to_dict() for one in diagnosis.placing.candidates],
        "findings": [one.to_dict() for one in diagnosis.findings],
        "counts": count_codes(diagnosis.findings),
    }


def _extent(diagnosis: Diagnosis) -> list[float] | None:
    """Return west, south, east, north in degrees, None where nothing has a place."""
    reading = diagnosis.reading
    if reading is None or reading.frame.geometry.dropna().empty:
        return None
    return [float(edge) for edge in reading.frame.total_bounds]


def _show_findings(findings: list[Finding]) -> None:
    for one in findings[:LISTED]:
        show(f"{one.severity}: {one.message}")
    if len(findings) > LISTED:
        tell(f"… and {len(findings) - LISTED} more; --json lists them all, --report writes them to a file")
    for code, count in count_codes(findings).items():
        show(f"{code} {count}")


def _tell_facts(result: dict[str, Any], name: str) -> None:
    encoding = f", {result['encoding']} ({result['encoding_how']})" if result["encoding"] else ""
    system = result["crs"] or "system unknown"
    name = f"{name} / {result['entry']}" if result["entry"] else name
    tell(f"{name} ({result['format']}, {system}{encoding}): {number_of(result['features'], 'feature')}")
    if result["samples"] and result["encoding_how"].startswith("strict"):
        tell(f"read as {result['encoding']}: {', '.join(result['samples'])}")
    if result["extent"] is None:
        for one in result["candidates"][:5]:
            tell(f"may be {one['label']} ({one['score']:.2f}): {one['reason']}")
