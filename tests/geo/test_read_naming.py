"""Coordinate systems as offices in China name them."""

import json

import pytest

from geo.errors import CrsUnknown
from geo.read.geometry.systems import system_of
from geo.read.reader import read_here


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (
            ("2000国家大地坐标系", "CGCS2000", "国家2000", "国家大地2000坐标系", "2000坐标系",
             "CGCS2000经纬度", "China Geodetic Coordinate System 2000",
             "GCS_China_Geodetic_Coordinate_System_2000"),
            "EPSG:4490",
        ),
        (("WGS84经纬度", "WGS-84", "GCS_WGS_1984", "wgs 84 坐标系", "GPS坐标"), "EPSG:4326"),
        (
            ("CGCS2000_3_Degree_GK_Zone_35", "CGCS2000 / 3-degree Gauss-Kruger zone 35", "国家2000 35带",
             "2000国家大地坐标系 高斯克吕格 三度带 第35带"),
            "EPSG:4523",
        ),
        (
            ("CGCS2000_3_Degree_GK_CM_105E", "国家2000 中央经线105", "2000国家大地坐标系，中央子午线105°",
             "CGCS2000 105E", "CGCS2000 东经105度"),
            "EPSG:4544",
        ),
        (("CGCS2000_GK_Zone_18", "CGCS2000 6度带 18带"), "EPSG:4496"),
        (("CGCS2000 6度带 中央经线105",), "EPSG:4507"),
        (("Web墨卡托", "WGS_1984_Web_Mercator_Auxiliary_Sphere"), "EPSG:3857"),
    ],
)  # fmt: skip
def test_names_mean_a_code(names, label):
    assert {name: system_of(name).label for name in names} == dict.fromkeys(names, label)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("西安80", "Xian 80"),
        ("1980西安坐标系", "Xian 80"),
        ("1954年北京坐标系", "Beijing 54"),
        ("54北京", "Beijing 54"),
        ("成都独立坐标系", "a local system"),
        ("上海城市坐标系", "a local system"),
        ("GCJ-02坐标系", "--offset gcj02"),
        ("百度坐标", "--offset bd09"),
        ("CGCS2000高斯投影", "say its zone or its central meridian"),
        ("CGCS2000 zone 50", "say its zone or its central meridian"),
        ("CGCS2000 中央经线104.5", "names no coordinate system"),
        ("CGCS2000 某某", "names no coordinate system"),
        ("大地坐标系", "names no coordinate system"),
    ],
)
def test_names_that_cannot_be_converted_are_refused_by_name(name, said):
    with pytest.raises(CrsUnknown, match=said):
        system_of(name)


def test_a_geojson_may_name_its_system_in_chinese(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "Point", "coordinates": [104.06, 30.6]},
    }
    crs = {"type": "name", "properties": {"name": "2000国家大地坐标系"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}, ensure_ascii=False)
    (tmp_path / "a.geojson").write_text(text, "utf-8")
    reading = read_here(tmp_path / "a.geojson", "stations")
    assert reading.facts.crs == "EPSG:4490"
    assert reading.frame.geometry.iloc[0].coords[0] == (104.06, 30.6)
