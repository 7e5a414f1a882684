"""The pages: any name shows as it is written, the policy covers what is inline, nothing is foreign."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from geo.profile import Profile, load_profile
from maps.page import Context, Page, data_block
from maps.pages.circles import circles_page
from maps.pages.coverage import coverage_page
from maps.pages.desk import desk_page
from maps.pages.error import error_page
from maps.pages.grid import grid_page
from maps.pages.home import home_page
from maps.pages.lists import list_page
from maps.pages.unplaced import unplaced_page
from maps.policy import inline_parts, source_hash
from maps.words import LANGUAGES

HOSTILE = '{{7*7}}<img src=x onerror="alert(1)"></script><!--\u2028'
COUNTS = {
    "total": 39, "assigned": 30, "unassigned": 8, "ambiguous": 1, "ties": 2, "overridden": 1,
    "no_location": 3,
}  # fmt: skip
STATUS: dict[str, Any] = {
    "release": 12, "on": "2026-11-22", "grids": 1358, "grids_with_organisation": 1097,
    "levels": {"area/block": 120, "area/grid": 1358}, "parks": 24, "organisations": 724,
    "enterprises": COUNTS | {"workers": 1204, "workers_unknown": 5},
    "stations": COUNTS, "centres": COUNTS,
    "streets": {"count": 9, "length_m": 1234.0, "version": 1, "loaded_at": "2026-11-01", "source": HOSTILE},
}  # fmt: skip
SQUARE = [[104.0, 30.5], [104.1, 30.5], [104.1, 30.6], [104.0, 30.6], [104.0, 30.5]]
GRID: dict[str, Any] = {
    "id": 1, "code": HOSTILE, "name": HOSTILE, "kind": HOSTILE, "level": "grid", "basis": "area",
    "parent": HOSTILE, "park": HOSTILE, "chief": HOSTILE, "area_m2": 64000.0, "minutes": 3.1,
    "organisations": [{"name": HOSTILE, "kind": HOSTILE}],
    "enterprises": {"total": 38, "workers": 1204, "covered": 30, "out_of_reach": 8},
    "stations": [{"id": 1, "name": HOSTILE, "kind": "station", "functions": [HOSTILE, "rest"],
                  "opening_hours": HOSTILE}],
    "children": [{"code": HOSTILE, "name": HOSTILE}],
    "geometry": {"type": "Polygon", "coordinates": [SQUARE]}, "bounds": [104.0, 30.5, 104.1, 30.6],
}  # fmt: skip
ENTERPRISE: dict[str, Any] = {
    "id": 1, "source_id": HOSTILE, "name": HOSTILE, "credit_code": HOSTILE, "workers": None,
    "status": HOSTILE, "rule": HOSTILE, "candidates": [HOSTILE], "grid": HOSTILE, "minutes": 7.24,
    "reached": False, "lon": None, "lat": None,
}  # fmt: skip
STATION: dict[str, Any] = {
    "name": HOSTILE, "kind": "centre", "category": HOSTILE, "functions": [HOSTILE],
    "opening_hours": HOSTILE, "address": HOSTILE, "grid": None,
}  # fmt: skip
HOSTILE_PROFILE = {"zh": HOSTILE, "en": HOSTILE}

Draw = Callable[[Context], Page]


def table(name: str, row: dict[str, Any]) -> dict[str, Any]:
    filters = {"q": HOSTILE, "function": [HOSTILE, "rest"], "reached": "no"}
    return {"list": name, "filters": filters, "rows": [row], "total": 250, "page": 2, "pages": 3}


PAGES: dict[str, Draw] = {
    "home": lambda context: home_page(context, STATUS),
    "coverage": coverage_page,
    "circles": circles_page,
    "desk": desk_page,
    "unplaced": unplaced_page,
    "grid": lambda context: grid_page(context, GRID),
    "enterprises": lambda context: list_page(context, table("enterprises", ENTERPRISE)),
    "stations": lambda context: list_page(context, table("stations", STATION)),
    "grids": lambda context: list_page(
        context,
        table("grids", {"code": HOSTILE, "name": HOSTILE, "organisations": [HOSTILE], "reached": True}),
    ),
    "organisations": lambda context: list_page(
        context, table("organisations", {"name": HOSTILE, "kind": HOSTILE, "grids": [HOSTILE]})
    ),
    "error": lambda context: error_page(context, {"code": HOSTILE, "message": HOSTILE}),
}


@pytest.fixture(params=LANGUAGES)
def context(request: pytest.FixtureRequest) -> Context:
    plain = load_profile("default")
    profile = Profile(
        **vars(plain)
        | {
            "title": HOSTILE_PROFILE,
            "functions": plain.functions | {"odd": HOSTILE_PROFILE},
            "kind_titles": plain.kind_titles | {"centre": HOSTILE_PROFILE},
        }
    )
    stamp = {"release": 12, "on": "2026-11-22"}
    return Context(request.param, profile, stamp, (104.0, 30.5, 104.1, 30.6), f"/lists/x?q={HOSTILE}&lang=en")


class Reader(HTMLParser):
    """Collects the tags, attributes and texts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", PAGES)
