"""Sides: whether a point lies to the left of an edge, to the right or on it, without rounding.

A float filter decides nearly all: the sign of the cross product is sure where it is larger than
(3 + 16u)·u times the sum of its two products' sizes, u = 2⁻⁵³ (J. R. Shewchuk, "Adaptive Precision
Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997, bound A of ``orient2d``). What
it leaves is decided in rational numbers, in which every float is exact.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from geo.index.raster import Floats

Flags = npt.NDArray[np.bool_]

BOUND = (3 + 16 * 2.0**-53) * 2.0**-53
# Products smaller than this may have lost bits to underflow, which the bound does not see.
FLOOR = 1e-290


def crossings(edges: Floats, x: Floats, y: Floats) -> tuple[Flags, Flags]:
    """Tell which edges a ray from a point to the right crosses, and where that is not sure.

    An edge is crossed where exactly one of its ends is above the ray, and the point is to its left.

    Parameters
    ----------
    edges : ndarray of shape (4, n)
        x1, y1, x2, y2 of each edge.
    x, y : ndarray of shape (n,)
        The point of each.

    Returns
    -------
    crossed, doubtful : ndarray of bool
        Where it is doubtful, the point may lie on the edge, and the other flag says nothing.
    """
    x1, y1, x2, y2 = edges
    above = y2 > y
    between = (y1 > y) != above
    left = (x2 - x1) * (y - y1)
    right = (x - x1) * (y2 - y1)
    side = left - right
    bound = np.abs(left) + np.abs(right)
    bound *= BOUND
    bound += FLOOR
    doubtful = between & (np.abs(side) <= bound)
    # Outside ``between``, a point can be on an edge only as its upper end, or where it is level.
    doubtful |= (y == y1) & ~(y2 > y1)
    doubtful |= (y == y2) & ~(y1 > y2)
    return between & ((side > 0) == above), doubtful


def exact_crossings(edges: Floats, x: Floats, y: Floats) -> tuple[Flags, Flags]:
    """Tell which edges a ray from a point to the right crosses, and on which it lies.

    Parameters
    ----------
    edges, x, y
        As for `crossings`.

    Returns
    -------
    crossed, on : ndarray of bool
        A point on an edge, ends included, does not cross it.
    """
    x1, y1, x2, y2 = edges
    above = y2 > y
    between = (y1 > y) != above
    end = ((x == x1) & (y == y1)) | ((x == x2) & (y == y2))
    level = (y == y1) & (y == y2) & (np.minimum(x1, x2) <= x) & (x <= np.maximum(x1, x2))
    sign = np.zeros(len(x), dtype=np.int8)
    for i in np.flatnonzero(between & ~end):
        sign[i] = _side(edges[:, i].tolist(), float(x[i]), float(y[i]))
    on = end | level | (between & (sign == 0))
    return between & ~on & ((sign > 0) == above), on


def _side(edge: list[float], x: float, y: float) -> int:
    """Return 1 for a point to the left of the edge's direction, −1 to the right, 0 on its line."""
    x1, y1, x2, y2 = map(Fraction, edge)
    side = (x2 - x1) * (Fraction(y) - y1) - (Fraction(x) - x1) * (y2 - y1)
    return (side > 0) - (side < 0)
