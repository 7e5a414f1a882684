"""The doctor, on drawings that can be checked by hand, and against PostGIS on real partitions."""

import time
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from metre_drawings import CRS, box, grids, polygon
from partition_oracle import postgis

from geo.china import metric_crs
from geo.errors import CrsUnknown, MissingColumn
from geo.findings import Finding, count_codes
from geo.partition.examination import Whole, examine


def found(frame: gpd.GeoDataFrame, **options: Any) -> list[Finding]:
    return examine(frame, crs=CRS, **options)


def counts(frame: gpd.GeoDataFrame, **options: Any) -> dict[str, int]:
    return count_codes(found(frame, **options))


def test_grids_that_fit_are_not_told() -> None:
    assert found(grids(box(0, 0, 100, 100), box(100, 0, 200, 100), box(200, 100, 300, 200))) == []


def test_a_ring_without_a_vertex_does_no_harm() -> None:
    whole = box(0, 0, 100, 100)
    bare = shapely.from_wkt(whole.wkt.replace("))", "), EMPTY)"))
    assert shapely.is_valid(bare)
    for one in (bare, shapely.MultiPolygon([bare, box(200, 0, 300, 100)])):
        assert counts(grids(one, box(100, 0, 200, 100))).keys() <= {"multipart"}
    assert counts(grids(bare, whole)) == {"duplicate-geometry": 1, "overlap": 1}


def test_outlines_of_very_many_vertices_are_compared_in_seconds() -> None:
    turn = np.linspace(0, 2 * np.pi, 20_000, endpoint=False)
    circles = [
        shapely.Polygon(np.column_stack((104 + east + 0.1 * np.cos(turn), 30 + 0.1 * np.sin(turn))))
        for east in (0, 0.05)
    ]
    began = time.process_time()
    assert counts(grids(*circles)) == {"overlap": 1}
    # Without an index on the lone edges it takes the square of the vertices: a minute.
    assert time.process_time() - began < 10


def test_an_overlap_says_how_much_where_and_what_to_do() -> None:
    (one,) = found(grids(box(0, 0, 100, 100), box(90, 0, 200, 100)))
    assert (one.code, one.severity, one.grids, one.unit) == ("overlap", "error", ("G0", "G1"), "m²")
    assert one.measure == pytest.approx(10 * 0.9594 * 100 * 1.1085, rel=0.01)
    assert one.at is not None
    assert shapely.covers(box(90, 0, 100, 100), shapely.Point(one.at))
    assert one.fix == "cut-overlap"
    assert one.message.startswith("Grids G0 and G1 overlap by 1,0")
    assert one.message.endswith("m²; redraw their shared edge.")


def test_contained_and_equal_grids_overlap() -> None:
    outer, inner = box(0, 0, 100, 100), box(40, 40, 60, 60)
    assert counts(grids(outer, inner)) == {"overlap": 1}
    equal = found(grids(outer, polygon((100, 0), (100, 100), (0, 100), (0, 0), (100, 0))))
    assert count_codes(equal) == {"duplicate-geometry": 1, "overlap": 1}
    assert [one.fix for one in equal] == [None, None]


def lattice(number: int, size: float, shift: float = 0.0) -> list[shapely.Polygon]:
    side = size / number
    corners = [(x * side + shift, y * side) for x in range(number) for y in range(number)]
    return [box(x, y, x + side, y + side) for x, y in corners]


@pytest.mark.parametrize(
    ("first", "second", "shift"), [(10, 7, 0.0), (2, 3, 0.0), (6, 6, 25.0), (5, 10, 0.0)]
)
def test_two_layers_that_each_fit_overlap_everywhere(first: int, second: int, shift: float) -> None:
    shapes = [*lattice(first, 1000), *lattice(second, 1000, shift)]
    pairs = {
        (i, j)
        for i in range(len(shapes))
        for j in range(i + 1, len(shapes))
        if shapely.intersection(shapes[i], shapes[j]).area > 1e-14
    }
    assert {one.rows for one in found(grids(*shapes)) if one.code == "overlap"} == pairs


def test_an_overlap_is_mended_by_itself_where_no_circle_of_the_tolerance_fits_in() -> None:
    narrow = found(grids(box(0, 0, 100, 100), box(99.6, 0, 200, 100)))
    wide = found(grids(box(0, 0, 100, 100), box(99.4, 0, 200, 100)))
    assert [one.automatic for one in (*narrow, *wide)] == [True, False]
    assert [one.fix for one in (*narrow, *wide)] == ["cut-overlap", "cut-overlap"]
    assert narrow[0].to_dict()["automatic"] is True
    assert narrow[0].shape is not None


def test_parks_are_called_parks() -> None:
    (one,) = found(grids(box(0, 0, 100, 100), box(90, 0, 200, 100)), noun="park")
    assert one.message.startswith("Parks G0 and G1 overlap")
    ring = shapely.Polygon(box(0, 0, 100, 100).exterior, [box(50, 50, 55, 55).exterior])
    (one,) = found(grids(ring), noun="park")
    assert "enclosed by parks G0 are in no park" in one.message


