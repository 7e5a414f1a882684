"""Travel times from stations to points: along the streets, or on a disc where there are none."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import KDTree

from geo.network import Floats, Ints, Network
from geo.snapping import Snapped


@dataclass(frozen=True, eq=False)
class Reach:
    """How far each target is from its nearest source.

    Parameters
    ----------
    minutes : ndarray (n,)
        Travel time, inf where no source is in reach.
    nearest : ndarray (n,) int64
        The position of the nearest source, the lowest of several; -1 where none is in reach.
    """

    minutes: Floats
    nearest: Ints


def travel_minutes(
    network: Network,
    sources: Snapped,
    targets: Snapped,
    *,
    speed_m_per_min: float,
    limit_minutes: float = np.inf,
) -> Reach:
    """Return the travel time along the streets from the nearest source to each target.

    A way is the source's access leg, a walk along edges in their permitted directions, and the
    target's access leg, all at one speed. Source and target on one edge are also joined directly. A
    way of exactly ``limit_minutes`` is within the limit.

    The method is Dijkstra's (1959) from all sources at once: each source is a node of its own whose
    arcs to the two ends of its edge carry the legs, so one run answers for all of them.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    sources, targets : Snapped
        The stations and the points, brought to this network by `geo.snapping.snap`.
    speed_m_per_min : float
        Metres per minute, such as 5000 / 60.
    limit_minutes : float
        How far to look.
    """
    limit_m = limit_minutes * speed_m_per_min
    by_nodes = _by_nodes(network, targets, _node_metres(network, sources, limit_m))
    metres, nearest = _nearer(by_nodes, _direct(network, sources, targets))
    minutes = metres / speed_m_per_min
    reached = np.isfinite(minutes) & (minutes <= limit_minutes)
    return Reach(np.where(reached, minutes, np.inf), np.where(reached, nearest, -1))


def disc_minutes(sources_xy: Floats, targets_xy: Floats, *, speed_m_per_min: float, detour: float) -> Reach:
    """Return the time of the straight line × ``detour`` from the nearest source to each target.

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
    minutes = np.full(len(targets_xy), np.inf)
    nearest = np.full(len(targets_xy), -1, dtype=np.int64)
    usable = np.flatnonzero(np.isfinite(sources_xy).all(axis=1))
    located = np.flatnonzero(np.isfinite(targets_xy).all(axis=1))
    # The first of several sources at one place is the lowest of them.
    places_xy, first = np.unique(sources_xy[usable], axis=0, return_index=True)
    if len(usable) and len(located):
        metres, place = _nearest_places(places_xy, targets_xy[located], rank=usable[first])
        minutes[located] = metres * detour / speed_m_per_min
        nearest[located] = place
    return Reach(minutes, nearest)


Nearest = tuple[Floats, Ints]
"""Metres to the nearest source, inf where there is none, and which it is."""


def _node_metres(network: Network, sources: Snapped, limit_m: float) -> Nearest:
    """Return the way from the nearest source to each node, its access leg counted."""
    n = len(network.node_xy)
    used = np.flatnonzero(sources.edge >= 0)
    if len(used) == 0:
        return np.full(n, np.inf), np.full(n, -1, dtype=np.int64)
    graph = _with_sources(network, sources.take(used))
    # The last comparison is made in minutes, so a rounding more is looked at here.
    metres, _, origin = dijkstra(
        graph,
        indices=np.arange(n, n + len(used)),
        min_only=True,
        return_predecessors=True,
        limit=limit_m * (1 + 1e-9) + 1e-6,
    )
    label = np.where(np.isfinite(metres), origin.astype(np.int64) - n, -1)
    label = _lowest_label(graph, metres, label)
    return metres[:n], np.where(label[:n] >= 0, used[label[:n]], -1)


def _with_sources(network: Network, sources: Snapped) -> csr_array:
    """Return the network's adjacency with a node for each source behind the others."""
    n, edge = len(network.node_xy), sources.edge
    start, end = network.edge_from[edge], network.edge_to[edge]
    rest = network.edge_length_m[edge] - sources.along_m
    # An entry at the very end of a one-way is at its node, whichever way the street runs.
    ahead = np.where(network.edge_forward[edge] | (rest == 0), rest, np.inf)
    behind = np.where(network.edge_backward[edge] | (sources.along_m == 0), sources.along_m, np.inf)
    # On an edge that ends where it began, both arcs would be one entry of the matrix.
    loop = start == end
    ahead, behind = (np.where(loop, np.minimum(ahead, behind), ahead), np.where(loop, np.inf, behind))
    metres = np.column_stack([ahead, behind]) + sources.access_m[:, None]
    kept = np.isfinite(metres)
    base = network.adjacency
    data = np.concatenate([base.data, metres[kept]])
    indices = np.concatenate([base.indices, np.column_stack([end, start])[kept]])
    indptr = np.concatenate([base.indptr, base.indptr[-1] + np.cumsum(kept.sum(axis=1))])
    size = n + len(edge)
    return csr_array((data, indices, indptr.astype(np.int32)), shape=(size, size))


