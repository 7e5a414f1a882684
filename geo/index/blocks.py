"""Blocks: what a cell holds that borders touch, and how a point in it is decided.

A block has a chain for each run of a polygon's edges through the cell::

    ┌───────────┐        The chain e₁ e₂ touches the cell, e₃ and e₄ do not.
    │     ╱e₁   │        A ray from q to the right crosses as many edges as
    │  q─╱──────┼─ ─ ─   • S, the parity of the edges to the right that cross the row's top,
    │   ╱    e₂─┼──•     • one for each edge of the chains that q lies to the left of,
    │  ╱   ╱    │  │e₃   • one for each end • of a chain, above q, in the row and to the
    └─╱───╱─────┘  │e₄     right of the cell: the outline goes on from there.

Why the ends suffice: an edge outside, to the right, is crossed if exactly one of its ends is above q.
Summed modulo 2 along an outline, all vertices cancel but those where it enters or leaves the cell, and
those above the row, which S counts. The edges outside need not be looked at, and nothing is rounded.

A chain is a row of four whole numbers::

    POLYGON   whose chain it is; the polygons of a block ascend
    FIRST     its first vertex
    LAST      its last vertex; the same as the first where the polygon fills the cell and has no edge in it
    MARK      1  the first vertex is in the row and to the right of the cell
              2  the last vertex is
              4  S is odd: on one chain of the polygon in the cell
              8  and above, of a block's first chain: how many chains the block has

Most blocks have a seam besides, which decides nearly all points by itself: `geo.index.seams`.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from geo.index.raster import Cells, Floats

POLYGON, FIRST, LAST, MARK = range(4)
FIRST_BEYOND, LAST_BEYOND, ODD = 1, 2, 4
COUNT = 3
"""How far the number of a block's chains is shifted in its mark."""

SEAM_EVEN, SEAM_ODD, SEAM_CHAIN, SEAM_ENDS = 12, 13, 14, 15
SEAMED = 1 << 30
"""Above this, a label counts through the seams."""

OUTSIDE = -1
Chains = npt.NDArray[np.int32]


def no_chains(count: int = 0) -> Chains:
    """Return room for chains."""
    return np.empty((count, 4), dtype=np.int32)


def no_seams(count: int = 0) -> Floats:
    """Return room for seams, each in a line of the cache by itself."""
    room = np.empty(8 * count + 7)
    begin = -(room.ctypes.data // 8) % 8
    return room[begin : begin + 8 * count].reshape(count, 8)


@dataclass(frozen=True)
class Blocks:
    """The cells of a raster with what they hold.

    Parameters
    ----------
    label : ndarray of int32, one a cell
        The polygon that fills the cell; −1 for none; −2 − k for the block that begins with chain k; or
        −2 − `SEAMED` − s for the block that has the seam s.
    chain : ndarray of int32, shape (c, 4)
        The chains, block by block.
    seam : ndarray of float64, shape (s, 8)
        The seams, as `geo.index.seams` tells.
    """

    label: Cells
    chain: Chains
    seam: Floats = field(default_factory=no_seams)

    def unseamed(self, label: Cells) -> Cells:
        """Return labels in which a block is always told by its chain, never by its seam."""
        seam = OUTSIDE - 1 - SEAMED - label
        of_seams = np.flatnonzero(seam >= 0)
        plain = label.copy()
        plain[of_seams] = OUTSIDE - 1 - self.seam.view(np.int32)[seam[of_seams], SEAM_CHAIN]
        return plain


@dataclass(frozen=True)
class Ground:
    """Chains and the vertices that they speak of: all that it takes to decide a point in a block."""

    chain: Chains
    xy: Floats
