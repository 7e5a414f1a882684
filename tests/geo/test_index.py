"""The partition index: on drawings, and as a law against GEOS's tests."""

import importlib

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box

from geo.index import blocks as numbers
from geo.index import ways
from geo.index.bins import locate_by_bins
from geo.index.blocks import COUNT, FIRST_BEYOND, LAST_BEYOND, MARK, ODD, OUTSIDE, POLYGON
from geo.index.chains import blocks_by_numpy
from geo.index.choice import takes
from geo.index.location import locate
from geo.index.outlines import outlines
from geo.index.partition import partition_index
from geo.index.raster import fitted
from geo.index.sides import BOUND, FLOOR
from geo.index.spans import MARGIN
from geo.index.tracing import blocks_by_loops
from geo.index.tree import locate_by_tree
from geo.index.ways import MOST_WORK, load_if_it_pays
from tests.equality.trial import rational

SIZES = (1, 16, 512)


def array(*shapes):
    return np.array(shapes, dtype=object)


@pytest.fixture(scope="module", autouse=True, params=["loops", "numpy"])
def way(request):
    """All tests of this module by either way."""
    load_if_it_pays(MOST_WORK)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(ways, "swift", lambda: False)
        assert ways.swift() == (request.param == "loops")
        yield


def assert_same(polygons, x, y, sizes=SIZES):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    expected = locate_by_tree(polygons, x, y)
    answers = [locate(partition_index(polygons, cells_for_a_polygon=cells), x, y) for cells in sizes]
    if ways.swift():
        answers.append(locate_by_bins(polygons, x, y))
    for found in answers:
        for name in ("first", "point", "polygon", "interior"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def near(values, ulps=(-1, 0, 1)):
    """The values and their nearest neighbours among the floats."""
    step = {-1: -np.inf, 1: np.inf}
    return np.concatenate([np.nextafter(values, step[u]) if u else values for u in ulps])


def adversaries(polygons, seed=0):
    """Vertices, edge midpoints and points of edges, each also one ulp off in x, y and both."""
    rings = shapely.get_rings(polygons)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    a, b = xy[:-1][same], xy[1:][same]
    t = np.random.default_rng(seed).random((len(a), 1))
    places = np.concatenate([a, (a + b) / 2, a + t * (b - a)])
    away = [-np.inf, None, np.inf]
    moved = [
        np.column_stack(
            [c if d is None else np.nextafter(c, d) for c, d in zip(places.T, (dx, dy), strict=True)]
        )
        for dx in away
        for dy in away
    ]
    return np.concatenate(moved).T


def test_a_drawing():
    first, second = box(0, 0, 2, 2), box(2, 0, 4, 2)
    location = locate(
        partition_index(array(first, second)), np.array([1.0, 2, 3, 5]), np.array([1.0, 1, 1, 1])
    )
    assert location.first.tolist() == [0, 0, 1, -1]
    assert location.point.tolist() == [1, 1]
    assert location.polygon.tolist() == [0, 1]
    assert location.interior.tolist() == [False, False]


def test_holes_parts_islands_and_overlaps():
    ring = Polygon([(0, 0), (8, 0), (8, 8), (0, 8)], [[(2, 2), (6, 2), (6, 6), (2, 6)]])
    polygons = array(ring, MultiPolygon([box(3, 3, 4, 4), box(9, 0, 10, 8)]), box(1, 1, 7, 7), Polygon())
    x, y = np.meshgrid(near(np.arange(-1, 12) / 1.0), near(np.arange(-2, 20) / 2.0))
    assert_same(polygons, x.ravel(), y.ravel())


def test_a_polygon_that_fills_cells_of_many_others():
    small = [box(i, j, i + 1, j + 1) for i in range(10) for j in range(10)]
    x, y = np.random.default_rng(3).uniform(-1, 11, (2, 5000))
    assert_same(array(box(-1, -1, 11, 11), *small, box(0, 0, 10, 10), box(0, 0, 10, 10)), x, y)


@pytest.mark.parametrize(
    "place", [(np.nan, 0.5), (0.5, np.nan), (np.inf, 0.5), (0.5, -np.inf), (1e308, -1e308)]
)
def test_what_is_nowhere_is_in_none(place):
    location = locate(partition_index(array(box(0, 0, 1, 1))), *np.array([place]).T)
    assert location.first.tolist() == [-1]
    if ways.swift():
        assert locate_by_bins(array(box(0, 0, 1, 1)), *np.array([place]).T).first.tolist() == [-1]


def test_no_polygons_and_no_points():
    none, one = np.empty(0), np.array([0.5])
    assert locate(partition_index(array()), one, one).first.tolist() == [-1]
    assert locate(partition_index(array(Polygon())), one, one).first.tolist() == [-1]
    assert len(locate(partition_index(array(box(0, 0, 1, 1))), none, none).first) == 0


@pytest.mark.parametrize("size", [1e-12, 1e-9, 1e-3, 1e3, 1e150])
@pytest.mark.parametrize("origin", [0.0, 104.0])
def test_any_extent(size, origin):
    shapes = array(
        *(Polygon(np.array(t) * size + origin) for t in ([(0, 0), (3, 1), (1, 3)], [(3, 1), (4, 4), (1, 3)]))
    )
    x, y = np.random.default_rng(5).uniform(-1, 5, (2, 400)) * size + origin
    assert_same(shapes, x, y)


def test_polygons_without_an_extent_cover_their_line():
    flat = array(Polygon([(0, 0), (0, 1), (0, 0)]), Polygon([(0, 0), (0, 0), (0, 0)]))
    location = locate(partition_index(flat), np.array([0.0, 0, 1e-300]), np.array([0.5, 0, 0.5]))
    assert location.first.tolist() == [0, 0, -1]


def test_a_sliver_between_rows():
    # Edges that rise by one ulp over the whole width: the steepest test of the spans' margin.
    low = 30.5
    high = np.nextafter(low, 31)
    polygons = array(
        Polygon([(104, 30), (105, 30), (105, high), (104, low)]),
        Polygon([(104, low), (105, high), (105, 31), (104, 31)]),
    )
    x = np.random.default_rng(6).uniform(104, 105, 300)
    assert_same(polygons, np.tile(x, 3), near(np.full(300, low)))


def test_the_outermost_cells_are_outside():
    raster = fitted(np.array([0.0, 1]), np.array([0.0, 1]), 100)
    number = raster.cell(np.array([-1e9, 1e9, np.nan, 0.5]), np.array([0.5, 0.5, 0.5, 1e9]))
    row, column = np.divmod(number, raster.x.cells)
    edge = (row == 0) | (row == raster.y.cells - 1) | (column == 0) | (column == raster.x.cells - 1)
    assert edge.all()
    assert number.max() < raster.cells


# Few whole numbers make shared vertices, shared edges and touching rings frequent.
corner = st.tuples(st.integers(0, 6), st.integers(0, 6))
rings = st.lists(corner, min_size=3, max_size=6, unique=True).map(Polygon)
shapes = st.lists(rings, min_size=1, max_size=6).map(
    lambda drawn: array(
        *(part for part in map(shapely.make_valid, drawn) if takes(array(part)) and part.area)
    )
)
# At the origin itself GEOS's own test underflows; the rational test below goes there.
scales = st.sampled_from([(1.0, 1.0), (0.1, 104.06), (1e-7, 30.67), (1 / 3, -9.0)])


@settings(deadline=None, max_examples=60)
@given(shapes, scales, st.integers(0, 99))
def test_equals_the_tree_where_it_is_hardest(polygons, scale, seed):
    polygons = shapely.transform(polygons, lambda xy: xy * scale[0] + scale[1])
    if len(polygons):
        assert_same(polygons, *adversaries(polygons, seed))


@settings(deadline=None, max_examples=30)
@given(shapes, st.sampled_from([(1.0, 0.0), (1.0, -3.0), (0.1, 104.06)]), st.randoms(use_true_random=False))
def test_equals_rational_numbers(polygons, scale, random):
    polygons = shapely.transform(polygons, lambda xy: xy * scale[0] + scale[1])
    if not len(polygons):
        return
    x, y = adversaries(polygons)
    some = random.sample(range(len(x)), min(60, len(x)))
    location = locate(partition_index(polygons, cells_for_a_polygon=16), x[some], y[some])
    for i, j in enumerate(some):
        answers = [rational(polygon, x[j], y[j]) for polygon in polygons]
        covering = [p for p, (covered, _) in enumerate(answers) if covered]
        assert location.first[i] == min(covering, default=-1)
        if len(covering) > 1:
            mine = location.point == i
            assert location.polygon[mine].tolist() == covering
            assert location.interior[mine].tolist() == [answers[p][1] for p in covering]


@settings(deadline=None, max_examples=50)
@given(shapes, st.integers(0, 99))
def test_equals_the_tree_in_between(polygons, seed):
    assert_same(polygons, *np.random.default_rng(seed).uniform(-1, 7, (2, 300)))


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 99), st.integers(2, 25))
def test_a_partition_covers_each_place_once(seed, sites):
    rng = np.random.default_rng(seed)
    cells = shapely.voronoi_polygons(shapely.multipoints(rng.random((sites, 2))), extend_to=box(-1, -1, 2, 2))
    polygons = shapely.get_parts(cells)
    x, y = rng.uniform(0, 1, (2, 500))
    location = locate(partition_index(polygons), x, y)
    assert (location.first >= 0).all()
    assert not location.interior.any()
    assert_same(polygons, *adversaries(polygons, seed))


