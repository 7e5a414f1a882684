"""Planning: what parks and grids from a file would change, worked out by reading alone.

The preview and the publication carry out the same plan, so that neither can differ from the other. A grid
that is new has no id before it is written; in a plan it has a negative one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection

from geo.frames import Refusal
from geo.levels import by_level, level_above
from geo.profile import Level, Profile
from geo.store import boundaries
from geo.store.boundaries import GRID, PARK, Layer
from geo.workflows.comparing import as_standing, differs, holding
from geo.workflows.ground.calendar import today
from geo.workflows.naming import double_codes, named, retired_codes, with_codes


@dataclass(frozen=True)
class Change:
    """What is to be published, as of when; see `geo.workflows.publication.report.LoadOptions`."""

    kind: str
    source: str = "main"
    basis: str | None = None
    level: str | None = None
    since: date | None = None


@dataclass(frozen=True)
class Part:
    """The rows of a file that belong to one layer, and for grids to one partition.

    Parameters
    ----------
    layer : Layer
        Parks or grids.
    level : Level or None
        Of grids.
    partition : int or None
        The partition of the level, None where it holds nothing yet.
    since : date or None
        The first day of the change, None for always.
    known : GeoDataFrame
        All versions of the layer or partition; see `geo.store.boundaries.versions`.
    table : DataFrame
        Index ``row``; the layer's key and columns, ``source_id`` and ``geom``; for grids ``chief``. The
        keys of what is new are negative, also where ``parent_id`` names it.
    absent : list of str
        Ids in the source that the file does not have.
    refused, remarks : tuple of Refusal
        Rows that are not taken, and rows that are all the same.
    codes_given : int
        How many rows were given a code.
    """

    layer: Layer
    level: Level | None
    partition: int | None
    since: date | None
    known: gpd.GeoDataFrame
    table: pd.DataFrame
    absent: list[str]
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Refusal, ...] = ()
    codes_given: int = 0

    @cached_property
    def standing(self) -> pd.DataFrame:
        """What holds on the first day of the change, by the layer's key."""
        versions: pd.DataFrame = holding(self.known, self.since).set_index(self.layer.key)
        return versions

    @cached_property
    def changed(self) -> pd.DataFrame:
        """The rows that are new or say something else than what stands."""
        rows: pd.DataFrame = self.table[differs(self.table, self.standing, self.layer)]
        return rows


@dataclass(frozen=True)
class Plan:
    """What a file would change.

    Parameters
    ----------
    change : Change
        What was asked.
    on : date
        The first civil day on which all of it holds.
    parts : tuple of Part
        The parks, or the grids by partition from the top down.
    """

    change: Change
    on: date
    parts: tuple[Part, ...]

    @property
    def moving(self) -> list[Part]:
        """The parts that change anything."""
        return [part for part in self.parts if len(part.changed)]


def plan(connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change) -> Plan:
    """Work out what the boundaries of a frame would change; nothing is written.

    Parameters
    ----------
    frame : GeoDataFrame
        By the contract of parks or grids.

    Raises
    ------
    ProfileError
        Where the profile has no such level as the change says.
    """
    if change.kind == "parks":
        parts = [_park_part(connection, profile, frame, change)]
    else:
        parts = _grid_parts(connection, profile, frame, change)
    return Plan(change, change.since or today(profile), tuple(parts))


def _park_part(connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change) -> Part:
    known = boundaries.versions(connection, PARK)
    ids = boundaries.known_identities(connection, PARK, change.source)
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(
        geom=frame.geometry.to_numpy(), park_id=_keys(frame["source_id"], ids, first=-1)
    )
    since = _since(profile, known, change)
    absent = _absent(known, change.source, frame["source_id"], since)
    return Part(PARK, None, None, since, known, as_standing(table, known, since, PARK), absent)


def _keys(source_ids: "pd.Series[str]", ids: Mapping[str, int], *, first: int) -> "pd.Series[Any]":
    """Return the id of each row; those without one get negative ones, from ``first`` downwards."""
    new = [one for one in source_ids if one not in ids]
    keys = {one: first - place for place, one in enumerate(dict.fromkeys(new))}
    return source_ids.map({**ids, **keys}).astype("Int64")


