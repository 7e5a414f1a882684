"""Refinement: a field of times on a lattice, looked at more closely where a limit passes through it.

::

    · · · ·        · · · · · · ·      Squares whose corners lie on both sides of a limit, and those beside
    · x x ·   →    · x·x·x·x·x ·      them, get times at points between; everywhere else the nearest point
    · x x ·        · · · · · · ·      speaks, since nothing happens there.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import binary_dilation

from geo.circles.areas import Lattice
from geo.streets.network import Floats

Times = Callable[[Floats], Floats]
"""Places (n, 2) in metres → the minutes there."""


def refined(
    lattice: Lattice, minutes: Floats, limits: Sequence[float], times: Times, *, parts: int
) -> tuple[Lattice, Floats]:
    """Divide the squares of a lattice near the limits, and ask for the times at the points between.

    Parameters
    ----------
    lattice : Lattice
        The points.
    minutes : ndarray (rows × columns,)
        Their times, inf or NaN where out of reach.
    limits : sequence of float
        The minutes that are to be drawn.
    times : callable
        What tells the times at places.
    parts : int
        How many steps a step of the lattice becomes; 1 changes nothing.

    Returns
    -------
    Lattice, ndarray
        The finer lattice, without its points on the streets, and its field; equal to the old one where they
        share a point.
    """
    if parts <= 1:
        return lattice, minutes
    rows, columns = lattice.shape
    field = np.where(np.isnan(minutes), np.inf, minutes).reshape(rows, columns)
    fine_shape = ((rows - 1) * parts + 1, (columns - 1) * parts + 1)
    nearest = [(np.arange(n) + parts // 2) // parts for n in fine_shape]
    fine = field[np.ix_(*nearest)]
    asked = _within(_crossed(field, limits), parts, fine_shape)
    asked[::parts, ::parts] = False
    y, x = np.nonzero(asked)
    spacing = lattice.spacing_m / parts
    places = np.column_stack([x, y]) * spacing + np.array(lattice.origin_xy)
    fine[y, x] = times(places)
    return replace(lattice, spacing_m=spacing, shape=fine_shape, snapped=None), fine.ravel()


def _crossed(field: Floats, limits: Sequence[float]) -> npt.NDArray[np.bool_]:
    """Flag the squares (rows − 1, columns − 1) that a limit crosses, and those beside them."""
    flags = np.zeros((field.shape[0] - 1, field.shape[1] - 1), dtype=bool)
    for limit in limits:
        within = field <= limit
        corners: Any = (within[:-1, :-1], within[1:, :-1], within[:-1, 1:], within[1:, 1:])
        flags |= np.logical_or.reduce(corners) & ~np.logical_and.reduce(corners)
    return np.asarray(binary_dilation(flags, structure=np.ones((3, 3), dtype=bool)), dtype=bool)


def _within(squares: npt.NDArray[np.bool_], parts: int, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Flag the fine points in the squares, their borders included."""
    inner = squares.repeat(parts, axis=0).repeat(parts, axis=1)
    flags = np.zeros(shape, dtype=bool)
    for dy in (0, 1):
        for dx in (0, 1):
            flags[dy : dy + inner.shape[0], dx : dx + inner.shape[1]] |= inner
    return flags
