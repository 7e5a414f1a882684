"""Jobs: work that takes longer than a request may wait, how far it has come, and what became of it.

Each change of a row raises its ``revision`` and notifies `CHANNEL` with the job's id, at the commit.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Double,
    Index,
    Integer,
    Row,
    Table,
    Text,
    cast,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from geo.store import queue
from geo.store.columns import id_column, metadata

CHANNEL = "gridcircle_job"
OPEN = ("queued", "running")

job = Table(
    "job",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("arguments", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="queued"),
    Column("fraction", Double, nullable=False, server_default="0"),
    Column("message", Text, nullable=False, server_default=""),
    Column("result", JSONB(none_as_null=True)),
    Column("error", JSONB(none_as_null=True)),
    Column("stopping", Boolean, nullable=False, server_default=text("false")),
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("worker", BigInteger),
    Column("queued_as", BigInteger),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("created_by", Text, nullable=False),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    CheckConstraint("fraction between 0 and 1", name="fraction"),
    CheckConstraint("state in ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
    CheckConstraint("(finished_at is null) = (state in ('queued', 'running'))", name="finished"),
)
Index("job_subject_idx", job.c.subject, job.c.id)
Index("job_open_idx", job.c.id, postgresql_where=text("state in ('queued', 'running')"))


@dataclass(frozen=True)
class Job:
    """One job as it stands.

    Parameters
    ----------
    kind, subject : str
        What is done, and to what, such as ``draft:12``.
    arguments : mapping
        What it was asked for with, as JSON holds it.
    state : str
        ``queued``, ``running``, ``done``, ``failed`` or ``cancelled``.
    fraction : float
        How far it has come, from 0 to 1.
    result, error : mapping, optional
        Of a job that is done, and of one that failed: ``code``, ``message``, ``details``.
    stopping : bool
        Whether somebody asked it to stop.
    revision : int
        Rises with each change.
    attempt : int
        How often it was begun.
    """

    id: int
    kind: str
    subject: str
    arguments: Mapping[str, Any]
    state: str
    fraction: float
    message: str
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    stopping: bool
    revision: int
    attempt: int
    worker: int | None
    queued_as: int | None
    created_at: datetime
    created_by: str
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state not in OPEN

    def to_dict(self) -> dict[str, Any]:
        """Return the job as the API gives it."""
        shown = ("id", "kind", "subject", "state", "fraction", "message", "result", "error", "stopping")
        moments = {name: getattr(self, name) for name in ("created_at", "started_at", "finished_at")}
        return {
            **{name: getattr(self, name) for name in shown},
            "attempt": self.attempt,
            "revision": self.revision,
            **{name: at and at.isoformat(timespec="milliseconds") for name, at in moments.items()},
            "created_by": self.created_by,
        }


def enter(connection: Connection, kind: str, subject: str, arguments: Mapping[str, Any], *, by: str) -> Job:
    """Enter a job and queue it; the very same one that waits already is returned in its place."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"job {subject}"))))
    same = (job.c.kind == kind, job.c.subject == subject, job.c.state == "queued")
    waiting = connection.execute(
        select(job).where(*same, job.c.arguments == cast(dict(arguments), JSONB)).limit(1)
    ).one_or_none()
    if waiting is not None:
        return _job(waiting)
    row = insert(job).values(kind=kind, subject=subject, arguments=dict(arguments), created_by=by)
    entered = connection.execute(row.returning(job.c.id)).scalar_one()
    number = queue.put(connection, entered, lock=subject)
    (found,) = change(connection, job.c.id == entered, queued_as=number)
    return found


def find(connection: Connection, ids: Collection[int]) -> list[Job]:
    """Return those of the jobs that are there, by id."""
    rows = connection.execute(select(job).where(job.c.id.in_(ids)).order_by(job.c.id))
    return [_job(row) for row in rows]


def latest(connection: Connection, subject: str) -> Job | None:
    """Return the last job of a subject, such as a draft."""
    row = connection.execute(select(job).where(job.c.subject == subject).order_by(job.c.id.desc()).limit(1))
    return next((_job(one) for one in row), None)


def stop(connection: Connection, job_id: int) -> Job | None:
    """Ask a job to stop: at once where it waits, else at its next word; None where there is none."""
    row = connection.execute(select(job).where(job.c.id == job_id).with_for_update()).one_or_none()
    if row is None:
        return None
    held = _job(row)
    if held.state == "queued":
        queue.withdraw(connection, held.queued_as)
        ended = {"state": "cancelled", "finished_at": func.clock_timestamp()}
        (held,) = change(connection, job.c.id == job_id, **ended)
    elif held.state == "running" and not held.stopping:
        (held,) = change(connection, job.c.id == job_id, stopping=True)
    return held


def change(connection: Connection, where: Any, **values: Any) -> list[Job]:
    """Change the jobs of a condition, tell whoever listens, and return them as they are then."""
    told = func.pg_notify(CHANNEL, cast(job.c.id, Text)).label("told")
    changed = update(job).where(where).values(revision=job.c.revision + 1, **values)
    return [_job(row) for row in connection.execute(changed.returning(*job.c, told))]


def _job(row: Row[Any]) -> Job:
    return Job(**{name: row._mapping[name] for name in Job.__dataclass_fields__})
