"""Reads the points, lines and shapes of a district into frames, for calculations in memory."""

from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from psycopg import sql
from sqlalchemy import Connection, text

from geo.contracts import ENTERPRISES
from geo.frames import CRS
from geo.store.statements import statement


def enterprises(connection: Connection, *, partition: int | None, on: date) -> pd.DataFrame:
    """Return every enterprise with what is known now of its grid on a day.

    Returns
    -------
    DataFrame
        Index ``id``, sorted; ``lon`` and ``lat`` (degrees, NaN without a location), ``workers`` (Int64),
        ``status``, ``rule``, ``version`` (Int64, the grid's version).
    """
    names = ["id", "lon", "lat", "workers", "status", "rule", "version"]
    rows = _rows(connection, "district_points", {"partition": partition, "on": on}, table="enterprise")
    frame = pd.DataFrame([row[:7] for row in rows], columns=names, dtype=object)
    return (
        frame.astype({"id": "int64"})
        .set_index("id")
        .astype({"lon": float, "lat": float, "workers": "Int64", "version": "Int64"})
    )


def stations(connection: Connection, *, partition: int | None, on: date) -> pd.DataFrame:
    """Return every station and centre with its grid.

    Returns
    -------
    DataFrame
        Index ``id``, sorted; ``lon``, ``lat``, ``status``, ``rule``, ``version``, ``source_id``, ``name``,
        ``kind``, ``category``, ``functions`` (list), ``opening_hours``, ``address``, ``capacity`` (Int64).
    """
    names = ["id", "lon", "lat", "capacity", "status", "rule", "version", "source_id", "name", "kind"]
    names += ["category", "functions", "opening_hours", "address"]
    rows = _rows(connection, "district_points", {"partition": partition, "on": on}, table="station")
    frame = pd.DataFrame(rows, columns=names, dtype=object).astype({"id": "int64"}).set_index("id")
    return frame.astype({"lon": float, "lat": float, "version": "Int64", "capacity": "Int64"})


def details(connection: Connection) -> pd.DataFrame:
    """Return what the enterprises say of themselves; index ``id``, columns of the contract."""
    columns = ENTERPRISES.names
    rows = connection.execute(text(f"select id, {', '.join(columns)} from enterprise order by id"))  # noqa: S608 – our own names
    frame = pd.DataFrame(rows.all(), columns=["id", *columns], dtype=object)
    return frame.astype({"id": "int64", "workers": "Int64"}).set_index("id")


def streets(connection: Connection) -> gpd.GeoDataFrame:
    """Return the streets by the contract `geo.contracts.STREETS`.

    The index is the street's id; ``noded`` tells whether its file joins lines wherever they meet at a
    shared vertex, as OpenStreetMap does, so that a crossing without one is none.
    """
    rows = connection.execute(text(statement("district_streets"))).all()
    names = ["id", "source_id", "name", "road_class", "walk", "ebike", "drive", "oneway", "layer"]
    columns = [*names, "slope", "climb", "noded", "wkb"]
    return _geo(pd.DataFrame(rows, columns=columns, dtype=object))


def base_features(connection: Connection) -> gpd.GeoDataFrame:
    """Return what is drawn beneath: ``kind``, ``name``, who may pass a gate; index the id."""
    names = ["id", "kind", "name", "walk", "ebike", "drive"]
    rows = connection.execute(
        text(f"select {', '.join(names)}, ST_AsBinary(geom) as wkb from base_feature order by id")  # noqa: S608 – our own names
    ).all()
    return _geo(pd.DataFrame(rows, columns=[*names, "wkb"], dtype=object))


def _geo(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    frame = frame.astype({"id": "int64"}).set_index("id")
    shapes = shapely.from_wkb(frame.pop("wkb").to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=CRS))


def _rows(connection: Connection, name: str, values: dict[str, Any], *, table: str) -> list[Any]:
    extra = "null, null, null, null, null, null, null"
    if table == "station":
        extra = "p.source_id, p.name, p.kind, p.category, p.functions, p.opening_hours, p.address"
    query = sql.SQL(statement(name)).format(
        table=sql.Identifier(table),
        point=sql.Identifier(f"{table}_id"),
        workers=sql.SQL("p.workers" if table == "enterprise" else "p.capacity"),
        extra=sql.SQL(extra),
    )
    rows: list[Any] = connection.connection.cursor().execute(query, values).fetchall()
    return rows
