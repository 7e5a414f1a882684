import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from pyproj.enums import WktVersion

from geo import china
from geo.errors import CrsUnknown, InputError
from geo.frames import Said
from geo.read.geometry.systems import as_said, missing, system_of, to_lonlat


@pytest.mark.parametrize(
    ("text", "label", "degrees"),
    [
        ("EPSG:4490", "EPSG:4490", True), ("4326", "EPSG:4326", True), ("crs84", "OGC:CRS84", True),
        ("urn:ogc:def:crs:EPSG:9.9.1:4544", "EPSG:4544", False), ("epsg:4269", "EPSG:4269", False),
        ("urn:ogc:def:crs:EPSG:2393", "EPSG:2393", False),
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


MAPINFO = (
    'PROJCS["unnamed",GEOGCS["unnamed",DATUM["{datum}",SPHEROID["{datum}",6378137,298.257223563]],'
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",105],PARAMETER["scale_factor",1],'
    'PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["Meter",1]]'
)


def test_a_system_without_a_name_is_read_where_its_datum_is_known():
    place = shapely.points([[410_000.0, 3_380_000.0]])
    found = to_lonlat(place, system_of(MAPINFO.format(datum="WGS_1984")))
    known = to_lonlat(place, system_of("EPSG:4544"))
    assert shapely.distance(found, known)[0] < 1e-8
    for datum, name in (("Custom", "without a name"), ("Beijing_1954", "Beijing 54")):
        with pytest.raises(CrsUnknown, match=name):
            system_of(MAPINFO.format(datum=datum))


@pytest.mark.parametrize(("unit", "metres"), [("us-ft", 1200 / 3937), ("ft", 0.3048)])
def test_feet_that_a_person_says(unit, metres):
    xy = np.array([[410_000.0, 3_380_000.0]])
    system = system_of(f"EPSG:4544 {unit}")
    assert system.label == f"EPSG:4544 in {'US survey ' if unit == 'us-ft' else ''}feet"
    found, known = (
        to_lonlat(shapely.points(xy / metres), system),
        to_lonlat(shapely.points(xy), system_of("4544")),
    )
    assert shapely.distance(found, known)[0] < 1e-12


@pytest.mark.parametrize("text", ["EPSG:4490 ft", "EPSG:2232 ft", "nothing ft", "EPSG:4544 ft ft"])
def test_feet_of_what_has_none(text):
    with pytest.raises(CrsUnknown):
        system_of(text)


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4544"])
@pytest.mark.parametrize("axes", [None, "swapped"])
@pytest.mark.parametrize("offset", [None, "gcj02", "bd09"])
def test_axes_come_before_the_system_and_offsets_after_it(crs, axes, offset):
    truth = np.array([[104.0617, 30.5423], [104.07, 30.55]])
    forward = {None: lambda xy: xy, "gcj02": china.wgs84_to_gcj02, "bd09": china.wgs84_to_bd09}[offset]
    written = gpd.GeoSeries(shapely.points(forward(truth)), crs=4326).to_crs(crs).to_numpy()
    if axes:
        written = shapely.points(shapely.get_coordinates(written)[:, ::-1])
    system = as_said(system_of(crs), Said(axes=axes, offset=offset))
    assert np.abs(shapely.get_coordinates(to_lonlat(written, system)) - truth).max() < 1e-10
    assert ("axes swapped" in system.label, "undone" in system.label) == (bool(axes), bool(offset))


def test_what_is_said_of_offsets_is_checked():
    with pytest.raises(InputError, match="gcj02 or bd09"):
        as_said(system_of("4490"), Said(offset="mars"))
    with pytest.raises(InputError, match="are not known"):
        as_said(system_of("4490"), Said(axes="yx"))


def test_what_cannot_be_placed_stays_infinite_where_an_offset_is_undone():
    system = as_said(system_of("EPSG:4544"), Said(offset="bd09"))
    far = to_lonlat(shapely.points([[1e30, 1e30]]), system)
    assert not np.isfinite(shapely.get_coordinates(far)).all()
