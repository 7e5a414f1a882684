"""Bins: points → the polygons that cover them, by the polygons' bounds, without an index.

::

    ┌──────┬──────┐   The plane is cut into about a bin for each polygon, and a bin knows whose bounds reach
    │ 01 ╱╱│  02  │   it: some four. A point asks those of its bin; two are left by their bounds, and of
    ├──╱╱──┼──────┤   these it asks the runs of eight edges that reach its height, on which side of
    │╱ 03  │ 04   │   each it is.
    └──────┴──────┘

The way between the tree and the index, where the loops are loaded: nothing is built worth the name, and a
point costs the edges of one or two polygons.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.location import NOBODY, Location
from geo.index.outlines import are_areas, outlines
from geo.index.raster import Floats
from geo.index.tree import locate_by_tree


def locate_by_bins(polygons: npt.NDArray[Any], x: Floats, y: Floats) -> Location:
    """Find the polygons that cover points; the loops are loaded.

    Parameters
    ----------
    polygons : ndarray of shapely geometries
        In the order in which they win.
    x, y : ndarray of float64, shape (n,)
        The points. One that is not finite is covered by none.

    Returns
    -------
    Location
        As `geo.index.location.locate` tells it. Points on a border or in several polygons, which are few,
        are left to the tree; all of them where a geometry is no area, or so large that a product of its
        coordinates may not be finite.
    """
    from geo.index.bins.kernels import look_around

    x, y = np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(y, dtype=np.float64)
    kinds = shapely.get_type_id(polygons)
    if not are_areas(kinds):
        return locate_by_tree(polygons, x, y)
    shape = outlines(polygons, kinds)
    first = np.empty(len(x), dtype=np.int32)
    unsure = look_around(x, y, (shape.xy, shape.ring, shape.owned), first)
    if not unsure:
        return Location(first, *NOBODY)
    if unsure < 0:
        return locate_by_tree(polygons, x, y)
    left = np.flatnonzero(first < -1)
    found = locate_by_tree(polygons, x[left], y[left])
    first[left] = found.first
    return Location(first, left[found.point], found.polygon, found.interior)
