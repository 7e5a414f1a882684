import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from geo import china
from geo.errors import CrsUnknown

CHENGDU = np.array([[104.06, 30.56]])
LONGITUDES = st.floats(73.5, 135.0)
LATITUDES = st.floats(4.0, 53.5)
PLACES = st.lists(st.tuples(LONGITUDES, LATITUDES), min_size=1, max_size=20).map(np.array)


def metres(a, b):
    scale = np.array([111_320.0, 111_320.0])
    return float(np.abs((a - b) * scale).max())


def test_offsets_are_as_large_as_published():
    gcj = china.wgs84_to_gcj02(CHENGDU)
    bd = china.wgs84_to_bd09(CHENGDU)
    scale = 111_320 * np.array([np.cos(np.radians(30.56)), 1.0])
    assert np.hypot(*((gcj - CHENGDU) * scale)[0]) == pytest.approx(364, abs=5)
    assert np.hypot(*((bd - CHENGDU) * scale)[0]) == pytest.approx(948, abs=40)


def test_known_pair_of_beijing():
    # Published with the formula: 39.915 N, 116.404 E → 39.91640428150164, 116.41024449916938.
    gcj = china.wgs84_to_gcj02(np.array([[116.404, 39.915]]))
    assert gcj[0] == pytest.approx([116.41024449916938, 39.91640428150164], abs=1e-9)


@given(PLACES)
def test_there_and_back_within_a_millimetre(places):
    assert metres(china.gcj02_to_wgs84(china.wgs84_to_gcj02(places)), places) < 1e-3
    assert metres(china.bd09_to_gcj02(china.gcj02_to_bd09(places)), places) < 1e-3
    assert metres(china.bd09_to_wgs84(china.wgs84_to_bd09(places)), places) < 1e-3


@given(arrays.arrays(float, (3, 2), elements=st.floats(-60.0, 60.0)))
def test_outside_of_china_nothing_moves(places):
    assert (china.wgs84_to_gcj02(places) == places).all()


def test_arguments_are_left_alone():
    places = CHENGDU.copy()
    china.bd09_to_wgs84(places)
    china.wgs84_to_bd09(places)
    assert (places == CHENGDU).all()


@given(LONGITUDES, LATITUDES)
def test_formula_equals_an_independent_one(longitude, latitude):
    oracle = pytest.importorskip("geocoordinates_ffi")
    theirs = oracle.wgs84_to_gcj02(oracle.Wgs84(lat=latitude, lon=longitude))
    ours = china.wgs84_to_gcj02(np.array([[longitude, latitude]]))[0]
    assert ours == pytest.approx([theirs.lon, theirs.lat], abs=1e-9)
    baidu = oracle.gcj02_to_bd09(theirs)
    ours = china.wgs84_to_bd09(np.array([[longitude, latitude]]))[0]
    assert ours == pytest.approx([baidu.lon, baidu.lat], abs=1e-9)


@pytest.mark.parametrize(
    ("longitude", "with_zone", "by_meridian"),
    [
        (120.5, 4528, 4549),  # Keqiao and Changzhou, zone 40
        (116.9, 4527, 4548),  # Shucheng, zone 39
        (104.06, 4523, 4544),  # Chengdu, zone 35
        (73.5, 4513, 4534),
        (136.5, 4533, 4554),
    ],
)
def test_three_degree_zones(longitude, with_zone, by_meridian):
    assert china.gauss_kruger_epsg(longitude, zone_in_easting=True) == with_zone
    assert china.gauss_kruger_epsg(longitude) == by_meridian


def test_six_degree_zones():
    assert china.gauss_kruger_epsg(104.06, width=6, zone_in_easting=True) == 4491 + 18 - 13
    assert china.gauss_kruger_epsg(104.06, width=6) == 4502 + 18 - 13
    assert china.gauss_kruger_epsg(138.0, width=6) == 4512


def test_no_zone_outside():
    with pytest.raises(CrsUnknown, match="no 3-degree zone"):
        china.gauss_kruger_epsg(7.4)
    with pytest.raises(CrsUnknown, match="no 3-degree zone"):
        china.gauss_kruger_epsg(float("nan"))


def test_eastings_give_their_zone_away():
    assert china.epsg_from_eastings(np.array([35_410_000.0, 35_500_001.0, np.nan])) == 4523
    assert china.epsg_from_eastings(np.array([18_410_000.0])) == 4496
    assert china.epsg_from_eastings(np.array([410_000.0])) is None
    assert china.epsg_from_eastings(np.array([35e6, 36e6])) is None
    assert china.epsg_from_eastings(np.array([9.2e24, -1e300])) is None
    assert china.epsg_from_eastings(np.array([])) is None


@given(st.floats(73.5, 136.5), st.floats(3.0, 54.0))
def test_metric_crs_in_china_is_within_a_zone_and_a_half_degree(longitude, latitude):
    code = int(china.metric_crs(longitude, latitude).removeprefix("EPSG:"))
    meridian = 75 + 3 * (code - 4534)
    assert 4534 <= code <= 4554
    assert abs(longitude - meridian) <= 1.5


@pytest.mark.parametrize(
    ("place", "crs"),
    [
        ((7.42, 43.73), "EPSG:32632"),
        ((-122.67, 45.52), "EPSG:32610"),
        ((151.2, -33.9), "EPSG:32756"),
        ((180.0, 0.0), "EPSG:32660"),
        ((-180.0, 0.0), "EPSG:32601"),
        ((104.06, 2.9), "EPSG:32648"),
    ],
)
def test_metric_crs_elsewhere_is_utm(place, crs):
    assert china.metric_crs(*place) == crs


@pytest.mark.parametrize("place", [(float("nan"), 0.0), (181.0, 0.0), (104.0, 104.0)])
def test_no_place_on_earth(place):
    with pytest.raises(CrsUnknown, match="no place on Earth"):
        china.metric_crs(*place)
