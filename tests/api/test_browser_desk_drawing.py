"""Drawing at the desk: borders moved, grids added, merged and split, on one shared service."""

from collections.abc import Iterator

import pytest
from desks import UPRIGHT, Hand, drawn_features, four
from districts import cloned, lonlat, opened
from playwright.sync_api import expect
from shapely.geometry import shape
from visiting import Visitor
from watching import Watch, served

from geo.profile import load_profile
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

CENTRES = {"T-001": (0.5, 0.5), "T-002": (1.5, 0.5), "T-003": (0.5, 1.5), "T-004": (1.5, 1.5)}


@pytest.fixture(scope="module")
def address(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that has the four grids, for all drawings here."""
    folder = tmp_path_factory.mktemp("drawing")
    with cloned(template_url) as url, opened(url) as engine:
        options = LoadOptions(level="grid")
        load_file(engine, load_profile("demo"), four(folder / "网格.geojson"), "grids", options=options)
        with served(url, engine, folder / "home") as found:
            yield found


@pytest.fixture
def hand(address: str, browser: Visitor, request: pytest.FixtureRequest) -> Iterator[Hand]:
    """A finger, or where a test asks for it a mouse, on a drawing of its own, which is left to nobody."""
    expect.set_options(timeout=60_000)
    touch = getattr(request, "param", True)
    watch = Watch(browser, **(UPRIGHT if touch else {}))
    page = watch.open(f"{address}/desk")
    hand = Hand(page, touch=touch)
    hand.press("#drawn")
    expect(page.locator("#tools.active")).to_be_visible()
    yield hand
    number = page.locator(".draft.chosen").get_attribute("data-draft")
    assert page.request.delete(f"{address}/api/v1/drafts/{number}", headers={"Origin": address}).ok
    expect.set_options(timeout=5_000)
    assert watch.complaints == []
    assert browser.foreign == []


def choose(hand: Hand, *codes: str) -> None:
    for code in codes:
        hand.press_ground(*CENTRES[code])
        expect(hand.page.locator("#tools .hint")).to_contain_text(code)


def corners(hand: Hand, code: str) -> list[tuple[float, ...]]:
    """Return the corners of a grid of one part, the first twice."""
    [part] = shape(drawn_features(hand.page)[code]).geoms
    return list(part.exterior.coords)


def stepped(hand: Hand, step: int) -> None:
    expect(hand.page.locator("#method")).to_contain_text(f"第 {step} 步")


def test_a_shared_border_moves_by_less_than_it_would_snap(hand: Hand) -> None:
    before = drawn_features(hand.page)
    choose(hand, "T-001")
    hand.press("[data-tool=reshape]")
    # Twelve pixels: the neighbour's own corner, where the finger begins, must not hold it back.
    hand.drag_ground(1, 0, across=12, down=0)
    hand.press("[data-tool=finish]")
    stepped(hand, 1)
    after = drawn_features(hand.page)
    areas = {code: shape(after[code]).area - shape(before[code]).area for code in after}
    assert areas["T-001"] > 1e-9
    assert areas["T-002"] < -1e-9
    assert areas["T-003"] == areas["T-004"] == 0
    assert len(set(corners(hand, "T-001")) & set(corners(hand, "T-002"))) == 2


def test_a_corner_is_taken_out_with_a_finger(hand: Hand) -> None:
    choose(hand, "T-003")
    hand.press("[data-tool=reshape]")
    expect(hand.page.locator("[data-tool=corner]")).to_be_disabled()
    hand.press_ground(0, 2)
    hand.press("[data-tool=corner]")
    hand.press("[data-tool=finish]")
    stepped(hand, 1)
    assert len(corners(hand, "T-003")) == 4


def test_nothing_is_sent_before_something_is_drawn(hand: Hand) -> None:
    hint = hand.page.locator("#tools .hint")
    choose(hand, "T-002")
    for mode, words in (("reshape", "还没有改动"), ("split", "至少要两个点")):
        hand.press(f"[data-tool={mode}]")
        hand.press("[data-tool=finish]")
        expect(hint).to_contain_text(words)
        hand.press("[data-tool=leave]")
        choose(hand, "T-002")
    stepped(hand, 0)


def test_a_new_grid_snaps_to_its_neighbours(hand: Hand) -> None:
    hand.press("[data-tool=add]")
    for x, y, aside in ((2, 0, 7), (2.6, 0, 0), (2.6, 1, 0)):
        hand.press_ground(x, y, aside=aside)
    # A point too many is taken back.
    hand.press_ground(2.3, 0.8)
    hand.press("[data-tool=back]")
    hand.press_ground(2, 1, aside=-7)
    hand.press("[data-tool=finish]")
    hand.page.fill("#dialog [name=code]", "T-009")
    hand.page.fill("#dialog [name=name]", "新网格")
    hand.confirm()
    stepped(hand, 1)
    drawn = corners(hand, "T-009")
    assert len(drawn) == 5
    assert {tuple(lonlat(2, 0)), tuple(lonlat(2, 1))} <= set(drawn)
    hand.press("#tab-comparison")
    expect(hand.page.locator("#comparison .chip")).to_contain_text(["新增"])


@pytest.mark.parametrize("hand", [False, True], ids=["mouse", "touch"], indirect=True)
def test_grids_are_merged_and_split(hand: Hand) -> None:
    whole = drawn_features(hand.page)
    choose(hand, "T-003", "T-004")
    hand.press("[data-tool=merge]")
    stepped(hand, 1)
    assert len(drawn_features(hand.page)) == 3
    hand.press("#tab-comparison")
    expect(hand.page.locator("#comparison .chip")).to_contain_text(["合并"])
    choose(hand, "T-001")
    hand.press("[data-tool=split]")
    for x in (-0.2, 1.2):
        hand.press_ground(x, 0.4)
    hand.press("[data-tool=finish]")
    stepped(hand, 2)
    parts = drawn_features(hand.page)
    assert len(parts) == 4
    areas = [sum(shape(one).area for one in drawn.values()) for drawn in (whole, parts)]
    assert areas[0] == pytest.approx(areas[1])
    chips = hand.page.locator("#comparison .chip")
    for words in ("拆分", "合并"):
        expect(chips.filter(has_text=words)).to_have_count(1)
    hand.press("#tab-findings")
    hand.press("[data-act=undo]")
    stepped(hand, 1)
    assert len(drawn_features(hand.page)) == 3


def test_the_swipe_follows_finger_and_keys(hand: Hand) -> None:
    page = hand.page
    hand.press("[data-tool=stop]")
    handle = page.locator("#swipe-handle")
    expect(handle).to_be_visible()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    finger = page.context.new_cdp_session(page)
    for kind, at in (("touchStart", x), ("touchMove", x - 50), ("touchMove", x - 100), ("touchEnd", None)):
        points = [] if at is None else [{"x": at, "y": y}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    shown = int(handle.get_attribute("aria-valuenow") or 50)
    assert 30 <= shown <= 40
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", str(shown + 5))
    clip = page.evaluate("getComputedStyle(document.querySelector('.leaflet-today-pane')).clipPath")
    assert clip.startswith("polygon(")
