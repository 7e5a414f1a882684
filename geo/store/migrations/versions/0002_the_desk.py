"""The tables of the desk, and what a release says of itself.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "answered",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("length(key) between 1 and 200", name=op.f("answered_key_check")),
        sa.PrimaryKeyConstraint("key", name=op.f("answered_pkey")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_pkey")),
    )
    op.create_index("audit_subject_idx", "audit", ["subject", "id"], unique=False)
    op.create_table(
        "remembered",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("source", "kind", "headers", name=op.f("remembered_pkey")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="reading", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column(
            "said", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "facts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "candidates",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("release_number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('reading', 'choosing', 'open', 'published', 'discarded', 'refused')",
            name=op.f("draft_state_check"),
        ),
        sa.ForeignKeyConstraint(["base_number"], ["release.number"], name=op.f("draft_base_number_fkey")),
        sa.ForeignKeyConstraint(
            ["release_number"], ["release.number"], name=op.f("draft_release_number_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("draft_pkey")),
    )
    op.create_index("draft_state_idx", "draft", ["state", "id"], unique=False)
    op.create_table(
        "draft_step",
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column(
            "findings",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("frame", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("action in ('read', 'mend', 'draw')", name=op.f("draft_step_action_check")),
        sa.CheckConstraint("number >= 0", name=op.f("draft_step_number_check")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("draft_step_draft_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("draft_step_pkey")),
    )
    op.add_column("release", sa.Column("restores", sa.Integer(), nullable=True))
    op.add_column(
        "release",
        sa.Column(
            "details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.create_foreign_key(op.f("release_restores_fkey"), "release", "release", ["restores"], ["number"])
    op.create_check_constraint("restores", "release", "(kind = 'rollback') = (restores is not null)")
    _let_duties_be_released()


def _let_duties_be_released() -> None:
    """Give duties the releases between which they are known, as boundaries have."""
    op.add_column("duty", sa.Column("from_release", sa.Integer(), nullable=True))
    op.add_column("duty", sa.Column("to_release", sa.Integer(), nullable=True))
    # Nobody wrote down when a duty became known; it is taken to be known for as long as its grid is.
    op.execute(
        "update duty as d set from_release = coalesce("
        "(select min(v.from_release) from grid_version as v where v.grid_id = d.grid_id),"
        " (select min(number) from release))"
    )
    op.alter_column("duty", "from_release", nullable=False)
    for name in ("from_release", "to_release"):
        op.create_foreign_key(op.f(f"duty_{name}_fkey"), "duty", "release", [name], ["number"])
    op.create_check_constraint("known", "duty", "to_release >= from_release")
    op.drop_constraint("duty_one_chief_at_a_time", "duty")
    # Alembic takes no expression into an exclusion constraint.
    op.execute(
        "alter table duty add constraint duty_one_chief_at_a_time exclude using gist"
        " (grid_id with =, valid with &&, int4range(from_release, to_release) with &&)"
        " where (role = 'chief')"
    )


def _let_duties_be_loaded() -> None:
    """Keep of the duties those that are known now, as before there were releases of them."""
    op.execute("delete from duty where to_release is not null")
    op.drop_constraint("duty_one_chief_at_a_time", "duty")
    for name in ("from_release", "to_release"):
        op.drop_column("duty", name)
    op.create_exclude_constraint(
        "duty_one_chief_at_a_time",
        "duty",
        (sa.column("grid_id"), "="),
        (sa.column("valid"), "&&"),
        where=sa.text("role = 'chief'"),
        using="gist",
    )


def downgrade() -> None:
    """Go down."""
    _let_duties_be_loaded()
    op.drop_constraint(op.f("release_restores_check"), "release", type_="check")
    op.drop_constraint(op.f("release_restores_fkey"), "release", type_="foreignkey")
    op.drop_column("release", "details")
    op.drop_column("release", "restores")
    op.drop_table("draft_step")
    op.drop_index("draft_state_idx", table_name="draft")
    op.drop_table("draft")
    op.drop_table("remembered")
    op.drop_index("audit_subject_idx", table_name="audit")
    op.drop_table("audit")
    op.drop_table("answered")