def _lowest_label(graph: csr_array, metres: Floats, label: Ints) -> Ints:
    """Return the lowest source among those that are equally near to each node.

    Dijkstra's run names one of them, whichever it met first. Along arcs that lie on some shortest way
    the lower number is handed on until nothing changes.
    """
    start = np.repeat(np.arange(len(metres)), np.diff(graph.indptr))
    end = graph.indices
    tight = np.isfinite(metres[start]) & (metres[start] + graph.data == metres[end])
    start, end = start[tight], end[tight]
    lowest = label.copy()
    while (wrong := lowest[start] < lowest[end]).any():
        np.minimum.at(lowest, end[wrong], lowest[start[wrong]])
    return lowest


def _by_nodes(network: Network, targets: Snapped, node: Nearest) -> Nearest:
    """Return the way to each target over either end of its edge, its access leg counted."""
    snapped = targets.edge >= 0
    edge = np.where(snapped, targets.edge, 0)
    if len(network.edge_from) == 0:
        return np.full(len(edge), np.inf), np.full(len(edge), -1, dtype=np.int64)
    metres, label = node
    start, end = network.edge_from[edge], network.edge_to[edge]
    rest = network.edge_length_m[edge] - targets.along_m
    forward = network.edge_forward[edge] | (targets.along_m == 0)
    backward = network.edge_backward[edge] | (rest == 0)
    ahead = np.where(snapped & forward, metres[start] + targets.along_m, np.inf)
    behind = np.where(snapped & backward, metres[end] + rest, np.inf)
    best, origin = _nearer((ahead, label[start]), (behind, label[end]))
    return best + np.where(snapped, targets.access_m, 0.0), origin


def _direct(network: Network, sources: Snapped, targets: Snapped) -> Nearest:
    """Return the way to each target from the sources on its own edge, access legs counted."""
    by_edge = np.argsort(sources.edge, kind="stable")
    low = np.searchsorted(sources.edge[by_edge], targets.edge, side="left")
    high = np.searchsorted(sources.edge[by_edge], targets.edge, side="right")
    count = np.where(targets.edge >= 0, high - low, 0)
    target = np.repeat(np.arange(len(targets)), count)
    rank = np.arange(len(target)) - np.repeat(np.cumsum(count) - count - low, count)
    source = by_edge[rank]
    step = targets.along_m[target] - sources.along_m[source]
    edge = targets.edge[target]
    ahead, behind = network.edge_forward[edge], network.edge_backward[edge]
    metres = np.abs(step) + sources.access_m[source] + targets.access_m[target]
    metres = np.where((step == 0) | np.where(step > 0, ahead, behind), metres, np.inf)
    order = np.lexsort((source, metres, target))
    first = order[np.flatnonzero(np.diff(target[order], prepend=-1))]
    best, origin = np.full(len(targets), np.inf), np.full(len(targets), -1, dtype=np.int64)
    best[target[first]], origin[target[first]] = metres[first], source[first]
    return best, origin


def _nearer(one: Nearest, other: Nearest) -> Nearest:
    """Return the smaller of two ways to each target, the lower source where they are equal."""
    use = (other[0] < one[0]) | ((other[0] == one[0]) & (other[1] < one[1]))
    return np.where(use, other[0], one[0]), np.where(use, other[1], one[1])


def _nearest_places(places_xy: Floats, xy: Floats, *, rank: Ints) -> Nearest:
    """Return metres to the nearest place, and the lowest rank among the equally near ones."""
    tree, k = KDTree(places_xy), min(4, len(places_xy))
    metres, index = (np.asarray(a) for a in tree.query(xy, k=np.arange(1, k + 1)))
    equal = metres == metres[:, :1]
    lowest = np.where(equal, rank[index], np.iinfo(np.int64).max).min(axis=1)
    # Where all that were asked for are equally near, there may be more of them.
    for row in np.flatnonzero(equal[:, -1]) if k < len(places_xy) else ():
        exact = np.hypot(*(places_xy - xy[row]).T)
        lowest[row] = rank[exact == exact.min()].min()
    return metres[:, 0], lowest
