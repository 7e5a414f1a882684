"""Chains by numpy: the claims of all polygons, sorted by cell and vertex, cut where a run of edges ends."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from geo.index.blocks import (
    COUNT,
    FIRST,
    FIRST_BEYOND,
    LAST,
    LAST_BEYOND,
    MARK,
    ODD,
    OUTSIDE,
    POLYGON,
    Blocks,
    Chains,
    no_chains,
)
from geo.index.claims import Claims, claims
from geo.index.outlines import Outlines
from geo.index.ragged import Index, Whole
from geo.index.raster import Cells, Raster

_CELLS_AT_ONCE = 1 << 22
# A key is cell, vertex, parity and whether the polygon fills the cell: 26 + 31 + 1 + 1 bits.
_VERTEX_BITS = 31
_CELL_SHIFT = _VERTEX_BITS + 2


def blocks_by_numpy(shape: Outlines, raster: Raster) -> Blocks:
    """Return the blocks of polygons, as `geo.index.tracing.blocks_by_loops` does."""
    parts = [claims(shape, raster, *run) for run in _runs(shape, raster)]
    label = np.full(raster.cells, OUTSIDE, dtype=np.int32)
    for part in parts:
        label[part.cell] = OUTSIDE - 1
    keys = [_keys(part.cell, part.edge, part.odd) for part in parts]
    keys += [_filling_keys(shape, *_fill(label, part)) for part in parts]
    key = np.concatenate([np.empty(0, dtype=np.int64), *keys])
    key.sort()
    return _laid_out(shape, raster, label, key)


def _runs(shape: Outlines, raster: Raster) -> list[tuple[int, int]]:
    """Cut the polygons into runs of so much work that its arrays stay small."""
    polygons = shape.polygons
    work = shape.begins + np.arange(polygons + 1) * (raster.cells // max(polygons, 1))
    cuts = np.searchsorted(work, np.arange(0, work[-1], _CELLS_AT_ONCE))
    return list(pairwise(np.unique(np.append(cuts, polygons)).tolist()))


def _fill(label: Cells, part: Claims) -> tuple[Index, Index]:
    """Label the plain cells that polygons fill; return the fillings of all other cells."""
    cell, polygon = part.filled, part.filler
    free = label[cell] == OUTSIDE
    label[cell[free]] = polygon[free]
    # Another polygon has the cell already, by an edge or whole, or takes it in this very run.
    lost = label[cell] != polygon
    taken = np.unique(cell[lost & (label[cell] >= 0)])
    cell = np.concatenate([cell[lost], taken])
    polygon = np.concatenate([polygon[lost], label[taken]])
    label[taken] = OUTSIDE - 1
    return cell, polygon


def _keys(cell: Index, edge: Index, odd: npt.NDArray[np.bool_]) -> Index:
    """Return what sorts edges by cell, polygon and place in the outline."""
    return (cell << _CELL_SHIFT) | (edge << 2) | (odd.astype(np.int64) << 1)


def _filling_keys(shape: Outlines, cell: Index, polygon: Index) -> Index:
    """Return the same of polygons that fill cells: they stand at their first vertex, without an edge."""
    return (cell << _CELL_SHIFT) | (shape.begins[polygon] << 2) | 3


def _laid_out(shape: Outlines, raster: Raster, label: Cells, key: Index) -> Blocks:
    """Make chains of the sorted keys, and label the cells that have any."""
    if not len(key):
        return Blocks(label, no_chains())
    cell, vertex = key >> _CELL_SHIFT, (key >> 2) & ((1 << _VERTEX_BITS) - 1)
    owner = np.repeat(np.arange(shape.polygons, dtype=np.int32), np.diff(shape.begins))
    claim = changes(cell) | changes(owner[vertex])
    begin = np.flatnonzero(claim | (np.diff(vertex, prepend=-2) != 1))
    end = np.append(begin[1:], len(key)) - 1
    chain = no_chains(len(begin))
    chain[:, POLYGON], chain[:, FIRST] = owner[vertex[begin]], vertex[begin]
    chain[:, LAST] = vertex[end] + 1 - (key[end] & 1)
    # The parity stands on the last chain of a polygon in a cell.
    odd = np.append(claim[begin[1:]], True) & (key[begin] & 2 != 0)
    cell = cell[begin]
    chain[:, MARK] = _marks(shape, raster, cell, chain) | np.where(odd, ODD, 0)
    block = np.flatnonzero(changes(cell))
    chain[block, MARK] |= (np.diff(block, append=len(chain)) << COUNT).astype(np.int32)
    label[cell[block]] = OUTSIDE - 1 - block
    return Blocks(label, chain)


def changes(values: Whole) -> npt.NDArray[np.bool_]:
    """Mark the values that differ from the one before; the first does."""
    marks = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=marks[1:])
    return marks


def _marks(shape: Outlines, raster: Raster, cell: Index, chain: Chains) -> Cells:
    """Mark the ends of chains with edges that lie in the row of the cell and to the right of it."""
    row, column = np.divmod(cell, raster.x.cells)
    marks = np.zeros(len(chain), dtype=np.int32)
    edged = chain[:, FIRST] != chain[:, LAST]
    for end, bit in ((FIRST, FIRST_BEYOND), (LAST, LAST_BEYOND)):
        x, y = shape.xy[chain[:, end]].T
        beyond = edged & (raster.y.cell(y) == row) & (raster.x.cell(x) > column)
        marks |= np.where(beyond, bit, 0).astype(np.int32)
    return marks
