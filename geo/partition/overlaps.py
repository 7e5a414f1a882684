"""Overlaps: pairs of grids whose interiors meet."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.findings import CUT, Finding, Tolerances
from geo.partition.edges import LoneEdges
from geo.partition.outlines import (
    BoolArray,
    GeometryArray,
    IntArray,
    Outlines,
    are_narrow,
    only_polygons,
    place,
)

Pairs = npt.NDArray[np.int64]

UNTOLD = "overlaps-untold"
"""That there are more overlaps than are told."""

_PAIRS, _PAIRS_EACH = 100_000, 20
"""Up to so many pairs, and for each polygon so many more, are compared."""
_AT_ONCE = 5_000

_ROUNDING = 1e-11
"""In degrees, a thousandth of a millimetre: where two edges cross is rounded to what a number holds."""


def find_overlaps(
    outlines: Outlines, lone: LoneEdges, edges: GeometryArray, tolerances: Tolerances
) -> list[Finding]:
    """Find the pairs whose interiors meet in more than a stated area; contained and equal ones too.

    Parameters
    ----------
    outlines : Outlines
        The polygons.
    lone : LoneEdges
        Their segments without a polygon on each side.
    edges : (n,) object array
        Their invalid edges.
    tolerances : Tolerances
        ``overlap_m2`` and ``move_m``.

    Notes
    -----
    Where far more pairs touch than in any partition, the first of them are told, and that there are more.

    A pair can overlap without an invalid edge: where two layers that each fit lie on top of each other,
    every edge has its neighbour. But cross an edge of the one, of the other or of both, and the pair
    there overlaps as well; so go on until an edge has no neighbour, which lies within a polygon of the
    other layer, or along its edge, and is invalid. Hence the search begins with what the invalid edges
    touch, and goes on to the neighbours of a pair where the ground that they share ends in an edge that
    is not lone.
    """
    pairs, shared, whole = _meeting(outlines.shapes, lone, edges)
    areas = outlines.areas(shared)
    large = areas > tolerances.overlap_m2
    pairs, shared, areas = pairs[large], shared[large], areas[large]
    equal = shapely.equals(outlines.shapes[pairs[:, 0]], outlines.shapes[pairs[:, 1]])
    automatic = are_narrow(shared, tolerances.move_m) & ~equal
    found = [
        _overlap(
            outlines, (int(i), int(j)), shared[k], float(areas[k]), same=equal[k], automatic=automatic[k]
        )
        for k, (i, j) in enumerate(pairs)
    ]
    return found if whole else [*found, _more(outlines, len(found))]


def _meeting(
    shapes: GeometryArray, lone: LoneEdges, edges: GeometryArray
) -> tuple[Pairs, GeometryArray, bool]:
    """Return the pairs (i < j) that share ground, sorted, the ground of each, and whether these are all."""
    tree = shapely.STRtree(shapes)
    most = _PAIRS + _PAIRS_EACH * len(shapes)
    pairs = _touching(tree, edges, np.flatnonzero(~shapely.is_empty(edges)), most)
    known = np.empty((0, 2), dtype=np.int64)
    found, grounds = [known], [np.empty(0, dtype=object)]
    while len(pairs):
        shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
        meet = shapely.area(shared) > 0
        found.append(pairs[meet])
        grounds.append(shared[meet])
        known = np.concatenate((known, pairs))
        if len(known) >= most:
            break
        members = np.unique(pairs[meet][_go_on(pairs[meet], shared[meet], lone)])
        beside = np.unique(_touching(tree, shapes, members, most))
        pairs = _without(_touching(tree, shapes, beside, most), known)
    pairs = np.concatenate(found)
    order = np.lexsort(pairs.T[::-1])
    return pairs[order], np.concatenate(grounds)[order], len(known) < most


def _go_on(pairs: Pairs, shared: GeometryArray, lone: LoneEdges) -> BoolArray:
    """Tell which pairs share ground that ends, somewhere, in an edge with a polygon on each side."""
    lines, nothing = _lone_lines(lone, np.unique(pairs)), shapely.LineString()
    parts, pair_of = shapely.get_parts(shared, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    xy, ring_of = shapely.get_coordinates(rings, return_index=True)
    inner = np.flatnonzero(ring_of[:-1] == ring_of[1:])
    middles = shapely.points((xy[inner] + xy[inner + 1]) / 2)
    of = pair_of[part_of[ring_of[inner]]]
    lone_here = np.zeros(len(of), dtype=bool)
    for rows in pairs[of].T.tolist():
        beside = np.array([lines.get(row, nothing) for row in rows], dtype=object)
        lone_here |= shapely.dwithin(beside, middles, _ROUNDING)
    go_on = np.zeros(len(pairs), dtype=bool)
    go_on[of[~lone_here]] = True
    return go_on


def _lone_lines(lone: LoneEdges, rows: IntArray) -> dict[int, shapely.Geometry]:
    """Return the lone segments of some polygons, one multi-line each, prepared to be asked often."""
    mine = np.flatnonzero(np.isin(lone.owners, rows))
    mine = mine[np.argsort(lone.owners[mine], kind="stable")]
    owners, position = np.unique(lone.owners[mine], return_inverse=True)
    segments = np.asarray(shapely.linestrings(lone.segments[mine].reshape(-1, 2, 2)), dtype=object)
    lines = np.asarray(shapely.multilinestrings(segments, indices=position), dtype=object)
    shapely.prepare(lines)
    return dict(zip(owners.tolist(), lines, strict=True))


def _touching(tree: shapely.STRtree, shapes: GeometryArray, rows: IntArray, most: int) -> Pairs:
    """Return the pairs (i < j) of a row, by its shape, and what it touches, sorted; so many at most."""
    found, count = [np.empty((0, 2), dtype=np.int64)], 0
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        mine, others = tree.query(shapes[some], predicate="intersects")
        pairs = np.sort(np.column_stack((some[mine], others)), axis=1)
        found.append(pairs[pairs[:, 0] < pairs[:, 1]])
        count += len(found[-1])
        if count >= 2 * most:  # Each pair is met from both of its sides.
            break
    unique: Pairs = np.unique(np.concatenate(found), axis=0).reshape(-1, 2)
    return unique[:most]


def _without(pairs: Pairs, known: Pairs) -> Pairs:
    """Return the pairs that are not known."""
    shift = 1 << 32
    return pairs[~np.isin(pairs[:, 0] * shift + pairs[:, 1], known[:, 0] * shift + known[:, 1])]


def _overlap(
    outlines: Outlines,
    pair: tuple[int, int],
    shared: shapely.Geometry,
    area: float,
    *,
    same: bool,
    automatic: bool,
) -> Finding:
    advice = "keep one of them" if same else "redraw their shared edge"
    return Finding(
        "overlap",
        "error",
        outlines.named(pair),
        round(area, 6),
        "m²",
        place(shared),
        None if same else CUT,
        f"{outlines.called(pair)} overlap by {_amount(area)} m²; {advice}.",
        pair,
        bool(automatic),
        only_polygons(shared),
    )


def _more(outlines: Outlines, count: int) -> Finding:
    message = (
        f"More than {count:,} pairs of {outlines.noun}s overlap, and not all are told; the file seems to "
        "hold several layers that lie on top of each other: send each by itself."
    )
    return Finding(UNTOLD, "error", (), float(count), "count", None, None, message)


def _amount(area: float) -> str:
    return f"{area:,.2f}" if area >= 0.01 else f"{area:.6f}"
