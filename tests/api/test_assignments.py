"""Receipts and overrides on the web and on the command line: ten enterprises, one of each kind."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from clients import client_of
from districts import cloned, opened, square
from httpx import Client
from publications import ask, publish, read
from sqlalchemy import text

from api.cli.main import gridcircle
from geo.errors import InputError
from geo.frames import Facts, Reading
from geo.profile import load_profile
from geo.store import releases
from geo.store.engine import writing
from geo.workflows.ground.calendar import today
from geo.workflows.publication.loading import store
from geo.workflows.publication.report import LoadOptions, Terms

API = "/api/v1"
DEMO = load_profile("demo")
LEFT, RIGHT, FAR = ({"source_id": n, "code": f"000{n}", "name": f"园{n}"} for n in "123")
TODAY = today(DEMO)


def place(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def named(name: str) -> dict[str, str]:
    return {"source_id": name, "name": name}


def load(engine: Any, name: str, shape: dict[str, Any] | None, crs: str) -> None:
    """Load one enterprise from a file of its own in such a system."""
    rows = read("enterprises", [(shape, named(name))])
    facts = Facts(f"{name}.csv", "csv", "0" * 64, crs)
    with writing(engine) as connection:
        releases.lock(connection)
        options = LoadOptions(by="王", terms=Terms(by="王"))
        store(connection, DEMO, "enterprises", Reading(rows.frame, (), facts), options)


@pytest.fixture(scope="module")
def template(template_url: str) -> Iterator[str]:
    """Three grids of some 96 by 111 metres, the last of which overlaps the second, and ten enterprises."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            grids = [(square(0, 0), LEFT), (square(1, 0), RIGHT), (square(1.8, 0), FAR)]
            publish(engine, grids, zone=DEMO)
            plain = "EPSG:4326"
            load(engine, "inside", place(104.000512345, 30.500512345), plain)
            load(engine, "tie", place(104.001, 30.500512345), plain)
            load(engine, "overlap", place(104.0019, 30.500512345), plain)
            load(engine, "outside", place(104.000512345, 30.502), plain)
            load(engine, "nowhere", None, plain)
            load(engine, "digits", place(104.0003, 30.5004), plain)
            load(engine, "near", place(104.000952345, 30.500512345), plain)
            load(engine, "offset", place(104.000852345, 30.500512345), "EPSG:4326, GCJ-02 undone")
            load(engine, "projected", place(104.000972345, 30.500512345), "EPSG:4544")
            load(engine, "given", place(104.000912345, 30.500512345), plain)
        yield url


@pytest.fixture
def url(template: str) -> Iterator[str]:
    with cloned(template) as url:
        yield url


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with client_of(url) as client:
        yield client


def number(url: str, name: str) -> int:
    with opened(url) as engine:
        return ask(engine, "select id from enterprise where source_id = :name", name=name)[0][0]


def receipt(client: Client, url: str, name: str) -> dict[str, Any]:
    answer = client.get(f"{API}/enterprises/{number(url, name)}/assignment")
    assert answer.status_code == 200
    return answer.json()


