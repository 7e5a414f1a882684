"""Idempotency keys: one request is carried out once, however often and from wherever it is sent."""

import threading
from typing import Any

import pytest
from districts import opened
from sqlalchemy import Engine, text

from geo.errors import InputError
from geo.store.engine import reading, writing
from geo.workflows.answering import once

REQUEST = {"restore": 1, "base": 2}


def counted(engine: Engine) -> int:
    with reading(engine) as connection:
        return int(connection.scalar(text("select count(*) from audit")) or 0)


def send(engine: Engine, key: str | None, request: dict[str, Any] = REQUEST) -> dict[str, Any]:
    """Do something that is seen to be done: a line in the audit."""
    with writing(engine) as connection:

        def work() -> dict[str, Any]:
            query = "insert into audit (by, action, subject) values ('甲', 'do', 'it') returning id"
            return {"release": connection.scalar(text(query))}

        return once(connection, key, request, work)


def test_the_same_request_is_answered_alike_and_done_once(database_url: str) -> None:
    with opened(database_url) as engine:
        first = send(engine, "one")
        assert send(engine, "one", {"base": 2, "restore": 1}) == first
        assert counted(engine) == 1
        assert send(engine, "two") != first
        assert send(engine, None) != send(engine, None)
        assert counted(engine) == 4


def test_a_key_stands_for_one_request(database_url: str) -> None:
    with opened(database_url) as engine:
        send(engine, "one")
        with pytest.raises(InputError, match=r"“one” was given to another request on .* UTC"):
            send(engine, "one", {"restore": 2})
        for key in ("", "k" * 201):
            with pytest.raises(InputError, match="give one of 1 to 200"):
                send(engine, key)
        assert counted(engine) == 1


def test_what_fails_is_no_answer(database_url: str) -> None:
    def fail() -> dict[str, Any]:
        raise InputError("Not now.")

    with opened(database_url) as engine:
        with pytest.raises(InputError, match="Not now"), writing(engine) as connection:
            once(connection, "one", REQUEST, fail)
        assert send(engine, "one")["release"]


def test_equal_requests_at_one_time_are_one(database_url: str) -> None:
    answers: list[dict[str, Any]] = []
    with opened(database_url) as engine:
        threads = [threading.Thread(target=lambda: answers.append(send(engine, "one"))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == 4
        assert all(answer == answers[0] for answer in answers)
        assert counted(engine) == 1
