"""The state of a zone in figures."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.profile import Profile
from geo.store import assignments, boundaries, loads, organisations, releases
from geo.store.engine import reading
from geo.workflows.district import Stamp
from geo.workflows.resident import Resident


def status(resident: Resident, wanted: Stamp) -> dict[str, Any]:
    """Return the counts at a stamp; see `count`."""
    with reading(resident.engine) as connection:
        return count(connection, resident.profile, on=wanted.on)


def count(connection: Connection, profile: Profile, *, on: date) -> dict[str, Any]:
    """Return the counts of what is known now and holds on a day.

    Returns
    -------
    dict
        ``grids`` counts the profile's counting level, ``levels`` each level as ``basis/level``;
        ``enterprises``, ``stations`` and ``centres`` add up by status; ``streets`` is None where none
        are loaded.
    """
    stored = boundaries.partitions(connection)
    partition = stored.get((profile.counting.basis, profile.counting.name))
    levels = _levels(connection, on)
    newest = loads.latest(connection)
    return {
        "profile": profile.name,
        "title": profile.title,
        "release": releases.current(connection),
        "on": on.isoformat(),
        "grids": levels.get(f"{profile.counting.basis}/{profile.counting.name}", 0),
        "levels": {
            f"{level.basis}/{level.name}": levels.get(f"{level.basis}/{level.name}", 0)
            for level in profile.levels
        },
        "parks": _count(connection, "park_version", on),
        "enterprises": assignments.counts(connection, "enterprise", partition=partition, on=on)
        | _workers(connection),
        "stations": assignments.counts(connection, "station", partition=partition, on=on, facility="station"),
        "centres": assignments.counts(connection, "station", partition=partition, on=on, facility="centre"),
        **organisations.counts(connection, partition=partition, on=on),
        "streets": _streets(connection, newest),
        "versions": newest,
    }


def _levels(connection: Connection, on: date) -> dict[str, int]:
    query = text(
        "select p.basis || '/' || p.level, count(*) from grid_version as v"
        " join partition as p on p.id = v.partition_id"
        " where v.to_release is null and v.valid @> :on group by 1"
    )
    return dict(connection.execute(query, {"on": on}).all())


def _count(connection: Connection, table: str, on: date) -> int:
    query = text(f"select count(*) from {table} where to_release is null and valid @> :on")  # noqa: S608
    return int(connection.scalar(query, {"on": on}) or 0)


def _workers(connection: Connection) -> dict[str, int | None]:
    """Return the head count, None where no enterprise says one, and how many say none."""
    row = connection.execute(
        text("select sum(workers) as workers, count(*) - count(workers) as unknown from enterprise")
    ).one()
    return {"workers": row.workers, "workers_unknown": row.unknown}


def _streets(connection: Connection, newest: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    row = connection.execute(
        text("select count(*) as streets, coalesce(sum(ST_Length(geom::geography)), 0) as length from street")
    ).one()
    if not row.streets:
        return None
    return {"count": row.streets, "length_m": round(row.length), **newest.get("streets", {})}
