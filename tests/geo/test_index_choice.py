"""The choice between the index and the tree."""

import subprocess
import sys

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.bench.terrain import partition, places
from geo.index import ways
from geo.index.choice import cells_for, locate_once, pays, takes


def array(*shapes):
    return np.array(shapes, dtype=object)


@pytest.fixture(params=[True, False], ids=["loops", "numpy"])
def swift(request, monkeypatch):
    """Whether the loops are taken."""
    ways.load_if_it_pays(ways.MOST_WORK)
    monkeypatch.setattr(ways, "swift", lambda: request.param)
    return request.param


def test_few_points_do_not_pay_for_an_index(swift):
    least = 3_600 if swift else 2_325
    assert not pays(least - 1, 9_000)
    assert pays(least, 9_000)


@pytest.mark.parametrize(("points", "binned"), [(10, False), (100, True), (10_000, False)])
def test_between_tree_and_index_the_bins_answer(points, binned, swift, monkeypatch):
    asked = []
    monkeypatch.setattr("geo.index.choice.locate_by_bins", lambda *question: asked.append(question))
    locate_once(partition(100), *places(points, partition(100)))
    assert bool(asked) == (binned and swift)


def test_loops_are_loaded_where_it_pays():
    code = """if True:
        import numpy as np, shapely
        from geo.index import choice, ways
        boxes, x = shapely.box([0.0, 1.0], 0.0, [1.0, 2.0], 1.0), np.full(4_000_000, 0.5)
        choice.locate_once(boxes, x[:5_000], x[:5_000])
        assert not ways.swift()
        found = choice.locate_once(boxes, x, x)
        assert ways.swift() and (found.first == 0).all()
    """
    subprocess.run([sys.executable, "-c", code], check=True)


def test_which_geometries_it_takes():
    assert takes(array(box(0, 0, 1, 1), Polygon(), MultiPolygon([box(0, 0, 1, 1)])))
    assert not takes(array(Point(0, 0)))
    assert not takes(array(Polygon([(0, 0), (np.inf, 0), (0, 1)])))


@pytest.mark.parametrize(
    ("points", "polygons", "loops", "arrays"),
    [(10, 5, 32, 32), (5_000, 5, 200, 1000), (10**6, 5, 512, 2048), (1, 0, 32, 32)],
)
def test_cells_grow_with_the_points(points, polygons, loops, arrays, swift):
    assert cells_for(points, polygons) == (loops if swift else arrays)


@pytest.mark.parametrize("points", [100, 3_000])
@pytest.mark.parametrize("last", [box(2, 0, 3, 1), shapely.LineString([(2, 0), (3, 1)])])
def test_both_ways_and_any_kind_answer(points, last, swift):
    x = np.linspace(0, 3, points)
    location = locate_once(array(box(0, 0, 1, 1), box(1, 0, 2, 1), last), x, np.full(points, 0.25))
    assert (location.first[x < 2] == np.ceil(x[x < 2] - 1).clip(0)).all()
