"""Loads: which file brought what, and with it the version of streets, stations and enterprises."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from geo.frames import Facts
from geo.store.scenarios import scenario
from geo.store.tables import load


def begin(connection: Connection, kind: str, *, source: str, facts: Facts, by: str) -> int:
    """Enter a load and return its id, which is the version of what it brings."""
    row = insert(load).values(
        kind=kind,
        source=source,
        file_name=facts.name,
        sha256=facts.sha256,
        facts={
            "format": facts.format,
            "crs": facts.crs,
            "encoding": facts.encoding,
            "columns": dict(facts.columns),
            "ignored": list(facts.ignored),
        },
        counts={},
        loaded_by=by,
    )
    return int(connection.execute(row.returning(load.c.id)).scalar_one())


def finish(connection: Connection, load_id: int, counts: Mapping[str, Any]) -> None:
    """Write down what a load added, changed, left and refused."""
    connection.execute(update(load).where(load.c.id == load_id).values(counts=dict(counts)))


def latest(connection: Connection, *, until: int | None = None) -> dict[str, dict[str, Any]]:
    """Return the last load of each kind: ``version``, ``loaded_at`` (UTC) and ``source`` (file name).

    ``until`` is the last load that counts; None for all.
    """
    newest = select(func.max(load.c.id)).group_by(load.c.kind)
    if until is not None:
        newest = newest.where(load.c.id <= until)
    query = select(load.c.kind, load.c.id, load.c.loaded_at, load.c.file_name).where(load.c.id.in_(newest))
    return {
        row.kind: {"version": row.id, "loaded_at": _stamp(row.loaded_at), "source": row.file_name}
        for row in connection.execute(query.order_by(load.c.kind))
    }


def last_source(connection: Connection, kind: str) -> str | None:
    """Return which office the last file of a kind came from; a published scenario is of none."""
    of_scenarios = select(scenario.c.published_as).where(scenario.c.published_as.is_not(None))
    query = select(load.c.source).where(load.c.kind == kind, load.c.id.not_in(of_scenarios))
    office: str | None = connection.scalar(query.order_by(load.c.id.desc()).limit(1))
    return office


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
