"""The description of the API: complete, and its examples as true as the answers."""

import json
import math
from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest
from clients import client_of
from districts import cloned, street_ends
from httpx import Client

from api.routes import (
    assignments,
    boundaries,
    circles,
    coverage,
    drafts,
    enterprises,
    exports,
    geocodes,
    issues,
    jobs,
    loads,
    locate,
    releases,
    revisions,
    scenarios,
    siting,
    state,
    stations,
    street_corrections,
    tiles,
)

pytestmark = pytest.mark.usefixtures("quick_reading")

API = "/api/v1"
ROUTERS = (
    assignments,
    geocodes,
    *(state, boundaries, stations, enterprises, coverage, circles, tiles, loads, jobs, exports, releases),
    *(drafts, revisions, issues, locate, scenarios, siting, street_corrections),
)


@pytest.fixture(scope="module")
def client(small_url: str) -> Iterator[Client]:
    with cloned(small_url) as url, client_of(url) as client:
        yield client


@pytest.fixture(scope="module")
def description(client: Client) -> dict[str, Any]:
    return client.get(f"{API}/openapi.json").json()


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def success_of(operation: dict[str, Any]) -> dict[str, Any]:
    """What is answered where all went well: 200, or 201 where something was made."""
    responses = operation["responses"]
    return responses["201"] if "201" in responses else responses["200"]


# The names are a contract with whoever calls them: one that changes breaks their programs.
PINNED = {
    "GET /api/v1/base.geojson", "GET /api/v1/circles", "GET /api/v1/circles.geojson", "GET /api/v1/coverage",
    "GET /api/v1/coverage/export",
    "GET /api/v1/enterprises", "GET /api/v1/gaps.geojson", "GET /api/v1/grids",
    "GET /api/v1/grids.geojson", "GET /api/v1/grids/{code}", "GET /api/v1/grids/{code}/enterprises",
    "GET /api/v1/health", "GET /api/v1/locate", "GET /api/v1/organisations", "GET /api/v1/parks.geojson",
    "GET /api/v1/stations", "GET /api/v1/stations.geojson", "GET /api/v1/status",
    "GET /api/v1/tiles/enterprises/{z}/{x}/{y}.pbf", "GET /api/v1/tiles/streets/{z}/{x}/{y}.pbf",
    "POST /api/v1/loads", "POST /api/v1/locate", "GET /api/v1/jobs/{id}", "DELETE /api/v1/jobs/{id}",
    "GET /api/v1/jobs/{id}/events", "GET /api/v1/releases/{release}/export",
    "GET /api/v1/releases", "GET /api/v1/releases/{number}", "POST /api/v1/releases/{number}/restore",
    "GET /api/v1/drafts", "POST /api/v1/drafts", "POST /api/v1/drafts/drawn", "GET /api/v1/drafts/{id}",
    "PATCH /api/v1/drafts/{id}", "DELETE /api/v1/drafts/{id}", "GET /api/v1/drafts/{id}/findings",
    "GET /api/v1/drafts/{id}/findings.{format}", "GET /api/v1/drafts/{id}/features.geojson",
    "GET /api/v1/drafts/{id}/moves.geojson", "GET /api/v1/drafts/{id}/candidates/{key}.geojson",
    "POST /api/v1/drafts/{id}/mend", "POST /api/v1/drafts/{id}/draw", "POST /api/v1/drafts/{id}/undo",
    "GET /api/v1/enterprises/{id}/assignment", "POST /api/v1/enterprises/{id}/override",
    "DELETE /api/v1/enterprises/{id}/override", "GET /api/v1/geocodes", "POST /api/v1/geocodes",
    "GET /api/v1/enterprises/{id}/candidates", "POST /api/v1/enterprises/{id}/location",
    "DELETE /api/v1/enterprises/{id}/location",
    "POST /api/v1/drafts/{id}/redo", "POST /api/v1/drafts/{id}/publish",
    "GET /api/v1/drafts/{id}/comparison", "GET /api/v1/drafts/{id}/comparison.xlsx",
    "GET /api/v1/drafts/{id}/moving", "GET /api/v1/drafts/{id}/moving.geojson",
    "GET /api/v1/drafts/{id}/ground.geojson",
    "GET /api/v1/scenarios", "POST /api/v1/scenarios", "POST /api/v1/scenarios/effect",
    "POST /api/v1/scenarios/effect/enterprises", "POST /api/v1/scenarios/effect/export",
    "POST /api/v1/scenarios/effect/overflow",
    "GET /api/v1/scenarios/{id}", "PATCH /api/v1/scenarios/{id}", "DELETE /api/v1/scenarios/{id}",
    "POST /api/v1/scenarios/{id}/publish", "POST /api/v1/siting", "POST /api/v1/siting/candidates",
    "GET /api/v1/street-corrections", "POST /api/v1/street-corrections",
    "DELETE /api/v1/street-corrections/{id}", "GET /api/v1/siting/functions",
}  # fmt: skip
# Those of drafts are tried out with real ones, in test_draft_routes.py.
ALONE = {name for name in PINNED if "/drafts" not in name}


