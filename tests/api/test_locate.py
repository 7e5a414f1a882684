"""Where a place is: the law over HTTP, for one place and for ten thousand, and nothing kept of it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from clients import client_of, served
from districts import cloned, geojson, opened, square
from httpx import Client
from sqlalchemy import Engine, text

from api.app import create_app
from api.settings import Settings
from geo.assignment.rule import assign
from geo.profile import load_profile
from geo.store import boundaries
from geo.store.boundaries import GRID
from geo.store.engine import reading
from geo.workflows.assignment.locating import Whereabouts
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions
from geo.workflows.resident import Resident

API = "/api/v1/locate"


@pytest.fixture(scope="module")
def engine(small_url: str) -> Iterator[Engine]:
    with cloned(small_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[Client]:
    url = engine.url.render_as_string(hide_password=False)
    with client_of(url) as client:
        yield client


@pytest.fixture(scope="module")
def grids(engine: Engine) -> gpd.GeoDataFrame:
    level = load_profile("demo").counting
    with reading(engine) as connection:
        partition = boundaries.partitions(connection)[level.basis, level.name]
        return boundaries.versions(connection, GRID, where={"partition_id": partition})


@pytest.fixture(scope="module")
def places(grids: gpd.GeoDataFrame) -> np.ndarray:
    """Corners, middles of edges, the floats next to these, and places all over."""
    xy = shapely.get_coordinates(grids.geometry.to_numpy())
    exact = np.concatenate([xy, (xy[:-1] + xy[1:]) / 2])
    random = np.random.default_rng(3)
    beside = np.nextafter(exact, exact + random.choice([-1.0, 1.0], exact.shape))
    west, south, east, north = grids.total_bounds
    anywhere = np.column_stack([random.uniform(west, east, 1_000), random.uniform(south, north, 1_000)])
    every: np.ndarray = np.concatenate([exact, beside, anywhere])[:10_000]
    return every


def test_ten_thousand_places_are_answered_by_the_law(
    client: Client, grids: gpd.GeoDataFrame, places: np.ndarray
) -> None:
    found = client.post(API, json={"places": [*places.tolist(), None]}).json()
    wanted = assign(np.concatenate([places, [[np.nan, np.nan]]]), grids)
    rows = found["places"]
    assert [row["code"] for row in rows] == [None if code != code else code for code in wanted["code"]]
    for column in ("status", "rule", "candidates"):
        assert [row[column] for row in rows] == wanted[column].tolist()
    assert {row["rule"] for row in rows} >= {"inside", "tie", "outside", "no-location"}
    assert (found["release"], found["basis"], found["level"]) == (5, "area", "grid")
    assert all((row["border_m"] is None) == (row["code"] is None) for row in rows)
    assert all(row["border_m"] == 0 for row in rows if row["rule"] == "tie")


def test_postgis_says_the_same(client: Client, engine: Engine, places: np.ndarray) -> None:
    query = text(
        """
        select min(v.code collate "C") from unnest(cast(:x as float8[]), cast(:y as float8[]))
            with ordinality as p(x, y, i)
        left join (grid_version v join partition q on q.id = v.partition_id
            and q.basis = 'area' and q.level = 'grid')
            on v.to_release is null and ST_Covers(v.geom, ST_SetSRID(ST_Point(p.x, p.y), 4326))
        group by p.i order by p.i
        """
    )
    with reading(engine) as connection:
        wanted = list(connection.scalars(query, {"x": places[:, 0].tolist(), "y": places[:, 1].tolist()}))
    found = client.post(API, json={"places": places.tolist()}).json()["places"]
    assert [row["code"] for row in found] == wanted


def test_one_place_is_answered_as_one_of_many(client: Client, places: np.ndarray) -> None:
    for lon, lat in places[::400].tolist():
        one = client.get(API, params={"lon": repr(lon), "lat": repr(lat)}).json()
        many = client.post(API, json={"places": [[lon, lat]]}).json()
        (row,) = many.pop("places")
        assert one == many | row


def test_another_level_a_release_and_a_day(client: Client, grids: gpd.GeoDataFrame) -> None:
    place = grids.geometry.iloc[0].representative_point()
    asked = {"lon": place.x, "lat": place.y}
    block = client.get(API, params={**asked, "basis": "area", "level": "block"}).json()
    assert block["level"] == "block"
    assert block["code"] != client.get(API, params=asked).json()["code"]
    first = client.get(API, params={**asked, "release": "1", "on": "2026-01-01"}).json()
    assert (first["release"], first["on"], first["rule"]) == (1, "2026-01-01", "outside")
    industry = client.get(API, params={**asked, "basis": "industry", "level": "grid"})
    assert industry.status_code in (200, 422)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"places": [[104.0, 30.5]] * 10_001}, "places"),
        ({"places": [[104.0, 91.0]]}, "places.0.1"),
        ({"places": [[104.0]]}, "places.0"),
        ({"places": [], "colour": "red"}, "colour"),
    ],
)
def test_what_is_no_question_is_refused(client: Client, body: dict[str, Any], field: str) -> None:
    answer = client.post(API, json=body)
    assert answer.status_code == 422
    assert field in answer.json()["error"]["details"]["field"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"lon": 104}, 422),
        ({"lon": 181, "lat": 30}, 422),
        ({"lon": "nan", "lat": 30}, 422),
        ({"lon": 104, "lat": 30, "release": "99"}, 404),
        ({"lon": 104, "lat": 30, "level": "cell"}, 422),
    ],
)
def test_nor_is_such_an_address(client: Client, parameters: dict[str, Any], status: int) -> None:
    assert client.get(API, params=parameters).status_code == status


def test_no_places_are_no_error(client: Client) -> None:
    assert client.post(API, json={"places": []}).json()["places"] == []


def test_nothing_of_a_place_is_kept_or_logged(
    client: Client, caplog: pytest.LogCaptureFixture, engine: Engine
) -> None:
    with caplog.at_level(logging.DEBUG):
        caplog.handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))
        answer = client.post(API, json={"places": [[104.123456, 30.654321]]})
        refused = client.post(API, json={"places": [[104.123456, 130.654321]]})
    assert answer.headers["cache-control"] == "no-store"
    assert "654321" not in refused.text
    assert "654321" not in caplog.text
    with reading(engine) as connection:
        kept = connection.scalar(text("select count(*) from audit where details::text like '%654321%'"))
    assert kept == 0


def test_many_answers_are_packed_and_one_is_not(client: Client) -> None:
    one = client.post(API, json={"places": [[104.0, 30.5]]})
    many = client.post(API, json={"places": [[104.0, 30.5]] * 500})
    assert "content-encoding" not in one.headers
    assert many.headers["content-encoding"] == "gzip"
    assert many.json()["places"] == one.json()["places"] * 500


def test_the_service_tells_its_own_time(client: Client) -> None:
    for _ in range(3):
        answer = client.post(API, json={"places": [[104.0, 30.5]]})
    name, took = answer.headers["server-timing"].split(";dur=")
    assert name == "app"
    assert 0 < float(took) < 1_000


@contextmanager
def empty_zone(template_url: str) -> Iterator[tuple[Engine, Client]]:
    with cloned(template_url) as url, opened(url) as engine:
        app = create_app(Settings(database_url=url, profile="demo"), engine)
        with served(app) as client:
            yield engine, client


def test_a_zone_without_grids_has_nobody_inside(template_url: str) -> None:
    with empty_zone(template_url) as (_, client):
        found = client.get(API, params={"lon": 104, "lat": 30}).json()
    assert (found["release"], found["code"], found["rule"]) == (None, None, "outside")


def test_a_publication_is_seen_after_a_second(template_url: str, tmp_path: Any) -> None:
    now = [100.0]
    with cloned(template_url) as url, opened(url) as engine:
        zone = load_profile("demo")
        whereabouts = Whereabouts(Resident(engine, zone), clock=lambda: now[0])
        before = whereabouts.ready(zone.counting)
        assert whereabouts.held(zone.counting) is before
        path = geojson(tmp_path / "grids.geojson", [(square(0, 0), {"code": "0001"})])
        load_file(engine, zone, path, "grids", options=LoadOptions())
        assert whereabouts.held(zone.counting) is before
        now[0] += 1.1
        assert whereabouts.held(zone.counting) is None
        after = whereabouts.ready(zone.counting)
        assert (before.stamp.release, after.stamp.release) == (None, 1)
        assert after.locator.codes.tolist() == ["0001"]
        assert whereabouts.ready(zone.counting) is after
