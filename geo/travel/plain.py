"""The same searches without compiled loops: scipy's Dijkstra from each source alone, then numpy."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.streets.arcs import BITS, MASK, NEVER, SHUT, Arcs, Floats, Ints, Keys, Nearest, Places, Rows, metres

CHUNK = 64


def nodes(arcs: Arcs, sources: Places, limit: int) -> Keys:
    """Return the two least keys of each node."""
    found = nothing(arcs.nodes)
    for row, cost in _searches(arcs, sources, limit):
        improve(found, cost, row)
    return found


def targets(arcs: Arcs, sources: Places, places: Places, keys: Keys) -> Keys:
    """Return the two least keys of each target, the keys of the nodes being known."""
    found = nothing(len(places[0]))
    ahead, behind = _from_ends(arcs, places)
    snapped = np.flatnonzero(places[0] >= 0)
    for end, leg in ((arcs.edge_from, ahead), (arcs.edge_to, behind)):
        for column in keys.T:
            key = np.full(len(places[0]), NEVER)
            key[snapped] = column[end[places[0][snapped]]] + (leg[snapped] << BITS)
            _enter(found, key)
    for row in np.flatnonzero(sources[0] >= 0).tolist():
        improve(found, _direct(arcs, sources, row, places), row)
    return np.where(found < NEVER, found + (places[2] << BITS)[:, None], NEVER)


def rows(arcs: Arcs, sources: Places, places: Places, limit: int, speed: float) -> Rows:
    """Return the targets that each source reaches alone within a limit, row by row, in order."""
    ahead, behind = _from_ends(arcs, places)
    edge = np.maximum(places[0], 0)
    columns: list[Ints] = [np.empty(0, dtype=np.int64)] * len(sources[0])
    minutes = [np.empty(0)] * len(sources[0])
    for row, cost in _searches(arcs, sources, limit) if len(arcs.edge_from) else ():
        way = np.minimum(cost[arcs.edge_from[edge]] + ahead, cost[arcs.edge_to[edge]] + behind)
        way = np.minimum(way, _direct(arcs, sources, row, places)) + places[2]
        columns[row] = np.flatnonzero((way <= limit) & (places[0] >= 0))
        minutes[row] = metres(way[columns[row]]) / speed
    begin = np.concatenate([[0], np.cumsum([len(c) for c in columns])]).astype(np.int64)
    empty = np.empty(0)
    return begin, np.concatenate([*columns, empty]).astype(np.int32), np.concatenate([*minutes, empty])


def apart(keys: Keys, limit: int, speed: float) -> Nearest:
    """Return the minutes and the sources of keys, inf and -1 for those beyond a limit in units."""
    cost = keys.T >> BITS
    minutes = np.where(cost <= limit, metres(cost) / speed, np.inf)
    source = np.where(cost <= limit, keys.T & MASK, -1)
    return minutes[0], source[0], minutes[1], source[1]


def nothing(n: int) -> Keys:
    """Return keys that nothing has reached yet."""
    return np.full((n, 2), NEVER)


def improve(found: Keys, cost: Ints, source: int) -> None:
    """Enter the costs from one source that was not entered before."""
    _enter(found, np.where(cost < SHUT, (np.minimum(cost, SHUT) << BITS) | source, NEVER))


def _enter(found: Keys, key: Ints) -> None:
    """Enter keys among the two least of different sources."""
    one, two = found.T
    key = np.minimum(key, NEVER)
    same = ((one ^ key) & MASK) == 0
    less = key < one
    two[:] = np.where(same, two, np.where(less, one, np.minimum(two, key)))
    one[:] = np.where(less, key, one)


def _searches(arcs: Arcs, sources: Places, limit: int) -> Iterator[tuple[int, Ints]]:
    """Give each source that has an edge, and its cost to all nodes."""
    used = np.flatnonzero(sources[0] >= 0)
    for begin in range(0, len(used), CHUNK):
        chunk = used[begin : begin + CHUNK]
        graph = _with_sources(arcs, sources, chunk)
        index = np.arange(arcs.nodes, arcs.nodes + len(chunk))
        costs = dijkstra(graph, indices=index, limit=float(limit))[:, : arcs.nodes]
        for row, cost in zip(chunk.tolist(), costs, strict=True):
            yield row, np.where(np.isfinite(cost), cost, SHUT).astype(np.int64)


def _with_sources(arcs: Arcs, sources: Places, rows: Ints) -> csr_array:
    """Return the arcs as a matrix with a node for each source behind the others."""
    n, edge = arcs.nodes, sources[0][rows]
    tail = np.repeat(np.arange(n), np.diff(arcs.first))
    open_ = arcs.cost >= 0
    ends = seeds(arcs, (edge, sources[1][rows], sources[2][rows]))
    start = np.concatenate([tail[open_], n + np.tile(np.arange(len(edge)), 2)])
    end = np.concatenate([arcs.head[open_], arcs.edge_from[edge], arcs.edge_to[edge]])
    cost = np.concatenate([arcs.cost[open_], *ends])
    order = np.lexsort((cost, end, start))
    start, end, cost = start[order], end[order], cost[order]
    # Of parallel arcs the cheapest stands first; a sparse matrix would add them up instead.
    best = np.append(True, (np.diff(start) != 0) | (np.diff(end) != 0))[: len(order)] & (cost < SHUT)
    size = n + len(edge)
    begin = np.searchsorted(start[best], np.arange(size + 1)).astype(np.int32)
    return csr_array((cost[best].astype(float), end[best].astype(np.int32), begin), shape=(size, size))


def seeds(arcs: Arcs, sources: Places) -> tuple[Ints, Ints]:
    """Return the cost from each source, which has an edge, to the start and to the end of it."""
    edge, along, access = sources
    begin = np.where(along == 0, 0, part(arcs.back, arcs, edge, along))
    whole = part(arcs.ahead, arcs, edge, arcs.length[edge])
    rest = np.where(whole >= SHUT, SHUT, whole - part(arcs.ahead, arcs, edge, along))
    return begin + access, np.where(along == arcs.length[edge], 0, rest) + access


def part(cost: Ints, arcs: Arcs, edge: Ints, along: Ints) -> Ints:
    """Return the cost of the first part of each edge, `SHUT` where it may not be passed so."""
    whole, length = cost[edge], arcs.length[edge]
    share: Floats = along * whole.astype(float) / np.maximum(length, 1)
    inside = np.where((whole == length) | (length == 0), along, np.rint(share)).astype(np.int64)
    return np.where(whole < 0, SHUT, inside)


def _from_ends(arcs: Arcs, places: Places) -> tuple[Ints, Ints]:
    """Return the cost to each place from the start of its edge, and from its end."""
    edge, along = np.maximum(places[0], 0), places[1]
    if len(arcs.length) == 0:
        return np.full(len(edge), SHUT), np.full(len(edge), SHUT)
    ahead = np.where(along == 0, 0, part(arcs.ahead, arcs, edge, along))
    whole = part(arcs.back, arcs, edge, arcs.length[edge])
    rest = np.where(whole >= SHUT, SHUT, whole - part(arcs.back, arcs, edge, along))
    return ahead, np.where(along == arcs.length[edge], 0, rest)


def _direct(arcs: Arcs, sources: Places, row: int, places: Places) -> Ints:
    """Return the cost from one source to the places on its own edge, `SHUT` elsewhere."""
    edge, begin = sources[0][row], sources[1][row]
    way = np.full(len(places[0]), SHUT)
    here = np.flatnonzero(places[0] == edge)
    stop, own = places[1][here], np.full(len(here), edge)
    at, until = np.full(len(here), begin), stop
    onward = part(arcs.ahead, arcs, own, until) - part(arcs.ahead, arcs, own, at)
    return_ = part(arcs.back, arcs, own, at) - part(arcs.back, arcs, own, until)
    onward = np.where(arcs.ahead[own] < 0, SHUT, onward)
    return_ = np.where(arcs.back[own] < 0, SHUT, return_)
    leg = np.where(stop == begin, 0, np.where(stop > begin, onward, return_))
    way[here] = leg + sources[2][row]
    return way
