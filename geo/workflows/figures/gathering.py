"""Gathering: the rows that somebody wants to be given out, under the headers that are read again."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.contracts import CONTRACTS
from geo.errors import InputError, NotFound
from geo.frames import Refusal
from geo.profile import GENERAL, Level, Profile
from geo.store import boundaries, duties, points, releases
from geo.store.boundaries import GRID, PARK
from geo.workflows.ground.calendar import today
from geo.workflows.ground.wording import worded
from geo.write.form import LONG_AGO

POINTS = MappingProxyType({"enterprises": "enterprise", "stations": "station"})
"""Points that are given out as they are now → their table."""

WHAT = ("parks", "grids", "general-grids", *POINTS)
"""What is given out: kinds of `geo.contracts.CONTRACTS`."""

ALL_LEVELS = "all"

_TITLES = {"parks": "园区", "general-grids": "一般网格", "enterprises": "企业", "stations": "驿站"}
_SOURCE = {"zh": "数据来源", "en": "source"}
_ASSIGNED = {
    "zh": {"grid_code": "网格编码", "grid_name": "网格名称", "status": "归属状态"},
    "en": {"grid_code": "grid_code", "grid_name": "grid_name", "status": "assignment"},
}


@dataclass(frozen=True)
class Wish:
    """What is to be given out.

    Parameters
    ----------
    what : str
        One of `WHAT`.
    release : int, optional
        As known at this release; by default the current one. Of boundaries only.
    on : date, optional
        What holds on this civil day; by default today. Of boundaries only.
    basis, level : str, optional
        Of grids; by default those that are counted; the level ``all`` for every level and basis.
    source : str, optional
        Only rows of this office or series.
    language : {"zh", "en"}
        Of the headers, and of words that are read back in either.
    """

    what: str
    release: int | None = None
    on: date | None = None
    basis: str | None = None
    level: str | None = None
    source: str | None = None
    language: Literal["zh", "en"] = "zh"


@dataclass(frozen=True)
class Gathered:
    """The rows that a wish asks for, ready to be written.

    Parameters
    ----------
    frame : GeoDataFrame
        In EPSG:4326.
    headers : dict of str to str
        Column → header, in order.
    name : str
        Of the layer in the file.
    geometry : str
        The type of its places.
    written : datetime
        When the newest of it became known.
    warnings : tuple of Refusal
        Why it could come back otherwise.
    """

    frame: gpd.GeoDataFrame
    headers: dict[str, str]
    name: str
    geometry: str
    written: datetime
    warnings: tuple[Refusal, ...] = ()


def gather(connection: Connection, profile: Profile, wish: Wish) -> Gathered:
    """Return the rows that a wish asks for.

    Raises
    ------
    InputError
        Where points are asked for at a release or a day.
    NotFound
        Where there is no such release, or nothing in it.
    ProfileError
        Where the profile has no such level.
    """
    if wish.what not in WHAT:
        raise InputError(
            f"“{wish.what}” is not given out; it is one of {', '.join(WHAT)}.",
            reason="export-unknown",
            what=wish.what,
        )
    if wish.what in POINTS:
        gathered = _points(connection, profile, wish)
    else:
        gathered = _boundaries(connection, profile, wish)
    frame = gathered.frame
    if frame.empty:
        raise NotFound(
            f"There are no {wish.what} to give out; load some, or ask for another day.",
            reason="export-empty",
            what=wish.what,
        )
    several = sorted(frame["source"].unique())
    if len(several) > 1:
        source = {"source": _SOURCE[wish.language]}
        warnings = (*gathered.warnings, _several_sources(several))
        gathered = replace(gathered, headers=gathered.headers | source, warnings=warnings)
    return replace(gathered, frame=worded(frame, wish.what, profile, wish.language))


def title_of(profile: Profile, wish: Wish) -> str:
    """Return what is given out, as a name for people.

    Raises
    ------
    ProfileError
        Where the profile has no such level.
    """
    if wish.what != "grids":
        return _TITLES[wish.what]
    levels = _levels(profile, wish)
    return levels[0].title.get("zh", levels[0].name) if len(levels) == 1 else "全部网格"


def _points(connection: Connection, profile: Profile, wish: Wish) -> Gathered:
    if wish.release is not None or wish.on is not None:
        raise InputError(
            f"{wish.what.capitalize()} are not released: they are given out as they are now; ask for no "
            "release and no day.",
            reason="export-unreleased",
            what=wish.what,
        )
    level, on = profile.counting, today(profile)
    frame = points.points(
        connection,
        POINTS[wish.what],
        [name for name in CONTRACTS[wish.what].names if name != "source_id"],
        partition=boundaries.partitions(connection).get((level.basis, level.name)),
        on=on,
        source=wish.source,
    )
    headers = _headers(wish) | _ASSIGNED[wish.language]
    return Gathered(frame, headers, wish.what, "Point", points.newest_load(connection) or LONG_AGO)


def _boundaries(connection: Connection, profile: Profile, wish: Wish) -> Gathered:
    number = releases.resolve(connection, wish.release)
    if number is None:
        raise NotFound("Nothing is published yet; load parks or grids first.", reason="nothing-published")
    at: dict[str, Any] = {"release": number, "on": wish.on or today(profile)}
    warnings: tuple[Refusal, ...] = ()
    if wish.what == "parks":
        frame = boundaries.versions(connection, PARK, **at)
    else:
        frame = _grids(connection, _levels(profile, wish), at)
        warnings = _shared_ids(frame)
    if wish.source is not None:
        frame = frame[frame["source"] == wish.source]
    written = releases.describe(connection, number).published_at
    frame = frame.reset_index(drop=True)
    return Gathered(frame, _headers(wish), wish.what, "MultiPolygon", written, warnings)


def _levels(profile: Profile, wish: Wish) -> list[Level]:
    if wish.what == "general-grids":
        return [level for level in profile.levels if level.basis == GENERAL]
    if wish.level == ALL_LEVELS:
        bases = (wish.basis,) if wish.basis else profile.bases
        found = [level for level in profile.levels if level.basis in bases and level.basis != GENERAL]
        return found or [profile.level(str(wish.basis), ALL_LEVELS)]
    counting = profile.counting
    return [profile.level(wish.basis or counting.basis, wish.level or counting.name)]


def _grids(connection: Connection, levels: list[Level], at: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return grids by the contract, those of a level above first, with the codes of parents and parks."""
    stored = boundaries.partitions(connection)
    every = boundaries.versions(connection, GRID, geometry=False, **at)
    parks = boundaries.versions(connection, PARK, geometry=False, **at)
    codes = dict(zip(every["grid_id"], every["code"], strict=True))
    park_names = dict(zip(parks["park_id"], parks["code"].fillna(parks["name"]), strict=True))
    chiefs = duties.chiefs(connection, at["on"], release=at["release"])
    frames = []
    for level in levels:
        where = {"partition_id": stored.get((level.basis, level.name), 0)}
        frame = boundaries.versions(connection, GRID, where=where, **at)
        frames.append(frame.assign(basis=level.basis, level=level.name))
    frame = pd.concat(frames)
    return frame.assign(
        parent_code=frame["parent_id"].map(codes),
        park_code=frame["park_id"].map(park_names),
        chief=frame["grid_id"].map(chiefs),
    )


def _headers(wish: Wish) -> dict[str, str]:
    columns = CONTRACTS[wish.what].columns
    return {one.name: one.headers[0] if wish.language == "zh" else one.name for one in columns}


def _several_sources(sources: list[str]) -> Refusal:
    message = (
        f"The rows are of several sources ({', '.join(sources[:10])}); to load them again, give out each "
        "with --source, and load it under the same."
    )
    return Refusal(0, "several-sources", message, {"sources": sources})


def _shared_ids(frame: gpd.GeoDataFrame) -> tuple[Refusal, ...]:
    """Warn where grids of several levels have one id: a file is read with each id once."""
    twice = frame[frame.duplicated(["source", "source_id"])]
    if twice.empty:
        return ()
    example = str(twice["source_id"].iloc[0])
    message = (
        f"{len(twice)} ids stand at several levels, such as “{example}”; to load the grids again, give out "
        "each level by itself."
    )
    return (Refusal(0, "ids-shared", message, {"count": len(twice), "first": example}),)
