"""``load``: a file into the database."""

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from api.cli.report import json_option, progress, show_json, tell
from api.database import open_engine
from api.settings import Settings
from geo.contracts import CONTRACTS
from geo.workflows.loading import LoadOptions, LoadReport, load_file

LISTED = 20


@click.command()
@click.argument("kind", type=click.Choice(list(CONTRACTS)))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--crs", help="The coordinate system, where the file does not say it: EPSG:4544.")
@click.option("--encoding", help="The encoding of the text: gbk, utf-8.")
@click.option("--source", default="main", show_default=True, help="The office or series of the file.")
@click.option("--basis", help="Of grids: area, industry, chain.")
@click.option("--level", help="Of grids: block, grid, micro.")
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day on which boundaries hold; by default always for a first load, else today.",
)
@json_option
def load(kind: str, file: Path, since: datetime | None, *, as_json: bool, **said: Any) -> int:
    """Load a FILE of parks, grids, enterprises and so on; again to update by source and id.

    Rows that cannot be taken are listed with their number and the reason, and the rest is loaded. What is
    absent from the file is listed and stays.
    """
    settings = Settings()
    options = LoadOptions(since=since.date() if since else None, **said)
    with open_engine(settings) as engine:
        report = load_file(
            engine, settings.zone, file, kind, options=options, on_progress=progress(file.name)
        )
    tell()
    _tell_load(report)
    if as_json:
        show_json(report.to_dict())
    return 0 if report.ok else 1


def _tell_load(report: LoadReport) -> None:
    outcome, facts = report.outcome, report.facts
    tell(
        f"{facts.name} ({facts.format}, {facts.crs}{', ' + facts.encoding if facts.encoding else ''}): "
        f"{report.rows} rows, {outcome.added} added, {outcome.updated} updated, "
        f"{outcome.unchanged} unchanged, {len(report.refused)} refused"
        + (f"; {outcome.codes_given} codes given" if outcome.codes_given else "")
        + (f"; release {outcome.release}" if outcome.release else "")
        + f" ({report.seconds:.1f} s)"
    )
    if facts.ignored:
        tell(f"Columns that mean nothing here: {', '.join(facts.ignored)}")
    if outcome.absent:
        shown = ", ".join(outcome.absent[:LISTED]) + (" …" if len(outcome.absent) > LISTED else "")
        tell(f"Not in this file, and kept: {len(outcome.absent)} ({shown})")
    for title, rows in (("Refused", report.refused), ("Remarks", report.remarks)):
        for one in rows[:LISTED]:
            tell(f"{title}: {one.message}")
        if len(rows) > LISTED:
            tell(f"{title}: … and {len(rows) - LISTED} more; --json lists them all")
