import json

import geopandas as gpd
import pytest
import shapely
from shapely import Point, Polygon, box

from geo.features import feature_collection, rounded, simplified

HOSTILE = '{{7*7}}<img src=x onerror="alert(1)">\u2028'


def frame(*shapes: shapely.Geometry | None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326")


def test_a_collection_by_the_standard() -> None:
    text = feature_collection(frame(Point(104.123456789, 30.5), None), [{"name": "甲"}, {"name": None}])
    assert json.loads(text) == {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"name": "甲"},
                "geometry": {"type": "Point", "coordinates": [104.123457, 30.5]},
            },
            {"type": "Feature", "properties": {"name": None}, "geometry": None},
        ],
    }
    assert "甲".encode() in text


def test_nothing_is_a_collection_too() -> None:
    assert json.loads(feature_collection(frame(), [])) == {"type": "FeatureCollection", "features": []}


def test_text_comes_back_as_it_went_in() -> None:
    body = feature_collection(frame(Point(0, 0)), [{"name": HOSTILE}])
    assert json.loads(body)["features"][0]["properties"]["name"] == HOSTILE


def test_what_is_no_number_is_no_json() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        feature_collection(frame(Point(0, 0)), [{"minutes": float("inf")}])


def test_rows_and_properties_go_together() -> None:
    with pytest.raises(ValueError, match="longer"):
        feature_collection(frame(Point(0, 0), Point(1, 1)), [{}])


def test_rounding_keeps_shared_corners_shared() -> None:
    left, right = box(0, 0, 1 / 3, 1), box(1 / 3, 0, 1, 1)
    a, b = rounded([left, right])
    assert a.boundary.intersection(b.boundary).length == pytest.approx(1)
    assert left.bounds[2] == 1 / 3, "the argument stays as it was"


def test_simplified_neighbours_still_share_their_edge() -> None:
    wiggle = [(0.001 + 1e-7 * (i % 2), i * 0.0001) for i in range(11)]
    left = Polygon([(0, 0), *wiggle, (0, 0.001)])
    right = Polygon([(0.002, 0), (0.002, 0.001), *wiggle[::-1]])
    before = frame(left, None, right)
    after = simplified(before, tolerance_m=5)
    a, gap, b = after.geometry
    assert gap is None
    assert len(a.exterior.coords) < len(left.exterior.coords)
    assert a.intersection(b).area == 0
    assert a.union(b).area == pytest.approx(a.area + b.area)
    assert before.geometry[0].equals_exact(left), "the argument stays as it was"