def by_place(blocks):
    """What each cell holds; the order of the chains of one polygon in a cell tells nothing."""
    held = {}
    for cell in np.flatnonzero(blocks.label < OUTSIDE).tolist():
        begin = OUTSIDE - 1 - int(blocks.label[cell])
        end = begin + (int(blocks.chain[begin, MARK]) >> COUNT)
        assert (np.diff(blocks.chain[begin:end, POLYGON]) >= 0).all()
        rows = blocks.chain[begin:end].copy()
        odd = {int(polygon) for polygon, *_, mark in rows if mark & ODD}
        rows[:, MARK] &= FIRST_BEYOND | LAST_BEYOND
        held[cell] = sorted(map(tuple, rows.tolist())), odd
    return held


@settings(deadline=None, max_examples=30)
@given(shapes, scales, st.sampled_from(SIZES))
def test_both_ways_hold_the_same(polygons, scale, cells):
    shape = outlines(shapely.transform(polygons, lambda xy: xy * scale[0] + scale[1]))
    raster = fitted(shape.xy[:, 0], shape.xy[:, 1], cells * len(polygons))
    loops, arrays = blocks_by_loops(shape, raster), blocks_by_numpy(shape, raster)
    assert len(loops.chain) == len(arrays.chain)
    np.testing.assert_array_equal(np.maximum(loops.label, -2), np.maximum(arrays.label, -2))
    assert by_place(loops) == by_place(arrays)


def test_the_loops_know_the_same_numbers():
    names = ("kernels", "seams.kernels", "tracing.kernels", "bins.kernels")
    asking, drawing, tracing, binning = (importlib.import_module(f"geo.index.{name}") for name in names)
    for module in (asking, drawing, tracing):
        for name in ("POLYGON", "FIRST", "LAST", "MARK", "FIRST_BEYOND", "LAST_BEYOND", "ODD", "COUNT"):
            assert getattr(module, name) == getattr(numbers, name)
    assert (asking.BOUND, asking.FLOOR, tracing.MARGIN) == (BOUND, FLOOR, MARGIN)
    assert (binning.BOUND, binning.FLOOR) == (BOUND, FLOOR)
    for module in (asking, drawing):
        for name in ("SEAM_EVEN", "SEAM_ODD", "SEAM_CHAIN", "SEAM_ENDS", "SEAMED"):
            assert getattr(module, name) == getattr(numbers, name)
