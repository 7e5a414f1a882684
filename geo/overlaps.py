"""Overlaps: pairs of grids whose interiors meet, and edges that do not match."""

import numpy as np
import numpy.typing as npt
import shapely

from geo.findings import CUT, SNAP, Finding, Tolerances
from geo.outlines import GeometryArray, IntArray, Outlines, list_of, place

BoolArray = npt.NDArray[np.bool_]
Pairs = npt.NDArray[np.int64]

_METRES_PER_DEGREE = 111_000.0


def invalid_edges(outlines: Outlines, *, gap_m: float = 0.0) -> GeometryArray:
    """Return for each polygon the edges that no neighbour has likewise, or that lie within one.

    The search is GEOS's coverage validation (`shapely.coverage_invalid_edges`), which is near-linear.

    Parameters
    ----------
    outlines : Outlines
        The polygons.
    gap_m : float
        Edges of gaps up to about this width are told too.

    Returns
    -------
    (n,) object array
        Lines, empty where a polygon fits its neighbours.
    """
    edges: GeometryArray = shapely.coverage_invalid_edges(
        outlines.shapes, gap_width=gap_m / _METRES_PER_DEGREE
    )
    return edges


def find_overlaps(outlines: Outlines, suspect: BoolArray, tolerances: Tolerances) -> list[Finding]:
    """Find the pairs whose interiors meet in more than a stated area; contained and equal ones too.

    Parameters
    ----------
    outlines : Outlines
        The polygons.
    suspect : (n,) bool array
        Which polygons have an invalid edge: in each pair that overlaps one does, since an edge of one
        runs within the other or the two are equal. Other pairs are not looked at.
    tolerances : Tolerances
        ``overlap_m2``.
    """
    pairs = touching_pairs(outlines.shapes, suspect)
    shared = shapely.intersection(outlines.shapes[pairs[:, 0]], outlines.shapes[pairs[:, 1]])
    areas = outlines.areas(shared)
    large = np.flatnonzero(areas > tolerances.overlap_m2)
    equal = shapely.equals(outlines.shapes[pairs[large, 0]], outlines.shapes[pairs[large, 1]])
    return [
        _overlap(outlines, (int(pairs[k, 0]), int(pairs[k, 1])), shared[k], float(areas[k]), equal=bool(same))
        for k, same in zip(large.tolist(), equal.tolist(), strict=True)
    ]


def touching_pairs(shapes: GeometryArray, suspect: BoolArray) -> Pairs:
    """Return the pairs (i < j) of shapes that touch or overlap, of which at least one is suspect.

    Returns
    -------
    (p, 2) int array
        Sorted.
    """
    rows = np.flatnonzero(suspect)
    mine, others = shapely.STRtree(shapes).query(shapes[rows], predicate="intersects")
    pairs = np.sort(np.column_stack((rows[mine], others)), axis=1)
    unique: Pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    return unique.reshape(-1, 2)


def _overlap(
    outlines: Outlines, pair: tuple[int, int], shared: shapely.Geometry, area: float, *, equal: bool
) -> Finding:
    advice = "keep one of them" if equal else "redraw their shared edge"
    return Finding(
        "overlap",
        "error",
        outlines.named(pair),
        round(area, 6),
        "m²",
        place(shared),
        None if equal else CUT,
        f"Grids {list_of(outlines, pair)} overlap by {_amount(area)} m²; {advice}.",
        pair,
    )


def _amount(area: float) -> str:
    return f"{area:,.2f}" if area >= 0.01 else f"{area:.6f}"


def find_mismatches(
    outlines: Outlines, edges: GeometryArray, overlaps: list[Finding], tolerances: Tolerances
) -> list[Finding]:
    """Find pairs of grids whose edges run side by side without being the same.

    Pairs that overlap are told as such and not once more.

    Parameters
    ----------
    outlines : Outlines
        The polygons.
    edges : (n,) object array
        Their invalid edges, in EPSG:4326.
    overlaps : list of Finding
        What `find_overlaps` found.
    tolerances : Tolerances
        ``snap_m``: how far apart the edges of a pair may be.
    """
    rows = np.flatnonzero(~shapely.is_empty(edges))
    lines = outlines.metric(edges[rows])
    pairs = rows[_close(lines, tolerances.snap_m)]
    told = {finding.rows for finding in overlaps}
    kept = np.array([tuple(pair) not in told for pair in pairs.tolist()], dtype=bool)
    pairs = pairs[kept]
    line_of = dict(zip(rows.tolist(), lines, strict=True))
    return [
        _mismatch(outlines, (i, j), edges[i], _length_beside((line_of[i], line_of[j]), tolerances.snap_m))
        for i, j in pairs.tolist()
    ]


def _close(lines: GeometryArray, distance: float) -> IntArray:
    """Return the positions (p, 2) of lines within a distance of each other, the lower first, sorted."""
    i, j = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=distance)
    pairs = np.column_stack((i, j))
    return np.unique(pairs[i < j], axis=0).reshape(-1, 2)


def _length_beside(lines: tuple[shapely.Geometry, shapely.Geometry], distance: float) -> float:
    """Return how many metres two lines run within a distance of each other, by the one of which less does."""
    near = shapely.buffer(lines[::-1], distance, quad_segs=2)
    return float(shapely.length(shapely.intersection(lines, near)).min())


def _mismatch(outlines: Outlines, pair: tuple[int, int], edge: shapely.Geometry, length: float) -> Finding:
    return Finding(
        "mismatched-edge",
        "warning",
        outlines.named(pair),
        round(length, 3),
        "m",
        place(edge),
        SNAP,
        f"Grids {list_of(outlines, pair)} run side by side for {length:,.1f} m without sharing their edge; "
        "give both the same vertices.",
        pair,
    )
