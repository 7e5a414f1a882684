"""The table of what people say of an enterprise's grid against the rule.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "override",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("partition_id", sa.SmallInteger(), nullable=False),
        sa.Column("grid_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("lawful_grid_id", sa.BigInteger(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("enterprise_id"), "="),
            (sa.column("partition_id"), "="),
            (sa.column("valid"), "&&"),
            where=sa.text("undone_at is null"),
            using="gist",
            name="override_one_at_a_time",
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("override_reason_check")),
        sa.CheckConstraint(
            "not isempty(valid) and not lower_inf(valid) and not upper_inf(valid)",
            name=op.f("override_valid_check"),
        ),
        sa.CheckConstraint("(undone_at is null) = (undone_by is null)", name=op.f("override_undone_check")),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("override_enterprise_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["grid_id", "partition_id"],
            ["grid.id", "grid.partition_id"],
            name=op.f("override_grid_id_fkey"),
        ),
        sa.ForeignKeyConstraint(["lawful_grid_id"], ["grid.id"], name=op.f("override_lawful_grid_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("override_pkey")),
    )
    op.create_index("override_enterprise_id_idx", "override", ["enterprise_id", "id"], unique=False)
    op.create_index("override_grid_id_idx", "override", ["grid_id"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("override")
