import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.contracts import CONTRACTS
from geo.errors import CrsUnknown, FileRefused, GeoError
from geo.read.assembly import assemble
from geo.read.formats.geojson import read_geojson
from geo.read.reader import read_here

POINT = {"type": "Point", "coordinates": [104.0, 30.0]}


def document(*geometries, **members):
    features = [{"type": "Feature", "properties": {}, "geometry": g} for g in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4490", "http://www.opengis.net/def/crs/EPSG/0/4326",
    ],
)  # fmt: skip
def test_systems_by_name(name):
    crs = {"type": "name", "properties": {"name": name}}
    records = read_geojson(document(POINT, crs=crs))
    frame = assemble(records, CONTRACTS["stations"]).frame
    assert frame.geometry.iloc[0].coords[0] == (104.0, 30.0)


@pytest.mark.parametrize(
    "crs",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/x", "type": "proj4"}},
        {"type": "name", "properties": {}},
        None,
        "EPSG:4326",
    ],
)
def test_systems_other_than_by_name_are_refused(crs):
    with pytest.raises(CrsUnknown, match="other than by a name"):
        read_geojson(document(POINT, crs=crs))


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": [float("nan"), 1]}, "not finite"),
        ({"type": "Point", "coordinates": [float("inf"), 1]}, "not finite"),
        ({"type": "Point", "coordinates": ["104", "30"]}, "two or more numbers"),
        ({"type": "Point", "coordinates": [104]}, "two or more numbers"),
        ({"type": "Point", "coordinates": {"x": 1}}, "no coordinates"),
        ({"type": "Point"}, "no coordinates"),
        ({"type": "Circle", "coordinates": [1, 2]}, "no type of geometry"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "one position"),
        ({"type": "LineString", "coordinates": [1, 2]}, "two or more numbers"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [2, 2]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [5]}, "lists of positions"),
        ("POINT (1 2)", "no object"),
    ],
)
def test_bad_geometries_are_refused_by_row(geometry, reason):
    records = read_geojson(document(POINT, geometry, POINT))
    assert records.cells.index.tolist() == [1, 3]
    assert [refusal.row for refusal in records.refused] == [2]
    assert reason in records.refused[0].message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("[1, 2]", "no GeoJSON FeatureCollection"),
        ('{"type": "Topology"}', "is TopoJSON, which is not read"),
        ('{"type": "FeatureCollection", "features": [], "UTF8Encoding": true}', "a map of ECharts"),
        ('{"geometryType": "esriGeometryPolygon", "features": []}', "is Esri JSON, which is not read"),
        ('{"type": "FeatureCollection", "features": 5}', "has no list of features"),
        ('{"type": "FeatureCollection", "features": null}', "has no list of features"),
        ('{"type": "FeatureCollection", "features": [5]}', "is a Feature"),
        ("[" * 100_000, "nested too deeply"),
        ('{"type": "Feature", "n": ' + "9" * 5000 + "}", "not JSON"),
    ],
)
def test_what_is_no_geojson(text, reason):
    with pytest.raises(FileRefused, match=reason):
        read_geojson(text.encode())


FEATURE = json.dumps({"type": "Feature", "properties": {"name": "甲"}, "geometry": POINT}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{FEATURE}\n{FEATURE}\n{FEATURE}\n", 3),
        (f"\x1e{FEATURE}\n\x1e{FEATURE}\n", 2),
        (f"[{FEATURE}, {FEATURE}]", 2),
        (f'{{"features": [{FEATURE}]}}', 1),
        (json.dumps({"type": "FeatureCollection", "features": [{"geometry": POINT, "properties": {}}]}), 1),
        (json.dumps(POINT), 1),
        (json.dumps({"type": "GeometryCollection", "geometries": [POINT]}), 1),
    ],
)
def test_what_is_nearly_a_collection_is_read_as_one(tmp_path, text, count):
    (tmp_path / "a.geojson").write_text(text, "utf-8")
    reading = read_here(tmp_path / "a.geojson", "stations")
    assert [one.coords[0] for one in reading.frame.geometry] == [(104.0, 30.0)] * len(reading.frame)
    assert len(reading.frame) + len(reading.refused) == count


def test_a_feature_that_is_none_is_refused_by_its_row():
    records = read_geojson(f'{{"type": "FeatureCollection", "features": [null, {FEATURE}]}}'.encode())
    assert [(one.row, one.code) for one in records.refused] == [(1, "geometry-unreadable")]
    assert records.cells.index.tolist() == [2]


def test_properties_and_ids():
    features = [
        {"type": "Feature", "id": 7, "properties": {"name": "甲", "n": 1.0}, "geometry": None},
        {"type": "Feature", "id": 8, "properties": None, "geometry": None},
        {"type": "Feature", "properties": {"x": {"a": [1]}, "y": ["a", 2]}, "geometry": None},
    ]
    records = read_geojson(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert records.headers == ("name", "n", "id", "x", "y")
    assert records.cells.fillna("").values.tolist() == [
        ["甲", "1", "7", "", ""],
        ["", "", "8", "", ""],
        ["", "", "", '{"a": [1]}', "a、2"],
    ]


def test_characters_that_no_database_stores():
    feature = '{"type": "Feature", "properties": {"name": "a\\u0000b\\ud800"}, "geometry": null}'
    records = read_geojson(feature.encode())
    assert records.cells.iloc[0, 0] == "a\ufffdb\ufffd"
    assert [remark.code for remark in records.remarks] == ["strange-characters"]


def test_an_emoji_written_as_a_pair_is_none_of_these():
    feature = '{"type": "Feature", "properties": {"name": "\\ud83d\\ude00"}, "geometry": null}'
    records = read_geojson(feature.encode())
    assert records.cells.iloc[0, 0] == "😀"
    assert not records.remarks


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(("type", "coordinates", "geometries", "crs")), inner)
    ),
    max_leaves=12,
)
GEOMETRY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ("Point", "LineString", "Polygon", "MultiPolygon", "MultiPoint", "GeometryCollection")
        ),
        "coordinates": JSON,
        "geometries": JSON,
    }
)


@settings(deadline=None)
@given(st.lists(JSON | GEOMETRY, max_size=4), st.sampled_from(tuple(CONTRACTS)))
def test_no_json_ends_in_a_stack_trace(geometries, kind):
    try:
        assembled = assemble(read_geojson(document(*geometries)), CONTRACTS[kind])
    except GeoError:
        return
    assert len(set(assembled.frame.index)) + len(assembled.refused) == len(geometries)
