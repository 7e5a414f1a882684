"""Service areas on drawings, and against the flags of points."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.circles.areas import build_lattice, disc_areas, service_areas
from geo.errors import InputError
from geo.reach.times import disc_minutes

ZONE = "EPSG:4544"
"""3-degree zone 35; the drawings lie about Chengdu."""
X, Y = 400_000.0, 3_380_000.0


def at(*xy: tuple[float, float]) -> np.ndarray:
    return np.array(xy, dtype=float).reshape(-1, 2) + np.array([X, Y])


@pytest.fixture
def lattice():
    return build_lattice((X, Y, X + 1000, Y + 600), crs=ZONE, spacing_m=25)


def in_metres(areas):
    return areas.to_crs(ZONE).geometry


def test_a_lattice_lies_on_whole_multiples_and_a_step_beyond():
    lattice = build_lattice((3, -7, 12, 20), crs=ZONE, spacing_m=10)
    assert lattice.origin_xy == (-10, -20)
    assert lattice.shape == (6, 5)
    assert lattice.points_xy[[0, 1, 5, -1]].tolist() == [[-10, -20], [0, -20], [-10, -10], [30, 30]]
    assert lattice.snapped is None


def test_points_in_degrees_are_where_the_points_in_metres_are(lattice):
    lonlat = lattice.points_lonlat
    assert ((lonlat > [103.95, 30.53]) & (lonlat < [103.97, 30.55])).all()


@pytest.mark.parametrize("bounds", [(0, 0, np.nan, 9), (9, 9, 0, 0), (0, 0, 9e6, 9e6)])
def test_an_impossible_extent_is_refused(bounds):
    with pytest.raises(InputError, match="wider spacing"):
        build_lattice(bounds, crs=ZONE, spacing_m=25)


def test_a_smooth_field_gives_its_disc(lattice):
    reach = disc_minutes(at((500, 300)), lattice.points_xy, speed_m_per_min=80, detour=1)
    areas = service_areas(lattice, reach.minutes, (3, 1), speed_m_per_min=80)
    assert areas["minutes"].tolist() == [1, 3]
    assert areas["area_m2"].tolist() == pytest.approx([np.pi * 80**2, np.pi * 240**2], rel=0.03)
    exact = shapely.buffer(shapely.Point(X + 500, Y + 300), 240, quad_segs=64)
    assert in_metres(areas)[1].symmetric_difference(exact).area < 0.01 * exact.area


def test_what_is_out_of_reach_inside_is_a_hole(lattice):
    field = np.zeros(lattice.shape)
    field[8:12, 10:16] = np.inf
    (area,) = in_metres(service_areas(lattice, field.ravel(), [15], speed_m_per_min=80))
    ((hole,),) = (part.interiors for part in area.geoms)
    # The edge passes between the last points in reach and the first ones out of it.
    west, south, east, north = np.array(hole.bounds) - [X, Y, X, Y]
    assert 200 < west < 225 < 350 < east < 375
    assert 150 < south < 175 < 250 < north < 275


def test_nothing_in_reach_is_an_empty_area(lattice):
    for field in (np.full(lattice.shape, np.inf), np.full(lattice.shape, np.nan)):
        areas = service_areas(lattice, field.ravel(), [5, 15], speed_m_per_min=80)
        assert areas["area_m2"].tolist() == [0, 0]
        assert areas.geometry.is_empty.all()


def test_discs_are_joined_and_keep_holes():
    ring = at(*((100 * np.cos(a), 100 * np.sin(a)) for a in np.arange(12) * np.pi / 6))
    areas = disc_areas(ring, [1, 2], [40, 80], crs=ZONE)
    assert areas["minutes"].tolist() == [1, 2]
    assert [len(part.interiors) for part in areas.geometry[0].geoms] == [1]
    one = disc_areas(ring[:1], [1], [40], crs=ZONE)
    assert one["area_m2"][0] == pytest.approx(np.pi * 40**2, rel=0.002)


def test_no_station_has_no_disc():
    areas = disc_areas(np.array([[np.nan, 0.0]]), [15], [900], crs=ZONE)
    assert areas.geometry.is_empty.all()


times = st.sampled_from([0.0, 4.0, 5.0, 6.0, 30.0, np.inf]) | st.floats(4, 6)
fields = st.lists(times, min_size=36, max_size=36)


@settings(deadline=None)
@given(fields)
def test_areas_are_valid_grow_with_the_limit_and_hold_their_points(values):
    lattice = build_lattice((X, Y, X + 75, Y + 75), crs=ZONE, spacing_m=25)
    assert lattice.shape == (6, 6)
    field = np.array(values)
    areas = service_areas(lattice, field, (4.5, 5, 5.5, 20), speed_m_per_min=50)
    assert areas.geometry.is_valid.all()
    assert areas["area_m2"].is_monotonic_increasing
    points = shapely.points(lattice.points_xy)
    for limit, area in zip(areas["minutes"], in_metres(areas), strict=True):
        grown = shapely.buffer(area, 0.01)
        # A point on the very limit, alone among others beyond it, is an area of no size.
        assert shapely.covers(grown, points[field < limit]).all()
        assert not shapely.covers(shapely.buffer(area, -0.01), points[field > limit]).any()