def test_heights_lines_and_what_is_no_number_are_told() -> None:
    high = shapely.force_3d(box(0, 0, 100, 100), 5.0)
    line = box(200, 0, 300, 100).exterior
    with np.errstate(invalid="ignore"):
        nowhere = shapely.from_wkt("POLYGON ((104 30.5, nan 30.5, 104.001 30.501, 104 30.5))")
    told = {one.code: one for one in found(grids(high, line, nowhere, shapely.Polygon()))}
    assert set(told) == {"heights", "not-a-polygon", "not-finite", "empty"}
    assert {code: one.rows for code, one in told.items()} == {
        "heights": (0,),
        "not-a-polygon": (1,),
        "not-finite": (2,),
        "empty": (3,),
    }


def test_a_sliver_that_nobody_touches_is_left_to_a_person() -> None:
    alone = shapely.MultiPolygon([box(0, 0, 100, 100), box(300, 0, 300.3, 100)])
    (sliver,) = [one for one in found(grids(alone)) if one.code == "sliver"]
    assert (sliver.fix, sliver.automatic) == (None, False)
    (sliver,) = [one for one in found(grids(alone, box(300.3, 0, 400, 100))) if one.code == "sliver"]
    assert (sliver.fix, sliver.automatic) == ("merge-sliver", True)


def test_a_pocket_is_a_remark_until_the_tiling_is_known() -> None:
    ring = shapely.Polygon(box(0, 0, 100, 100).exterior, [box(50, 50, 55, 55).exterior])
    (one,) = found(grids(ring))
    assert (one.code, one.severity, one.fix) == ("hole", "remark", "fill-hole")
    (one,) = found(grids(ring), whole=Whole(tiling="complete"))
    assert (one.code, one.severity, one.fix) == ("hole", "error", "fill-hole")
    assert found(grids(ring), whole=Whole(tiling="disjoint")) == []


def test_a_large_pocket_is_never_filled() -> None:
    ring = shapely.Polygon(box(0, 0, 100, 100).exterior, [box(20, 20, 80, 80).exterior])
    (one,) = found(grids(ring), whole=Whole(tiling="complete"))
    assert (one.severity, one.fix) == ("remark", None)
    island = box(40, 40, 60, 60)
    (one,) = found(grids(ring, island))
    assert one.grids == ("G0", "G1")
    assert one.measure == pytest.approx((3600 - 400) * 0.9594 * 1.1085, rel=0.01)


def test_a_strip_along_the_rim_is_told_apart() -> None:
    parks = grids(box(0, 0, 200, 100), codes=["P1"])
    inside = grids(box(0, 0, 100, 100), box(100, 0, 199, 100), park_code=["P1", "P1"])
    (one,) = found(inside, whole=Whole(parks=parks, tiling="complete"))
    assert (one.code, one.grids) == ("hole-at-rim", ("G1",))
    assert found(inside, whole=Whole(parks=parks, tiling="disjoint")) == []


def test_edges_side_by_side_do_not_match() -> None:
    left = box(0, 0, 100, 100)
    right = polygon((100, 0), (200, 0), (200, 100), (100, 100), (100.03, 50), (100, 0))
    told = found(grids(left, right), whole=Whole(tiling="disjoint"))
    assert count_codes(told) == {"mismatched-edge": 1}
    assert told[0].measure == pytest.approx(110.85, rel=0.01)
    assert counts(grids(left, right)) == {"hole": 1, "mismatched-edge": 1}


def test_a_bow_tie_is_named_and_compared_as_it_was_meant() -> None:
    tie = polygon((0, 0), (100, 100), (100, 0), (0, 100), (0, 0))
    told = found(grids(tie, box(100, 0, 200, 100)))
    assert count_codes(told) == {"invalid-ring": 1, "multipart": 1}
    assert told[0].message.startswith("Grid G0 is invalid at 104.000500, 30.500500: a bow-tie")
    assert told[0].fix == "make-valid"


def test_rows_without_polygon_codes_twice_and_codes_missing() -> None:
    frame = grids(box(0, 0, 100, 100), None, box(200, 0, 300, 100), box(300, 0, 400, 100))
    frame = frame.assign(code=pd.Series(["A", "B", "A", None], index=frame.index, dtype="str"))
    told = {one.code: one for one in found(frame)}
    assert set(told) == {"empty", "duplicate-code", "code-missing"}
    assert told["duplicate-code"].rows == (0, 2)
    assert told["code-missing"].grids == ("row 4",)


def test_slivers_parts_and_small_grids() -> None:
    parts = shapely.MultiPolygon([box(0, 0, 100, 100), box(300, 0, 300.3, 100)])
    assert counts(grids(parts)) == {"multipart": 1, "sliver": 1}
    assert counts(grids(box(0, 0, 5, 5))) == {"below-minimum-area": 1}


