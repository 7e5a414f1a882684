"""``load``: a file into the database."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.report import json_option, number_of, progress, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.contracts import CONTRACTS
from geo.findings import numbered
from geo.frames import Refusal
from geo.store.originals import keep
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions, LoadReport

LISTED = 20


@click.command(short_help="Load a file, or load it again to update.")
@click.argument("kind", type=click.Choice(list(CONTRACTS)), metavar="KIND")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--crs", help="The coordinate system, such as EPSG:4544; goes before what the file says.")
@click.option("--encoding", help="The encoding of the text, such as gbk; goes before what the file says.")
@click.option("--layer", help="The layer or sheet to read, where the file has several.")
@click.option("--source", default="main", show_default=True, help="The office or series of the file.")
@click.option("--basis", help="Of grids: area, industry or another of the profile's; by default the counted.")
@click.option("--level", help="Of grids: block, micro or another of the profile's; by default the counted.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day on which boundaries hold; by default always for a first load, else today.",
)
@json_option
def load(kind: str, file: Path, since: datetime | None, *, as_json: bool, **said: Any) -> int:
    """Load a FILE of one KIND, or load it again to update by source and id.

    KIND is one of parks, grids, general-grids, enterprises, stations, organisations, streets, base (water,
    railway, buildings and green, to be drawn beneath), and addresses (known ones, with their places: a table
    takes the place of the one that its source brought before).

    FILE is GeoJSON, CSV, Excel, a Shapefile (.zip or .shp), GeoPackage, KML, KMZ, DXF, MapInfo, FlatGeobuf,
    GML, or OSM PBF for streets. It is kept as it is under the home.

    Rows that cannot be taken are listed with their number and the reason, and the rest is loaded. What is
    absent from the file is listed and stays.
    """
    settings = Settings.from_environment()
    options = LoadOptions(since=since.date() if since else None, **said)
    if file.is_file() and os.access(file, os.R_OK):  # What else is wrong with it the reader says.
        with file.open("rb") as stream:
            keep(settings.home, stream)
    with open_engine(settings) as engine, progress(file.name) as advance:
        report = load_file(engine, settings.zone, file, kind, options=options, on_progress=advance)
    if as_json:
        show_json(report.to_dict())
    else:
        _show(report)
    return 0 if report.ok else 1


def _show(report: LoadReport) -> None:
    outcome, facts = report.outcome, report.facts
    name = f"{facts.name} / {facts.entry}" if facts.entry else facts.name
    show(
        f"{name} ({facts.format}, {facts.crs}{', ' + facts.encoding if facts.encoding else ''}): "
        f"{number_of(report.rows, 'row')}, {outcome.added} added, {outcome.updated} updated, "
        f"{outcome.unchanged} unchanged, {len(report.refused)} refused"
        + (f"; {outcome.codes_given} codes given" if outcome.codes_given else "")
        + (f"; release {outcome.release}" if outcome.release else "")
        + f" ({report.seconds:.1f} s)"
    )
    if report.unlocated:
        show(f"Rows without a location: {report.unlocated:,}; `gridcircle geocode` says where they may be.")
    if facts.ignored:
        show(f"Columns that mean nothing here: {', '.join(facts.ignored)}")
    if outcome.absent:
        shown = ", ".join(outcome.absent[:LISTED]) + (" …" if len(outcome.absent) > LISTED else "")
        show(f"Not in this file, and kept: {len(outcome.absent)} ({shown})")
    for title, rows in (("Refused", report.refused), ("Remark", report.remarks)):
        sentences = _grouped(rows)
        for sentence in sentences[:LISTED]:
            show(f"{title}: {sentence}")
        if len(sentences) > LISTED:
            show(f"{title}: … and {len(sentences) - LISTED} more; --json lists them all")


def _grouped(rows: Sequence[Refusal]) -> list[str]:
    """Return a sentence for each row, or one for all rows of which the same is to be said."""
    numbers: dict[str, list[int]] = {}
    for one in rows:
        numbers.setdefault(one.message, []).append(one.row)
    return [numbered(message, found) for message, found in numbers.items()]
