"""The desk in a real browser: a faulty file is mended, published and taken back, by mouse and by touch."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from desks import UPRIGHT, Hand, four, say_where
from districts import cloned, csv, opened
from playwright.sync_api import Route, expect
from shapely import box
from visiting import Visitor
from watching import Watch, served

from geo.profile import load_profile
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

PATIENCE_MS = 60_000


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Wait for as long as a busy machine needs to read a file in a process of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def empty(template_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a service that has nothing yet."""
    with (
        cloned(template_url) as url,
        opened(url) as engine,
        served(url, engine, tmp_path / "home") as address,
    ):
        yield address


@pytest.fixture(scope="module")
def loaded_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database with the four grids, and an enterprise near a border; nobody is connected."""
    folder = tmp_path_factory.mktemp("loaded")
    with cloned(template_url) as url:
        with opened(url) as engine:
            file = four(folder / "今日网格.geojson")
            load_file(engine, load_profile("demo"), file, "grids", options=LoadOptions(level="grid"))
            one = csv(folder / "企业.csv", "企业名称,经度,纬度,职工人数", "示例智造,104.0011,30.5005,12")
            load_file(engine, load_profile("demo"), one, "enterprises", options=LoadOptions())
        yield url


@pytest.fixture
def filled(loaded_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a service of the test's own that has the four grids and the enterprise."""
    with (
        cloned(loaded_url) as url,
        opened(url) as engine,
        served(url, engine, tmp_path / "home") as address,
    ):
        yield address


def mend_and_undo(hand: Hand) -> None:
    """Mend the overlap, take that back, and do it again."""
    page = hand.page
    overlap = page.locator("[data-code=overlap]")
    expect(overlap.locator(".one")).to_contain_text("T-001、T-002 相互重叠")
    hand.press(overlap.locator(".one"))
    expect(overlap.locator(".moved")).to_contain_text("m²")
    hand.press(overlap.locator("[data-act=apply]"))
    expect(overlap).to_have_count(0)
    hand.press("[data-act=undo]")
    expect(overlap).to_have_count(1)
    hand.press("[data-act=redo]")
    expect(overlap).to_have_count(0)


def publish(hand: Hand, note: str, release: int) -> None:
    """Publish the draft that is open, accepting nothing."""
    page = hand.page
    hand.press("#tab-publication")
    page.fill("#publish [name=note]", note)
    hand.press("#publish button[type=submit]")
    expect(page.locator("#dialog")).to_contain_text("生效")
    hand.confirm()
    expect(page.locator("#published")).to_have_text(f"已发布为网格版本 {release}")


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_a_faulty_file_is_mended_published_and_taken_back(
    touch: bool,
    empty: str,
    browser: Visitor,
    tmp_path: Path,
) -> None:
    watch = Watch(browser, **(UPRIGHT if touch else {}))
    page = watch.open(f"{empty}/desk")
    hand = Hand(page, touch=touch)
    expect(page.locator("#drafts")).to_contain_text("没有未发布的草稿")
    hand.send(four(tmp_path / "网格初稿.geojson", overlap=0.002))
    say_where(hand)
    mend_and_undo(hand)
    publish(hand, "第一版", 1)

    hand.send(four(tmp_path / "网格二稿.geojson", border=1.25))
    expect(page.locator("#drafts .draft .state")).to_have_text("可以发布")
    publish(hand, "移动甲乙之间的边界", 2)
    hand.press("#publication .links button")
    expect(page.locator("#dialog")).to_contain_text("版本 1 的边界会重新发布")
    hand.confirm()
    hand.press("#tab-releases")
    expect(page.locator(".releases .now")).to_contain_text("版本 3")
    expect(page.locator(".releases .now")).to_contain_text("恢复自版本 1")
    assert watch.complaints == []
    assert browser.foreign == []


def test_the_map_may_move_before_anything_is_shown(filled: str, browser: Visitor) -> None:
    watch = Watch(browser, **UPRIGHT)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    watch.page.route("**/api/v1/drafts", hold)
    watch.page.goto(f"{filled}/desk")
    expect(watch.page.locator(".leaflet-control-scale-line")).to_be_visible()
    while not held:
        watch.page.wait_for_timeout(20)
    zoom = "() => window[document.querySelector('.folium-map').id].zoomIn(2, { animate: false })"
    scale = watch.page.locator(".leaflet-control-scale-line")
    before = scale.inner_text()
    watch.page.evaluate(zoom)
    expect(scale).not_to_have_text(before)
    held.pop().fallback()
    expect(watch.page.locator("#drafts")).to_contain_text("没有未发布的草稿")
    assert watch.complaints == []


