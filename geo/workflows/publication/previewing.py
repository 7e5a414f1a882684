"""Previewing: what a publication would change, who would change hands, and what each chief would carry.

The preview and the publication follow one plan (`geo.workflows.publication.planning`) and one rule
(`geo.assignment.rule`), so that what is shown is what is then done. Nothing is written.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.assignment.membership import assign_by_name
from geo.assignment.overrides import overruled
from geo.changes.comparison import Changes, compare
from geo.changes.moves import carried, compared, loads, moving, touched
from geo.frames import Progress, Refusal, no_progress
from geo.profile import Level, Profile
from geo.store import boundaries, duties, enterprises, lists, organisations, overrides
from geo.store.engine import reading
from geo.workflows.ground.district import District, stamp
from geo.workflows.publication.forecast import Indicator, forecast
from geo.workflows.publication.planning import Change, Part, Plan, plan
from geo.workflows.publication.retiring import retired
from geo.workflows.publication.states import States, spelled, states_of
from geo.workflows.resident import Resident

POINTS = ("enterprises", "stations")
WHEN = ("before", "after")


@dataclass(frozen=True, eq=False)
class LevelPreview:
    """What a publication would change at one level, or of the parks.

    Parameters
    ----------
    level : Level or None
        None for parks.
    counted : bool
        Whether its grids are "the grids" of the published figures.
    changes : Changes
        What differs; the index of its frames is the grids' ids, negative for those that are new.
    moves : mapping of str to DataFrame
        ``enterprises`` and ``stations`` that change hands: see `geo.changes.moves.moving`, with
        ``source_id``, ``name``, ``lon``, ``lat`` and ``workers`` (missing for stations).
    loads : DataFrame
        See `geo.changes.moves.loads`, with ``chief_before`` and ``chief_after``; the grids that something
        moves into or out of, those that get another chief, and all others of the chiefs of these.
    """

    level: Level | None
    counted: bool
    changes: Changes
    moves: Mapping[str, pd.DataFrame]
    loads: pd.DataFrame


@dataclass(frozen=True)
class Absent:
    """A grid or park that stands and is not in the file: its code and its name."""

    code: str | None
    name: str | None


@dataclass(frozen=True, eq=False)
class Preview:
    """What a publication would do.

    Parameters
    ----------
    base : int or None
        The release that it was compared with.
    on : date
        The first civil day on which all of it would hold, for which the preview is made.
    levels : tuple of LevelPreview
        Those that change, from the top down.
    indicators : tuple of Indicator
        The figures of the zone that change.
    absent : tuple of Absent
        What stands of the source and is not in the file; those grids stay unless they are retired.
    refused, remarks : tuple of Refusal
        Rows that would not be taken, and rows that would all the same.
    seconds : float
        How long it took.
    """

    base: int | None
    on: date
    levels: tuple[LevelPreview, ...]
    indicators: tuple[Indicator, ...] = ()
    absent: tuple[Absent, ...] = ()
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Refusal, ...] = ()
    seconds: float = 0.0


def preview(
    resident: Resident,
    frame: gpd.GeoDataFrame,
    change: Change,
    *,
    retire: Sequence[str] = (),
    on_progress: Progress = no_progress,
) -> Preview:
    """Work out what publishing a frame would do, on the first day of the change.

    Parameters
    ----------
    frame : GeoDataFrame
        By the contract of parks or grids; what is absent from it stays.
    change : Change
        Its kind, source, level and first day, as for publishing.
    retire : sequence of str
        Codes of the grids that hold no more.
    on_progress : callable
        May raise `geo.errors.Cancelled`.

    Raises
    ------
    ProfileError, InputError
        As publishing would.
    """
    started = time.monotonic()
    profile = resident.profile
    on_progress(0.0, "planning")
    with reading(resident.engine) as connection:
        planned = plan(connection, profile, frame, change)
        gone = {one.grid_id for one in retired(connection, profile, planned, tuple(retire))}
        chiefs = duties.chiefs(connection, planned.on)
        organised = set(organisations.by_grid(connection, planned.on))
        found = states_of(connection, profile, planned, gone=gone, chiefs=chiefs)
        wanted = stamp(connection, release=None, on=planned.on)
        on_progress(0.2, "reading the district")
        district = resident.district(wanted)
        on_progress(0.4, "comparing")
        levels = tuple(_level(connection, profile, planned, one, district) for one in found)
    on_progress(0.7, "counting")
    indicators: tuple[Indicator, ...] = ()
    for states, one in zip(found, levels, strict=True):
        if one.level == profile.counting:
            indicators = forecast(resident, wanted, states.drawn, one.moves, organised)
    return Preview(
        wanted.release, planned.on, levels, indicators, **_rows(planned), seconds=time.monotonic() - started
    )


def _rows(planned: Plan) -> dict[str, Any]:
    """Return what a plan says of the rows of the file, and of what is not in it."""
    told = {
        name: tuple(one for part in planned.parts for one in getattr(part, name))
        for name in ("refused", "remarks")
    }
    return told | {"absent": tuple(one for part in planned.parts for one in _absent(part))}


def _absent(part: Part) -> list[Absent]:
    rows = part.known[part.known["source_id"].isin(part.absent)].drop_duplicates("source_id", keep="last")
    cells = rows[["code", "name"]].astype(object)
    pairs = cells.where(cells.notna(), None).itertuples(index=False)
    return sorted((Absent(*pair) for pair in pairs), key=lambda one: (one.code or "", one.name or ""))


def _level(
    connection: Connection, profile: Profile, planned: Plan, states: States, district: District
) -> LevelPreview:
    """Compare the two states of one level, and find who moves."""
    level, drawn = states.level, states.drawn
    changes = compare(states.before, states.after, crs=district.crs)
    words = _words(connection, level, planned.on)
    points = {"enterprises": district.enterprises.assign(word=words), "stations": district.stations}
    if level is not None and level.geometry:
        moves = {kind: moving(drawn, points[kind]) for kind in POINTS}
        table = loads(drawn, points, moves, also=states.of_their_chiefs(touched(moves, states.new_chiefs)))
    else:
        held = _by_name(connection, profile, states, words)
        moves = {"enterprises": compared(*held), "stations": compared(*held).iloc[:0]}
        found = {f"enterprises_{when}": one["version"] for when, one in zip(WHEN, held, strict=True)}
        ids = touched(moves, states.of_their_chiefs(touched(moves, states.new_chiefs)))
        table = carried(drawn, ids, found, district.enterprises["workers"])
    return LevelPreview(
        level,
        level == profile.counting,
        replace(changes, rows=spelled(connection, planned, changes.rows)),
        {
            "enterprises": _described(connection, moves["enterprises"]),
            "stations": _placed(moves["stations"], district),
        },
        table.assign(
            **{f"chief_{when}": getattr(states, when)["chief"].reindex(table.index) for when in WHEN}
        ),
    )


def _words(connection: Connection, level: Level | None, on: date) -> "pd.Series[Any]":
    """Return the id of the grid of a level that people gave an enterprise on a day, by its id."""
    key = None if level is None else (level.basis, level.name)
    number = None if key is None else boundaries.partitions(connection).get(key)
    return overrides.words(connection, number, on).astype("Int64")


def _by_name(
    connection: Connection, profile: Profile, states: States, words: "pd.Series[Any]"
) -> list[pd.DataFrame]:
    """Assign all enterprises before and after at a level without polygons; nobody among parks."""
    match = None if states.level is None else states.level.match
    names = pd.Series(dtype=object) if match is None else enterprises.names(connection, match)
    return [
        overruled(
            assign_by_name(names, grids.assign(name=grids["name"].replace(profile.chain_names))),
            words,
            grids.assign(grid_id=grids.index),
        )
        for grids in (states.before, states.after)
    ]


def _described(connection: Connection, moves: pd.DataFrame) -> pd.DataFrame:
    """Add to enterprises that move what they say of themselves."""
    known = lists.enterprises(connection, [int(one) for one in moves.index])
    columns = ["source_id", "name", "workers", "lon", "lat"]
    rows = [[known[one][name] for name in columns] for one in moves.index]
    table = pd.DataFrame(rows, columns=columns, index=moves.index, dtype=object)
    return moves.join(table.astype({"workers": "Int64", "lon": float, "lat": float}))


def _placed(moves: pd.DataFrame, district: District) -> pd.DataFrame:
    """Add to stations that move their names and places."""
    known = district.stations.reindex(moves.index)[["source_id", "name", "lon", "lat"]]
    return moves.join(known.assign(workers=pd.array([pd.NA] * len(known), dtype="Int64")))
