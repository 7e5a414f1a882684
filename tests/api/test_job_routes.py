"""Jobs as they are carried out: by a real worker, on a real database, ended in every way there is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from districts import cloned, opened
from sqlalchemy import Engine, create_engine, make_url, text
from toil import TOILS

from api.jobs.queue import cancel, find, submit, wait
from api.jobs.worker import Worker, Workshop
from api.settings import Settings
from geo.errors import NotFound
from geo.store.cluster.private import superuser_url
from geo.store.engine import reading, writing
from geo.store.jobs import Job
from geo.store.originals import keep
from geo.workflows.resident import Resident

ROOT = Path(__file__).parents[2]
LONG_S = 60
AWAY_S = 3
RUN = "import sys; from api.cli.main import main; main()"
ROWS = "编号,名称,经度,纬度\n1,甲,104,30\n2,乙,104,30\n"
LOADS = {"level": None, "basis": None, "crs": None, "encoding": None, "since": None}


@pytest.fixture(scope="module")
def url(template_url: str) -> Iterator[str]:
    with cloned(template_url) as url:
        yield url


@pytest.fixture(scope="module")
def engine(url: str) -> Iterator[Engine]:
    with opened(url) as engine:
        yield engine


@contextmanager
def at_work(engine: Engine, **options: Any) -> Iterator[Worker]:
    settings = Settings(profile="demo")
    hand = Worker(Workshop(engine, Resident(engine, settings.zone), settings, TOILS), **options)
    hand.start()
    try:
        yield hand
    finally:
        hand.stop()


@pytest.fixture(scope="module")
def worker(engine: Engine) -> Iterator[Worker]:
    with at_work(engine) as hand:
        yield hand


def ask(engine: Engine, kind: str, subject: str | None = None, **arguments: Any) -> Job:
    return submit(engine, kind, subject or f"{kind}:{time.monotonic_ns()}", arguments, "somebody")


def ended(engine: Engine, job: Job) -> Job:
    found = wait(engine, job, LONG_S)
    assert found.over, found
    return found


def running(engine: Engine, job: Job, *, at: float = 0.0, attempt: int = 1) -> Job:
    """Wait until a job runs for the first or a later time, and has come so far."""
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        found = find(engine, job.id)
        if (found.state, found.attempt) == ("running", attempt) and found.fraction >= at:
            return found
        time.sleep(0.02)
    raise AssertionError(find(engine, job.id))


def written(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.scalar(text("select count(*) from audit where action = 'toil'")))


@pytest.mark.usefixtures("worker")
def test_a_job_is_done_and_gives_its_result(engine: Engine) -> None:
    job = ended(engine, ask(engine, "count", "draft:12", steps=3))
    assert (job.state, job.fraction, job.attempt) == ("done", 1.0, 1)
    assert job.result == {"steps": 3, "by": "somebody", "subject": "draft:12"}
    assert job.created_at <= job.started_at <= job.finished_at


@pytest.mark.usefixtures("worker")
def test_progress_is_written_down_now_and_then(engine: Engine) -> None:
    job = ask(engine, "count", steps=100)
    halfway = running(engine, job, at=0.3)
    assert halfway.message == f"step {round(halfway.fraction * 100)}"
    done = ended(engine, job)
    took = (done.finished_at - done.started_at).total_seconds()
    # Entered, begun and ended beside the words; these come a tenth of a second apart at least.
    assert 3 < done.revision <= 3 + took / 0.1


@pytest.mark.usefixtures("worker")
def test_a_refusal_keeps_its_sentence_and_its_values(engine: Engine) -> None:
    job = ended(engine, ask(engine, "refuse"))
    assert (job.state, job.result) == ("failed", None)
    assert job.error == {
        "code": "conflict-error",
        "message": "Somebody published release 7 in between; look at it first.",
        "details": {"release": 7},
    }


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("kind", ["break", "nonsense"])
def test_a_fault_of_ours_is_told_as_one(engine: Engine, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    job = ended(engine, ask(engine, kind))
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["code"] == "unforeseen"
    assert f"Job {job.id} ({kind}) failed" in caplog.text


@pytest.mark.usefixtures("worker")
def test_what_the_database_cannot_hold_ends_a_job_all_the_same(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    job = ended(engine, ask(engine, "mutter"))
    assert (job.state, job.result) == ("failed", None)
    assert job.error is not None
    assert job.error["code"] == "input-error"
    assert f"The progress of job {job.id} is not written down" in caplog.text


@pytest.mark.usefixtures("worker")
def test_a_kind_that_nobody_knows_fails(engine: Engine) -> None:
    job = ended(engine, ask(engine, "fly"))
    assert job.error is not None
    assert job.error["code"] == "unknown-kind"


@pytest.mark.usefixtures("worker")
def test_a_job_that_is_cancelled_leaves_nothing(engine: Engine) -> None:
    before = written(engine)
    job = running(engine, ask(engine, "write", steps=1000), at=0.01)
    assert cancel(engine, job.id).stopping
    asked = time.monotonic()
    stopped = ended(engine, job)
    assert time.monotonic() - asked < 2
    assert (stopped.state, stopped.result, stopped.error) == ("cancelled", None, None)
    assert written(engine) == before
    assert cancel(engine, job.id) == stopped


@pytest.mark.usefixtures("worker")
def test_one_job_of_a_subject_runs_at_a_time(engine: Engine) -> None:
    first = ask(engine, "count", "draft:7", steps=40)
    second = ask(engine, "count", "draft:7", steps=1)
    other = ask(engine, "count", "draft:8", steps=1)
    assert ended(engine, other).finished_at < ended(engine, first).finished_at
    waited = ended(engine, second).started_at - ended(engine, first).finished_at
    assert 0 <= waited.total_seconds() < 2, "it is told when its turn has come"


@pytest.mark.usefixtures("worker")
def test_asked_for_twice_while_it_waits_is_one_job(engine: Engine) -> None:
    running(engine, ask(engine, "count", "draft:9", steps=60))
    waiting = [ask(engine, "count", "draft:9", steps=2) for _ in range(3)]
    assert len({job.id for job in waiting}) == 1
    assert cancel(engine, waiting[0].id).state == "cancelled"
    assert ask(engine, "count", "draft:9", steps=2).id != waiting[0].id


@pytest.mark.usefixtures("worker")
def test_waiting_ends_with_the_time_or_with_the_job(engine: Engine) -> None:
    job = ask(engine, "count", steps=100)
    started = time.monotonic()
    assert not wait(engine, job, 0.1).over
    assert time.monotonic() - started < 0.6
    assert cancel(engine, job.id).id == job.id
    with pytest.raises(NotFound):
        find(engine, 404_404)


@pytest.mark.usefixtures("worker")
def test_the_queue_is_empty_after_the_work(engine: Engine) -> None:
    ended(engine, ask(engine, "count", steps=1))
    until = time.monotonic() + LONG_S
    left = -1
    while left and time.monotonic() < until:
        time.sleep(0.05)
        with reading(engine) as connection:
            left = int(
                connection.scalar(text("select count(*) from procrastinate_jobs where status = 'doing'"))
            )
    assert left == 0


def test_a_worker_that_stops_gives_its_work_back(template_url: str) -> None:
    with cloned(template_url) as url, opened(url) as engine:
        with at_work(engine):
            job = running(engine, ask(engine, "count", steps=200), at=0.02)
            started = time.monotonic()
        assert time.monotonic() - started < 3
        waiting = find(engine, job.id)
        assert (waiting.state, waiting.attempt) == ("queued", 0)
        with at_work(engine):
            assert ended(engine, job).state == "done"


def test_a_job_that_says_no_word_does_not_hold_up_the_end(
    template_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with cloned(template_url) as url, opened(url) as engine:
        with at_work(engine, grace_s=0.3):
            job = running(engine, ask(engine, "sleep", seconds=3))
            started = time.monotonic()
        assert time.monotonic() - started < 2
        assert "said no word" in caplog.text
        assert find(engine, job.id).state == "running"
        time.sleep(3)


def test_a_worker_finds_the_database_again(template_url: str, caplog: pytest.LogCaptureFixture) -> None:
    with cloned(template_url) as url, opened(url) as engine, at_work(engine):
        ended(engine, ask(engine, "count", steps=1))
        with engine.connect() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        engine.dispose()
        until = time.monotonic() + LONG_S
        while "tries again" not in caplog.text and time.monotonic() < until:
            time.sleep(0.05)
        assert "tries again" in caplog.text
        assert ended(engine, ask(engine, "count", steps=1)).state == "done"


@contextmanager
def closed(url: str) -> Iterator[None]:
    """Let nobody into a database, as while its server is started anew."""
    name = make_url(url).database
    server = make_url(superuser_url(url)).set(database="postgres")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as session:
            session.execute(text(f"alter database {name} allow_connections false"))
            session.execute(
                text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"),
                {"name": name},
            )
            try:
                yield
            finally:
                session.execute(text(f"alter database {name} allow_connections true"))
    finally:
        admin.dispose()


def test_a_job_that_ends_while_the_database_is_away(
    template_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with cloned(template_url) as url, opened(url) as engine, at_work(engine):
        job = running(engine, ask(engine, "sleep", seconds=0.5))
        with closed(url):
            until = time.monotonic() + LONG_S
            while caplog.text.count("The end of job") < AWAY_S and time.monotonic() < until:
                time.sleep(0.1)
        assert ended(engine, job).state == "done"
        assert ended(engine, ask(engine, "count", steps=1)).state == "done"


@contextmanager
def process(url: str, home: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command in a process of its own; killed in the end where it still runs."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCIRCLE_")}
    given = {"GRIDCIRCLE_DATABASE_URL": url, "GRIDCIRCLE_HOME": str(home), "GRIDCIRCLE_PROFILE": "demo"}
    with subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        cwd=ROOT,
        env=bare | given | settings,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def load_arguments(home: Path) -> dict[str, Any]:
    kept = keep(home, BytesIO(ROWS.encode()))
    return {
        "sha256": kept.name,
        "suffix": ".csv",
        "kind": "enterprises",
        "options": LOADS | {"name": "企业.csv"},
    }


def test_a_killed_process_leaves_no_job_running_for_ever(template_url: str, open_folder: Path) -> None:
    """A real load, held up by another publication in its own transaction, and a real kill -9."""
    home = open_folder / "killed"
    with cloned(template_url) as url, opened(url) as engine:
        job = submit(engine, "load", "load", load_arguments(home), "somebody")
        with writing(engine) as other:
            other.execute(text("select pg_advisory_xact_lock(hashtext('gridcircle publication'))"))
            with process(url, home, "worker") as killed:
                running(engine, job, at=0.5)
                os.kill(killed.pid, signal.SIGKILL)
            assert find(engine, job.id).state == "running", "nobody could write that it is not"
        with process(url, home, "worker") as worker:
            found = ended(engine, job)
            worker.send_signal(signal.SIGINT)
            assert worker.wait(LONG_S) == 130
        assert (found.state, found.attempt) == ("done", 2)
        assert found.result is not None
        assert (found.result["added"], found.result["file"]) == (2, "企业.csv")
