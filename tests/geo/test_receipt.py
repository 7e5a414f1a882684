"""How exactly a point is known, when that is too little, and how far the border and its neighbour are."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely.affinity
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from geo.assignment.neighbours import distance_m, ground, measure
from geo.assignment.receipt import accuracy_of, decimals_of, disagrees, is_doubtful, path_of

USUAL = {"degrees": 10.0, "projected": 1.0, "offset": 20.0}
METRIC = "EPSG:4543"


@pytest.mark.parametrize(
    ("label", "kind", "offset"),
    [
        ("EPSG:4326", "degrees", None),
        ("EPSG:4490", "degrees", None),
        ("OGC:CRS84", "degrees", None),
        ("EPSG:4544", "projected", None),
        ("EPSG:4326, GCJ-02 undone", "offset", "GCJ-02"),
        ("EPSG:4490, axes swapped, BD-09 undone", "offset", "BD-09"),
    ],
)
def test_the_path_is_read_from_the_facts(label: str, kind: str, offset: str | None) -> None:
    path = path_of(label)
    assert (path.kind, path.offset, path.swapped) == (kind, offset, "swapped" in label)


def test_few_digits_say_how_far_a_point_may_be_off() -> None:
    degrees = path_of("EPSG:4326")
    four = accuracy_of((104.0512, 30.51), degrees, USUAL)
    assert (four.basis, four.decimals, round(four.metres, 1)) == ("digits", 4, 11.1)
    assert round(accuracy_of((104.05, 30.5), degrees, USUAL).metres) == 1112
    many = accuracy_of((104.051234, 30.5), degrees, USUAL)
    assert (many.basis, many.decimals, many.metres) == ("usual", 6, 10.0)
    converted = accuracy_of((104.05, 30.5), path_of("EPSG:4544"), USUAL)
    assert (converted.basis, converted.decimals, converted.metres) == ("usual", None, 1.0)


@given(st.integers(-1_800_000, 1_800_000), st.integers(0, 4))
def test_decimals_are_those_of_the_shortest_text(number: int, decimals: int) -> None:
    assert decimals_of(round(number / 10**decimals, decimals)) <= decimals


def test_doubt_is_a_matter_of_the_border_and_of_the_rule() -> None:
    assert is_doubtful("inside", 9.9, 10)
    assert not is_doubtful("inside", 10, 10)
    assert not is_doubtful("override", 0, 10)
    assert not is_doubtful("table", None, None)
    assert not is_doubtful("no-location", None, None)


def test_the_rule_disagrees_more_than_when_it_was_overridden() -> None:
    made = {"grid_id": 2, "lawful_grid_id": 1, "distance_m": 12.0}
    assert not disagrees(made, 1, 12.4)
    assert disagrees(made, 1, 13.1)
    assert disagrees(made, 3, 12.0)
    assert disagrees(made, None, 12.0)
    assert not disagrees(made, 2, 0.0)
    assert not disagrees(made | {"distance_m": None}, 1, None)


def land() -> gpd.GeoDataFrame:
    """Two grids of 100 m side by side, one 50 m to the north of the first, and one without a polygon."""
    boxes = [box(0, 0, 100, 100), box(100, 0, 200, 100), box(0, 150, 100, 250)]
    shapes = [shapely.affinity.translate(one, 500_000, 3_375_000) for one in boxes]
    table = {"code": ["B", "A", "C", "D"]}
    drawn = gpd.GeoDataFrame(table, geometry=[*shapes, None], index=[1, 2, 3, 4], crs=METRIC)
    return drawn.to_crs("EPSG:4326")


def measured(x: float, y: float, version: int | None) -> tuple[float | None, bool, str | None]:
    versions = pd.Series([version], index=[77], dtype="Int64")
    xy = np.array([[500_000 + x, 3_375_000 + y]])
    row = measure(ground(land(), METRIC), xy, versions).loc[77]
    border_m = None if pd.isna(row["border_m"]) else round(float(row["border_m"]), 2)
    return border_m, bool(row["within"]), row["neighbour"]


def test_metres_to_the_border_and_who_lies_beyond() -> None:
    assert measured(90, 50, 1) == (10, True, "A")
    assert measured(10, 50, 1) == (10, True, None)
    assert measured(50, 95, 1) == (5, True, None)
    assert measured(100, 50, 1) == (0, True, "A")
    assert measured(130, 50, 1) == (30, False, "A")
    assert measured(50, 120, 1) == (20, False, None)
    assert measured(50, 120, None) == (20, False, "B")
    assert measured(50, 131, None) == (19, False, "C")
    assert measured(np.nan, np.nan, 1) == (None, False, None)
    assert measured(50, 50, 4)[1:] == (False, "B")


def test_the_distance_to_a_grid() -> None:
    there = ground(land(), METRIC)
    place = np.array([500_130.0, 3_375_050.0])
    assert distance_m(there, place, 1) == pytest.approx(30, abs=1e-6)
    assert distance_m(there, place, 2) == 0
    assert distance_m(there, place, 4) is None
    assert distance_m(there, np.array([np.nan, np.nan]), 1) is None
