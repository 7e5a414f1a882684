"""Mismatches: grids whose edges run side by side without being the same."""

import numpy as np
import shapely

from geo.findings import SNAP, Finding, Tolerances
from geo.partition.outlines import FloatArray, GeometryArray, IntArray, Outlines, place


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
    close = _close(lines, tolerances.snap_m)
    told = {finding.rows for finding in overlaps}
    kept = np.array([tuple(pair) not in told for pair in rows[close].tolist()], dtype=bool)
    close = close[kept]
    lengths = _lengths_beside(lines[close[:, 0]], lines[close[:, 1]], tolerances.snap_m)
    pairs = rows[close].tolist()
    return [
        _mismatch(outlines, (i, j), edges[i], length)
        for (i, j), length in zip(pairs, lengths.tolist(), strict=True)
    ]


def _close(lines: GeometryArray, distance: float) -> IntArray:
    """Return the positions (p, 2) of lines within a distance of each other, the lower first, sorted."""
    i, j = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=distance)
    pairs = np.column_stack((i, j))
    return np.unique(pairs[i < j], axis=0).reshape(-1, 2)


def _lengths_beside(some: GeometryArray, others: GeometryArray, distance: float) -> FloatArray:
    """Return how many metres lines run within a distance of others, by the one of which less does."""
    lengths = [
        shapely.length(shapely.intersection(lines, shapely.buffer(beside, distance, quad_segs=2)))
        for lines, beside in ((some, others), (others, some))
    ]
    return np.asarray(np.minimum(*lengths))


def _mismatch(outlines: Outlines, pair: tuple[int, int], edge: shapely.Geometry, length: float) -> Finding:
    return Finding(
        "mismatched-edge",
        "warning",
        outlines.named(pair),
        round(length, 3),
        "m",
        place(edge),
        SNAP,
        f"{outlines.called(pair)} run side by side for {length:,.1f} m without sharing their edge; "
        "give both the same vertices.",
        pair,
        automatic=True,
    )
