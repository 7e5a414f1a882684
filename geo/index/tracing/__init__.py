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

    axes, begins = raster.array(), shape.begins
    outline = (shape.xy, shape.ring, shape.owned)
    windows = np.empty((shape.polygons, 5), dtype=np.int32)
    kernels.measure(*outline, axes, windows)
    chains = int(windows[:, kernels.CHAINS].sum(dtype=np.int64))
    width, height = (windows[:, 2:4] - windows[:, :2] + 1).astype(np.int64).clip(0).T
    fillings = width * height
    # Cells that several polygons fill are few in a partition; where they are not, it begins once more.
    for room in (chains + chains // 4, chains + int(fillings.sum())):
        label, latest = np.full((2, raster.cells), OUTSIDE, dtype=np.int32)
        kept = np.empty((room, _COLUMNS_KEPT), dtype=np.int32)
        toggles = np.zeros(int(fillings.max(initial=0)), dtype=np.uint8)
        count = kernels.trace(outline, axes, (kept, latest, toggles, windows), label)
        if count >= 0:
            break
    # A polygon that filled a cell before others came gets a chain when they are laid out.
    filled = int(np.count_nonzero((latest >= 0) & (label >= 0)))
    chain = no_chains(count + filled)
    kernels.lay_out(kept, latest, begins, label, chain)
    return Blocks(label, chain)
