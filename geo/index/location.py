"""Location: points → the polygons that cover them, from a partition index.

Two passes. The first gives each point what its cell holds: a polygon or none, and that is the answer, or a
block. The second decides the points in blocks. Compiled loops do both for all but the points on a border or
in several polygons; for these, and where there are no loops, numpy does the second.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from geo.index import ways
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
    Chains,
    Ground,
    no_chains,
)
from geo.index.chains import changes
from geo.index.partition import PartitionIndex
from geo.index.ragged import Index, offsets, spread
from geo.index.raster import Cells, Floats
from geo.index.sides import Flags, crossings, exact_crossings

_POINTS_AT_ONCE = 1 << 15
_FOR_A_THREAD = 1 << 16
_MOST_THREADS = 8


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


Several = tuple[Index, Cells, Flags]
"""Points that several polygons cover, with these, and whether they are inside: as in `Location`."""


NOBODY: Several = (np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, bool))
"""No points that several polygons cover."""


def locate(index: PartitionIndex, x: Floats, y: Floats, *, threads: int | None = None) -> Location:
    """Find the polygons that cover points.

    Parameters
    ----------
    index : PartitionIndex
        The polygons.
    x, y : ndarray of float64, shape (n,)
        The points, in the polygons' coordinates. One that is not finite is covered by none.
    threads : int, optional
        How many share the work at most; by default one for each processor, eight at most.

    Returns
    -------
    Location
        Exactly as a test of each point with each polygon would tell.
    """
    first = np.empty(len(x), dtype=np.int32)
    left = _by_loops(index, x, y, first, threads) if ways.swift() else _by_labels(index, x, y, first)
    found = [_decide(index, x, y, first, points) for points in left] or [NOBODY]
    point, polygon, interior = (np.concatenate(part) for part in zip(*found, strict=True))
    return Location(first, point, polygon, interior)


def _by_labels(index: PartitionIndex, x: Floats, y: Floats, first: Cells) -> Iterator[Index]:
    """Enter what the cells of points hold; yield the points in blocks, some at a time."""
    label = index.blocks.label
    for begin in range(0, len(x), _POINTS_AT_ONCE):
        part = slice(begin, begin + _POINTS_AT_ONCE)
        found = label[index.raster.cell(x[part], y[part])]
        first[part] = index.blocks.unseamed(found)
        yield np.flatnonzero(found < OUTSIDE) + begin


def _by_loops(
    index: PartitionIndex, x: Floats, y: Floats, first: Cells, threads: int | None
) -> Iterator[Index]:
    """Enter the polygons of points; yield those that the loops left in their blocks, some at a time."""
    from geo.index.kernels import look_up

    x, y = np.ascontiguousarray(x, dtype=np.float64), np.ascontiguousarray(y, dtype=np.float64)
    axes, label = index.raster.array(), index.blocks.label
    ground, patch = (*index.grounds, Ground(no_chains(), np.empty((0, 2))))[:2]
    arrays = (ground.chain, ground.xy, patch.chain, patch.xy)
    seams = (index.blocks.seam, index.blocks.seam.view(np.int32))

    def work(part: slice) -> int:
        return look_up(x[part], y[part], (axes, label), seams, arrays, first[part])

    most = min(threads or _processors(), len(x) // _FOR_A_THREAD)
    if most < 2:
        left = work(slice(None))
    else:
        cuts = np.linspace(0, len(x), most + 1).astype(int).tolist()
        with ThreadPoolExecutor(most) as pool:
            left = sum(pool.map(work, (slice(*cut) for cut in pairwise(cuts))))
    if not left:
        return
    points = np.flatnonzero(first < OUTSIDE)
    for begin in range(0, len(points), _POINTS_AT_ONCE):
        yield points[begin : begin + _POINTS_AT_ONCE]


def _processors() -> int:
    return min(len(os.sched_getaffinity(0)), _MOST_THREADS)


def _decide(index: PartitionIndex, x: Floats, y: Floats, first: Cells, points: Index) -> Several:
    """Decide points of which the block is entered: their first polygon, and those where there are several."""
    block = OUTSIDE - 1 - first[points]
    found: list[Several] = []
    begin = 0
    for ground in index.grounds:
        end = begin + len(ground.chain)
        mine = points[(block >= begin) & (block < end)]
        first[mine], (point, polygon, interior) = _decide_on(
            ground, x[mine], y[mine], OUTSIDE - 1 - first[mine] - begin
        )
        found.append((mine[point], polygon, interior))
        begin = end
    if len(found) == 1:
        return found[0]
    point, polygon, interior = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.argsort(point, kind="stable")
    return point[order], polygon[order], interior[order]


def _decide_on(ground: Ground, x: Floats, y: Floats, block: Cells) -> tuple[Cells, Several]:
    """Decide points in blocks that begin with given chains."""
    if not len(block):
        return block, NOBODY
    point, k = spread(block, ground.chain[block, MARK] >> COUNT)
    chain = ground.chain[k]
    odd, on = _sides(ground, chain, x[point], y[point])
    # The chains of one polygon in a block are beside each other.
    begin = np.flatnonzero(changes(point) | changes(chain[:, POLYGON]))
    point, polygon = point[begin], chain[begin, POLYGON]
    on = np.logical_or.reduceat(on, begin)
    interior = np.logical_xor.reduceat(odd, begin) & ~on
    covered = np.flatnonzero(interior | on)
    point, polygon, interior = point[covered], polygon[covered], interior[covered]
    first = np.full(len(x), OUTSIDE, dtype=np.int32)
    # Backwards, so that the first of each point is written last.
    first[point[::-1]] = polygon[::-1]
    several = np.flatnonzero(np.bincount(point, minlength=len(x))[point] > 1)
    return first, (point[several], polygon[several], interior[several])


def _sides(ground: Ground, chain: Chains, x: Floats, y: Floats) -> tuple[Flags, Flags]:
    """Return the parity of each chain for its point, and whether the point lies on the chain."""
    pair, vertex = spread(chain[:, FIRST], chain[:, LAST] - chain[:, FIRST])
    edges = np.concatenate([ground.xy[vertex], ground.xy[vertex + 1]], axis=1).T
    crossed, doubtful = crossings(edges, x[pair], y[pair])
    on = np.zeros(len(chain), dtype=bool)
    if doubtful.any():
        these = np.flatnonzero(doubtful)
        crossed[these], touching = exact_crossings(edges[:, these], x[pair[these]], y[pair[these]])
        on[pair[these[touching]]] = True
    odd = _parity(crossed, chain[:, LAST] - chain[:, FIRST]) ^ (chain[:, MARK] & ODD != 0)
    for end, bit in ((FIRST, FIRST_BEYOND), (LAST, LAST_BEYOND)):
        odd ^= (chain[:, MARK] & bit != 0) & (ground.xy[chain[:, end], 1] > y)
    return odd, on


def _parity(crossed: Flags, counts: npt.NDArray[np.int32]) -> Flags:
    """Return for each run of so many edges, which may be none, whether an odd number is crossed."""
    running = np.zeros(len(crossed) + 1, dtype=bool)
    np.logical_xor.accumulate(crossed, out=running[1:])
    ends = offsets(counts)
    parity: Flags = running[ends[1:]] ^ running[ends[:-1]]
    return parity
