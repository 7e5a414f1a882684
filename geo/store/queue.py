"""The queue beneath the jobs: procrastinate's tables, which its workers take from.

What is put in goes in with the transaction of the job that people see, so that neither is ever there alone.
The functions called here are a part of that queue's schema that keeps its meaning under its version.
"""

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.types import Text

QUEUE, TASK = "gridcircle", "work"

_PUT = text(
    "select unnest(procrastinate_defer_jobs_v1(array[row("
    " :queue, :task, 0, :lock, null, jsonb_build_object('job', cast(:job as bigint)), null"
    ")]::procrastinate_job_to_defer_v1[]))"
).bindparams(bindparam("lock", type_=Text))


def put(connection: Connection, job: int, *, lock: str) -> int:
    """Put a job into the queue, and return its number there.

    Parameters
    ----------
    lock : str
        Of the jobs with one lock, one runs at a time, in the order in which they came.
    """
    values = {"queue": QUEUE, "task": TASK, "lock": lock, "job": job}
    return int(connection.execute(_PUT, values).scalar_one())


def withdraw(connection: Connection, number: int | None) -> None:
    """Take a number out of the queue that no worker has taken yet."""
    connection.execute(
        text("delete from procrastinate_jobs where id = :number and status = 'todo'"), {"number": number}
    )


def drop(connection: Connection, number: int | None) -> None:
    """Take a number out of the queue whose worker is gone."""
    connection.execute(text("delete from procrastinate_jobs where id = :number"), {"number": number})
