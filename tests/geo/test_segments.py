"""The raster finds the very segment that shapely's tree finds, on whole places and between them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.segments import pieces
from geo.segments.pieces import Segments

whole = st.integers(-3, 9).map(float)
between = st.floats(-4, 10, allow_nan=False, width=32)
ends = st.tuples(whole, whole, whole, whole) | st.tuples(between, between, between, between)


def segments_of(lines) -> Segments:
    table = np.array(lines, dtype=float).reshape(-1, 4)
    start, end = np.ascontiguousarray(table[:, :2]), np.ascontiguousarray(table[:, 2:])
    return Segments(np.arange(len(table)), start, end, np.zeros(len(table)))


def both(segments: Segments, xy, most_m: float) -> tuple[list[int], list[int]]:
    by_raster = segments.nearest(xy, most_m=most_m)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "available", lambda: False)
        return by_raster.tolist(), segments.nearest(xy, most_m=most_m).tolist()


@settings(deadline=None)
@given(
    st.lists(ends.filter(lambda e: e[:2] != e[2:]), min_size=1, max_size=12),
    st.lists(st.tuples(whole | between, whole | between), min_size=1, max_size=12),
    st.sampled_from([0.5, 2.0, 5.0, 40.0]),
)
def test_equals_the_tree(lines, points, most_m):
    raster, tree = both(segments_of(lines), np.array(points), most_m)
    assert raster == tree


def test_equals_the_tree_on_many_segments_of_all_lengths():
    rng = np.random.default_rng(5)
    start = rng.uniform(0, 5000, (4000, 2))
    run = rng.normal(0, 1, (4000, 2)) * rng.choice([5.0, 60.0, 900.0], (4000, 1), p=[0.6, 0.35, 0.05])
    points = np.vstack([rng.uniform(-400, 5400, (3000, 2)), start[:500], (start + run)[:500]])
    raster, tree = both(segments_of(np.hstack([start, start + run])), points, 250.0)
    assert raster == tree
    assert -1 in raster


def test_a_thin_row_and_a_far_point():
    row = segments_of([(i, 0, i + 1, 0) for i in range(100)])
    assert both(row, np.array([[50.2, 3.0], [1e7, -1e7], [-3.0, 0.0]]), 5.0) == ([50, -1, 0], [50, -1, 0])
