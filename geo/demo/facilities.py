"""Facilities: the stations and service centres of the demo district, and the quarters without any."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.demo.addresses import doors_of
from geo.demo.enterprises import degrees
from geo.demo.fabric import Fabric
from geo.demo.grids import Grids
from geo.demo.names import MARK, coined_words
from geo.demo.plan import CRS_M, Plan
from geo.frames import CRS

_FUNCTIONS = (("歇脚休息", 0.97), ("遮阳避雨", 0.8), ("饮水用餐", 0.7), ("充电取暖", 0.55), ("应急救助", 0.3))
_ROOMS = (("园区用房", 0.4), ("楼宇用房", 0.38), ("职工用房", 0.22))
_HOURS = (
    ("Mo-Fr 08:30-18:00", 0.34),
    ("08:30-17:30", 0.22),
    ("Mo-Su 07:00-21:00", 0.16),
    ("Mo-Fr 08:30-18:00; Sa 09:00-12:00", 0.14),
    ("24/7", 0.09),
    ("Mo-Fr 09:00-12:00,13:30-17:30", 0.05),
)
CENTRE = "企业服务中心"
_CENTRE_HOURS = "Mo-Fr 09:00-17:00"


def build_facilities(
    plan: Plan,
    fabric: Fabric,
    grids: Grids,
    buildings: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return stations and centres, all outside the plan's deserts so that gaps remain.

    Returns
    -------
    GeoDataFrame in EPSG:4326
        The columns of `geo.contracts.STATIONS` but ``capacity`` (``functions`` as text), stations first, at
        the middle of buildings, in degrees to seven decimals.
    """
    middles = shapely.get_coordinates(shapely.centroid(buildings.geometry.to_numpy()))
    chance = _chance(plan, fabric, grids, middles, rng)
    stations = np.sort(rng.choice(len(middles), plan.stations, replace=False, p=chance))
    centres = _spread(middles, chance, plan.centres, rng)
    site = np.concatenate([stations, centres])
    centre = np.arange(len(site)) >= plan.stations
    words = coined_words(len(site), rng)
    rooms = _drawn(_ROOMS, len(site), rng)
    lonlat = np.round(degrees(np.round(middles[site], 2)), 7)
    return gpd.GeoDataFrame(
        {
            "source_id": [*_numbers("YZ", plan.stations), *_numbers("ZX", plan.centres)],
            "name": [
                f"{MARK}{word}{'企业服务中心' if c else '驿站'}"
                for word, c in zip(words, centre.tolist(), strict=True)
            ],
            "kind": np.where(centre, CENTRE, "驿站"),
            "category": np.where(centre, "政务用房", rooms),
            "functions": _functions(len(site), rng),
            "opening_hours": np.where(centre, _CENTRE_HOURS, _drawn(_HOURS, len(site), rng)),
            "address": doors_of(streets).addresses(middles, blocks=True)[site],
        },
        geometry=shapely.points(lonlat),
        crs=CRS,
    )


def deserts(plan: Plan, fabric: Fabric) -> gpd.GeoSeries:
    """Return the discs, in EPSG:4544, in which the plan puts no facility."""
    spots = np.array(plan.deserts, dtype=np.float64)
    return gpd.GeoSeries(shapely.buffer(shapely.points(fabric.place(spots[:, :2])), spots[:, 2]), crs=CRS_M)


def _chance(
    plan: Plan,
    fabric: Fabric,
    grids: Grids,
    middles: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return the chance of each building to house a facility; the sum is 1."""
    points = np.asarray(shapely.points(middles))
    building, grid = shapely.STRtree(grids.grids.geometry.to_numpy()).query(points, predicate="within")
    weight = np.full(len(points), 0.12)
    park = grids.grids["park_code"].notna().to_numpy()
    weight[building] = (0.3 + grids.heat[grid]) * np.where(park[grid], 1.6, 1.0)
    weight = weight * rng.lognormal(0.0, 0.4, len(points))
    bare = shapely.union_all(deserts(plan, fabric).to_numpy())
    weight[shapely.intersects(bare, points)] = 0.0
    return np.asarray(weight / weight.sum())


def _spread(
    middles: NDArray[np.float64], chance: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose sites far from one another: each the likeliest by chance times distance."""
    chosen = [int(rng.choice(len(middles), p=chance))]
    away = np.full(len(middles), np.inf)
    while len(chosen) < count:
        away = np.minimum(away, np.hypot(*(middles - middles[chosen[-1]]).T))
        chosen.append(int(np.argmax(np.sqrt(chance) * away)))
    return np.sort(np.array(chosen))


def _numbers(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{n:03d}" for n in range(1, count + 1)]


def _drawn(table: tuple[tuple[str, float], ...], count: int, rng: np.random.Generator) -> NDArray[np.str_]:
    share = np.array([weight for _, weight in table])
    return np.array([word for word, _ in table])[rng.choice(len(table), count, p=share / share.sum())]


def _functions(count: int, rng: np.random.Generator) -> list[str]:
    offered = rng.random((count, len(_FUNCTIONS))) < np.array([share for _, share in _FUNCTIONS])
    offered[~offered.any(axis=1), 0] = True
    return ["、".join(w for (w, _), there in zip(_FUNCTIONS, row, strict=True) if there) for row in offered]
