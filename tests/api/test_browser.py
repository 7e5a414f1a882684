"""The pages in a real browser: names as letters, the policy kept, nothing foreign, maps that show."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from districts import cloned, opened
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text
from visiting import Visitor
from watching import Watch, served

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
GRID = f"/grids/{quote(HOSTILE, safe='')}"
ADDRESSES = [
    "/", "/maps/coverage", "/maps/circles", "/maps/what-if", GRID, "/desk", "/lists/enterprises",
    "/lists/stations", "/lists/grids", "/lists/organisations",
    f"/lists/enterprises?q={quote(HOSTILE)}", "/grids/none",
]  # fmt: skip


MAP = "window[document.querySelector('.folium-map').id]"
VIEW = f"() => [{MAP}.getZoom(), {MAP}.getCenter().lng, {MAP}.getCenter().lat]"
STATION = f"""() => {{
    const {{ x, y }} = document.querySelector('.folium-map').getBoundingClientRect();
    const stations = [];
    {MAP}.eachLayer((layer) => layer.feature?.properties.kind === 'station' && stations.push(layer));
    const place = {MAP}.latLngToContainerPoint(stations[0].getLatLng());
    return [x + place.x, y + place.y];
}}"""


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


def painted(page: Page) -> list[list[int]]:
    """Return the colours of the clickable layers over the ground, as red, green and blue."""
    seen: list[list[int]] = page.evaluate(
        """() => {
            const canvas = document.querySelector(".leaflet-overlay-pane canvas");
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const map = document.querySelector(".folium-map");
            const ground = getComputedStyle(map).backgroundColor.match(/\\d+/g);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) {
                const share = data[i + 3] / 255;
                const over = (k) => Math.round(data[i + k] * share + ground[k] * (1 - share));
                seen.add([0, 1, 2].map(over).join());
            }
            return [...seen].map((colour) => colour.split(",").map(Number));
        }"""
    )
    return seen


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


def test_the_parts_of_the_zone_add_up_and_open(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/coverage?by=size&minutes=10&at=2026-12-01T22:00")
    counts = page.locator("#parts td:nth-child(2)").all_inner_texts()
    covered, total = (sum(int(one.split(" / ")[i].replace(",", "")) for one in counts) for i in (0, 1))
    figure = page.locator("[data-figure=workers] .counts").inner_text()
    assert figure.startswith(f"{covered:,} / {total:,}")
    expect(page.locator("#hours")).to_contain_text("此刻开放")
    page.click("#parts tbody a >> nth=0")
    page.wait_for_load_state("networkidle")
    assert "group=0-9" in page.url
    assert watch.complaints == []


def test_a_gate_is_seen_where_its_walls_are(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/circles")
    seen = page.evaluate(
        """async () => {
            const { ground, sizeBarrier } = await import("/static/js/drawing.js");
            const gate = ground.at(-1).pointToLayer({ properties: { kind: "gate" } }, [30.56, 104.05]);
            const { options } = gate;
            return [13, 16].map((zoom) => (sizeBarrier(gate, zoom), [options.stroke, options.fill]));
        }"""
    )
    assert seen == [[False, False], [True, True]]
    assert watch.complaints == []


def test_circles_are_drawn_and_compared(address: str, watch: Watch) -> None:
    page = watch.open(f"{address}/maps/circles")
    page.check("[name=shape][value=split]", force=True)
    expect(page.locator("#legend-shape")).to_contain_text("最近的站点")
    expect(page.locator(".code-label span").first).to_be_visible()
    assert "shape=split" in page.url
    page.check("[name=shape][value=dissolved]", force=True)
    expect(page.locator(".code-label")).to_have_count(0)
    assert colours(page) > 3
    # The swatches have the colours of the map, where the areas lie one upon the other.
    expect(page.locator("#notice")).to_be_hidden()
    seen = painted(page)
    for swatch in page.locator("[data-band] .swatch").all():
        found = swatch.evaluate("(one) => getComputedStyle(one).backgroundColor")
        colour = [int(part) for part in re.findall(r"\d+", found)]
        assert any(all(abs(a - b) <= 2 for a, b in zip(colour, one, strict=True)) for one in seen), found
    for cell in page.locator("#compare td").all_inner_texts():
        assert re.search(r"\d", cell)
    before = page.evaluate(VIEW)
    page.mouse.click(*page.evaluate(STATION))
    expect(page.locator("#card button").last).to_contain_text("看全部")
    expect(page.locator("#notice")).to_be_hidden()
    assert page.evaluate(VIEW) != pytest.approx(before, abs=1e-3)
    page.mouse.click(*page.evaluate(STATION))
    expect(page.locator("#notice")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    assert page.evaluate(VIEW) == pytest.approx(before, abs=1e-3)
    assert watch.complaints == []


@pytest.mark.parametrize(
    ("lat", "lon", "words"), [(30.5, 104.2, "您不在任何网格内"), (30.5623, 104.0572, "您在网格")]
)
def test_grid_page_tells_where_i_am_and_keeps_nothing(
    address: str, browser: Visitor, lat: float, lon: float, words: str
) -> None:
    place = {"latitude": lat, "longitude": lon, "accuracy": 12.0}
    watch = Watch(browser, geolocation=place, permissions=["geolocation"])
    page = watch.open(address + GRID)
    asked: list[tuple[str, str, str]] = []
    page.on("request", lambda one: asked.append((one.method, one.url, one.post_data or "")))
    page.click("#locate")
    expect(page.locator("#position")).to_contain_text("±12")
    expect(page.locator("#position")).to_contain_text(words)
    page.wait_for_load_state("networkidle")
    # The position stands in the body of one question, and in no address and no store of the browser.
    told = [(method, url.removeprefix(address)) for method, url, body in asked if str(lon) in url + body]
    assert told == [("POST", "/api/v1/locate")]
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])")
    assert str(lon) not in stored
    page.click("#locate")
    expect(page.locator("#position")).to_be_empty()
    assert watch.complaints == []


def test_grid_page_opens_its_lists(address: str, watch: Watch) -> None:
    page = watch.open(address + GRID)
    expect(page.locator("[data-rows=enterprises] li").first).to_contain_text(HOSTILE)
    page.click("#tab-stations")
    expect(page.locator("#list-stations")).to_be_visible()
    expect(page.locator("#list-enterprises")).to_be_hidden()
    page.goto(f"{address}{GRID}?lang=en")
    page.evaluate("document.getElementById('tab-unplaced').hidden = false")
    cut = """(row) => row.scrollWidth > row.clientWidth
        || [...row.children].some((one) => one.offsetHeight > 60)"""
    assert not page.eval_on_selector(".tabs", cut)


def test_without_grids_the_maps_say_what_to_do(database_url: str, watch: Watch) -> None:
    with opened(database_url) as engine, served(database_url, engine) as address:
        page = watch.open(f"{address}/maps/coverage")
        expect(page.locator("#notice")).to_contain_text("还没有网格")
        page = watch.open(f"{address}/")
        expect(page.locator("main")).to_contain_text("这里还没有数据")
    assert watch.complaints == []