def test_hostile_names_stay_text(name: str, context: Context) -> None:
    html = PAGES[name](context).html
    page = Reader(html)
    assert HOSTILE in page.text
    assert "img" not in {tag for tag, _ in page.tags}
    assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]
    assert "49<img" not in unescape(html)


@pytest.mark.parametrize("name", PAGES)
def test_policy_covers_each_inline_part_and_no_attribute_is_inline(name: str, context: Context) -> None:
    page = PAGES[name](context)
    parts = inline_parts(page.html)
    policy = dict(part.split(" ", 1) for part in page.csp.split("; "))
    assert {source_hash(text) for text in parts["script"]} == set(policy["script-src"].split()[1:])
    assert {source_hash(text) for text in parts["style"]} == set(policy["style-src"].split()[1:])
    assert not [tag for tag, attributes in Reader(page.html).tags if "style" in attributes]


@pytest.mark.parametrize("name", PAGES)
def test_names_no_foreign_host(name: str, context: Context) -> None:
    for _, attributes in Reader(PAGES[name](context).html).tags:
        for key in ("src", "href", "action", "srcset", "data", "poster"):
            address = attributes.get(key) or "/"
            assert re.match(r"/(?!/)|#", address), address


@pytest.mark.parametrize("name", PAGES)
def test_same_bytes_each_time(name: str, context: Context) -> None:
    assert PAGES[name](context) == PAGES[name](context)


@pytest.mark.parametrize("name", PAGES)
def test_has_a_language_a_title_and_a_switch(name: str, context: Context) -> None:
    page = Reader(PAGES[name](context).html)
    root = next(attributes for tag, attributes in page.tags if tag == "html")
    assert root["lang"] == {"zh": "zh-Hans", "en": "en"}[context.language]
    switches = [a["href"] or "" for tag, a in page.tags if tag == "a" and "data-language" in a]
    assert [s[-7:] for s in switches] == ["lang=zh", "lang=en"]
    assert not [s for s in switches if s.count("lang=") > 1]


def test_scripts_read_names_as_data(context: Context) -> None:
    html = grid_page(context, GRID).html
    block = re.search(r'<script type="application/json" id="facts">(.*?)</script>', html, re.S)
    assert block is not None
    facts = json.loads(block[1])
    assert facts["grid"]["name"] == HOSTILE
    assert facts["functions"]["odd"] == HOSTILE


def test_data_block_cannot_end_its_element() -> None:
    assert re.search(r"[<>&\u2028]", data_block({HOSTILE: [HOSTILE]})) is None
    assert json.loads(data_block({HOSTILE: [HOSTILE]})) == {HOSTILE: [HOSTILE]}


