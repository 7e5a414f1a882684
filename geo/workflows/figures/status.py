"""The state of a zone in figures."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.assignment.rule import tally
from geo.profile import Profile
from geo.store import assignments, boundaries, loads, organisations, releases
from geo.store.engine import reading
from geo.workflows.ground.district import District, Stamp
from geo.workflows.resident import Resident


def status(resident: Resident, wanted: Stamp) -> dict[str, Any]:
    """Return the counts at a stamp; see `count`."""
    with reading(resident.engine) as connection:
        figures = count(connection, resident.profile, on=wanted.on, release=wanted.release or 0)
        # Somebody may have loaded something since.
        figures["versions"] = loads.latest(connection, until=wanted.last_load)
        is_current = wanted.release == releases.current(connection)
    # Stored assignments are those of the current release; for an older one today's points are assigned anew.
    return figures if is_current else figures | _assigned(figures, resident.district(wanted))


def count(
    connection: Connection, profile: Profile, *, on: date, release: int | None = None
) -> dict[str, Any]:
    """Return the counts of what is known and holds on a day.

    Parameters
    ----------
    on : date
        The civil day.
    release : int, optional
        Which grids, parks and organised grids count; None for the current one, 0 for none. The points are
        counted by what is known of their assignment now.

    Returns
    -------
    dict
        ``grids`` counts the profile's counting level, ``levels`` each level as ``basis/level``;
        ``enterprises``, ``stations`` and ``centres`` add up by status; ``streets`` is None where none
        are loaded.
    """
    stored = boundaries.partitions(connection)
    partition = stored.get((profile.counting.basis, profile.counting.name))
    known = releases.current(connection) if release is None else release or None
    levels = _levels(connection, on, known)
    newest = loads.latest(connection)
    return {
        "profile": profile.name,
        "title": profile.title,
        "release": known,
        "on": on.isoformat(),
        "grids": levels.get(f"{profile.counting.basis}/{profile.counting.name}", 0),
        "levels": {
            f"{level.basis}/{level.name}": levels.get(f"{level.basis}/{level.name}", 0)
            for level in profile.levels
        },
        "parks": _parks(connection, on, known),
        "enterprises": assignments.counts(connection, "enterprise", partition=partition, on=on)
        | _workers(connection),
        "stations": assignments.counts(connection, "station", partition=partition, on=on, facility="station"),
        "centres": assignments.counts(connection, "station", partition=partition, on=on, facility="centre"),
        **organisations.counts(connection, partition=partition, on=on, release=known),
        "streets": _streets(connection, newest),
        "versions": newest,
    }


def _assigned(figures: dict[str, Any], district: District) -> dict[str, Any]:
    """Return the counts of the points as a district in memory has them."""
    stations = district.stations
    return {
        "enterprises": figures["enterprises"] | tally(district.enterprises),
        "stations": figures["stations"] | tally(stations[stations["kind"] == "station"]),
        "centres": figures["centres"] | tally(stations[stations["kind"] == "centre"]),
    }


def _levels(connection: Connection, on: date, release: int | None) -> dict[str, int]:
    query = text(
        "select p.basis || '/' || p.level, count(*) from grid_version as v"
        " join partition as p on p.id = v.partition_id"
        " where v.from_release <= :release and coalesce(v.to_release, :release + 1) > :release"
        " and v.valid @> :on group by 1"
    )
    return dict(connection.execute(query, {"on": on, "release": release or 0}).all())


def _parks(connection: Connection, on: date, release: int | None) -> int:
    query = text(
        "select count(*) from park_version where from_release <= :release"
        " and coalesce(to_release, :release + 1) > :release and valid @> :on"
    )
    return int(connection.scalar(query, {"on": on, "release": release or 0}) or 0)


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
