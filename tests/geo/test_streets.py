"""Street lines become networks: drawings in degrees that count as metres, so that all is exact."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from street_drawings import PLANE, draw

from geo.errors import CrsUnknown
from geo.streets.arcs import metres
from geo.streets.joining import build_network


def links(network) -> set[tuple[tuple[float, ...], tuple[float, ...]]]:
    return {
        (tuple(network.node_xy[a]), tuple(network.node_xy[b]))
        for a, b in zip(network.edge_from, network.edge_to, strict=True)
    }


def test_lines_join_at_ends_and_at_inner_vertices():
    streets = draw([(0, 0), (3, 0), (3, 4)], [(0, 4), (3, 4), (9, 4)], [(5, 5), (6, 5)])
    network = build_network(streets, mode="walk", crs=PLANE)
    assert links(network) == {
        ((0, 0), (3, 4)),
        ((0, 4), (3, 4)),
        ((3, 4), (9, 4)),
        ((5, 5), (6, 5)),
    }
    assert network.edge_length_m.tolist() == [7, 3, 6, 1]
    assert network.edge_street.tolist() == [1, 2, 2, 3]
    assert network.component_length_m.tolist() == [16, 1]


def test_a_crossing_without_a_shared_vertex_is_no_junction():
    network = build_network(draw([(0, 0), (2, 2)], [(0, 2), (2, 0)]), mode="walk", crs=PLANE)
    assert len(network.component_length_m) == 2


@pytest.mark.parametrize(
    ("other", "layers", "parts"),
    [
        ([(1, -1), (1, 0), (1, 1)], [1, 0], 2),  # A bridge passes over a street.
        ([(1, -1), (1, 0), (1, 1)], [None, 0], 1),  # No layer is layer 0.
        ([(1, 0), (1, 1)], [1, 0], 1),  # A ramp ends on the bridge.
    ],
)
def test_layers_meet_only_where_a_line_ends(other, layers, parts):
    streets = draw([(0, 0), (1, 0), (2, 0)], other, layer=layers)
    network = build_network(streets, mode="walk", crs=PLANE)
    assert len(network.component_length_m) == parts


def test_an_end_joins_all_layers_at_its_place():
    bridge, street = [(0, 0), (1, 0), (2, 0)], [(1, -1), (1, 0), (1, 1)]
    streets = draw(bridge, street, [(1, 0), (2, 1)], layer=[1, 0, 0])
    network = build_network(streets, mode="walk", crs=PLANE)
    assert len(network.component_length_m) == 1


def test_a_line_that_meets_itself_has_a_node_there():
    streets = draw([(0, 0), (2, 0), (2, 2), (1, 2), (2, 0)])
    network = build_network(streets, mode="walk", crs=PLANE)
    assert links(network) == {((0, 0), (2, 0)), ((2, 0), (2, 0))}


def test_lines_without_length_and_repeated_vertices_leave_no_edge():
    streets = draw([(0, 0), (0, 0), (3, 0), (3, 0)], [(5, 5), (5, 5)], [(9, 9), (8, 9)])
    streets.loc[3, "geometry"] = None
    network = build_network(streets, mode="walk", crs=PLANE)
    assert network.edge_length_m.tolist() == [3]


@pytest.mark.parametrize(("along", "against"), [("forward", "backward"), ("yes", "-1")])
def test_closed_streets_and_one_ways_hold_for_their_mode(along, against):
    streets = draw(
        [(0, 0), (1, 0)],
        [(1, 0), (2, 0)],
        [(2, 0), (3, 0)],
        walk=["no", "yes", None],
        oneway=["no", along, against],
    )
    walk = build_network(streets, mode="walk", crs=PLANE)
    assert walk.edge_street.tolist() == [2, 3]
    assert walk.edge_forward.all()
    assert walk.edge_backward.all()
    drive = build_network(streets, mode="drive", crs=PLANE)
    assert drive.edge_forward.tolist() == [True, True, False]
    assert drive.edge_backward.tolist() == [True, False, True]
    assert (drive.arcs.cost >= 0).sum() == 4


def test_slow_streets_are_longer_ways_and_not_longer_streets():
    streets = draw([(0, 0), (4, 0), (4, 2)], [(0, 0), (0, 3)], [(4, 2), (5, 2)], drive=[None, "no", None])
    drive = build_network(streets, mode="drive", crs=PLANE, pace=np.array([2.0, 9.0, 0.5]))
    assert drive.edge_pace.tolist() == [2, 0.5]
    assert drive.edge_length_m.tolist() == [6, 1]
    assert metres(drive.arcs.ahead).tolist() == [12, 0.5]
    assert metres(drive.arcs.length).tolist() == [6, 1]


def test_parallel_edges_are_arcs_of_their_own():
    streets = draw([(0, 0), (4, 0)], [(0, 0), (0, 3), (4, 3), (4, 0)], [(0, 0), (1, 1), (0, 0)])
    network = build_network(streets, mode="walk", crs=PLANE)
    assert sorted(network.edge_length_m) == pytest.approx([2 * 2**0.5, 4, 10])
    arcs = network.arcs
    assert np.diff(arcs.first).tolist() == [4, 2]
    assert sorted(metres(arcs.cost[:4])) == pytest.approx([2**1.5, 2**1.5, 4, 10], abs=1e-5)
    assert arcs.head.tolist() == [1, 1, 0, 0, 0, 0]


def test_small_parts_are_islands_but_never_the_longest():
    streets = draw([(0, 0), (80, 0)], [(0, 5), (0.5, 5)], [(0, 9), (2, 9)])
    network = build_network(streets, mode="walk", crs=PLANE)
    assert network.component_length_m.tolist() == [80, 2, 0.5]
    assert network.component_island.tolist() == [False, False, True]
    assert network.edge_island.tolist() == [False, True, False]
    assert network.islands.edge.tolist() == [1]
    assert network.summary == {
        "nodes": 6,
        "edges": 3,
        "length_m": 82.5,
        "parts": 3,
        "islands": 1,
        "islands_length_m": 0.5,
    }
    one = build_network(streets[1:2], mode="walk", crs=PLANE, island_share=2)
    assert not one.component_island.any()


def test_nothing_passable_is_an_empty_network():
    network = build_network(draw([(0, 0), (1, 0)], walk=["no"]), mode="walk", crs=PLANE)
    assert len(network.edge_from) == len(network.node_xy) == len(network.mainland.edge) == 0
    assert network.arcs.nodes == 0


def test_the_coordinate_system_is_never_guessed():
    with pytest.raises(CrsUnknown, match="no coordinate system"):
        build_network(draw([(0, 0), (1, 0)]).set_crs(None, allow_override=True), mode="walk", crs=PLANE)


def test_a_real_network_is_measured_in_metres():
    path = Path(__file__).parents[3] / "shared/data/streets/wuhan_donghu_hightech_8km_drive.gpkg"
    if not path.is_file():
        pytest.skip(f"the shared test data are not here: {path}")
    streets = gpd.read_file(path)
    metres = streets.length.sum()
    streets = streets.to_crs("EPSG:4326").assign(
        walk=None, ebike=None, drive=None, oneway=None, layer=pd.array([None] * len(streets), "Int64")
    )
    network = build_network(streets, mode="walk", crs="EPSG:32650")
    assert network.edge_length_m.sum() == pytest.approx(metres, rel=1e-6)
    assert network.component_length_m[0] > 0.95 * metres
    assert np.array_equal(
        np.diff(network.component_length_m) <= 0, [True] * (len(network.component_length_m) - 1)
    )
