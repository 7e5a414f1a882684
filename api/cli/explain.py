"""``explain``, ``override``: whose an enterprise is and why, and what a person says against the rule."""

from datetime import date

import click

from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.errors import InputError
from geo.workflows.assignment import explaining, overriding
from geo.workflows.assignment.overriding import Word
from geo.workflows.resident import Resident
from maps.receipt import paragraphs, sentences
from maps.words import LANGUAGES


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(f"“{text}” is no day; write it as 2026-12-31.") from error


@click.command("explain", short_help="Say whose an enterprise is, and why.")
@click.argument("enterprise")
@click.option("--on", callback=_day, metavar="DAY", help="A civil day of the zone; by default today.")
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Of the sentences."
)
@json_option
def explain(enterprise: str, on: date | None, language: str, *, as_json: bool) -> int:
    """Say whose an enterprise is: by which rule and release, how near to whom, how exactly it is known.

    ENTERPRISE is its id (id:12), its id in its source, its credit code or its exact name.
    """
    settings = Settings.from_environment()
    zone = settings.zone.zone_info
    with open_engine(settings) as engine:
        number = explaining.find(engine, enterprise)
        told = explaining.explain(Resident(engine, settings.zone), number, on=on)
    if as_json:
        show_json(told | {"sentences": {one: sentences(told, one, zone) for one in LANGUAGES}})
        return 0
    one = told["enterprise"]
    name = one["name"] or one["source_id"]
    show(f"id:{one['id']} {name} · {told['on']} · release {told['release'] or 'none'}")
    for first, *more in paragraphs(told, language, zone):
        show(first)
        for sentence in more:
            show(f"  {sentence}")
    return 0


@click.command("override", short_help="Say whose an enterprise is, against the rule.")
@click.argument("enterprise")
@click.argument("grid", required=False)
@click.option("--reason", help="Why the rule does not fit.")
@click.option(
    "--until",
    callback=_day,
    metavar="DAY",
    help="The day from which on the rule decides again; by default a year from today.",
)
@click.option("--undo", is_flag=True, help="Take back what was said.")
@click.option("--basis", help="Of the grid; by default that of the counted grids.")
@click.option("--level", help="Likewise.")
@json_option
def override(
    enterprise: str, grid: str | None, *, undo: bool, as_json: bool, **said: str | date | None
) -> int:
    """Give an ENTERPRISE to a GRID, from today on and through all redrawings.

    ENTERPRISE is its id (id:12), its id in its source, its credit code or its exact name; GRID is a code.
    """
    settings = Settings.from_environment()
    zone = settings.zone
    level = zone.level(str(said["basis"] or zone.counting.basis), str(said["level"] or zone.counting.name))
    if undo == (grid is not None):
        raise InputError("Name a grid that the enterprise is given to, or --undo.")
    with open_engine(settings) as engine:
        number = explaining.find(engine, enterprise)
        if grid is None:
            told = overriding.undo(engine, zone, number, level=level)
        else:
            until = said["until"] if isinstance(said["until"], date) else None
            word = Word(grid, str(said["reason"] or ""), until)
            told = overriding.override(engine, zone, number, word, level=level)
    if as_json:
        show_json(told)
    elif undo:
        show(f"Taken back; {told['reassigned']} assignments written")
    else:
        show(
            f"id:{number} belongs to {told['grid']} until {told['until']}, where the rule says "
            f"{told['lawful'] or 'none'}; {told['reassigned']} assignments written"
        )
    return 0
