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
Raster: TypeAlias = tuple[Floats, Whole]
Seams: TypeAlias = tuple[Floats, Whole]
Blocks: TypeAlias = tuple[Whole, Floats, Whole, Floats]

# The columns of a chain, the bits of its mark and the two bounds: a test holds them to those in numpy.
POLYGON, FIRST, LAST, MARK = 0, 1, 2, 3
FIRST_BEYOND, LAST_BEYOND, ODD, COUNT = 1, 2, 4, 3
SEAM_EVEN, SEAM_ODD, SEAM_CHAIN, SEAM_ENDS = 12, 13, 14, 15
SEAMED = 1 << 30
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


@compiled()
def _seam(x: float, y: float, seams: Seams, s: int) -> int:
    """Return the one polygon of a seam that covers a point, −1 for none; −2 − chain where it is not sure.

    All is computed and nothing is branched upon, since half of the guesses would be wrong. A point level
    with a vertex is not sure, though it need not be on the border.
    """
    xy, words = seams
    x1, y1, x2, y2, x3, y3 = xy[s, 0], xy[s, 1], xy[s, 2], xy[s, 3], xy[s, 4], xy[s, 5]
    above1, above2, above3 = int(y1 > y), int(y2 > y), int(y3 > y)
    dx, dy = x - x2, y - y2
    left, right = (x2 - x1) * dy, dx * (y2 - y1)
    side1, bound1 = left - right, (abs(left) + abs(right)) * BOUND + FLOOR
    left, right = (x3 - x2) * dy, dx * (y3 - y2)
    side2, bound2 = left - right, (abs(left) + abs(right)) * BOUND + FLOOR
    between1, between2 = above1 ^ above2, above2 ^ above3
    unsure = (between1 & int(abs(side1) <= bound1)) | (between2 & int(abs(side2) <= bound2))
    unsure |= int(y1 == y) | int(y2 == y) | int(y3 == y)
    crossed = (between1 & int((side1 > 0) == (y2 > y))) ^ (between2 & int((side2 > 0) == (y3 > y)))
    ends = words[s, SEAM_ENDS]
    odd = (crossed ^ (ends >> 2) ^ (ends & above1) ^ ((ends >> 1) & above3)) & 1
    return int(-2 - words[s, SEAM_CHAIN] if unsure else words[s, SEAM_EVEN + odd])


@compiled()
def _block(x: float, y: float, blocks: Blocks, block: int) -> int:
    """Return the same of a block, by its number: first those of the index, then those of its patch."""
    chain, xy, patch, patch_xy = blocks
    if block < len(chain):
        return _first(x, y, chain, xy, block)
    found = _first(x, y, patch, patch_xy, block - len(chain))
    return found - int(found < -1) * len(chain)


@compiled(
    "int64(Array(float64, 1, 'C', readonly=True), Array(float64, 1, 'C', readonly=True), "
    "Tuple((float64[:,::1], int32[::1])), Tuple((float64[:,::1], int32[:,::1])), "
    "Tuple((int32[:,::1], float64[:,::1], int32[:,::1], float64[:,::1])), int32[::1])"
)
def look_up(x: Floats, y: Floats, raster: Raster, seams: Seams, blocks: Blocks, out: Whole) -> int:
    """Enter the polygon of each point, −1 for none; return for how many the block was entered instead.

    So many at a time, in four turns: the labels of all, one look-up each that waits for no other; which of
    them are no answer; the few with a seam; and the fewer that only a block decides. ``raster`` are the axes
    and the labels, ``seams`` the same bytes as numbers and as words, and ``blocks`` the chains and vertices
    of the index, and those of its patch.
    """
    axes, label = raster
    columns = int(axes[0, 3])
    waiting = np.empty(_AT_ONCE, np.int32)
    unsure = 0
    for begin in range(0, len(x), _AT_ONCE):
        end = min(begin + _AT_ONCE, len(x))
        for i in range(begin, end):
            out[i] = label[_place(y[i], axes, 1) * columns + _place(x[i], axes, 0)]
        many = hard = 0
        for i in range(begin, end):
            waiting[many] = i - begin
            many += int(out[i] < -1)
        for j in range(many):
            i = begin + waiting[j]
            waiting[hard] = waiting[j]
            if out[i] <= -2 - SEAMED:
                out[i] = _seam(x[i], y[i], seams, -2 - SEAMED - out[i])
            hard += int(out[i] < -1)
        for j in range(hard):
            i = begin + waiting[j]
            out[i] = _block(x[i], y[i], blocks, -2 - out[i])
            unsure += int(out[i] < -1)
    return unsure