def test_grids_outside_of_their_park() -> None:
    parks = grids(box(0, 0, 100, 100), box(100, 0, 200, 100), codes=["P1", "P2"])
    frame = grids(
        box(0, 0, 120, 50), box(0, 60, 320, 100), box(140, 0, 150, 40), park_code=["P1", None, "P3"]
    )
    told = found(frame, whole=Whole(parks=parks))
    assert {(one.code, one.grids) for one in told} == {("outside-park", ("G0",)), ("unknown-park", ("G2",))}


def test_a_block_is_the_union_of_its_grids_and_micro_grids_divide_theirs() -> None:
    children = grids(box(0, 0, 50, 100), box(50, 0, 90, 100), parent_code=["B", "B"])
    block = grids(box(0, 0, 100, 100), codes=["B"], level=["block"])
    (one,) = found(children, whole=Whole(parents=block))
    assert (one.code, one.grids) == ("block-not-union", ("B",))
    grid = block.assign(level="grid")
    assert counts(children, whole=Whole(parents=grid)) == {"micro-not-division": 1}
    whole = grids(box(0, 0, 90, 100), codes=["B"])
    assert found(children, whole=Whole(parents=whole, tiling="complete")) == []


def test_wrong_use_is_told() -> None:
    frame = grids(box(0, 0, 100, 100))
    with pytest.raises(MissingColumn, match="no column “code”"):
        examine(frame.drop(columns="code"), crs=CRS)
    with pytest.raises(CrsUnknown, match="convert them to EPSG:4326"):
        examine(frame.to_crs(4544), crs=CRS)


corner = st.integers(0, 6)


@st.composite
def boxes(draw: st.DrawFn) -> list[shapely.Polygon]:
    drawn = []
    for _ in range(draw(st.integers(1, 8))):
        x, y, wide, high = draw(corner), draw(corner), draw(st.integers(1, 4)), draw(st.integers(1, 4))
        drawn.append(box(x * 100, y * 100, (x + wide) * 100, (y + high) * 100))
    return drawn


@settings(max_examples=30, deadline=None)
@given(boxes(), st.randoms(use_true_random=False))
def test_all_pairs_are_found_in_any_order(shapes: list[shapely.Polygon], random: Any) -> None:
    frame = grids(*shapes)
    told = found(frame)
    pairs = {
        (f"G{i}", f"G{j}")
        for i in range(len(shapes))
        for j in range(i + 1, len(shapes))
        if shapely.relate_pattern(shapes[i], shapes[j], "T********")
    }
    assert {one.grids for one in told if one.code == "overlap"} == pairs
    order = list(range(len(shapes)))
    random.shuffle(order)
    again = found(frame.iloc[order])
    assert [(o.code, o.grids, o.measure) for o in again] == [(o.code, o.grids, o.measure) for o in told]


@settings(max_examples=30, deadline=None)
@given(boxes())
def test_the_holes_are_the_pockets_of_the_union(shapes: list[shapely.Polygon]) -> None:
    union = shapely.union_all(shapes)
    frame = box(-100, -100, 2000, 2000)
    ground = shapely.get_parts(shapely.difference(frame, union))
    pockets = ground[~shapely.intersects(ground, frame.boundary)]
    told = [one for one in found(grids(*shapes)) if one.code == "hole"]
    assert len(told) == len(pockets)
    places = np.array([shapely.Point(one.at) for one in told], dtype=object)
    inside = shapely.STRtree(pockets).query(places, predicate="within")[1]
    assert sorted(inside.tolist()) == list(range(len(pockets)))


@pytest.mark.parametrize(
    ("name", "overlaps", "invalid", "holes"),
    [
        ("tokyo_262.zip", 223, 10, None),
        ("DenverCo_precincts2018_orig.zip", 0, 0, 10),
        ("montreal_districts.geojson", 0, 0, None),
    ],
)
def test_postgis_finds_the_same(
    shared_data: Path, database_url: str, name: str, overlaps: int, invalid: int, holes: int | None
) -> None:
    frame = gpd.read_file(shared_data / "partitions" / name).to_crs(4326)[["geometry"]]
    frame = frame.assign(code=[f"{i:03}" for i in range(len(frame))])
    west, south, east, north = frame.total_bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    told = examine(frame, crs=crs)
    pairs, pockets, bad = postgis(database_url, frame, crs)
    assert {one.rows for one in told if one.code == "overlap"} == pairs
    assert len(pairs) == overlaps
    found_here = count_codes(told)
    assert found_here.get("invalid-ring", 0) == bad == invalid
    assert holes is None or len(pockets) == holes
    # A union closes gaps that are thinner than the snapping of its noding: 10⁻¹⁰ degrees, a hundredth of
    # a millimetre. Every other hole is in both, once.
    places = np.array([shapely.Point(one.at) for one in told if one.code == "hole"], dtype=object)
    mine, theirs = shapely.STRtree(pockets).query(places, predicate="within")
    assert sorted(theirs.tolist()) == list(range(len(pockets)))
    only_here = np.delete(places, mine)
    beside = [np.sort(shapely.distance(point, frame.geometry.to_numpy()))[1] for point in only_here]
    assert all(gap < 1e-10 for gap in beside)