def _since(profile: Profile, known: gpd.GeoDataFrame, change: Change) -> date | None:
    """Return the first day of a change: as said, else always for the first of its kind, else today."""
    return change.since if change.since or known.empty else today(profile)


def _absent(known: gpd.GeoDataFrame, source: str, source_ids: Iterable[str], since: date | None) -> list[str]:
    """Return the ids of what a source has on the first day or later, and the file has not."""
    standing = _from_then_on(known, since)
    return sorted(set(standing.loc[standing["source"] == source, "source_id"]) - set(source_ids))


def _grid_parts(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change
) -> list[Part]:
    """Split the rows by partition; each knows the grids of the level above it, of this file or before."""
    groups, unknown = by_level(profile, frame, kind=change.kind, basis=change.basis, level=change.level)
    on = change.since or today(profile)
    stored = boundaries.partitions(connection)
    parts: list[Part] = []
    for level, rows in groups:
        over = level_above(profile, level)
        number = None if over is None else stored.get((over.basis, over.name))
        parents = {} if number is None else boundaries.grid_ids_by_code(connection, number, on)
        for part in parts:
            if part.level == over:
                parents |= dict(zip(part.table["code"], part.table["grid_id"], strict=True))
        scope = _Scope(
            level, stored.get((level.basis, level.name)), parents, sum(len(p.table) for p in parts)
        )
        part = _grid_part(connection, profile, rows, change, scope)
        told = tuple(one for one in unknown if one.row in part.table.index)
        parts.append(replace(part, remarks=(*told, *part.remarks)))
    return parts


@dataclass(frozen=True)
class _Scope:
    """Where the rows of one level stand: their partition, their parents, and how many rows went before."""

    level: Level
    partition: int | None
    parents: Mapping[str, int]
    before: int


def _grid_part(
    connection: Connection, profile: Profile, rows: gpd.GeoDataFrame, change: Change, scope: _Scope
) -> Part:
    """Name the rows of one partition, and refuse those that cannot be taken."""
    level, partition = scope.level, scope.partition
    # No partition has the number 0, and one that is not there yet has no versions.
    known = boundaries.versions(connection, GRID, where={"partition_id": partition or 0})
    since = _since(profile, known, change)
    bare = tuple(_no_polygon(int(row)) for row in rows.index[rows.geometry.isna() & level.geometry])
    drawn = rows[~rows.index.isin([one.row for one in bare])]
    standing = _from_then_on(known, since)
    ended = known[~known["grid_id"].isin(standing["grid_id"])]
    used_again = retired_codes(drawn, ended, source=change.source)
    drawn = drawn[~drawn.index.isin([one.row for one in used_again])]
    doubles = double_codes(drawn, standing, source=change.source)
    kept = drawn[~drawn.index.isin([one.row for one in doubles])]
    ids = boundaries.known_identities(connection, GRID, change.source, partition_id=partition or 0)
    parks = boundaries.park_ids_by_name(connection, change.since or today(profile))
    parent_ids, orphans = named(kept["parent_code"], scope.parents, "parent")
    park_ids, strays = named(kept["park_code"], parks, "park")
    table = pd.DataFrame(kept[["source_id", "code", "name", "kind", "chief"]]).assign(
        grid_id=_keys(kept["source_id"], ids, first=-1 - scope.before),
        parent_id=parent_ids,
        park_id=park_ids,
        geom=kept.geometry.to_numpy(),
    )
    used = set() if partition is None else boundaries.codes_ever_used(connection, partition)
    table = as_standing(table, known, since, GRID)
    table, given = with_codes(table, known, since=since, used=used)
    absent = _absent(known, change.source, rows["source_id"], since)
    remarks = (*orphans, *strays)
    return Part(
        GRID, level, partition, since, known, table, absent, (*bare, *used_again, *doubles), remarks, given
    )


def _from_then_on(known: gpd.GeoDataFrame, since: date | None) -> gpd.GeoDataFrame:
    """Return the versions that hold on a day or later."""
    holds = [since is None or day is None or day > since for day in known["valid_to"]]
    return known[np.array(holds, dtype=bool)]


def _no_polygon(row: int) -> Refusal:
    message = "The row has no polygon, and grids of this level are drawn; give it one."
    return Refusal(row, "polygon-missing", message)