def test_every_route_is_described(description: dict[str, Any]) -> None:
    routes = {
        f"{method} {API}{route.path.replace('{code:path}', '{code}')}"
        for module in ROUTERS
        for route in module.router.routes
        for method in route.methods
    }
    assert operations(description).keys() == routes == PINNED


@pytest.mark.parametrize("name", sorted(PINNED))
def test_an_operation_says_what_it_is_for(description: dict[str, Any], name: str) -> None:
    operation = operations(description)[name]
    assert operation["summary"]
    assert operation["description"].strip().endswith(".")
    assert operation["tags"]
    success = success_of(operation)
    assert success["description"]
    (media,) = success["content"].values()
    assert "example" in media or "schema" in media
    for parameter in operation.get("parameters", []):
        assert parameter["in"] in ("path", "query", "header")
        assert parameter["name"] in ("x", "y", "z", "code") or parameter.get("description"), parameter["name"]


def test_each_answer_in_json_has_an_example(description: dict[str, Any]) -> None:
    lacking = [
        name
        for name, operation in operations(description).items()
        if "example" not in success_of(operation)["content"].get("application/json", {"example": 1})
    ]
    assert lacking == []


def differences(example: Any, real: Any, where: str = "") -> list[str]:
    """Where an example has other keys than the answer; what is null or empty in either shows no keys."""
    if isinstance(example, dict) and isinstance(real, dict):
        # These are named by what is loaded.
        if where in (".levels", ".versions", ".columns", ".details", ".counts", ".rows[].counts", ".opened"):
            return []
        found = [f"{where}.{name}" for name in example.keys() ^ real.keys()]
        both = [name for name in example if name in real]
        return found + [
            one for name in both for one in differences(example[name], real[name], f"{where}.{name}")
        ]
    if isinstance(example, list) and isinstance(real, list) and example and real:
        return differences(example[0], real[0], f"{where}[]")
    return []


