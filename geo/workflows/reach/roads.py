"""The streets of one mode in memory, with everything that is measured on them brought to their edges."""

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.circles.areas import Lattice, build_lattice
from geo.errors import NotFound
from geo.streets.barriers import KINDS, kept_apart
from geo.streets.joining import build_network
from geo.streets.links import with_links
from geo.streets.network import Mode, Network
from geo.streets.noding import node_lines
from geo.streets.slopes import sloped_share, street_paces
from geo.streets.snapping import Snapped, snap
from geo.streets.walls import GATE, WALL, closed_walls, shut_gates, stopped
from geo.workflows.ground.district import District
from geo.workflows.ground.zone import Zone

Floats = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]

STEP_M = 500.0
"""Lattices round circles grow in such steps, so that one serves for several promises."""

MOST_POINTS = 250_000
"""Of a lattice; so many are brought to a network in about a second."""


@dataclass(frozen=True, eq=False)
class Roads:
    """A network, and the points of a district on it, row by row as the district has them."""

    network: Network
    enterprises: Snapped
    stations: Snapped
    grids: Snapped


def representative_xy(district: District) -> Floats:
    """Return the representative point of each grid (n, 2) in metres; NaN for a grid without a polygon."""
    middles = district.grids.representative_point()
    lonlat = np.column_stack([middles.x.to_numpy(), middles.y.to_numpy()])
    return district.metres(lonlat)


def places_xy(resident: Zone, district: District, what: str) -> Floats:
    """Return the ``enterprises``, ``stations``, ``grids`` or the bare ``lattice`` (n, 2) in metres."""
    if what == "grids":
        return representative_xy(district)
    if what == "lattice":
        return lattice(resident, district, None).points_xy
    return points_xy(district, what)


def places(resident: Zone, district: District, mode: Mode, what: str) -> Snapped:
    """Return the ``enterprises``, ``grids`` or the ``lattice`` on the network of a mode.

    Raises
    ------
    NotFound
        Where no streets are loaded.
    """
    if what == "lattice":
        found = lattice(resident, district, mode).snapped
    else:
        brought = roads(resident, district, mode)
        found = None if brought is None else brought.enterprises if what == "enterprises" else brought.grids
    if found is None:
        raise NotFound("No streets are loaded, so there are no ways to measure.", reason="no-streets")
    return found


def points_xy(district: District, kind: str) -> Floats:
    """Return the enterprises or the stations (n, 2) in metres; NaN without a location."""
    frame = district.enterprises if kind == "enterprises" else district.stations
    return district.metres(frame[["lon", "lat"]].to_numpy(dtype=float))


def network(resident: Zone, district: District, mode: Mode) -> Network | None:
    """Return the network of a mode, None where no streets are loaded."""
    if not district.stamp.streets:
        return None

    def build() -> Network:
        lines, _ = lines_of(resident, district, mode, resident.streets())
        found = build_network(lines, mode=mode, crs=district.crs, pace=street_paces(lines, mode))
        return replace(found, sloped=sloped_share(lines, mode, crs=district.crs))

    return resident.remember(("network", district.stamp.ways, district.crs, mode), build)


def lines_of(
    resident: Zone, district: District, mode: Mode, streets: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, Floats]:
    """Return the streets of a mode as they are used, and where walls and shut gates part them.

    Plain centre lines are noded, missing paths joined, and what is closed is parted.

    Returns
    -------
    GeoDataFrame, ndarray (n, 2)
        In EPSG:4326, and in metres of the district's system.
    """
    lines = streets.drop(columns="noded")
    if not streets["noded"].astype(bool).all():
        lines = node_lines(lines, crs=district.crs)
    said = corrections(resident, district, mode)
    lines = with_links(lines, said.geometry[said["kind"] == "link"], mode=mode, crs=district.crs)
    closed = closures(resident, district, mode)
    gates = shapely.get_dimensions(closed) == 0
    return stopped(lines, closed[~gates], closed[gates], crs=district.crs)


def corrections(resident: Zone, district: District, mode: Mode) -> gpd.GeoDataFrame:
    """Return what people correct of the streets of a mode on the district's day."""
    holding = resident.street_corrections(district.stamp.on)
    return holding[np.array([mode in modes for modes in holding["modes"]], dtype=bool)]


