"""The loops that decide points in blocks, compiled.

What chains, marks and blocks are is told in `geo.index.blocks`; `geo.index.location` does the same in numpy,
and what is left here. A raster comes as an array of two rows, one for each axis: origin, scale, limit, cells.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]
Blocks: TypeAlias = tuple[Whole, Floats, Whole, Floats]

# The columns of a chain, the bits of its mark and the two bounds: a test holds them to those in numpy.
POLYGON, FIRST, LAST, MARK = 0, 1, 2, 3
FIRST_BEYOND, LAST_BEYOND, ODD, COUNT = 1, 2, 4, 3
BOUND = (3 + 16 * 2.0**-53) * 2.0**-53
FLOOR = 1e-290
_AT_ONCE = 1 << 12


@compiled()
def _place(value: float, axes: Floats, axis: int) -> int:
    """Return the column or the row of a value; a NaN lies where everything begins."""
    at = value if value > axes[axis, 0] else axes[axis, 0]
    at = at if at < axes[axis, 2] else axes[axis, 2]
    return int((at - axes[axis, 0]) * axes[axis, 1])


@compiled()
def _side(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> int:
    """Return 1 where a point is left of an edge's direction, −1 right of it, 0 where that is not sure."""
    left, right = (x2 - x1) * (y - y1), (x - x1) * (y2 - y1)
    side, bound = left - right, (abs(left) + abs(right)) * BOUND + FLOOR
    return int(side > bound) - int(side < -bound)


@compiled()
def _crossings(xy: Floats, first: int, last: int, x: float, y: float) -> int:
    """Return the parity of a chain's edges that a ray to the right crosses; −1 where that is not sure."""
    x1, y1 = xy[first]
    odd = 0
    for v in range(first + 1, last + 1):
        x2, y2 = xy[v]
        if (y1 > y) != (y2 > y):
            if x1 > x and x2 > x:
                odd ^= 1
            elif x1 >= x or x2 >= x:
                side = _side(x1, y1, x2, y2, x, y)
                if side == 0:
                    return -1
                odd ^= (side > 0) == (y2 > y1)
        elif (y1 == y and x1 == x) or (y2 == y and x2 == x) or (y1 == y and y2 == y and (x1 < x) != (x2 < x)):
            return -1
        x1, y1 = x2, y2
    return odd


@compiled()
def _first(x: float, y: float, chain: Whole, xy: Floats, block: int) -> int:
    """Return the one polygon of a block that covers a point, −1 for none; −2 − block where it is not sure.

    A point on a border is not sure, and one that several polygons cover is left to be told of them all.
    """
    found, odd, polygon = -1, 0, chain[block, POLYGON]
    end = block + (chain[block, MARK] >> COUNT)
    for k in range(block, end):
        mark, first, last = chain[k, MARK], chain[k, FIRST], chain[k, LAST]
        odd ^= (mark & ODD) != 0
        odd ^= (mark & FIRST_BEYOND) != 0 and xy[first, 1] > y
        odd ^= (mark & LAST_BEYOND) != 0 and xy[last, 1] > y
        crossed = _crossings(xy, first, last, x, y)
        if crossed < 0:
            return -2 - block
        odd ^= crossed
        if k + 1 == end or chain[k + 1, POLYGON] != polygon:
            if odd and found >= 0:
                return -2 - block
            found = polygon if odd else found
            odd, polygon = 0, chain[min(k + 1, end - 1), POLYGON]
    return found


@compiled(
    "int64(Array(float64, 1, 'C', readonly=True), Array(float64, 1, 'C', readonly=True), float64[:,::1], "
    "int32[::1], Tuple((int32[:,::1], float64[:,::1], int32[:,::1], float64[:,::1])), int32[::1])"
)
def look_up(x: Floats, y: Floats, axes: Floats, label: Whole, blocks: Blocks, out: Whole) -> int:
    """Enter the polygon of each point, −1 for none; return for how many the block was entered instead.

    So many at a time: first the labels of all, one look-up each that waits for no other, then the few in
    blocks. ``blocks`` are the chains and vertices of the index, and those of its patch.
    """
    chain, xy, patch, patch_xy = blocks
    columns = int(axes[0, 3])
    waiting = np.empty(_AT_ONCE, np.int64)
    unsure = 0
    for begin in range(0, len(x), _AT_ONCE):
        many = 0
        for i in range(begin, min(begin + _AT_ONCE, len(x))):
            found = label[_place(y[i], axes, 1) * columns + _place(x[i], axes, 0)]
            out[i] = found
            waiting[many] = i
            many += found < -1
        for j in range(many):
            i = waiting[j]
            block = -2 - out[i]
            if block < len(chain):
                found = _first(x[i], y[i], chain, xy, block)
            else:
                found = _first(x[i], y[i], patch, patch_xy, block - len(chain))
                found -= (found < -1) * len(chain)
            out[i] = found
            unsure += found < -1
    return unsure
