"""The law of mending: no border moves further than is allowed; PostGIS measures it."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from metre_drawings import CRS, ORIGIN, box, grids, polygon
from partition_oracle import moved_too_far, postgis, with_faults

from geo.china import metric_crs
from geo.demo.district import build_district
from geo.findings import CUT, FILL, FIXES, WIDE, Tolerances
from geo.mending.fixes import Mended, mend
from geo.partition.examination import examine

LIMIT = Tolerances().move_m


def mended(frame: gpd.GeoDataFrame, choices: Any = FIXES) -> Mended:
    return mend(frame, examine(frame, crs=CRS), choices, crs=CRS)


def test_a_wide_overlap_and_a_wide_hole_wait_for_a_person() -> None:
    ring = shapely.difference(box(0, 0, 100, 100), box(20, 20, 23, 23))
    frame = grids(ring, box(98, 0, 200, 100))
    result = mended(frame)
    assert result.moves.empty
    assert result.moved.empty
    assert {(one.fix, one.automatic) for one in result.left} == {(CUT, False), (FILL, False)}
    looked_at = mended(frame, (*FIXES, WIDE))
    assert looked_at.left == []
    assert shapely.coverage_is_valid(looked_at.frame.geometry.to_numpy())


def test_one_of_two_holes_of_the_same_grid_can_be_chosen() -> None:
    ground = shapely.difference(box(0, 0, 100, 100), box(20, 20, 40, 20.2))
    frame = grids(shapely.difference(ground, box(60, 60, 80, 60.2)))
    told = examine(frame, crs=CRS)
    assert [(one.fix, one.automatic) for one in told] == [(FILL, True)] * 2
    result = mend(frame, told[1:], crs=CRS)
    assert result.left == []
    (left,) = examine(result.frame, crs=CRS)
    assert left.at == told[0].at


def test_a_needle_is_left_for_its_tip_would_move_far() -> None:
    needle = polygon((0, 0), (50, 0), (50, 40), (90, 40.1), (50, 40.2), (50, 100), (0, 100))
    small = shapely.difference(polygon((50, 0), (100, 0), (100, 100), (50, 100)), box(60, 50, 99, 99))
    frame = grids(needle, small)
    (overlap,) = [one for one in examine(frame, crs=CRS) if one.code == "overlap"]
    assert overlap.automatic
    result = mended(frame)
    assert overlap in result.left
    assert result.frame.geometry.to_wkb().tolist() == frame.geometry.to_wkb().tolist()


def test_the_moved_ground_is_told_by_grid() -> None:
    frame = grids(box(0, 0, 100, 100), box(99.8, 0, 300, 100))
    result = mended(frame)
    told = result.moved
    assert list(told.columns) == ["row", "grid", "kind", "area_m2", "geometry"]
    assert told[["row", "grid", "kind"]].to_numpy().tolist() == [[1, "G0", "lost"]]
    assert told["area_m2"].iloc[0] == pytest.approx(result.moves["area_moved_m2"].loc[1])
    assert told.geometry.iloc[0].equals(box(99.8, 0, 100, 100))
    assert told.crs.to_epsg() == 4326


def test_a_strip_along_the_rim_of_a_park_is_filled() -> None:
    from geo.partition.examination import Whole

    parks = grids(box(0, 0, 200, 100))
    frame = grids(box(0, 0, 100, 100), box(100, 0, 199.7, 100))
    told = examine(frame, crs=CRS, whole=Whole(parks=parks, tiling="complete"))
    assert [(one.code, one.automatic) for one in told] == [("hole-at-rim", True)]
    result = mend(frame, told, crs=CRS)
    assert result.left == []
    assert examine(result.frame, crs=CRS, whole=Whole(parks=parks, tiling="complete")) == []


def test_a_fix_that_nobody_can_do_is_left() -> None:
    parts = shapely.MultiPolygon([box(0, 0, 100, 100), box(300, 0, 300.3, 100)])
    (sliver,) = [one for one in mended(grids(parts)).left if one.code == "sliver"]
    assert sliver.fix is None


def kept_the_law(url: str, frame: gpd.GeoDataFrame, crs: str) -> None:
    told = examine(frame, crs=crs)
    result = mend(frame, told, crs=crs)
    assert moved_too_far(url, frame, result.frame, result.moved, crs) == (0, 0)
    pairs, _, invalid = postgis(url, result.frame, crs)
    assert pairs <= {one.rows for one in result.left if one.code == "overlap"}
    assert invalid == 0
    chosen = mend(frame, told, (*FIXES, WIDE), crs=crs)
    pairs, pockets, invalid = postgis(url, chosen.frame, crs)
    assert pairs == {one.rows for one in told if one.code == "overlap" and one.fix is None}
    assert invalid == 0
    sizes = gpd.GeoSeries(pockets, crs=4326).to_crs(crs).area
    assert (sizes > Tolerances().hole_m2).all()
    again = mend(result.frame, examine(result.frame, crs=crs), crs=crs)
    assert again.frame.geometry.to_wkb().tolist() == result.frame.geometry.to_wkb().tolist()


@pytest.mark.parametrize(
    "name", ["tokyo_262.zip", "DenverCo_precincts2018_orig.zip", "montreal_districts.geojson"]
)
def test_real_partitions_keep_the_law(shared_data: Path, database_url: str, name: str) -> None:
    frame = gpd.read_file(shared_data / "partitions" / name).to_crs(4326)[["geometry"]]
    frame = frame.assign(code=[f"{i:03}" for i in range(len(frame))])
    west, south, east, north = frame.total_bounds
    kept_the_law(database_url, frame, metric_crs((west + east) / 2, (south + north) / 2))


def test_faulty_samples_of_the_demo_keep_the_law(database_url: str) -> None:
    district = build_district(scale="small", seed=1)
    for seed, layer in enumerate((district.grids.micro, district.grids.general, district.grids.micro)):
        frame = with_faults(layer.to_crs(4326)[["code", "geometry"]].reset_index(drop=True), seed)
        assert any(one.severity == "error" for one in examine(frame, crs=CRS))
        kept_the_law(database_url, frame, CRS)


@st.composite
def ragged(draw: st.DrawFn) -> list[shapely.Polygon]:
    """A block of squares whose corners are off by some centimetres to a metre."""
    off = st.sampled_from([0.0, 0.0, 0.05, -0.2, 0.4, 1.0])
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return [
        polygon(*[(cx + draw(off), cy + draw(off)) for cx, cy in ring])
        for x in range(0, columns * 100, 100)
        for y in range(0, rows * 100, 100)
        for ring in [[(x, y), (x + 100, y), (x + 100, y + 100), (x, y + 100)]]
    ]


def metres(geometry: shapely.Geometry) -> shapely.Geometry:
    scale = np.array([np.cos(np.radians(30.5)), 1.0]) * 111_320
    return shapely.transform(geometry, lambda xy: (xy - ORIGIN) * scale)


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.generate])
@given(ragged(), st.randoms(use_true_random=False))
def test_borders_stay_near_and_neither_order_nor_repetition_matters(
    shapes: list[shapely.Polygon], random: Any
) -> None:
    frame = grids(*shapes)
    result = mended(frame)
    for old, new in zip(frame.geometry, result.frame.geometry, strict=True):
        points = shapely.points(shapely.get_coordinates(shapely.segmentize(metres(new).boundary, 0.05)))
        assert shapely.distance(points, metres(old).boundary).max() <= LIMIT
    assert all(metres(ground).buffer(-LIMIT / 2).is_empty for ground in result.moved.geometry)
    again = mended(result.frame)
    assert again.frame.geometry.to_wkb().tolist() == result.frame.geometry.to_wkb().tolist()
    order = list(range(len(shapes)))
    random.shuffle(order)
    shuffled = mended(frame.iloc[order]).frame.sort_index()
    assert all(shapely.equals(shuffled.geometry.to_numpy(), result.frame.geometry.to_numpy()))
