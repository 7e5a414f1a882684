"""The tables, in one schema of their own, so that a shared PostGIS server keeps them apart.

Two kinds of time. *valid* is a half-open range of civil days in the zone: when a thing holds. *from_release*
and *to_release* say between which releases it was known; ``to_release`` is null while it is known still.
Together they answer "on that day, as known then". A release has exactly one successor, so that the chain
of releases cannot fork and the current one is its last.

::

    partition ─< grid ─< grid_version >─ release        load ─< enterprise ─< assignment >─ partition
                  │          │ parent, park                   └< station ───────┘   │
                  ├< lineage                                  └< street, base_feature
                  ├< duty                                                      grid_version
                  └< organisation_grid >─ organisation
"""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, ExcludeConstraint, Range

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


def _id(type_: Any = BigInteger) -> Column[int]:
    return Column("id", type_, Identity(always=True), primary_key=True)


def _geometry(kind: str, *, nullable: bool) -> Column[Any]:
    # The index is declared by hand below: GeoAlchemy2 and Alembic would each make one.
    return Column("geom", Geometry(kind, srid=4326, spatial_index=False), nullable=nullable)


def _reference(name: str, target: str, *, nullable: bool = False, **options: Any) -> Column[int]:
    return Column(name, ForeignKey(target, **options), nullable=nullable)


def _identity_in_source() -> list[Column[str]]:
    """Which office's file a thing came from, and its id there."""
    return [
        Column("source", Text, nullable=False),
        Column("source_id", Text, nullable=False),
    ]


def _valid() -> Column[CivilRange]:
    return Column("valid", DATERANGE, nullable=False, server_default=text("'(,)'"))


def _known() -> list[Any]:
    return [
        _reference("from_release", "release.number"),
        _reference("to_release", "release.number", nullable=True),
        CheckConstraint("to_release >= from_release", name="known"),
        CheckConstraint("not isempty(valid)", name="valid"),
    ]