def test_an_address_holds_any_code_and_carries_the_day_and_the_release(context: Context) -> None:
    now = replace(context, path="/lists/grids?page=2&lang=en")
    assert now.grid_address("A/1?#") == "/grids/A%2F1%3F%23"
    assert now.grid_address("P1", basis="area", level="block") == "/grids/P1?basis=area&level=block"
    then = replace(now, path="/maps/coverage?minutes=5&on=2026-01-01&release=2")
    assert then.grid_address("A") == "/grids/A?on=2026-01-01&release=2"
    listed = then.list_address("grids", organisation="no", page=None)
    assert listed == "/lists/grids?organisation=no&on=2026-01-01&release=2"


@pytest.mark.parametrize("name", ["coverage", "circles"])
def test_legends_call_facilities_as_the_zone_does(name: str, context: Context) -> None:
    assert context.facility("centre") in Reader(PAGES[name](context).html).text
    assert replace(context, profile=replace(context.profile, kind_titles={})).facility("station") in (
        "驿站",
        "Station",
    )


def test_parent_and_children_are_of_the_next_levels(context: Context) -> None:
    grid = GRID | {"parent": "B1", "children": [{"code": "M1", "name": None}]}
    links = [a["href"] for tag, a in Reader(grid_page(context, grid).html).tags if tag == "a"]
    assert "/grids/B1?basis=area&level=block" in links
    assert "/grids/M1?basis=area&level=micro" in links


def test_grid_without_figures_shows_what_lies_below(context: Context) -> None:
    block = {key: GRID[key] for key in ("id", "code", "name", "basis", "children", "geometry", "bounds")}
    page = Reader(grid_page(context, block | {"level": "block"}).html)
    tabs = [a["id"] for _, a in page.tags if a.get("role") == "tab"]
    assert tabs == ["tab-children"]
    assert context.grid_address(HOSTILE) in [a.get("href") for _, a in page.tags]


def test_level_without_geometry_has_a_page(context: Context) -> None:
    assert grid_page(context, GRID | {"geometry": None, "bounds": None}).html


def test_each_figure_opens_its_list(context: Context) -> None:
    links = [a["href"] for tag, a in Reader(home_page(context, STATUS).html).tags if tag == "a"]
    lists = {"/lists/grids", "/lists/enterprises", "/lists/stations?kind=station", "/lists/organisations"}
    assert lists | {"/lists/stations?kind=centre", "/lists/grids?organisation=no"} <= set(links)


def test_empty_zone_says_what_to_do(context: Context) -> None:
    nothing = dict.fromkeys(COUNTS, 0)
    empty = STATUS | {
        "release": None, "grids": 0, "grids_with_organisation": 0, "levels": {}, "streets": None,
        "enterprises": nothing | {"workers": None}, "stations": nothing, "centres": nothing,
    }  # fmt: skip
    bare = Context(context.language, context.profile, {"release": None, "on": None}, None, "/")
    html = home_page(bare, empty).html
    assert "gridcircle load grids" in html
    assert "data-figure" not in html


def test_pages_of_a_list_keep_its_filters(context: Context) -> None:
    links = [a for tag, a in Reader(PAGES["enterprises"](context).html).tags if a.get("rel")]
    after = next(a["href"] or "" for a in links if a["rel"] == "next")
    assert "page=3" in after
    assert after.count("function=") == 2


def test_what_is_part_of_a_part_says_so(context: Context) -> None:
    # 30 + 1 + 8 = 39: 2 on a border and 1 set by a person are among the 30, 3 without a location among the 8.
    html = home_page(context, STATUS).html
    notes = re.findall(r'<span class="note">([^<]*)</span>', html.split('href="/lists/enterprises"')[1])
    counts = [int(re.findall(r"\d+", note)[0]) for note in notes[:6]]
    assert counts == [30, 2, 1, 1, 8, 3]
    among = {"zh": "其中", "en": "of them "}[context.language]
    assert [note.startswith(among) for note in notes[:6]] == [False, True, True, False, False, True]
