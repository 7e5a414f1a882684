"""Releases on the web and on the command line: listed, described, restored, once and by one at a time."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from click.testing import CliRunner
from clients import client_of
from districts import cloned, opened, square
from httpx import Client
from publications import publish

from api.cli.main import gridcircle
from geo.profile import load_profile
from geo.workflows.publication.report import Terms

API = "/api/v1"
DEMO = load_profile("demo")
LEFT, RIGHT = ({"source_id": n, "code": f"000{n}"} for n in "12")


@pytest.fixture
def url(template_url: str) -> Iterator[str]:
    """Two releases: two grids, then a moved border."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            publish(engine, [(square(0, 0), LEFT), (square(1, 0), RIGHT)], zone=DEMO)
            publish(
                engine,
                [(square(0, 0, 1.5), LEFT)],
                since=date(2026, 7, 1),
                terms=Terms(by="王", note="new border", details={"draft": 7}),
                zone=DEMO,
            )
        yield url


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with client_of(url) as client:
        yield client


def test_the_newest_comes_first(client: Client) -> None:
    answer = client.get(f"{API}/releases")
    listed = answer.json()
    assert (listed["current"], listed["total"], listed["pages"]) == (2, 2, 1)
    newest, first = listed["rows"]
    assert (newest["number"], newest["kind"], newest["by"], newest["note"]) == (
        2, "publication", "王", "new border",
    )  # fmt: skip
    assert (newest["effective_on"], newest["counts"]["updated"]) == ("2026-07-01", 1)
    assert (first["number"], first["effective_on"], first["counts"]["added"]) == (1, None, 2)
    assert newest["published_at"].endswith("Z")
    again = client.get(f"{API}/releases", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.get(f"{API}/releases", params={"page": 2}).json()["rows"] == []


def test_one_release_explains_itself(client: Client) -> None:
    one = client.get(f"{API}/releases/2").json()
    assert (one["base"], one["details"]["draft"], one["details"]["kind"]) == (1, 7, "grids")
    assert client.get(f"{API}/releases/3").status_code == 404
    assert client.get(f"{API}/releases/x").status_code == 422


def test_a_restoration_is_made_once(client: Client) -> None:
    def ask(key: str, number: int = 1, **body: object) -> tuple[int, dict[str, object]]:
        headers = {"Idempotency-Key": key}
        answer = client.post(f"{API}/releases/{number}/restore", json={"base": 2, **body}, headers=headers)
        return answer.status_code, answer.json()

    made = ask("a", note="back")
    assert (made[0], made[1]["release"], made[1]["restores"]) == (201, 3, 1)
    assert ask("a", note="back") == made
    code, body = ask("a", note="other")
    assert (code, body["error"]["code"]) == (422, "input-error")
    code, body = ask("b")
    assert (code, body["error"]["code"]) == (409, "conflict-error")
    assert body["error"]["message"].startswith("Release 3 was published by local at ")
    assert "roll-back to release 1; “back”" in body["error"]["message"]
    assert ask("c", 9, base=3)[0] == 404
    assert ask("d", 3, base=3)[0] == 422
    assert ask("k" * 201, base=3)[0] == 422
    assert client.post(f"{API}/releases/1/restore", json={}).status_code == 422
    listed = client.get(f"{API}/releases").json()
    assert [row["number"] for row in listed["rows"]] == [3, 2, 1]
    assert (listed["rows"][0]["kind"], listed["rows"][0]["restores"]) == ("rollback", 1)


def test_a_page_of_another_origin_restores_nothing(client: Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = client.post(f"{API}/releases/1/restore", json={"base": 2}, headers=headers)
    assert answer.status_code == 403
    assert client.get(f"{API}/releases").json()["current"] == 2


def test_the_command_line_does_the_same(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", url)
    monkeypatch.setenv("GRIDCIRCLE_PROFILE", "demo")

    def run(*words: str) -> str:
        done = CliRunner().invoke(gridcircle, words, catch_exceptions=False, standalone_mode=False)
        assert done.return_value == 0
        return done.stdout

    first, second = run("releases").splitlines()
    assert first.startswith("2 · 20")
    assert first.endswith("· holds from 2026-07-01 · 1 updated · new border")
    assert "holds from ever · 2 added" in second
    made = json.loads(run("restore", "1", "--base", "2", "--note", "back", "--json"))
    assert (made["release"], made["restores"]) == (3, 1)
    assert run("restore", "2").startswith("Release 4 brings back release 2: ")
    listed = json.loads(run("releases", "--json"))
    assert [row["restores"] for row in listed["rows"]] == [2, 1, None, None]
