"""The loops that ask polygons by their bounds, compiled: `geo.index.bins`.

The bounds are rows of west, south, east and north; the axes of the bins rows of origin, scale and number.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]
Index: TypeAlias = npt.NDArray[np.int64]
Shape: TypeAlias = tuple[Floats, Index, Index]

# The two bounds: a test holds them to those in numpy.
BOUND = (3 + 16 * 2.0**-53) * 2.0**-53
FLOOR = 1e-290
_MOST_BINS_ACROSS = 1 << 10
_SMALLEST = 1e-150
_LARGEST = 1e150
_RUN = 8


@compiled()
def _bounds(shape: Shape) -> Floats:
    """Return the bounds of each polygon; in the last row, of all."""
    xy, ring, owned = shape
    bounds = np.empty((len(owned), 4))
    bounds[-1, 0], bounds[-1, 1], bounds[-1, 2], bounds[-1, 3] = np.inf, np.inf, -np.inf, -np.inf
    for p in range(len(owned) - 1):
        west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
        for v in range(ring[owned[p]], ring[owned[p + 1]]):
            west, south = min(west, xy[v, 0]), min(south, xy[v, 1])
            east, north = max(east, xy[v, 0]), max(north, xy[v, 1])
        bounds[p, 0], bounds[p, 1], bounds[p, 2], bounds[p, 3] = west, south, east, north
        bounds[-1, 0], bounds[-1, 1] = min(bounds[-1, 0], west), min(bounds[-1, 1], south)
        bounds[-1, 2], bounds[-1, 3] = max(bounds[-1, 2], east), max(bounds[-1, 3], north)
    return bounds


@compiled()
def _axes(bounds: Floats) -> Floats:
    """Return the axes of about a bin for each polygon."""
    axes = np.empty((2, 3))
    for axis in range(2):
        extent = bounds[-1, axis + 2] - bounds[-1, axis]
        axes[axis, 0] = bounds[-1, axis]
        axes[axis, 2] = min(int(np.sqrt(len(bounds))) + 1, _MOST_BINS_ACROSS)
        axes[axis, 1] = axes[axis, 2] / extent if extent > _SMALLEST else 0.0
    return axes


@compiled()
def _bin(value: float, axes: Floats, axis: int) -> int:
    """Return the column or the row of a value within the bounds of all, never falling as it grows."""
    return min(int((value - axes[axis, 0]) * axes[axis, 1]), int(axes[axis, 2]) - 1)


@compiled()
def _bins(bounds: Floats, axes: Floats) -> tuple[Index, Whole]:
    """Return where the polygons of each bin begin, and bin by bin those whose bounds reach it."""
    across = int(axes[0, 2])
    begins = np.zeros(across * across + 2, np.int64)
    items = np.empty(0, np.int32)
    for turn in range(2):
        for p in range(len(bounds) - 1):
            if bounds[p, 0] > bounds[p, 2]:
                continue
            for row in range(_bin(bounds[p, 1], axes, 1), _bin(bounds[p, 3], axes, 1) + 1):
                for column in range(_bin(bounds[p, 0], axes, 0), _bin(bounds[p, 2], axes, 0) + 1):
                    # Counted two places on, so that filling moves each beginning to its place.
                    place = row * across + column + 2 - turn
                    if turn == 1:
                        items[begins[place]] = p
                    begins[place] += 1
        if turn == 0:
            for k in range(1, len(begins)):
                begins[k] += begins[k - 1]
            items = np.empty(begins[-1], np.int32)
    return begins, items


@compiled()
def _heights(xy: Floats) -> Floats:
    """Return the least and the largest y of each run of eight edges; one from ring to ring does no harm."""
    heights = np.empty(((len(xy) + _RUN - 1) // _RUN, 2))
    for run in range(len(heights)):
        low, high = np.inf, -np.inf
        for v in range(run * _RUN, min(run * _RUN + _RUN + 1, len(xy))):
            low, high = min(low, xy[v, 1]), max(high, xy[v, 1])
        heights[run, 0], heights[run, 1] = low, high
    return heights


@compiled()
def _crossing(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """Return 1 where a ray to the right crosses an edge, 0 where not, −1 where that is not sure."""
    if (y1 > y) != (y2 > y):
        left, right = (x2 - x1) * (y - y1), (x - x1) * (y2 - y1)
        if abs(left - right) <= (abs(left) + abs(right)) * BOUND + FLOOR:
            return -1
        return int((left - right > 0) == (y2 > y1))
    if (y1 == y and x1 == x) or (y2 == y and x2 == x) or (y1 == y and y2 == y and (x1 < x) != (x2 < x)):
        return -1
    return 0


@compiled()
def _parity(ring: tuple[int, int], xy: Floats, heights: Floats, x: float, y: float) -> int:
    """Return the parity of a ring's edges that a ray to the right crosses; −1 where that is not sure."""
    first, last = ring
    odd = 0
    for run in range(first // _RUN, (last + _RUN - 1) // _RUN):
        if heights[run, 0] <= y <= heights[run, 1]:
            for v in range(max(first, run * _RUN), min(last, run * _RUN + _RUN)):
                crossed = _crossing(xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1], x, y)
                if crossed < 0:
                    return -1
                odd ^= crossed
    return odd


@compiled()
def _among(x: float, y: float, shape: Shape, extents: tuple[Floats, Floats], some: Whole) -> int:
    """Return the one polygon of some that covers a point, −1 for none; −2 where that is not sure."""
    xy, ring, owned = shape
    bounds, heights = extents
    found = -1
    for p in some:
        if not (bounds[p, 0] <= x <= bounds[p, 2] and bounds[p, 1] <= y <= bounds[p, 3]):
            continue
        odd = 0
        for r in range(owned[p], owned[p + 1]):
            crossed = _parity((ring[r], ring[r + 1] - 1), xy, heights, x, y)
            if crossed < 0:
                return -2
            odd ^= crossed
        if odd and found >= 0:
            return -2
        found = p if odd else found
    return found


@compiled(
    "int64(Array(float64, 1, 'C', readonly=True), Array(float64, 1, 'C', readonly=True), "
    "Tuple((float64[:,::1], int64[::1], int64[::1])), int32[::1])"
)
def look_around(x: Floats, y: Floats, shape: Shape, out: Whole) -> int:
    """Enter the polygon of each point, −1 for none, −2 where that is not sure; return how many are not.

    −1 is returned, and nothing entered, where a coordinate is too large for a product to be finite.
    ``shape`` is ``xy``, ``ring`` and ``owned`` of `geo.index.outlines.Outlines`.
    """
    bounds = _bounds(shape)
    if np.abs(bounds[-1]).max() > _LARGEST and bounds[-1, 0] <= bounds[-1, 2]:
        return -1
    axes = _axes(bounds)
    begins, items = _bins(bounds, axes)
    extents = bounds, _heights(shape[0])
    west, south, east, north = bounds[-1]
    unsure = 0
    for i in range(len(x)):
        out[i] = -1
        if west <= x[i] <= east and south <= y[i] <= north:
            place = _bin(y[i], axes, 1) * int(axes[0, 2]) + _bin(x[i], axes, 0)
            some = items[begins[place] : begins[place + 1]]
            out[i] = _among(x[i], y[i], shape, extents, some)
            unsure += int(out[i] == -2)
    return unsure
