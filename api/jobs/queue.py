"""Asking for work, waiting for it, and stopping it."""

import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from geo.errors import NotFound
from geo.store import jobs
from geo.store.engine import reading, writing
from geo.store.jobs import Job

_FIRST_LOOK_S, _LONGEST_S = 0.01, 0.2


def submit(engine: Engine, kind: str, subject: str, arguments: Mapping[str, Any], by: str) -> Job:
    """Ask for a job, which a worker begins within some milliseconds.

    Of the jobs of one subject one runs at a time, in the order in which they came. The same kind with the
    same arguments, asked for again while it waits, is the same job.

    Parameters
    ----------
    kind : str
        One of `api.jobs.kinds.KINDS`.
    subject : str
        What it is about, such as ``draft:12``.
    arguments : mapping
        The keywords of the kind's function, as JSON holds them.
    by : str
        Who asks.
    """
    with writing(engine) as connection:
        return jobs.enter(connection, kind, subject, arguments, by=by)


def find(engine: Engine, job_id: int) -> Job:
    """Return a job as it stands.

    Raises
    ------
    NotFound
        Where there is none of that number.
    """
    with reading(engine) as connection:
        found = jobs.find(connection, [job_id])
    if not found:
        raise _missing(job_id)
    return found[0]


def wait(engine: Engine, job: Job, seconds: float) -> Job:
    """Wait for the end of a job, so long at most, and return how it stands then.

    A route that answers at once where the work is short gives it some hundred milliseconds.
    """
    until = time.monotonic() + seconds
    pause = _FIRST_LOOK_S
    while not job.over and (left := until - time.monotonic()) > 0:
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_S)
        job = find(engine, job.id)
    return job


def cancel(engine: Engine, job_id: int) -> Job:
    """Stop a job: at once where it waits, else at its next word; one that has ended stays as it is.

    Raises
    ------
    NotFound
        Where there is none of that number.
    """
    with writing(engine) as connection:
        found = jobs.stop(connection, job_id)
    if found is None:
        raise _missing(job_id)
    return found


def _missing(job_id: int) -> NotFound:
    return NotFound(
        f"There is no job {job_id}; it may have been deleted after a month.", reason="job-unknown", job=job_id
    )
