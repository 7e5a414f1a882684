"""States: the grids of one partition, or the parks, as they stand and as a plan would leave them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.changes.moves import Redrawing, redraw
from geo.changes.telling import Change
from geo.frames import CRS
from geo.profile import Level, Profile
from geo.store import boundaries
from geo.store.boundaries import GRID, PARK
from geo.workflows.publication.planning import Part, Plan

_BELONGING = {"parent_code", "park_code"}


@dataclass(frozen=True, eq=False)
class States:
    """One layer before and after.

    Parameters
    ----------
    level : Level or None
        None for parks.
    before, after : GeoDataFrame
        Index the ids, negative for what is new; ``grid_id`` (the same), ``source``, ``source_id``, ``code``,
        ``name``, ``chief``, and of grids ``kind``, ``parent_code`` and ``park_code``, in which the ids of the
        parent and the park stand; sorted by code.
    moves : bool
        Whether they differ in anything.
    """

    level: Level | None
    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    moves: bool

    @cached_property
    def drawn(self) -> Redrawing:
        """The two beside each other, for the points."""
        return redraw(self.before, self.after)

    @property
    def new_chiefs(self) -> list[int]:
        """The ids of the grids that have another chief afterwards, or one for the first time."""
        old = self.before["chief"].reindex(self.after.index)
        new = self.after["chief"]
        return [int(one) for one in self.after.index[(new.notna() & (new != old)).astype(bool)]]

    def of_their_chiefs(self, grids: Collection[int]) -> list[int]:
        """Return the ids of all grids whose chief is, in either state, one of those of some grids."""
        chiefs = [state["chief"] for state in (self.before, self.after)]
        people = {person for one in chiefs for person in one[one.index.isin(grids)].dropna()}
        return sorted({int(one) for chief in chiefs for one in chief.index[chief.isin(people)]})


def states_of(
    connection: Connection,
    profile: Profile,
    planned: Plan,
    *,
    gone: Collection[int],
    chiefs: Mapping[int, str],
) -> list[States]:
    """Return both states of each layer that a plan changes.

    Parameters
    ----------
    gone : collection of int
        The ids of the grids that are retired beside the plan.
    chiefs : mapping of int to str
        Who is chief of a grid on the first day, by its id.
    """
    parts = planned.parts or ((_default(connection, profile, planned),) if gone else ())
    found = [_states(part, planned.change.source, gone, chiefs) for part in parts]
    return [one for one in found if one.moves]


def _default(connection: Connection, profile: Profile, planned: Plan) -> Part:
    """Return the level that a file without rows is about, nothing in it being changed."""
    change, counting = planned.change, profile.counting
    level = profile.level(change.basis or counting.basis, change.level or counting.name)
    number = boundaries.partitions(connection).get((level.basis, level.name))
    known = boundaries.versions(connection, GRID, where={"partition_id": number or 0})
    columns = ["source_id", "grid_id", *GRID.columns, "chief", "geom"]
    return Part(GRID, level, number, planned.on, known, pd.DataFrame(columns=columns, dtype=object), [])


def _states(part: Part, source: str, gone: Collection[int], chiefs: Mapping[int, str]) -> States:
    key, columns = part.layer.key, ["source", "source_id", *part.layer.columns]
    standing = part.standing
    before = _frame(standing[columns], standing.geometry.to_numpy(), standing.index)
    rows = part.changed.assign(source=source)
    changed = _frame(rows[columns], rows["geom"].to_numpy(), rows[key])
    kept = before[~before.index.isin([*changed.index, *gone])]
    after = pd.concat([kept, changed]) if len(changed) else kept
    named = part.table[part.table["chief"].notna()] if part.layer is GRID else part.table[:0]
    new = dict(zip(named[key].astype("int64"), named["chief"], strict=True)) if len(named) else {}
    old_state, new_state = _called(before, chiefs), _called(after, {**chiefs, **new})
    same_chiefs = all(chiefs.get(grid) == person for grid, person in new.items())
    moves = bool(len(changed)) or len(kept) < len(before) or not same_chiefs
    return States(part.level, old_state, new_state, moves)


def _frame(table: pd.DataFrame, shapes: Any, ids: Any) -> gpd.GeoDataFrame:
    index = pd.Index(ids, dtype="int64", name="grid_id")
    return gpd.GeoDataFrame(table.set_axis(index), geometry=gpd.GeoSeries(shapes, index=index, crs=CRS))


def _called(frame: gpd.GeoDataFrame, chiefs: Mapping[int, str]) -> gpd.GeoDataFrame:
    """Return a state by code, with its ids and chiefs; a park without a code goes by its name."""
    code = frame["code"].where(frame["code"].notna(), frame["name"])
    chief = pd.Series([chiefs.get(one) for one in frame.index], index=frame.index, dtype=object)
    full = frame.assign(code=code, grid_id=frame.index.to_numpy(), chief=chief)
    full = full.rename(columns={"parent_id": "parent_code", "park_id": "park_code"})
    codes = [str(one) for one in code]
    return full.iloc[sorted(range(len(full)), key=codes.__getitem__)]


def spelled(connection: Connection, planned: Plan, rows: Sequence[Change]) -> tuple[Change, ...]:
    """Return changes with the codes of parents and parks in the place of their ids."""
    if not any(_BELONGING & one.fields.keys() for one in rows):
        return tuple(rows)
    grids = boundaries.versions(connection, GRID, on=planned.on, geometry=False)
    parks = boundaries.versions(connection, PARK, on=planned.on, geometry=False)
    codes = dict(zip(grids["grid_id"], grids["code"], strict=True))
    for part in planned.parts:
        if part.layer is GRID:
            codes |= dict(zip(part.table["grid_id"], part.table["code"], strict=True))
    names = {
        "parent_code": codes,
        "park_code": dict(zip(parks["park_id"], parks["code"].fillna(parks["name"]), strict=True)),
    }
    return tuple(replace(one, fields=_in_words(one.fields, names)) for one in rows)


def _in_words(
    fields: Mapping[str, tuple[Any, Any]], names: Mapping[str, Mapping[int, str]]
) -> dict[str, tuple[Any, Any]]:
    return {
        column: tuple(names[column].get(one) for one in pair) if column in names else pair  # type: ignore[misc]
        for column, pair in fields.items()
    }
