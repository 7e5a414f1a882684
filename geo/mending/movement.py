"""Movement: what ground changes hands between two states of the same grids, and where it is too much."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.findings import Tolerances
from geo.frames import CRS
from geo.partition.outlines import (
    METRES_PER_DEGREE,
    BoolArray,
    FloatArray,
    GeometryArray,
    IntArray,
    Outlines,
    only_polygons,
    plane,
)

_NEAR = 1e-9
"""In degrees, a tenth of a millimetre: what overlay has rounded still touches."""


@dataclass(frozen=True)
class Movement:
    """What each of some grids gained and lost.

    Parameters
    ----------
    rows : (k,) int array
        The grids that changed.
    gained, lost : (k,) object array
        Multi-polygons in EPSG:4326, empty where there is nothing.
    """

    rows: IntArray
    gained: GeometryArray
    lost: GeometryArray


def movement(before: GeometryArray, after: GeometryArray, rows: IntArray) -> Movement:
    """Compare two states of some grids.

    Parameters
    ----------
    before, after : (n,) array
        Valid polygons in EPSG:4326.
    rows : (m,) array
        The positions of the grids that are compared.
    """
    return Movement(
        rows,
        _polygons(shapely.difference(after[rows], before[rows])),
        _polygons(shapely.difference(before[rows], after[rows])),
    )


def _polygons(geometry: GeometryArray) -> GeometryArray:
    made = np.empty(len(geometry), dtype=object)
    made[:] = [only_polygons(one) for one in geometry]
    return made


def moved_ground(
    movement: Movement, outlines: Outlines, labels: Sequence[object], tolerances: Tolerances
) -> gpd.GeoDataFrame:
    """Return what changed hands as a layer.

    Parameters
    ----------
    movement : Movement
        What each grid gained and lost.
    outlines : Outlines
        Names the grids, and measures areas.
    labels : sequence
        The rows' numbers in their frame, which become the column ``row``.
    tolerances : Tolerances
        Of ``overlap_m2`` and below nothing is told.

    Returns
    -------
    GeoDataFrame
        ``row``, ``grid``, ``kind`` (``gained`` or ``lost``), ``area_m2`` and multi-polygons in EPSG:4326.
    """
    rows = np.concatenate((movement.rows, movement.rows))
    ground = np.concatenate((movement.gained, movement.lost))
    areas = outlines.areas(ground)
    told = np.flatnonzero(areas > tolerances.overlap_m2)
    told = told[np.argsort(rows[told], kind="stable")]
    table = {
        "row": [labels[row] for row in rows[told].tolist()],
        "grid": [outlines.names[row] for row in rows[told].tolist()],
        "kind": ["gained" if k < len(movement.rows) else "lost" for k in told.tolist()],
        "area_m2": areas[told],
    }
    return gpd.GeoDataFrame(table, geometry=ground[told], crs=CRS)


def too_far(
    before: GeometryArray, after: GeometryArray, movement: Movement, tolerances: Tolerances
) -> dict[int, GeometryArray]:
    """Return the pieces of moved ground by which a grid's border moves too far, by row.

    Two things are measured: how far a point of the new border is from the border before, and whether a
    circle of the diameter ``move_m`` fits into what a grid gained, or lost. A new border that runs where
    the old one ran, as that of a mended ring does, has not moved.

    Parameters
    ----------
    before, after : (n,) object array
        Valid polygons in EPSG:4326.
    movement : Movement
        What each changed grid gained and lost.
    tolerances : Tolerances
        ``move_m``.
    """
    rows = movement.rows
    wide = [_wide(ground, tolerances.move_m) for ground in (movement.gained, movement.lost)]
    far = _far_border(before[rows], after[rows], tolerances.move_m)
    found: dict[int, GeometryArray] = {}
    for k in np.flatnonzero(wide[0] | wide[1] | ~shapely.is_empty(far)).tolist():
        pieces = shapely.get_parts(np.array([movement.gained[k], movement.lost[k]], dtype=object))
        guilty = shapely.dwithin(pieces, far[k], _NEAR) | _wide(pieces, tolerances.move_m)
        found[int(rows[k])] = pieces[guilty]
    return found


def _wide(ground: GeometryArray, width_m: float) -> BoolArray:
    wide: BoolArray = ~shapely.is_empty(shapely.buffer(plane(ground), -width_m / 2))
    return wide


def _far_border(before: GeometryArray, after: GeometryArray, limit_m: float) -> GeometryArray:
    """Return the lines of each new border that are further than a limit from the old one, in EPSG:4326."""
    bounds = shapely.bounds(before)
    stretch = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
    old, new = (_stretched(shapely.boundary(shapes), stretch) for shapes in (before, after))
    # A hundredth less, since GEOS simplifies a line before it draws the band around it.
    near = shapely.buffer(old, 0.99 * limit_m / METRES_PER_DEGREE, quad_segs=16)
    return _stretched(shapely.difference(new, near), 1 / stretch)


def _stretched(geometry: GeometryArray, factor: FloatArray) -> GeometryArray:
    """Return geometries with x multiplied by a factor for each."""
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    stretched: GeometryArray = shapely.set_coordinates(
        geometry.copy(), np.column_stack((xy[:, 0] * factor[owner], xy[:, 1]))
    )
    return stretched
