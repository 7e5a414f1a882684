"""Travel times from each station alone to each point within its reach, as a sparse matrix."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geo.reach.times import straight_m
from geo.streets.arcs import Floats, Ints, limit_units
from geo.streets.network import Network
from geo.streets.snapping import Snapped
from geo.travel import search


def travel_matrix(
    network: Network,
    sources: Snapped,
    targets: Snapped,
    *,
    speed_m_per_min: float,
    limit_minutes: float,
) -> csr_array:
    """Return the travel times along the streets from each source to each target within a limit.

    Row i holds the very minutes that `geo.reach.times.travel_minutes` finds from source i alone. An entry
    stands exactly where the way is within the limit, border included; one of 0 minutes is stored as
    such, so ask ``indptr`` and ``indices`` for who is reached, not whether a value is above 0.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    sources, targets : Snapped
        The stations and the points, brought to this network by `geo.streets.snapping.snap`.
    speed_m_per_min : float
        Metres per minute.
    limit_minutes : float
        How far to look.

    Returns
    -------
    csr_array
        (sources, targets), minutes; the indices of each row in order.
    """
    limit = limit_units(limit_minutes, speed=speed_m_per_min)
    begin, column, minutes = search.each_alone(
        network.arcs, sources.places, targets.places, limit=limit, speed=speed_m_per_min
    )
    return csr_array((minutes, column, begin), shape=(len(sources), len(targets)))


def disc_matrix(
    sources_xy: Floats,
    targets_xy: Floats,
    *,
    speed_m_per_min: float,
    detour: float,
    limit_minutes: float,
) -> csr_array:
    """Return the times of the straight lines × ``detour`` from each source within a limit.

    Parameters
    ----------
    sources_xy, targets_xy : ndarray (n, 2)
        Metres in one projected system; NaN is "no location", which reaches nothing and is not reached.
    speed_m_per_min : float
        Metres per minute.
    detour : float
        How much longer a way is than its straight line.
    limit_minutes : float
        How far to look, border included.

    Returns
    -------
    csr_array
        As `travel_matrix`, equal entry by entry to `geo.reach.times.disc_minutes` from each source alone.
    """
    usable = np.flatnonzero(np.isfinite(sources_xy).all(axis=1))
    located = np.flatnonzero(np.isfinite(targets_xy).all(axis=1))
    radius_m = limit_minutes * speed_m_per_min / detour * (1 + 1e-9) + 1e-6
    count = np.zeros(len(sources_xy), dtype=np.int64)
    column = np.empty(0, dtype=np.int64)
    if len(usable) and len(located):
        tree = KDTree(targets_xy[located])
        near: Any = tree.query_ball_point(sources_xy[usable], r=radius_m, return_sorted=True)
        count[usable] = [len(row) for row in near]
        column = located[np.concatenate([np.asarray(row, dtype=np.int64) for row in near])]
    source = np.repeat(np.arange(len(count)), count)
    minutes = straight_m(targets_xy[column], sources_xy[source]) * detour / speed_m_per_min
    begin = np.concatenate([[0], np.cumsum(count)])
    shape = (len(sources_xy), len(targets_xy))
    return _within(begin, column, minutes, shape=shape, limit_minutes=limit_minutes)


def _within(
    begin: Ints, column: Ints, minutes: Floats, *, shape: tuple[int, int], limit_minutes: float
) -> csr_array:
    """Return the entries that are within the limit as a matrix."""
    kept = np.isfinite(minutes) & (minutes <= limit_minutes)
    before = np.concatenate([[0], np.cumsum(kept)])
    return csr_array((minutes[kept], column[kept], before[begin]), shape=shape)
