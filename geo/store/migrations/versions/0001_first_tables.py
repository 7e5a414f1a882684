"""The tables of boundaries, points, streets and assignments.

Revision: 0001, after nothing.
"""

import geoalchemy2
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "load",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("loaded_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("load_pkey")),
    )
    op.create_index("load_kind_id_idx", "load", ["kind", "id"], unique=False)
    op.create_table(
        "park",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("park_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("park_source_source_id_key")),
    )
    op.create_table(
        "partition",
        sa.Column("id", sa.SmallInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("partition_pkey")),
        sa.UniqueConstraint("basis", "level", name=op.f("partition_basis_level_key")),
    )
    op.create_table(
        "release",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), server_default="publication", nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column(
            "published_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("published_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind in ('publication', 'rollback')", name=op.f("release_kind_check")),
        sa.CheckConstraint("number = coalesce(base_number, 0) + 1", name=op.f("release_chain_check")),
        sa.ForeignKeyConstraint(["base_number"], ["release.number"], name=op.f("release_base_number_fkey")),
        sa.PrimaryKeyConstraint("number", name=op.f("release_pkey")),
        sa.UniqueConstraint(
            "base_number", name=op.f("release_base_number_key"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_table(
        "base_feature",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("base_feature_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("base_feature_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("base_feature_source_source_id_key")),
    )
    op.create_index("base_feature_geom_idx", "base_feature", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "enterprise",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("credit_code", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("registered_address", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("chains", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("workers", sa.Integer(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("workers >= 0", name=op.f("enterprise_workers_check")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("enterprise_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("enterprise_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("enterprise_source_source_id_key")),
    )
    op.create_index("enterprise_credit_code_idx", "enterprise", ["credit_code"], unique=False)
    op.create_index("enterprise_geom_idx", "enterprise", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "grid",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("partition_id", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["partition_id"], ["partition.id"], name=op.f("grid_partition_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("grid_pkey")),
        sa.UniqueConstraint("id", "partition_id", name=op.f("grid_id_partition_id_key")),
        sa.UniqueConstraint(
            "partition_id", "source", "source_id", name=op.f("grid_partition_id_source_source_id_key")
        ),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("not isempty(valid)", name=op.f("organisation_valid_check")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("organisation_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("organisation_source_source_id_key")),
    )
    op.create_table(
        "park_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("park_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("from_release", sa.Integer(), nullable=False),
        sa.Column("to_release", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("park_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.text("int4range(from_release, to_release)"), "&&"),
            using="gist",
            name="park_version_one_at_a_time",
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("park_version_valid_check")),
        sa.CheckConstraint("to_release >= from_release", name=op.f("park_version_known_check")),
        sa.ForeignKeyConstraint(
            ["from_release"], ["release.number"], name=op.f("park_version_from_release_fkey")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("park_version_park_id_fkey")),
        sa.ForeignKeyConstraint(
            ["to_release"], ["release.number"], name=op.f("park_version_to_release_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("park_version_pkey")),
    )
    op.create_index("park_version_geom_idx", "park_version", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "station",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("functions", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("opening_hours", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('station', 'centre')", name=op.f("station_kind_check")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("station_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("station_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("station_source_source_id_key")),
    )
    op.create_index("station_geom_idx", "station", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "street",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("road_class", sa.Text(), nullable=True),
        sa.Column("walk", sa.Boolean(), nullable=False),
        sa.Column("ebike", sa.Boolean(), nullable=False),
        sa.Column("drive", sa.Boolean(), nullable=False),
        sa.Column("oneway", sa.Text(), server_default="no", nullable=False),
        sa.Column("layer", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="LINESTRING",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("oneway in ('no', 'forward', 'backward')", name=op.f("street_oneway_check")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("street_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("street_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("street_source_source_id_key")),
    )
    op.create_index("street_geom_idx", "street", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "duty",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("load_id", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("role = 'chief'"),
            using="gist",
            name="duty_one_chief_at_a_time",
        ),
        sa.CheckConstraint("role in ('chief', 'staff', 'guide', 'contact')", name=op.f("duty_role_check")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("duty_valid_check")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("duty_grid_id_fkey")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("duty_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("duty_pkey")),
    )
    op.create_table(
        "grid_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("partition_id", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("park_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("from_release", sa.Integer(), nullable=False),
        sa.Column("to_release", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.text("int4range(from_release, to_release)"), "&&"),
            using="gist",
            name="grid_version_one_at_a_time",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("partition_id"), "="),
            (sa.column("code"), "="),
            (sa.column("valid"), "&&"),
            (sa.text("int4range(from_release, to_release)"), "&&"),
            using="gist",
            name="grid_version_code_once",
        ),
        sa.CheckConstraint("code <> ''", name=op.f("grid_version_code_check")),
        sa.CheckConstraint("not isempty(valid)", name=op.f("grid_version_valid_check")),
        sa.CheckConstraint("to_release >= from_release", name=op.f("grid_version_known_check")),
        sa.ForeignKeyConstraint(
            ["from_release"], ["release.number"], name=op.f("grid_version_from_release_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "partition_id"],
            ["grid.id", "grid.partition_id"],
            name=op.f("grid_version_grid_id_partition_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["grid.id"], name=op.f("grid_version_parent_id_fkey")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("grid_version_park_id_fkey")),
        sa.ForeignKeyConstraint(
            ["to_release"], ["release.number"], name=op.f("grid_version_to_release_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("grid_version_pkey")),
    )
    op.create_index("grid_version_geom_idx", "grid_version", ["geom"], unique=False, postgresql_using="gist")
    op.create_table(
        "lineage",
        sa.Column("ancestor_id", sa.BigInteger(), nullable=False),
        sa.Column("descendant_id", sa.BigInteger(), nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('split', 'merge', 'redraw')", name=op.f("lineage_kind_check")),
        sa.CheckConstraint("ancestor_id <> descendant_id", name=op.f("lineage_not_itself_check")),
        sa.ForeignKeyConstraint(["ancestor_id"], ["grid.id"], name=op.f("lineage_ancestor_id_fkey")),
        sa.ForeignKeyConstraint(["descendant_id"], ["grid.id"], name=op.f("lineage_descendant_id_fkey")),
        sa.ForeignKeyConstraint(
            ["release_number"], ["release.number"], name=op.f("lineage_release_number_fkey")
        ),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", "release_number", name=op.f("lineage_pkey")),
    )
    op.create_table(
        "organisation_grid",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("organisation_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("organisation_id"), "="),
            (sa.column("grid_id"), "="),
            (sa.column("valid"), "&&"),
            using="gist",
            name="organisation_grid_once",
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("organisation_grid_valid_check")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("organisation_grid_grid_id_fkey")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("organisation_grid_organisation_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("organisation_grid_pkey")),
    )
    op.create_index("organisation_grid_grid_id_idx", "organisation_grid", ["grid_id"], unique=False)
    op.create_table(
        "assignment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger(), nullable=True),
        sa.Column("station_id", sa.BigInteger(), nullable=True),
        sa.Column("partition_id", sa.SmallInteger(), nullable=False),
        sa.Column("grid_version_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column(
            "candidates", sa.ARRAY(sa.Text(collation="C")), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("valid", postgresql.DATERANGE(), server_default=sa.text("'(,)'"), nullable=False),
        sa.Column("from_release", sa.Integer(), nullable=False),
        sa.Column("to_release", sa.Integer(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("enterprise_id"), "="),
            (sa.column("partition_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.text("int4range(from_release, to_release)"), "&&"),
            where=sa.text("enterprise_id is not null"),
            using="gist",
            name="assignment_enterprise_once",
        ),
        postgresql.ExcludeConstraint(
            (sa.column("station_id"), "="),
            (sa.column("partition_id"), "="),
            (sa.column("valid"), "&&"),
            (sa.text("int4range(from_release, to_release)"), "&&"),
            where=sa.text("station_id is not null"),
            using="gist",
            name="assignment_station_once",
        ),
        sa.CheckConstraint(
            "(grid_version_id is null) = (status = 'unassigned')", name=op.f("assignment_grid_check")
        ),
        sa.CheckConstraint(
            "status in ('assigned', 'ambiguous', 'unassigned')", name=op.f("assignment_status_check")
        ),
        sa.CheckConstraint("not isempty(valid)", name=op.f("assignment_valid_check")),
        sa.CheckConstraint(
            "num_nonnulls(enterprise_id, station_id) = 1", name=op.f("assignment_one_point_check")
        ),
        sa.CheckConstraint("to_release >= from_release", name=op.f("assignment_known_check")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("assignment_enterprise_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["from_release"], ["release.number"], name=op.f("assignment_from_release_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grid_version_id"], ["grid_version.id"], name=op.f("assignment_grid_version_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["partition_id"], ["partition.id"], name=op.f("assignment_partition_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("assignment_station_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_release"], ["release.number"], name=op.f("assignment_to_release_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("assignment_pkey")),
    )
    op.create_index("assignment_grid_version_id_idx", "assignment", ["grid_version_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index("assignment_grid_version_id_idx", table_name="assignment")
    op.drop_table("assignment")
    op.drop_index("organisation_grid_grid_id_idx", table_name="organisation_grid")
    op.drop_table("organisation_grid")
    op.drop_table("lineage")
    op.drop_index("grid_version_geom_idx", table_name="grid_version", postgresql_using="gist")
    op.drop_table("grid_version")
    op.drop_table("duty")
    op.drop_index("street_geom_idx", table_name="street", postgresql_using="gist")
    op.drop_table("street")
    op.drop_index("station_geom_idx", table_name="station", postgresql_using="gist")
    op.drop_table("station")
    op.drop_index("park_version_geom_idx", table_name="park_version", postgresql_using="gist")
    op.drop_table("park_version")
    op.drop_table("organisation")
    op.drop_table("grid")
    op.drop_index("enterprise_geom_idx", table_name="enterprise", postgresql_using="gist")
    op.drop_index("enterprise_credit_code_idx", table_name="enterprise")
    op.drop_table("enterprise")
    op.drop_index("base_feature_geom_idx", table_name="base_feature", postgresql_using="gist")
    op.drop_table("base_feature")
    op.drop_table("release")
    op.drop_table("partition")
    op.drop_table("park")
    op.drop_index("load_kind_id_idx", table_name="load")
    op.drop_table("load")
