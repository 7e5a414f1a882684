"""Neighbours: how far a point lies from the border of its grid, and which grid lies beyond.

Measured in metres in the zone's metric system, on the corners as they are drawn. A straight edge of one
kilometre differs there from the straight line in degrees, by which points are assigned, by a centimetre.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

TOUCHING_M = 1.0
"""Grids whose borders come as near as this are neighbours; what is further apart has ground between."""

_ON_M = 0.01
_NOTHING = 1e-6


@dataclass(frozen=True, eq=False)
class Ground:
    """The grids of one partition in metres, in the order of their codes.

    Parameters
    ----------
    crs : str
        The metric system.
    codes : ndarray of str
        Their codes.
    shapes : ndarray of Geometry
        Their outlines in that system.
    places : mapping of int to int
        Version → place in the arrays.
    """

    crs: str
    codes: npt.NDArray[np.object_]
    shapes: npt.NDArray[np.object_]
    places: dict[int, int]

    @cached_property
    def borders(self) -> npt.NDArray[np.object_]:
        """The borders, holes' among them."""
        return np.asarray(shapely.boundary(self.shapes), dtype=object)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The tree of the outlines."""
        return shapely.STRtree(self.shapes)


def ground(grids: gpd.GeoDataFrame, crs: str) -> Ground:
    """Lay grids out in metres.

    Parameters
    ----------
    grids : GeoDataFrame
        EPSG:4326, index the version, ``code``; those without a geometry are left out.
    crs : str
        The metric system of the place.
    """
    drawn = grids[~(grids.geometry.isna() | grids.geometry.is_empty)]
    codes, versions = drawn["code"].tolist(), drawn.index.tolist()
    order = sorted(range(len(drawn)), key=lambda i: (codes[i], versions[i]))
    shapes = drawn.geometry.iloc[order].to_crs(crs).to_numpy()
    return Ground(
        crs,
        np.array(codes, dtype=object)[order],
        np.asarray(shapes, dtype=object),
        {int(versions[i]): place for place, i in enumerate(order)},
    )


def measure(land: Ground, xy: npt.NDArray[np.float64], versions: "pd.Series[int]") -> pd.DataFrame:
    """Measure how far points lie from the nearest border of their grid, and name who lies beyond.

    Parameters
    ----------
    land : Ground
        The grids of the partition.
    xy : ndarray of float, shape (n, 2)
        The points in metres in the ground's system, NaN without a location.
    versions : Series of int, shape (n,)
        Any index; the version of the grid of each point, NA for none. A point without a grid is measured
        from the nearest one, which is its neighbour.

    Returns
    -------
    DataFrame
        Index of ``versions``; ``border_m`` (NaN without a location or a grid), ``within`` (whether the point
        lies in its grid or on its border) and ``neighbour``: the code of the grid beyond the nearest border,
        or of that in which the point lies if not in its own; the lowest of several, None for open ground.
    """
    located = np.isfinite(xy).all(axis=1)
    numbers = versions.fillna(-1).astype("int64")
    own = numbers.map(lambda one: land.places.get(one, -1)).to_numpy(dtype=np.int64)
    border_m, within = np.full(len(xy), np.nan), np.zeros(len(xy), dtype=bool)
    neighbour = np.full(len(xy), None, dtype=object)
    for mine, part in ((own >= 0, _from_own), (own < 0, _from_nearest)):
        rows = np.flatnonzero(located & mine)
        if len(rows) and len(land.shapes):
            points = np.asarray(shapely.points(xy[rows]), dtype=object)
            border_m[rows], within[rows], beyond = part(land, points, own[rows])
            neighbour[rows] = land.codes[beyond]
            neighbour[rows[beyond < 0]] = None
    # As an array of objects it would be taken for text, in which None becomes NaN.
    beyond_it = pd.Series(neighbour, index=versions.index, dtype=object)
    table = {"border_m": border_m, "within": within, "neighbour": beyond_it}
    return pd.DataFrame(table, index=versions.index)


def distance_m(land: Ground, xy: npt.NDArray[np.float64], version: int) -> float | None:
    """Return how many metres one point (x, y) lies from a grid, 0 in it; None without location or outline."""
    place = land.places.get(version)
    if place is None or not np.isfinite(xy).all():
        return None
    return float(shapely.distance(shapely.points(xy), land.shapes[place]))


def shares(land: Ground, shape: shapely.Geometry) -> dict[str, float]:
    """Return which share of an outline each grid has, by its code, from 0 to 1; what is in none is missing.

    Parameters
    ----------
    shape : Polygon or MultiPolygon
        In metres in the ground's system.
    """
    found = np.sort(land.tree.query(shape, predicate="intersects"))
    parts = shapely.area(shapely.intersection(shape, land.shapes[found])) / shapely.area(shape)
    return {land.codes[n]: float(part) for n, part in zip(found, parts, strict=True) if part > _NOTHING}


_Measured = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.int64]]


def _from_own(land: Ground, points: npt.NDArray[np.object_], own: npt.NDArray[np.int64]) -> _Measured:
    borders = land.borders[own]
    border_m = shapely.distance(points, borders)
    within = shapely.dwithin(points, land.shapes[own], _ON_M)
    # Whoever stands beyond the border of its grid is asked about where it stands.
    looked_at = np.where(within, shapely.get_point(shapely.shortest_line(points, borders), -1), points)
    reach = np.where(within, TOUCHING_M, 0.0)
    return border_m, within, _lowest(land, looked_at, reach, own)


def _from_nearest(land: Ground, points: npt.NDArray[np.object_], _own: npt.NDArray[np.int64]) -> _Measured:
    pairs, metres = land.tree.query_nearest(points, return_distance=True)
    nearest = np.full(len(points), len(land.shapes), dtype=np.int64)
    border_m = np.full(len(points), np.inf)
    np.minimum.at(nearest, pairs[0], pairs[1])
    np.minimum.at(border_m, pairs[0], metres)
    return border_m, np.zeros(len(points), dtype=bool), nearest


def _lowest(
    land: Ground,
    places: npt.NDArray[np.object_],
    reach: npt.NDArray[np.float64],
    own: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """Return the first grid by its code that lies within reach and is not a place's own, else −1."""
    found = land.tree.query(places, predicate="dwithin", distance=reach)
    others = found[:, found[1] != own[found[0]]]
    lowest = np.full(len(places), len(land.shapes), dtype=np.int64)
    np.minimum.at(lowest, others[0], others[1])
    return np.where(lowest == len(land.shapes), -1, lowest)
