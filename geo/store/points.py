"""Points in full: enterprises and stations with all that their files said, and the grid that each is in."""

from collections.abc import Sequence
from datetime import date, datetime

import geopandas as gpd
import pandas as pd
import shapely
from psycopg import sql
from sqlalchemy import Connection, text

from geo.frames import CRS
from geo.store.statements import statement


def points(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    *,
    partition: int | None,
    on: date,
    source: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the enterprises or stations as they are now, sorted by source and id.

    Parameters
    ----------
    table : {"enterprise", "station"}
        Which.
    columns : sequence of str
        The table's columns wanted beside ``source`` and ``source_id``.
    partition : int or None
        The partition that their assignment is of.
    on : date
        The day of the assignment.
    source : str, optional
        Only those of one source.

    Returns
    -------
    GeoDataFrame
        Besides, ``status``, ``grid_code`` and ``grid_name``; geometry in EPSG:4326, None without a
        location.
    """
    query = sql.SQL(statement("export_points")).format(
        columns=sql.SQL(", ").join(map(_column, columns)),
        table=sql.Identifier(table),
        point=sql.Identifier(f"{table}_id"),
    )
    values = {"partition": partition, "on": on, "source": source}
    rows = connection.connection.cursor().execute(query, values).fetchall()
    names = ["source", "source_id", *columns, "wkb", "status", "grid_code", "grid_name"]
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    if "workers" in frame:
        frame["workers"] = frame["workers"].astype("Int64")
    if "accuracy_m" in frame:
        frame["accuracy_m"] = frame["accuracy_m"].astype(float)
    shapes = shapely.from_wkb(frame.pop("wkb").to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=CRS))


def _column(name: str) -> sql.Composable:
    # A place that was found by an address must not look like one that is known better.
    return sql.SQL(_ACCURACY) if name == "accuracy_m" else sql.SQL("p.{}").format(sql.Identifier(name))


_ACCURACY = """
coalesce((select g.accuracy_m from geocode as g where g.enterprise_id = p.id and g.ended_at is null),
         p.accuracy_m)
"""


def newest_load(connection: Connection) -> datetime | None:
    """Return the moment of the last load of anything, None before the first."""
    moment: datetime | None = connection.scalar(text("select max(loaded_at) from load"))
    return moment
