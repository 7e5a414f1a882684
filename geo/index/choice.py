"""The choice between the tree, the bins and the index, and of the index's cells: by kind and by size.

The tree costs by the point, the bins by the vertex and less by the point, the index by the vertex and the
cell. Where they meet was measured on partitions of 9 to 100,000 polygons with 81 vertices each, and 10 to
1 million points (`BENCHMARKS.md`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index import ways
from geo.index.bins import locate_by_bins
from geo.index.location import Location, locate
from geo.index.outlines import are_areas
from geo.index.partition import partition_index
from geo.index.raster import Floats
from geo.index.tree import locate_by_tree

_LEAST_CELLS = 32
_MOST_CELLS, _MOST_CELLS_FOR_LOOPS = 2048, 512
_VERTICES_FOR_A_BINNED_POINT = 240
_POLYGONS_FOR_A_POINT = 3
_COUNTED = 16
_LARGEST = 1e150


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
        The same by each way.
    """
    if len(x) * _POLYGONS_FOR_A_POINT < len(polygons):
        return locate_by_tree(polygons, x, y)
    vertices = _about(polygons)
    ways.load_if_it_pays(len(x) + vertices)
    if pays(len(x), vertices) and takes(polygons):
        cells = cells_for(len(x), len(polygons))
        return locate(partition_index(polygons, cells_for_a_polygon=cells), x, y)
    if len(x) * _VERTICES_FOR_A_BINNED_POINT >= vertices > 0 and ways.swift():
        return locate_by_bins(polygons, x, y)
    return locate_by_tree(polygons, x, y)


def _about(polygons: npt.NDArray[Any]) -> int:
    """Return about how many vertices there are: to count them all takes as long as a small answer does."""
    some = polygons[:: len(polygons) // _COUNTED or 1]
    return vertices_of(some) * len(polygons) // (len(some) or 1)


def pays(points: int, vertices: int) -> bool:
    """Tell whether an index of so many vertices is built and asked sooner than what needs none."""
    least, vertices_for_a_point = (600, 3) if ways.swift() else (1_200, 8)
    return points >= least + vertices // vertices_for_a_point


def vertices_of(polygons: npt.NDArray[Any]) -> int:
    """Return how many vertices the polygons have in all."""
    return int(shapely.get_num_coordinates(polygons).sum())


def takes(polygons: npt.NDArray[Any]) -> bool:
    """Tell whether all geometries are areas, and small enough for their products to be finite."""
    if not are_areas(shapely.get_type_id(polygons)):
        return False
    fits = np.abs(shapely.bounds(polygons)) <= _LARGEST
    return bool(fits.all()) or bool(fits[~shapely.is_empty(polygons)].all())


def cells_for(points: int, polygons: int) -> int:
    """Return how many cells a polygon is worth: as many as it has points, or a fifth, within bounds.

    Numpy saves with each point that lies in a plain cell more than the loops do: these decide most of the
    others by a seam, and lose more where the labels outgrow the processor's cache.
    """
    wish = points // max(polygons, 1)
    if ways.swift():
        return min(max(wish // 5, _LEAST_CELLS), _MOST_CELLS_FOR_LOOPS)
    return min(max(wish, _LEAST_CELLS), _MOST_CELLS)
