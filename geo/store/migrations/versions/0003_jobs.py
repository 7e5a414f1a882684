"""The table of jobs that people see, and the queue beneath it.

Revision: 0003, after 0002.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# The queue tells its workers of new jobs alone, not of those that waited for the end of another.
WAKE = """
    create function wake_workers() returns trigger language plpgsql as $$
    begin
        if exists (select from procrastinate_jobs where lock = old.lock and status = 'todo') then
            perform pg_notify(
                'procrastinate_queue_v1#' || old.queue_name,
                json_build_object('type', 'job_inserted', 'job_id', old.id)::text
            );
        end if;
        return null;
    end
    $$
"""

QUEUE = Path(__file__).with_name("0003_procrastinate.sql")


def upgrade() -> None:
    """Go up."""
    # To the driver itself: the script holds percent signs, colons and several statements.
    op.get_bind().connection.cursor().execute(QUEUE.read_text("utf-8"))
    op.execute(WAKE)
    op.execute(
        "create trigger wake_workers after delete on procrastinate_jobs"
        " for each row execute function wake_workers()"
    )
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("fraction", sa.Double(), server_default="0", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("error", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("stopping", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("worker", sa.BigInteger(), nullable=True),
        sa.Column("queued_as", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("fraction between 0 and 1", name=op.f("job_fraction_check")),
        sa.CheckConstraint(
            "state in ('queued', 'running', 'done', 'failed', 'cancelled')", name=op.f("job_state_check")
        ),
        sa.CheckConstraint(
            "(finished_at is null) = (state in ('queued', 'running'))", name=op.f("job_finished_check")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("job_pkey")),
    )
    op.create_index("job_subject_idx", "job", ["subject", "id"], unique=False)
    op.create_index(
        "job_open_idx",
        "job",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state in ('queued', 'running')"),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_index("job_open_idx", table_name="job")
    op.drop_index("job_subject_idx", table_name="job")
    op.drop_table("job")
    op.execute(
        """
        do $$
        declare
            thing text;
        begin
            for thing in select format('table %I', tablename) from pg_tables
                where schemaname = current_schema and tablename like 'procrastinate\\_%'
            loop execute 'drop ' || thing || ' cascade'; end loop;
            for thing in select 'function ' || p.oid::regprocedure from pg_proc as p
                where p.pronamespace = current_schema::regnamespace and proname like 'procrastinate\\_%'
            loop execute 'drop ' || thing; end loop;
            drop function if exists wake_workers;
            for thing in select format('type %I', typname) from pg_type
                where typnamespace = current_schema::regnamespace
                    and typname like 'procrastinate\\_%' and typtype in ('e', 'c')
            loop execute 'drop ' || thing; end loop;
        end
        $$
        """
    )
