"""Sameness: outlines that say the same place again after a way through another system or format.

A layer that was given out in a projected system, or as a Shapefile, which turns rings round, comes back
with its last bits and its order changed. A vertex that lies within a tenth of a millimetre of one that
stands already is that vertex; an outline that then has the same rings is the outline that stands.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import cKDTree

Geometries = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

TOLERANCE_M = 1e-4
_DEGREE_M = 111_320.0


def settled(
    shapes: Geometries, own: Geometries, ground: Geometries, *, tolerance_m: float = TOLERANCE_M
) -> Geometries:
    """Return outlines with what stands already in the place of what says the same.

    Vertices within the tolerance of a standing vertex become that vertex, so that an edge shared with an
    unchanged neighbour stays shared. An outline that is then the row's own standing one, whatever the
    order of its parts and rings, their direction and first vertex, becomes that one bit by bit. An
    outline that moving its vertices would make invalid is left as it came.

    Parameters
    ----------
    shapes : (n,) object array
        Outlines of a file in EPSG:4326, None where there is none.
    own : (n,) object array
        What stands of the same rows, None where nothing does.
    ground : (m,) object array
        Everything that stands in the layer.
    tolerance_m : float
        In metres, about.

    Returns
    -------
    (n,) object array
        The arguments are not changed.
    """
    result: Geometries = np.array(shapes, dtype=object)
    other = shapely.to_wkb(shapes) != shapely.to_wkb(own)
    at = np.flatnonzero(other & ~shapely.is_missing(shapes))
    if not len(at):
        return result
    moved = _snapped(result[at], ground, tolerance_m)
    spoilt = ~shapely.is_valid(moved) & shapely.is_valid(result[at])
    moved[spoilt] = result[at][spoilt]
    same = shapely.to_wkb(shapely.normalize(moved)) == shapely.to_wkb(shapely.normalize(own[at]))
    result[at] = np.where(same, own[at], moved)
    return result


def _snapped(shapes: Geometries, ground: Geometries, tolerance_m: float) -> Geometries:
    """Move each vertex to the nearest standing one within the tolerance."""
    vertices = shapely.get_coordinates(shapes)
    standing = shapely.get_coordinates(ground)
    if not len(vertices) or not len(standing):
        return shapes
    scale = _scale(vertices)
    margin = tolerance_m / scale
    low, high = vertices.min(axis=0) - margin, vertices.max(axis=0) + margin
    near = np.unique(standing[((standing >= low) & (standing <= high)).all(axis=1)], axis=0)
    if not len(near):
        return shapes
    tree = cKDTree(near * scale)
    distance, place = map(np.asarray, tree.query(vertices * scale, distance_upper_bound=tolerance_m))
    hit = np.isfinite(distance)
    vertices[hit] = near[place[hit]]
    result: Geometries = shapely.set_coordinates(shapes.copy(), vertices)
    return result


def _scale(lonlat: Floats) -> Any:
    """Return the metres in a degree of longitude and of latitude, about the middle of the vertices."""
    latitude = np.radians((lonlat[:, 1].min() + lonlat[:, 1].max()) / 2)
    return np.array([_DEGREE_M * max(float(np.cos(latitude)), 0.01), _DEGREE_M])
