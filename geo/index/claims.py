"""Claims: what polygons have in the cells, as touches of their borders and as cells that they fill.

The parity of a polygon p in a cell (row r, column c), S(p, r, c), is that of the number of its edges
that cross the top of row r in a span that begins to the right of c::

          │     │ ╱   │     Three edges of p reach the row. Two lie to the right of cell c, one of
    row r │  c  │╱ ╱╲ │     which crosses the top: S = 1. The third turns within the row, and counts
          │     ╱ ╱  ╲│     twice or not at all.

Where no edge touches the cell, all points of it are in p or none is, and S tells which. The number of
crossings in a row is even, so the parity to the right of c is that up to c: one pass of exclusive or.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.index.outlines import Outlines
from geo.index.ragged import Index, offsets, spread
from geo.index.raster import Raster
from geo.index.spans import Spans, spans


@dataclass(frozen=True)
class Claims:
    """The touches and the filled cells of a run of polygons, by polygon.

    Parameters
    ----------
    cell, edge : ndarray of int64
        Each touch: an edge, in a cell.
    odd : ndarray of bool
        The parity S of the polygon in the cell of the touch.
    filled, filler : ndarray of int64
        The cells that lie wholly in a polygon, and the polygon.
    """

    cell: Index
    edge: Index
    odd: npt.NDArray[np.bool_]
    filled: Index
    filler: Index


@dataclass(frozen=True)
class _Windows:
    """The part of the raster that each polygon's bounds take, rows of all polygons laid end to end.

    A cell's place in the windows is origin[polygon] + row · width[polygon] + column. Each row of a
    window begins at a place, is shifted by so much against the raster, and has an owner.
    """

    origin: Index
    width: Index
    size: int
    row_begins: Index
    row_shift: Index
    row_owner: Index


def claims(shape: Outlines, raster: Raster, first: int, last: int) -> Claims:
    """Return the claims of the polygons from first up to, without, last."""
    begins = shape.begins[first : last + 1]
    edges = shape.edges_between(int(begins[0]), int(begins[-1]))
    if not len(edges):
        none = np.empty(0, dtype=np.int64)
        return Claims(none, none, none.astype(bool), none, none)
    found = spans(shape, edges, raster)
    polygon = (np.searchsorted(begins, edges, side="right") - 1)[found.edge]
    windows = _windows(found, polygon, raster.x.cells)
    place = windows.origin[polygon] + found.row * windows.width[polygon]
    span, column = spread(found.left, found.right - found.left + 1)
    touch = place[span] + column
    odd = _parity(place[found.over] + found.left[found.over], windows.size)
    filled, filler = _filled(windows, odd, touch)
    cell = found.row[span] * raster.x.cells + column
    return Claims(cell, edges[found.edge[span]], odd[touch], filled, filler + first)


def _windows(found: Spans, polygon: Index, columns: int) -> _Windows:
    """Measure the window of each polygon; one without edges has none."""
    starts = np.flatnonzero(np.diff(polygon, prepend=-1))
    owners = polygon[starts]
    low, high = np.minimum.reduceat(found.left, starts), np.maximum.reduceat(found.right, starts)
    bottom, top = np.minimum.reduceat(found.row, starts), np.maximum.reduceat(found.row, starts)
    width, height = high - low + 1, top - bottom + 1
    begins = offsets(width * height)
    origin, widths = np.zeros(owners[-1] + 1, np.int64), np.zeros(owners[-1] + 1, np.int64)
    origin[owners] = begins[:-1] - bottom * width - low
    widths[owners] = width
    owner, row = spread(bottom, height)
    ahead = origin[owners][owner] + row * width[owner]
    return _Windows(origin, widths, int(begins[-1]), ahead + low[owner], row * columns - ahead, owners[owner])


def _parity(crossings: Index, size: int) -> npt.NDArray[np.bool_]:
    """Return for each place whether the crossings up to it, and so those after it, are odd."""
    toggles = np.zeros(size, dtype=np.uint8)
    np.add.at(toggles, crossings, np.uint8(1))
    np.bitwise_xor.accumulate(toggles, out=toggles)
    toggles &= 1
    return toggles.view(np.bool_)


def _filled(windows: _Windows, odd: npt.NDArray[np.bool_], touch: Index) -> tuple[Index, Index]:
    """Return the cells that no edge touches and that are odd, with their polygons."""
    free = odd.copy()
    free[touch] = False
    places = np.flatnonzero(free)
    counts = np.diff(np.searchsorted(places, windows.row_begins), append=len(places))
    return places + np.repeat(windows.row_shift, counts), np.repeat(windows.row_owner, counts)
