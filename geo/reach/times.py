"""Travel times from stations to points: along the streets, or on a disc where there are none."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from geo.streets.arcs import limit_units
from geo.streets.network import Floats, Ints, Network
from geo.streets.snapping import Snapped
from geo.travel import search


@dataclass(frozen=True, eq=False)
class Reach:
    """How far each target is from its nearest source, and from the second nearest.

    Parameters
    ----------
    minutes : ndarray (n,)
        Travel time, inf where no source is in reach.
    nearest : ndarray (n,) int64
        The position of the nearest source, the lowest of several; -1 where none is in reach.
    second_minutes, second : ndarray (n,)
        The same of the nearest source but that one; inf and -1 where no other is in reach.
    """

    minutes: Floats
    nearest: Ints
    second_minutes: Floats
    second: Ints


def travel_minutes(
    network: Network,
    sources: Snapped,
    targets: Snapped,
    *,
    speed_m_per_min: float,
    limit_minutes: float = np.inf,
) -> Reach:
    """Return the travel time along the streets from the two nearest sources to each target.

    A way is the source's access leg, a walk along edges in their permitted directions, and the
    target's access leg, all at one speed. Source and target on one edge are also joined directly. A
    way of exactly ``limit_minutes`` is within the limit. Ways are added up in whole numbers of 15 µm
    (`geo.streets.arcs`), so the answer depends on no order.

    The method is Dijkstra's (1959) from all sources at once, each node being reached by two of them.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    sources, targets : Snapped
        The stations and the points, brought to this network by `geo.streets.snapping.snap`.
    speed_m_per_min : float
        Metres per minute, such as 5000 / 60.
    limit_minutes : float
        How far to look.

    Raises
    ------
    InputError
        Where there are more than a million sources.
    """
    limit = limit_units(limit_minutes, speed=speed_m_per_min)
    nodes = search.nearest_of_nodes(network.arcs, sources.places, limit=limit)
    found = search.nearest_of_targets(
        network.arcs, sources.places, targets.places, nodes, limit=limit, speed=speed_m_per_min
    )
    return Reach(*found)


def disc_minutes(sources_xy: Floats, targets_xy: Floats, *, speed_m_per_min: float, detour: float) -> Reach:
    """Return the time of the straight line × ``detour`` from the two nearest sources to each target.

    Parameters
    ----------
    sources_xy, targets_xy : ndarray (n, 2)
        Metres in one projected system; NaN is "no location": such a source serves nobody, such a
        target is out of reach.
    speed_m_per_min : float
        Metres per minute.
    detour : float
        How much longer a way is than its straight line; 1 is the plain disc.
    """
    minutes = np.full((len(targets_xy), 2), np.inf)
    source = np.full((len(targets_xy), 2), -1, dtype=np.int64)
    usable = np.flatnonzero(np.isfinite(sources_xy).all(axis=1))
    located = np.flatnonzero(np.isfinite(targets_xy).all(axis=1))
    if len(usable) and len(located):
        found, row = _two_nearest(sources_xy[usable], targets_xy[located])
        minutes[located] = found * detour / speed_m_per_min
        source[located] = np.where(row >= 0, usable[row], -1)
    return Reach(minutes[:, 0], source[:, 0], minutes[:, 1], source[:, 1])


def straight_m(one_xy: Floats, other_xy: Floats) -> Floats:
    """Return the length of the straight line between each two points, both (…, 2)."""
    run = other_xy - one_xy
    metres: Floats = np.sqrt(run[..., 0] ** 2 + run[..., 1] ** 2)
    return metres


ASKED = 5
"""Neighbours that the tree is asked for: enough that equally near ones seldom hide a lower one."""


def _two_nearest(places_xy: Floats, xy: Floats) -> tuple[Floats, Ints]:
    """Return (n, 2) metres to the two nearest places and which they are, the lowest of equally near ones."""
    asked = min(ASKED, len(places_xy))
    metres, row = (np.asarray(a) for a in KDTree(places_xy).query(xy, k=np.arange(1, asked + 1)))
    exact = straight_m(xy[:, None, :], places_xy[row])
    order = np.lexsort((row, exact), axis=1)
    exact, row = np.take_along_axis(exact, order, axis=1), np.take_along_axis(row, order, axis=1)
    if asked == 1:
        nobody = np.full((len(xy), 1), np.inf), np.full((len(xy), 1), -1)
        return np.hstack([exact, nobody[0]]), np.hstack([row, nobody[1]])
    if asked < len(places_xy):
        # Where the last that was asked for is as near as the second, there may be lower ones behind it.
        for point in np.flatnonzero(metres[:, -1] <= exact[:, 1] * (1 + 1e-12)):
            all_m = straight_m(xy[point], places_xy)
            row[point, :2] = np.lexsort((np.arange(len(all_m)), all_m))[:2]
            exact[point, :2] = all_m[row[point, :2]]
    return exact[:, :2], row[:, :2]
