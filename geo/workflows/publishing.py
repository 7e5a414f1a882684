"""Publishing: parks and grids from a file become the next release, and what it moved is reassigned.

What is absent from the file stays. A file that changes nothing makes no release. A grid without a code
keeps the one that it has, or is given a free one, numbered west to east, then north to south.
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
from geo.profile import Level, Profile
from geo.store import boundaries, duties, releases
from geo.store.boundaries import GRID, PARK, Layer
from geo.workflows import assigning
from geo.workflows.calendar import today
from geo.workflows.comparing import differs, holding
from geo.workflows.levels import by_level, partition_above
from geo.workflows.naming import double_codes, named, with_codes


@dataclass(frozen=True)
class Change:
    """What is to be published, by whom and as of when; see `geo.workflows.report.LoadOptions`."""

    kind: str
    source: str
    basis: str | None
    level: str | None
    since: date | None
    by: str
    load_id: int


def publish(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change
) -> dict[str, Any]:
    """Write the boundaries of a frame as the next release.

    Returns
    -------
    dict
        The fields of `geo.workflows.report.Outcome`.
    """
    base = releases.current(connection)
    if change.kind == "parks":
        parts = [_park_part(connection, profile, frame, change)]
    else:
        parts = _grid_parts(connection, profile, frame, change)
    moving = [part for part in parts if len(part.changed)]
    number = base
    if moving:
        number = releases.publish(connection, base=base, by=change.by, effective_on=_first_day(moving))
        for part in moving:
            boundaries.write_versions(connection, part.layer, part.changed, release=number, since=part.since)
    _appoint(connection, parts, change)
    reassigned = assigning.reassign_release(connection, profile, number) if moving and number else 0
    return _summary(parts, number, reassigned)


def counted_grids(connection: Connection, profile: Profile, on: date) -> dict[str, int]:
    """Return code → grid id of the counting level."""
    level = profile.counting
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    return {} if partition is None else boundaries.grid_ids_by_code(connection, partition, on)


@dataclass(frozen=True)
class _Part:
    """The rows of a file that belong to one layer, and for grids to one partition."""

    layer: Layer
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


def _park_part(connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change) -> _Part:
    known = boundaries.versions(connection, PARK)
    ids = boundaries.identities(connection, PARK, change.source, list(frame["source_id"]))
    table = pd.DataFrame(frame.drop(columns="geometry")).assign(
        geom=frame.geometry.to_numpy(), park_id=frame["source_id"].map(ids).astype("Int64")
    )
    absent = _absent(known, change.source, frame["source_id"])
    return _Part(PARK, None, _since(profile, known, change), known, table, absent)


def _since(profile: Profile, known: gpd.GeoDataFrame, change: Change) -> date | None:
    """Return the first day of a change: as said, else always for the first of its kind, else today."""
    return change.since if change.since or known.empty else today(profile)


def _absent(known: gpd.GeoDataFrame, source: str, source_ids: Iterable[str]) -> list[str]:
    return sorted(set(known.loc[known["source"] == source, "source_id"]) - set(source_ids))


def _grid_parts(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change
) -> list[_Part]:
    """Split the rows by partition; each knows the grids of the level above it, of this file or before."""
    groups, unknown = by_level(profile, frame, kind=change.kind, basis=change.basis, level=change.level)
    on = change.since or today(profile)
    above: dict[int, dict[str, int]] = {}
    parts = []
    for level, rows in groups:
        over = partition_above(connection, profile, level)
        parents = {} if over is None else boundaries.grid_ids_by_code(connection, over, on)
        part = _grid_part(connection, profile, level, rows, change, parents | above.get(over or 0, {}))
        told = tuple(one for one in unknown if one.row in part.table.index)
        parts.append(replace(part, remarks=(*told, *part.remarks)))
        above[part.partition or 0] = dict(zip(part.table["code"], part.table["grid_id"], strict=True))
    return parts


def _grid_part(
    connection: Connection,
    profile: Profile,
    level: Level,
    rows: gpd.GeoDataFrame,
    change: Change,
    parents: Mapping[str, int],
) -> _Part:
    """Name the rows of one partition, and refuse those that cannot be taken."""
    partition = boundaries.partition_id(connection, level.basis, level.name)
    known = boundaries.versions(connection, GRID, where={"partition_id": partition})
    since = _since(profile, known, change)
    bare = tuple(_no_polygon(int(row)) for row in rows.index[rows.geometry.isna() & level.geometry])
    drawn = rows[~rows.index.isin([one.row for one in bare])]
    doubles = double_codes(drawn, _from_then_on(known, since), source=change.source)
    kept = drawn[~drawn.index.isin([one.row for one in doubles])]
    ids = boundaries.identities(
        connection, GRID, change.source, list(kept["source_id"]), partition_id=partition
    )
    parks = boundaries.park_ids_by_name(connection, change.since or today(profile))
    parent_ids, orphans = named(kept["parent_code"], parents, "parent")
    park_ids, strays = named(kept["park_code"], parks, "park")
    table = pd.DataFrame(kept[["source_id", "code", "name", "kind", "chief"]]).assign(
        grid_id=kept["source_id"].map(ids).astype("Int64"),
        partition_id=partition,
        parent_id=parent_ids,
        park_id=park_ids,
        geom=kept.geometry.to_numpy(),
    )
    used = boundaries.codes_ever_used(connection, partition)
    table, given = with_codes(table, known, since=since, used=used)
    absent = _absent(known, change.source, rows["source_id"])
    return _Part(GRID, partition, since, known, table, absent, (*bare, *doubles), (*orphans, *strays), given)


def _from_then_on(known: gpd.GeoDataFrame, since: date | None) -> gpd.GeoDataFrame:
    """Return the versions that hold on a day or later."""
    holds = [since is None or day is None or day > since for day in known["valid_to"]]
    return known[np.array(holds, dtype=bool)]


def _no_polygon(row: int) -> Refusal:
    message = "The row has no polygon, and grids of this level are drawn; give it one."
    return Refusal(row, "polygon-missing", message)


def _first_day(parts: list[_Part]) -> date | None:
    """Return the earliest day from which a part holds, None for always."""
    days = [part.since for part in parts]
    return None if None in days else min(day for day in days if day)


def _appoint(connection: Connection, parts: list[_Part], change: Change) -> None:
    for part in parts:
        if part.layer is GRID:
            chiefs = part.table.loc[part.table["chief"].notna(), ["grid_id", "chief"]]
            pairs = [(int(grid), str(person)) for grid, person in chiefs.itertuples(index=False)]
            duties.appoint_chiefs(connection, pairs, since=part.since, load_id=change.load_id)


def _summary(parts: list[_Part], number: int | None, reassigned: int) -> dict[str, Any]:
    changed = sum(len(part.changed) for part in parts)
    added = sum(int((~part.changed[part.layer.key].isin(part.standing.index)).sum()) for part in parts)
    return {
        "added": added,
        "updated": changed - added,
        "unchanged": sum(len(part.table) for part in parts) - changed,
        "absent": [one for part in parts for one in part.absent],
        "refused": tuple(one for part in parts for one in part.refused),
        "remarks": tuple(one for part in parts for one in part.remarks),
        "codes_given": sum(part.codes_given for part in parts),
        "release": number,
        "reassigned": reassigned,
    }
