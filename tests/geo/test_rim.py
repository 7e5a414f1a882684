"""What lies beyond the edge of the data is not known, and what depends on it is flagged."""

import numpy as np
import pytest
from hypothesis import given, settings
from street_drawings import PLANE, bring, draw, nets, network_of, spots

from geo.reach.rim import doubtful, find_rim, stations_at_rim
from geo.reach.times import travel_minutes
from geo.streets.joining import build_network
from geo.streets.snapping import snap


@pytest.fixture(scope="module")
def town():
    """Draw streets 20 apart, of which four stick out for 50 at the corners, and a blind alley inside."""
    ticks = range(0, 101, 20)
    lines = [[(x, y) for x in ticks] for y in ticks] + [[(x, y) for y in ticks] for x in ticks]
    out = [[(0, 0), (-50, 0)], [(100, 0), (150, 0)], [(100, 100), (150, 100)], [(0, 100), (-50, 100)]]
    return build_network(draw(*lines, *out, [(40, 40), (50, 50)]), mode="walk", crs=PLANE)


def on(network, *places):
    return snap(network, np.array(places, dtype=float), max_access_m=5)


def test_the_rim_is_of_dead_ends_at_the_outline(town):
    rim = find_rim(town, rim_m=10)
    assert sorted(map(tuple, rim.ends.xy.tolist())) == [(-50, 0), (-50, 100), (150, 0), (150, 100)]


def test_a_station_whose_circle_comes_to_the_rim_is_flagged(town):
    rim, stations = find_rim(town, rim_m=10), on(town, (40, 100), (140, 0), (50, 50))
    times = {"speed_m_per_min": 1}
    assert stations_at_rim(town, rim, stations, **times, limit_minutes=90).tolist() == [True, True, False]
    assert stations_at_rim(town, rim, stations, **times, limit_minutes=89).tolist() == [False, True, False]


def test_one_ways_lead_out_or_in():
    streets = draw([(0, 0), (50, 0)], [(0, 0), (0, 90)], oneway=["-1", "no"])
    drive = build_network(streets, mode="drive", crs=PLANE)
    rim = find_rim(drive, rim_m=1)
    options = {"speed_m_per_min": 1, "limit_minutes": 40}
    assert stations_at_rim(drive, rim, on(drive, (20, 0)), **options).tolist() == [False]
    assert stations_at_rim(drive, rim, on(drive, (0, 60)), **options).tolist() == [True]


def test_a_point_that_only_a_way_outside_brings_within_reach_is_doubtful(town):
    rim, station = find_rim(town, rim_m=10), on(town, (-50, 0))
    points = on(town, (-50, 100), (0, 40), (150, 100))
    options = {"speed_m_per_min": 1, "limit_minutes": 190}
    within = travel_minutes(town, station, points, **options)
    assert np.isfinite(within.minutes).tolist() == [False, True, False]
    assert doubtful(town, rim, station, points, **options).tolist() == [True, False, False]


@settings(deadline=None, max_examples=40)
@given(nets, spots, spots)
def test_nobody_within_reach_is_doubtful(lines, stations, points):
    network = network_of(lines, "walk")
    sources, targets = bring(network, stations), bring(network, points)
    options = {"speed_m_per_min": 1, "limit_minutes": 3}
    flags = doubtful(network, find_rim(network, rim_m=1), sources, targets, **options)
    assert not flags[np.isfinite(travel_minutes(network, sources, targets, **options).minutes)].any()
