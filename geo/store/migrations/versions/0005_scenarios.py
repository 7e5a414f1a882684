"""The table of scenarios: what people would do to the stations, until it is published or thrown away.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "scenario",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("edits", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("stations_version", sa.BigInteger(), nullable=False),
        sa.Column("published_as", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("scenario_name_check")),
        sa.CheckConstraint("state in ('open', 'published', 'discarded')", name=op.f("scenario_state_check")),
        sa.CheckConstraint(
            "(published_as is not null) = (state = 'published')", name=op.f("scenario_published_check")
        ),
        sa.ForeignKeyConstraint(["published_as"], ["load.id"], name=op.f("scenario_published_as_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("scenario_pkey")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("scenario")
