"""Columns and constraints that several tables share, and the schema that all of them stand in."""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Identity, MetaData, Text, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range

SCHEMA = "gridcircle"

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

CivilRange = Range[date]


def id_column(type_: Any = BigInteger) -> Column[int]:
    """Return the primary key, given by the database alone."""
    return Column("id", type_, Identity(always=True), primary_key=True)


def geometry_column(kind: str, *, nullable: bool) -> Column[Any]:
    """Return the geometry in EPSG:4326, without an index."""
    # The index is declared by hand beside the table: GeoAlchemy2 and Alembic would each make one.
    return Column("geom", Geometry(kind, srid=4326, spatial_index=False), nullable=nullable)


def reference(name: str, target: str, *, nullable: bool = False, **options: Any) -> Column[int]:
    """Return a foreign key."""
    return Column(name, ForeignKey(target, **options), nullable=nullable)


def identity_in_source() -> list[Column[str]]:
    """Which office's file a thing came from, and its id there."""
    return [
        Column("source", Text, nullable=False),
        Column("source_id", Text, nullable=False),
    ]


def valid_column() -> Column[CivilRange]:
    """Return the civil days on which a row holds; by default all."""
    return Column("valid", DATERANGE, nullable=False, server_default=text("'(,)'"))


def known_columns() -> list[Any]:
    """Return the releases between which a row was known, and what must be so of both ranges."""
    return [
        reference("from_release", "release.number"),
        reference("to_release", "release.number", nullable=True),
        CheckConstraint("to_release >= from_release", name="known"),
        CheckConstraint("not isempty(valid)", name="valid"),
    ]


def never_twice(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    """No two rows with these columns equal hold on a common day and are known in a common release."""
    return ExcludeConstraint(
        *((column, "=") for column in columns),
        ("valid", "&&"),
        (func.int4range(text("from_release"), text("to_release")), "&&"),
        name=name,
        using="gist",
        where=None if where is None else text(where),
    )
