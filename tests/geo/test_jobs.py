"""Jobs in their table: entered, begun, ended, stopped, and found again where a worker died."""

import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from districts import cloned, opened
from sqlalchemy import Connection, Engine, text

import geo.store
from geo.store import jobs, queue, work
from geo.store.jobs import Job

KEY = 4711
ERROR = {"code": "interrupted", "message": "It ended.", "details": {}}


@pytest.fixture(scope="module")
def engine(template_url: str) -> Iterator[Engine]:
    with cloned(template_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose changes are taken back."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def entered(connection: Connection, subject: str = "draft:1", **arguments: int) -> Job:
    return jobs.enter(connection, "check", subject, arguments, by="somebody")


def begun(connection: Connection, subject: str = "draft:1") -> Job:
    found = work.begin(connection, entered(connection, subject).id, KEY)
    assert found is not None
    take(connection, found)
    return found


def take(connection: Connection, job: Job, *, silent: bool = False) -> None:
    """Let a worker of the queue have a job, one that has said nothing for long or one that lives."""
    query = "insert into procrastinate_workers (last_heartbeat) values (now() - :ago * interval '1 s')"
    worker = connection.scalar(text(f"{query} returning id"), {"ago": 60 if silent else 0})
    changed = "update procrastinate_jobs set status = 'doing', worker_id = :worker where id = :id"
    connection.execute(text(changed), {"worker": worker, "id": job.queued_as})


def queued(connection: Connection) -> list[tuple[int, str]]:
    query = "select (args->>'job')::bigint, lock from procrastinate_jobs where status = 'todo' order by id"
    return [tuple(row) for row in connection.execute(text(query))]


def recover(connection: Connection) -> list[str]:
    return [one.state for one in work.recover(connection, again=["check"], error=ERROR)]


def test_a_job_is_entered_and_queued_together(connection: Connection) -> None:
    job = entered(connection, step=3)
    assert (job.kind, job.subject, job.arguments, job.state) == ("check", "draft:1", {"step": 3}, "queued")
    assert (job.created_by, job.fraction, job.over) == ("somebody", 0.0, False)
    assert queued(connection) == [(job.id, "draft:1")]
    assert jobs.latest(connection, "draft:1") == job
    assert jobs.latest(connection, "draft:2") is None


def test_the_same_job_that_waits_is_not_queued_twice(connection: Connection) -> None:
    first = entered(connection, step=3)
    assert entered(connection, step=3) == first
    other = entered(connection, step=4)
    assert other.id != first.id
    assert work.begin(connection, first.id, KEY) is not None
    assert entered(connection, step=3).id not in (first.id, other.id)


def test_a_job_goes_on_and_ends(connection: Connection) -> None:
    job = begun(connection)
    assert (job.state, job.attempt, job.started_at is not None) == ("running", 1, True)
    now = work.advance(connection, job, 0.25, "reading")
    assert now is not None
    assert (now.fraction, now.message, now.revision) == (0.25, "reading", job.revision + 1)
    done = work.finish(connection, job, "done", result={"ok": True})
    assert done is not None
    assert (done.state, done.fraction, done.result, done.error) == ("done", 1.0, {"ok": True}, None)
    assert done.over
    assert done.finished_at is not None
    assert done.to_dict()["finished_at"].endswith("+00:00")
    assert work.advance(connection, job, 0.5, "late") is None
    assert work.finish(connection, job, "failed", error=ERROR) is None
    assert work.begin(connection, job.id, KEY) is None


def test_what_waits_is_stopped_at_once(connection: Connection) -> None:
    job = entered(connection)
    stopped = jobs.stop(connection, job.id)
    assert stopped is not None
    assert (stopped.state, stopped.over) == ("cancelled", True)
    assert queued(connection) == []
    assert jobs.stop(connection, job.id) == stopped
    assert work.begin(connection, job.id, KEY) is None


def test_what_runs_is_asked_to_stop(connection: Connection) -> None:
    job = begun(connection)
    asked = jobs.stop(connection, job.id)
    assert asked is not None
    assert (asked.state, asked.stopping) == ("running", True)
    assert work.look(connection, job) == asked
    assert jobs.stop(connection, job.id) == asked, "asked twice is asked once"


def test_there_may_be_no_such_job(connection: Connection) -> None:
    assert jobs.stop(connection, 404) is None
    assert jobs.find(connection, [404]) == []


def test_broken_off_by_a_stop_costs_no_attempt(connection: Connection) -> None:
    job = begun(connection)
    back = work.give_back(connection, job)
    assert back is not None
    assert (back.state, back.attempt, back.worker) == ("queued", 0, None)
    assert (job.id, "draft:1") in queued(connection)
    assert work.give_back(connection, job) is None, "it is no longer this worker's"
    assert len(queued(connection)) == 1


def test_a_lost_job_is_begun_again_once(connection: Connection) -> None:
    job = begun(connection)
    assert recover(connection) == ["queued"], "nobody holds the lock of its worker"
    assert queued(connection) == [(job.id, "draft:1")]
    again = work.begin(connection, job.id, KEY)
    assert again is not None
    assert again.attempt == 2
    assert recover(connection) == ["failed"]
    (failed,) = jobs.find(connection, [job.id])
    assert (failed.error, failed.over) == (ERROR, True)
    assert recover(connection) == []


def test_a_kind_that_may_not_be_begun_again_fails(connection: Connection) -> None:
    begun(connection)
    assert [one.state for one in work.recover(connection, again=[], error=ERROR)] == ["failed"]


def test_a_lost_job_that_was_to_stop_is_cancelled(connection: Connection) -> None:
    jobs.stop(connection, begun(connection).id)
    assert recover(connection) == ["cancelled"]


def test_the_job_of_a_worker_that_lives_is_left_alone(engine: Engine, connection: Connection) -> None:
    begun(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
        other.detach()
        work.hold(other, KEY)
        assert recover(connection) == []
    until = time.monotonic() + 10
    while not (found := recover(connection)) and time.monotonic() < until:
        time.sleep(0.01)  # PostgreSQL ends a session a moment after its connection is closed.
    assert found == ["queued"], "the lock goes with the connection"


def test_what_was_lost_between_queue_and_table_is_queued_again(connection: Connection) -> None:
    fetched, silent, dropped = (entered(connection, f"draft:{n}") for n in (1, 2, 3))
    take(connection, fetched)
    take(connection, silent, silent=True)
    queue.drop(connection, dropped.queued_as)
    assert recover(connection) == ["queued", "queued"]
    assert {one for one, _ in queued(connection)} == {silent.id, dropped.id}


def test_old_jobs_are_forgotten(connection: Connection) -> None:
    ended, running = begun(connection, "draft:1"), begun(connection, "draft:2")
    work.finish(connection, ended, "done", result={})
    connection.execute(text("update job set finished_at = now() - interval '31 d' where state = 'done'"))
    assert work.forget(connection, days=30) == 1
    assert [one.id for one in jobs.find(connection, [ended.id, running.id])] == [running.id]


def test_the_queue_has_the_schema_of_its_package() -> None:
    """A newer procrastinate with another schema needs a migration of its own, made from its own."""
    folder = Path(geo.store.__file__).parent / "migrations" / "versions"
    ours = (folder / "0003_procrastinate.sql").read_text("utf-8")
    theirs = (resources.files("procrastinate") / "sql" / "schema.sql").read_text("utf-8")
    assert ours.endswith(theirs)
