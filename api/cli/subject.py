"""What a person says on the command line of a file that the doctor is to look at, and beside which others."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from api.cli.report import progress
from geo.doctor.checkup import Diagnosis, Manner, diagnose
from geo.doctor.inspection import Known, Subject
from geo.errors import InputError
from geo.frames import Said
from geo.profile import Profile, load_profile
from geo.read.door import read_file

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = "file"
"""The office that all files on the command line are taken to come from."""

_FILE = click.Path(exists=True, path_type=Path)


@dataclass(frozen=True)
class Looking:
    """The options that ``check`` and ``mend`` share, under their own names."""

    crs: str | None = None
    encoding: str | None = None
    offset: Any = None
    swap_axes: bool = False
    fields: tuple[str, ...] = ()
    layer: str | None = None
    profile: str | None = None
    basis: str | None = None
    level: str | None = None
    parks: Path | None = None
    beside: Path | None = None
    streets: Path | None = None


def looking_options(command: Command) -> Command:
    """Give a command the options of `Looking`."""
    options = (
        click.option(
            "--crs", help="The coordinate system, such as EPSG:4544; goes before what the file says."
        ),
        click.option(
            "--encoding", help="The encoding of the text, such as gbk; goes before what the file says."
        ),
        click.option("--offset", type=click.Choice(["gcj02", "bd09"]), help="Undo the offset of a web map."),
        click.option("--swap-axes", is_flag=True, help="Read y before x."),
        click.option(
            "--field",
            "fields",
            multiple=True,
            metavar="COLUMN=HEADER",
            help="Read a column of ours from a header.",
        ),
        click.option("--layer", help="The layer or sheet to read, where the file has several."),
        click.option("--profile", help="The zone's profile: a name or a .toml file."),
        click.option("--basis", help="Of grids, where the file does not say it; needs --profile."),
        click.option("--level", help="Of grids, where the file does not say it; needs --profile."),
        click.option("--parks", type=_FILE, help="The parks, to compare with."),
        click.option("--beside", type=_FILE, help="The grids that hold today, to compare with."),
        click.option("--streets", type=_FILE, help="The streets, to see where the file lies."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True)
class Look:
    """A diagnosis, of what, and in the light of what."""

    diagnosis: Diagnosis
    subject: Subject
    known: Known


def look_at(file: Path, kind: str, looking: Looking) -> Look:
    """Look at a file as the options say, telling the progress meanwhile.

    Raises
    ------
    InputError
        Where the options contradict each other, or the file cannot be read.
    """
    with progress(file.name) as on_progress:
        subject = Subject(kind, source=FILE, basis=looking.basis, level=looking.level)
        known = _known(looking)
        diagnosis = diagnose(file, subject, known, Manner(said_by(looking)), on_progress)
    return Look(diagnosis, subject, known)


def said_by(looking: Looking) -> Said:
    """Return what the options say of the file.

    Raises
    ------
    InputError
        Where a field is not written as COLUMN=HEADER.
    """
    wrong = [one for one in looking.fields if "=" not in one.strip("=")]
    if wrong:
        raise InputError(
            f"“{wrong[0]}” names no field; write --field COLUMN=HEADER, such as --field code=编号."
        )
    return Said(
        crs=looking.crs,
        encoding=looking.encoding,
        offset=looking.offset,
        axes="swapped" if looking.swap_axes else None,
        fields=dict(one.split("=", 1) for one in looking.fields),
        layer=looking.layer,
    )


def _known(looking: Looking) -> Known:
    """Return what the other files say of the zone."""
    profile = load_profile(looking.profile) if looking.profile else None
    if (looking.basis or looking.level) and profile is None:
        raise InputError("A basis or level belongs to a profile; name it with --profile.")
    frames = {
        kind: None if path is None else read_file(path, kind).frame
        for kind, path in (("parks", looking.parks), ("grids", looking.beside), ("streets", looking.streets))
    }
    standing = (
        {} if frames["grids"] is None else {_key(looking, profile): frames["grids"].assign(source=FILE)}
    )
    return Known(profile=profile, parks=frames["parks"], standing=standing, streets=frames["streets"])


def _key(looking: Looking, profile: Profile | None) -> tuple[str, str]:
    """Return the basis and level of the grids beside a file."""
    if profile is None:
        return looking.basis or "area", looking.level or "grid"
    return looking.basis or profile.counting.basis, looking.level or profile.counting.name
