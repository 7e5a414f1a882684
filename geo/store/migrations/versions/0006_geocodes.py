"""The table of places that were found by addresses, and how exactly files say that they know theirs.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("enterprise", sa.Column("accuracy_m", sa.Double(), nullable=True))
    op.create_check_constraint(op.f("enterprise_accuracy_check"), "enterprise", "accuracy_m > 0")
    op.create_table(
        "geocode",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint("how in ('taken', 'chosen', 'placed')", name=op.f("geocode_how_check")),
        sa.CheckConstraint("score >= 0 and score <= 1", name=op.f("geocode_score_check")),
        sa.CheckConstraint("accuracy_m > 0", name=op.f("geocode_accuracy_check")),
        sa.CheckConstraint(
            "ended_why in ('taken-back', 'replaced', 'coordinate', 'address')",
            name=op.f("geocode_why_check"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(ended_at, ended_by, ended_why) in (0, 3)", name=op.f("geocode_ended_check")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("geocode_enterprise_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("geocode_pkey")),
    )
    op.create_index(
        "geocode_one_stands",
        "geocode",
        ["enterprise_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    """Go down; enterprises have no place again where one was found for them."""
    op.execute(
        "update enterprise as e set geom = null from geocode as g"
        " where g.enterprise_id = e.id and g.ended_at is null"
    )
    op.drop_table("geocode")
    op.drop_constraint(op.f("enterprise_accuracy_check"), "enterprise")
    op.drop_column("enterprise", "accuracy_m")
