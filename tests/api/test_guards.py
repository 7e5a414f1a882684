"""The guards around every request: the host, the origin, the size, the headers."""

from collections.abc import Iterator

import pytest
from clients import client_of
from districts import cloned
from httpx import Client

from api.guards import NOTHING

LIMIT_MB = 1
OWN = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def client(template_url: str) -> Iterator[Client]:
    with cloned(template_url) as url, client_of(url, upload_limit_mb=LIMIT_MB) as client:
        yield client


FORM = {"data": {"kind": "enterprises"}, "files": {"file": ("e.csv", "id,name\n1,甲\n".encode())}}


@pytest.mark.parametrize("host", ["gridcircle.example", "127.0.0.1.example:8000", "169.254.169.254", "["])
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    answer = client.get("/api/v1/health", headers={"Host": host})
    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:8000", "[::1]:8000"])
def test_our_own_names_are_taken(client: Client, host: str) -> None:
    assert client.get("/api/v1/health", headers={"Host": host}).json() == {"ok": True}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": OWN, "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_change_from_another_site_is_refused(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/loads", headers={"Host": "127.0.0.1:8000", **headers}, **FORM)
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "foreign-origin"
    assert client.get("/api/v1/enterprises").json()["total"] == 0


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "none"}, {"Origin": OWN, "Sec-Fetch-Site": "same-origin"}],
)
def test_a_change_from_our_own_pages_is_taken(client: Client, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/loads", headers={"Host": "127.0.0.1:8000", **headers}, **FORM)
    assert answer.status_code == 200


def test_reading_from_elsewhere_gets_no_permission(client: Client) -> None:
    answer = client.get("/api/v1/health", headers={"Origin": "https://example.org"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("chunked", [False, True])
def test_too_large_a_body_is_refused(client: Client, *, chunked: bool) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="e.csv"\r\n\r\n'
    body = head + b"x" * (LIMIT_MB * 1_000_000) + b"\r\n--x--\r\n"
    content = iter([body[:500_000], body[500_000:]]) if chunked else body
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/loads", content=content, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too-large"
    assert f"{LIMIT_MB} MB" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/", "/api/v1/status", "/static/icon.svg", "/none", "/api/v1/none"])
def test_every_answer_tells_the_browser_how_little_it_may_do(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    policy = headers["content-security-policy"]
    if headers["content-type"].startswith("text/html"):
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy.split("style-src")[0]
    else:
        assert policy == NOTHING


def test_large_answers_are_packed(client: Client) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.headers["content-encoding"] == "gzip"
