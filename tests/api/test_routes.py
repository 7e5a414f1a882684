"""Every route on the samples: what it answers, to whom it says that nothing changed, and how it refuses."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from clients import client_of, error_of
from districts import cloned
from httpx import Client, Response

API = "/api/v1"


@pytest.fixture(scope="module")
def client(small_url: str) -> Iterator[Client]:
    """The samples, for reading."""
    with cloned(small_url) as url, client_of(url) as client:
        yield client


JSON = ["status", "grids", "stations", "organisations", "enterprises", "coverage"]
GEOJSON = ["grids", "parks", "base", "stations", "gaps", "circles"]
PAGES = ["/", "/maps/coverage", "/maps/circles", "/desk", "/lists/enterprises", "/lists/stations"]
PAGES += ["/lists/grids", "/lists/organisations"]


def codes(client: Client) -> list[str]:
    return [row["code"] for row in client.get(f"{API}/grids").json()["rows"]]


@pytest.mark.parametrize("name", JSON)
def test_figures_and_lists(client: Client, name: str) -> None:
    answer = client.get(f"{API}/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json()


@pytest.mark.parametrize("name", GEOJSON)
def test_layers(client: Client, name: str) -> None:
    answer = client.get(f"{API}/{name}.geojson")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/geo+json")
    assert answer.json()["type"] == "FeatureCollection"


def test_every_level_has_its_layer(client: Client) -> None:
    counts = {
        (basis, level): len(
            client.get(f"{API}/grids.geojson", params={"basis": basis, "level": level}).json()["features"]
        )
        for basis, level in (("area", "block"), ("area", "grid"), ("area", "micro"), ("general", "grid"))
    }
    levels = client.get(f"{API}/status").json()["levels"]
    assert counts == {
        ("area", "block"): 3,
        ("area", "grid"): 3,
        ("area", "micro"): 12,
        ("general", "grid"): 16,
    }
    assert {f"{basis}/{level}": n for (basis, level), n in counts.items()} == levels


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages(client: Client, path: str, language: str) -> None:
    answer = client.get(path, params={"lang": language})
    assert (answer.status_code, answer.headers["content-language"]) == (200, language)
    assert answer.headers["content-type"].startswith("text/html")
    client.cookies.clear()


def test_the_figures_agree_with_the_lists_behind_them(client: Client) -> None:
    status = client.get(f"{API}/status").json()
    coverage = client.get(f"{API}/coverage").json()
    figures = coverage["denominators"]["enterprises"]
    assert status["enterprises"]["total"] == figures["total"] == 200

    def total(**only: Any) -> int:
        return client.get(f"{API}/enterprises", params=only).json()["total"]

    for name in ("assigned", "unassigned", "ambiguous"):
        assert total(status=name) == status["enterprises"][name]
    assert total(located=False) == status["enterprises"]["no_location"] == figures["no_location"]
    boxes = ("covered", "out_of_reach", "outside", "no_location")
    assert [total(box=box) for box in boxes] == [figures[box] for box in boxes]
    assert sum(figures[box] for box in boxes) == figures["total"]
    assert total(box="outside", reached=True) == figures["outside_reached"]
    by_grid = {row["code"]: row["enterprises"] for row in coverage["by_grid"]}
    assert by_grid == {code: total(grid=code) for code in codes(client)}
    assert sum(by_grid.values()) + total(status="unassigned") == 200


def test_one_grid(client: Client) -> None:
    for code in codes(client):
        found = client.get(f"{API}/grids/{code}").json()
        members = client.get(f"{API}/grids/{code}/enterprises").json()
        assert found["code"] == code
        assert found["enterprises"]["total"] == members["total"] > 0
        assert {row["grid"] for row in members["rows"]} == {code}
        assert len(found["children"]) == 4
        assert client.get(f"/grids/{code}").status_code == 200
        child = found["children"][0]["code"]
        micro = client.get(f"{API}/grids/{child}", params={"level": "micro"}).json()
        assert (micro["parent"], micro["level"]) == (code, "micro")


def test_pages_of_a_list(client: Client) -> None:
    first, second, third = (
        client.get(f"{API}/enterprises", params={"page": page}).json() for page in (1, 2, 3)
    )
    assert (first["total"], first["pages"], first["page"]) == (200, 2, 1)
    assert len(first["rows"]) == len(second["rows"]) == 100
    assert {row["id"] for row in first["rows"]}.isdisjoint(row["id"] for row in second["rows"])
    assert third["rows"] == []
    found = client.get(f"{API}/enterprises", params={"q": first["rows"][0]["name"]}).json()
    assert first["rows"][0]["id"] in [row["id"] for row in found["rows"]]
    assert client.get(f"{API}/enterprises", params={"q": "%"}).json()["total"] == 0


def test_stations_by_kind(client: Client) -> None:
    totals = {
        kind: client.get(f"{API}/stations", params={"kind": kind} if kind else {}).json()["total"]
        for kind in ("station", "centre", "")
    }
    assert totals == {"station": 6, "centre": 1, "": 7}


def test_circles_in_bands_and_of_one_station(client: Client) -> None:
    bands = client.get(f"{API}/circles.geojson", params={"band": [5, 15, 10]}).json()["features"]
    assert [one["properties"]["minutes"] for one in bands] == [5, 10, 15]
    areas = [one["properties"]["area_m2"] for one in bands]
    assert areas == sorted(areas)
    station = client.get(f"{API}/stations").json()["rows"][0]["id"]
    (one,) = client.get(f"{API}/circles.geojson", params={"station": station, "method": "disc"}).json()[
        "features"
    ]
    assert one["properties"]["method"] == "disc"
    error = error_of(client.get(f"{API}/circles.geojson", params={"station": 99_999}))
    details = {"reason": "station-without-place", "station": 99_999}
    assert (error["code"], error["details"]) == ("not-found", details)


def test_tiles(client: Client) -> None:
    row = next(row for row in client.get(f"{API}/enterprises").json()["rows"] if row["lon"])
    x, y = tile_of(row["lon"], row["lat"], 14)
    for name in ("streets", "enterprises"):
        answer = client.get(f"{API}/tiles/{name}/14/{x}/{y}.pbf")
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert name.encode() in answer.content
        assert client.get(f"{API}/tiles/{name}/14/0/0.pbf").content == b""
        assert error_of(client.get(f"{API}/tiles/{name}/14/0/99999.pbf"))["code"] == "input-error"
        assert client.get(f"{API}/tiles/{name}/99/0/0.pbf").status_code == 422


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    n = 1 << zoom
    angle = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * n), int((1 - angle / math.pi) / 2 * n)


CACHED = [f"{API}/{name}" for name in JSON] + [f"{API}/{name}.geojson" for name in GEOJSON]
CACHED += [f"{API}/tiles/streets/14/12900/6700.pbf", f"{API}/tiles/enterprises/14/12900/6700.pbf"]


@pytest.mark.parametrize("path", CACHED)
def test_what_the_client_has_is_not_sent_again(client: Client, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    several = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert several.status_code == 304
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("name", ["status", "grids", "grids.geojson", "coverage", "enterprises"])
def test_releases_in_the_address(client: Client, name: str) -> None:
    def get(**params: Any) -> Response:
        return client.get(f"{API}/{name}", params=params)

    assert get(release="current").json().keys() == get().json().keys()
    for release in ("1", "5"):
        assert get(release=release).status_code == 200
    missing = get(release="99")
    assert missing.status_code == 404
    assert error_of(missing)["message"] == "There is no release 99; the releases are 1 to 5."
    for wrong in ("x", "-1", "1.5", "٣", ""):
        answer = get(release=wrong)
        assert answer.status_code == 422
        assert error_of(answer)["code"] == "input-error"
    assert get(release="9" * 30).status_code == 422
    assert get(on="2020-02-30").status_code == 422
    assert get(on="2020-01-01").status_code == 200


def test_a_release_before_there_were_grids(client: Client) -> None:
    status = client.get(f"{API}/status", params={"release": 1}).json()
    assert (status["release"], status["grids"], status["parks"]) == (1, 0, 1)
    assert status["enterprises"]["assigned"] == 0
    coverage = client.get(f"{API}/coverage", params={"release": 1}).json()
    assert coverage["by_grid"] == []
    assert client.get("/", params={"release": 1}).status_code == 200


@pytest.mark.parametrize(
    ("path", "params", "status", "code"),
    [
        ("grids/none", {}, 404, "not-found"),
        ("grids/none/enterprises", {}, 404, "not-found"),
        ("none", {}, 404, "not-found"),
        ("grids", {"page": 0}, 422, "invalid"),
        ("grids.geojson", {"level": "cell"}, 422, "profile-error"),
        ("coverage", {"minutes": 0}, 422, "invalid"),
        ("coverage", {"minutes": 61}, 422, "invalid"),
        ("coverage", {"minutes": "nan"}, 422, "invalid"),
        ("coverage", {"mode": "fly"}, 422, "invalid"),
        ("coverage", {"kind": "kiosk"}, 422, "invalid"),
        ("enterprises", {"status": "lost"}, 422, "invalid"),
        ("enterprises", {"page": "many"}, 422, "invalid"),
        ("circles.geojson", {"band": [1, 2, 3, 4, 5, 6, 7]}, 422, "invalid"),
        ("circles.geojson", {"band": "nan"}, 422, "invalid"),
        ("circles.geojson", {"band": 61}, 422, "invalid"),
    ],
)
def test_what_cannot_be_answered(
    client: Client, path: str, params: dict[str, Any], status: int, code: str
) -> None:
    answer = client.get(f"{API}/{path}", params=params)
    assert (answer.status_code, error_of(answer)["code"]) == (status, code)


def test_a_wrong_method(client: Client) -> None:
    answer = client.delete(f"{API}/grids")
    assert answer.status_code == 405
    assert (error_of(answer)["code"], answer.headers["allow"]) == ("refused", "GET")


@pytest.mark.parametrize(
    "path", ["/none", "/grids/none", "/lists/none", "/lists/grids?page=0", "/?release=99"]
)
def test_errors_on_pages_are_pages(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert "<html" in answer.text


def test_health(client: Client) -> None:
    assert client.get(f"{API}/health").json() == {"ok": True}
