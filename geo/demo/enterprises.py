"""Enterprises: where the firms of the demo district are, on their buildings, borders and beyond."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.demo.addresses import doors_of, written_otherwise
from geo.demo.fabric import Fabric
from geo.demo.firms import describe_firms
from geo.demo.grids import Grids
from geo.demo.plan import CRS_M, Plan
from geo.frames import CRS

_LIVING_SHARE = 0.055
_DEGREE_DECIMALS = 7
_STATED_SHARE = 0.03
_STATED_M = (5.0, 30.0, 65.0)
"""How exactly some offices say that they know a place."""


def build_enterprises(
    plan: Plan,
    fabric: Fabric,
    grids: Grids,
    buildings: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Return the enterprises of the district.

    Parameters
    ----------
    plan, fabric, grids : Plan, Fabric, Grids
        The district.
    buildings : GeoDataFrame in EPSG:4544
        Footprints with their ``face`` and ``name``.
    streets : GeoDataFrame in EPSG:4544
        By whose names and numbers the doors are known.
    rng : Generator
        The source of all chance.

    Returns
    -------
    GeoDataFrame in EPSG:4326
        The columns of `geo.contracts.ENTERPRISES` but ``shifts`` (``chains`` as text). Places are rounded to
        seven decimals, but those on a shared border: they are the very floats that the vertex of the grids
        becomes when it is projected. Without a location the geometry is None, and the address is written
        in ways that lead to a place or do not.
    """
    usual = plan.enterprises - plan.border_points - plan.without_place - plan.outside_zone
    xy, large, site = _in_buildings(fabric, grids, buildings, usual, rng)
    border = shared_vertices(grids.grids)
    if len(border) < plan.border_points:
        # The few grids of the small scale may lie apart; their micro-grids never do.
        border = shared_vertices(grids.micro)
    border = border[np.sort(rng.permutation(len(border))[: plan.border_points])]
    beyond = _beyond(fabric, plan.outside_zone, rng)
    lonlat = np.vstack([np.round(degrees(xy), _DEGREE_DECIMALS), degrees(border), _rounded(beyond)])
    places = np.concatenate([shapely.points(lonlat), np.full(plan.without_place, None, dtype=object)])
    large = np.concatenate([large, np.zeros(plan.enterprises - usual, dtype=bool)])
    order = rng.permutation(plan.enterprises)
    firms = describe_firms(large[order], rng)
    doors = doors_of(streets)
    housed = doors.addresses(
        shapely.get_coordinates(shapely.centroid(buildings.geometry.to_numpy())), blocks=True
    )
    actual = doors.addresses(np.vstack([xy, border, beyond]))
    in_building = np.flatnonzero(site < len(buildings))
    actual[in_building] = housed[site[in_building]]
    towers, parks = buildings["name"].dropna().tolist(), grids.parks["name"].tolist()
    lost = written_otherwise(plan.without_place, actual[in_building].tolist(), towers, parks, rng)
    actual = np.concatenate([actual, np.array(lost, dtype=object)])[order]
    registered = _registered(actual, housed, rng)
    firms.insert(3, "address", actual)
    firms.insert(4, "registered_address", registered)
    stated = (rng.random(plan.enterprises) < _STATED_SHARE) & (order < plan.enterprises - plan.without_place)
    firms["accuracy_m"] = np.where(stated, rng.choice(_STATED_M, plan.enterprises), np.nan)
    return gpd.GeoDataFrame(firms, geometry=places[order], crs=CRS)


def degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project places (n, 2) from EPSG:4544 to longitude and latitude, bit for bit as readers do."""
    lon, lat = Transformer.from_crs(CRS_M, CRS, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return np.stack([lon, lat], axis=1)


def shared_vertices(grids: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return the vertices that two or more grids have in common, (n, 2) in the grids' CRS, sorted."""
    rings = shapely.get_rings(shapely.get_parts(grids.geometry.to_numpy()))
    xy = np.concatenate([shapely.get_coordinates(ring)[:-1] for ring in rings])
    unique, count = np.unique(xy, axis=0, return_counts=True)
    return unique[count > 1]


