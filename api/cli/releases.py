"""``releases``, ``restore``: what was published, and the way back."""

from typing import Any

import click

from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.workflows.publication import chronicle, restoring
from geo.workflows.publication.report import Terms


@click.command("releases", short_help="List what was published.")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="From the newest.")
@json_option
def releases(page: int, *, as_json: bool) -> int:
    """List what was published, the newest first: when, by whom, and what it changed."""
    with open_engine(Settings.from_environment()) as engine:
        found = chronicle.listed(engine, page=page)
    if as_json:
        show_json(found)
        return 0
    if not found["rows"]:
        show("Nothing is published yet.")
    for row in found["rows"]:
        show(_line(row))
    if found["pages"] > 1:
        show(f"page {page} of {found['pages']}")
    return 0


@click.command("restore", short_help="Roll back to an older release.")
@click.argument("number", type=int)
@click.option("--base", type=int, help="Go back only if this is the current release still.")
@click.option("--note", default="", help="Why.")
@json_option
def restore(number: int, base: int | None, note: str, *, as_json: bool) -> int:
    """Publish the release NUMBER again, as the next one.

    Parks, grids, chiefs and assignments are then as they were. The releases in between stay, and the
    roll-back can be taken back likewise.
    """
    settings = Settings.from_environment()
    terms = Terms(base="current" if base is None else base, note=note)
    with open_engine(settings) as engine:
        made = restoring.restore(engine, settings.zone, number, terms=terms)
    if as_json:
        show_json(made)
    else:
        show(
            f"Release {made['release']} brings back release {made['restores']}: "
            f"{made['restored']} versions and {made['reassigned']} assignments written"
        )
    return 0


def _line(row: dict[str, Any]) -> str:
    what = (
        f"roll-back to {row['restores']}"
        if row["restores"]
        else f"holds from {row['effective_on'] or 'ever'}"
    )
    counts = ", ".join(f"{count} {name}" for name, count in row["counts"].items() if count)
    parts = [f"{row['number']}", f"{row['published_at']} by {row['by']}", what, counts, row["note"]]
    return " · ".join(part for part in parts if part)
