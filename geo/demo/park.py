"""Park: the one green of the demo district that has a wall, and its gates where paths pass it."""

import numpy as np
import shapely
from numpy.typing import NDArray

_INSET_M = 3.0


def walled_park(
    green: NDArray[np.object_], streets: NDArray[np.object_]
) -> tuple[list[shapely.Geometry], list[shapely.Geometry], list[str]]:
    """Return the wall of the green that most paths lead into, if any does, and its gates.

    Parameters
    ----------
    green : ndarray of Polygon
        In metres; the wall runs a little within one of them.
    streets : ndarray of LineString
        Every path through the wall has a gate, and every second one of them is for walkers alone.

    Returns
    -------
    list of LineString, list of Point, list of str
        At most one wall, its gates, and whether each lets wheels through (``yes``, ``no``).
    """
    rings = shapely.get_exterior_ring(shapely.get_geometry(shapely.buffer(green, -_INSET_M), 0))
    rings = rings[~shapely.is_missing(rings) & ~shapely.is_empty(rings)]
    path, ring = shapely.STRtree(rings).query(streets, predicate="crosses")
    if not len(ring):
        return [], [], []
    most = np.bincount(ring, minlength=len(rings)).argmax()
    wall = shapely.LineString(np.round(shapely.get_coordinates(rings[most]), 2))
    met = shapely.intersection(streets[path[ring == most]], wall)
    places = np.unique(np.round(shapely.get_coordinates(met), 2), axis=0)
    return (
        [wall],
        [shapely.Point(place) for place in places],
        ["no" if n % 2 else "yes" for n in range(len(places))],
    )
