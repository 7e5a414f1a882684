"""The tree: points → the polygons that cover them, by shapely's index of the points and GEOS's test.

It answers as `geo.index.location` does, needs no building worth the name, and takes geometries of any
kind: the way for few points, and the peer that the index is tested against.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.location import Location
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
    points = np.asarray(shapely.points(x[located], y[located]))
    polygon, point = shapely.STRtree(points).query(polygons, predicate="intersects")
    order = np.lexsort((polygon, point))
    point, polygon = point[order], polygon[order].astype(np.int32)
    first = np.full(len(x), -1, dtype=np.int32)
    # Backwards, so that the first of each point is written last.
    first[located[point[::-1]]] = polygon[::-1]
    several = np.bincount(point, minlength=len(points))[point] > 1
    point, polygon = point[several], polygon[several]
    interior = np.asarray(shapely.contains_properly(polygons[polygon], points[point]))
    return Location(first, located[point], polygon, interior)
