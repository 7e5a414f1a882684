"""The offset detective: what it names, and what it does not take for an offset."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import china
from geo.frames import Said
from geo.placing.candidates import Placing, Trusted, place
from geo.placing.offsets import OFFSETS, undo
from geo.placing.reference import metres
from geo.read.survey import Stated

DEGREES = Stated("EPSG:4326", label="EPSG:4326", how="file")
STEP = 0.004
METRE = 1 / 111_000


def zone(count: int = 5, *, origin: tuple[float, float] = (104.05, 30.55)) -> gpd.GeoDataFrame:
    """Rectangles of different widths and heights, side by side, about a quarter of a kilometre each."""
    shapes, codes = [], []
    for row in range(count):
        for column in range(count):
            x, y = origin[0] + column * STEP, origin[1] + row * STEP
            wide, high = STEP * (0.5 + 0.04 * column + 0.011 * row), STEP * (0.5 + 0.05 * row)
            shapes.append(shapely.box(x, y, x + wide, y + high))
            codes.append(f"G{row}{column}")
    names = [f"网格{code}" for code in codes]
    return gpd.GeoDataFrame({"code": codes, "name": names}, geometry=shapes, crs=4326)


def moved(layer: gpd.GeoDataFrame, way) -> gpd.GeoDataFrame:
    return layer.set_geometry(shapely.transform(layer.geometry.to_numpy(), way), crs=4326)


def shifted(east_m: float, north_m: float):
    return lambda xy: xy + np.array([east_m * METRE / np.cos(np.radians(30.55)), north_m * METRE])


def raw(layer: gpd.GeoDataFrame, **columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(layer.assign(**columns)).set_crs(None, allow_override=True)


def verdict(placing: Placing) -> set[str]:
    codes = {finding.code for finding in placing.findings}
    return codes & {"offset-gcj02", "offset-bd09", "datum-unknown", "offset-asked"}


FORWARD = {"gcj02": china.wgs84_to_gcj02, "bd09": china.wgs84_to_bd09}


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("way", ["codes", "names", "shapes", "edges"])
def test_an_offset_is_named_and_measured(offset, way):
    stands = zone()
    nothing = {"codes": {}, "names": {"code": None}}.get(way, {"code": None, "name": None})
    layer = raw(moved(stands, FORWARD[offset]), **nothing)
    known = Trusted(grids=stands)
    if way == "edges":
        lines = gpd.GeoDataFrame(geometry=shapely.boundary(stands.geometry.to_numpy()), crs=4326)
        known = Trusted(streets=lines)
    placing = place(layer, DEGREES, known)
    assert verdict(placing) == {f"offset-{offset}"}
    assert placing.decided
    assert placing.candidates[0].said == Said(offset=offset)
    distance = {"gcj02": 364, "bd09": 948}[offset]
    assert placing.findings[0].measure == pytest.approx(distance, abs=15)
    assert f"{placing.findings[0].measure:,.0f} m" in placing.findings[0].message


def test_an_offset_that_a_person_says_is_not_told_again():
    layer = raw(moved(zone(), china.wgs84_to_gcj02))
    placing = place(layer, DEGREES, Trusted(grids=zone()), said=Said(offset="gcj02"))
    assert placing.candidates[0].said.offset == "gcj02"
    assert not placing.findings


def test_half_of_the_grids_redrawn_does_not_hide_an_offset_of_the_rest():
    stands = zone()
    chance = np.random.default_rng(3)
    layer = moved(stands, china.wgs84_to_gcj02)
    shapes = layer.geometry.to_numpy().copy()
    for i in range(0, 25, 4):
        shapes[i] = shapely.buffer(shapes[i], STEP / 4).envelope
        shapes[i] = shapely.affinity.translate(shapes[i], *chance.normal(0, STEP / 10, 2))
    placing = place(raw(layer.set_geometry(shapes, crs=4326)), DEGREES, Trusted(grids=stands))
    assert verdict(placing) == {"offset-gcj02"}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1, 400))
def test_a_layer_that_was_redrawn_is_no_offset(seed, spread_m):
    stands, chance = zone(), np.random.default_rng(seed)
    shapes = [
        shapely.affinity.translate(shape, *chance.normal(0, spread_m * METRE, 2)) for shape in stands.geometry
    ]
    placing = place(raw(stands.set_geometry(shapes, crs=4326)), DEGREES, Trusted(grids=stands))
    assert not verdict(placing) & {"offset-gcj02", "offset-bd09"}
    assert placing.candidates[0].said.offset is None


@pytest.mark.parametrize("share", [0.2, 0.5, 0.6])
def test_a_layer_that_is_offset_in_part_is_no_offset(share):
    stands = zone()
    other = moved(stands, china.wgs84_to_gcj02).geometry.to_numpy()
    shapes = stands.geometry.to_numpy().copy()
    count = round(len(shapes) * share)
    shapes[:count] = other[:count]
    placing = place(raw(stands.set_geometry(shapes, crs=4326)), DEGREES, Trusted(grids=stands))
    assert not verdict(placing) & {"offset-gcj02", "offset-bd09", "datum-unknown"}
    assert placing.candidates[0].said.offset is None


@pytest.mark.parametrize(("east_m", "north_m"), [(110.0, -40.0), (-4.0, 3.0), (700.0, 200.0)])
def test_a_displacement_by_no_offset_is_an_unknown_datum_and_stays(east_m, north_m):
    placing = place(raw(moved(zone(), shifted(east_m, north_m))), DEGREES, Trusted(grids=zone()))
    assert verdict(placing) == {"datum-unknown"}
    assert placing.candidates[0].said.offset is None
    assert not placing.decided
    finding = next(one for one in placing.findings if one.code == "datum-unknown")
    assert finding.measure == pytest.approx(np.hypot(east_m, north_m), rel=0.01)


def test_a_constant_displacement_as_large_as_the_offset_is_none():
    # Over a zone of some kilometres GCJ-02 is not constant: its change from place to place tells.
    stands = zone(12)
    middle = np.array([[104.05 + 6 * STEP, 30.55 + 6 * STEP]])
    by = china.wgs84_to_gcj02(middle) - middle
    placing = place(raw(moved(stands, lambda xy: xy + by)), DEGREES, Trusted(grids=stands))
    assert verdict(placing) == {"datum-unknown"}


def test_what_fits_is_neither_asked_nor_moved():
    placing = place(raw(moved(zone(), shifted(0.4, 0.2))), DEGREES, Trusted(grids=zone()))
    assert (verdict(placing), placing.decided) == (set(), True)
    assert placing.candidates[0].said == Said()


def test_grids_beside_those_that_stand_leave_the_question_open():
    placing = place(raw(zone(origin=(104.2, 30.6)), code=None, name=None), DEGREES, Trusted(grids=zone()))
    assert verdict(placing) == {"offset-asked"}
    assert not placing.decided


@pytest.mark.parametrize("offset", OFFSETS)
def test_undoing_leaves_what_is_not_finite(offset):
    lonlat = np.array([[104.0, 30.5], [np.inf, np.inf]])
    back = undo(np.vstack((FORWARD[offset](lonlat[:1]), lonlat[1:])), offset)
    assert np.abs(metres(back[:1], lonlat[0])).max() < 0.001
    assert np.isinf(back[1]).all()
