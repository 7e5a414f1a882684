"""Renewal: an index of which some polygons were redrawn, with new blocks in the cells that this changes.

::

    ┌──┬──┬──┬──┬──┐   A border moved from a to b. The cells that the outlines of the redrawn polygons
    │  │a │ b│  │  │   touch or fill, before or now, may have changed (▒); all others are as they were.
    ├──┼▒▒┼▒▒┼──┼──┤   A window around them is traced by itself, with all polygons that have something
    │  │▒▒│▒▒│  │  │   in it, and what it holds in the changed cells replaces what they held.
    └──┴──┴──┴──┴──┘

The law: it answers as an index built anew of all polygons. Since a block tells of each polygon by itself,
and its chains do not depend on the raster's other cells, a block of the window is one of the whole.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.index.blocks import COUNT, FIRST, LAST, MARK, OUTSIDE, POLYGON, Chains
from geo.index.outlines import Outlines, joined, outlines
from geo.index.partition import PartitionIndex, blocks_of
from geo.index.patch import NO_PATCH, Patch
from geo.index.ragged import Index, Whole, spread
from geo.index.raster import Cells, Raster

_LARGEST_SHARE = 4
_LARGEST_WINDOW, _LARGEST_WINDOW_SHARE = 1 << 17, 16


@dataclass(frozen=True, eq=False)
class Renewal:
    """An index as it is now, and where it differs.

    Parameters
    ----------
    index : PartitionIndex
        It shares all arrays but the labels with the one before.
    cells : ndarray of int32
        The cells in which a point may have other polygons than before, ascending.
    """

    index: PartitionIndex
    cells: Cells


def renewed(index: PartitionIndex, which: Index, polygons: npt.NDArray[Any]) -> Renewal | None:
    """Redraw some polygons of a partition.

    Parameters
    ----------
    index : PartitionIndex
        The polygons as they were; it does not change.
    which : ndarray of int64
        The positions of the polygons that are redrawn, ascending.
    polygons : ndarray of shapely Polygon or MultiPolygon
        How they are now, small enough as `partition_index` asks.

    Returns
    -------
    Renewal or None
        None where an index is better built anew: what is redrawn leaves the raster, lies far apart, or
        comes to a quarter of all.
    """
    drawn = outlines(polygons)
    before = [index.outline_of(polygon) for polygon in which.tolist()]
    window = _window(index.raster, joined([*before, drawn]))
    patch = index.patch or NO_PATCH
    if window is None or len(patch.chain) > len(index.blocks.chain) // _LARGEST_SHARE:
        return None
    whole = _cells_of(window, index.raster)
    held = _Held.of(index, index.blocks.unseamed(index.blocks.label[whole]))
    concerned = np.union1d(held.polygons(), which)
    shape = _drawn(index, concerned, which, drawn)
    blocks = blocks_of(shape, window)
    blocks.chain[:, POLYGON] = concerned[blocks.chain[:, POLYGON]]
    label = np.where(blocks.label >= 0, concerned[np.maximum(blocks.label, 0)], blocks.label)
    changed = _changed(held, _Held(label, (blocks.chain,)), which) & _inner(window)
    labels = index.blocks.label.copy()
    skipped = len(index.blocks.chain) + len(patch.chain)
    labels[whole[changed]] = label[changed] - np.where(label[changed] < OUTSIDE, skipped, 0)
    more = _patched(patch, concerned, shape, blocks.chain)
    now = replace(index, blocks=replace(index.blocks, label=labels), patch=more)
    return Renewal(now, whole[changed].astype(np.int32))


@dataclass(frozen=True, eq=False)
class _Held:
    """What cells hold: their labels, and the chains that these count through, one array after the other."""

    label: Whole
    chains: tuple[Chains, ...]

    @classmethod
    def of(cls, index: PartitionIndex, label: Cells) -> "_Held":
        return cls(label, tuple(ground.chain for ground in index.grounds))

    def chained(self) -> tuple[Index, Index]:
        """Return cells with a block, each with each polygon of its chains."""
        cells, polygons = [], []
        skipped = 0
        for chain in self.chains:
            begin = OUTSIDE - 1 - self.label - skipped
            blocks = np.flatnonzero((begin >= 0) & (begin < len(chain)))
            row, k = spread(begin[blocks], chain[begin[blocks], MARK] >> COUNT)
            cells.append(blocks[row])
            polygons.append(chain[k, POLYGON].astype(np.int64))
            skipped += len(chain)
        return np.concatenate(cells), np.concatenate(polygons)

    def polygons(self) -> Index:
        """Return the polygons that have anything in the cells."""
        plain = self.label[self.label >= 0].astype(np.int64)
        return np.unique(np.concatenate([plain, self.chained()[1]]))

    def has(self, which: Index) -> npt.NDArray[np.bool_]:
        """Mark the cells in which one of some polygons has anything."""
        marks = np.isin(self.label, which)
        cells, polygons = self.chained()
        marks[cells[np.isin(polygons, which)]] = True
        return marks


def _window(raster: Raster, shape: Outlines) -> Raster | None:
    """Return the window around outlines; None where they leave the raster, or lie too far apart."""
    if not len(shape.xy):
        return None
    (west, south), (east, north) = shape.xy.min(axis=0).tolist(), shape.xy.max(axis=0).tolist()
    if not (raster.x.holds(west, east) and raster.y.holds(south, north)):
        return None
    window = Raster(raster.x.window(west, east), raster.y.window(south, north))
    return window if window.cells <= max(_LARGEST_WINDOW, raster.cells // _LARGEST_WINDOW_SHARE) else None


def _cells_of(window: Raster, raster: Raster) -> Index:
    """Return the numbers that the cells of a window have in the whole raster."""
    row = np.arange(window.y.cells, dtype=np.int64) + window.y.skipped
    column = np.arange(window.x.cells, dtype=np.int64) + window.x.skipped
    return (row[:, None] * raster.x.cells + column).ravel()


def _inner(window: Raster) -> npt.NDArray[np.bool_]:
    """Mark the cells of a window that are not the outermost, which hold what is beyond it."""
    marks = np.zeros((window.y.cells, window.x.cells), dtype=bool)
    marks[1:-1, 1:-1] = True
    return marks.ravel()


def _changed(before: _Held, now: _Held, which: Index) -> npt.NDArray[np.bool_]:
    """Mark the cells in which redrawn polygons have anything, before or now, but not those filled alike."""
    same: npt.NDArray[np.bool_] = (before.label == now.label) & (now.label >= OUTSIDE)
    return (before.has(which) | now.has(which)) & ~same


def _drawn(index: PartitionIndex, concerned: Index, which: Index, drawn: Outlines) -> Outlines:
    """Return the outlines of the polygons concerned, the redrawn ones as they are now."""
    place = {polygon: i for i, polygon in enumerate(which.tolist())}
    return joined(
        [
            drawn.some(np.array([place[polygon]])) if polygon in place else index.outline_of(polygon)
            for polygon in concerned.tolist()
        ]
    )


def _patched(patch: Patch, concerned: Index, shape: Outlines, chain: Chains) -> Patch:
    """Return a patch with further outlines and their chains."""
    moved = chain.copy()
    moved[:, [FIRST, LAST]] += len(patch.shape.xy)
    return Patch(
        np.concatenate([patch.polygon, concerned]),
        joined([patch.shape, shape]),
        np.concatenate([patch.chain, moved]),
    )
