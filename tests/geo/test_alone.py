"""Each station's own area is the contour of its own times."""

import numpy as np
import pytest
from street_drawings import draw

from geo.circles.alone import areas_alone
from geo.circles.areas import build_lattice, service_areas
from geo.reach.matrix import travel_matrix
from geo.reach.times import travel_minutes
from geo.streets.joining import build_network
from geo.streets.snapping import snap

ZONE = "EPSG:4544"


def test_each_area_is_that_of_its_station_alone():
    ticks = np.arange(9) * 0.001
    lines = [[(102 + x, 30 + y) for x in ticks] for y in ticks] + [
        [(102 + x, 30 + y) for y in ticks] for x in ticks
    ]
    network = build_network(draw(*lines), mode="walk", crs=ZONE)
    (west, south), (east, north) = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    lattice = build_lattice((west, south, east, north), crs=ZONE, network=network, spacing_m=20)
    xy = np.array([[west, south], [west + 300, south + 310], [west + 9e6, south]])
    sources = snap(network, xy, max_access_m=250)
    times = {"speed_m_per_min": 80, "limit_minutes": 5 + 2 * 20 / 80}
    matrix = travel_matrix(network, sources, lattice.snapped, **times)
    found = areas_alone(lattice, matrix, (5, 2), speed_m_per_min=80)
    assert list(zip(found["source"], found["minutes"], strict=True)) == [(0, 2), (0, 5), (1, 2), (1, 5)]
    for source in (0, 1):
        alone = travel_minutes(network, sources.take(np.array([source])), lattice.snapped, **times)
        expected = service_areas(lattice, alone.minutes, (2, 5), speed_m_per_min=80)
        own = found[found["source"] == source]
        assert own["area_m2"].tolist() == pytest.approx(expected["area_m2"].tolist())
        assert own.geometry.reset_index(drop=True).geom_equals_exact(expected.geometry, 1e-9).all()
