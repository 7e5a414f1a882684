"""Bodies that are no files: their size, their depth, and characters that no database keeps."""

import json
from collections.abc import Iterator

import pytest
from clients import client_of
from districts import cloned
from httpx import Client

from api.bodies import DEEPEST, LIMIT_MB, fault_of

API = "/api/v1"
DRAW = f"{API}/drafts/1/draw"


@pytest.fixture(scope="module")
def client(template_url: str) -> Iterator[Client]:
    with cloned(template_url) as url, client_of(url) as client:
        yield client


def nested(depth: int) -> bytes:
    return b'{"changes":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize("chunked", [False, True])
def test_json_larger_than_its_limit_is_refused(client: Client, *, chunked: bool) -> None:
    body = b'{"changes": "' + b"x" * (LIMIT_MB * 1_000_000) + b'"}'
    content = iter([body[:500_000], body[500_000:]]) if chunked else body
    answer = client.post(DRAW, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert f"{LIMIT_MB} MB" in answer.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/geo+json"])
def test_deep_json_is_refused(client: Client, kind: str) -> None:
    for depth in (DEEPEST + 1, 100_000):
        answer = client.post(DRAW, content=nested(depth), headers={"Content-Type": kind})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "too-deep")


def test_what_is_deep_is_told_apart_from_what_is_long_and_what_is_text() -> None:
    assert fault_of(nested(DEEPEST)) is None
    assert fault_of(json.dumps({"changes": [[0, 1]] * 100_000}).encode()) is None
    assert fault_of(json.dumps({"note": "[" * 1_000 + '\\"{'}).encode()) is None
    assert fault_of(b'{"a": "' + b"[" * 100) is None
    assert fault_of(rb'{"note": "\\u0000 is written so"}') is None
    assert fault_of(rb'{"note": "\u0000", ') is None


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_characters_that_are_none_are_refused_everywhere(client: Client, text: str) -> None:
    stroke = {"op": "name", "row": 1, "code": text}
    for path, body in (
        (DRAW, {"changes": [stroke]}),
        (f"{API}/drafts/drawn", {"source": text}),
        (f"{API}/drafts/1/publish", {"note": text, "accept": [text]}),
    ):
        answer = client.post(
            path, content=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "character-refused"), path
    answer = client.patch(f"{API}/drafts/1", content=json.dumps({"fields": {text: "x"}}).encode())
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["/enterprises?q=%00", "/enterprises?grid=a%00", "/drafts/1/candidates/%00.geojson"]
)
def test_nul_in_an_address_is_refused(client: Client, path: str) -> None:
    assert client.get(API + path).status_code == 422


def test_nul_in_a_form_is_refused(client: Client) -> None:
    form = {"kind": "enterprises", "source": "a\0b"}
    answer = client.post(f"{API}/drafts", data=form, files={"file": ("e.csv", "id,name\n1,甲\n".encode())})
    assert answer.status_code == 422
    assert "NUL" in answer.json()["error"]["message"]


def test_a_body_within_its_limits_reaches_its_route(client: Client) -> None:
    answer = client.post(DRAW, json={"changes": [{"op": "name", "row": 1, "code": "甲\U0001f600"}]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not-found")
    assert (
        client.post(
            f"{API}/drafts/drawn", content=b"{", headers={"Content-Type": "application/json"}
        ).status_code
        == 422
    )
