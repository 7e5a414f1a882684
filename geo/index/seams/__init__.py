"""Seams: cells through which one border of an edge or two runs, decided by one line of the cache.

::

    ┌───────────┐   Nine in ten of a partition's cells with a border have one polygon on one side of it and
    │ 01   ╱    │   its neighbour, or none, on the other, and both draw it through the same vertices. So the
    │    ╱   02 │   parity of 01 alone decides: odd means 01, even 02. A seam holds all that it takes in
    └──╱────────┘   64 bytes, in the place of a block, its chains and their vertices from three places.

Of a seam's sixteen words the first twelve are the numbers x, y of three vertices, the last one twice where
the border has but one edge in the cell; then four whole numbers::

    EVEN    the polygon where the parity of the first chain is even, −1 for none
    ODD     where it is odd: the polygon of that chain
    CHAIN   where the block begins that decides what is not sure here
    ENDS    the mark of the first chain, without the count

Why the second chain need not be asked: it has the same edges, run through the other way, so that its ends
beyond the cell are those of the first, and a ray crosses both as often. What is left is the parity S of
each, and where these differ, a point beside the border is in one polygon or in the other.
"""

import numpy as np

from geo.index import ways
from geo.index.blocks import Blocks, no_seams
from geo.index.outlines import Outlines


def seamed(shape: Outlines, blocks: Blocks) -> Blocks:
    """Return blocks with a seam for each that needs no more, where the loops that ask them are at hand.

    Parameters
    ----------
    shape : Outlines
        The vertices.
    blocks : Blocks
        Without seams; its labels change in their place.
    """
    if not ways.swift():
        return blocks
    from geo.index.seams.kernels import draw, seams_among

    seam = no_seams(seams_among(blocks.label, blocks.chain, shape.xy))
    draw(blocks.label, blocks.chain, shape.xy, seam, seam.view(np.int32))
    return Blocks(blocks.label, blocks.chain, seam)
