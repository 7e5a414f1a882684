"""Publishing: parks and grids from a file become the next release, and what it moved is reassigned.

What is absent from the file stays, unless a person names it to be retired. A file that changes nothing makes
no release. A grid without a code keeps the one that it has, or is given a free one, numbered west to east,
then north to south.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.profile import Profile
from geo.store import audit, boundaries, duties, histories, lineage, releases, tables
from geo.store.boundaries import GRID
from geo.workflows.assignment import assigning
from geo.workflows.publication.descending import descents
from geo.workflows.publication.planning import Change, Part, Plan, plan
from geo.workflows.publication.report import Outcome, Terms
from geo.workflows.publication.retiring import Retired, retired


def publish(
    connection: Connection,
    profile: Profile,
    frame: gpd.GeoDataFrame,
    change: Change,
    *,
    terms: Terms,
    load_id: int,
) -> Outcome:
    """Write the boundaries of a frame as the next release; see `write`."""
    base = _base(connection, terms)
    planned = plan(connection, profile, frame, change)
    return write(connection, profile, planned, terms=replace(terms, base=base), load_id=load_id)


def write(connection: Connection, profile: Profile, planned: Plan, *, terms: Terms, load_id: int) -> Outcome:
    """Write a plan as the next release; it has to be made in the same transaction, under the lock.

    Parameters
    ----------
    terms : Terms
        The base that it is compared with, who publishes, why, and what is retired.
    load_id : int
        The load that the change comes from.

    Raises
    ------
    ConflictError
        Where somebody published after the base.
    InputError
        Where a grid that is to be retired is not there.
    """
    base = _base(connection, terms)
    gone = retired(connection, profile, planned, terms.retire)
    parts = [_Written(part, _new_chiefs(connection, part)) for part in _identified(connection, planned)]
    moving = [one for one in parts if one.touched.any()]
    if not moving and not gone:
        return _outcome(parts, base, gone, reassigned=0)
    days = [one.part.since for one in moving] + [planned.on] * bool(gone)
    number = releases.publish(connection, base=base, by=terms.by, effective_on=_first(days), note=terms.note)
    _end(connection, gone, since=planned.on, release=number)
    for one in moving:
        _write_part(connection, one, load_id=load_id, release=number)
        lineage.enter(connection, number, descents(one.part, [row.grid_id for row in gone]))
    reassigned = assigning.reassign_release(connection, profile, number)
    outcome = _outcome(parts, number, gone, reassigned=reassigned)
    _explain(connection, planned, outcome, terms, load_id=load_id)
    return outcome


def counted_grids(connection: Connection, profile: Profile, on: date) -> dict[str, int]:
    """Return code → grid id of the counting level."""
    level = profile.counting
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    return {} if partition is None else boundaries.grid_ids_by_code(connection, partition, on)


@dataclass(frozen=True)
class _Written:
    """A part of the plan with the ids that its grids have in the store, and the chiefs who are new."""

    part: Part
    chiefs: Mapping[int, str]

    @property
    def touched(self) -> "pd.Series[bool]":
        """Flag the rows that say something else than what stands; a new chief is such a thing."""
        table = self.part.table
        changed = table.index.isin(self.part.changed.index)
        return pd.Series(changed | table[self.part.layer.key].isin(list(self.chiefs)), index=table.index)


def _base(connection: Connection, terms: Terms) -> int | None:
    """Return the release that a change is based on, which has to be the current one."""
    if terms.base == "current":
        return releases.current(connection)
    releases.demand_base(connection, terms.base)
    return terms.base


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


def _new_chiefs(connection: Connection, part: Part) -> dict[int, str]:
    """Return grid id → person of those who are not chief of the grid on the first day of the change."""
    if part.layer is not GRID:
        return {}
    named = part.table.loc[part.table["chief"].notna(), ["grid_id", "chief"]]
    chiefs = {int(grid): str(person) for grid, person in named.itertuples(index=False)}
    return duties.new_chiefs(connection, chiefs, part.since) if chiefs else {}


def _first(days: list[date | None]) -> date | None:
    """Return the earliest of the days from which a part holds, None for always."""
    return None if None in days else min(day for day in days if day)


def _end(connection: Connection, gone: list[Retired], *, since: date, release: int) -> None:
    """Let retired grids and the duties in them end on a day."""
    ids = [one.grid_id for one in gone]
    if ids:
        for table in (tables.grid_version, tables.duty):
            histories.end(connection, table, ids, since=since, release=release)


def _write_part(connection: Connection, one: _Written, *, load_id: int, release: int) -> None:
    part = one.part
    if len(part.changed):
        boundaries.write_versions(connection, part.layer, part.changed, release=release, since=part.since)
    if one.chiefs:
        duties.appoint_chiefs(connection, one.chiefs, since=part.since, load_id=load_id, release=release)


def _outcome(parts: list[_Written], number: int | None, gone: list[Retired], *, reassigned: int) -> Outcome:
    changed = sum(int(one.touched.sum()) for one in parts)
    added = sum(
        int((~one.part.changed[one.part.layer.key].isin(one.part.standing.index)).sum()) for one in parts
    )
    ended = {one.source_id for one in gone}
    return Outcome(
        added=added,
        updated=changed - added,
        unchanged=sum(len(one.part.table) for one in parts) - changed,
        absent=[name for one in parts for name in one.part.absent if name not in ended],
        refused=tuple(row for one in parts for row in one.part.refused),
        remarks=tuple(row for one in parts for row in one.part.remarks),
        release=number,
        retired=tuple(one.code for one in gone),
        codes_given=sum(one.part.codes_given for one in parts),
        reassigned=reassigned,
    )


def _explain(connection: Connection, planned: Plan, outcome: Outcome, terms: Terms, *, load_id: int) -> None:
    """Write down what the release did, and who did it."""
    counts = {
        "added": outcome.added,
        "updated": outcome.updated,
        "retired": len(outcome.retired),
        "unchanged": outcome.unchanged,
        "refused": len(outcome.refused),
        "reassigned": outcome.reassigned,
    }
    told = {"kind": planned.change.kind, "source": planned.change.source, "load": load_id}
    number = outcome.release or 0
    details = {**terms.details, **told, "retired": list(outcome.retired), "counts": counts}
    releases.explain(connection, number, details)
    audit.enter(
        connection,
        by=terms.by,
        action="publish",
        subject=f"release {number}",
        details={**told, "note": terms.note, "counts": counts},
    )