def _rounded(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.round(degrees(xy), _DEGREE_DECIMALS)


def _in_buildings(
    fabric: Fabric,
    grids: Grids,
    buildings: gpd.GeoDataFrame,
    count: int,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Return places of firms (count, 2), which are the main employer of an independent grid, and their sites.

    Every grid has one firm at least; the others are drawn by the pull of grids and buildings.
    """
    sites = _sites(grids, buildings)
    alone = grids.grids["kind"].to_numpy() == "独立型"
    site_grid = sites["grid"].to_numpy()
    first = pd.Series(np.arange(len(sites)))[site_grid >= 0].groupby(site_grid[site_grid >= 0]).first()
    main = first.to_numpy()
    weight = _pull(grids, alone, rng)[site_grid] * rng.pareto(2.0, len(sites)).clip(0.05, 30.0)
    weight[site_grid < 0] = 0.0
    living = np.where(site_grid < 0, rng.pareto(2.0, len(sites)), 0.0)
    chance = weight / weight.sum() * (1 - _LIVING_SHARE) + living / living.sum() * _LIVING_SHARE
    site = np.concatenate([main, rng.choice(len(sites), count - len(main), p=chance)])
    corners = shapely.get_coordinates(sites.geometry.to_numpy()).reshape(-1, 5, 2)[site]
    u, v = rng.uniform(0.05, 0.95, (2, count, 1))
    xy = corners[:, 0] + u * (corners[:, 1] - corners[:, 0]) + v * (corners[:, 3] - corners[:, 0])
    large = np.zeros(count, dtype=bool)
    large[: len(main)] = alone[first.index]
    return np.round(xy, 2), large, site


def _sites(grids: Grids, buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the buildings with the position of their grid (-1: none), and a yard for bare grids."""
    shapes = grids.grids.geometry.to_numpy()
    middles = shapely.centroid(buildings.geometry.to_numpy())
    building, grid = shapely.STRtree(shapes).query(middles, predicate="within")
    owner = np.full(len(buildings), -1, dtype=np.int64)
    owner[building] = grid
    bare = np.setdiff1d(np.arange(len(shapes)), owner)
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes[bare]))
    yards = shapely.box(spots[:, 0] - 4, spots[:, 1] - 4, spots[:, 0] + 4, spots[:, 1] + 4)
    geometry = np.concatenate([buildings.geometry.to_numpy(), yards])
    return gpd.GeoDataFrame({"grid": np.concatenate([owner, bare])}, geometry=geometry, crs=CRS_M)


def _pull(grids: Grids, alone: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how strongly each grid draws firms: parks more, grids of one employer hardly."""
    park = grids.grids["park_code"].notna().to_numpy()
    pull = (0.1 + grids.heat) ** 2 * rng.lognormal(0.0, 0.7, len(alone))
    return np.where(alone, 0.03, 1.0) * np.where(park, 2.5, 1.0) * pull


def _beyond(fabric: Fabric, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return places (count, 2) a short way outside the zone."""
    ring = shapely.buffer(fabric.zone, 60.0).exterior
    wide = shapely.buffer(fabric.zone, 700.0).exterior
    share = rng.random(count)
    inner = shapely.get_coordinates(shapely.line_interpolate_point(ring, share, normalized=True))
    outer = shapely.get_coordinates(
        shapely.line_interpolate_point(wide, shapely.line_locate_point(wide, shapely.points(inner)))
    )
    return np.round(inner + rng.random((count, 1)) * (outer - inner), 2)


def _registered(
    actual: NDArray[np.object_], housed: NDArray[np.object_], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Return registered addresses; one in five is registered elsewhere, some not at all."""
    elsewhere = housed[rng.integers(0, len(housed), len(actual))]
    registered = np.where(rng.random(len(actual)) < 0.2, elsewhere, actual)
    registered[rng.random(len(actual)) < 0.03] = None
    return registered
