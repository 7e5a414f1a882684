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

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

from geo.store.columns import (
    geometry_column,
    id_column,
    identity_in_source,
    known_columns,
    metadata,
    never_twice,
    reference,
    valid_column,
)
from geo.store.layers import base_feature, enterprise, known_address, station, street

__all__ = [
    "assignment",
    "base_feature",
    "duty",
    "enterprise",
    "grid",
    "grid_version",
    "known_address",
    "lineage",
    "load",
    "metadata",
    "organisation",
    "organisation_grid",
    "park",
    "park_version",
    "partition",
    "release",
    "station",
    "street",
]

load = Table(
    "load",
    metadata,
    id_column(),
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
    # The release that a roll-back brought back.
    Column("restores", Integer, ForeignKey("release.number")),
    # What was mended before it was published, and whatever else explains it.
    Column("details", JSONB, nullable=False, server_default=text("'{}'")),
    CheckConstraint("number = coalesce(base_number, 0) + 1", name="chain"),
    CheckConstraint("(kind = 'rollback') = (restores is not null)", name="restores"),
    CheckConstraint("kind in ('publication', 'rollback')", name="kind"),
)

partition = Table(
    "partition",
    metadata,
    id_column(SmallInteger),
    Column("basis", Text, nullable=False),
    Column("level", Text, nullable=False),
    UniqueConstraint("basis", "level"),
)

park = Table("park", metadata, id_column(), *identity_in_source(), UniqueConstraint("source", "source_id"))

park_version = Table(
    "park_version",
    metadata,
    id_column(),
    reference("park_id", "park.id"),
    Column("code", Text),
    Column("name", Text),
    geometry_column("MULTIPOLYGON", nullable=False),
    valid_column(),
    *known_columns(),
    never_twice("park_version_one_at_a_time", "park_id"),
)

grid = Table(
    "grid",
    metadata,
    id_column(),
    reference("partition_id", "partition.id"),
    *identity_in_source(),
    UniqueConstraint("partition_id", "source", "source_id"),
    # The target of the version's foreign key, which carries the partition along.
    UniqueConstraint("id", "partition_id"),
)

grid_version = Table(
    "grid_version",
    metadata,
    id_column(),
    Column("grid_id", BigInteger, nullable=False),
    Column("partition_id", SmallInteger, nullable=False),
    Column("code", Text(collation="C"), nullable=False),
    Column("name", Text),
    Column("kind", Text),
    reference("parent_id", "grid.id", nullable=True),
    reference("park_id", "park.id", nullable=True),
    geometry_column("MULTIPOLYGON", nullable=True),
    valid_column(),
    *known_columns(),
    ForeignKeyConstraint(["grid_id", "partition_id"], ["grid.id", "grid.partition_id"]),
    CheckConstraint("code <> ''", name="code"),
    never_twice("grid_version_one_at_a_time", "grid_id"),
    never_twice("grid_version_code_once", "partition_id", "code"),
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
    id_column(),
    reference("grid_id", "grid.id"),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    valid_column(),
    reference("load_id", "load.id"),
    *known_columns(),
    CheckConstraint("role in ('chief', 'staff', 'guide', 'contact')", name="role"),
    never_twice("duty_one_chief_at_a_time", "grid_id", where="role = 'chief'"),
)

organisation = Table(
    "organisation",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("name", Text),
    Column("kind", Text),
    valid_column(),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("not isempty(valid)", name="valid"),
)

organisation_grid = Table(
    "organisation_grid",
    metadata,
    id_column(),
    reference("organisation_id", "organisation.id", ondelete="CASCADE"),
    reference("grid_id", "grid.id"),
    valid_column(),
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

assignment = Table(
    "assignment",
    metadata,
    id_column(),
    reference("enterprise_id", "enterprise.id", nullable=True, ondelete="CASCADE"),
    reference("station_id", "station.id", nullable=True, ondelete="CASCADE"),
    reference("partition_id", "partition.id"),
    reference("grid_version_id", "grid_version.id", nullable=True),
    Column("status", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("candidates", ARRAY(Text(collation="C")), nullable=False, server_default=text("'{}'")),
    valid_column(),
    *known_columns(),
    CheckConstraint("num_nonnulls(enterprise_id, station_id) = 1", name="one_point"),
    CheckConstraint("status in ('assigned', 'ambiguous', 'unassigned')", name="status"),
    CheckConstraint("(grid_version_id is null) = (status = 'unassigned')", name="grid"),
    never_twice(
        "assignment_enterprise_once",
        "enterprise_id",
        "partition_id",
        where="enterprise_id is not null",
    ),
    never_twice("assignment_station_once", "station_id", "partition_id", where="station_id is not null"),
)
Index("assignment_grid_version_id_idx", assignment.c.grid_version_id)
Index("park_version_geom_idx", park_version.c.geom, postgresql_using="gist")
Index("grid_version_geom_idx", grid_version.c.geom, postgresql_using="gist")
