"""Edges: the segments of polygons without a polygon on each side, where every fault and every rim lies."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.partition.outlines import FloatArray, GeometryArray, IntArray


@dataclass(frozen=True)
class LoneEdges:
    """The segments without a polygon on each side.

    Where grids fit, each inner border is a segment of two polygons, one to its left and one to its right;
    what is left is the rim, and the borders of what does not fit. Its size grows with the faults, not
    with the grids.

    Parameters
    ----------
    segments : (m, 4) float array
        x, y of both ends, the lesser first; one that several polygons have stands there for each.
    owners : (m,) int array
        The positions of their polygons.
    """

    segments: FloatArray
    owners: IntArray


def lone_edges(shapes: GeometryArray) -> LoneEdges:
    """Find the segments that are not one of exactly two, drawn in opposite directions.

    Parameters
    ----------
    shapes : (n,) object array
        Valid polygons or multi-polygons.
    """
    parts, part_of = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, ring_of = shapely.get_rings(parts, return_index=True)
    xy, vertex_of = shapely.get_coordinates(rings, return_index=True)
    marks = _marks(xy)
    begin = np.flatnonzero((vertex_of[:-1] == vertex_of[1:]) & (xy[:-1] != xy[1:]).any(axis=1))
    # The same for a segment and its reverse, and told apart by which of its ends is marked lower.
    keys = marks[begin] + marks[begin + 1]
    forth = marks[begin] < marks[begin + 1]
    order = np.argsort(keys)
    same = keys[order[1:]] == keys[order[:-1]]
    # One of exactly two with the same mark: like the next, unlike the one before and the one after that.
    lead = np.flatnonzero(same & ~np.concatenate(([False], same[:-1])) & ~np.concatenate((same[1:], [False])))
    one, other = order[lead], order[lead + 1]
    back = (xy[begin[one]] == xy[begin[other] + 1]) & (xy[begin[one] + 1] == xy[begin[other]])
    fits = back.all(axis=1) & (forth[one] != forth[other])
    lone = np.ones(len(begin), dtype=bool)
    lone[one[fits]] = lone[other[fits]] = False
    begin = begin[lone]
    ends = lesser_first(xy[begin], xy[begin + 1])[0]
    return LoneEdges(ends, part_of[ring_of[vertex_of[begin]]])


def _marks(xy: FloatArray) -> npt.NDArray[np.uint64]:
    """Return a number for each position, the same for equal ones; sorting numbers is fast.

    Two segments with one number would at worst be told as lone, which costs time and changes nothing.
    """
    bits = np.ascontiguousarray(xy + 0.0).view(np.uint64)
    marks = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)
    marks ^= marks >> np.uint64(29)
    marks = (marks ^ bits[:, 1]) * np.uint64(0xBF58476D1CE4E5B9)
    marks ^= marks >> np.uint64(32)
    marks *= np.uint64(0x94D049BB133111EB)
    return marks ^ (marks >> np.uint64(31))


def lesser_first(begin: FloatArray, end: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return segments (m, 4) with the lesser end first, and 1 where it was so, else −1."""
    swap = (begin[:, 0] > end[:, 0]) | ((begin[:, 0] == end[:, 0]) & (begin[:, 1] > end[:, 1]))
    lesser, greater = np.where(swap[:, None], end, begin), np.where(swap[:, None], begin, end)
    return np.column_stack((lesser, greater)), np.where(swap, -1, 1)
