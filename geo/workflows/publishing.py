"""Publishing: parks and grids from a file become the next release, and what it moved is reassigned.

What is absent from the file stays. A file that changes nothing makes no release. A grid without a code
keeps the one that it has, or is given a free one, numbered west to east, then north to south.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.profile import Profile
from geo.store import boundaries, duties, releases
from geo.store.boundaries import GRID
from geo.workflows import assigning
from geo.workflows.planning import Change, Part, Plan, plan


def publish(
    connection: Connection,
    profile: Profile,
    frame: gpd.GeoDataFrame,
    change: Change,
    *,
    by: str,
    load_id: int,
) -> dict[str, Any]:
    """Write the boundaries of a frame as the next release; see `write`."""
    return write(connection, profile, plan(connection, profile, frame, change), by=by, load_id=load_id)


def write(
    connection: Connection, profile: Profile, planned: Plan, *, by: str, load_id: int
) -> dict[str, Any]:
    """Write a plan as the next release; it has to be made in the same transaction.

    Parameters
    ----------
    by : str
        Who publishes.
    load_id : int
        The load that the change comes from.

    Returns
    -------
    dict
        The fields of `geo.workflows.report.Outcome`.
    """
    base = releases.current(connection)
    parts = _identified(connection, planned)
    chiefs = [_new_chiefs(connection, part) for part in parts]
    moving = [part for part, new in zip(parts, chiefs, strict=True) if len(part.changed) or new]
    number = base
    if moving:
        number = releases.publish(connection, base=base, by=by, effective_on=_first_day(moving))
        for part, new in zip(parts, chiefs, strict=True):
            if len(part.changed):
                boundaries.write_versions(
                    connection, part.layer, part.changed, release=number, since=part.since
                )
            if new:
                duties.appoint_chiefs(connection, new, since=part.since, load_id=load_id, release=number)
    reassigned = assigning.reassign_release(connection, profile, number) if moving and number else 0
    return _summary(parts, number, reassigned)


def counted_grids(connection: Connection, profile: Profile, on: date) -> dict[str, int]:
    """Return code → grid id of the counting level."""
    level = profile.counting
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    return {} if partition is None else boundaries.grid_ids_by_code(connection, partition, on)


def _identified(connection: Connection, planned: Plan) -> list[Part]:
    """Make the identities of what is new, and put their ids in the place of the plan's negative ones."""
    real: dict[int, int] = {}
    parts = []
    for part in planned.parts:
        number = part.partition
        if part.level is not None and number is None:
            number = boundaries.partition_id(connection, part.level.basis, part.level.name)
        key, shared = part.layer.key, {} if number is None else {"partition_id": number}
        new = part.table[(part.table[key] < 0).astype(bool)]
        names = list(new["source_id"])
        ids = boundaries.identities(connection, part.layer, planned.change.source, names, **shared)
        real |= {int(old): ids[one] for old, one in zip(new[key], names, strict=True)}
        columns = [key, "parent_id"] if part.layer is GRID else [key]
        table = part.table.assign(**{one: _real(part.table[one], real) for one in columns}, **shared)
        parts.append(replace(part, partition=number, table=table))
    return parts


def _real(ids: "pd.Series[Any]", real: Mapping[int, int]) -> "pd.Series[Any]":
    return ids.map(lambda one: real.get(one, one), na_action="ignore").astype("Int64")


def _first_day(parts: list[Part]) -> date | None:
    """Return the earliest day from which a part holds, None for always."""
    days = [part.since for part in parts]
    return None if None in days else min(day for day in days if day)


def _new_chiefs(connection: Connection, part: Part) -> dict[int, str]:
    """Return grid id → person of those who are not chief of the grid on the first day of the change."""
    if part.layer is not GRID:
        return {}
    named = part.table.loc[part.table["chief"].notna(), ["grid_id", "chief"]]
    chiefs = {int(grid): str(person) for grid, person in named.itertuples(index=False)}
    return duties.new_chiefs(connection, chiefs, part.since) if chiefs else {}


def _summary(parts: list[Part], number: int | None, reassigned: int) -> dict[str, Any]:
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
