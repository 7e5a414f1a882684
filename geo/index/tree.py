"""The tree: points → the polygons that cover them, by shapely's index of the points and GEOS's test.

It answers as `geo.index.location` does, needs no building worth the name, and takes geometries of any
kind: the way for few points, and the peer that the index is tested against.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.location import NOBODY, Location
from geo.index.raster import Floats


def locate_by_tree(polygons: npt.NDArray[Any], x: Floats, y: Floats) -> Location:
    """Find the polygons that cover points.

    Parameters
    ----------
    polygons : ndarray of shapely geometries
        In the order in which they win.
    x, y : ndarray of float64, shape (n,)
        The points. One that is not finite is covered by none.

    Returns
    -------
    Location
        As `geo.index.location.locate` tells it.
    """
    located = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    places = np.empty((len(located), 2))
    places[:, 0], places[:, 1] = x[located], y[located]
    points = np.asarray(shapely.points(places))
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    first = np.full(len(x), -1, dtype=np.int32)
    covers = np.bincount(point, minlength=len(points))
    if not np.count_nonzero(covers > 1):
        first[located[point]] = polygon
        return Location(first, *NOBODY)
    order = np.lexsort((polygon, point))
    point, polygon = point[order], polygon[order].astype(np.int32)
    # Backwards, so that the first of each point is written last.
    first[located[point[::-1]]] = polygon[::-1]
    several = covers[point] > 1
    point, polygon = point[several], polygon[several]
    interior = np.asarray(shapely.contains_properly(polygons[polygon], points[point]))
    return Location(first, located[point], polygon, interior)
