"""Spans: the columns that each edge may touch in each row that it reaches.

::

    row 2 │   │   │  ╱│     The edge reaches rows 0 to 2 and has a span in each: column 0 in row 0,
        1 │   │ ╱ │   │     0 to 1 in row 1 and 2 in row 2. It crosses the tops of rows 0 and 1.
        0 │ ╱ │   │   │

A span may be a column too wide, never too narrow: its ends are computed with a margin of 1e-6 cells,
some ten thousand times the rounding. Two things hold exactly, since a raster's axis is monotone: a
span lies between the columns of its edge's ends, and a row that is not listed is not reached.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.index.outlines import Outlines
from geo.index.ragged import Index, spread
from geo.index.raster import Axis, Floats, Raster

MARGIN = 1e-6


@dataclass(frozen=True)
class Spans:
    """Edges by row, in the order of the edges.

    Parameters
    ----------
    edge : ndarray of int64
        The edge's position in the list of edges that was asked for.
    row, left, right : ndarray of int64
        The row, and the first and the last column that the edge may touch there.
    over : ndarray of bool
        Whether the edge crosses the top of the row: the line above all points of the row and below
        all points of the next.
    """

    edge: Index
    row: Index
    left: Index
    right: Index
    over: npt.NDArray[np.bool_]


def spans(shape: Outlines, edges: Index, raster: Raster) -> Spans:
    """Return the spans of edges, those of an edge from below upwards."""
    x, y = shape.xy.T
    swap = y[edges] > y[edges + 1]
    lower, upper = edges + swap, edges + ~swap
    bottom, top = raster.y.cell(y[lower]), raster.y.cell(y[upper])
    start, end = raster.x.cell(x[lower]), raster.x.cell(x[upper])
    left, right = np.minimum(start, end).astype(np.int64), np.maximum(start, end).astype(np.int64)
    edge, row = spread(bottom, top - bottom + 1)
    left, right = left[edge], right[edge]
    # An edge inside one row or one column needs no clipping.
    cut = np.flatnonzero(((top != bottom) & (start != end))[edge])
    which = edge[cut]
    low, high = _clipped(
        *(axis_ends(raster.x, x, lower[which], upper[which])),
        *(axis_ends(raster.y, y, lower[which], upper[which])),
        row[cut],
    )
    # Never empty, though of an edge that lies outside of a window in this row.
    left[cut] = np.maximum(left[cut], np.minimum(low, right[cut]))
    right[cut] = np.minimum(right[cut], np.maximum(high, left[cut]))
    return Spans(edge, row, left, right, row < top[edge])


def axis_ends(axis: Axis, values: Floats, lower: Index, upper: Index) -> tuple[Floats, Floats]:
    """Return the positions on an axis of the two ends of edges, in cells."""
    return axis.position(values[lower]), axis.position(values[upper])


def _clipped(x1: Floats, x2: Floats, y1: Floats, y2: Floats, row: Index) -> tuple[Index, Index]:
    """Return the first and the last column of edges, from (x1, y1) up to (x2, y2), in a row."""
    slope = (x2 - x1) / (y2 - y1)
    enters = x1 + slope * (np.maximum(y1, row - MARGIN) - y1)
    leaves = x1 + slope * (np.minimum(y2, row + (1 + MARGIN)) - y1)
    low = np.floor(np.minimum(enters, leaves) - MARGIN)
    high = np.floor(np.maximum(enters, leaves) + MARGIN)
    return low.astype(np.int64), high.astype(np.int64)
