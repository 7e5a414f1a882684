"""Giving back: a release of parks or grids, or the points as they are now, as a file of the office's choice.

What is given out carries the ids of its source and the headers that are read without a mapping: loaded again
under the same source it changes nothing.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from geo.frames import Progress, no_progress
from geo.profile import Profile
from geo.store.engine import reading
from geo.workflows.figures.gathering import POINTS, Gathered, Wish, gather, title_of
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame


def give(  # noqa: PLR0913 – what is wanted, and how it is to be written
    engine: Engine,
    profile: Profile,
    wish: Wish,
    path: Path,
    *,
    form: Form | None = None,
    format_name: Format | None = None,
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write what a wish asks for as a file.

    Parameters
    ----------
    path : Path
        The file; see `geo.write.frame.write_frame`.
    form : Form, optional
        Coordinate system, encoding and offset.
    format_name : str, optional
        By default the one that the file's ending means.

    Raises
    ------
    InputError
        Where the format cannot hold it.
    NotFound
        Where there is no such release, or nothing in it.
    """
    on_progress(0.0, f"Reading {wish.what}")
    with reading(engine) as connection:
        gathered = gather(connection, profile, wish)
    return put(gathered, path, form or Form(), format_name, on_progress=on_progress)


def put(
    gathered: Gathered,
    path: Path,
    form: Form,
    format_name: Format | None = None,
    *,
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write rows that were gathered as a file; see `give`."""
    form = replace(form, name=gathered.name, geometry=gathered.geometry, written=gathered.written)
    report = write_frame(
        gathered.frame, path, format_name, headers=gathered.headers, form=form, on_progress=on_progress
    )
    sources = tuple(sorted(gathered.frame["source"].unique()))
    return replace(report, warnings=(*gathered.warnings, *report.warnings), sources=sources)


def stem(profile: Profile, wish: Wish, form: Form, *, release: int | None, on: date) -> str:
    """Return a name for the file without its ending: what it is, release, day, system, offset.

    Raises
    ------
    ProfileError
        Where the profile has no such level.
    """
    of_release = "" if wish.what in POINTS or release is None else f"-第{release}版"
    system = "".join(one for one in form.crs if one.isalnum())
    offset = f"-{form.offset}" if form.offset else ""
    return f"{title_of(profile, wish)}{of_release}-{on.isoformat()}-{system}{offset}"
