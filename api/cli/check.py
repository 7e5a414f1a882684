"""``check``: what a file is, and what is wrong with it, without a database."""

from pathlib import Path
from typing import Any

import click
import numpy as np

from api.cli.report import json_option, progress, show, show_json, tell
from geo.contracts import CONTRACTS
from geo.findings import Finding, count_codes, of_refusals, ordered
from geo.frames import Facts, Reading
from geo.read.door import read_file

LISTED = 20
_PARTITIONS = ("grids", "general-grids", "parks")


@click.command(short_help="Say what a file is, and what is wrong with it.")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--as", "kind", type=click.Choice(list(CONTRACTS)), required=True, help="What the file holds.")
@click.option("--crs", help="The coordinate system, such as EPSG:4544; goes before what the file says.")
@click.option("--encoding", help="The encoding of the text, such as gbk; goes before what the file says.")
@json_option
def check(*, file: Path, kind: str, crs: str | None, encoding: str | None, as_json: bool) -> int:
    """Say what a FILE is, and what is wrong with it; nothing is loaded, and no database is needed.

    Grids and parks are examined as a partition: overlaps, holes, edges that do not match, invalid rings.
    The exit code is 1 where a finding is an error.
    """
    divided = kind in _PARTITIONS
    with progress(file.name) as on_progress:
        reading = read_file(
            file, kind, crs=crs, encoding=encoding, keep_invalid=divided, on_progress=on_progress
        )
        findings = ordered([*_told(reading), *(_examined(reading) if divided else [])])
    result = _result(reading, findings)
    _tell_facts(reading.facts, result["features"])
    if as_json:
        show_json(result)
    else:
        _show_findings(findings)
    return 0 if result["ok"] else 1


def _show_findings(findings: list[Finding]) -> None:
    for one in findings[:LISTED]:
        show(f"{one.severity}: {one.message}")
    if len(findings) > LISTED:
        tell(f"… and {len(findings) - LISTED} more; --json lists them all")
    for code, count in count_codes(findings).items():
        show(f"{code} {count}")


def _told(reading: Reading) -> list[Finding]:
    return [*of_refusals(reading.refused, "error"), *of_refusals(reading.remarks, "remark")]


def _examined(reading: Reading) -> list[Finding]:
    # Loaded here, since other kinds of file do without.
    from geo.china import metric_crs
    from geo.partition import examine

    # Without any place the bounds are not numbers, and any system will do.
    west, south, east, north = np.nan_to_num(reading.frame.total_bounds).tolist()
    return examine(reading.frame, crs=metric_crs((west + east) / 2, (south + north) / 2))


def _result(reading: Reading, findings: list[Finding]) -> dict[str, Any]:
    return {
        "ok": not any(one.severity == "error" for one in findings),
        "format": reading.facts.format,
        "encoding": reading.facts.encoding,
        "crs": reading.facts.crs,
        "features": len(reading.frame) + len(reading.refused),
        "findings": [one.to_dict() for one in findings],
        "counts": count_codes(findings),
    }


def _tell_facts(facts: Facts, features: int) -> None:
    encoding = f", {facts.encoding}" if facts.encoding else ""
    tell(f"{facts.name} ({facts.format}, {facts.crs}{encoding}): {features:,} features")
