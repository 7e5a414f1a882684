"""The detour of a grid of streets is that of a taxi, and what is cut off is counted."""

import numpy as np
import pytest
from street_drawings import PLANE, draw

from geo.reach.detour import measure_detour
from geo.streets.joining import build_network
from geo.streets.snapping import snap

STEP = 100.0


def test_a_diagonal_way_through_a_grid():
    lines = [[(i * STEP, j * STEP) for j in range(11)] for i in range(11)]
    lines += [[(j * STEP, i * STEP) for j in range(11)] for i in range(11)]
    network = build_network(draw(*lines), mode="walk", crs=PLANE)
    stations = np.array([[0.0, 0]])
    points = np.array([[300.0, 400], [400, 300], [0, 500], [100, 0], [9000, 0]])
    on = [snap(network, xy, max_access_m=20) for xy in (stations, points)]
    found = measure_detour(network, (on[0], stations), on[1], points, radius_m=500)
    # 700 ÷ 500 twice, 500 ÷ 500; one is nearer than 200 m, one has no street.
    assert (found.pairs, found.unconnected, found.low) == (3, 0, 1.0)
    assert found.median == pytest.approx(1.4)


def test_what_no_street_connects_is_the_longest():
    network = build_network(
        draw([(0, 0), (2000, 0)], [(0, 300), (2000, 300)]), mode="walk", crs=PLANE, island_length_m=0
    )
    stations = np.array([[0.0, 0]])
    points = np.array([[0.0, 300], [0, 250], [300, 0]])
    on = [snap(network, xy, max_access_m=60) for xy in (stations, points)]
    found = measure_detour(network, (on[0], stations), on[1], points, radius_m=500)
    assert (found.pairs, found.unconnected, found.median) == (3, 2, None)
    nothing = snap(network, points + 9000, max_access_m=60)
    assert measure_detour(network, (on[0], stations), nothing, points, radius_m=500) is None
