"""Edges: the segments of polygons without a polygon on each side, where every fault and every rim lies."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geo.partition.outlines import (
    METRES_PER_DEGREE,
    BoolArray,
    FloatArray,
    GeometryArray,
    IntArray,
    Outlines,
)

Marks = npt.NDArray[np.uint64]


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

    @cached_property
    def lines(self) -> GeometryArray:
        """Each segment as a line."""
        return lines_of(self.segments)


def lines_of(segments: FloatArray) -> GeometryArray:
    """Return a line of two vertices for each segment, (m, 4)."""
    lines = np.empty(len(segments), dtype=object)
    lines[:] = shapely.linestrings(segments.reshape(-1, 2, 2))
    return lines


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
    # Column by column: numpy is slow along a short axis. Adding 0 turns -0 into 0.
    x, y = xy[:, 0] + 0.0, xy[:, 1] + 0.0
    moves = (x[:-1] != x[1:]) | (y[:-1] != y[1:])
    begin = np.flatnonzero(moves & (vertex_of[:-1] == vertex_of[1:]))
    begin = begin[~_fitting(x, y, begin)]
    ends = np.column_stack((x[begin], y[begin], x[begin + 1], y[begin + 1]))
    return LoneEdges(lesser_first(ends[:, :2], ends[:, 2:])[0], part_of[ring_of[vertex_of[begin]]])


def _fitting(x: FloatArray, y: FloatArray, begin: IntArray) -> BoolArray:
    """Tell which segments are one of exactly two, the other of which runs back."""
    ranked, order = _sorted(_marks(x, y, begin))
    same = ranked[1:] == ranked[:-1]
    # One of exactly two with the same mark: like the next, unlike the one before and the one after that.
    lead = same.copy()
    lead[1:] &= ~same[:-1]
    lead[:-1] &= ~same[1:]
    first = np.flatnonzero(lead)
    one, other = order[first], order[first + 1]
    a, b = begin[one], begin[other]
    back = (x[a] == x[b + 1]) & (y[a] == y[b + 1])
    back &= (x[a + 1] == x[b]) & (y[a + 1] == y[b])
    fits = np.zeros(len(begin), dtype=bool)
    fits[one[back]] = fits[other[back]] = True
    return fits


def _marks(x: FloatArray, y: FloatArray, begin: IntArray) -> Marks:
    """Return a number for each segment, the same for its reverse; most of its information is above.

    Two segments with one number would at worst be told as lone, which costs time and changes nothing.
    """
    marks = x.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    marks ^= marks >> np.uint64(29)
    marks ^= y.view(np.uint64)
    marks *= np.uint64(0xBF58476D1CE4E5B9)
    marks ^= marks >> np.uint64(32)
    marks *= np.uint64(0x94D049BB133111EB)
    both = marks[begin]
    both += marks[begin + 1]
    return both


def _sorted(marks: Marks) -> tuple[Marks, IntArray]:
    """Sort numbers, and return each with its position.

    The position takes the place of the lowest bits: to sort numbers is faster than to sort positions by them.
    """
    below = np.uint64((1 << len(marks).bit_length()) - 1)
    marks &= ~below
    marks |= np.arange(len(marks), dtype=np.uint64)
    marks.sort()
    order = (marks & below).view(np.int64)
    marks &= ~below
    return marks, order


def lesser_first(begin: FloatArray, end: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return segments (m, 4) with the lesser end first, and 1 where it was so, else −1."""
    swap = (begin[:, 0] > end[:, 0]) | ((begin[:, 0] == end[:, 0]) & (begin[:, 1] > end[:, 1]))
    lesser, greater = np.where(swap[:, None], end, begin), np.where(swap[:, None], begin, end)
    return np.column_stack((lesser, greater)), np.where(swap, -1, 1)


def invalid_edges(outlines: Outlines, lone: LoneEdges, *, gap_m: float = 0.0) -> GeometryArray:
    """Return for each polygon the edges that no neighbour has likewise, or that lie within one.

    The search is GEOS's coverage validation (`shapely.coverage_invalid_edges`), which is near-linear, of
    the polygons with a lone edge and those beside it: the edges of the others are valid.

    Parameters
    ----------
    outlines : Outlines
        The polygons.
    lone : LoneEdges
        Their segments without a polygon on each side.
    gap_m : float
        Edges of gaps up to about this width are told too.

    Returns
    -------
    (n,) object array
        Lines, empty where a polygon fits its neighbours.
    """
    edges = np.full(len(outlines.shapes), shapely.LineString(), dtype=object)
    gap = gap_m / METRES_PER_DEGREE
    # Only a lone segment can be invalid, and only by a polygon that comes as near to it as the gap.
    west, south, east, north = shapely.bounds(outlines.shapes).T
    tree = shapely.STRtree(shapely.box(west - gap, south - gap, east + gap, north + gap))
    near = np.unique(np.concatenate((lone.owners, tree.query(lone.lines)[1])))
    edges[near] = shapely.coverage_invalid_edges(outlines.shapes[near], gap_width=gap)
    return _only_lone(edges, lone)


def _only_lone(edges: GeometryArray, lone: LoneEdges) -> GeometryArray:
    """Return the edges without segments that have a polygon on each side, of which GEOS saw but one."""
    rows = np.flatnonzero(~shapely.is_empty(edges))
    lines, line_of = shapely.get_parts(edges[rows], return_index=True)
    xy, vertex_of = shapely.get_coordinates(lines, return_index=True)
    begin = np.flatnonzero(vertex_of[:-1] == vertex_of[1:])
    owner = rows[line_of[vertex_of[begin]]]
    segments = lesser_first(xy[begin], xy[begin + 1])[0]
    known = _of_owners(lone, rows)
    kept = np.array([key in known for key in _keys(owner, segments)], dtype=bool)
    for row in np.unique(owner[~kept]).tolist():
        mine = segments[kept & (owner == row)].reshape(-1, 2, 2)
        edges[row] = shapely.line_merge(shapely.MultiLineString(list(mine)))
    return edges


def _of_owners(lone: LoneEdges, rows: IntArray) -> set[tuple[float, ...]]:
    mine = np.isin(lone.owners, rows)
    return set(_keys(lone.owners[mine], lone.segments[mine]))


def _keys(owners: IntArray, segments: FloatArray) -> list[tuple[float, ...]]:
    """Return each segment with the polygon that it belongs to, as what a set can hold."""
    return list(zip(owners.tolist(), *segments.T.tolist(), strict=True))