def test_who_moves_is_shown_before_it_is_done(filled: str, browser: Visitor, tmp_path: Path) -> None:
    watch = Watch(browser)
    page = watch.open(f"{filled}/desk")
    hand = Hand(page, touch=False)
    hand.send(four(tmp_path / "网格.geojson", border=1.25))
    say_where(hand)
    expect(page.locator(".draft.chosen .state")).to_have_text("可以发布")
    hand.press("#tab-comparison")
    comparison = page.locator("#comparison")
    expect(comparison.locator(".chip")).to_contain_text(["改界"])
    expect(comparison.locator(".tally dd")).to_have_text(["1", "0", "12"])
    hand.press(comparison.locator("summary", has_text="看名单"))
    expect(comparison.locator(".rows")).to_contain_text("示例智造")
    expect(comparison.locator(".rows")).to_contain_text("T-002 → T-001")
    hand.press("#tab-publication")
    hand.press("#publish button[type=submit]")
    expect(page.locator("#dialog")).to_contain_text("1 家企业、0 个驿站、12 名职工换网格")
    hand.press("#dialog button:not(.main)")
    expect(page.locator("#dialog")).to_be_hidden()
    assert watch.complaints == []


def test_a_table_is_published_though_its_letters_and_the_stream_are_wrong(
    filled: str, browser: Visitor, tmp_path: Path
) -> None:
    file = tmp_path / "companies.csv"
    rows = "enterprise,longitude,latitude,employees\n示例溪口公司,104.0003,30.5005,30\n"
    file.write_bytes(rows.encode("big5"))
    page = Watch(browser).open(f"{filled}/desk")
    # A proxy may cut the stream of a job: its state is then asked for.
    page.route("**/api/v1/jobs/*/events", lambda route: route.abort())
    hand = Hand(page)
    hand.send(file)
    expect(page.locator("#waiting li")).to_have_count(0)
    page.reload()
    expect(page.locator(".draft.chosen .state")).to_have_text("要您来定")
    encoding = page.locator(".fact", has=page.locator("[name=encoding]"))
    hand.press(encoding.locator("summary"))
    name = page.locator(".fact .samples li").first
    expect(name).not_to_have_text("示例溪口公司")
    encoding.locator("select").select_option("big5")
    expect(name).to_have_text("示例溪口公司")
    say_where(hand)
    expect(page.locator(".draft.chosen .state")).to_have_text("可以发布")
    hand.press("#tab-comparison")
    expect(page.locator("#comparison .tally dd").first).to_have_text("1")
    hand.press("#tab-publication")
    expect(page.locator("#publication .tally dd").first).to_have_text("1")
    hand.press("#publish button[type=submit]")
    hand.confirm()
    expect(page.locator("#published")).to_have_text("企业：全部载入")
    hand.press("#publication a[href^='/lists/enterprises']")
    expect(page.locator("table")).to_contain_text("示例溪口公司")
    assert browser.foreign == []


def test_a_second_publisher_compares_again(filled: str, browser: Visitor, tmp_path: Path) -> None:
    page = Watch(browser).open(f"{filled}/desk")
    hand = Hand(page, touch=False)
    for number, name in enumerate(("甲一", "甲二"), 1):
        hand.send(four(tmp_path / f"{name}.geojson", first=name))
        expect(page.locator("#drafts .draft.ready")).to_have_count(number)
    publish(hand, "后到的先发布", 2)
    hand.press("#drafts .draft button")
    hand.press("#tab-publication")
    hand.press("#publish button[type=submit]")
    hand.confirm()
    expect(page.locator("#publish .fault")).to_contain_text("发布了版本 2，而这份草稿是与版本 1 对比的")
    hand.press("#publish .fault button")
    publish(hand, "比过了", 3)


