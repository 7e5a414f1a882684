"""Centre lines that cross or nearly meet become one network."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString
from street_drawings import PLANE, draw

from geo.errors import CrsUnknown
from geo.streets.joining import build_network
from geo.streets.noding import node_lines


def parts(streets: gpd.GeoDataFrame) -> int:
    return len(build_network(streets, mode="walk", crs=PLANE).component_length_m)


def noded(*lines, snap_m=0.5, **columns) -> gpd.GeoDataFrame:
    return node_lines(draw(*lines, **columns), crs=PLANE, snap_m=snap_m)


def vertices(line: LineString) -> list[tuple[float, ...]]:
    return list(line.coords)


def test_crossing_lines_share_the_crossing():
    streets = noded([(0, 0), (4, 4)], [(0, 4), (4, 0)])
    assert [vertices(line) for line in streets.geometry] == [
        [(0, 0), (2, 2), (4, 4)],
        [(0, 4), (2, 2), (4, 0)],
    ]
    assert streets.index.tolist() == [1, 2]
    assert parts(streets) == 1


def test_several_crossings_of_a_segment_stand_in_order():
    streets = noded([(0, 0), (9, 0)], [(6, 1), (6, -1)], [(3, -1), (3, 1)], [(8, -1), (8, 1)])
    assert vertices(streets.geometry[1]) == [(0, 0), (3, 0), (6, 0), (8, 0), (9, 0)]


@pytest.mark.parametrize(
    ("layers", "other", "expected"),
    [
        ([0, 1], [(1, -1), (1, 1)], 2),  # A bridge over a street.
        ([1, 1], [(1, -1), (1, 1)], 1),  # Two streets on one bridge.
        ([0, 1], [(1, 0), (1, 1)], 1),  # A ramp ends on the street.
    ],
)
def test_layers_cross_without_a_junction(layers, other, expected):
    assert parts(noded([(0, 0), (2, 0)], other, layer=layers)) == expected


def test_overlapping_lines_are_joined_along_the_overlap():
    streets = noded([(0, 0), (4, 0)], [(2, 0), (6, 0), (6, 3)])
    assert vertices(streets.geometry[1]) == [(0, 0), (2, 0), (4, 0)]
    assert vertices(streets.geometry[2]) == [(2, 0), (4, 0), (6, 0), (6, 3)]


def test_a_line_that_crosses_itself_gets_a_node():
    streets = noded([(0, 0), (4, 0), (4, 2), (2, 2), (2, -2)])
    assert vertices(streets.geometry[1]).count((2, 0)) == 2


def test_a_dangling_end_is_drawn_on_to_the_line_beside_it():
    streets = noded([(0, 0), (8, 0)], [(4, 0.25), (4, 3)], [(2, 3), (2, 0.5)])
    assert vertices(streets.geometry[1]) == [(0, 0), (2, 0), (4, 0), (8, 0)]
    assert vertices(streets.geometry[2]) == [(4, 0), (4, 0.25), (4, 3)]
    assert vertices(streets.geometry[3]) == [(2, 3), (2, 0.5), (2, 0)]
    assert parts(streets) == 1


def test_ends_that_face_each_other_are_joined():
    assert parts(noded([(0, 0), (4, 0)], [(4.25, 0), (8, 0)])) == 1


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        ([[(0, 0), (8, 0)], [(4, 0.75), (4, 3)]], {}),
        ([[(0, 0), (8, 0)], [(4, 0.25), (4, 3)]], {"layer": [0, 1]}),
    ],
)
def test_wide_gaps_and_gaps_between_layers_stay(lines, columns):
    assert parts(noded(*lines, **columns)) == 2


def test_gaps_stay_where_none_is_to_be_closed():
    assert parts(noded([(0, 0), (8, 0)], [(4, 0.25), (4, 3)], snap_m=0)) == 2


def test_missing_and_lengthless_lines_stay_as_they_are():
    streets = draw([(0, 0), (4, 4)], [(1, 0), (2, 0)], [(0, 4), (4, 0)], [(7, 7), (7, 7)])
    streets.loc[2, "geometry"] = None
    before = streets.copy()
    result = node_lines(streets, crs=PLANE)
    assert result.geometry[2] is None
    assert vertices(result.geometry[3]) == [(0, 4), (2, 2), (4, 0)]
    assert result.geometry[4].length == 0
    assert streets.geometry.geom_equals(before.geometry)[[1, 3, 4]].all()
    assert len(node_lines(streets[:0], crs=PLANE)) == 0


def test_the_coordinate_system_is_never_guessed():
    with pytest.raises(CrsUnknown):
        node_lines(draw([(0, 0), (1, 0)]).set_crs("EPSG:4490", allow_override=True), crs=PLANE)


corner = st.tuples(st.integers(0, 6), st.integers(0, 6))
drawings = st.lists(
    st.lists(corner, min_size=2, max_size=4).filter(lambda line: len(set(line)) > 1),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(drawings)
def test_lines_keep_their_shape_and_touching_lines_are_connected(lines):
    streets = draw(*lines)
    before = streets.geometry.to_numpy()
    after = node_lines(streets, crs=PLANE, snap_m=0).geometry
    assert np.allclose(shapely.length(after.to_numpy()), shapely.length(before))
    assert (shapely.hausdorff_distance(after.to_numpy(), before) < 1e-9).all()
    # What touches as a drawing is one part of the network.
    drawn = shapely.union_all(shapely.buffer(before, 1e-6))
    assert parts(streets.set_geometry(after)) == shapely.get_num_geometries(drawn)
