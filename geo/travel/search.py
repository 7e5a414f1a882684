"""The searches over a network: compiled where numba is there, else scipy's."""

import numpy as np

from geo.compiled import available
from geo.errors import InputError
from geo.streets.arcs import BITS, NEVER, SHUT, Arcs, Floats, Ints, Nodes, Pair, Places, Rows, metres
from geo.travel import plain

MOST_SOURCES = (1 << BITS) - 1
"""Of one search; a key has room for no more."""


def nearest_of_nodes(arcs: Arcs, sources: Places, *, limit: int) -> Pair:
    """Return the two nearest sources of each node as keys, up to a limit in units."""
    check(sources)
    if not available():
        return plain.nodes(arcs, sources, limit)
    return _spread_on(arcs, plain.nothing(arcs.nodes), *seeds(arcs, sources), limit=limit)


def _spread_on(arcs: Arcs, pair: Pair, node: Nodes, key: Ints, *, limit: int) -> Pair:
    from geo.travel import kernels

    found = pair[0].copy(), pair[1].copy()
    kernels.spread(arcs.graph, node, key, limit, found)
    return found


def nearest_of_targets(arcs: Arcs, sources: Places, targets: Places, pair: Pair) -> Pair:
    """Return the two nearest sources of each target as keys, those of the nodes being known."""
    if not available():
        return plain.targets(arcs, sources, targets, pair)
    from geo.travel import kernels

    found = plain.nothing(len(targets[0]))
    kernels.gather(arcs.edges, sources, targets, pair, found)
    return found


def each_alone(arcs: Arcs, sources: Places, targets: Places, *, limit: int) -> Rows:
    """Return the targets that each source reaches alone within a limit in units, row by row, in order."""
    if not available():
        return plain.rows(arcs, sources, targets, limit)
    from geo.travel import kernels

    return kernels.rows(arcs.graph, arcs.edges, sources, targets, limit)


def seeds(arcs: Arcs, sources: Places) -> tuple[Nodes, Ints]:
    """Return the nodes where ways begin, and the keys that they have there."""
    row = np.flatnonzero(sources[0] >= 0)
    begin, end = plain.seeds(arcs, (sources[0][row], sources[1][row], sources[2][row]))
    edge, cost = sources[0][row], np.concatenate([begin, end])
    key = np.where(cost < SHUT, (np.minimum(cost, SHUT) << BITS) | np.tile(row, 2), NEVER)
    return np.concatenate([arcs.edge_from[edge], arcs.edge_to[edge]]), key


def apart(keys: Ints) -> tuple[Floats, Ints]:
    """Return the metres and the sources of keys; inf and -1 for none."""
    reached = keys < NEVER
    found: Floats = np.where(reached, metres(keys >> BITS), np.inf)
    return found, np.where(reached, keys & MOST_SOURCES, -1)


def check(sources: Places) -> None:
    """Refuse more sources than a key has room for.

    Raises
    ------
    InputError
        Where there are more than a million.
    """
    if len(sources[0]) >= MOST_SOURCES:
        raise InputError(
            f"{len(sources[0]):,} stations are more than the {MOST_SOURCES - 1:,} that one search takes; "
            "ask for a part of them at a time.",
            reason="too-many-stations",
            most=MOST_SOURCES - 1,
            stations=len(sources[0]),
        )
