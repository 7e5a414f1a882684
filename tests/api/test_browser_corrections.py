"""Missing paths and closed places on the coverage map, in a real browser: by mouse, by finger, by keys."""

from districts import street_ends
from playwright.sync_api import Page, expect
from watching import Watch

MAP = "window[document.querySelector('.folium-map').id]"


def panel(watch: Watch, address: str) -> Page:
    page = watch.open(f"{address}/maps/coverage?minutes=5")
    expect(page.locator("#notice")).to_be_empty()
    page.click("#corrections summary")
    return page


def street(page: Page) -> list[tuple[float, float]]:
    """Bring a street of the sample into view, and say where its ends are in pixels of the page."""
    ends = street_ends()
    (lon, lat), _ = ends
    page.evaluate(f"{MAP}.setView([{lat}, {lon}], 17, {{ animate: false }})")
    box = page.locator(".folium-map").bounding_box()
    assert box is not None
    spots = [page.evaluate(f"{MAP}.latLngToContainerPoint([{y}, {x}])") for x, y in ends]
    return [(box["x"] + spot["x"], box["y"] + spot["y"]) for spot in spots]


def test_a_path_is_drawn_kept_listed_and_taken_back(address: str, watch: Watch) -> None:
    page = panel(watch, address)
    # The ground has a wall with gates, so the legend tells of them; a map as narrow as this has it folded.
    page.click("details.legend summary")
    expect(page.locator("[data-ground]:visible")).to_have_text(["围墙、围栏，不能穿行", "大门"])
    page.click("details.legend summary")
    places = street(page)
    page.click("[data-kind=link]")
    expect(page.locator("#corrections [name=keep]")).to_be_disabled()
    page.mouse.click(*places[0])
    # What lies under the pointer takes no click meanwhile.
    expect(page.locator("#card")).to_be_hidden()
    page.mouse.click(*places[1])
    page.fill("#corrections [name=reason]", "天天有人走")
    page.fill("#corrections [name=name]", "<b>小路</b>")
    page.click("#corrections [name=keep]")
    expect(page.locator("#corrections li .name")).to_have_text("缺失的路 · <b>小路</b>")
    expect(page.locator("#corrections form")).to_be_hidden()
    page.click("#corrections li > button:last-child")
    expect(page.locator("#corrections li")).to_have_text("还没有人更正过道路。")
    assert watch.complaints == []


def test_keys_alone_do_and_what_cannot_be_is_told(address: str, watch: Watch) -> None:
    page = panel(watch, address)
    page.evaluate(f"{MAP}.setView([30.3, 104.5], 15)")
    page.locator("[data-kind=closure]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#corrections [name=reason]")).to_be_focused()
    page.keyboard.type("夜间锁闭")
    page.locator("#corrections [name=here]").press("Enter")
    expect(page.locator("#corrections [name=keep]")).to_be_enabled()
    page.locator("#corrections [name=keep]").press("Enter")
    expect(page.locator("#notice")).to_contain_text("请点在街道上")
    page.locator("#corrections [name=cancel]").press("Enter")
    expect(page.locator("#corrections form")).to_be_hidden()
