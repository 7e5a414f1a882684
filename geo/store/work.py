"""Jobs at work: begun, brought forward and ended by a worker, and found again where a worker died."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, func, select, text

from geo.store import queue
from geo.store.jobs import Job, change, find, job
from geo.store.statements import statement

# The first of the two numbers of a worker's advisory lock: "grid" in ASCII.
_WORKERS = 0x67726964
_SILENT_S = 30
_ATTEMPTS = 2


def begin(connection: Connection, job_id: int, worker: int) -> Job | None:
    """Let a worker begin a job; None where it was cancelled meanwhile or another one has it."""
    found = change(
        connection,
        (job.c.id == job_id) & (job.c.state == "queued"),
        state="running",
        worker=worker,
        attempt=job.c.attempt + 1,
        started_at=func.clock_timestamp(),
        fraction=0.0,
        message="",
    )
    return found[0] if found else None


def advance(connection: Connection, held: Job, fraction: float, message: str) -> Job | None:
    """Write down how far a job has come; None where it is no longer this worker's."""
    found = change(connection, _is_held(held), fraction=fraction, message=message)
    return found[0] if found else None


def look(connection: Connection, held: Job) -> Job | None:
    """Return a job as it stands; None where it is no longer this worker's."""
    return next((one for one in find(connection, [held.id]) if _same_run(one, held)), None)


def finish(
    connection: Connection,
    held: Job,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    error: Mapping[str, Any] | None = None,
) -> Job | None:
    """End a job; None where it is no longer this worker's."""
    whole = {"fraction": 1.0} if state == "done" else {}
    found = change(
        connection,
        _is_held(held),
        state=state,
        result=result,
        error=error,
        finished_at=func.clock_timestamp(),
        **whole,
    )
    return found[0] if found else None


def give_back(connection: Connection, held: Job, *, counts: bool = False) -> Job | None:
    """Queue a job anew that was broken off; ``counts`` says whether that was one of its attempts."""
    number = queue.put(connection, held.id, lock=held.subject)
    found = change(
        connection,
        _is_held(held) if held.state == "running" else job.c.id == held.id,
        state="queued",
        worker=None,
        queued_as=number,
        attempt=job.c.attempt - (0 if counts or held.state == "queued" else 1),
        fraction=0.0,
        message="",
    )
    if not found:
        queue.drop(connection, number)
    return found[0] if found else None


def recover(connection: Connection, *, again: Collection[str], error: Mapping[str, Any]) -> list[Job]:
    """Queue the jobs anew that were lost with their worker, once; end them with an error after that.

    Parameters
    ----------
    again : collection of str
        The kinds that may be begun twice.
    error : mapping
        Of those that may not, or were.
    """
    wanted = {"workers": _WORKERS, "silent_s": _SILENT_S}
    lost = list(connection.execute(text(statement("lost_jobs")), wanted).scalars())
    recovered: list[Job] = []
    for held in find(connection, lost):
        queue.drop(connection, held.queued_as)
        if held.stopping:
            changed = finish(connection, held, "cancelled")
        elif held.state == "queued" or (held.kind in again and held.attempt < _ATTEMPTS):
            changed = give_back(connection, held, counts=True)
        else:
            changed = finish(connection, held, "failed", error=error)
        recovered += [changed] if changed else []
    return recovered


def forget(connection: Connection, *, days: int) -> int:
    """Delete the jobs that ended so many days ago, and return how many they were."""
    old = func.now() - func.make_interval(0, 0, 0, days)
    return connection.execute(delete(job).where(job.c.finished_at < old)).rowcount


def hold(connection: Connection, worker: int) -> None:
    """Hold the lock that says that a worker lives, for as long as this connection does.

    Where the worker is on another machine that dies, the server finds out within half a minute.
    """
    for setting, seconds in (("tcp_keepalives_idle", 10), ("tcp_keepalives_interval", 5)):
        connection.execute(text(f"set {setting} = {seconds}"))
    connection.execute(select(func.pg_advisory_lock(_WORKERS, worker)))


def _is_held(held: Job) -> Any:
    return (job.c.id == held.id) & (job.c.state == "running") & (job.c.attempt == held.attempt)


def _same_run(one: Job, held: Job) -> bool:
    return one.state == "running" and one.attempt == held.attempt
