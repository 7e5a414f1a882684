"""Drawing on a layer of grids: nothing between neighbours opens or overlaps, and ids and codes stay."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from metre_drawings import STEP, at, box, polygon

from geo.errors import InputError
from geo.redrawing.drawing import redraw
from geo.redrawing.strokes import Add, Merge, Name, Remove, Reshape, Split


def line(*places: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*place) for place in places])


def grids(*shapes: Any) -> gpd.GeoDataFrame:
    index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    names = [f"G{i}" for i in index]
    columns = {"source_id": names, "code": names, "name": names, "kind": "aggregated", "chief": "li"}
    table = pd.DataFrame(columns, index=index, dtype="str")
    multi = [shapely.MultiPolygon([one]) if one.geom_type == "Polygon" else one for one in shapes]
    return gpd.GeoDataFrame(table, geometry=multi, crs=4326)


def pair() -> gpd.GeoDataFrame:
    """Two squares side by side: row 1 to the west, row 2 to the east."""
    return grids(box(0, 0, 100, 100), box(100, 0, 200, 100))


def quarters() -> gpd.GeoDataFrame:
    """Four squares around a crossing at (100, 100): south-west, south-east, north-west, north-east."""
    return grids(*(box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)))


def area(geometry: Any) -> float:
    """In squares of a step."""
    return float(np.sum(shapely.area(geometry))) / STEP**2


def fits(frame: gpd.GeoDataFrame) -> bool:
    return bool(shapely.coverage_is_valid(frame.geometry.to_numpy()))


def ground(frame: gpd.GeoDataFrame) -> shapely.Geometry:
    return shapely.union_all(frame.geometry.to_numpy())


def wkb(frame: gpd.GeoDataFrame, row: int) -> bytes:
    return shapely.to_wkb(frame.geometry[row])


def test_a_border_that_is_moved_is_the_neighbours_too() -> None:
    after = redraw(pair(), [Reshape(1, box(0, 0, 120, 100))])
    assert [area(shape) for shape in after.geometry] == pytest.approx([12_000, 8_000])
    assert fits(after)
    back = redraw(after, [Reshape(2, box(100, 0, 200, 100))])
    assert [area(shape) for shape in back.geometry] == pytest.approx([10_000, 10_000])
    assert fits(back)


def test_a_crossing_is_moved_in_all_four_grids() -> None:
    before = quarters()
    after = redraw(before, [Reshape(1, polygon((0, 0), (100, 0), (90, 85), (0, 100)))])
    assert fits(after)
    assert ground(after).equals(ground(before))
    assert [area(shape) for shape in after.geometry] == pytest.approx([8_750, 9_750, 10_250, 11_250])
    assert all(at(90, 85) in set(map(tuple, shapely.get_coordinates(s).tolist())) for s in after.geometry)


@pytest.mark.parametrize(("x", "areas"), [(140, (12_000, 8_000)), (60, (8_000, 12_000))])
def test_a_new_vertex_in_the_middle_of_a_border(x: float, areas: tuple[float, float]) -> None:
    before = pair()
    after = redraw(before, [Reshape(1, polygon((0, 0), (100, 0), (x, 50), (100, 100), (0, 100)))])
    assert tuple(area(shape) for shape in after.geometry) == pytest.approx(areas)
    assert fits(after)
    assert ground(after).equals(ground(before))


def test_a_rim_that_is_drawn_in_leaves_its_ground_to_nobody() -> None:
    after = redraw(pair(), [Reshape(1, polygon((0, 0), (100, 0), (100, 100), (50, 40), (0, 100)))])
    assert [area(shape) for shape in after.geometry] == pytest.approx([7_000, 10_000])
    assert fits(after)


def test_a_rim_that_is_drawn_out_takes_from_nobody() -> None:
    after = redraw(pair(), [Reshape(1, polygon((0, 0), (100, 0), (100, 100), (50, 140), (0, 100)))])
    assert [area(shape) for shape in after.geometry] == pytest.approx([12_000, 10_000])
    assert fits(after)


def test_what_a_web_map_has_rounded_changes_no_bit() -> None:
    before = grids(
        polygon((0.123456, 0.2), (99.98765, 0), (100.4321, 100.3), (0, 100)), box(300, 0, 400, 100)
    )
    rounded = shapely.transform(before.geometry[1], lambda xy: np.round(xy, 6))
    after = redraw(before, [Reshape(1, rounded)])
    assert [wkb(after, row) for row in (1, 2)] == [wkb(before, row) for row in (1, 2)]


def test_a_far_grid_is_overlapped_and_not_cut() -> None:
    before = grids(box(0, 0, 100, 100), box(150, 0, 250, 100))
    after = redraw(before, [Reshape(1, box(0, -5, 200, 105))])
    assert wkb(after, 2) == wkb(before, 2)
    assert area(after.geometry[1]) == pytest.approx(22_000)


def test_a_grid_that_would_vanish_stays() -> None:
    before = pair()
    after = redraw(before, [Reshape(1, box(0, -10, 200, 110))])
    assert area(after.geometry[1]) == pytest.approx(24_000)
    assert area(after.geometry[2]) == pytest.approx(10_000)


def test_an_outline_drawn_near_a_neighbour_shares_its_border() -> None:
    after = redraw(
        pair(),
        [Add(polygon((200.05, 0.04), (300, 0), (300, 100), (199.95, 99.97)), {"code": "N", "name": "new"})],
    )
    assert fits(after)
    assert after.loc[3, ["code", "name"]].tolist() == ["N", "new"]
    assert pd.isna(after.loc[3, "chief"])
    assert after.loc[3, "source_id"].startswith("d-")


def test_an_outline_drawn_half_way_along_a_border_gives_the_neighbour_its_vertices() -> None:
    after = redraw(pair(), [Add(polygon((200.03, 30), (300, 30), (300, 70), (200.03, 70)))])
    assert fits(after)
    assert area(after.geometry[2]) == pytest.approx(10_000, abs=2)
    assert len(shapely.get_coordinates(after.geometry[2])) == 7


def test_a_grid_is_split_along_a_line_and_the_neighbour_gets_the_vertex() -> None:
    after = redraw(pair(), [Split(1, line((-10, 30), (100.02, 30.01)))])
    assert after.index.tolist() == [1, 2, 3]
    assert [area(shape) for shape in after.geometry] == pytest.approx([7_000, 10_000, 3_000], abs=10)
    assert fits(after)
    assert after["code"].tolist()[:2] == ["G1", "G2"]
    assert pd.isna(after.loc[3, "code"])
    assert pd.isna(after.loc[3, "chief"])
    assert after.loc[3, "kind"] == "aggregated"


def test_a_split_along_a_bent_line_makes_as_many_pieces_as_it_cuts() -> None:
    after = redraw(pair(), [Split(2, line((90, 50), (150, 110), (210, 50)))])
    assert len(after) == 4
    assert fits(after)


@pytest.mark.parametrize("drawn", [line((10, 10), (90, 90)), line((-20, -20), (-20, 50))])
def test_a_line_that_divides_nothing_is_refused(drawn: shapely.LineString) -> None:
    with pytest.raises(InputError, match="does not divide grid G1"):
        redraw(pair(), [Split(1, drawn)])


def test_merged_grids_keep_the_id_and_code_of_the_first() -> None:
    before = quarters()
    after = redraw(before, [Merge((2, 4))])
    assert after.index.tolist() == [1, 2, 3]
    assert after.loc[2, ["source_id", "code"]].tolist() == ["G2", "G2"]
    assert ground(after).equals(ground(before))
    assert fits(after)
    assert [wkb(after, row) for row in (1, 3)] == [wkb(before, row) for row in (1, 3)]


def test_names_and_codes_are_filled_in() -> None:
    after = redraw(pair(), [Name(2, {"name": " 北区 ", "code": None})])
    assert after.loc[2, "name"] == "北区"
    assert pd.isna(after.loc[2, "code"])
    assert redraw(after, [Remove(1)]).index.tolist() == [2]
    with pytest.raises(InputError, match="cannot be filled in"):
        redraw(pair(), [Name(1, {"source_id": "x"})])


def test_a_ring_without_a_vertex_is_not_drawn() -> None:
    bare = shapely.from_wkt(box(0, 0, 90, 100).wkt.replace("))", "), EMPTY)"))
    assert wkb(redraw(pair(), [Reshape(1, bare)]), 1) == wkb(
        redraw(pair(), [Reshape(1, box(0, 0, 90, 100))]), 1
    )


@pytest.mark.parametrize(
    "strokes",
    [
        [Reshape(9, box(0, 0, 1, 1))],
        [Reshape(1, polygon((0, 0), (100, 100), (100, 0), (0, 100)))],
        [Reshape(1, shapely.Point(1, 1))],
        [Reshape(1, shapely.Polygon())],
        [Add(shapely.box(500_000, 0, 500_100, 100))],
        [Split(1, shapely.Point(1, 1))],
        [Merge((1,))],
        [Merge((1, 9))],
        [Remove(9)],
    ],
)
def test_what_cannot_be_drawn_is_said(strokes: list[Any]) -> None:
    with pytest.raises(InputError) as caught:
        redraw(pair(), strokes)
    assert caught.value.message.endswith(".")


def test_the_same_drawing_makes_the_same_bytes() -> None:
    strokes = [
        Split(1, line((30, -10), (35, 110))),
        Add(box(0, 200, 50, 250)),
        Reshape(2, box(110, 0, 200, 100)),
    ]
    one, other = redraw(pair(), strokes), redraw(pair(), strokes)
    assert one.geometry.to_wkb().tolist() == other.geometry.to_wkb().tolist()
    assert one["source_id"].tolist() == other["source_id"].tolist()
    assert one["source_id"].is_unique


steps = st.floats(5, 95)


@given(x=steps, y=steps, row=st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_moving_a_crossing_opens_and_overlaps_nothing(x: float, y: float, row: int) -> None:
    before = quarters()
    moved = shapely.transform(
        before.geometry[row],
        lambda xy: np.where((xy == at(100, 100)).all(axis=1)[:, None], at(x + 50, y + 50), xy),
    )
    after = redraw(before, [Reshape(row, moved)])
    assert fits(after)
    assert ground(after).equals(ground(before))


@given(
    south=st.floats(1, 99), north=st.floats(1, 99), bend=st.tuples(st.floats(2, 98), st.floats(2, 98)),
    row=st.integers(1, 4),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_split_then_merge_gives_the_same_ground(
    south: float, north: float, bend: tuple[float, float], row: int
) -> None:
    before = quarters()
    x, y = (row - 1) % 2 * 100, (row - 1) // 2 * 100
    cut = line((x + south, y - 1), (x + bend[0], y + bend[1]), (x + north, y + 101))
    halves = redraw(before, [Split(row, cut)])
    assert fits(halves)
    assert len(halves) >= 5
    joined = redraw(halves, [Merge((row, *halves.index[4:]))])
    assert joined.index.tolist() == [1, 2, 3, 4]
    assert fits(joined)
    assert joined[["source_id", "code"]].equals(before[["source_id", "code"]])
    assert area(shapely.symmetric_difference(ground(joined), ground(before))) < 1e-6
    assert area(shapely.symmetric_difference(joined.geometry[row], before.geometry[row])) < 1e-6


@given(places=st.lists(st.tuples(st.floats(20, 180), st.floats(1, 99)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_a_border_with_new_bends_opens_and_overlaps_nothing(places: list[tuple[float, float]]) -> None:
    before = pair()
    bends = sorted(places, key=lambda place: place[1])
    drawn = polygon((0, 0), (100, 0), *bends, (100, 100), (0, 100))
    if not drawn.is_valid:
        return
    after = redraw(before, [Reshape(1, drawn)])
    assert fits(after)
    assert area(shapely.symmetric_difference(ground(after), ground(before))) < 1e-6
    assert area(shapely.symmetric_difference(after.geometry[1], drawn)) < 30
