"""The desk as a person works at it: four grids around a corner, and a mouse or a finger on the page."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from districts import geojson, lonlat, square
from playwright.sync_api import Locator, Page, expect

HOSTILE = '{{7*7}}<img src=x onerror="document.title=1">'
NAMES = ("甲", "乙", "丙", HOSTILE)
UPRIGHT = {"viewport": {"width": 768, "height": 1024}, "has_touch": True}

_PLACE = """(place) => {
    const container = document.querySelector(".folium-map");
    const frame = container.getBoundingClientRect();
    const point = window[container.id].latLngToContainerPoint([place[1], place[0]]);
    return [frame.left + point.x, frame.top + point.y];
}"""


def four(path: Path, *, border: float = 1.0, overlap: float = 0.0, first: str = NAMES[0]) -> Path:
    """Write four grids around a corner; the border between the lower two may lie elsewhere, or twice."""
    shapes = [
        square(0, 0, border, 1),
        square(border - overlap, 0, 2 - border + overlap, 1),
        square(0, 1),
        square(1, 1),
    ]
    cells = [{"网格编码": f"T-00{i}", "网格名称": name} for i, name in enumerate((first, *NAMES[1:]), 1)]
    return geojson(path, list(zip(shapes, cells, strict=True)))


@dataclass(frozen=True)
class Hand:
    """A mouse or a finger on the desk."""

    page: Page
    touch: bool = False

    def press(self, target: str | Locator) -> None:
        """Click or tap."""
        place = self.page.locator(target).first if isinstance(target, str) else target
        expect(place).to_be_enabled()
        if self.touch:
            place.tap()
        else:
            place.click()

    def press_ground(self, x: float, y: float, *, aside: float = 0) -> None:
        """Click or tap a place of the drawing, in steps from its origin, some pixels to the east of it."""
        across, down = self.whereabouts(x, y)
        if self.touch:
            self.page.touchscreen.tap(across + aside, down)
        else:
            self.page.mouse.click(across + aside, down)

    def drag_ground(self, x: float, y: float, *, across: float, down: float) -> None:
        """Drag what lies at a place of the drawing, by so many pixels."""
        start = self.whereabouts(x, y)
        # A finger that moves by a few pixels has tapped: it goes further, and comes back.
        steps = [(start[0] + across * share, start[1] + down * share) for share in (1, 3, 5, 3, 1)]
        if not self.touch:
            self.page.mouse.move(*start)
            self.page.mouse.down()
            for step in steps:
                self.page.mouse.move(*step)
            self.page.mouse.up()
            return
        finger = self.page.context.new_cdp_session(self.page)
        for kind, places in [("Start", [start]), *(("Move", [step]) for step in steps), ("End", [])]:
            points = [{"x": right, "y": below} for right, below in places]
            finger.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})

    def whereabouts(self, x: float, y: float) -> tuple[float, float]:
        """Return where on the page a place of the drawing is seen."""
        across, down = self.page.evaluate(_PLACE, lonlat(x, y))
        return across, down

    def send(self, file: Path) -> None:
        """Choose a file and have it checked."""
        self.page.set_input_files("#file", file)
        self.press("#waiting button.main")

    def confirm(self) -> None:
        """Say yes to the question."""
        self.press("#dialog button.main")


def say_where(hand: Hand) -> None:
    """Choose the likeliest place, after a look at it: with nothing to trust yet, only a person can know."""
    page = hand.page
    expect(page.locator(".draft.chosen .state")).to_have_text("要您来定")
    hand.press(".candidates .look")
    expect(page.locator(".candidates .look").first).to_have_attribute("aria-pressed", "true")
    hand.press(".candidates li button:text-is('选定')")


def drawn_features(page: Page) -> dict[str, Any]:
    """Return the outlines of the step that counts, by code."""
    path = f"/api/v1/drafts/{page.locator('.draft.chosen').get_attribute('data-draft')}/features.geojson"
    answer = page.request.get(page.url.split("/desk")[0] + path)
    features = json.loads(answer.body())["features"]
    return {one["properties"]["code"]: one["geometry"] for one in features}
