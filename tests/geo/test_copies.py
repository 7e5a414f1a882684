"""Grids that are there many times: what is told of them grows with their number, not with its square."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.findings import CUT
from geo.partition import overlaps
from geo.partition.examination import examine

CRS = "EPSG:4544"


def box(x, y, size=100):
    return shapely.box(104 + x * 1e-5, 30 + y * 1e-5, 104 + (x + size) * 1e-5, 30 + (y + size) * 1e-5)


def grids(shapes):
    index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    table = pd.DataFrame({"code": [f"G{i:04}" for i in range(len(shapes))]}, index=index, dtype="str")
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=4326)


def told(shapes, code="overlap"):
    return [one for one in examine(grids(shapes), crs=CRS) if one.code == code]


@pytest.mark.parametrize("count", [2, 5, 8])
def test_a_few_copies_are_told_pair_by_pair(count):
    assert {one.rows for one in told([box(0, 0)] * count)} == {
        (i, j) for i in range(count) for j in range(i + 1, count)
    }


def test_many_copies_are_told_once_and_their_neighbours_by_count():
    shapes = [box(0, 0)] * 60 + [box(50, 0)] * 9 + [box(90, 90), box(300, 0), box(400, 0)]
    found = told(shapes)
    assert {one.rows for one in found} == {tuple(range(60)), tuple(range(60, 69)), (0, 60), (0, 69), (60, 69)}
    by_rows = {one.rows: one for one in found}
    assert "539 more pairs" in by_rows[0, 60].message
    assert "59 more pairs" in by_rows[0, 69].message
    assert by_rows[0, 60].fix == CUT
    assert by_rows[tuple(range(60))].fix is None
    assert "Grid G0000 and 59 others" in by_rows[tuple(range(60))].message
    (many, nine) = sorted(told(shapes, "duplicate-geometry"), key=lambda one: one.rows)
    assert (len(many.rows), len(nine.rows)) == (60, 9)


def test_a_copy_that_begins_with_another_vertex_is_a_copy():
    ring = list(box(0, 0).exterior.coords)[:-1]
    shapes = [shapely.Polygon(ring[i:] + ring[:i]) for i in range(4)] * 3
    assert [one.rows for one in told(shapes)] == [tuple(range(12))]


def test_layers_upon_layers_come_to_an_end(monkeypatch):
    monkeypatch.setattr(overlaps, "_PAIRS", 50)
    monkeypatch.setattr(overlaps, "_PAIRS_EACH", 1)
    shapes = [box(0.01 * i, 0) for i in range(100)]
    found = told(shapes)
    assert 0 < len(found) <= 150
    (more,) = told(shapes, "overlaps-untold")
    assert more.severity == "error"
    assert told([box(100 * i, 0) for i in range(100)], "overlaps-untold") == []


def test_a_thousand_copies_take_no_longer_than_a_thousand_grids():
    shapes = np.repeat(np.array([box(0, 0)], dtype=object), 1_358)
    assert len(examine(grids(shapes), crs=CRS)) < 10
