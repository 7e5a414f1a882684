"""Publishing: parks and grids from a file become the next release, and what it moved is reassigned.

What is absent from the file stays. A file that changes nothing makes no release. A grid without a code
keeps the one that it has, or is given a free one, numbered west to east, then north to south.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Connection

from geo.codes import allocate_codes
from geo.frames import Refusal
from geo.profile import GENERAL, Level, Profile
from geo.store import boundaries, duties, releases
from geo.store.boundaries import GRID, PARK, Layer
from geo.workflows import assigning
from geo.workflows.calendar import today
from geo.workflows.comparing import differs, holding

CODE_WIDTH = 4


@dataclass(frozen=True)
class Change:
    """What is to be published, by whom and as of when; see `geo.workflows.loading.LoadOptions`."""

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
        The fields of `geo.workflows.loading.Outcome`.
    """
    base = releases.current(connection)
    is_parks = change.kind == "parks"
    parts = [_park_part(frame)] if is_parks else _grid_parts(connection, profile, frame, change)
    plans = [_plan(connection, profile, part, change) for part in parts]
    moving = [plan for plan in plans if len(plan.changed)]
    number = base
    if moving:
        number = releases.publish(connection, base=base, by=change.by, effective_on=moving[0].since)
        for plan in moving:
            boundaries.write_versions(
                connection, plan.part.layer, plan.changed, release=number, since=plan.since
            )
    _appoint(connection, parts, plans, change)
    reassigned = assigning.reassign_release(connection, profile, number) if moving and number else 0
    return _summary(parts, plans, number, reassigned)


def counted_grids(connection: Connection, profile: Profile, on: date) -> dict[str, int]:
    """Return code → grid id of the counting level."""
    level = profile.counting
    partition = boundaries.partition_id(connection, level.basis, level.name)
    return boundaries.grid_ids_by_code(connection, partition, on)


@dataclass
class _Part:
    """The rows of a file that belong to one layer, and for grids to one partition."""

    layer: Layer
    partition: int | None
    frame: pd.DataFrame
    refused: list[Refusal]
    remarks: list[Refusal]
    codes_given: int = 0


@dataclass(frozen=True)
class _Plan:
    """What of a part is new or different, from which day on, and what the file lacks."""

    part: _Part
    changed: pd.DataFrame
    since: date | None
    added: int
    absent: list[str]


def _plan(connection: Connection, profile: Profile, part: _Part, change: Change) -> _Plan:
    layer, frame = part.layer, part.frame
    scope: dict[str, int] = {} if part.partition is None else {"partition_id": part.partition}
    known = boundaries.versions(connection, layer, where=scope)
    first = known.empty
    since = change.since if change.since or first else today(profile)
    ids = boundaries.identities(connection, layer, change.source, list(frame["source_id"]), **scope)
    table = frame.assign(**{layer.key: frame["source_id"].map(ids).astype("Int64")}, **scope)
    if layer is GRID:
        _give_codes(connection, part, table, known)
    mine = known[known[layer.key].isin(set(ids.values()))]
    standing = holding(mine, since).set_index(layer.key)
    changed = table[differs(table, standing, layer)]
    added = int((~changed[layer.key].isin(standing.index)).sum())
    absent = sorted(set(mine["source_id"]) - set(frame["source_id"]))
    part.frame = table
    return _Plan(part, changed, since, added, absent)


def _park_part(frame: gpd.GeoDataFrame) -> _Part:
    rows = pd.DataFrame(frame.drop(columns="geometry")).assign(geom=frame.geometry.to_numpy())
    return _Part(PARK, None, rows, [], [])


def _grid_parts(
    connection: Connection, profile: Profile, frame: gpd.GeoDataFrame, change: Change
) -> list[_Part]:
    """Split the rows by partition, and turn the names of parents and parks into ids."""
    parts = []
    for level, rows in _by_level(profile, frame, change):
        partition = boundaries.partition_id(connection, level.basis, level.name)
        part = _Part(GRID, partition, rows, [], [])
        _refuse_double_codes(connection, part, change)
        on = change.since or today(profile)
        parents = _parents(connection, profile, level, on)
        parks = boundaries.park_ids_by_name(connection, on)
        kept = part.frame
        part.frame = pd.DataFrame(kept[["source_id", "code", "name", "kind", "chief"]]).assign(
            parent_id=_resolve(part, kept["parent_code"], parents, "parent"),
            park_id=_resolve(part, kept["park_code"], parks, "park"),
            geom=kept.geometry.to_numpy(),
        )
        parts.append(part)
    return parts


