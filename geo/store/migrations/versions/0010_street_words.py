"""Who may pass a gate, and what people say of streets: paths that are missing, places that are closed.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    for mode in ("walk", "ebike", "drive"):
        op.add_column("base_feature", sa.Column(mode, sa.Text(), nullable=True))
    op.create_table(
        "street_word",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint("kind in ('link', 'closure')", name=op.f("street_word_kind_check")),
        sa.CheckConstraint("reason <> ''", name=op.f("street_word_reason_check")),
        sa.CheckConstraint(
            "modes <> '{}' and modes <@ array['walk', 'ebike', 'drive']", name=op.f("street_word_modes_check")
        ),
        sa.CheckConstraint(
            "(undone_at is null) = (undone_by is null)", name=op.f("street_word_undone_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("street_word_pkey")),
    )
    op.create_index("street_word_geom_idx", "street_word", ["geom"], unique=False, postgresql_using="gist")


def downgrade() -> None:
    """Go down."""
    op.drop_table("street_word")
    for mode in ("drive", "ebike", "walk"):
        op.drop_column("base_feature", mode)
