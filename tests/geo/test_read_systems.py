import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from pyproj.enums import WktVersion

from geo.errors import CrsUnknown
from geo.read.systems import missing, system_of, to_lonlat


@pytest.mark.parametrize(
    ("text", "label", "degrees"),
    [
        ("EPSG:4490", "EPSG:4490", True), ("4326", "EPSG:4326", True), ("crs84", "OGC:CRS84", True),
        ("urn:ogc:def:crs:EPSG:9.9.1:4544", "EPSG:4544", False), ("epsg:4269", "EPSG:4269", False),
        ("EPSG:3857", "EPSG:3857", False), ("EPSG:2232", "EPSG:2232", False),
    ],
)  # fmt: skip
def test_names(text, label, degrees):
    system = system_of(text)
    assert (system.label, system.degrees) == (label, degrees)


@pytest.mark.parametrize("code", [4544, 4523, 4549, 4490, 4326, 32650, 2232, 4496])
@pytest.mark.parametrize("version", [WktVersion.WKT1_ESRI, WktVersion.WKT2_2019])
def test_wkt_is_read_as_the_code_that_it_means(code, version):
    assert system_of("\ufeff" + CRS.from_epsg(code).to_wkt(version)).label == f"EPSG:{code}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("西安80", "Xian 80"), ("EPSG:4610", "Xian 80"), ("EPSG:2379", "Xian 80"),
        ("Beijing 1954", "Beijing 54"), ("EPSG:2436", "Beijing 54"), ("EPSG:4555", "Beijing 54"),
        (CRS.from_epsg(2379).to_wkt(WktVersion.WKT1_ESRI), "Xian 80"),
        ("成都地方坐标系", "a local system"), ('LOCAL_CS["Chengdu",UNIT["metre",1]]', "a local system"),
    ],
)  # fmt: skip
def test_systems_that_need_parameters_are_refused_by_name(text, name):
    with pytest.raises(CrsUnknown, match=f"The coordinates are in {name}"):
        system_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "+proj=longlat +nadgrids=/etc/passwd", "/etc/passwd", "file.prj", "EPSG:999999", "PROJCS[]"],
)
def test_what_names_no_system(text):
    with pytest.raises(CrsUnknown, match="names no coordinate system"):
        system_of(text)


def test_wkt_that_names_a_file_is_refused():
    text = CRS.from_epsg(3857).to_wkt(WktVersion.WKT1_GDAL)
    assert "nadgrids=@null" in text
    assert system_of(text).label == "EPSG:3857"
    with pytest.raises(CrsUnknown):
        system_of(text.replace("@null", "/etc/passwd"))


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    try:
        system_of(text)
    except CrsUnknown as error:
        assert error.message.endswith(".")  # noqa: PT017


@pytest.mark.parametrize(
    ("xy", "hint"),
    [
        ([[104.0, 30.0]], "EPSG:4490"),
        ([[35_410_000.0, 3_380_000.0]], "EPSG:4523"),
        ([[410_000.0, 3_380_000.0]], "look like metres"),
        (np.empty((0, 2)), "say which"),
    ],
)
def test_hints(xy, hint):
    assert hint in missing(np.array(xy)).message


def test_degrees_are_handed_on_and_the_argument_left_alone():
    geometry = np.array([shapely.Point(410_000, 3_380_000), None], dtype=object)
    assert to_lonlat(geometry, system_of("4490")) is geometry
    moved = to_lonlat(geometry, system_of("4544"))
    assert moved[1] is None
    assert (moved[0].x, geometry[0].x) == (pytest.approx(104.0617, abs=1e-3), 410_000)
