"""Terrain: a partition and points to measure on, made up and the same each time.

A lattice whose corners are moved and whose edges wind: neighbours share each vertex of their border.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.raster import Floats

_ORIGIN = (104.0, 30.5)
_SIZE = 0.3
_WIND = 0.004
_SEED = 20260101


def partition(grids: int, *, steps: int = 20) -> npt.NDArray[Any]:
    """Draw grids that tile a square in EPSG:4326, each with four sides of so many edges."""
    side = int(np.ceil(np.sqrt(grids)))
    random = np.random.default_rng(_SEED)
    row, column = np.mgrid[0 : side + 1, 0 : side + 1]
    corners = np.stack([column, row], axis=-1) + random.uniform(-0.25, 0.25, (side + 1, side + 1, 2))
    level = _winding(random, corners[:, :-1], corners[:, 1:], steps)
    upright = _winding(random, corners[:-1], corners[1:], steps)
    rings = np.concatenate(
        [
            level[:-1, :, :-1],
            upright[:, 1:, :-1],
            level[1:, :, :0:-1],
            upright[:, :-1, ::-1],
        ],
        axis=2,
    )
    places = rings.reshape(side * side, -1, 2)[:grids] / side * _SIZE + _ORIGIN
    polygons: npt.NDArray[Any] = np.asarray(shapely.polygons(places))
    return polygons


def places(points: int, grids: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Scatter points evenly over the bounds of grids."""
    west, south, east, north = shapely.total_bounds(grids)
    random = np.random.default_rng(_SEED + 1)
    return random.uniform(west, east, points), random.uniform(south, north, points)


def _winding(random: np.random.Generator, begin: Floats, end: Floats, steps: int) -> Floats:
    """Return lines of ``steps`` edges between points, moved a little sideways in between."""
    part = np.linspace(0, 1, steps + 1)[:, None]
    line = begin[..., None, :] * (1 - part) + end[..., None, :] * part
    line[..., 1:-1, :] += random.normal(0, _WIND, line[..., 1:-1, :].shape)
    # The corners themselves to the last bit, or neighbours would not meet in them.
    line[..., 0, :], line[..., -1, :] = begin, end
    winding: Floats = line
    return winding


def spoil(grids: npt.NDArray[Any], *, every: int = 40) -> npt.NDArray[Any]:
    """Return a partition with a fault in one grid of so many: half holes, half overlaps.

    The faulty grid has one vertex of its lower side by itself, a quarter of a metre off, or two metres.
    """
    side = int(np.ceil(np.sqrt(len(grids))))
    spoiled = grids.copy()
    chosen = np.arange(side + 1, len(grids), every)
    # Not in the first or last column, where a hole would lie open.
    chosen = chosen[(chosen % side > 0) & (chosen % side < side - 1)]
    for number, row in enumerate(chosen.tolist()):
        ring = shapely.get_coordinates(grids[row])
        size = 0.25 if number % 4 < 2 else 2.0
        ring[len(ring) // 8, 1] += (1 if number % 2 else -1) * size / 111_000
        spoiled[row] = shapely.Polygon(ring)
    return spoiled
