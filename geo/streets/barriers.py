"""Barriers: water, railways and walls, which nobody crosses on the way between a point and its street.

::

    ──────────── street          A point enters the nearest street that it reaches in a straight line
        │ no                     without crossing a barrier. Whoever stands in one, on a boat or by an
    ≈≈≈≈│≈≈≈≈≈≈≈                 inexact coordinate, may leave it, but not beyond its other bank's
        • ──────── street yes    street that is further away.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.segments.pieces import shares_along
from geo.streets.network import Floats, Ints, Network
from geo.streets.snapping import Snapped

KINDS = ("water", "railway")
"""What is a barrier among the features that are drawn beneath."""

WIDE_M = 1.0
"""A leg may run so far along a barrier's edge, as digitised lines do that mean to touch it."""

Geometries = npt.NDArray[Any]


def kept_apart(
    network: Network, snapped: Snapped, points_xy: Floats, barriers: Geometries, *, max_access_m: float
) -> Snapped:
    """Bring points that entered a street across a barrier to the nearest one on their own side, or to none.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    snapped : Snapped
        The points on it, by `geo.streets.snapping.snap`.
    points_xy : ndarray (n, 2)
        Where they are, in metres of the network's system.
    barriers : ndarray of geometry
        Polygons and lines in the same system.
    max_access_m : float
        The longest access leg.
    """
    used = np.flatnonzero(snapped.edge >= 0)
    wrong = used[_crossing(points_xy[used], snapped.xy[used], barriers)]
    if not len(wrong):
        return snapped
    edge, along = snapped.edge.copy(), snapped.along_m.copy()
    access, xy = snapped.access_m.copy(), snapped.xy.copy()
    edge[wrong], along[wrong], access[wrong], xy[wrong] = -1, np.nan, np.nan, np.nan
    for segments in (network.mainland, network.islands):
        left = wrong[edge[wrong] < 0]
        point, segment = _near(segments, points_xy[left], max_access_m)
        start, end = segments.start_xy[segment], segments.end_xy[segment]
        run, share = end - start, shares_along(start, end, points_xy[left][point])
        foot = start + share[:, None] * run
        metres = np.hypot(*(foot - points_xy[left][point]).T)
        free = ~_crossing(points_xy[left][point], foot, barriers)
        order = np.lexsort((segment, metres, point))
        order = order[free[order]]
        best = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
        row = left[point[best]]
        edge[row], access[row], xy[row] = segments.edge[segment[best]], metres[best], foot[best]
        at = segments.along_m[segment[best]] + share[best] * np.hypot(*run[best].T)
        along[row] = np.minimum(at, network.edge_length_m[edge[row]])
    return Snapped(edge, along, access, xy)


def _near(segments: Any, points_xy: Floats, max_access_m: float) -> tuple[Ints, Ints]:
    """Return (point, segment) of all segments within the access distance."""
    if not len(points_xy) or not len(segments.edge):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    pieces = np.stack([segments.start_xy, segments.end_xy], axis=1)
    tree = shapely.STRtree(np.asarray(shapely.points(points_xy)))
    segment, point = tree.query(shapely.linestrings(pieces), predicate="dwithin", distance=max_access_m)
    return point, segment


def _crossing(points_xy: Floats, ends_xy: Floats, barriers: Geometries) -> npt.NDArray[np.bool_]:
    """Flag the legs that cross a barrier in which their point does not stand."""
    area = shapely.get_dimensions(barriers) == 2
    flags = _crossing_lines(points_xy, ends_xy, barriers[~area])
    low, high = np.minimum(points_xy, ends_xy), np.maximum(points_xy, ends_xy)
    for barrier in barriers[area]:
        west, south, east, north = shapely.bounds(barrier)
        about = (high >= (west, south)).all(axis=1) & (low <= (east, north)).all(axis=1) & ~flags
        rows = np.flatnonzero(about)
        if not len(rows):
            continue
        shapely.prepare(barrier)
        legs = _legs(points_xy[rows], ends_xy[rows])
        hit = shapely.intersects(barrier, legs)
        rows, legs = rows[hit], legs[hit]
        inside = np.asarray(shapely.contains_xy(barrier, *points_xy[rows].T), dtype=bool)
        flags[rows] = (shapely.length(shapely.intersection(legs, barrier)) > WIDE_M) & ~inside
    return flags


def _crossing_lines(points_xy: Floats, ends_xy: Floats, lines: Geometries) -> npt.NDArray[np.bool_]:
    """Flag the legs that cross a line; one that only begins or ends on it does not."""
    flags = np.zeros(len(points_xy), dtype=bool)
    if len(lines):
        # Legs are many and lines are few, and most legs are far from all of them.
        leg, _ = shapely.STRtree(lines).query(_legs(points_xy, ends_xy), predicate="crosses")
        flags[leg] = True
    return flags


def _legs(points_xy: Floats, ends_xy: Floats) -> Geometries:
    return np.asarray(shapely.linestrings(np.stack([points_xy, ends_xy], axis=1)))
