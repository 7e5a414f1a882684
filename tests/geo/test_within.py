"""Points against the zone that is known: whether an offset has to be asked for."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo import china
from geo.frames import Said
from geo.placing.candidates import Trusted, place
from geo.placing.within import covered, judge
from geo.read.survey import Stated

WEST, SOUTH, STEP = 104.0, 30.5, 0.01
DEGREES = Stated("EPSG:4326", label="EPSG:4326", how="format")


def blocks(*, apart, count=4):
    """Squares of a kilometre, with streets of a width between them."""
    shapes = [
        shapely.box(
            WEST + x * STEP, SOUTH + y * STEP, WEST + (x + 1 - apart) * STEP, SOUTH + (y + 1 - apart) * STEP
        )
        for x in range(count)
        for y in range(count)
    ]
    names = pd.Series([f"G{i}" for i in range(len(shapes))], dtype="str")
    return gpd.GeoDataFrame({"code": names, "name": names}, geometry=shapes, crs=4326)


def scattered(grids, count=400, seed=1):
    random = np.random.default_rng(seed)
    chosen = grids.geometry.to_numpy()[random.integers(len(grids), size=count)]
    low, high = shapely.bounds(chosen)[:, :2], shapely.bounds(chosen)[:, 2:]
    return low + random.random((count, 2)) * (high - low)


def placed(lonlat, trusted, said=None):
    blank = pd.Series(None, index=range(1, len(lonlat) + 1), dtype="str")
    outlines = gpd.GeoDataFrame({"code": blank, "name": blank}, geometry=shapely.points(lonlat))
    placing = place(outlines, DEGREES, trusted, said=said)
    return placing.decided, {one.code: one.severity for one in placing.findings}


def test_points_that_fit_the_grids_as_they_are_are_not_asked_for():
    grids = blocks(apart=0.3)
    points = scattered(grids)
    assert placed(points, Trusted(grids=grids)) == (True, {})
    assert placed(points, Trusted(parks=grids.dissolve())) == (True, {})


@pytest.mark.parametrize("offset", [china.wgs84_to_gcj02, china.wgs84_to_bd09])
def test_points_that_are_offset_are_asked_for(offset):
    grids = blocks(apart=0.3)
    decided, codes = placed(offset(scattered(grids)), Trusted(grids=grids))
    assert (decided, codes) == (False, {"offset-asked": "warning"})


def test_points_well_within_a_wide_zone_are_remarked_on():
    park = gpd.GeoDataFrame(
        {"code": ["P"], "name": ["园区"]}, geometry=[shapely.box(103.8, 30.3, 104.2, 30.7)], crs=4326
    )
    decided, codes = placed(scattered(blocks(apart=0)), Trusted(parks=park))
    assert (decided, codes) == (True, {"offset-unlikely": "remark"})
    assert placed(scattered(blocks(apart=0)), Trusted(parks=park), Said(offset="gcj02")) == (True, {})


def test_few_points_and_nothing_known_are_asked_for():
    grids = blocks(apart=0.3)
    points = scattered(grids)
    assert placed(points[:4], Trusted(grids=grids)) == (False, {"offset-asked": "warning"})
    assert placed(points, Trusted()) == (False, {"offset-asked": "warning"})
    beyond = points + np.array([0.03, 0.0])
    assert "offset-asked" in placed(beyond, Trusted(grids=grids))[1]


def test_positions_that_are_not_finite_lie_nowhere():
    square = np.array([shapely.box(0, 0, 1, 1)], dtype=object)
    assert covered(np.array([[0.5, 0.5], [np.inf, 0], [1, 1], [2, 2]]), square).tolist() == [
        True, False, True, False,
    ]  # fmt: skip
    yes, no = np.ones(10, dtype=bool), np.zeros(10, dtype=bool)
    assert judge({None: yes, "gcj02": no, "bd09": no}) == "fits"
    assert judge({None: yes, "gcj02": yes, "bd09": no}) == "within"
    assert judge({None: no, "gcj02": yes, "bd09": no}) == "unclear"
