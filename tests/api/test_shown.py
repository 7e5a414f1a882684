"""The receipts of demo enterprises of every kind, through the whole workflow and on every way out."""

import json
import math
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import shapely
from click.testing import CliRunner
from clients import client_of
from districts import cloned, opened
from httpx import Client
from publications import ask, publish

from api.cli.main import gridcircle
from geo.errors import InputError
from geo.profile import load_profile
from geo.workflows.assignment.assigning import reassign_all

API = "/api/v1"
CHAINS = """
[[bases.chain]]
name = "chain"
title = { zh = "产业链", en = "chain" }
geometry = false
match = "chains"
"""
GRID = ("area", "grid")
REACH = 0.0001
FOUND = """
select e.id, p.basis, p.level, a.rule, e.accuracy_m is not null, ST_X(e.geom), ST_Y(e.geom)
from assignment as a
join enterprise as e on e.id = a.enterprise_id
join partition as p on p.id = a.partition_id
where a.to_release is null order by e.id
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's profile, divided by chains as well."""
    path = tmp_path_factory.mktemp("profile") / "demo.toml"
    shipped = (resources.files("geo") / "profiles" / "demo.toml").read_text("utf-8")
    path.write_text(shipped.replace("[circle]", f"{CHAINS}\n[circle]", 1), "utf-8")
    return path


@pytest.fixture(scope="module")
def url(small_url: str, profile: Path) -> Iterator[str]:
    """The samples, and a grid for each of two chains."""
    zone = load_profile(str(profile))
    with cloned(small_url) as url:
        with opened(url) as engine:
            rows = [
                (None, {"source_id": name, "code": name, "name": name}) for name in ("智能制造", "集成电路")
            ]
            publish(engine, rows, zone=zone, basis="chain", level="chain")
            reassign_all(engine, zone)
        yield url


@pytest.fixture(scope="module")
def client(url: str, profile: Path) -> Iterator[Client]:
    with client_of(url, profile=str(profile)) as client:
        yield client


@pytest.fixture(scope="module")
def shown(url: str, profile: Path, client: Client) -> dict[str, dict[str, Any]]:
    """An enterprise of each kind, by kind, with its receipt; each came about as it does at work."""
    with opened(url) as engine:
        rows = ask(engine, FOUND)
    by_rule = {(row[1], row[2], row[3]): row[0] for row in reversed(rows)}
    taken = client.post(f"{API}/geocodes").json()["rows"]
    ids = {
        "tie": by_rule["area", "micro", "tie"],
        "outside": by_rule["area", "grid", "outside"],
        "table": by_rule["chain", "chain", "table"],
        "building": next(one["id"] for one in taken if one["kind"] == "building"),
        "geocoded": next(one["id"] for one in taken if one["kind"] == "address"),
        "nowhere": client.get(f"{API}/geocodes").json()["rows"][-1]["id"],
        "accuracy": next(row[0] for row in rows if row[4] and row[1:3] == GRID and doubtful(client, row[0])),
    }
    inside = [row[0] for row in rows if (*row[1:3], row[3]) == (*GRID, "inside") and not row[4]]
    ids["inside"] = next(one for one in inside if not doubtful(client, one) and one not in ids.values())
    word = {"reason": "its gate is there"}
    at = {row[0]: row[5:] for row in rows if row[5] is not None}
    ids["override"] = next(one for one in inside if one not in ids.values())
    ids["disagreeing"], ids["overlap"] = next(pairs(at, inside, set(ids.values())))
    for name in ("override", "disagreeing"):
        mine = grid_of(receipt(client, ids[name]))["grid"]
        codes = [row["code"] for row in client.get(f"{API}/grids").json()["rows"]]
        said = word | {"grid": next(code for code in codes if code != mine)}
        assert client.post(f"{API}/enterprises/{ids[name]}/override", json=said).status_code == 201
    draw_over(url, profile, at[ids["disagreeing"]])
    return {name: receipt(client, number) for name, number in ids.items()}


