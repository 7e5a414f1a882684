"""Folium's shell: our own files alone, the same bytes each time, nothing that could be evaluated."""

import re

import folium
import pytest
from folium.plugins import Fullscreen

from maps.assets import ASSETS, own_links, static_folder, static_url
from maps.layers import CIRCLES, COVERAGE, GRID, DataLayer, LayerPlan
from maps.shell import _refuse_foreign, build_shell

EXTENT = (104.0, 30.5, 104.1, 30.6)


@pytest.mark.parametrize("plans", [COVERAGE, CIRCLES, GRID])
def test_names_no_foreign_host(plans: tuple[LayerPlan, ...]) -> None:
    shell = build_shell(EXTENT, plans)
    text = shell.head + shell.body + shell.script
    assert re.findall(r"(?:https?:)?//[\w.-]+", text) == []
    assert all(a.startswith("/static/") for a in re.findall(r'(?:src|href)="([^"]+)"', shell.head))


def test_same_bytes_each_time() -> None:
    assert build_shell(EXTENT, COVERAGE) == build_shell(EXTENT, COVERAGE)


def test_holds_each_layer_in_order() -> None:
    names = re.findall(r'data-layer="(\w+)"', build_shell(EXTENT, COVERAGE).body)
    assert names == [plan.name for plan in COVERAGE]


def test_shows_the_extent_and_metres() -> None:
    script = build_shell(EXTENT, GRID).script
    assert re.search(r"\[30\.5,\s*104\.0\],\s*\[30\.6,\s*104\.1\]", re.sub(r",\s*\]", "]", script))
    assert "imperial: false" in script
    assert re.search(r'"maxZoom":\s*19', script)


def test_without_boundaries_it_shows_the_country() -> None:
    assert "73.0" in build_shell(None, GRID).script


def test_asks_for_leaflet_and_little_else() -> None:
    links = re.findall(r'(?:src|href)="/static/([^"?]+)', build_shell(EXTENT, COVERAGE).head)
    assert sorted(links) == sorted(path for path in ASSETS.values() if path)


def test_own_files_exist_and_carry_a_mark_of_their_content() -> None:
    assert static_folder().is_dir()
    assert re.fullmatch(r"/static/js/words\.js\?v=[0-9a-f]{12}", static_url("js/words.js"))


def test_name_that_is_not_in_the_table_fails() -> None:
    with pytest.raises(LookupError, match="Fullscreen"):
        own_links([("Control.Fullscreen.js", "https://cdn.example/fullscreen.js")])


def test_plugin_that_goes_past_the_table_fails() -> None:
    chart = folium.Map(tiles=None)
    chart.default_js = chart.default_css = []
    Fullscreen().add_to(chart)
    chart.render()
    with pytest.raises(LookupError, match="own_links"):
        _refuse_foreign(chart.get_root())


@pytest.mark.parametrize("text", ["{{7*7}}", "a b", '"><script>', "名称"])
def test_layer_takes_plain_addresses_alone(text: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        DataLayer(LayerPlan(text))
    with pytest.raises(ValueError, match="plain"):
        DataLayer(LayerPlan("grids", text))
