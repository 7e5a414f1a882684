"""Tables of known addresses, and which of them a place was found in.

Revision: 0009, after 0008.
"""

import geoalchemy2
import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "known_address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column(
            "geom",
            geoalchemy2.types.Geometry(
                geometry_type="POINT",
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
        sa.CheckConstraint("accuracy_m > 0", name=op.f("known_address_accuracy_check")),
        sa.ForeignKeyConstraint(["load_id"], ["load.id"], name=op.f("known_address_load_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("known_address_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("known_address_source_source_id_key")),
    )
    op.create_index(
        "known_address_geom_idx", "known_address", ["geom"], unique=False, postgresql_using="gist"
    )
    op.add_column("geocode", sa.Column("source", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("geocode", "source")
    op.drop_table("known_address")
