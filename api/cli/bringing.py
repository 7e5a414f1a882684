"""The files that a command brings along, and what a person says of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from api.cli.report import progress, show, tell
from api.settings import Settings
from geo.errors import InputError
from geo.frames import Said
from geo.profile import Profile, load_profile
from geo.workflows.brought import Brought, Files, bring

Command = TypeVar("Command", bound=Callable[..., Any])

LISTED = 20
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def file_options(command: Command) -> Command:
    """Give a command the options that say what its files are."""
    options = (
        click.option(
            "--crs",
            multiple=True,
            metavar="[FILE=]EPSG:…",
            help="The coordinate system of the first file, or stations=EPSG:4544 of that of stations.",
        ),
        click.option("--encoding", multiple=True, metavar="[FILE=]NAME", help="Of the text, likewise."),
        click.option(
            "--offset", multiple=True, metavar="[FILE=]gcj02", help="Undo the offset of a web map, likewise."
        ),
        click.option("--swap-axes", multiple=True, metavar="FILE", help="Read y before x in that file."),
        click.option(
            "--field",
            "fields",
            multiple=True,
            metavar="[FILE.]COLUMN=HEADER",
            help="Read a column of ours from a header: workers=Headcount, streets.road_class=DLDJ.",
        ),
        click.option("--profile", help="The zone's profile: a name or a .toml file."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def grid_options(command: Command) -> Command:
    """Give a command the options that choose among the grids of a file."""
    level = click.option("--grids-level", "level", help="Likewise of several levels: block, grid or micro.")
    basis = click.option("--grids-basis", "basis", help="Which grids, where the file has several bases.")
    return basis(level(command))


def profile_of(name: str | None) -> Profile:
    """Return the profile that is said, else that of the settings."""
    return load_profile(name) if name else Settings.from_environment().zone


def brought(paths: dict[str, Path | None], said: dict[str, Any], profile: Profile) -> Brought:
    """Read the files that are there; the first one is meant where an option names none.

    Raises
    ------
    InputError
        Where an option cannot be understood, or a file cannot be read.
    """
    there = {kind: path for kind, path in paths.items() if path is not None}
    files = Files(
        there, said_of(said, next(iter(paths)), there), basis=said.get("basis"), level=said.get("level")
    )
    with progress("Reading") as advance:
        return bring(files, profile, on_progress=advance)


def show_refused(zone: Brought) -> None:
    """List the first rows that were not taken."""
    for one in zone.refused[:LISTED]:
        show(f"Refused: {one.details['file']}, row {one.row}: {one.message}")
    if len(zone.refused) > LISTED:
        tell(f"… and {len(zone.refused) - LISTED} more; --json lists the first thousand")


def said_of(said: dict[str, Any], first: str, there: dict[str, Path]) -> dict[str, Said]:
    """Return what the options say of each file; the first is meant where one names none.

    Raises
    ------
    InputError
        Where an option names no file that was brought, no column, or no offset that is known.
    """
    named = {name: _by_file(said[name], first, there) for name in ("crs", "encoding", "offset")}
    for offset in named["offset"].values():
        if offset not in ("gcj02", "bd09"):
            raise InputError(f"“{offset}” is no offset that is known; say gcj02 or bd09.")
    swapped = {_file(one, there) for one in said["swap_axes"]}
    fields: dict[str, dict[str, str]] = {}
    for one in said["fields"]:
        column, mark, header = one.partition("=")
        file, dot, name = column.partition(".")
        if not mark or not column or not header:
            raise InputError(
                f"“{one}” names no field; write --field COLUMN=HEADER, such as --field workers=人数."
            )
        kind, name = (_file(file, there), name) if dot else (first, column)
        fields.setdefault(kind, {})[name] = header
    return {
        kind: Said(
            crs=named["crs"].get(kind),
            encoding=named["encoding"].get(kind),
            offset=named["offset"].get(kind),  # type: ignore[arg-type]  # checked above
            axes="swapped" if kind in swapped else None,
            fields=fields.get(kind, {}),
        )
        for kind in there
    }


def taken_out(said: dict[str, Any], kind: str) -> dict[str, Any]:
    """Take what the options say of one file by its name out of them, and return it."""
    taken = {}
    for name, mark in (("crs", "="), ("encoding", "="), ("offset", "="), ("swap_axes", ""), ("fields", ".")):
        taken[name] = tuple(word for word in said[name] if word.startswith(kind + mark))
        said[name] = tuple(word for word in said[name] if word not in taken[name])
    return taken


def _by_file(words: tuple[str, ...], first: str, there: dict[str, Path]) -> dict[str, str]:
    pairs = (word.partition("=") for word in words)
    return {_file(a, there) if mark else first: b if mark else a for a, mark, b in pairs}


def _file(word: str, there: dict[str, Path]) -> str:
    if word not in there:
        raise InputError(f"“{word}” names no file here; say one of {', '.join(there)}.", files=list(there))
    return word
