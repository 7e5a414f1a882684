"""Service circles as polygons: contours of travel time on a lattice, or unions of discs."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geo.circles.contours import Geometries, as_multipolygon, multipolygons, outline
from geo.errors import InputError
from geo.frames import CRS
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped, snap

MOST_POINTS = 4_000_000


@dataclass(frozen=True, eq=False)
class Lattice:
    """Square points over an extent, brought to a network once, to be asked many times.

    Parameters
    ----------
    crs : str
        The metric coordinate system.
    origin_xy : (float, float)
        The south-western point, at whole multiples of the spacing.
    spacing_m : float
        Metres between neighbours.
    shape : (int, int)
        Rows northwards, columns eastwards.
    snapped : Snapped or None
        The points on the network, by the very rule of the demand; None without streets.
    """

    crs: str
    origin_xy: tuple[float, float]
    spacing_m: float
    shape: tuple[int, int]
    snapped: Snapped | None = None

    @property
    def points_xy(self) -> Floats:
        """The points in metres, (rows × columns, 2), row by row from the south-west."""
        rows, columns = self.shape
        y, x = np.divmod(np.arange(rows * columns), columns)
        points: Floats = np.column_stack([x, y]) * self.spacing_m + np.array(self.origin_xy)
        return points

    @property
    def axes(self) -> tuple[Floats, Floats]:
        """The easting and the northing of each point in metres, (rows, columns) that take no memory."""
        rows, columns = self.shape
        x = self.origin_xy[0] + np.arange(columns) * self.spacing_m
        y = self.origin_xy[1] + np.arange(rows) * self.spacing_m
        return np.broadcast_to(x, self.shape), np.broadcast_to(y[:, None], self.shape)

    @property
    def points_lonlat(self) -> Floats:
        """The same points in EPSG:4326, longitude first."""
        back = Transformer.from_crs(self.crs, CRS, always_xy=True).transform
        return np.column_stack(back(*self.points_xy.T))


def build_lattice(
    bounds: Sequence[float],
    *,
    crs: str,
    spacing_m: float = 25.0,
    network: Network | None = None,
    max_access_m: float = 250.0,
) -> Lattice:
    """Lay a lattice over an extent, one step beyond it on each side.

    Parameters
    ----------
    bounds : sequence of 4 floats
        West, south, east, north in metres of ``crs``. What is reached beyond is not drawn.
    crs : str
        The metric coordinate system; the network's, where there is one.
    spacing_m : float
        Metres between neighbours.
    network : Network, optional
        The streets to bring the points to.
    max_access_m : float
        The longest access leg, the same as for the demand.

    Raises
    ------
    InputError
        Where the extent is empty or needs more than four million points.
    """
    west, south, east, north = bounds
    low = np.floor(np.array([west, south]) / spacing_m) - 1
    steps = np.ceil(np.array([east, north]) / spacing_m) + 1 - low + 1
    if not (west <= east and south <= north and steps.prod() <= MOST_POINTS):
        raise InputError(
            f"A lattice of {spacing_m:g} m over the extent {west:.0f}, {south:.0f} to {east:.0f}, "
            f"{north:.0f} cannot be laid: it is empty or needs more than {MOST_POINTS:,} points; "
            "look for a grid far from the others, or choose a wider spacing.",
            reason="lattice-too-large",
            most=MOST_POINTS,
            bounds=[float(b) for b in bounds],
            spacing_m=spacing_m,
        )
    origin = (float(low[0] * spacing_m), float(low[1] * spacing_m))
    bare = Lattice(crs, origin, spacing_m, (int(steps[1]), int(steps[0])))
    if network is None:
        return bare
    snapped = snap(network, bare.points_xy, max_access_m=max_access_m)
    return Lattice(crs, origin, spacing_m, bare.shape, snapped)


def service_areas(
    lattice: Lattice, minutes: Floats, limits: Sequence[float], *, speed_m_per_min: float
) -> gpd.GeoDataFrame:
    """Draw what is within each limit as the contour of travel time on a lattice.

    Between two points the contour runs by linear interpolation (marching squares, contourpy). Time
    jumps where neighbouring points enter at different streets, or where one of them reaches none;
    so a time counts at most two steps of the lattice beyond or below the limit, which lets the
    contour pass about halfway across a jump. What is out of reach inside is a hole.

    The polygon is a drawing: whether a point is covered is told by its own time, not by it.

    Parameters
    ----------
    lattice : Lattice
        The points.
    minutes : ndarray (rows × columns,)
        Travel times at the points (``travel_minutes(…, lattice.snapped).minutes``), inf where out
        of reach; looked up at least two steps of the lattice beyond the largest limit.
    limits : sequence of float
        The minutes to draw, such as (5, 10, 15); each area contains the smaller ones.
    speed_m_per_min : float
        The speed that the times were made with.

    Returns
    -------
    GeoDataFrame
        A row for each limit, from the smallest: ``minutes``, ``area_m2`` in the lattice's system,
        and a MultiPolygon in EPSG:4326.
    """
    band = 2 * lattice.spacing_m / speed_m_per_min
    field, (x, y) = minutes.reshape(lattice.shape), map(np.ascontiguousarray, lattice.axes)
    drawn = [
        # NaN is out of reach too: of it and a number, fmin takes the number.
        outline(x, y, np.maximum(np.fmin(field, limit + band), limit - band), limit, band)
        for limit in sorted(limits)
    ]
    return _frame(multipolygons(drawn), limits, lattice.crs)


def disc_areas(
    sources_xy: Floats, limits: Sequence[float], radii_m: Sequence[float], *, crs: str
) -> gpd.GeoDataFrame:
    """Draw the union of discs round the sources, with a radius for each time.

    Parameters
    ----------
    sources_xy : ndarray (n, 2)
        Metres in ``crs``; NaN is "no location" and has no disc.
    limits : sequence of float
        The minutes to draw, ascending.
    radii_m : sequence of float
        The radius of each: minutes × speed ÷ detour, or what a standard names.
    crs : str
        The metric coordinate system.

    Returns
    -------
    GeoDataFrame
        As `service_areas`. A quarter of a circle is drawn by 16 chords, 0.2 % short in area.
    """
    points = shapely.points(sources_xy[np.isfinite(sources_xy).all(axis=1)])
    areas = np.empty(len(radii_m), dtype=object)
    for i, radius in enumerate(radii_m):
        areas[i] = as_multipolygon(shapely.union_all(shapely.buffer(points, radius, quad_segs=16)))
    return _frame(areas, limits, crs)


def _frame(multi: Geometries, limits: Sequence[float], crs: str) -> gpd.GeoDataFrame:
    """Return MultiPolygons in EPSG:4326 with their size in metres."""
    columns = {"minutes": np.array(sorted(limits), dtype=float), "area_m2": shapely.area(multi)}
    return gpd.GeoDataFrame(columns, geometry=multi, crs=crs).to_crs(CRS)
