"""The partition index itself: labels for the plain cells, blocks for the others.

A block, and how a point q in its cell is decided for one polygon of it::

    ┌───────────┐        The edges e₁ and e₂ touch the cell, e₃ and e₄ do not.
    │     ╱e₁   │        A ray from q to the right crosses as many edges as
    │  q─╱──────┼─ ─ ─   • S, the parity of the edges to the right that cross the row's top,
    │   ╱    e₂─┼──•     • one for each edge in the cell that q lies to the left of,
    │  ╱   ╱    │  │e₃   • one for each end • of such an edge, above q, in the row and to the
    └─╱───╱─────┘  │e₄     right of the cell: the chain outside goes on from there.

Why the ends suffice: an edge outside, to the right, is crossed if exactly one of its ends is above q.
Summed modulo 2 along a chain, all vertices cancel but those where the chain enters the cell, and
those above the row, which S counts. The chain itself need not be kept, and nothing is rounded.
"""

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.index.claims import Claims, claims
from geo.index.outlines import Outlines, outlines
from geo.index.ragged import Index
from geo.index.raster import Cells, Raster, fitted

CELLS_FOR_A_POLYGON = 512
OUTSIDE = -1
_CELLS_AT_ONCE = 1 << 22


@dataclass(frozen=True)
class PartitionIndex:
    """A partition of n polygons, ready to be asked; its arrays may be shared, and never change.

    Parameters
    ----------
    raster : Raster
        The cells.
    shape : Outlines
        The vertices; an edge is the position of its first one.
    label : ndarray of int32, one a cell
        The polygon that fills the cell, −1 for none, or −2 − b for the block b.
    block : ndarray of shape (b + 1,)
        Where the claims of each block begin.
    polygon : ndarray of shape (k,)
        The polygon of each claim, ascending in a block.
    odd : ndarray of bool, shape (k,)
        The parity S of each claim.
    claim : ndarray of shape (k + 1,)
        Where the edges of each claim begin; each has one at least.
    edge : ndarray of shape (m,)
        The edges.
    beyond : ndarray of uint8, shape (m,)
        Which end of the edge is in the row and to the right of the cell: 1 the first, 2 the second.
    """

    raster: Raster
    shape: Outlines
    label: Cells
    block: Index
    polygon: Cells
    odd: npt.NDArray[np.bool_]
    claim: Index
    edge: Cells
    beyond: npt.NDArray[np.uint8]

    @property
    def nbytes(self) -> int:
        """The bytes of all arrays."""
        arrays = [getattr(of, field.name) for of in (self, self.shape) for field in fields(of)]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def partition_index(
    polygons: npt.NDArray[Any], *, cells_for_a_polygon: int = CELLS_FOR_A_POLYGON
) -> PartitionIndex:
    """Index polygons; the first that covers a point is its polygon.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon
        In the order in which they win, with coordinates up to 1e150; an empty one covers nothing. They
        may overlap, have holes and parts. A ring that crosses itself is read by the even-odd rule.
    cells_for_a_polygon : int
        More cells make the building longer and the questions shorter; the answers are the same.

    Returns
    -------
    PartitionIndex
        To be asked with `geo.index.location.locate`.
    """
    shape = outlines(polygons)
    raster = fitted(shape.x[:-2], shape.y[:-2], cells_for_a_polygon * len(polygons))
    parts = [claims(shape, raster, *run) for run in _runs(shape, cells_for_a_polygon)]
    label = np.full(raster.cells, OUTSIDE, dtype=np.int32)
    for part in parts:
        label[part.cell] = -2
    extra = [_fill(label, part) for part in parts]
    return _blocks(raster, shape, label, [*parts, *extra])


def _runs(shape: Outlines, cells_for_a_polygon: int) -> list[tuple[int, int]]:
    """Cut the polygons into runs of so much work that its arrays stay small."""
    polygons = len(shape.first) - 1
    work = shape.first + np.arange(polygons + 1) * cells_for_a_polygon
    cuts = np.searchsorted(work, np.arange(0, work[-1], _CELLS_AT_ONCE))
    ends = np.unique(np.append(cuts, polygons)).tolist()
    return list(pairwise(ends))


def _fill(label: Cells, part: Claims) -> Claims:
    """Label the plain cells that polygons fill; return as claims the fillings of all other cells."""
    nowhere = np.iinfo(np.int32).max
    cell, polygon = part.filled, part.filler
    free = label[cell] == OUTSIDE
    label[cell[free]] = polygon[free]
    # Another polygon has the cell already, by an edge or whole, or takes it in this very run.
    lost = label[cell] != polygon
    taken = np.unique(cell[lost & (label[cell] >= 0)])
    cell = np.concatenate([cell[lost], taken])
    polygon = np.concatenate([polygon[lost], label[taken]])
    label[taken] = -2
    return Claims(
        cell, polygon, np.full(len(cell), nowhere, np.int32), np.ones(len(cell), bool), cell[:0], cell[:0]
    )


def _blocks(raster: Raster, shape: Outlines, label: Cells, parts: list[Claims]) -> PartitionIndex:
    """Sort all claims by cell, polygon and edge, and number the cells that have any."""
    cell = np.concatenate([np.empty(0, np.int32), *(part.cell for part in parts)])
    polygon = np.concatenate([np.empty(0, np.int32), *(part.polygon for part in parts)])
    edge = np.concatenate([np.empty(0, np.int32), *(part.edge for part in parts)])
    odd = np.concatenate([np.empty(0, bool), *(part.odd for part in parts)])
    order = _by_cell_and_polygon(cell, polygon)
    cell, polygon, edge, odd = cell[order], polygon[order], edge[order], odd[order]
    edge[edge == np.iinfo(np.int32).max] = shape.nowhere
    new_cell = _changes(cell)
    claim = np.flatnonzero(new_cell | _changes(polygon))
    block = np.flatnonzero(new_cell[claim])
    label[cell[claim[block]]] = -2 - np.arange(len(block), dtype=np.int32)
    return PartitionIndex(
        raster=raster,
        shape=shape,
        label=label,
        block=np.append(block, len(claim)),
        polygon=polygon[claim],
        odd=odd[claim],
        claim=np.append(claim, len(edge)),
        edge=edge,
        beyond=_beyond(raster, shape, cell, edge),
    )


def _by_cell_and_polygon(cell: Cells, polygon: Cells) -> Index:
    """Return the order; a cell has 26 bits at most, a polygon 31."""
    return np.argsort((cell.astype(np.int64) << 32) | polygon)


def _changes(values: Cells) -> npt.NDArray[np.bool_]:
    """Mark the values that differ from the one before; the first does."""
    marks = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=marks[1:])
    return marks


def _beyond(raster: Raster, shape: Outlines, cell: Cells, edge: Cells) -> npt.NDArray[np.uint8]:
    """Mark the end of each edge that lies in the row of the cell and to the right of it."""
    row, column = np.divmod(cell, raster.x.cells)
    marks = np.zeros(len(edge), dtype=np.uint8)
    vertex_row, vertex_column = raster.y.cell(shape.y), raster.x.cell(shape.x)
    for end in (0, 1):
        vertex = edge + end
        marks |= ((vertex_row[vertex] == row) & (vertex_column[vertex] > column)).astype(np.uint8) << end
    return marks