def test_findings_by_keyboard_alone(filled: str, browser: Visitor, tmp_path: Path) -> None:
    watch = Watch(browser)
    page = watch.open(f"{filled}/desk")
    Hand(page, touch=False).send(four(tmp_path / "网格.geojson", overlap=0.002))
    expect(page.locator("[data-code=overlap]")).to_have_count(1)
    page.keyboard.press("j")
    expect(page.locator(".found .chosen")).to_have_count(1)
    expect(page.locator("#told")).not_to_be_empty()
    while "相互重叠" not in page.locator(".found .chosen").inner_text():
        page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("[data-code=overlap]")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator("[data-code=overlap]")).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator("[data-code=overlap]")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator("[data-code=overlap]")).to_have_count(1)
    chosen = page.locator(".found .chosen .one > span").first
    page.keyboard.press("j")
    first = chosen.inner_text()
    page.keyboard.press("j")
    expect(chosen).not_to_have_text(first)
    page.keyboard.press("k")
    expect(chosen).to_have_text(first)
    expect(page.locator(".found .chosen .one")).to_be_focused()
    scale = page.locator(".leaflet-control-scale-line")
    near = scale.inner_text()
    page.click(".leaflet-control-zoom-out")
    expect(scale).not_to_have_text(near)
    page.keyboard.press("z")
    expect(scale).to_have_text(near)
    page.keyboard.press("?")
    expect(page.locator("#dialog")).to_contain_text("修复这一条")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    assert watch.complaints == []


def test_the_draft_is_there_after_a_reload_and_in_english(
    filled: str, browser: Visitor, tmp_path: Path
) -> None:
    watch = Watch(browser)
    page = watch.open(f"{filled}/desk")
    Hand(page, touch=False).send(four(tmp_path / "网格.geojson"))
    expect(page.locator(".draft.chosen .state")).to_have_text("可以发布")
    page.reload()
    expect(page.locator(".draft.chosen .state")).to_have_text("可以发布")
    page.click("[data-language=en]")
    expect(page.locator(".draft.chosen .state")).to_have_text("ready to publish")
    assert page.title() != "1"
    assert watch.complaints == []


def test_a_lost_connection_is_told_and_comes_back(filled: str, browser: Visitor) -> None:
    watch = Watch(browser)
    page = watch.open(f"{filled}/desk")
    page.route("**/api/v1/**", lambda route: route.abort())
    page.click("#tab-releases")
    page.click("#drawn")
    expect(page.locator(".offline")).to_be_visible()
    page.unroute("**/api/v1/**")
    expect(page.locator(".offline")).to_be_hidden()


def test_a_layer_is_chosen(filled: str, browser: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "月报.gpkg"
    for name, codes in (("网格", ["T-008", "T-009"]), ("草案", ["T-007"])):
        shapes = [box(104.01 + 0.001 * i, 30.5, 104.011 + 0.001 * i, 30.501) for i in range(len(codes))]
        frame = gpd.GeoDataFrame({"网格编码": codes}, geometry=shapes, crs=4326)
        frame.to_file(file, layer=name, driver="GPKG")
    page = Watch(browser).open(f"{filled}/desk")
    hand = Hand(page)
    hand.send(file)
    chosen = page.locator("#dossier [name=layer]")
    expect(chosen.locator("option")).to_have_text(["自动选择", "网格：2", "草案：1"])
    expect(page.locator("#dossier")).to_contain_text("GeoPackage · 网格")
    expect(page.locator("#tab-findings")).to_contain_text("3")
    chosen.select_option("草案")
    expect(page.locator("#dossier")).to_contain_text("GeoPackage · 草案")
    expect(chosen).to_have_value("草案")
    # What is said of the other layer is read anew, though both are the first step of the draft.
    expect(page.locator("#tab-findings")).to_contain_text("1")
    assert browser.foreign == []


def test_a_file_that_cannot_be_read_says_why(filled: str, browser: Visitor, tmp_path: Path) -> None:
    file = tmp_path / "grids.geojson"
    file.write_text('{"no": "collection"}', "utf-8")
    page = Watch(browser).open(f"{filled}/desk")
    hand = Hand(page, touch=False)
    hand.send(file)
    said = "这个 JSON 不是 GeoJSON 图层（类型：–）：请把图层重新导出为 GeoJSON。"
    expect(page.locator(".draft.refused .fault")).to_have_text(said)
    hand.press("#dossier button:has-text('放弃')")
    hand.confirm()
    expect(page.locator("#drafts")).to_contain_text("没有未发布的草稿")
