"""The rule of one place, one grid, on drawings and as laws."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from geo.assignment.rule import RULES, STATUSES, assign, tally
from geo.errors import CrsUnknown, MissingColumn


def frame(shapes: dict[str, object], versions: list[int] | None = None) -> gpd.GeoDataFrame:
    index = versions or [100 + i for i in range(len(shapes))]
    return gpd.GeoDataFrame(
        {"code": list(shapes)}, geometry=list(shapes.values()), crs="EPSG:4326", index=index
    )


@pytest.fixture
def drawing() -> gpd.GeoDataFrame:
    """Draw 02 right of 01 with a shared edge, and 03 over both."""
    return frame({"02": box(2, 0, 4, 2), "01": box(0, 0, 2, 2), "03": box(1, 0, 3, 1)})


@pytest.mark.parametrize(
    ("place", "code", "status", "rule", "candidates"),
    [
        ((0.5, 1.5), "01", "assigned", "inside", []),
        ((0.0, 1.5), "01", "assigned", "inside", []),
        ((2.0, 1.5), "01", "assigned", "tie", ["01", "02"]),
        ((2.0, 0.5), "01", "ambiguous", "overlap", ["01", "02", "03"]),
        ((2.5, 0.5), "02", "ambiguous", "overlap", ["02", "03"]),
        ((2.5, 1.0), "02", "ambiguous", "overlap", ["02", "03"]),
        ((1.0, 0.0), "01", "assigned", "tie", ["01", "03"]),
        ((5.0, 5.0), None, "unassigned", "outside", []),
        ((np.nan, 1.0), None, "unassigned", "no-location", []),
        ((np.inf, 1.0), None, "unassigned", "no-location", []),
    ],
)
def test_each_rule(drawing, place, code, status, rule, candidates):
    row = assign(np.array([place]), drawing).iloc[0]
    assert (row["status"], row["rule"], row["candidates"]) == (status, rule, candidates)
    if code is None:
        assert pd.isna(row["code"])
        assert pd.isna(row["version"])
    else:
        assert row["code"] == code
        assert drawing.loc[row["version"], "code"] == code


def test_the_index_and_every_row_are_kept(drawing):
    points = gpd.GeoSeries(
        [Point(0.5, 1.5), None, Point(), Point(9, 9)], index=["d", "b", "c", "a"], crs="EPSG:4326"
    )
    result = assign(points, drawing)
    assert result.index.tolist() == ["d", "b", "c", "a"]
    assert result["rule"].tolist() == ["inside", "no-location", "no-location", "outside"]
    assert tally(result) == {
        "total": 4,
        "assigned": 1,
        "ambiguous": 0,
        "unassigned": 3,
        "ties": 0,
        "overridden": 0,
        "no_location": 2,
    }


def test_codes_are_compared_by_code_points():
    # "Z" < "a" < "园" by code points; a Chinese or English collation would put a before Z.
    square = box(0, 0, 1, 1)
    result = assign(np.array([[0.5, 0.5]]), frame({"园1": square, "a1": square, "Z1": square}))
    assert result.loc[0, "candidates"] == ["Z1", "a1", "园1"]
    assert result.loc[0, "code"] == "Z1"


def test_equal_codes_go_to_the_lower_version():
    grids = frame({"01": box(0, 0, 1, 1), "02": box(0, 0, 1, 1)}, versions=[9, 4])
    grids["code"] = "01"
    assert assign(np.array([[0.5, 0.5]]), grids).loc[0, "version"] == 4


def test_holes_parts_and_grids_without_geometry():
    ring = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (3, 1), (3, 3), (1, 3)]])
    grids = frame({"01": shapely.union(ring, box(6, 0, 7, 1)), "02": None, "03": Polygon()})
    rules = assign(np.array([[2, 2], [1, 2], [6.5, 0.5], [0.5, 0.5]]), grids)["rule"]
    assert rules.tolist() == ["outside", "inside", "inside", "inside"]


def test_no_points_and_no_grids(drawing):
    assert assign(np.empty((0, 2)), drawing).empty
    assert assign(np.array([[0.5, 0.5]]), drawing[:0])["rule"].tolist() == ["outside"]


def test_the_coordinate_system_is_never_guessed(drawing):
    with pytest.raises(CrsUnknown, match="no coordinate system"):
        assign(np.empty((0, 2)), drawing.set_crs(None, allow_override=True))
    with pytest.raises(CrsUnknown, match="EPSG:4544"):
        assign(gpd.GeoSeries([Point(0, 0)], crs="EPSG:4544"), drawing)
    with pytest.raises(MissingColumn, match="code"):
        assign(np.empty((0, 2)), drawing.drop(columns="code"))


# Small whole numbers make shared corners, edges and overlaps frequent, and quarters fall between.
boxes = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4)).map(
    lambda b: box(b[0], b[1], b[0] + b[2], b[1] + b[3])
)
drafts = st.lists(boxes, min_size=1, max_size=8).map(
    lambda shapes: frame({f"{7 * i % 8}": shape for i, shape in enumerate(shapes)})
)
coordinates = st.one_of(st.just(np.nan), st.integers(-2, 40).map(lambda i: i / 4))
places = st.lists(st.tuples(coordinates, coordinates), max_size=30).map(
    lambda xy: np.array(xy, dtype=float).reshape(-1, 2)
)


@settings(deadline=None)
@given(places, drafts)
def test_equals_brute_force_and_adds_up(points, grids):
    result = assign(points, grids)
    for place, row in zip(points, result.itertuples(), strict=True):
        located = bool(np.isfinite(place).all())
        covering = grids[shapely.covers(grids.geometry, Point(place))] if located else grids[:0]
        border = located and all(shapely.touches(covering.geometry, Point(place)))
        codes = sorted(covering["code"])
        assert row.candidates == (codes if len(codes) > 1 else [])
        assert (row.code if row.status != "unassigned" else None) == min(codes, default=None)
        assert (row.rule == "tie") == (len(codes) > 1 and border)
        assert (row.status == "ambiguous") == (len(codes) > 1 and not border)
    counts = tally(result)
    assert sum(counts[status] for status in STATUSES) == counts["total"] == len(points)
    assert set(result["rule"]) <= set(RULES)


@settings(deadline=None)
@given(places, drafts, st.randoms())
def test_the_order_of_input_changes_nothing(points, grids, random):
    rows, columns = list(range(len(points))), list(range(len(grids)))
    random.shuffle(rows)
    random.shuffle(columns)
    shuffled = assign(points[rows], grids.iloc[columns]).set_axis(rows).sort_index()
    pd.testing.assert_frame_equal(shuffled, assign(points, grids), check_index_type=False)


def test_many_points_are_assigned_as_few_are(drawing):
    # Some 2,000 points are where the index takes over from the tree.
    x, y = np.meshgrid(np.linspace(-1, 5, 61), np.linspace(-1, 3, 41))
    points = np.column_stack([x.ravel(), y.ravel()])
    assert len(points) > 2_100
    parts = [assign(part, drawing) for part in np.array_split(points, 5)]
    pd.testing.assert_frame_equal(assign(points, drawing), pd.concat(parts, ignore_index=True))
