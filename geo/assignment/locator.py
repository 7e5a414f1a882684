"""The locator: the grids of one partition, made ready once and asked any number of times.

It answers by the law of `geo.assignment.rule.assign`, for points as arrays. Nothing in it changes, so threads
may share it.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.assignment.rule import RULES, in_code_order, rules_of
from geo.index.blocks import OUTSIDE
from geo.index.choice import cells_for, takes, vertices_of
from geo.index.location import Location, locate
from geo.index.partition import PartitionIndex, partition_index
from geo.index.raster import Cells, Floats
from geo.index.shelf import Shelf
from geo.index.tree import locate_by_tree
from geo.index.ways import load_if_it_pays

MANY = 10_000_000
"""So many points a locator is made for, where nobody knows better."""

# WGS 84 (NIMA TR8350.2): the larger half axis in metres, and the square of the eccentricity.
_AXIS_M, _ECCENTRICITY_2 = 6378137.0, 0.00669437999014
_SPECK_M2 = 1e-18
_INSIDE, _OUTSIDE = RULES.index("inside"), RULES.index("outside")


@dataclass(frozen=True, eq=False)
class Locator:
    """The grids of one partition, ready to be asked.

    Parameters
    ----------
    grids : GeoDataFrame
        Those with a geometry, in the order in which they win; EPSG:4326, column ``code``.
    polygons : ndarray of shapely geometries
        Theirs.
    codes : ndarray of str objects
        Theirs.
    index : PartitionIndex or None
        None where a geometry is none that it takes; then the tree answers.
    """

    grids: gpd.GeoDataFrame
    polygons: npt.NDArray[Any]
    codes: npt.NDArray[Any]
    index: PartitionIndex | None


@dataclass(frozen=True, eq=False)
class Answer:
    """Where points are.

    Parameters
    ----------
    location : Location
        Which grids cover them; a grid is its position in the locator.
    rule : ndarray of int8, shape (n,)
        The rule that decides each, as its position in `geo.assignment.rule.RULES`.
    """

    location: Location
    rule: npt.NDArray[np.int8]

    @property
    def first(self) -> Cells:
        """The position of each point's grid, −1 for none."""
        return self.location.first


def make_locator(
    polygons: gpd.GeoDataFrame, *, points: int = MANY, cells: int | None = None, shelf: Shelf | None = None
) -> Locator:
    """Make the grids of one partition ready.

    Parameters
    ----------
    polygons : GeoDataFrame
        As for `geo.assignment.rule.assign`.
    points : int
        About how many will be asked for: more of them are worth more cells.
    cells : int, optional
        How many a polygon is worth, where an index with so many is on the shelf already.
    shelf : Shelf, optional
        Where an index is taken from that another process has made, and else kept.

    Raises
    ------
    CrsUnknown, MissingColumn
        As `geo.assignment.rule.assign` does.
    """
    grids = in_code_order(polygons)
    shapes = grids.geometry.to_numpy()
    index = None
    if len(shapes) and takes(shapes):
        load_if_it_pays(points + vertices_of(shapes))
        worth = cells or cells_for(points, len(shapes))
        index = partition_index(shapes, cells_for_a_polygon=worth, shelf=shelf)
    return Locator(grids, shapes, grids["code"].to_numpy(dtype=object), index)


def ask(locator: Locator, x: Floats, y: Floats, *, threads: int | None = None) -> Answer:
    """Say where points are, exactly as `geo.assignment.rule.assign` does.

    Parameters
    ----------
    locator : Locator
        The grids.
    x, y : ndarray of float64, shape (n,)
        Longitude and latitude; a pair of which one is not finite is no location.
    threads : int, optional
        How many share the work at most; by default one for each processor.
    """
    located = np.isfinite(x) & np.isfinite(y)
    if not located.all():
        x, y = np.where(located, x, np.nan), np.where(located, y, np.nan)
    if locator.index is None:
        found = locate_by_tree(locator.polygons, x, y)
    else:
        found = locate(locator.index, x, y, threads=threads)
    return Answer(found, rules_of(found, located))


def ask_at_once(locator: Locator, lon: float, lat: float) -> tuple[int, int] | None:
    """Say where one place is, if no border is near it: without an array, in a tenth of the time.

    Parameters
    ----------
    locator : Locator
        The grids.
    lon, lat : float
        The place, in degrees.

    Returns
    -------
    (int, int) or None
        The position of the grid, −1 for none, and that of the rule in `geo.assignment.rule.RULES`; None where
        only `ask` can tell.
    """
    if locator.index is None:
        return None
    index = locator.index
    label = int(index.blocks.label[index.raster.cell_at(lon, lat)])
    if label < OUTSIDE:
        return None
    return label, _OUTSIDE if label == OUTSIDE else _INSIDE


def border_m(locator: Locator, grid: int, lon: float, lat: float) -> float:
    """Return the metres from a place to the border of a grid near it, holes included.

    On the plane that touches the ellipsoid of WGS 84 at the place: right to a millionth within some
    kilometres. Edges are straight in degrees, as in the assignment.

    Parameters
    ----------
    locator : Locator
        The grids.
    grid : int
        The position of the grid.
    lon, lat : float
        The place, in degrees.
    """
    begin, end = _edges(locator, grid)
    bulge = 1 - _ECCENTRICITY_2 * sin(radians(lat)) ** 2
    east_m = radians(_AXIS_M / sqrt(bulge)) * cos(radians(lat))
    north_m = radians(_AXIS_M * (1 - _ECCENTRICITY_2) / bulge**1.5)
    ax, ay = (begin[:, 0] - lon) * east_m, (begin[:, 1] - lat) * north_m
    dx, dy = (end[:, 0] - begin[:, 0]) * east_m, (end[:, 1] - begin[:, 1]) * north_m
    # A ring may have the same vertex twice; such an edge is its vertex.
    square = np.maximum(dx * dx + dy * dy, _SPECK_M2)
    along = np.minimum(np.maximum((ax * dx + ay * dy) / -square, 0.0), 1.0)
    ax += along * dx
    ay += along * dy
    return sqrt(float((ax * ax + ay * ay).min()))


def _edges(locator: Locator, grid: int) -> tuple[Floats, Floats]:
    """Return the first and the last vertices of the edges of a grid's rings, each of shape (n, 2)."""
    if locator.index is not None:
        return locator.index.edges_of(grid)
    border = shapely.get_parts(shapely.boundary(locator.polygons[grid]))
    xy, ring = shapely.get_coordinates(border, return_index=True)
    inner = ring[1:] == ring[:-1]
    return xy[:-1][inner], xy[1:][inner]
