"""Territories: the parts do not overlap and are the whole."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.circles.areas import build_lattice, service_areas
from geo.circles.territories import divided, territories
from geo.reach.times import disc_minutes

ZONE = "EPSG:4544"
X, Y = 400_000.0, 3_380_000.0
LATTICE = build_lattice((X, Y, X + 1000, Y + 600), crs=ZONE, spacing_m=25)

sites = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 12)), min_size=1, max_size=24)


@settings(deadline=None, max_examples=25)
@given(sites)
def test_split_circles_partition_the_dissolved_one(places):
    xy = np.array(places, dtype=float) * 50 + np.array([X, Y])
    reach = disc_minutes(xy, LATTICE.points_xy, speed_m_per_min=80, detour=1)
    # Beyond four minutes nothing is known, as where no street leads.
    nearest = np.where(reach.minutes <= 4, reach.nearest, -1)
    areas = service_areas(LATTICE, reach.minutes, (1, 3), speed_m_per_min=80)
    owners, ground = territories(LATTICE, nearest)
    assert not shapely.is_empty(ground).any()
    parts = divided(areas, owners, ground, crs=ZONE)
    assert parts.geometry.is_valid.all()
    parts = parts.to_crs(ZONE)
    for minutes, whole in zip(areas["minutes"], areas.to_crs(ZONE).geometry, strict=True):
        shapes = parts.geometry[parts["minutes"] == minutes].to_numpy()
        assert shapely.area(shapes).sum() == pytest.approx(whole.area, rel=1e-6)
        assert shapely.union_all(shapes).symmetric_difference(whole).area < 1e-4 * whole.area
    # Each station has the ground on which it stands, but for a step of the lattice.
    assert set(owners) <= set(range(len(places)))
    for owner, own in zip(owners, ground, strict=True):
        assert own.distance(shapely.Point(xy[owner])) < 50


def test_no_station_has_no_ground():
    owners, ground = territories(LATTICE, np.full(np.prod(LATTICE.shape), -1))
    areas = service_areas(LATTICE, np.full(np.prod(LATTICE.shape), np.inf), (5,), speed_m_per_min=80)
    assert len(owners) == len(ground) == len(divided(areas, owners, ground, crs=ZONE)) == 0
