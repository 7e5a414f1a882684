"""The choice between the index and the tree."""

import numpy as np
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.index.choice import cells_for, locate_once, pays, takes


def array(*shapes):
    return np.array(shapes, dtype=object)


def test_few_points_do_not_pay_for_an_index():
    polygons = array(*(box(i, 0, i + 1, 1) for i in range(2400)))
    assert not pays(polygons, 2_999)
    assert pays(polygons, 3_000)


def test_which_geometries_it_takes():
    assert takes(array(box(0, 0, 1, 1), Polygon(), MultiPolygon([box(0, 0, 1, 1)])))
    assert not takes(array(Point(0, 0)))
    assert not takes(array(Polygon([(0, 0), (np.inf, 0), (0, 1)])))


@pytest.mark.parametrize(
    ("points", "polygons", "cells"), [(10, 5, 32), (500, 5, 100), (10**6, 5, 2048), (1, 0, 32)]
)
def test_cells_grow_with_the_points(points, polygons, cells):
    assert cells_for(points, polygons) == cells


@pytest.mark.parametrize("points", [100, 3_000])
@pytest.mark.parametrize("last", [box(2, 0, 3, 1), shapely.LineString([(2, 0), (3, 1)])])
def test_both_ways_and_any_kind_answer(points, last):
    x = np.linspace(0, 3, points)
    location = locate_once(array(box(0, 0, 1, 1), box(1, 0, 2, 1), last), x, np.full(points, 0.25))
    assert (location.first[x < 2] == np.ceil(x[x < 2] - 1).clip(0)).all()
