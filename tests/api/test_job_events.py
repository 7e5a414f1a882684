"""Jobs on the web: asked for, followed as a stream and by asking, stopped; and streams that let go."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from clients import served
from districts import cloned, opened
from httpx import Client
from sqlalchemy import Engine, text
from toil import TOILS

from api.app import create_app
from api.guards import NOTHING
from api.jobs.queue import submit
from api.settings import Settings

pytestmark = pytest.mark.usefixtures("quick_reading")

API = "/api/v1"
LONG_S = 20
VIEWERS = 100


@pytest.fixture(scope="module")
def engine(template_url: str) -> Iterator[Engine]:
    with cloned(template_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(application(engine, home=tmp_path_factory.mktemp("home"))) as client:
        yield client


def application(engine: Engine, **settings: Any) -> Any:
    app = create_app(Settings(profile="demo", **settings), engine)
    app.state.kinds = TOILS
    return app


def ask(engine: Engine, kind: str = "count", **arguments: Any) -> int:
    return submit(engine, kind, f"{kind}:{time.monotonic_ns()}", arguments, "somebody").id


def events(answer: httpx.Response) -> Iterator[dict[str, str]]:
    """The events of a stream, as they come."""
    event: dict[str, str] = {}
    for line in answer.iter_lines():
        if not line:
            yield event
            event = {}
        else:
            name, _, value = line.partition(": ")
            event[name] = value


def followed(client: Client, job: int, **headers: str) -> list[dict[str, Any]]:
    with client.stream("GET", f"{API}/jobs/{job}/events", headers=headers) as answer:
        assert answer.status_code == 200
        return [json.loads(event["data"]) for event in events(answer) if "data" in event]


def test_a_file_is_loaded_by_a_job(client: Client) -> None:
    rows = "编号,名称,经度,纬度\n1,甲,104,30\n2,乙,104,130\n".encode()
    answer = client.post(
        f"{API}/loads?job=true", data={"kind": "enterprises"}, files={"file": ("企业.csv", rows)}
    )
    assert answer.status_code == 202
    asked = answer.json()["job"]
    assert (asked["kind"], asked["state"], asked["created_by"]) == ("load", "queued", "local")
    last = followed(client, asked["id"])[-1]
    assert (last["state"], last["fraction"], last["error"]) == ("done", 1, None)
    report = last["result"]
    assert (report["file"], report["added"], report["ok"]) == ("企业.csv", 1, False)
    assert [one["row"] for one in report["refused"]] == [2]
    assert client.get(f"{API}/jobs/{asked['id']}").json() == last
    assert client.get(f"{API}/enterprises").json()["total"] == 1


def test_a_file_that_cannot_be_read_fails_with_its_sentence(client: Client) -> None:
    files = {"file": ("e.csv", b"id,a\n1,2\n")}
    asked = client.post(f"{API}/loads?job=true", data={"kind": "enterprises"}, files=files).json()["job"]
    last = followed(client, asked["id"])[-1]
    told = client.post(f"{API}/loads", data={"kind": "enterprises"}, files=files)
    assert last["state"] == "failed"
    assert {"error": last["error"]} == told.json()


def test_the_stream_begins_with_what_is_and_ends_with_the_job(engine: Engine, client: Client) -> None:
    job = ask(engine, steps=60)
    with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-cache"
        assert answer.headers["content-security-policy"] == NOTHING
        assert "content-encoding" not in answer.headers
        found = list(events(answer))
    assert {event["event"] for event in found} == {"progress"}
    told = [json.loads(event["data"]) for event in found]
    assert [int(event["id"]) for event in found] == [one["revision"] for one in told]
    assert told == sorted(told, key=lambda one: one["revision"])
    assert told[0]["state"] in ("queued", "running")
    assert [one["state"] for one in told[-2:]] == ["running", "done"]
    assert len(told) > 3


def test_whoever_comes_back_gets_what_is_now(engine: Engine, client: Client) -> None:
    job = ask(engine, steps=60)
    with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
        first = next(events(answer))
    again = followed(client, job, **{"Last-Event-ID": first["id"]})
    assert again[-1]["state"] == "done"
    assert followed(client, job, **{"Last-Event-ID": str(again[-1]["revision"])}) == [again[-1]]


def test_a_job_is_stopped(engine: Engine, client: Client) -> None:
    job = ask(engine, steps=1000)
    with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
        stream = events(answer)
        while json.loads(next(stream)["data"])["fraction"] == 0:
            pass
        assert client.delete(f"{API}/jobs/{job}").json()["stopping"]
        assert json.loads(list(stream)[-1]["data"])["state"] == "cancelled"
    assert client.delete(f"{API}/jobs/{job}").json()["state"] == "cancelled"


@pytest.mark.parametrize(("path", "status"), [("404404", 404), ("404404/events", 404), ("x", 422)])
def test_there_may_be_no_such_job(client: Client, path: str, status: int) -> None:
    answer = client.get(f"{API}/jobs/{path}")
    assert (answer.status_code, answer.json().keys()) == (status, {"error"})
    assert client.delete(f"{API}/jobs/404404").status_code == 404


def test_a_page_of_another_site_stops_nothing(engine: Engine, client: Client) -> None:
    job = ask(engine, steps=30)
    answer = client.delete(f"{API}/jobs/{job}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert followed(client, job)[-1]["state"] == "done"


def cut_off(engine: Engine) -> list[bool]:
    """End the session that listens; it may begin a moment after the first event, which is asked for."""
    listening = text("select pg_terminate_backend(pid) from pg_stat_activity where query = :query")
    until = time.monotonic() + LONG_S
    found: list[bool] = []
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not found and time.monotonic() < until:
            found = list(connection.scalars(listening, {"query": "listen gridcircle_job"}))
            time.sleep(0.01)
    return found


def test_the_stream_outlives_a_cut_between_service_and_database(engine: Engine, client: Client) -> None:
    job = ask(engine, steps=400)
    with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
        stream = events(answer)
        next(stream)
        assert cut_off(engine) == [True]
        assert json.loads(list(stream)[-1]["data"])["state"] == "done"


def test_a_hundred_viewers_hold_nothing_up(engine: Engine, client: Client) -> None:
    """They share one connection to the database, and the service answers beside them."""
    job = ask(engine, steps=150)
    ready = threading.Barrier(VIEWERS + 1, timeout=LONG_S)

    def view(_: int) -> str:
        with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
            stream = events(answer)
            state = json.loads(next(stream)["data"])["state"]
            ready.wait()
            for event in stream:
                state = json.loads(event["data"])["state"]
        return str(state)

    limits = httpx.Limits(max_connections=VIEWERS + 10)
    with (
        httpx.Client(base_url=client.base_url, trust_env=False, timeout=LONG_S, limits=limits) as many,
        ThreadPoolExecutor(VIEWERS) as pool,
    ):
        client = many
        views = [pool.submit(view, n) for n in range(VIEWERS)]
        ready.wait()
        with engine.connect() as connection:
            count = "select count(*) from pg_stat_activity where datname = current_database()"
            assert connection.scalar(text(count)) <= 20
        started = time.monotonic()
        assert many.get(f"{API}/health").json() == {"ok": True}
        assert time.monotonic() - started < 2
        assert {one.result(LONG_S) for one in views} == {"done"}


def test_open_streams_do_not_hold_up_the_end(engine: Engine) -> None:
    ended = threading.Event()

    def view(address: str, job: int) -> None:
        with httpx.stream(
            "GET", f"{address}/api/v1/jobs/{job}/events", trust_env=False, timeout=30
        ) as answer:
            for _ in answer.iter_lines():
                viewing.set()
        ended.set()

    viewing = threading.Event()
    app = application(engine, worker="off")
    with served(app) as client:
        job = ask(engine, steps=1)
        viewer = threading.Thread(target=view, args=(str(client.base_url), job))
        viewer.start()
        assert viewing.wait(LONG_S)
        started = time.monotonic()
    assert time.monotonic() - started < 2.5
    viewer.join(LONG_S)
    assert ended.is_set()


def test_a_quiet_stream_is_kept_alive(
    engine: Engine, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a comment each 15 seconds; here by more."""
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.1)
    job = ask(engine, "sleep", seconds=1)
    with client.stream("GET", f"{API}/jobs/{job}/events") as answer:
        assert ": ping" in list(answer.iter_lines())


def test_without_a_worker_a_job_waits_for_one(database_url: str) -> None:
    with opened(database_url) as engine, served(application(engine, worker="off")) as client:
        job = ask(engine, steps=2)
        time.sleep(0.3)
        assert client.get(f"{API}/jobs/{job}").json()["state"] == "queued"
        assert client.delete(f"{API}/jobs/{job}").json()["state"] == "cancelled"


def test_a_long_answer_comes_whole(client: Client) -> None:
    rows = "编号,名称,经度,纬度\n" + "1,甲,104,30\n" * 2001
    files = {"file": ("e.csv", rows.encode())}
    asked = client.post(f"{API}/loads?job=true", data={"kind": "enterprises"}, files=files).json()["job"]
    last = followed(client, asked["id"])[-1]
    assert last["error"] is None
    assert len(last["result"]["refused"]) == 2000
    answer = client.get(f"{API}/jobs/{asked['id']}")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == last