def roads(resident: Zone, district: District, mode: Mode) -> Roads | None:
    """Return the network with the district's points on it, None where no streets are loaded."""
    found = network(resident, district, mode)
    if found is None:
        return None

    def build() -> Roads:
        bring = partial(entries, resident, district, found)
        return Roads(
            found,
            enterprises=bring(points_xy(district, "enterprises")),
            stations=bring(points_xy(district, "stations")),
            grids=bring(representative_xy(district)),
        )

    return resident.remember(("roads", district.stamp, mode), build)


def entries(resident: Zone, district: District, found: Network, xy: Floats) -> Snapped:
    """Bring places (n, 2) in metres to a network of the district, none of them across water or a railway."""
    access_m = resident.profile.circle.max_access_m
    snapped = snap(found, xy, max_access_m=access_m)
    closed = closures(resident, district, found.mode)
    closed = np.concatenate([barriers(resident, district), closed[shapely.get_dimensions(closed) == 1]])
    return kept_apart(found, snapped, xy, closed, max_access_m=access_m)


def barriers(resident: Zone, district: District) -> Any:
    """Return water and railways, which nobody crosses off the streets, in metres of the district's system."""

    def build() -> Any:
        ground = resident.ground()
        return np.asarray(ground[ground["kind"].isin(KINDS)].to_crs(district.crs).geometry.to_numpy())

    return resident.remember(("barriers", district.stamp.base, district.stamp.origin, district.crs), build)


def closures(resident: Zone, district: District, mode: Mode) -> Any:
    """Return what is closed to a mode, in metres: walls as lines, gates that are shut as points."""

    def build() -> Any:
        ground = resident.ground()
        ground = ground[ground["kind"].isin((WALL, GATE))].to_crs(district.crs)
        said = corrections(resident, district, mode)
        places = said.geometry[said["kind"] == "closure"].to_crs(district.crs).to_numpy()
        return np.concatenate([closed_walls(ground, mode), shut_gates(ground, mode), places])

    return resident.remember(("closures", district.stamp.ways, district.crs, mode), build)


def lattice(resident: Zone, district: District, mode: Mode | None) -> Lattice:
    """Return the lattice over the district, on the network of a mode or bare."""
    return _laid(resident, district, mode, lattice_bounds(district))


def wide_lattice(resident: Zone, district: District, mode: Mode, *, reach_m: float) -> Lattice:
    """Return the lattice over all that lies within a distance of the stations, on the network of a mode.

    A station far off the boundaries, as a wrong coordinate puts it, does not widen it.
    """
    margin_m = -(-reach_m // STEP_M) * STEP_M
    zone = np.array(lattice_bounds(district))
    outward = np.array([-margin_m, -margin_m, margin_m, margin_m])
    low, high = (zone + outward)[:2], (zone + outward)[2:]
    xy = points_xy(district, "stations")
    near = xy[((xy >= low) & (xy <= high)).all(axis=1)]
    if len(near):
        zone = np.array([*np.minimum(zone[:2], near.min(axis=0)), *np.maximum(zone[2:], near.max(axis=0))])
    west, south, east, north = (zone + outward).tolist()
    return _laid(resident, district, mode, (west, south, east, north))


def lattice_bounds(district: District) -> Bounds:
    """Return the district's extent in metres.

    Raises
    ------
    NotFound
        Where the zone is empty.
    """
    if district.extent is None:
        raise NotFound("The zone is empty; load grids or points first.", reason="zone-empty")
    return district.metric_bounds(district.extent)


def _laid(resident: Zone, district: District, mode: Mode | None, bounds: Bounds) -> Lattice:
    found = None if mode is None else network(resident, district, mode)
    west, south, east, north = bounds

    def build() -> Lattice:
        bare = build_lattice(bounds, crs=district.crs, spacing_m=spacing_m((east - west) * (north - south)))
        if found is None:
            return bare
        return replace(bare, snapped=entries(resident, district, found, bare.points_xy))

    versions = None if found is None else (mode, district.stamp.ways)
    return resident.remember(("lattice", bounds, district.crs, versions), build)


def spacing_m(area_m2: float) -> float:
    """Return the spacing at which an extent takes at most some 250,000 points: 10, 25, 50 … metres.

    One grid at a wrong place can make an extent of half a continent. It must not keep all the others from
    being counted; those are then judged by their representative points.
    """
    for spacing in (10.0, 25.0, 50.0, 100.0, 250.0):
        if area_m2 / spacing**2 <= MOST_POINTS:
            return spacing
    return STEP_M * math.ceil(math.sqrt(area_m2 / MOST_POINTS) / STEP_M)