def _by_level(
    profile: Profile, frame: gpd.GeoDataFrame, change: Change
) -> list[tuple[Level, gpd.GeoDataFrame]]:
    """Return the level of each row: what the row says, else what the user says, else the counting one."""
    if change.kind == "general-grids":
        return [(profile.level(GENERAL, "grid"), frame)]
    default = profile.level(change.basis or profile.counting.basis, change.level or profile.counting.name)
    named = {
        word: level
        for level in profile.levels
        if level.basis == default.basis
        for word in (level.name, *level.title.values())
    }
    names = frame["level"].map(lambda word: named.get(word, default).name)
    return [(profile.level(default.basis, name), frame[names == name]) for name in dict.fromkeys(names)]


def _refuse_double_codes(connection: Connection, part: _Part, change: Change) -> None:
    """Refuse a row whose code another row of the file, or a grid of another source id, has."""
    frame = part.frame
    known = boundaries.versions(connection, GRID, where={"partition_id": part.partition}, geometry=False)
    owners = dict(zip(known["code"], known["source_id"], strict=True))
    first: dict[str, int] = {}
    keep = []
    for row, code, source_id in zip(frame.index, frame["code"], frame["source_id"], strict=True):
        if pd.isna(code):
            keep.append(True)
            continue
        taken_in_file, owner = code in first, owners.get(code, source_id)
        keep.append(not taken_in_file and owner == source_id)
        if taken_in_file:
            message = f"Row {row} has the code {code}, which row {first[code]} has already; give it its own."
        else:
            message = f"Row {row} has the code {code}, which the grid {owner} has; give it its own."
            first.setdefault(code, row)
        if not keep[-1]:
            part.refused.append(Refusal(row, "duplicate-code", message, {"code": code}))
        first.setdefault(code, row)
    part.frame = frame[np.array(keep, dtype=bool)]


def _parents(connection: Connection, profile: Profile, level: Level, on: date) -> dict[str, int]:
    """Return code → grid id of the level above, empty for the topmost."""
    same_basis = [one for one in profile.levels if one.basis == level.basis]
    place = same_basis.index(level)
    if place == 0:
        return {}
    above = same_basis[place - 1]
    partition = boundaries.partition_id(connection, above.basis, above.name)
    return boundaries.grid_ids_by_code(connection, partition, on)


def _resolve(part: _Part, named: "pd.Series[str]", known: dict[str, int], what: str) -> "pd.Series[Any]":
    for row, name in named.dropna().items():
        if name not in known:
            sentence = (
                f"Row {row} names the {what} {name}, which is not loaded; the grid was taken without it. "
                f"Load the {what}s first, then this file again."
            )
            part.remarks.append(Refusal(int(str(row)), f"{what}-unknown", sentence, {"code": name}))
    return named.map(known).astype("Int64")


def _give_codes(connection: Connection, part: _Part, table: pd.DataFrame, known: gpd.GeoDataFrame) -> None:
    """Fill missing codes in place: the one that the grid has already, else the next free ones."""
    if part.partition is None or table["code"].notna().all():
        return
    had = dict(zip(known["grid_id"], known["code"], strict=True))
    kept = table["grid_id"].map(had)
    table["code"] = table["code"].where(table["code"].notna(), kept)
    bare = table["code"].isna()
    part.codes_given = int(bare.sum())
    taken = {*boundaries.codes_ever_used(connection, part.partition), *table["code"].dropna()}
    shapes = gpd.GeoSeries(table.loc[bare, "geom"].to_numpy(), crs=4326)
    middles = shapely.get_coordinates(shapes.representative_point())
    table.loc[bare, "code"] = allocate_codes(middles, prefix="", width=CODE_WIDTH, taken=taken)


def _appoint(connection: Connection, parts: list[_Part], plans: list[_Plan], change: Change) -> None:
    for part, plan in zip(parts, plans, strict=True):
        if part.layer is not GRID:
            continue
        chiefs = part.frame.loc[part.frame["chief"].notna(), ["grid_id", "chief"]]
        pairs = [(int(grid), str(person)) for grid, person in chiefs.itertuples(index=False)]
        duties.appoint_chiefs(connection, pairs, since=plan.since, load_id=change.load_id)


def _summary(parts: list[_Part], plans: list[_Plan], number: int | None, reassigned: int) -> dict[str, Any]:
    added = sum(plan.added for plan in plans)
    changed = sum(len(plan.changed) for plan in plans)
    return {
        "added": added,
        "updated": changed - added,
        "unchanged": sum(len(part.frame) for part in parts) - changed,
        "absent": [one for plan in plans for one in plan.absent],
        "refused": tuple(one for part in parts for one in part.refused),
        "remarks": tuple(one for part in parts for one in part.remarks),
        "codes_given": sum(part.codes_given for part in parts),
        "release": number,
        "reassigned": reassigned,
    }
