"""The choice between the index and the tree, and of the index's cells: by kind and by size.

The tree costs by the point, the index by the vertex and the cell. Where they meet was measured on
partitions of 64 to 10,000 polygons with 13 to 81 vertices each (`BENCHMARKS.md`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.location import Location, locate
from geo.index.partition import partition_index
from geo.index.raster import Floats
from geo.index.tree import locate_by_tree
from geo.index.ways import load_if_it_pays

_LEAST_POINTS = 2_000
_VERTICES_FOR_A_POINT = 12
_CELLS_FOR_A_POLYGON = (32, 2048)
_LARGEST = 1e150
_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def locate_once(polygons: npt.NDArray[Any], x: Floats, y: Floats) -> Location:
    """Find the polygons that cover points, by the way that is the quicker for one question.

    Parameters
    ----------
    polygons : ndarray of shapely geometries
        In the order in which they win.
    x, y : ndarray of float64, shape (n,)
        The points. One that is not finite is covered by none.

    Returns
    -------
    Location
        The same by either way.
    """
    if not pays(polygons, len(x)) or not takes(polygons):
        return locate_by_tree(polygons, x, y)
    load_if_it_pays(len(x) + int(shapely.get_num_coordinates(polygons).sum()))
    cells = cells_for(len(x), len(polygons))
    return locate(partition_index(polygons, cells_for_a_polygon=cells), x, y)


def pays(polygons: npt.NDArray[Any], points: int) -> bool:
    """Tell whether an index of the polygons is built and asked sooner than the tree."""
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    return points >= _LEAST_POINTS + vertices // _VERTICES_FOR_A_POINT


def takes(polygons: npt.NDArray[Any]) -> bool:
    """Tell whether all geometries are areas, and small enough for their products to be finite."""
    areal = bool(np.isin(shapely.get_type_id(polygons), _AREAL).all())
    bounds = shapely.bounds(polygons)[~shapely.is_empty(polygons)]
    return areal and bool((np.abs(bounds) <= _LARGEST).all())


def cells_for(points: int, polygons: int) -> int:
    """Return how many cells a polygon is worth: as many as it has points, within bounds."""
    least, most = _CELLS_FOR_A_POLYGON
    return min(max(points // max(polygons, 1), least), most)
