"""What walkers cannot cross: the river of the demo district, and the islands of a real file."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from street_drawings import PLANE, draw

from geo.circles.areas import build_lattice, service_areas
from geo.demo.district import build_district
from geo.reach.times import travel_minutes
from geo.read.door import read_file
from geo.streets.barriers import kept_apart
from geo.streets.joining import build_network
from geo.streets.network import Network
from geo.streets.snapping import snap

ZONE = "EPSG:4544"
SPEED = 5000 / 60


def around(network, xy, barriers, *, minutes, spacing_m=20.0, access_m=250.0):
    """The circle of a station, the lattice under it, and the times there."""
    reach_m = minutes * SPEED + 100
    bounds = (xy[0] - reach_m, xy[1] - reach_m, xy[0] + reach_m, xy[1] + reach_m)
    lattice = build_lattice(bounds, crs=network.crs, spacing_m=spacing_m)
    places = lattice.points_xy
    entries = snap(network, places, max_access_m=access_m)
    entries = kept_apart(network, entries, places, barriers, max_access_m=access_m)
    source = snap(network, np.array([xy]), max_access_m=access_m)
    times = travel_minutes(network, source, entries, speed_m_per_min=SPEED).minutes
    area = service_areas(lattice, times, [minutes], speed_m_per_min=SPEED).to_crs(network.crs)
    return lattice, times, area.geometry.iloc[0]


@pytest.fixture(scope="module")
def demo():
    return build_district(scale="small")


def sides(water: shapely.Geometry, bounds: tuple[float, ...]) -> list[shapely.Geometry]:
    """The land on either bank, the larger parts that the river leaves of the extent."""
    land = shapely.get_parts(shapely.difference(shapely.box(*bounds), water))
    return sorted(land, key=lambda part: -part.area)[:2]


def test_no_circle_crosses_the_river_but_on_its_bridge(demo):
    river = shapely.buffer(demo.fabric.river, 1.0)
    streets = demo.streets.to_crs("EPSG:4326")
    over = demo.streets.intersects(shapely.buffer(demo.fabric.river, -2.0))
    assert (demo.streets.loc[over, "layer"] == 1).all()
    (west, _, east, _), (_, south, _, north) = river.bounds, demo.streets.total_bounds
    banks = sides(river, (west + 2, south, east - 2, north))
    for bridged in (True, False):
        kept = streets if bridged else streets[~over]
        network = build_network(kept, mode="walk", crs=ZONE)
        for here, there in (banks, banks[::-1]):
            on_bank = network.node_xy[shapely.contains_xy(here, *network.node_xy.T)]
            start = tuple(on_bank[len(on_bank) // 2])
            lattice, times, area = around(network, start, np.array([demo.fabric.river]), minutes=15)
            beyond = np.asarray(shapely.contains_xy(there, *lattice.points_xy.T))
            assert np.isfinite(times[beyond]).any() == bridged
            if not bridged:
                assert not (times[beyond] <= 15).any()
                # The contour ends about half a step beyond the last point that is reached.
                assert shapely.intersection(area, shapely.buffer(there, -20.0)).area == 0


def test_the_islands_of_a_real_file_do_not_leak(shared_data: Path):
    streets = read_file(shared_data / "streets" / "herrenberg-island-prune-nothru.osm.pbf", "streets").frame
    network: Network = build_network(streets, mode="walk", crs="EPSG:32632")
    assert network.component_island.sum() == 6
    island = np.flatnonzero(network.component_island[network.node_component])
    main = np.flatnonzero(network.node_component == 0)
    start = network.node_xy[main[:1]]
    source = snap(network, start, max_access_m=250)
    # On the mainland a point beside an island enters the mainland; on the island itself nothing arrives.
    assert not network.edge_island[source.edge].any()
    ends = snap(network, network.node_xy[island], max_access_m=1.0)
    alone = network.edge_island[ends.edge] & (ends.edge >= 0)
    assert alone.any()
    times = travel_minutes(network, source, ends, speed_m_per_min=SPEED).minutes
    assert not np.isfinite(times[alone]).any()
    back = travel_minutes(
        network,
        ends.take(np.flatnonzero(alone)),
        snap(network, network.node_xy[main], max_access_m=1.0),
        speed_m_per_min=SPEED,
    )
    assert not np.isfinite(back.minutes).any()


def test_a_point_enters_the_street_on_its_own_side():
    network = build_network(draw([(0, 0), (100, 0)], [(0, 50), (100, 50)]), mode="walk", crs=PLANE)
    water, rail = shapely.box(-10, 10, 110, 15), shapely.LineString([(-10, 12), (110, 12)])
    points = np.array([[50.0, 20], [50, 12.2], [50, 5], [50, 90], [np.nan, 0]])
    before = snap(network, points, max_access_m=35)
    assert before.xy[:3, 1].tolist() == [0, 0, 0]
    for barrier in (water, rail):
        after = kept_apart(network, before, points, np.array([barrier]), max_access_m=35)
        assert after.xy[0].tolist() == [50, 50]
        assert (after.access_m[0], after.along_m[0]) == (30, 50)
        assert after.xy[2, 1] == 0
        assert after.edge[3:].tolist() == [-1, -1]
    # Whoever stands in the water may leave it; beyond reach on the own side there is none.
    assert kept_apart(network, before, points, np.array([water]), max_access_m=35).xy[1, 1] == 0
    near = kept_apart(network, before, points, np.array([water]), max_access_m=25)
    assert near.edge[0] == -1
