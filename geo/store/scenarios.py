"""Scenarios: what people would do to the stations, until it is published or thrown away.

No row is ever deleted. ``revision`` rises with each change, so that two people who change one scenario find
out; ``stations_version`` is the last load of stations that its author saw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Integer,
    Row,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.store.columns import id_column, metadata, reference
from geo.store.tables import load

scenario = Table(
    "scenario",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("state", Text, nullable=False, server_default="open"),
    Column("edits", JSONB, nullable=False),
    Column("revision", Integer, nullable=False, server_default="1"),
    Column("stations_version", load.c.id.type, nullable=False),
    reference("published_as", "load.id", nullable=True),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_by", Text, nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("changed_by", Text, nullable=False),
    CheckConstraint("name <> ''", name="name"),
    CheckConstraint("state in ('open', 'published', 'discarded')", name="state"),
    CheckConstraint("(published_as is not null) = (state = 'published')", name="published"),
)


@dataclass(frozen=True)
class Scenario:
    """One scenario as it stands.

    Parameters
    ----------
    state : str
        ``open``, ``published`` or ``discarded``.
    edits : tuple of mapping
        See `geo.workflows.plan.edits.Edit`.
    revision : int
        Rises with each change.
    stations_version : int
        The last load of stations that its author saw.
    published_as : int or None
        The load that it became.
    """

    id: int
    name: str
    state: str
    edits: tuple[Mapping[str, Any], ...]
    revision: int
    stations_version: int
    published_as: int | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    changed_by: str

    def to_dict(self) -> dict[str, Any]:
        """Return the scenario as the API gives it."""
        moments = {name: getattr(self, name).isoformat(timespec="seconds") for name in _MOMENTS}
        rest = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in _MOMENTS}
        return rest | {"edits": [dict(edit) for edit in self.edits]} | moments


_MOMENTS = ("made_at", "changed_at")


def enter(
    connection: Connection, name: str, edits: Sequence[Mapping[str, Any]], *, version: int, by: str
) -> Scenario:
    """Enter a new scenario."""
    row = insert(scenario).values(
        name=name,
        edits=[dict(edit) for edit in edits],
        stations_version=version,
        made_by=by,
        changed_by=by,
    )
    return _scenario(connection.execute(row.returning(*scenario.c)).one())


def find(connection: Connection, scenario_id: int, *, lock: bool = False) -> Scenario | None:
    """Return a scenario, None where there is none; with ``lock`` nobody else changes it meanwhile."""
    query = select(scenario).where(scenario.c.id == scenario_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _scenario(row)


def listed(connection: Connection, *, state: str | None = "open") -> list[Scenario]:
    """Return the scenarios of a state, or all, the one that was changed last first."""
    query = select(scenario).order_by(scenario.c.changed_at.desc(), scenario.c.id.desc())
    rows = connection.execute(query if state is None else query.where(scenario.c.state == state))
    return [_scenario(row) for row in rows]


def change(connection: Connection, scenario_id: int, *, by: str, **values: Any) -> Scenario:
    """Change a scenario, and return it as it is then."""
    changed = (
        update(scenario)
        .where(scenario.c.id == scenario_id)
        .values(revision=scenario.c.revision + 1, changed_at=func.now(), changed_by=by, **values)
    )
    return _scenario(connection.execute(changed.returning(*scenario.c)).one())


def touched_since(connection: Connection, stations: Sequence[int], version: int) -> list[int]:
    """Return which of some stations a later load has changed, or are not there any more."""
    query = text(
        "select wanted.id from unnest(cast(:ids as bigint[])) as wanted (id)"
        " left join station as s on s.id = wanted.id"
        " where s.id is null or s.load_id > :version order by wanted.id"
    )
    return list(connection.scalars(query, {"ids": list(stations), "version": version}))


def _scenario(row: Row[Any]) -> Scenario:
    held = dict(row._mapping)
    return Scenario(**(held | {"edits": tuple(held["edits"])}))
