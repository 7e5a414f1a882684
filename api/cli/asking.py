"""What the commands about reach are asked: of which zone, by which way, of which facilities."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from api.cli.bringing import Command, brought, profile_of
from api.database import open_engine
from api.settings import Settings
from geo.read.columns.words import dictionaries, translate_lists
from geo.workflows.ground.zone import Zone
from geo.workflows.reach.asking import Question
from geo.workflows.resident import Resident


def question_options(*, standard: bool = False) -> Callable[[Command], Command]:
    """Give a command the options that say how people move, and which facilities count.

    Parameters
    ----------
    standard : bool
        Whether the radii of the standard can be asked for too.
    """
    methods = ["network", "disc", "standard"] if standard else ["network", "disc"]
    discs = "discs of minutes × speed ÷ detour, or with the radii of GB 50180" if standard else "else discs"
    options = (
        click.option(
            "--mode",
            type=click.Choice(["walk", "ebike", "drive"]),
            default="walk",
            show_default=True,
            help="How people move.",
        ),
        click.option(
            "--method", type=click.Choice(methods), help=f"By default along streets where there are; {discs}."
        ),
        click.option(
            "--function", "functions", multiple=True, help="Only facilities with it, or with all of several."
        ),
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            type=click.Choice(["station", "centre"]),
            help="Only these facilities; by default those of the profile's promise.",
        ),
    )

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


FILES = {
    "enterprises": "ENTERPRISES --stations FILE",
    "stations": "--stations FILE",
    "streets": "STREETS --enterprises FILE",
}
"""The files that a command cannot do without, by the first of them."""


@contextmanager
def zone_of(files: dict[str, Path | None], said: dict[str, Any]) -> Iterator[Zone]:
    """Yield the zone of the files, or that of the database where there are none.

    Raises
    ------
    UsageError
        Where the first file, or the stations, are missing.
    """
    first = next(iter(files))
    if any(files.values()):
        for kind in dict.fromkeys((first, "stations")):
            if kind in files and files[kind] is None:
                raise click.UsageError(f"Name the file of {kind} too: {FILES[first]}.")
        yield brought(files, said, profile_of(said["profile"]))
        return
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        yield Resident(engine, profile_of(said["profile"]))


def question_of(zone: Zone, minutes: float | None, said: dict[str, Any]) -> Question:
    """Return the question that the options ask; a function may be said by its name or its key."""
    circle = zone.profile.circle
    words = dictionaries("stations")["functions"]
    return Question(
        minutes=minutes or circle.minutes,
        mode=said["mode"],
        method=said["method"],
        kinds=said["kinds"] or circle.kinds,
        at=said.get("at"),
        functions=tuple(translate_lists([list(said["functions"])], words)[0]),
    )
