"""Patches: what was redrawn in a partition since its index was built."""

from dataclasses import dataclass

import numpy as np

from geo.index.blocks import Chains, no_chains
from geo.index.outlines import NO_OUTLINES, Outlines
from geo.index.ragged import Index


@dataclass(frozen=True)
class Patch:
    """Blocks in the place of others, with the outlines that they speak of.

    Parameters
    ----------
    polygon : ndarray of int64
        Whose the outlines are. A polygon that was redrawn twice is there twice, the last as it is now.
    shape : Outlines
        The outlines.
    chain : ndarray of int32, shape (c, 4)
        The chains of the blocks, of which some may be no longer in use.
    """

    polygon: Index
    shape: Outlines
    chain: Chains

    def place(self, polygon: int) -> int | None:
        """Return the place of a polygon's outline as it is now, None where the patch has none."""
        places = np.flatnonzero(self.polygon == polygon)
        return int(places[-1]) if len(places) else None


NO_PATCH = Patch(np.empty(0, dtype=np.int64), NO_OUTLINES, no_chains())
"""What was redrawn where nothing was."""