EXPECTED = {
    # name: grid, rule, metres to the border, neighbour, accuracy, doubtful
    "inside": ("0001", "inside", 46.8, "0002", 10, False),
    "tie": ("0001", "tie", 0.0, "0002", 10, True),
    "overlap": ("0002", "overlap", 9.6, "0003", 10, True),
    "outside": (None, "outside", 110.9, "0001", 10, False),
    "nowhere": (None, "no-location", None, None, None, False),
    "digits": ("0001", "inside", 28.8, None, 11.1, False),
    "near": ("0001", "inside", 4.6, "0002", 10, True),
    "offset": ("0001", "inside", 14.2, "0002", 20, True),
    "projected": ("0001", "inside", 2.7, "0002", 1, False),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_receipt_of_each_kind(client: Client, url: str, name: str) -> None:
    told = receipt(client, url, name)
    (row,) = (one for one in told["assignments"] if one["level"] == "grid" and one["basis"] == "area")
    grid, rule, border_m, neighbour, accuracy_m, doubtful = EXPECTED[name]
    assert (row["grid"], row["rule"], row["neighbour"], row["doubtful"]) == (grid, rule, neighbour, doubtful)
    assert row["border_m"] == (None if border_m is None else pytest.approx(border_m, abs=0.2))
    assert row["accuracy_m"] == accuracy_m
    assert (row["since_release"], row["override"]) == (1, None)
    assert (told["location"] is None) == (name == "nowhere")


def test_the_path_of_the_coordinates(client: Client, url: str) -> None:
    path = receipt(client, url, "offset")["location"]
    assert (path["file"], path["path"], path["crs"]) == ("offset.csv", "offset", "EPSG:4326")
    assert (path["offset"], path["accuracy_basis"], path["decimals"]) == ("GCJ-02", "usual", None)
    assert receipt(client, url, "projected")["location"]["path"] == "projected"
    digits = receipt(client, url, "digits")["location"]
    assert (digits["accuracy_basis"], digits["decimals"], digits["loaded_by"]) == ("digits", 4, "王")


def test_it_says_the_same_in_both_languages(client: Client, url: str) -> None:
    told = receipt(client, url, "near")["sentences"]
    assert [len(told[one]) for one in ("zh", "en")] == [3, 3]
    assert "位置可能偏差 10 米，大于到边界的距离：归属存疑，请实地核实。" in told["zh"][0]
    assert "The border is 4.6 m away; beyond it lies grid 0002." in told["en"][0]
    assert told["en"][-1].startswith("By release 1, published on ")
    assert not [one for words in told.values() for one in words if "{" in one or "None" in one]


def test_an_override_is_made_flagged_and_taken_back(client: Client, url: str) -> None:
    at = f"{API}/enterprises/{number(url, 'given')}"
    before = client.get(f"{at}/assignment")
    word = {"grid": "0002", "reason": "its gate is there", "until": str(TODAY + timedelta(90))}
    made = client.post(f"{at}/override", json=word, headers={"Idempotency-Key": "k"})
    assert (made.status_code, made.json()["lawful"], made.json()["by"]) == (201, "0001", "local")
    assert client.post(f"{at}/override", json=word, headers={"Idempotency-Key": "k"}).json() == made.json()
    after = client.get(f"{at}/assignment", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    row = after.json()["assignments"][0]
    assert (row["grid"], row["rule"], row["candidates"]) == ("0002", "override", ["0001"])
    assert (row["override"]["disagrees"], row["within"], row["neighbour"]) == (False, False, "0001")
    # The border moves so that a third grid has the place, and the second lies further away.
    with opened(url) as engine:
        publish(
            engine,
            [(square(0, 0, 0.4), LEFT), (square(0.4, 0, 1.1), FAR), (square(1.5, 0), RIGHT)],
            zone=DEMO,
        )
    told = client.get(f"{at}/assignment").json()
    row = told["assignments"][0]
    assert (row["grid"], row["rule"], row["override"]["disagrees"]) == ("0002", "override", True)
    assert row["override"]["away_m"] == pytest.approx(56.4, abs=0.5)
    assert any("look again" in one for one in told["sentences"]["en"])
    gone = client.delete(f"{at}/override")
    assert (gone.status_code, gone.json()["undone"]) == (200, [made.json()["id"]])
    told = client.get(f"{at}/assignment").json()
    assert (told["assignments"][0]["grid"], told["assignments"][0]["rule"]) == ("0003", "inside")
    assert [one["state"] for one in told["overrides"]] == ["undone"]
    assert client.delete(f"{at}/override").status_code == 404


def test_that_a_word_has_ended_or_its_grid_is_gone_is_told(client: Client, url: str) -> None:
    at = f"{API}/enterprises/{number(url, 'given')}"
    client.post(
        f"{at}/override", json={"grid": "0002", "reason": "its gate", "until": str(TODAY + timedelta(9))}
    )
    later = client.get(f"{at}/assignment", params={"on": str(TODAY + timedelta(9))}).json()
    assert (later["assignments"][0]["grid"], later["overrides"][0]["state"]) == ("0001", "ended")
    with opened(url) as engine:
        publish(engine, [(square(0, 0), LEFT)], since=TODAY, terms=Terms(retire=("0002",)), zone=DEMO)
    now = client.get(f"{at}/assignment").json()
    assert (now["assignments"][0]["grid"], now["overrides"][0]["state"]) == ("0001", "grid-gone")
    assert any("is no more" in one for one in now["sentences"]["en"])


def test_the_list_of_a_grid_says_how_near_and_to_whom(client: Client, url: str) -> None:
    client.post(
        f"{API}/enterprises/{number(url, 'given')}/override", json={"grid": "0002", "reason": "its gate"}
    )
    rows = {row["name"]: row["receipt"] for row in client.get(f"{API}/grids/0001/enterprises").json()["rows"]}
    assert rows.keys() == {"inside", "tie", "digits", "near", "offset", "projected"}
    assert (rows["near"]["doubtful"], rows["near"]["neighbour"]) == (True, "0002")
    other = {
        row["name"]: row["receipt"] for row in client.get(f"{API}/grids/0002/enterprises").json()["rows"]
    }
    assert other["given"]["override"]["reason"] == "its gate"
    counts = client.get(f"{API}/status").json()["enterprises"]
    assert (counts["total"], counts["overridden"], counts["no_location"]) == (10, 1, 1)
    assert counts["assigned"] + counts["ambiguous"] + counts["unassigned"] == 10


def test_what_is_refused(client: Client, url: str) -> None:
    at = f"{API}/enterprises/{number(url, 'given')}/override"
    assert client.post(at, json={"grid": "0009", "reason": "x"}).status_code == 404
    assert client.post(at, json={"grid": "0002", "reason": ""}).status_code == 422
    assert client.post(at, json={"grid": "0002", "reason": "x", "until": str(TODAY)}).status_code == 422
    assert (
        client.post(f"{API}/enterprises/999/override", json={"grid": "0002", "reason": "x"}).status_code
        == 404
    )
    assert client.get(f"{API}/enterprises/999/assignment").status_code == 404


def run(url: str, *words: str) -> Any:
    settings = {"GRIDCIRCLE_DATABASE_URL": url, "GRIDCIRCLE_PROFILE": "demo"}
    return CliRunner().invoke(gridcircle, words, env=settings, catch_exceptions=False, standalone_mode=False)


def test_on_the_command_line(url: str) -> None:
    told = json.loads(run(url, "explain", "near", "--json").stdout)
    assert told["assignments"][0]["grid"] == "0001"
    made = json.loads(run(url, "override", "near", "0002", "--reason", "its gate", "--json").stdout)
    assert made["lawful"] == "0001"
    lines = run(url, "explain", f"id:{made['enterprise']}").stdout.splitlines()
    assert "set by local until" in lines[1]
    assert "由 local 指定" in run(url, "explain", "near", "--language", "zh").stdout
    assert json.loads(run(url, "override", "near", "--undo", "--json").stdout)["undone"] == [made["id"]]


def test_several_of_one_name_are_listed(url: str) -> None:
    with opened(url) as engine, engine.begin() as connection:
        connection.execute(text("update enterprise set name = '双' where source_id in ('near', 'given')"))
    with pytest.raises(InputError, match="may be any of 2 enterprises: id:") as raised:
        run(url, "explain", "双")
    assert len(raised.value.details["found"]) == 2
