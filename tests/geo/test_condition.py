"""What a street network is good enough for, on drawings small enough to check by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
from street_drawings import PLANE, draw

from geo.streets.condition import examine, remarks
from geo.streets.joining import build_network
from geo.streets.snapping import snap


def examined(*lines, classes=None, points=None, mode="walk", **columns):
    streets = draw(*lines, **columns)
    streets = streets.assign(road_class=pd.array(classes or ["footway"] * len(lines), dtype="str"))
    network = build_network(streets, mode=mode, crs=PLANE, island_share=0.2, island_length_m=50)
    xy = None if points is None else np.array(points, dtype=float)
    demand = None if xy is None else snap(network, xy, max_access_m=10)
    located = None if xy is None else np.isfinite(xy).all(axis=1)
    return examine(streets, network, demand=demand, located=located, max_access_m=10)


def codes(condition):
    return [(one.code, one.level) for one in remarks(condition)]


def test_what_joins_and_what_does_not():
    condition = examined(
        [(0, 0), (100, 0)],  # the main way
        [(50, -20), (50, 20)],  # crosses it without a point
        [(20, 1.5), (20, 40)],  # stops 1.5 m short of it
        [(80, 0), (80, 30)],  # ends on it, but it has no vertex there: gap 0
        [(300, 0), (310, 0)],  # joins nothing
    )
    kinds = condition.places["kind"].value_counts().to_dict()
    assert kinds == {"island": 4, "crossing": 1, "near-miss": 2, "dead-end": 10}
    assert sorted(condition.places.loc[condition.places["kind"] == "near-miss", "length_m"]) == [0, 1.5]
    assert condition.summary["length_m"] == 100 + 40 + 38.5 + 30 + 10
    assert [code for code, _ in codes(condition)] == ["islands", "crossings-not-joined", "near-misses"]


def test_a_line_drawn_a_little_too_far_misses_nothing():
    condition = examined([(0, 0), (50, 0)], [(50, 0), (100, 0)], [(50, -20), (50, 0)], [(50, 0), (50, 1.5)])
    assert (condition.count("near-miss"), condition.count("dead-end")) == (0, 4)
    beside = examined([(0, 0), (50, 0)], [(50, 0), (50, 1.5)], [(30, 2.5), (90, 2.5)])
    assert beside.places.loc[beside.places["kind"] == "near-miss", "length_m"].tolist() == [1.0]


def test_a_bridge_crosses_nothing():
    condition = examined([(0, 0), (100, 0)], [(50, -20), (50, 20)], layer=[None, 1])
    assert condition.count("crossing") == 0


def test_a_network_of_cars_bears_no_claim_on_foot():
    lines = ([(0, 0), (100, 0)], [(100, 0), (100, 100)])
    cars = examined(*lines, classes=["primary", "secondary"])
    assert (cars.drawn_for_cars, codes(cars)) == (True, [("drawn-for-cars", "error")])
    assert not examined(*lines, classes=["primary", "secondary"], mode="drive").drawn_for_cars
    assert codes(examined(*lines, classes=["primary", "footway"])) == []
    assert codes(examined(*lines, classes=[None, None])) == [("classes-missing", "warning")]


def test_lengths_by_class_and_what_is_closed():
    condition = examined(
        [(0, 0), (100, 0)],
        [(100, 0), (100, 30)],
        [(0, 0), (0, 7)],
        classes=["primary", "primary_link", "motorway"],
        walk=["yes", "yes", "no"],
    )
    assert condition.class_length_m == {"primary": 130}
    # Degrees that count as metres elsewhere are measured on the plane here too.
    assert (round(condition.closed_length_m), condition.extent) == (7, (0, 0, 100, 30))


def test_demand_away_from_every_street():
    condition = examined([(0, 0), (100, 0)], points=[(5, 3), (50, 30), (np.nan, np.nan)])
    assert (condition.demand, condition.demand_within) == (2, 1)
    assert codes(condition) == [("demand-off-streets", "warning")]
    # Where no point has a street, the streets are those of another place, and no figure is worth anything.
    elsewhere = examined([(0, 0), (100, 0)], points=[(5000, 3), (5000, 30)])
    assert codes(elsewhere) == [("demand-off-streets", "error")]


def test_no_street_for_the_mode():
    condition = examined([(0, 0), (9, 0)], walk=["no"])
    assert codes(condition) == [("no-streets", "error")]
    assert condition.extent is None
    assert isinstance(condition.places, gpd.GeoDataFrame)
