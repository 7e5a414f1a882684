"""Outlines that come back from another system or format are the ones that stand."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo.changes.sameness import settled

WEST = shapely.box(104.0, 30.0, 104.01, 30.01)
EAST = shapely.box(104.01, 30.0, 104.02, 30.01)
LAKE = shapely.Polygon(
    [(104.0, 30.02), (104.03, 30.02), (104.03, 30.05), (104.0, 30.05)],
    [
        [(104.005, 30.025), (104.005, 30.03), (104.01, 30.03)],
        [(104.02, 30.04), (104.02, 30.045), (104.025, 30.04)],
    ],
)
ISLANDS = shapely.MultiPolygon([WEST, LAKE])


def array(*shapes: shapely.Geometry | None) -> np.ndarray:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result


def moved(shape: shapely.Geometry, by: float) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: xy + by)


@given(st.floats(-5e-10, 5e-10))
def test_an_outline_that_moved_by_less_than_the_tolerance_is_the_one_that_stands(by: float) -> None:
    ground = array(WEST, EAST)
    result = settled(array(moved(WEST, by), None), array(WEST, None), ground)
    assert result[0].wkb == WEST.wkb
    assert result[1] is None


def test_the_order_of_parts_holes_and_vertices_does_not_matter() -> None:
    turned = shapely.MultiPolygon(
        [
            shapely.Polygon(
                LAKE.exterior.coords[2:] + LAKE.exterior.coords[1:3], LAKE.interiors[::-1]
            ).reverse(),
            WEST.reverse(),
        ]
    )
    assert turned.wkb != ISLANDS.wkb
    (result,) = settled(array(moved(turned, 1e-12)), array(ISLANDS), array(ISLANDS))
    assert result.wkb == ISLANDS.wkb


def test_a_border_that_moved_by_more_is_taken_as_it_came() -> None:
    wider = shapely.box(104.0, 30.0, 104.01 + 2e-9, 30.01)
    (result,) = settled(array(wider), array(WEST), array(WEST))
    assert result.wkb != WEST.wkb
    assert result.bounds[2] == wider.bounds[2]


def test_the_unmoved_vertices_of_a_redrawn_grid_stay_those_of_its_neighbour() -> None:
    came = moved(shapely.Polygon([(103.99, 30.0), (104.01, 30.0), (104.01, 30.01), (103.99, 30.01)]), 1e-13)
    assert came.bounds[2] != 104.01
    (result,) = settled(array(came), array(WEST), array(WEST, EAST))
    assert {(104.01, 30.0), (104.01, 30.01)} <= set(result.exterior.coords)


def test_a_grid_smaller_than_the_tolerance_is_not_collapsed() -> None:
    tiny = moved(shapely.box(0, 0, 3e-10, 3e-10), 30.0)
    (result,) = settled(array(tiny), array(None), array(shapely.Point(30.0, 30.0)))
    assert result.wkb == tiny.wkb


def test_nothing_is_changed_where_nothing_stands() -> None:
    shapes = array(WEST, None, EAST)
    before = [None if shape is None else shape.wkb for shape in shapes]
    result = settled(shapes, array(None, None, None), array())
    assert [None if shape is None else shape.wkb for shape in result] == before


@pytest.mark.parametrize("code", ["EPSG:4544", "EPSG:4523", "EPSG:4549", "EPSG:32648", "EPSG:3857"])
def test_a_way_through_a_projection_changes_nothing(code: str) -> None:
    there = Transformer.from_crs("EPSG:4326", code, always_xy=True)
    back = Transformer.from_crs(code, "EPSG:4326", always_xy=True)

    def round_trip(xy: np.ndarray) -> np.ndarray:
        return np.column_stack(back.transform(*there.transform(xy[:, 0], xy[:, 1])))

    ground = array(WEST, EAST, ISLANDS)
    result = settled(shapely.transform(ground, round_trip), ground, ground)
    assert shapely.to_wkb(result).tolist() == shapely.to_wkb(ground).tolist()
