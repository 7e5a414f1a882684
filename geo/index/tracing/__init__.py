"""Tracing by compiled loops: polygon by polygon, each outline is followed through the cells it touches.

The chains of a cell are strung up as they come, the polygons from the last to the first, and laid out in
order at the end. While an outline is followed, each crossing of a row's top is noted at its column; one pass
over the polygon's window then tells its parity in each cell, and so which it fills.
"""

import numpy as np

from geo.index.blocks import OUTSIDE, Blocks, no_chains
from geo.index.outlines import Outlines
from geo.index.raster import Raster

_COLUMNS_KEPT = 5


def blocks_by_loops(shape: Outlines, raster: Raster) -> Blocks:
    """Return the blocks of polygons, as `geo.index.chains.blocks_by_numpy` does.

    The same but for the order of the chains of one polygon in a cell.
    """
    from geo.index.tracing import kernels

    axes, outline = raster.array(), (shape.xy, shape.ring, shape.owned)
    windows = np.empty((shape.polygons, 5), dtype=np.int32)
    chains, area, largest = kernels.measure(*outline, axes, windows)
    toggles = np.zeros(largest, dtype=np.uint8)
    # Cells that several polygons fill are few in a partition; where they are not, it begins once more.
    for room in (chains + chains // 4, chains + area):
        label, latest = np.full((2, raster.cells), OUTSIDE, dtype=np.int32)
        kept = np.empty((room, _COLUMNS_KEPT), dtype=np.int32)
        count = kernels.trace(outline, axes, (kept, latest, toggles, windows), label)
        if count >= 0:
            break
        toggles[:] = 0
    # A polygon that filled a cell before others came gets a chain there now: one at most for each of theirs.
    # What is not written of an array takes no memory.
    chain = no_chains(2 * count)
    laid = kernels.lay_out(kept, latest, shape.begins, label, chain)
    return Blocks(label, chain[:laid])
