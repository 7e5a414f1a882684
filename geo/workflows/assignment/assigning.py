"""Assigning: keeps the stored assignments equal to what the rule, or a person, says of points and grids.

Boundaries change from one civil day to another, so a point's assignment is a sequence of them. Between two
days on which a version begins or ends the partition stands still; each such slice is assigned at once, and
equal neighbours are joined again. What a person says of an enterprise stands in the place of the rule, on
the days for which it was said.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection, Engine

from geo.assignment.membership import assign_by_name
from geo.assignment.overrides import overridden
from geo.assignment.rule import assign
from geo.profile import Level, Profile
from geo.store import assignments, boundaries, enterprises, overrides, releases
from geo.store.boundaries import GRID
from geo.store.engine import writing

Slice = tuple[date | None, date | None]


def reassign_points(connection: Connection, profile: Profile, kind: str, ids: list[int]) -> int:
    """Assign new or changed points on every partition; return the number of assignments written."""
    release = releases.current(connection)
    if release is None or not ids:
        return 0
    return sum(
        _reassign(connection, partition, _versions(connection, partition), kind, ids, release=release)
        for partition in _partitions(connection, profile)
    )


def reassign_release(connection: Connection, profile: Profile, release: int) -> int:
    """Assign anew the points that a release may have moved; return the number of assignments written."""
    changed = assignments.changed_partitions(connection, release)
    written = 0
    for partition in _partitions(connection, profile):
        if partition.number not in changed:
            continue
        versions = _versions(connection, partition)
        for kind in assignments.POINTS:
            # The first grids of a partition concern every point, also those that lie in none.
            near = partition.level.geometry and assignments.exist(connection, kind, partition.number)
            ids = _affected(connection, partition, kind, release) if near else None
            written += _reassign(connection, partition, versions, kind, ids, release=release)
    return written


def _affected(connection: Connection, partition: "_Partition", kind: str, release: int) -> list[int]:
    """Return the points near what a release changed, and the enterprises that were given such a grid."""
    ids = assignments.points_near_changes(connection, kind, partition.number, release)
    if kind == "enterprise":
        ids = sorted({*ids, *overrides.concerned(connection, partition.number, release)})
    return ids


def reassign_all(engine: Engine, profile: Profile) -> int:
    """Assign every point anew; return how many assignments were not as they should be."""
    with writing(engine) as connection:
        releases.lock(connection)
        release = releases.current(connection)
        if release is None:
            return 0
        return sum(
            _reassign(connection, partition, versions, kind, None, release=release)
            for partition in _partitions(connection, profile)
            for versions in [_versions(connection, partition)]
            for kind in assignments.POINTS
        )


@dataclass(frozen=True)
class _Partition:
    """The grids of one level, and the other names of the chains that some levels are divided by."""

    number: int
    level: Level
    aliases: dict[str, str]


def _partitions(connection: Connection, profile: Profile) -> list[_Partition]:
    stored = boundaries.partitions(connection)
    return [
        _Partition(stored[level.basis, level.name], level, profile.chain_names)
        for level in profile.levels
        if (level.basis, level.name) in stored
    ]


def _versions(connection: Connection, partition: _Partition) -> gpd.GeoDataFrame:
    return boundaries.versions(connection, GRID, where={"partition_id": partition.number})


def _reassign(
    connection: Connection,
    partition: _Partition,
    versions: gpd.GeoDataFrame,
    kind: str,
    ids: list[int] | None,
    *,
    release: int,
) -> int:
    if versions.empty or ids == []:
        return 0
    slices = _lawful(connection, partition, versions, kind, ids)
    if slices is None:
        return 0
    frame = _joined(slices)
    if kind == "enterprise":
        words = overrides.standing(connection, partition.number, ids=ids)
        if len(words):
            told = overridden(frame, words, versions)
            frame = pd.concat([frame[~frame["point"].isin(told["point"])], _runs(told)], ignore_index=True)
    return assignments.write(connection, kind, frame, partition=partition.number, release=release)


def _lawful(
    connection: Connection,
    partition: _Partition,
    versions: gpd.GeoDataFrame,
    kind: str,
    ids: list[int] | None,
) -> list[tuple[Slice, pd.DataFrame]] | None:
    """Return what the rule says in each slice of days, None where it says nothing of such points."""
    level = partition.level
    if level.geometry:
        points = assignments.points(connection, kind, ids)
        return [(one, assign(points, versions.loc[_within(versions, one)])) for one in _slices(versions)]
    if kind == "enterprise" and level.match:
        names = enterprises.names(connection, level.match, ids)
        # The chains of enterprises are stored under their own names, so an alias is one nobody has.
        called = versions.assign(name=versions["name"].replace(partition.aliases))
        return [(one, assign_by_name(names, called.loc[_within(called, one)])) for one in _slices(called)]
    return None


def _slices(versions: gpd.GeoDataFrame) -> list[Slice]:
    """Return the ranges of days between the days on which a version begins or ends."""
    days = sorted({*versions["valid_from"].dropna(), *versions["valid_to"].dropna()})
    return list(zip([None, *days], [*days, None], strict=True))


def _within(versions: gpd.GeoDataFrame, part: Slice) -> list[int]:
    """Return the versions that hold throughout a slice."""
    low, high = part
    return [
        version
        for version, begin, end in zip(
            versions.index, versions["valid_from"], versions["valid_to"], strict=True
        )
        if (begin is None or pd.isna(begin) or (low is not None and begin <= low))
        and (end is None or pd.isna(end) or (high is not None and high <= end))
    ]


def _joined(slices: Iterable[tuple[Slice, pd.DataFrame]]) -> pd.DataFrame:
    """Join the slices of each point that say the same and follow one another."""
    parts = [
        result.rename_axis("point").reset_index().assign(valid_from=low, valid_to=high, order=order)
        for order, ((low, high), result) in enumerate(slices)
    ]
    if len(parts) == 1:
        return parts[0]
    return _runs(pd.concat(parts, ignore_index=True))


def _runs(parts: pd.DataFrame) -> pd.DataFrame:
    """Join the parts of each point that follow one another by ``order`` and say the same."""
    table = parts.sort_values(["point", "order"], ignore_index=True)
    # A missing version is no text, and unequal to itself; no version has the number −1.
    said = (
        table["version"].fillna(-1).astype(str)
        + "|"
        + table["rule"]
        + "|"
        + table["candidates"].map("、".join)
    )
    new = (table["point"] != table["point"].shift()) | (said != said.shift())
    runs = table.groupby(new.cumsum(), sort=False)
    joined = runs.first()
    # "first" and "last" skip missing values, and an open end is one.
    joined["valid_from"] = runs["valid_from"].nth(0).to_numpy()
    joined["valid_to"] = runs["valid_to"].nth(-1).to_numpy()
    return joined.astype({"version": "Int64"})
