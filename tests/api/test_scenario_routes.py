"""Scenarios and sites over the web: foretold, kept, shared, published; proposed at once and exactly."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from clients import client_of
from districts import cloned
from httpx import Client

API = "/api/v1"


@pytest.fixture(scope="module")
def client(small_url: str) -> Iterator[Client]:
    with cloned(small_url) as url, client_of(url) as client:
        yield client


def covered(client: Client) -> dict[str, int]:
    rows = client.get(f"{API}/coverage?minutes=5").json()["denominators"]
    return {name: row["covered"] for name, row in rows.items()}


def test_a_scenario_whose_station_is_gone_says_so(client: Client) -> None:
    edits = [{"station": 99_999, "closed": True}]
    made = client.post(f"{API}/scenarios", json={"name": "乙", "edits": edits}).json()
    told = client.get(f"{API}/scenarios/{made['id']}").json()
    assert told["effect"] is None
    assert "is not there (any more)" in told["problem"]
    stale = client.patch(f"{API}/scenarios/{made['id']}", json={"revision": 7, "name": "丙"})
    assert (stale.status_code, stale.json()["error"]["code"]) == (409, "conflict-error")
    gone = client.delete(f"{API}/scenarios/{made['id']}", params={"revision": 1})
    assert gone.json()["state"] == "discarded"


@pytest.mark.parametrize(
    "edit",
    [
        {"new": "n1"},
        {"station": 1, "lon": 181, "lat": 0},
        {"station": 1, "colour": "red"},
        {"station": 2**63, "closed": True},
        {"new": "", "lon": 104, "lat": 30},
        {},
    ],
)
def test_wrong_edits_are_refused(client: Client, edit: dict[str, Any]) -> None:
    answer = client.post(f"{API}/scenarios/effect", json={"edits": [edit]})
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "wish", ['{"budget": 1e999}', '{"candidates": [{"lon": 1, "lat": 1, "cost": 1e999}]}']
)
def test_what_is_without_end_is_refused(client: Client, wish: str) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"{API}/siting", content=wish, headers=headers)
    assert answer.status_code == 422


def test_an_exact_answer_comes_by_a_job(client: Client) -> None:
    wish = {"most": 2, "exact": True, "objective": "walking"}
    told = client.post(f"{API}/siting?minutes=5&on=2030-01-01", json=wish).json()
    job = told["job"]
    for _ in range(200):
        if job["state"] not in ("queued", "running"):
            break
        time.sleep(0.05)
        job = client.get(f"{API}/jobs/{job['id']}").json()
    assert job["state"] == "done", job
    plan = job["result"]["plan"]
    assert job["result"]["stamp"] == told["answer"]["stamp"]
    assert plan["proven"]
    assert plan["value"] == plan["bound"] >= told["answer"]["plan"]["value"]
    assert len(told["places"]) == job["result"]["candidates"]


def test_given_places_in_any_order_give_the_same(client: Client) -> None:
    gaps = client.get(f"{API}/gaps.geojson?minutes=5").json()["features"]
    corners = [gap["geometry"]["coordinates"][0][0] for gap in gaps]
    places = [{"lon": x, "lat": y, "name": f"室{number}"} for number, (x, y) in enumerate(corners)]
    answers = []
    for order in (places, places[::-1]):
        wish = {"most": 3, "candidates": order}
        answers.append(client.post(f"{API}/siting?minutes=5", json=wish).json()["answer"])
    assert answers[0] == answers[1]
    assert answers[0]["sites"][0]["name"].startswith("室")


def test_a_file_of_candidates_is_read_and_its_faults_are_listed(client: Client) -> None:
    rows = (
        "名称,经度,纬度,成本,容量\n空置房一,104.0619,30.555,2,80\n空置房二,204,30.5,1,\n,104.0625,30.556,,\n"
    )
    told = client.post(f"{API}/siting/candidates", files={"file": ("a.csv", rows.encode())}).json()
    assert told["candidates"][0]["name"] == "空置房一"
    assert (told["candidates"][0]["cost"], told["candidates"][0]["capacity"]) == (2, 80)
    assert [one["row"] for one in told["refused"]] == [2]
    assert (told["total"], told["refused_total"]) == (2, 1)
    wish = {"most": 1, "candidates": told["candidates"]}
    assert client.post(f"{API}/siting?minutes=5", json=wish).status_code == 200


def test_the_budget_and_the_room_are_kept(client: Client) -> None:
    lonlat = [(104.0619 + i * 0.001, 30.555) for i in range(4)]
    places = [{"lon": x, "lat": y, "cost": 4 + i, "capacity": 100} for i, (x, y) in enumerate(lonlat)]
    wish = {"most": 4, "budget": 10, "candidates": places}
    answer = client.post(f"{API}/siting?minutes=5", json=wish).json()["answer"]
    assert sum(site["cost"] for site in answer["sites"]) <= 10
    assert 0 < answer["plan"]["value"] <= 100 * len(answer["sites"])
    assert sum(site["workers"] for site in answer["sites"]) == answer["plan"]["value"]
    assert all(site["workers"] <= 100 < site["reached"] for site in answer["sites"])


def test_functions_that_are_lacking_are_listed(client: Client) -> None:
    told = client.get(f"{API}/siting/functions?minutes=5&most=3").json()
    assert 0 < len(told["lines"]) <= 3
    workers = [line["workers"] for line in told["lines"]]
    assert workers == sorted(workers, reverse=True)
    assert all(line["function"] not in line["has"] for line in told["lines"])


def test_gains_and_losses_open_into_their_lists_and_files(client: Client, tmp_path: Path) -> None:
    stations = client.get(f"{API}/stations.geojson").json()["features"]
    lon, lat = stations[1]["geometry"]["coordinates"]
    edits = [{"station": one["properties"]["id"], "closed": True} for one in stations]
    body = {"edits": [*edits, {"new": "n1", "lon": lon + 0.004, "lat": lat, "name": "新"}]}
    effect = client.post(f"{API}/scenarios/effect?minutes=5", json=body).json()
    totals = {}
    for side in ("gained", "lost"):
        told = client.post(f"{API}/scenarios/effect/enterprises?minutes=5&side={side}", json=body).json()
        totals[side] = told["total"]
        assert told["total"] == effect[side]["enterprises"]
        assert sum(row["workers"] or 0 for row in told["rows"]) == effect[side]["workers"]
        for row in told["rows"]:
            nearer, further = ("after", "before") if side == "gained" else ("before", "after")
            assert row[f"minutes_{nearer}"] <= 5
            assert row[f"minutes_{further}"] is None or row[f"minutes_{further}"] >= 5
            assert row[f"station_{nearer}"]
    assert totals["lost"]
    nobody = client.post(
        f"{API}/scenarios/effect/enterprises?minutes=5&side=lost", json={"edits": edits}
    ).json()
    assert nobody["total"] >= totals["lost"]
    assert {row["minutes_after"] for row in nobody["rows"]} == {None}
    for form in ("xlsx", "gpkg"):
        given = client.post(f"{API}/scenarios/effect/export?minutes=5&format={form}", json=body)
        file = tmp_path / f"a.{form}"
        file.write_bytes(given.content)
        frame = pd.read_excel(file, engine="openpyxl") if form == "xlsx" else gpd.read_file(file)
        assert frame["变化"].value_counts().to_dict() == {
            {"gained": "受益", "lost": "受损"}[side]: count for side, count in totals.items() if count
        }


def test_who_overflows_opens_into_its_list_and_file(client: Client, tmp_path: Path) -> None:
    stations = client.get(f"{API}/stations.geojson").json()["features"]
    names = {one["properties"]["id"]: one["properties"]["name"] for one in stations}
    body = {"edits": [{"station": number, "capacity": 60} for number in names]}
    room = client.post(f"{API}/scenarios/effect?minutes=15", json=body).json()["allotment"]["after"]
    told = client.post(f"{API}/scenarios/effect/overflow?minutes=15", json=body).json()
    rows = told["rows"]
    for page in range(2, told["pages"] + 1):
        asked = {"minutes": 15, "page": page}
        rows += client.post(f"{API}/scenarios/effect/overflow", json=body, params=asked).json()["rows"]
    moved = [row for row in rows if row["station_to"]]
    assert (told["of"], told["total"]) == ("workers", len(rows))
    assert sum(row["amount"] for row in moved) == room["elsewhere"] > 0
    assert sum(row["amount"] for row in rows) - room["elsewhere"] == room["unserved"] > 0
    assert {row["station_from"] for row in rows} <= {names[one["id"]] for one in room["full"]}
    assert all(row["minutes_from"] <= row["minutes_to"] <= 15 for row in moved)
    assert sum(pair["amount"] for pair in told["pairs"]) == sum(row["amount"] for row in rows)
    (tmp_path / "a.xlsx").write_bytes(
        client.post(f"{API}/scenarios/effect/export?minutes=15&what=overflow", json=body).content
    )
    frame = pd.read_excel(tmp_path / "a.xlsx", engine="openpyxl")
    assert frame["溢出人数"].sum() == room["elsewhere"] + room["unserved"]
    assert (frame["转往驿站"] == "没有名额").sum() == len(rows) - len(moved)


def test_a_proposed_site_becomes_a_scenario_and_a_station(client: Client) -> None:
    answer = client.post(f"{API}/siting?minutes=5", json={"most": 1}).json()["answer"]
    (site,) = answer["sites"]
    new = {"new": "n1", "lon": site["lon"], "lat": site["lat"], "name": "新驿站"}
    effect = client.post(f"{API}/scenarios/effect?minutes=5", json={"edits": [new]}).json()
    gain = effect["after"]["workers"]["covered"] - effect["before"]["workers"]["covered"]
    assert gain == site["workers"] == answer["plan"]["value"] > 0
    kept = client.post(f"{API}/scenarios", json={"name": "甲", "edits": [new]})
    assert kept.status_code == 201
    one = f"{API}/scenarios/{kept.json()['id']}"
    shown = client.get(f"{one}?minutes=5").json()
    assert shown["effect"]["after"] == effect["after"]
    assert [row["id"] for row in client.get(f"{API}/scenarios").json()["scenarios"]] == [kept.json()["id"]]
    done = client.post(f"{one}/publish", json={"revision": 1}, headers={"Idempotency-Key": "a"})
    assert (done.status_code, done.json()["opened"].keys()) == (201, {"n1"})
    assert covered(client)["workers"] == effect["after"]["workers"]["covered"]
    again = client.post(f"{one}/publish", json={"revision": 1}, headers={"Idempotency-Key": "a"})
    assert again.json() == done.json()
    assert client.get(one).json()["effect"] is None
