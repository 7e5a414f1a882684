"""Stations: the plan, as a published scenario changes it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from geo.store.layers import station

_NAMES = (
    "source",
    "source_id",
    "name",
    "kind",
    "category",
    "functions",
    "opening_hours",
    "capacity",
    "address",
)


def held(connection: Connection, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return all that is known of stations, by id, so that it can be had again."""
    c = station.c
    place = (func.ST_X(c.geom).label("lon"), func.ST_Y(c.geom).label("lat"))
    query = select(c.id, *(c[name] for name in _NAMES), *place).where(c.id.in_(ids)).order_by(c.id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {row.pop("id"): row for row in rows}


def called(connection: Connection, source: str, source_ids: list[str]) -> dict[str, dict[str, Any]]:
    """Return the stations of a source by their ids in it; those that are not there are left out."""
    query = select(station.c.id).where(station.c.source == source, station.c.source_id.in_(source_ids))
    return {row["source_id"]: row for row in held(connection, list(connection.scalars(query))).values()}


def open_new(connection: Connection, values: Mapping[str, Any], *, load_id: int) -> int:
    """Enter a new station and return its id.

    Parameters
    ----------
    values : mapping
        Its columns, with ``lon`` and ``lat`` in the place of the geometry.
    """
    row = insert(station).values(**_columns(values), load_id=load_id)
    return int(connection.execute(row.returning(station.c.id)).scalar_one())


def alter(connection: Connection, station_id: int, values: Mapping[str, Any], *, load_id: int) -> None:
    """Change some columns of a station."""
    changed = update(station).where(station.c.id == station_id)
    connection.execute(changed.values(**_columns(values), load_id=load_id))


def close(connection: Connection, station_id: int) -> None:
    """Take a station out of the plan; its assignments go with it."""
    connection.execute(delete(station).where(station.c.id == station_id))


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in values.items() if name not in ("lon", "lat")}
    if "lon" in values:
        columns["geom"] = func.ST_SetSRID(func.ST_MakePoint(values["lon"], values["lat"]), 4326)
    return columns