def without_nulls(value: Any) -> Any:
    """FastAPI leaves what is null out of a description, in examples too."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def sample_of(operation: dict[str, Any], media_type: str) -> Any:
    """The sample that an operation shows, whole."""
    shown = success_of(operation)["content"][media_type]["example"]
    folder = resources.files("api") / "samples"
    samples = [json.loads(file.read_text("utf-8")) for file in folder.iterdir()]
    (found,) = (one for one in samples if without_nulls(one) == shown)
    return found


def real_job(client: Client) -> int:
    file = {"file": ("e.csv", "编号,名称\n1,甲\n".encode())}
    job = client.post(f"{API}/loads?job=true", data={"kind": "enterprises"}, files=file).json()["job"]
    return int(job["id"])


def real_word(client: Client, name: str) -> Any:
    """Say of one enterprise that it belongs to another grid; answer as asked, and take it back."""
    codes = [row["code"] for row in client.get(f"{API}/grids").json()["rows"]]
    member = client.get(f"{API}/grids/{codes[0]}/enterprises").json()["rows"][0]
    path = f"{API}/enterprises/{member['id']}"
    word = {"grid": codes[1], "reason": "its gate is there"}
    answers = {"POST": client.post(f"{path}/override", json=word), "GET": client.get(f"{path}/assignment")}
    answers["DELETE"] = client.delete(f"{path}/override")
    return answers[name.split(maxsplit=1)[0]].json()


def real_candidates(client: Client, name: str) -> Any:
    rows = "名称,经度,纬度\n甲,104,30\n乙,104,130\n"
    return client.post(name.removeprefix("POST "), files={"file": ("c.csv", rows.encode())}).json()


def real_scenario(client: Client, name: str) -> Any:
    """Open a station where a grid's first enterprise is, and do what is asked with that scenario."""
    gaps = client.get(f"{API}/gaps.geojson?minutes=5").json()["features"]
    here = client.get(f"{API}/stations.geojson").json()["features"][0]["geometry"]["coordinates"]
    # Other tests leave grids far away, where no station may stand.
    lon, lat = min((gap["geometry"]["coordinates"][0][0] for gap in gaps), key=lambda at: math.dist(at, here))
    body = {"name": "甲", "edits": [{"new": "n1", "lon": lon, "lat": lat, "name": "新驿站"}]}
    if name.endswith("/effect"):
        return client.post(f"{API}/scenarios/effect?minutes=5", json={"edits": body["edits"]}).json()
    if name.endswith("/effect/overflow"):
        full = client.get(f"{API}/stations.geojson").json()["features"][0]["properties"]["id"]
        edits = [*body["edits"], {"station": full, "capacity": 1}]
        return client.post(f"{API}/scenarios/effect/overflow?minutes=5", json={"edits": edits}).json()
    if name.endswith("/effect/enterprises"):
        asked = {"edits": body["edits"]}
        return client.post(f"{API}/scenarios/effect/enterprises?minutes=5&side=gained", json=asked).json()
    made = client.post(f"{API}/scenarios", json=body).json()
    one, revision = f"{API}/scenarios/{made['id']}", {"revision": made["revision"]}
    asked = {
        "POST /api/v1/scenarios": lambda: made,
        "GET /api/v1/scenarios": lambda: client.get(f"{API}/scenarios").json(),
        "GET /api/v1/scenarios/{id}": lambda: client.get(f"{one}?minutes=5").json(),
        "PATCH /api/v1/scenarios/{id}": lambda: client.patch(one, json=revision | {"name": "乙"}).json(),
        "DELETE /api/v1/scenarios/{id}": lambda: client.delete(one, params=revision).json(),
        "POST /api/v1/scenarios/{id}/publish": lambda: client.post(f"{one}/publish", json=revision).json(),
    }
    return asked[name]()


def real_place(client: Client, name: str) -> Any:
    """Take one of the candidates of an enterprise without a location; answer as asked, and give it up."""
    row = client.get(f"{API}/geocodes").json()["rows"][0]
    path = f"{API}/enterprises/{row['id']}"
    answers = {"GET": client.get(f"{path}/candidates")}
    said = {"candidate": row["candidates"][0]["key"]}
    answers["POST"] = client.post(f"{path}/location", json=said)
    answers["DELETE"] = client.delete(f"{path}/location")
    return answers[name.split(maxsplit=1)[0]].json()


def real_street_correction(client: Client, name: str) -> Any:
    """What is answered when a place on a street is said to be closed, or that is taken back."""
    words = {"kind": "link", "places": street_ends(), "reason": "天天有人走"}
    made = client.post(f"{API}/street-corrections", json=words).json()
    undone = client.delete(f"{API}/street-corrections/{made['id']}").json()
    listed = client.get(f"{API}/street-corrections").json()
    return {"POST": made, "DELE": undone, "GET ": listed}[name[:4]]


