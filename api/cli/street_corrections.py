"""``street-corrections``: what people know of streets that no file says: a missing path, a closed place."""

from datetime import date
from typing import Any, get_args

import click

from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.errors import InputError
from geo.streets.network import Mode
from geo.workflows import street_corrections as work
from geo.workflows.resident import Resident
from geo.workflows.street_corrections import Correction


@click.command("street-corrections", short_help="Say which path the streets lack, or which place is closed.")
@click.argument(
    "action", type=click.Choice(["list", "link", "closure", "undo"]), default="list", metavar="[ACTION]"
)
@click.argument("places", nargs=-1, metavar="[LON,LAT… | NUMBER]")
@click.option("--reason", default="", help="Why, such as: this path is walked daily.")
@click.option(
    "--mode",
    "modes",
    type=click.Choice(get_args(Mode)),
    multiple=True,
    default=["walk"],
    show_default=True,
    help="For whom; may be said several times.",
)
@click.option("--name", help="What people call it.")
@click.option("--until", metavar="DAY", help="The day on which it ends; by default when it is taken back.")
@json_option
def street_corrections(*, action: str, places: tuple[str, ...], as_json: bool, **said: Any) -> int:
    """List what people correct of streets, add to it, or take it back.

    ACTION is list, link, closure or undo. A link is a path, LON,LAT of two or more of its places; a closure
    is one place, a gate that is locked, or a line like a wall. Both hold at once for their modes, in all
    figures and circles. The number for undo is that of the list.
    """
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        resident = Resident(engine, settings.zone)
        if action == "undo":
            result = work.undo(engine, _number(places))
        elif action == "list":
            result = {"corrections": work.rows(resident)}
        else:
            result = work.make(resident, _correction(action, places, **said))
    if as_json:
        show_json(result)
    else:
        _show(action, result)
    return 0


def _correction(action: str, places: tuple[str, ...], *, until: str | None, **said: Any) -> Correction:
    try:
        day = None if until is None else date.fromisoformat(until)
    except ValueError as error:
        raise InputError(f"“{until}” is no day; write it as 2026-12-31.") from error
    return Correction(
        "link" if action == "link" else "closure", [_place(word) for word in places], until=day, **said
    )


def _place(word: str) -> tuple[float, float]:
    try:
        lon, lat = map(float, word.split(","))
    except ValueError as error:
        raise InputError(f"“{word}” is no place; write degrees as 104.0612,30.5581.") from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InputError(f"“{word}” is no place; the longitude comes first.")
    return lon, lat


def _number(words: tuple[str, ...]) -> int:
    if len(words) != 1 or not words[0].isdecimal():
        raise InputError("Name the one number that is taken back, as the list says it.")
    return int(words[0])


def _show(action: str, result: dict[str, Any]) -> None:
    if action == "undo":
        show(f"{result['id']} is taken back")
        return
    for one in result["corrections"] if action == "list" else [result]:
        end = f", until {one['until']}" if one["until"] else ""
        by = f" – {one['made_by']}" if action == "list" else ""
        what = " ".join(filter(None, (str(one["id"]), one["kind"], one["name"])))
        show(f"{what} ({', '.join(one['modes'])}{end}): {one['reason']}{by}")
    if action == "list" and not result["corrections"]:
        show("Nothing is corrected of the streets.")
