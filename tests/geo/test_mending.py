"""Mending, on drawings that can be checked by hand, and on a real partition with every fault."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from metre_drawings import CRS, STEP, box, grids, polygon

from geo.findings import CUT, FIXES, SNAP, WIDE, count_codes
from geo.mending.fixes import Mended, mend
from geo.partition.examination import examine

ALL = (*FIXES, WIDE)


def mended(frame: gpd.GeoDataFrame, choices: Any = ALL, **options: Any) -> Mended:
    return mend(frame, examine(frame, crs=CRS), choices, crs=CRS, **options)


def area(geometry: shapely.Geometry) -> float:
    """In squares of a step."""
    return float(shapely.area(geometry)) / STEP**2


def test_nothing_to_mend_changes_no_bit() -> None:
    frame = grids(box(0, 0, 100, 100), box(100, 0, 200, 100))
    result = mended(frame)
    assert result.frame.geometry.to_wkb().tolist() == frame.geometry.to_wkb().tolist()
    assert result.moves.empty
    assert result.left == []


def test_an_overlap_goes_to_the_larger_neighbour() -> None:
    frame = grids(box(0, 0, 100, 100), box(90, 0, 300, 100), box(300, 0, 400, 100))
    result = mended(frame)
    assert area(result.frame.geometry[1]) == pytest.approx(9000)
    assert area(result.frame.geometry[2]) == pytest.approx(21000)
    assert shapely.coverage_is_valid(result.frame.geometry.to_numpy())
    assert result.frame.geometry.to_wkb()[3] == frame.geometry.to_wkb()[3]
    assert result.moves["grid"].tolist() == ["G0", "G1"]
    assert result.moves["area_moved_m2"].iloc[0] == pytest.approx(1000 * 0.9594 * 1.1085, rel=0.01)


def test_an_overlap_goes_to_the_grid_that_stands_there_today() -> None:
    frame = grids(box(0, 0, 100, 100), box(90, 0, 300, 100))
    today = grids(box(0, 0, 100, 100), box(100, 0, 300, 100))
    result = mended(frame, standing=today)
    assert [round(area(shape)) for shape in result.frame.geometry] == [10000, 20000]


def test_a_grid_within_another_does_not_vanish() -> None:
    result = mended(grids(box(0, 0, 100, 100), box(40, 40, 60, 60)))
    assert [round(area(shape)) for shape in result.frame.geometry] == [9600, 400]


def test_equal_grids_are_left_to_a_person() -> None:
    frame = grids(box(0, 0, 100, 100), box(0, 0, 100, 100))
    result = mended(frame)
    assert [one.code for one in result.left] == ["duplicate-geometry", "overlap"]
    assert result.moves.empty


def test_a_small_hole_goes_to_the_neighbour_with_the_longest_edge() -> None:
    left = shapely.difference(box(0, 0, 100, 100), box(97, 10, 100, 14))
    result = mended(grids(left, box(100, 0, 200, 100)))
    assert [round(area(shape)) for shape in result.frame.geometry] == [10000, 10000]
    ring = shapely.difference(box(0, 0, 100, 100), box(20, 20, 80, 80))
    assert mended(grids(ring)).moves.empty


def test_a_sliver_goes_to_the_neighbour_with_the_longest_edge() -> None:
    torn = shapely.MultiPolygon([box(0, 0, 100, 100), box(200, 0, 200.2, 100)])
    result = mended(grids(torn, box(100, 0, 200, 100), box(200.2, 0, 300, 50)))
    assert area(result.frame.geometry[1]) == pytest.approx(10000)
    assert area(result.frame.geometry[2]) == pytest.approx(10020, abs=0.1)


def test_edges_side_by_side_become_one() -> None:
    right = polygon((100, 0), (200, 0), (200, 100), (100.03, 100), (100.03, 50), (100, 0))
    frame = grids(box(0, 0, 100, 100), right)
    result = mended(frame)
    assert shapely.coverage_is_valid(result.frame.geometry.to_numpy())
    assert examine(result.frame, crs=CRS) == []
    moved = shapely.hausdorff_distance(frame.geometry.to_numpy(), result.frame.geometry.to_numpy())
    assert moved.max() / STEP < 0.1


def test_a_bow_tie_is_made_valid() -> None:
    tie = polygon((0, 0), (100, 100), (100, 0), (0, 100), (0, 0))
    result = mended(grids(tie, box(100, 0, 200, 100)))
    assert result.frame.is_valid.all()
    assert area(result.frame.geometry[1]) == pytest.approx(5000)


def test_only_what_was_chosen_is_mended() -> None:
    frame = grids(box(0, 0, 100, 100), box(90, 0, 300, 100))
    result = mended(frame, choices=[SNAP])
    assert result.moves.empty
    assert [one.fix for one in result.left] == [CUT]


corner = st.integers(0, 5)


@st.composite
def ragged(draw: st.DrawFn) -> list[shapely.Polygon]:
    """A row of squares whose corners are off by some centimetres to some metres."""
    off = st.sampled_from([0.0, 0.0, 0.02, -0.03, 1.5, -2.5])
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return [
        polygon(*[(cx + draw(off), cy + draw(off)) for cx, cy in ring])
        for x in range(0, columns * 100, 100)
        for y in range(0, rows * 100, 100)
        for ring in [[(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)]]
    ]


@settings(max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate])
@given(ragged())
def test_mending_is_idempotent_and_leaves_no_overlap(shapes: list[shapely.Polygon]) -> None:
    frame = grids(*shapes)
    before = frame.geometry.to_wkb().tolist()
    once = mended(frame)
    told = count_codes(examine(once.frame, crs=CRS))
    assert "overlap" not in told
    assert "invalid-ring" not in told
    twice = mended(once.frame)
    assert twice.frame.geometry.to_wkb().tolist() == once.frame.geometry.to_wkb().tolist()
    assert frame.geometry.to_wkb().tolist() == before
    assert mended(frame).frame.geometry.to_wkb().tolist() == once.frame.geometry.to_wkb().tolist()


def test_a_real_partition_with_every_fault_is_mended(shared_data: Path) -> None:
    frame = gpd.read_file(shared_data / "partitions" / "tokyo_262.zip").to_crs(4326)[["geometry"]]
    frame = frame.assign(code=[f"{i:03}" for i in range(len(frame))])
    crs = "EPSG:32654"
    result = mend(frame, examine(frame, crs=crs), ALL, crs=crs)
    left = examine(result.frame, crs=crs)
    told = count_codes(left)
    assert not {"overlap", "invalid-ring", "mismatched-edge"} & set(told)
    assert all(one.measure > 100 for one in left if one.code == "hole")
    again = mend(result.frame, left, ALL, crs=crs)
    assert again.frame.geometry.to_wkb().tolist() == result.frame.geometry.to_wkb().tolist()
