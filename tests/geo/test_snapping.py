"""Points enter a network at the nearest edge that is no island."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from street_drawings import PLANE, draw

from geo.streets.joining import build_network
from geo.streets.snapping import snap


def test_edge_place_and_access():
    network = build_network(draw([(0, 0), (4, 0), (4, 4)]), mode="walk", crs=PLANE)
    points = np.array([[1, 2], [6, 3], [-3, -4], [9, 9], [np.nan, 0]])
    snapped = snap(network, points, max_access_m=5)
    assert snapped.edge.tolist() == [0, 0, 0, -1, -1]
    assert snapped.along_m[:3].tolist() == [1, 7, 0]
    assert snapped.access_m[:3].tolist() == [2, 2, 5]
    assert snapped.xy[:3].tolist() == [[1, 0], [4, 3], [0, 0]]
    assert np.isnan(snapped.along_m[3:]).all()


def test_the_longest_access_is_still_access():
    network = build_network(draw([(0, 0), (4, 0)]), mode="walk", crs=PLANE)
    assert snap(network, np.array([[1.0, 2.0]]), max_access_m=2).edge.tolist() == [0]
    assert snap(network, np.array([[1.0, 2.0]]), max_access_m=1.999).edge.tolist() == [-1]


def test_an_island_takes_only_what_nothing_else_can():
    streets = draw([(0, 0), (90, 0)], [(10, 3), (10.5, 3)])
    network = build_network(streets, mode="walk", crs=PLANE)
    points = np.array([[10.0, 3.0], [10.0, 3.0 + 1]])
    assert snap(network, points, max_access_m=3.5).edge.tolist() == [0, 1]


def test_equally_near_edges_go_to_the_first():
    network = build_network(draw([(0, 0), (4, 0)], [(0, 2), (4, 2)]), mode="walk", crs=PLANE)
    assert snap(network, np.array([[1.0, 1.0]]), max_access_m=2).edge.tolist() == [0]


def test_nobody_and_nowhere():
    empty = build_network(draw([(0, 0), (1, 0)])[:0], mode="walk", crs=PLANE)
    assert snap(empty, np.array([[0.0, 0.0]]), max_access_m=9).edge.tolist() == [-1]
    network = build_network(draw([(0, 0), (1, 0)]), mode="walk", crs=PLANE)
    assert len(snap(network, np.empty((0, 2)), max_access_m=9)) == 0


corner = st.tuples(st.integers(0, 8), st.integers(0, 8))
street = st.lists(corner, min_size=2, max_size=4).filter(lambda line: len(set(line)) > 1)
numbers = st.floats(-2, 10, allow_nan=False, width=32)


@settings(deadline=None)
@given(st.lists(street, min_size=1, max_size=5), st.lists(st.tuples(numbers, numbers), max_size=8))
def test_no_edge_is_nearer_and_the_entry_is_on_the_edge(streets, points):
    # Without islands: every part is believed.
    network = build_network(draw(*streets), mode="walk", crs=PLANE, island_share=0)
    xy = np.array(points, dtype=float).reshape(-1, 2)
    snapped = snap(network, xy, max_access_m=3)
    lines = [
        shapely.LineString(network.vertex_xy[a : b + 1])
        for a, b in zip(network.edge_first, network.edge_last, strict=True)
    ]
    for i, point in enumerate(shapely.points(xy)):
        nearest = min(shapely.distance(lines, point))
        if snapped.edge[i] < 0:
            assert nearest > 3 - 1e-9
            continue
        assert snapped.access_m[i] == pytest.approx(nearest, abs=1e-9)
        entry = shapely.line_interpolate_point(lines[snapped.edge[i]], snapped.along_m[i])
        assert shapely.distance(entry, shapely.Point(snapped.xy[i])) < 1e-9
