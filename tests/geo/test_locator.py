"""The locator: the law of assignment asked of grids that are ready, and metres to a border."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import LineString, box

from geo.assignment.locator import ask, ask_at_once, border_m, make_locator
from geo.assignment.rule import RULES, assign
from geo.bench.terrain import partition, places

GEOD = Geod(ellps="WGS84")


def frame(shapes: list[object]) -> gpd.GeoDataFrame:
    codes = [f"{i:04}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=list(shapes), crs="EPSG:4326")


def hard_places(shapes: np.ndarray, seed: int = 1) -> np.ndarray:
    """Points on vertices and in the middle of edges, those one step of a float beside them, and lost ones."""
    xy = shapely.get_coordinates(shapes)
    middles = (xy[:-1] + xy[1:]) / 2
    exact = np.concatenate([xy, middles])
    random = np.random.default_rng(seed)
    moved = np.nextafter(exact, exact + random.choice([-1.0, 1.0], exact.shape))
    return np.concatenate([exact, moved, [[np.nan, 1.0], [np.inf, 1.0], [0.5, np.nan]]])


def same(points: np.ndarray, grids: gpd.GeoDataFrame, *, many: int) -> None:
    locator = make_locator(grids, points=many)
    answer = ask(locator, points[:, 0].copy(), points[:, 1].copy())
    wanted = assign(points, grids)
    assert [RULES[i] for i in answer.rule] == wanted["rule"].tolist()
    at_once = [ask_at_once(locator, x, y) for x, y in points.tolist() if np.isfinite([x, y]).all()]
    finite = np.isfinite(points).all(axis=1)
    both = zip(at_once, answer.first[finite].tolist(), answer.rule[finite].tolist(), strict=True)
    assert all(one is None or one == (grid, rule) for one, grid, rule in both)
    codes = ["" if i < 0 else locator.codes[i] for i in answer.first.tolist()]
    assert codes == wanted["code"].fillna("").tolist()


def test_most_places_are_answered_at_once() -> None:
    shapes = partition(64)
    locator = make_locator(frame([*shapes]))
    found = [ask_at_once(locator, x, y) for x, y in zip(*places(500, shapes), strict=True)]
    assert sum(one is not None for one in found) > 400
    assert ask_at_once(locator, -180.0, 90.0) == (-1, RULES.index("outside"))


def test_ready_grids_answer_as_the_law_does() -> None:
    shapes = partition(64)
    x, y = places(3_000, shapes)
    points = np.concatenate([hard_places(shapes), np.column_stack([x, y])])
    same(points, frame([*shapes, shapely.box(*shapes[0].bounds)]), many=10)


boxes = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4)).map(
    lambda b: box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)
coordinates = st.one_of(st.just(np.nan), st.integers(-2, 40).map(lambda i: i / 4))


@settings(deadline=None, max_examples=60)
@given(st.lists(boxes, max_size=6), st.lists(st.tuples(coordinates, coordinates), max_size=20))
def test_overlaps_and_borders_too(shapes: list[object], points: list[tuple[float, float]]) -> None:
    same(np.array(points, dtype=float).reshape(-1, 2), frame(shapes), many=1_000_000)


def test_a_line_among_the_grids_is_left_to_the_tree() -> None:
    grids = frame([box(0, 0, 1, 1), LineString([(0, 0), (1, 1)])])
    assert make_locator(grids).index is None
    same(np.array([[0.5, 0.5], [0.2, 0.7]]), grids, many=1)


@pytest.mark.parametrize("lat", [0.0, 30.5, -60.0])
def test_metres_to_a_border_are_those_of_the_ellipsoid(lat: float) -> None:
    locator = make_locator(frame([box(104.0, lat, 104.02, lat + 0.03)]))
    for x, y, there in ((104.003, lat + 0.015, (104.0, lat + 0.015)), (104.01, lat + 0.001, (104.01, lat))):
        _, _, metres = GEOD.inv(x, y, *there)
        assert border_m(locator, 0, x, y) == pytest.approx(metres, rel=1e-5)
    assert border_m(locator, 0, 104.0, lat + 0.01) == 0


@pytest.mark.parametrize("other", [box(8, 8, 9, 9), LineString([(8, 8), (9, 9)])])
def test_holes_and_parts_have_borders_too(other: object) -> None:
    ring = box(0, 0, 4, 4).difference(box(1, 1, 3, 3))
    locator = make_locator(frame([shapely.union(ring, box(6, 0, 7, 1)), other]))
    assert (locator.index is None) == isinstance(other, LineString)
    for x, y, metres in ((0.9, 2.0, 11_126), (3.2, 2.0, 22_253), (6.5, 0.9, 11_057), (2.0, 2.0, 110_500)):
        assert border_m(locator, 0, x, y) == pytest.approx(metres, rel=2e-2)
