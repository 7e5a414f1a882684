"""Seams: they are there, answer as the blocks whose place they take, and any reader understands them."""

import numpy as np
import pytest
import shapely
from shapely.geometry import Polygon, box

from geo.bench.terrain import partition, places
from geo.index import ways
from geo.index.blocks import OUTSIDE, SEAM_CHAIN, SEAM_EVEN, SEAM_ODD
from geo.index.location import locate
from geo.index.partition import blocks_of, partition_index
from geo.index.tree import locate_by_tree

CELLS = 512


@pytest.fixture(scope="module", autouse=True)
def loops():
    ways.load_if_it_pays(ways.MOST_WORK)


@pytest.fixture(scope="module")
def grids():
    return partition(64)


@pytest.fixture(scope="module")
def index(grids):
    return partition_index(grids, cells_for_a_polygon=CELLS)


def assert_same(found, expected):
    for name in ("first", "point", "polygon", "interior"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), err_msg=name)


def hard_places(grids):
    """Vertices, midpoints and points level with a vertex, all also one step of a float aside; and others."""
    xy = shapely.get_coordinates(grids)
    level = np.column_stack([xy[:, 0] + 1e-4, xy[:, 1]])
    exact = np.concatenate([xy, (xy[:-1] + xy[1:]) / 2, level])
    beside = [np.nextafter(exact, exact + np.array(step)) for step in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    return np.concatenate([exact, *beside, np.column_stack(places(20_000, grids))]).T


def test_nine_in_ten_blocks_have_a_seam(index, grids):
    held = np.count_nonzero(blocks_of(index.shape, index.raster).label < OUTSIDE)
    assert len(index.blocks.seam) > 0.9 * held


def test_seams_answer_as_the_tree(index, grids):
    x, y = hard_places(grids)
    assert_same(locate(index, x, y), locate_by_tree(grids, x, y))


def test_without_the_loops_the_block_of_a_seam_answers(index, grids, monkeypatch):
    x, y = hard_places(grids[:8])
    monkeypatch.setattr(ways, "swift", lambda: False)
    assert_same(locate(index, x, y), locate_by_tree(grids, x, y))


def test_labels_are_told_by_their_chains(index):
    plain = blocks_of(index.shape, index.raster)
    np.testing.assert_array_equal(index.blocks.unseamed(index.blocks.label), plain.label)


def test_what_a_seam_says():
    index = partition_index(np.array([box(0, 0, 2, 2), box(2, 0, 4, 2)]), cells_for_a_polygon=64)
    words = index.blocks.seam.view(np.int32)
    sides = {tuple(pair) for pair in words[:, [SEAM_ODD, SEAM_EVEN]].tolist()}
    # The border between them, and those between each and nothing.
    assert sides == {(0, 1), (0, -1), (1, -1)}
    assert index.blocks.seam.ctypes.data % 64 == 0
    assert (words[:, SEAM_CHAIN] < len(index.blocks.chain)).all()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(box(1, 1, 3, 3), id="the same twice"),
        pytest.param(box(2, 1, 5, 3), id="one over the other"),
        pytest.param(Polygon([(3, 1), (5, 1), (5, 3), (3 + 1e-9, 3)]), id="a gap between them"),
        pytest.param(Polygon([(3, 1), (3, 2), (3, 3), (5, 3), (5, 1)]), id="a vertex more"),
    ],
)
def test_what_is_no_partition_is_no_seam(other):
    grids = np.array([box(1, 1, 3, 3), other], dtype=object)
    x, y = np.concatenate([np.random.default_rng(1).uniform(0.8, 5.2, (2, 4000)), hard_places(grids)], axis=1)
    for cells in (1, 16, 512):
        assert_same(
            locate(partition_index(grids, cells_for_a_polygon=cells), x, y), locate_by_tree(grids, x, y)
        )