def pairs(
    at: dict[int, tuple[float, float]], inside: list[int], taken: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield pairs that lie together, where none of those that are taken lies."""
    for one in inside:
        near = [other for other, place in at.items() if math.dist(at[one], place) < REACH and other != one]
        if near and not taken & {one, *near} and near[0] in inside:
            yield one, near[0]


def draw_over(url: str, profile: Path, place: tuple[float, float]) -> None:
    """Publish a small grid over a place, whose code is the lowest."""
    low, high = ([degrees + step for degrees in place] for step in (-REACH, REACH))
    row = (
        shapely.box(*low, *high).__geo_interface__,
        {"source_id": "over", "code": "AA-000", "name": "新画"},
    )
    with opened(url) as engine:
        publish(engine, [row], zone=load_profile(str(profile)))


def receipt(client: Client, enterprise: int) -> dict[str, Any]:
    told: dict[str, Any] = client.get(f"{API}/enterprises/{enterprise}/assignment").json()
    return told


def grid_of(told: dict[str, Any], basis: str = "area", level: str = "grid") -> dict[str, Any]:
    (row,) = (one for one in told["assignments"] if (one["basis"], one["level"]) == (basis, level))
    return dict(row)


def doubtful(client: Client, enterprise: int) -> bool:
    return bool(grid_of(receipt(client, enterprise))["doubtful"])


# Kind: level, rule, and what is said of it in either language.
SAID = {
    "inside": (GRID, "inside", "位置在网格内。", "it lies in the grid."),
    "tie": (("area", "micro"), "tie", "的边界上，归编码最小的。", "the lowest code has it."),
    "override": (GRID, "override", "由 local 指定", "set by local until"),
    "outside": (GRID, "outside", "不在任何网格内。", "it lies in no grid."),
    "nowhere": (GRID, "no-location", "没有位置，未分配：", "It has no location, and so it is in none"),
    "accuracy": (GRID, "inside", "文件注明位置可能偏差", "The file says that it may be"),
    "disagreeing": (
        GRID,
        "override",
        "与指定时所见不同，请核对。",
        "other than when that was said; look again.",
    ),
    "building": (GRID, "building", "按其所在楼宇“示例", "by its building “示例"),
    "table": (("chain", "chain"), "table", "按名称对应，与位置无关。", "by its name, wherever it lies."),
    "overlap": (GRID, "overlap", "在此重叠，暂归编码最小的，待定。", "overlap there; the lowest code has it"),
    "geocoded": (GRID, "inside", "按地址自动匹配", "its address was matched on"),
}


@pytest.mark.parametrize("kind", SAID)
def test_a_receipt_says_what_it_is(
    shown: dict[str, dict[str, Any]], url: str, profile: Path, kind: str
) -> None:
    (basis, level), rule, chinese, english = SAID[kind]
    told = shown[kind]
    row = grid_of(told, basis, level)
    assert row["rule"] == rule
    assert any(chinese in one for one in told["sentences"]["zh"]), told["sentences"]["zh"]
    assert any(english in one for one in told["sentences"]["en"]), told["sentences"]["en"]
    assert not [one for words in told["sentences"].values() for one in words if "{" in one or "None" in one]
    settings = {"GRIDCIRCLE_DATABASE_URL": url, "GRIDCIRCLE_PROFILE": str(profile)}
    words = ["explain", f"id:{told['enterprise']['id']}", "--json"]
    ran = CliRunner().invoke(gridcircle, words, env=settings, catch_exceptions=False, standalone_mode=False)
    assert json.loads(ran.stdout) == told


def test_a_receipt_says_nothing_twice(shown: dict[str, dict[str, Any]]) -> None:
    for told in shown.values():
        for words in told["sentences"].values():
            assert len(set(words)) == len(words)
        text = "\n".join(told["sentences"]["en"])
        assert text.count("It has no location") == (told["location"] is None)
        assert text.count("published on") == len({row["since_release"] for row in decided(told)})
    tie, overlap, nowhere = (shown[kind]["sentences"]["en"] for kind in ("tie", "overlap", "nowhere"))
    assert not any("lowest code has it" in one and "The border is" in one for one in (*tie, *overlap))
    assert "chain: by its names it belongs to none." in nowhere


def decided(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The assignments that a release decided, not a person, and not for want of a location."""
    return [row for row in told["assignments"] if not row["override"] and row["rule"] != "no-location"]


def test_what_is_flagged(shown: dict[str, dict[str, Any]]) -> None:
    assert {kind for kind in shown if grid_of(shown[kind])["doubtful"]} >= {"accuracy"}
    flagged = {k for k in shown if (grid_of(shown[k])["override"] or {}).get("disagrees")}
    assert flagged == {"disagreeing"}
    assert shown["nowhere"]["location"] is None
    assert shown["geocoded"]["location"]["geocode"]["reason"] == "same-address"
    assert grid_of(shown["building"])["building"]["shares"] == {grid_of(shown["building"])["grid"]: 1.0}


def test_places_on_the_command_line(small_url: str) -> None:
    with cloned(small_url) as url:
        settings = {"GRIDCIRCLE_DATABASE_URL": url, "GRIDCIRCLE_PROFILE": "demo"}

        def run(*words: str) -> str:
            ran = CliRunner().invoke(
                gridcircle, ["geocode", *words], env=settings, catch_exceptions=False, standalone_mode=False
            )
            return ran.stdout

        told = json.loads(run("--json"))
        assert told["counts"] == {"total": 5, "certain": 2, "to_choose": 2, "nothing": 1}
        assert "5 without a location: 2 certain, 2 to choose, 1 without a candidate" in run()
        row = told["rows"][0]
        number, best = f"id:{row['id']}", row["candidates"][0]
        assert f"{best['key']}  {best['score']:.2f}" in run(number)
        chosen = json.loads(run(number, "--choose", best["key"], "--json"))
        assert (chosen["how"], chosen["enterprise"]) == ("chosen", row["id"])
        assert json.loads(run(number, "--undo", "--json"))["enterprise"] == row["id"]
        taken = json.loads(run("--take", "--json"))
        assert (taken["taken"], taken["to_choose"], taken["nothing"]) == (2, 2, 1)
        with pytest.raises(InputError, match="Name the enterprise"):
            run("--undo")
        with pytest.raises(InputError, match="Use one of"):
            run("--take", number)
