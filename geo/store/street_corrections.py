"""Corrections of streets that people make: paths that are missing, and places that are closed.

No row is ever deleted: one that is taken back says so. A path is a line; a closure is the place of a
gate, or a line like a wall.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Index,
    Table,
    Text,
    func,
    insert,
    or_,
    select,
    update,
)

from geo.frames import CRS
from geo.store.columns import geometry_column, id_column, metadata

street_correction = Table(
    "street_correction",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("name", Text),
    Column("reason", Text, nullable=False),
    Column("modes", ARRAY(Text), nullable=False),
    # The day on which it ends, from which on it does not hold any more.
    Column("until", Date),
    geometry_column("GEOMETRY", nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_by", Text, nullable=False),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
    CheckConstraint("kind in ('link', 'closure')", name="kind"),
    CheckConstraint("reason <> ''", name="reason"),
    CheckConstraint("modes <> '{}' and modes <@ array['walk', 'ebike', 'drive']", name="modes"),
    CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
)
Index("street_correction_geom_idx", street_correction.c.geom, postgresql_using="gist")

NAMES = ["id", "kind", "name", "reason", "modes", "until", "made_at", "made_by"]


def make(connection: Connection, values: Mapping[str, Any], shape: shapely.Geometry, *, by: str) -> int:
    """Enter what somebody corrects, and return its id.

    Parameters
    ----------
    values : mapping
        ``kind``, ``name``, ``reason``, ``modes``, ``until``.
    shape : geometry
        In EPSG:4326.
    """
    geom = func.ST_GeomFromWKB(shapely.to_wkb(shape), 4326)
    row = insert(street_correction).values(**values, geom=geom, made_by=by)
    return int(connection.execute(row.returning(street_correction.c.id)).scalar_one())


def undo(connection: Connection, number: int, *, by: str) -> bool:
    """Take one back; tell whether it stood."""
    c = street_correction.c
    row = update(street_correction).where(c.id == number, c.undone_at.is_(None))
    done = connection.execute(row.values(undone_at=func.now(), undone_by=by).returning(c.id))
    return done.one_or_none() is not None


def standing(connection: Connection, on: date | None = None) -> gpd.GeoDataFrame:
    """Return what was made and not taken back, all or what holds on a day.

    Returns
    -------
    GeoDataFrame
        Index ``id``, sorted; the columns of `NAMES`; in EPSG:4326.
    """
    c = street_correction.c
    query = select(*(c[name] for name in NAMES), func.ST_AsBinary(c.geom)).where(c.undone_at.is_(None))
    if on is not None:
        query = query.where(or_(c.until.is_(None), c.until > on))
    frame = pd.DataFrame(
        connection.execute(query.order_by(c.id)).all(), columns=[*NAMES, "wkb"], dtype=object
    )
    frame = frame.astype({"id": "int64"}).set_index("id")
    shapes = shapely.from_wkb([bytes(wkb) for wkb in frame.pop("wkb")])
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=CRS), crs=CRS)


def nothing() -> gpd.GeoDataFrame:
    """Return the frame of none."""
    empty = pd.DataFrame(columns=NAMES, dtype=object).astype({"id": "int64"}).set_index("id")
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], index=empty.index, crs=CRS), crs=CRS)


def version(connection: Connection) -> int:
    """Return a number that grows with each that is made or taken back."""
    c = street_correction.c
    return int(connection.scalar(select(func.count(c.id) + func.count(c.undone_at))) or 0)
