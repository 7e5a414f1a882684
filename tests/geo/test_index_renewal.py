"""The law of renewal: a redrawn index answers as one that is built anew."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

from geo.bench.terrain import partition
from geo.index import ways
from geo.index.location import locate
from geo.index.partition import partition_index
from geo.index.renewal import renewed


@pytest.fixture(scope="module", autouse=True, params=["loops", "numpy"])
def way(request):
    ways.load_if_it_pays(ways.MOST_WORK)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "numpy":
            patch.setattr(ways, "swift", lambda: False)
        yield


def hard_places(polygons, seed):
    """Vertices, midpoints, all one step of a float aside, and places at random."""
    xy = shapely.get_coordinates(polygons)
    exact = np.concatenate([xy, (xy[:-1] + xy[1:]) / 2])
    random = np.random.default_rng(seed)
    low, high = xy.min(axis=0) - 0.01, xy.max(axis=0) + 0.01
    moved = np.nextafter(exact, exact + random.choice([-1.0, 1.0], exact.shape))
    return np.concatenate([exact, moved, random.uniform(low, high, (2000, 2))]).T


def assert_same(found, expected):
    for name in ("first", "point", "polygon", "interior"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def bent(polygon, random):
    """A polygon with some vertices moved by up to a quarter of its extent."""
    xy = shapely.get_coordinates(polygon)
    size = (xy.max(axis=0) - xy.min(axis=0)) / 4
    chosen = random.choice(len(xy) - 1, min(3, len(xy) - 1), replace=False)
    xy[chosen] += random.uniform(-size, size, (len(chosen), 2))
    xy[-1] = xy[0]
    return shapely.Polygon(xy)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([8, 64, 512]), st.integers(1, 3))
def test_a_redrawn_index_answers_as_a_new_one(seed, cells, times):
    random = np.random.default_rng(seed)
    polygons = partition(49, steps=int(random.integers(1, 6)))
    index = partition_index(polygons, cells_for_a_polygon=cells)
    for turn in range(times):
        inner = [row * 7 + column for row in range(1, 6) for column in range(1, 6)]
        which = np.sort(random.choice(inner, int(random.integers(1, 3)), replace=False))
        before, polygons = polygons, polygons.copy()
        polygons[which] = [bent(polygon, random) for polygon in polygons[which]]
        renewal = renewed(index, which, polygons[which])
        if renewal is None:
            assert turn > 0
            return
        x, y = hard_places(np.concatenate([before[which], polygons[which], polygons[:3]]), seed)
        old, new = locate(index, x, y), locate(renewal.index, x, y)
        assert_same(new, locate(partition_index(polygons, cells_for_a_polygon=cells), x, y))
        elsewhere = ~np.isin(index.raster.cell(x, y), renewal.cells)
        np.testing.assert_array_equal(old.first[elsewhere], new.first[elsewhere])
        index = renewal.index


def test_only_cells_of_what_moved_are_told():
    polygons = partition(400)
    index = partition_index(polygons)
    which = np.array([210])
    renewal = renewed(index, which, np.array([bent(polygons[210], np.random.default_rng(1))]))
    assert renewal is not None
    assert 0 < len(renewal.cells) < index.raster.cells / 200
    assert (np.diff(renewal.cells) > 0).all()
    assert renewal.index.blocks.chain is index.blocks.chain


def test_what_leaves_the_raster_asks_for_a_new_index():
    index = partition_index(np.array([box(0, 0, 1, 1), box(1, 0, 2, 1)]))
    assert renewed(index, np.array([1]), np.array([box(1, 0, 4, 1)])) is None
