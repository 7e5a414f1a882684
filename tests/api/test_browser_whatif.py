"""What if, in a real browser: a station dragged, the figures at once, undone; a proposal published."""

import re

import pytest
from playwright.sync_api import Page, expect
from visiting import Visitor
from watching import Watch

pytestmark = pytest.mark.usefixtures("quick_reading")

# Where each station's dot stands on the map, in pixels from its corner.
DOTS = """() => {
    const map = window[document.querySelector(".folium-map").id];
    const found = [];
    map.eachLayer((layer) => {
        if (!layer.feature?.properties.functions || !layer.getLatLng) return;
        const { x, y } = map.latLngToContainerPoint(layer.getLatLng());
        found.push([layer.feature.properties.id, x, y]);
    });
    return found.sort();
}"""


def opened_page(watch: Watch, address: str) -> Page:
    page = watch.open(f"{address}/maps/what-if?minutes=5")
    expect(page.locator("[data-figure=workers] .delta")).to_have_text("±0")
    return page


def missed(page: Page, station: int) -> int:
    """How many enterprises would lose if a station were closed."""
    body = {"edits": [{"station": station, "closed": True}]}
    answer = page.request.post(f"{page.url.split('/maps')[0]}/api/v1/scenarios/effect?minutes=5", data=body)
    return int(answer.json()["lost"]["enterprises"])


def drag(page: Page, dx: int, dy: int) -> None:
    """Drag the station that most people would miss by so many pixels."""
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    x, y = max(page.evaluate(DOTS), key=lambda dot: missed(page, dot[0]))[1:]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(box["x"] + x + dx * step / 5, box["y"] + y + dy * step / 5)
    page.mouse.up()


def test_a_drag_changes_the_figures_and_is_undone(address: str, watch: Watch) -> None:
    page = opened_page(watch, address)
    drag(page, -160, 120)
    expect(page.locator("#edits li")).to_have_count(1)
    expect(page.locator("#edits small")).to_have_text("移位")
    expect(page.locator("#sides")).to_contain_text(re.compile(r"受损：[1-9]"))
    answers = page.evaluate("performance.getEntriesByName('what-if answer').map((one) => one.duration)")
    assert len(answers) >= 2
    page.click("#undo")
    expect(page.locator("[data-figure=workers] .delta")).to_have_text("±0")
    expect(page.locator("#edits")).to_contain_text("还没有调整")
    page.click("#redo")
    expect(page.locator(".peg.moved")).to_have_count(1)
    # The keyboard moves it too, by as little as ten metres.
    page.locator(".peg.moved").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Delete")
    expect(page.locator(".peg.closed")).to_have_count(1)
    assert watch.complaints == []


def test_a_finger_drags_a_station_that_it_chose(address: str, browser: Visitor) -> None:
    watch = Watch(browser, has_touch=True)
    page = opened_page(watch, address)
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    x, y = max(page.evaluate(DOTS), key=lambda dot: missed(page, dot[0]))[1:]
    page.touchscreen.tap(box["x"] + x, box["y"] + y)
    peg = page.locator(".peg.chosen")
    expect(peg).to_have_count(1)
    middle = peg.bounding_box()
    assert middle is not None
    x, y = middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, step in (("touchStart", 0), *(("touchMove", step) for step in range(1, 7)), ("touchEnd", None)):
        points = [] if step is None else [{"x": x - 20 * step, "y": y + 15 * step}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(page.locator(".peg.moved")).to_have_count(1)
    expect(page.locator("#sides")).to_contain_text(re.compile(r"受损：[1-9]"))
    assert watch.complaints == []


def test_a_proposal_is_kept_shared_compared_and_published(address: str, watch: Watch) -> None:
    page = opened_page(watch, address)
    page.fill("#siting [name=most]", "1")
    page.click("#siting button[type=submit]")
    page.click(".sites li button:last-child")
    delta = page.locator("[data-figure=workers] .delta")
    expect(delta).to_have_text(re.compile(r"^\+[\d,]+$"))
    gain = delta.inner_text()
    page.click("#keep")
    page.fill("#dialog [name=name]", "{{7*7}} 补点")
    page.click("#dialog button.main")
    expect(page.locator("#working-name")).to_have_text("{{7*7}} 补点")
    page.check("#scenarios input")
    page.click("#compare")
    expect(page.locator(".compared")).to_contain_text(gain)
    page.click("#dialog button.main")
    expect(page.locator(".compared-mark")).to_have_text("A")
    linked = Watch(browser_of(page)).open(page.url)
    expect(linked.locator("dialog[open] .compared")).to_contain_text(gain)
    # The link shows the same to somebody else, in the other language.
    other = Watch(browser_of(page), locale="en-GB").open(f"{page.url}&lang=en")
    expect(other.locator("[data-figure=workers] .delta")).to_have_text(gain)
    page.click("#publish")
    page.click("#dialog button.main")
    expect(page.locator("#notice")).to_contain_text("已发布")
    expect(delta).to_have_text("±0")
    assert len(page.evaluate(DOTS)) == 8
    assert watch.complaints == []


def test_candidates_come_from_a_file(address: str, watch: Watch) -> None:
    page = opened_page(watch, address)
    rows = "名称,经度,纬度\n{{7*7}}空置房,104.0619,30.555\n错,204,30.5\n"
    file = {"name": "rooms.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    page.set_input_files("#candidate-file", [file])
    expect(page.locator("#candidates-read")).to_contain_text("读入 1 处，退回 1 行")
    assert page.locator("#siting [name=among]").input_value() == "file"
    page.click("#siting button[type=submit]")
    expect(page.locator("#proposed")).to_contain_text(re.compile("空置房|没有能带来改善"))
    assert watch.complaints == []


def browser_of(page: Page) -> Visitor:
    browser = page.context.browser
    assert browser is not None
    return Visitor(browser)
