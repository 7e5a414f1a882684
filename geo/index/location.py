"""Location: points → the polygons that cover them, from a partition index."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.index.partition import OUTSIDE, PartitionIndex
from geo.index.ragged import Index, offsets, spread
from geo.index.raster import Cells, Floats
from geo.index.sides import Flags, crossings, exact_crossings

_POINTS_AT_ONCE = 1 << 15
_NONE = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Location:
    """Which polygons cover the points.

    Parameters
    ----------
    first : ndarray of int32, shape (n,)
        The first polygon that covers each point, border included; −1 for none.
    point, polygon : ndarray of shape (k,)
        Each point that several polygons cover with each of these, by point, then polygon.
    interior : ndarray of bool, shape (k,)
        Whether that point is in the interior of that polygon, rather than on its border.
    """

    first: Cells
    point: Index
    polygon: Cells
    interior: Flags


def locate(index: PartitionIndex, x: Floats, y: Floats) -> Location:
    """Find the polygons that cover points.

    Parameters
    ----------
    index : PartitionIndex
        The polygons.
    x, y : ndarray of float64, shape (n,)
        The points, in the polygons' coordinates. One that is not finite is covered by none.

    Returns
    -------
    Location
        Exactly as a test of each point with each polygon would tell.
    """
    first = np.empty(len(x), dtype=np.int32)
    found = [
        _locate(index, x[begin : begin + _POINTS_AT_ONCE], y[begin : begin + _POINTS_AT_ONCE], first, begin)
        for begin in range(0, len(x), _POINTS_AT_ONCE)
    ]
    empty = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, bool))
    point, polygon, interior = (np.concatenate(part) for part in zip(empty, *found, strict=True))
    return Location(first, point, polygon, interior)


def _locate(
    index: PartitionIndex, x: Floats, y: Floats, first: Cells, begin: int
) -> tuple[Index, Cells, Flags]:
    """Enter the first polygon of a chunk of points; return what several polygons cover."""
    label = index.label[index.raster.cell(x, y)]
    doubtful = np.flatnonzero(label < OUTSIDE)
    block = -2 - label[doubtful]
    lowest, several = _decide(index, x[doubtful], y[doubtful], block)
    label[doubtful] = lowest
    first[begin : begin + len(x)] = label
    point, polygon, interior = several
    return doubtful[point] + begin, polygon, interior


def _decide(
    index: PartitionIndex, x: Floats, y: Floats, block: Cells
) -> tuple[Cells, tuple[Index, Cells, Flags]]:
    """Decide points in blocks: their first polygon, and the polygons where there are several."""
    if not len(block):
        return block, (np.empty(0, np.int64), block, np.empty(0, bool))
    counts = index.block[block + 1] - index.block[block]
    point, claim = spread(index.block[block], counts)
    covered, interior = _covered(index, x[point], y[point], claim)
    polygon = index.polygon[claim]
    starts = offsets(counts)[:-1]
    lowest = np.minimum.reduceat(np.where(covered, polygon, _NONE), starts)
    lowest[lowest == _NONE] = OUTSIDE
    number = np.add.reduceat(covered.astype(np.int32), starts)
    keep = np.flatnonzero(covered & (number > 1)[point])
    return lowest, (point[keep], polygon[keep], interior[keep])


def _covered(index: PartitionIndex, x: Floats, y: Floats, claim: Index) -> tuple[Flags, Flags]:
    """Tell for points and claims whether the polygon covers the point, and has it in its interior."""
    counts = index.claim[claim + 1] - index.claim[claim]
    pair, item = spread(index.claim[claim], counts)
    edge, x, y = index.edge[item], x[pair], y[pair]
    vertices = index.shape
    edges = np.stack([vertices.x[edge], vertices.y[edge], vertices.x[edge + 1], vertices.y[edge + 1]])
    crossed, doubtful = crossings(edges, x, y)
    on = np.zeros(len(claim), dtype=bool)
    if doubtful.any():
        these = np.flatnonzero(doubtful)
        crossed[these], touching = exact_crossings(edges[:, these], x[these], y[these])
        on[pair[these[touching]]] = True
    crossed ^= _chain_goes_on(index.beyond[item], edges, y)
    inside = np.bitwise_xor.reduceat(crossed, offsets(counts)[:-1])
    inside ^= index.odd[claim]
    return inside | on, inside & ~on


def _chain_goes_on(beyond: npt.NDArray[np.uint8], edges: Floats, y: Floats) -> Flags:
    """Tell where the chain outside the cell begins above the point: see `geo.index.partition`."""
    begins: Flags = ((beyond == 1) & (edges[1] > y)) | ((beyond == 2) & (edges[3] > y))
    return begins
