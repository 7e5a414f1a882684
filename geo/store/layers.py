"""Tables of what files bring beside boundaries: points, streets, known addresses, and what is drawn beneath.

Each row is known by its source and its id there; ``load_id`` is the load that changed it last.
"""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from geo.store.columns import geometry_column, id_column, identity_in_source, metadata, reference

enterprise = Table(
    "enterprise",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("name", Text),
    Column("credit_code", Text),
    Column("address", Text),
    Column("registered_address", Text),
    Column("industry", Text),
    Column("chains", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("category", Text),
    Column("workers", Integer),
    # How exactly the file says that it knows the place, in metres.
    Column("accuracy_m", Double),
    Column("shifts", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    geometry_column("POINT", nullable=True),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("workers >= 0", name="workers"),
    CheckConstraint("accuracy_m > 0", name="accuracy"),
)
Index("enterprise_geom_idx", enterprise.c.geom, postgresql_using="gist")
Index("enterprise_credit_code_idx", enterprise.c.credit_code)

station = Table(
    "station",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("category", Text),
    Column("functions", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("opening_hours", Text),
    Column("capacity", Integer),
    Column("address", Text),
    geometry_column("POINT", nullable=True),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("kind in ('station', 'centre')", name="kind"),
    CheckConstraint("capacity >= 0", name="capacity"),
)
Index("station_geom_idx", station.c.geom, postgresql_using="gist")

street = Table(
    "street",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("name", Text),
    Column("road_class", Text),
    Column("walk", Boolean, nullable=False),
    Column("ebike", Boolean, nullable=False),
    Column("drive", Boolean, nullable=False),
    Column("oneway", Text, nullable=False, server_default="no"),
    Column("layer", Integer, nullable=False, server_default="0"),
    # What it rises by along its line, in parts of its run; missing where nothing is stated.
    Column("slope", Double),
    # What it goes up and down altogether, likewise; missing where it goes one way alone.
    Column("climb", Double),
    geometry_column("LINESTRING", nullable=False),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("oneway in ('no', 'forward', 'backward')", name="oneway"),
    CheckConstraint("slope between -1 and 1", name="slope"),
    CheckConstraint("climb between 0 and 1", name="climb"),
)
Index("street_geom_idx", street.c.geom, postgresql_using="gist")

base_feature = Table(
    "base_feature",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    # Of gates: who may pass, “yes” or “no”.
    Column("walk", Text),
    Column("ebike", Text),
    Column("drive", Text),
    geometry_column("GEOMETRY", nullable=False),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
)
Index("base_feature_geom_idx", base_feature.c.geom, postgresql_using="gist")

known_address = Table(
    "known_address",
    metadata,
    id_column(),
    *identity_in_source(),
    Column("address", Text, nullable=False),
    Column("accuracy_m", Double),
    geometry_column("POINT", nullable=False),
    reference("load_id", "load.id"),
    UniqueConstraint("source", "source_id"),
    CheckConstraint("accuracy_m > 0", name="accuracy"),
)
Index("known_address_geom_idx", known_address.c.geom, postgresql_using="gist")