def _never_twice(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    """No two rows with these columns equal hold on a common day and are known in a common release."""
    return ExcludeConstraint(
        *((column, "=") for column in columns),
        ("valid", "&&"),
        (func.int4range(text("from_release"), text("to_release")), "&&"),
        name=name,
        using="gist",
        where=None if where is None else text(where),
    )


load = Table(
    "load",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("counts", JSONB, nullable=False),
    Column("loaded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("loaded_by", Text, nullable=False),
)
Index("load_kind_id_idx", load.c.kind, load.c.id)

release = Table(
    "release",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("base_number", Integer, ForeignKey("release.number")),
    Column("kind", Text, nullable=False, server_default="publication"),
    Column("effective_on", Date),
    Column("published_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("published_by", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    UniqueConstraint("base_number", postgresql_nulls_not_distinct=True),
    CheckConstraint("number = coalesce(base_number, 0) + 1", name="chain"),
    CheckConstraint("kind in ('publication', 'rollback')", name="kind"),
)

partition = Table(
    "partition",
    metadata,
    _id(SmallInteger),
    Column("basis", Text, nullable=False),
    Column("level", Text, nullable=False),
    UniqueConstraint("basis", "level"),
)

park = Table("park", metadata, _id(), *_identity_in_source(), UniqueConstraint("source", "source_id"))

park_version = Table(
    "park_version",
    metadata,
    _id(),
    _reference("park_id", "park.id"),
    Column("code", Text),
    Column("name", Text),
    _geometry("MULTIPOLYGON", nullable=False),
    _valid(),
    *_known(),
    _never_twice("park_version_one_at_a_time", "park_id"),
)

grid = Table(
    "grid",
    metadata,
    _id(),
    _reference("partition_id", "partition.id"),
    *_identity_in_source(),
    UniqueConstraint("partition_id", "source", "source_id"),
    # The target of the version's foreign key, which carries the partition along.
    UniqueConstraint("id", "partition_id"),
)

grid_version = Table(
    "grid_version",
    metadata,
    _id(),
    Column("grid_id", BigInteger, nullable=False),
    Column("partition_id", SmallInteger, nullable=False),
    Column("code", Text(collation="C"), nullable=False),
    Column("name", Text),
    Column("kind", Text),
    _reference("parent_id", "grid.id", nullable=True),
    _reference("park_id", "park.id", nullable=True),
    _geometry("MULTIPOLYGON", nullable=True),
    _valid(),
    *_known(),
    ForeignKeyConstraint(["grid_id", "partition_id"], ["grid.id", "grid.partition_id"]),
    CheckConstraint("code <> ''", name="code"),
    _never_twice("grid_version_one_at_a_time", "grid_id"),
    _never_twice("grid_version_code_once", "partition_id", "code"),
)

lineage = Table(
    "lineage",
    metadata,
    Column("ancestor_id", ForeignKey("grid.id"), primary_key=True),
    Column("descendant_id", ForeignKey("grid.id"), primary_key=True),
    Column("release_number", ForeignKey("release.number"), primary_key=True),
    Column("kind", Text, nullable=False),
    CheckConstraint("ancestor_id <> descendant_id", name="not_itself"),
    CheckConstraint("kind in ('split', 'merge', 'redraw')", name="kind"),
)

duty = Table(
    "duty",
    metadata,
    _id(),
    _reference("grid_id", "grid.id"),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    _valid(),
    _reference("load_id", "load.id"),
    CheckConstraint("role in ('chief', 'staff', 'guide', 'contact')", name="role"),
    CheckConstraint("not isempty(valid)", name="valid"),
    ExcludeConstraint(
        ("grid_id", "="),
        ("valid", "&&"),
        name="duty_one_chief_at_a_time",
        using="gist",
        where=text("role = 'chief'"),
    ),
)

organisation = Table(
    "organisation",
    metadata,
    _id(),
    *_identity_in_source(),
    Column("name", Text),
    Column("kind", Text),
    _valid(),
    _reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("not isempty(valid)", name="valid"),
)

organisation_grid = Table(
    "organisation_grid",
    metadata,
    _id(),
    _reference("organisation_id", "organisation.id", ondelete="CASCADE"),
    _reference("grid_id", "grid.id"),
    _valid(),
    CheckConstraint("not isempty(valid)", name="valid"),
    ExcludeConstraint(
        ("organisation_id", "="),
        ("grid_id", "="),
        ("valid", "&&"),
        name="organisation_grid_once",
        using="gist",
    ),
)
Index("organisation_grid_grid_id_idx", organisation_grid.c.grid_id)

enterprise = Table(
    "enterprise",
    metadata,
    _id(),
    *_identity_in_source(),
    Column("name", Text),
    Column("credit_code", Text),
    Column("address", Text),
    Column("registered_address", Text),
    Column("industry", Text),
    Column("chains", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("category", Text),
    Column("workers", Integer),
    _geometry("POINT", nullable=True),
    _reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("workers >= 0", name="workers"),
)
Index("enterprise_geom_idx", enterprise.c.geom, postgresql_using="gist")
Index("enterprise_credit_code_idx", enterprise.c.credit_code)

station = Table(
    "station",
    metadata,
    _id(),
    *_identity_in_source(),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("category", Text),
    Column("functions", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("opening_hours", Text),
    Column("address", Text),
    _geometry("POINT", nullable=True),
    _reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("kind in ('station', 'centre')", name="kind"),
)
Index("station_geom_idx", station.c.geom, postgresql_using="gist")

street = Table(
    "street",
    metadata,
    _id(),
    *_identity_in_source(),
    Column("name", Text),
    Column("road_class", Text),
    Column("walk", Boolean, nullable=False),
    Column("ebike", Boolean, nullable=False),
    Column("drive", Boolean, nullable=False),
    Column("oneway", Text, nullable=False, server_default="no"),
    Column("layer", Integer, nullable=False, server_default="0"),
    _geometry("LINESTRING", nullable=False),
    _reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("oneway in ('no', 'forward', 'backward')", name="oneway"),
)
Index("street_geom_idx", street.c.geom, postgresql_using="gist")

base_feature = Table(
    "base_feature",
    metadata,
    _id(),
    *_identity_in_source(),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    _geometry("GEOMETRY", nullable=False),
    _reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
)
Index("base_feature_geom_idx", base_feature.c.geom, postgresql_using="gist")

assignment = Table(
    "assignment",
    metadata,
    _id(),
    _reference("enterprise_id", "enterprise.id", nullable=True, ondelete="CASCADE"),
    _reference("station_id", "station.id", nullable=True, ondelete="CASCADE"),
    _reference("partition_id", "partition.id"),
    _reference("grid_version_id", "grid_version.id", nullable=True),
    Column("status", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("candidates", ARRAY(Text(collation="C")), nullable=False, server_default=text("'{}'")),
    _valid(),
    *_known(),
    CheckConstraint("num_nonnulls(enterprise_id, station_id) = 1", name="one_point"),
    CheckConstraint("status in ('assigned', 'ambiguous', 'unassigned')", name="status"),
    CheckConstraint("(grid_version_id is null) = (status = 'unassigned')", name="grid"),
    _never_twice(
        "assignment_enterprise_once",
        "enterprise_id",
        "partition_id",
        where="enterprise_id is not null",
    ),
    _never_twice("assignment_station_once", "station_id", "partition_id", where="station_id is not null"),
)
Index("assignment_grid_version_id_idx", assignment.c.grid_version_id)
Index("park_version_geom_idx", park_version.c.geom, postgresql_using="gist")
Index("grid_version_geom_idx", grid_version.c.geom, postgresql_using="gist")
