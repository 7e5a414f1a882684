"""Walls and gates: what stops a way, on drawings to check by hand and by laws."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from street_drawings import PLANE, draw, walks

from geo.streets.joining import build_network
from geo.streets.walls import closed_walls, shut_gates, stopped

CROSS = ([(0, 0), (20, 0)], [(10, -10), (10, 10)])
"""Two streets that share no vertex."""


def ground(walls=(), gates=(), **access):
    lines = [shapely.LineString(wall) for wall in walls]
    kinds = ["wall"] * len(lines) + ["gate"] * len(gates)
    columns = {mode: ["yes"] * len(kinds) for mode in ("walk", "ebike", "drive")}
    columns |= {mode: [None] * len(lines) + words for mode, words in access.items()}
    return gpd.GeoDataFrame(
        {"kind": kinds, **columns}, geometry=[*lines, *map(shapely.Point, gates)], crs=PLANE
    )


def stop(streets, ground, mode="walk"):
    return stopped(streets, closed_walls(ground, mode), shut_gates(ground, mode), crs=PLANE)


def parts(streets, mode="walk"):
    network = build_network(streets, mode=mode, crs=PLANE)
    return len(network.component_length_m), float(network.component_length_m.sum())


def test_a_wall_across_a_street_parts_it():
    wall = ground([[(5, -3), (5, 3)]])
    found, places = stop(draw(*CROSS), wall)
    assert places.tolist() == [[5, 0]]
    assert parts(draw(*CROSS))[0] == 2
    assert parts(found)[0] == 3
    assert parts(found)[1] > 39.9
    assert found.index.tolist() == [1, 1, 2]


def test_a_gate_lets_those_through_who_may():
    wall = {"walls": [[(5, -9), (5, 9)]], "gates": [(5, 1)]}
    free = ground(**wall)
    assert stop(draw(*CROSS), free)[0].geometry.tolist() == draw(*CROSS).geometry.tolist()
    cars = ground(**wall, drive=["no"])
    assert len(stop(draw(*CROSS), cars)[1]) == 0
    assert len(stop(draw(*CROSS), cars, "drive")[1]) == 1
    far = ground(walls=wall["walls"], gates=[(5, 6)])
    assert len(stop(draw(*CROSS), far)[1]) == 1


def test_a_locked_gate_needs_no_wall():
    found, places = stop(draw(*CROSS), ground(gates=[(15, 1), (40, 40)], walk=["no", "no"]))
    assert places.tolist() == [[15, 0]]
    assert parts(found)[0] == 3


def test_bridges_pass_over_and_what_only_touches_is_left():
    wall = ground([[(5, -3), (5, 3)], [(0, -3), (0, 3)], [(8, 0), (9, 0)]])
    assert stop(draw(*CROSS, layer=[1, 0]), wall)[1].tolist() == []
    assert stop(draw(*CROSS), wall)[1].tolist() == [[5, 0]]


def test_a_wall_through_a_junction_keeps_each_side_together():
    star = draw([(0, 0), (5, 0), (10, 0)], [(5, 0), (9, 5)], [(5, 0), (1, 5)], [(5, -5), (5, 0)])
    found, places = stop(star, ground([[(5, -9), (5, 9)]]))
    assert places.tolist() == [[5, 0]]
    network = build_network(found, mode="walk", crs=PLANE)
    assert sorted(np.bincount(network.node_component).tolist()) in ([3, 4], [3, 3])
    # What runs along the wall stays on its right.
    assert len(network.component_length_m) == 2


walls = st.lists(
    st.tuples(
        st.tuples(st.integers(-2, 12), st.integers(-2, 12)),
        st.tuples(st.integers(-2, 12), st.integers(-2, 12)),
    ),
    min_size=1,
    max_size=3,
).map(
    lambda found: [
        [(x / 2 + 0.25, y / 2 + 0.1037), (u / 2 + 0.25, v / 2 + 0.1037)]
        for (x, y), (u, v) in found
        if (x, y) != (u, v)
    ]
)


@given(st.lists(walks, min_size=1, max_size=5), walls)
def test_what_is_left_crosses_no_wall_and_nothing_is_lost(lines, fences):
    streets = draw(*lines)
    found, places = stop(streets, ground(fences))
    long = shapely.length(streets.geometry.to_numpy()).sum()
    assert abs(shapely.length(found.geometry.to_numpy()).sum() - long) <= 0.06 * (2 * len(places) + 1) * len(
        lines
    )
    shapes = found.geometry.to_numpy()
    ends = shapely.union_all([*shapely.get_point(shapes, 0), *shapely.get_point(shapes, -1)])
    for wall in map(shapely.LineString, fences):
        # Ends lie on the wall or five centimetres aside of it, and nothing passes.
        met = shapely.intersection(shapes, wall)
        places = shapely.points(shapely.get_coordinates(met[shapely.get_dimensions(met) == 0]))
        assert (shapely.distance(places, ends) < 1e-3).all()
    assert len(stop(found, ground(fences))[0]) == len(found)


def test_a_ring_without_a_gate_keeps_its_inside_apart():
    streets = draw([(-20, 0), (0, 0), (20, 0)], [(0, -20), (0, 0), (0, 20)])
    ring = ground([shapely.box(-5, -5, 5, 5).exterior.coords])
    found, places = stop(streets, ring)
    assert len(places) == 4
    assert parts(found)[0] == 5
    opened = ground([shapely.box(-5, -5, 5, 5).exterior.coords], gates=[(5, 0)])
    assert parts(stop(streets, opened)[0])[0] == 4