def real_answer(client: Client, name: str) -> Any:
    for part, answer in {
        "/scenarios": real_scenario,
        "/siting/candidates": real_candidates,
        "/street-corrections": real_street_correction,
        "/override": real_word,
        "/assignment": real_word,
    }.items():
        if part in name:
            return answer(client, name)
    if name == "POST /api/v1/siting":
        return client.post(f"{API}/siting?minutes=5", json={"most": 2, "exact": True}).json()
    if name.endswith(("/candidates", "/location")):
        return real_place(client, name)
    if name == "GET /api/v1/coverage":
        return client.get(f"{API}/coverage?by=chain").json()
    if name == "POST /api/v1/geocodes":
        return client.post(f"{API}/geocodes").json()
    if name == "POST /api/v1/loads":
        rows = "编号,名称,经度,纬度\n1,甲,104,130\n2,乙,104,30\n"
        return client.post(
            f"{API}/loads", data={"kind": "enterprises"}, files={"file": ("e.csv", rows.encode())}
        ).json()
    if name.endswith("/locate"):
        if name.startswith("POST"):
            return client.post(f"{API}/locate", json={"places": [[104.0, 30.5]]}).json()
        return client.get(f"{API}/locate?lon=104&lat=30.5").json()
    if name.endswith("/restore"):
        current = client.get(f"{API}/releases").json()["current"]
        return client.post(f"{API}/releases/{current - 1}/restore", json={"base": current}).json()
    if "/jobs/" in name:
        method, path = name.split()
        answer = client.request(method, path.replace("{id}", str(real_job(client))))
        return answer.json() if answer.headers["content-type"] == "application/json" else answer.text
    code = client.get(f"{API}/grids").json()["rows"][0]["code"]
    return client.get(name.removeprefix("GET ").replace("{code}", code).replace("{number}", "5")).json()


@pytest.mark.parametrize(
    "name", sorted(name for name in ALONE if not name.endswith((".geojson", ".pbf", "/events", "/export")))
)
def test_the_examples_have_the_keys_of_real_answers(
    client: Client, description: dict[str, Any], name: str
) -> None:
    sample = sample_of(operations(description)[name], "application/json")
    assert differences(sample, real_answer(client, name)) == []


@pytest.mark.parametrize("name", sorted(name for name in ALONE if "geojson" in name))
def test_layers_name_their_media_type(client: Client, description: dict[str, Any], name: str) -> None:
    content = operations(description)[name]["responses"]["200"]["content"]
    assert content.keys() == {"application/geo+json"}
    real = client.get(name.removeprefix("GET ")).json()
    example = sample_of(operations(description)[name], "application/geo+json")
    assert (example["type"], real["type"]) == ("FeatureCollection", "FeatureCollection")
    assert differences(example["features"][0]["properties"], real["features"][0]["properties"]) == []


def test_events_are_described_as_they_are(client: Client, description: dict[str, Any]) -> None:
    name = "GET /api/v1/jobs/{id}/events"
    (media_type, content), *others = operations(description)[name]["responses"]["200"]["content"].items()
    assert (media_type, others) == ("text/event-stream", [])
    shown, real = (
        [line.split(": ", 1) for line in text.splitlines() if line]
        for text in (content["example"], real_answer(client, name))
    )
    names = [name for name, _ in shown]
    assert names == [name for name, _ in real if name != "retry"][: len(names)]
    assert differences(json.loads(dict(shown)["data"]), json.loads(dict(real)["data"])) == []


def test_errors_are_described_as_they_are(client: Client, description: dict[str, Any]) -> None:
    example = operations(description)["GET /api/v1/status"]["responses"]["404"]["content"][
        "application/json"
    ]["example"]
    assert example.keys() == client.get(f"{API}/status?release=99").json().keys()
    assert example["error"].keys() == client.get(f"{API}/status?release=99").json()["error"].keys()


def test_what_status_and_coverage_say(client: Client) -> None:
    status = client.get(f"{API}/status").json()
    assert list(status) == [
        "profile", "title", "release", "on", "grids", "levels", "parks", "enterprises", "stations",
        "centres", "organisations", "grids_with_organisation", "streets", "versions",
    ]  # fmt: skip
    points = ["total", "assigned", "ambiguous", "unassigned", "ties", "overridden", "no_location"]
    assert list(status["enterprises"]) == [*points, "workers", "workers_unknown"]
    assert list(status["stations"]) == list(status["centres"]) == points
    coverage = client.get(f"{API}/coverage").json()
    assert list(coverage["denominators"]) == ["area_m2", "grids", "enterprises", "workers"]
    boxes = {"total", "covered", "out_of_reach", "outside", "no_location", "outside_reached"}
    assert all(row.keys() == boxes for row in coverage["denominators"].values())
    assert {
        "mode", "minutes", "speed_m_per_min", "speeds_km_h", "method", "detour", "streets", "slopes", "kinds",
        "functions",
        "stations", "stamp", "denominators", "workers_unknown",
    } <= coverage.keys()  # fmt: skip
