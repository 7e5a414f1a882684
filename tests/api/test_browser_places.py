"""Placing enterprises in a real browser: the list of those without a location, and the chief's own."""

from collections.abc import Iterator

import pytest
from districts import cloned, opened
from playwright.sync_api import expect
from publications import ask
from sqlalchemy import Engine
from visiting import Visitor
from watching import Watch, served

UPRIGHT = {"viewport": {"width": 768, "height": 1024}, "locale": "zh-CN"}
UNPLACED = "select count(*) from enterprise where geom is null"


@pytest.fixture
def engine(small_url: str) -> Iterator[Engine]:
    with cloned(small_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture
def address(engine: Engine) -> Iterator[str]:
    with served(engine.url.render_as_string(hide_password=False), engine) as found:
        yield found


def test_places_are_taken_chosen_pointed_at_and_given_up(
    address: str, engine: Engine, browser: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    watch = Watch(browser, **UPRIGHT)
    page = watch.open(f"{address}/lists/enterprises?box=no_location")
    page.get_by_role("link", name="按地址查找位置").click()
    expect(page.locator("#counts")).to_have_text("共 5 家：2 家有把握，2 家待选，1 家没有线索")
    rows = page.locator("#places > li")
    park = rows.filter(has_text="软件园33号楼")
    park.get_by_role("button").first.click()
    expect(page.locator(".spot")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 768
    page.screenshot(path=str(tmp_path_factory.getbasetemp() / "places-1.png"))
    park.get_by_role("button", name="就是这里").first.click()
    expect(page.locator("#counts")).to_contain_text("共 4 家")
    page.get_by_role("button", name="放好有把握的 2 家").click()
    expect(rows.first).to_contain_text("已放好 2 家。")
    assert ask(engine, UNPLACED) == [(2,)]
    lost = rows.filter(has_text="没有线索")
    lost.get_by_role("button", name="在地图上指出").click()
    expect(page.locator("#position")).to_have_text("请在地图上点一下它的位置")
    page.locator(".folium-map").click(position={"x": 300, "y": 200})
    expect(page.locator("#counts")).to_contain_text("共 1 家")
    assert ask(engine, UNPLACED) == [(1,)]
    page.get_by_role("button", name="撤销").last.click()
    expect(page.locator("#places")).to_contain_text("仍没有位置")
    assert ask(engine, UNPLACED) == [(2,)]
    assert (watch.complaints, browser.foreign) == ([], [])


def test_a_chief_places_what_may_be_in_the_grid(
    address: str, engine: Engine, browser: Visitor, tmp_path_factory: pytest.TempPathFactory
) -> None:
    watch = Watch(browser, **UPRIGHT)
    page = watch.open(f"{address}/unplaced?lang=en")
    code = page.locator(".maybe small").first.inner_text().split("grid ")[1].split(" ")[0]
    page = watch.open(f"{address}/grids/{code}?lang=en")
    page.get_by_role("tab", name="To place").click()
    first = page.locator("#list-unplaced .rows > li").first
    first.get_by_role("button").first.click()
    page.screenshot(path=str(tmp_path_factory.getbasetemp() / "places-2.png"))
    first.get_by_role("button", name="It is here").first.click()
    expect(first).to_contain_text("Placed:")
    assert ask(engine, UNPLACED) == [(4,)]
    assert (watch.complaints, browser.foreign) == ([], [])
