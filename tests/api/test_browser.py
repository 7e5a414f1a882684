"""The pages in a real browser: names as letters, the policy kept, nothing foreign, maps that show."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import uvicorn
from conftest import Visitor
from districts import cloned, opened
from playwright.sync_api import ConsoleMessage, Page, expect
from sqlalchemy import Engine, text

from api.app import create_app
from api.settings import Settings

HOSTILE = '{{7*7}}<img src=x onerror="document.title=1">'
TEXTS = {
    "park_version": ("name",),
    "grid_version": ("name",),
    "duty": ("person",),
    "organisation": ("name", "kind"),
    "enterprise": ("name", "address", "registered_address", "industry", "category", "credit_code"),
    "station": ("name", "category", "opening_hours", "address"),
    "street": ("name",),
    "load": ("file_name",),
}
TABLET = {"viewport": {"width": 1024, "height": 768}, "locale": "zh-CN"}
GRID = f"/grids/{quote(HOSTILE, safe='')}"
ADDRESSES = [
    "/", "/maps/coverage", "/maps/circles", GRID, "/desk", "/lists/enterprises", "/lists/stations",
    "/lists/grids", "/lists/organisations", f"/lists/enterprises?q={quote(HOSTILE)}", "/grids/none",
]  # fmt: skip


@contextmanager
def served(url: str, engine: Engine) -> Iterator[str]:
    """Serve a database on a free port, and yield the address."""
    app = create_app(Settings(database_url=url, profile="demo"), engine)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def make_hostile(engine: Engine) -> None:
    """Write the hostile letters into every text field, and into the code of the first grid."""
    with engine.begin() as connection:
        for table, columns in TEXTS.items():
            values = ", ".join(f"{column} = :hostile" for column in columns)
            connection.execute(text(f"update {table} set {values}"), {"hostile": HOSTILE})
        connection.execute(
            text("update station set functions = array['rest', :hostile]"), {"hostile": HOSTILE}
        )
        first = (
            "select v.id from grid_version v join partition p on p.id = v.partition_id"
            " where (p.basis, p.level) = ('area', 'grid') order by v.code limit 1"
        )
        connection.execute(
            text(f"update grid_version set code = :hostile where id = ({first})"), {"hostile": HOSTILE}
        )


@pytest.fixture(scope="module")
def address(small_url: str) -> Iterator[str]:
    """The address of the service on the samples, with hostile letters in every text field."""
    with cloned(small_url) as url, opened(url) as engine:
        make_hostile(engine)
        with served(url, engine) as found:
            yield found


class Watch:
    """A page whose complaints are kept: violations of the policy, errors of scripts, dialogues."""

    def __init__(self, visitor: Visitor, **options: Any) -> None:
        self.page: Page = visitor.page(**TABLET | options)
        self.complaints: list[str] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        # The browser also tells of an answer such as 404, which the page itself puts into words.
        if message.type == "error" and "responded with a status of 4" not in message.text:
            self.complaints.append(message.text)

    def open(self, url: str) -> Page:
        self.page.goto(url)
        self.page.wait_for_load_state("networkidle")
        return self.page


@pytest.fixture
def watch(browser: Visitor) -> Watch:
    return Watch(browser)


def colours(page: Page) -> int:
    """Return how many different colours the canvas of the clickable layers shows."""
    count: int = page.evaluate(
        """() => {
            const canvas = document.querySelector(".leaflet-overlay-pane canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) {
                if (data[i + 3] > 60) seen.add(data.slice(i, i + 3).join());
            }
            return seen.size;
        }"""
    )
    return count


def small_targets(page: Page) -> list[str]:
    """Return the beginnings of the elements that are smaller than a finger."""
    small: list[str] = page.evaluate(
        """(targets) => [...document.querySelectorAll(targets)]
            .map((e) => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
            .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 43.5)).map(([html]) => html)""",
        "button, .button, nav a, .leaflet-bar a, select, summary, .tile, .door",
    )
    return small


@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_safe_and_fits(path: str, address: str, watch: Watch, browser: Visitor) -> None:
    page = watch.open(address + path)
    for language, width, height in (("zh", 1024, 768), ("en", 1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        if language == "en":
            page.click("[data-language=en]")
            page.wait_for_load_state("networkidle")
        assert page.get_attribute("html", "lang") == {"zh": "zh-Hans", "en": "en"}[language]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert small_targets(page) == []
        assert page.locator("img").count() == 0
        assert page.title() != "1"
        if path == GRID or path.startswith("/lists"):
            assert HOSTILE in page.inner_text("body")
        assert "49<img" not in page.inner_text("body")
    assert watch.complaints == []
    assert browser.foreign == []


def test_coverage_map_shows_grids_and_opens_a_card(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/coverage")
    expect(page.locator("#method")).to_contain_text("步行15分钟")
    assert colours(page) > 3
    shares = page.locator("[data-figure] .share").all_inner_texts()
    assert len(shares) == 4
    assert all(re.fullmatch(r"[\d.]+%", share) for share in shares)
    page.fill("#search", "7*7")
    page.locator("#found li", has=page.locator(".quiet", has_text=HOSTILE)).first.click()
    expect(page.locator("#card h2")).to_have_text(HOSTILE)
    page.click("#card a.button")
    expect(page.locator(".about")).to_contain_text(HOSTILE)
    assert watch.complaints == []


def test_choice_stays_in_the_address_and_in_the_other_language(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/coverage")
    page.check("[name=method][value=disc]")
    page.check("[name=minutes][value='5']")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#method")).to_contain_text("步行5分钟 · 直线距离")
    page.click("[data-language=en]")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#method")).to_contain_text("5 min walk · straight line")
    page.goto(f"{address}/")
    assert page.get_attribute("html", "lang") == "en"


def test_circles_are_drawn_and_compared(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/circles")
    assert colours(page) > 3
    for cell in page.locator("#compare td").all_inner_texts():
        assert re.search(r"\d", cell)
    assert watch.complaints == []


def test_grid_page_tells_where_i_am_and_sends_nothing(address: str, browser: Visitor) -> None:
    place = {"latitude": 30.56, "longitude": 104.06, "accuracy": 12.0}
    watch = Watch(browser, geolocation=place, permissions=["geolocation"])
    page = watch.open(address + GRID)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.click("#locate")
    expect(page.locator("#position")).to_contain_text("±12")
    page.wait_for_load_state("networkidle")
    assert not [one for one in asked if "104.06" in one or "30.56" in one]


def test_grid_page_opens_its_lists(address: str, watch: Watch) -> None:
    page = watch.open(address + GRID)
    expect(page.locator("[data-rows=enterprises] li").first).to_contain_text(HOSTILE)
    page.click("#tab-stations")
    expect(page.locator("#list-stations")).to_be_visible()
    expect(page.locator("#list-enterprises")).to_be_hidden()


def test_desk_loads_a_file_and_tells_of_it(address: str, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "企业.csv"
    rows = [
        "企业编号,企业名称,经度,纬度",
        f'B1,"{HOSTILE.replace(chr(34), chr(34) * 2)}",104.06,30.56',
        "B2,乙,104.06,304.5",
    ]
    file.write_text("\n".join(rows), "utf-8")
    page = watch.open(f"{address}/desk")
    page.select_option("[name=kind]", "enterprises")
    page.set_input_files("[name=file]", file)
    page.click("#upload button")
    report = page.locator("#report")
    expect(report.locator("h2")).to_have_text("企业：已载入，部分行未接受")
    expect(report).to_contain_text("纬度超过 90°")


def test_desk_tells_of_a_file_that_cannot_be_read(address: str, watch: Watch, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_text(json.dumps({"no": "collection"}), "utf-8")
    page = watch.open(f"{address}/desk")
    page.set_input_files("[name=file]", file)
    page.click("#upload button")
    expect(page.locator("#notice")).to_have_class(re.compile("failed"))


def test_without_grids_the_maps_say_what_to_do(database_url: str, watch: Watch) -> None:
    with opened(database_url) as engine, served(database_url, engine) as address:
        page = watch.open(f"{address}/maps/coverage")
        expect(page.locator("#notice")).to_contain_text("还没有网格")
        page = watch.open(f"{address}/")
        expect(page.locator("main")).to_contain_text("这里还没有数据")
    assert watch.complaints == []
