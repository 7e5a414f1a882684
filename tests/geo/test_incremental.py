"""Incremental equals full: after any redrawing, what is kept is what a full run says."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assignment.incremental import Held, hold, reassign, renew
from geo.assignment.locator import ask, make_locator
from geo.bench.border import moved_border
from geo.bench.terrain import partition, places


def frame(shapes: np.ndarray) -> gpd.GeoDataFrame:
    codes = [f"{i:04}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=list(shapes), crs="EPSG:4326")


def points(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places at random, the vertices of some grids and their midpoints, and one without a location."""
    x, y = places(3_000, shapes)
    xy = shapely.get_coordinates(shapes[:12])
    exact = np.concatenate([xy, (xy[:-1] + xy[1:]) / 2, [[np.nan, 1.0]]])
    return np.concatenate([x, exact[:, 0]]), np.concatenate([y, exact[:, 1]])


def assert_whole(held: Held, locator) -> None:
    answer = ask(locator, held.x, held.y)
    np.testing.assert_array_equal(held.answer.rule, answer.rule)
    for name in ("first", "point", "polygon", "interior"):
        np.testing.assert_array_equal(
            getattr(held.answer.location, name), getattr(answer.location, name), err_msg=name
        )


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(0, 34), min_size=1, max_size=4), st.floats(-0.4, 0.4))
def test_equals_a_full_run(redraws: list[int], share: float) -> None:
    shapes = partition(36, steps=4)
    locator = make_locator(frame(shapes), points=5_000)
    held = hold(locator, *points(shapes))
    assert_whole(held, locator)
    for grid in redraws:
        shapes = shapes.copy()
        shapes[[grid, grid + 1]] = moved_border(shapes[grid], shapes[grid + 1], share=share)
        renewal = renew(locator, frame(shapes))
        before = held.answer
        held, moved = reassign(held, renewal)
        assert_whole(held, make_locator(frame(shapes), points=100))
        differs = (before.first != held.answer.first) | (before.rule != held.answer.rule)
        assert set(np.flatnonzero(differs)) <= set(moved.tolist())
        locator = renewal.locator


def test_only_the_points_that_moved_are_told() -> None:
    shapes = partition(100)
    locator = make_locator(frame(shapes))
    held = hold(locator, *points(shapes))
    redrawn = shapes.copy()
    redrawn[[44, 45]] = moved_border(shapes[44], shapes[45], share=0.3)
    after, moved = reassign(held, renew(locator, frame(redrawn)))
    differs = (held.answer.first != after.answer.first) | (held.answer.rule != after.answer.rule)
    assert moved.tolist() == np.flatnonzero(differs).tolist()
    assert 0 < len(moved) < 30
    same, none = reassign(after, renew(locator, frame(redrawn)))
    assert len(none) == 0
    assert_whole(same, make_locator(frame(redrawn)))


def test_another_grid_makes_all_ready_anew() -> None:
    shapes = partition(9)
    locator = make_locator(frame(shapes[:8]))
    renewal = renew(locator, frame(shapes))
    assert renewal.cells is None
    held, moved = reassign(hold(locator, *points(shapes)), renewal)
    assert_whole(held, make_locator(frame(shapes)))
    assert len(moved) == len(held.x)
