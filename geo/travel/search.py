"""The searches over a network: compiled where numba is there, else scipy's."""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TypeVar

import numpy as np

from geo.compiled import available
from geo.errors import InputError
from geo.streets.arcs import MASK, Arcs, Ints, Keys, Nearest, Nodes, Places, Rows
from geo.travel import plain

Answer = TypeVar("Answer")

MOST_SOURCES = MASK
"""Of one search; a key has room for no more."""

NODES_AT_ONCE = 50_000
SEEDS_AT_LEAST = 256
"""Of a part of a search (`_neighbours`)."""

GOLDEN = (5**0.5 - 1) / 2


def nearest_of_nodes(arcs: Arcs, sources: Places, *, limit: int) -> Keys:
    """Return the two nearest sources of each node as keys, up to a limit in units."""
    check(sources)
    if not available():
        return plain.nodes(arcs, sources, limit)
    from geo.travel.nodes import kernels as nodes
    from geo.travel.places import kernels as places

    keys = plain.nothing(arcs.nodes)
    node, key = places.leave(arcs.edges, sources)
    node, key = node.ravel(), key.ravel()
    queue = nodes.empty_queue(arcs.graph, _farthest(sources), limit)
    for part in _neighbours(node, arcs.nodes):
        _, queue = nodes.spread(arcs.graph, node[part], key[part], limit, keys, queue)
    return keys


def _neighbours(seed: Nodes, nodes: int) -> list[Ints] | list[slice]:
    """Return seeds in parts that lie together, since what the search of a part touches fits into the cache.

    Nodes are numbered from west to east. Parts taken in that order would each go over what those before had
    reached beyond themselves; in the order of multiples of the golden section each lies far from all before.
    """
    count = min(nodes // NODES_AT_ONCE, len(seed) // SEEDS_AT_LEAST)
    if count < 2:
        return [slice(None)]
    parts = np.array_split(np.argsort(seed, kind="stable"), count)
    return [parts[i] for i in np.argsort(np.arange(count) * GOLDEN % 1).tolist()]


def nearest_of_targets(
    arcs: Arcs, sources: Places, targets: Places, keys: Keys, *, limit: int, speed: float
) -> Nearest:
    """Return the two nearest sources of each target within a limit in units, those of nodes being known."""
    if not available():
        return plain.apart(plain.targets(arcs, sources, targets, keys), limit, speed)
    from geo.travel.places import kernels

    count, there = len(targets[0]), kernels.sorted_places(sources, len(arcs.edge_from))
    found = np.empty(count), np.empty(count, np.int64), np.empty(count), np.empty(count, np.int64)

    def gather(some: slice) -> None:
        minutes, nearest, second_minutes, second = found
        own = minutes[some], nearest[some], second_minutes[some], second[some]
        kernels.gather(arcs.edges, there, _some(targets, some), keys, (limit, speed), own)

    shared(gather, count, least=100_000)
    return found


def each_alone(arcs: Arcs, sources: Places, targets: Places, *, limit: int, speed: float) -> Rows:
    """Return the targets that each source reaches alone within a limit in units, row by row, in order."""
    if not available():
        return plain.rows(arcs, sources, targets, limit, speed)
    from geo.travel.nodes import kernels as nodes
    from geo.travel.places import kernels as places

    there = places.sorted_places(targets, len(arcs.edge_from))

    def alone(some: slice) -> list[Rows]:
        left, found = _some(sources, some), []
        keys, queue = plain.nothing(arcs.nodes), nodes.empty_queue(arcs.graph, _farthest(left), limit)
        while len(left[0]):
            about = nodes.each(arcs.graph, *places.leave(arcs.edges, left), limit, keys, queue)
            found.append(places.rows(arcs.streets, left, there, about, limit, speed))
            left = _some(left, slice(len(about[0]) - 1, None))
        return found

    return _stacked([*chain.from_iterable(shared(alone, len(sources[0]), least=32, most=512))])


def _stacked(parts: list[Rows]) -> Rows:
    """Put rows below one another."""
    nothing: Rows = (np.zeros(1, dtype=np.int64), np.empty(0, dtype=np.int32), np.empty(0))
    begin, column, minutes = zip(nothing, *parts, strict=True)
    ends = np.concatenate([begin[0], *(np.diff(ends) for ends in begin)]).cumsum()
    return ends, np.concatenate(column), np.concatenate(minutes)


def shared(
    work: Callable[[slice], Answer], count: int, *, least: int, most: int = sys.maxsize
) -> list[Answer]:
    """Let the processors share work on rows, so many of them at a time, and return the answers in order."""
    processors = len(os.sched_getaffinity(0))
    size = min(max(count // (2 * processors) + 1, least), most)
    parts = [slice(begin, begin + size) for begin in range(0, max(count, 1), size)]
    if len(parts) < 2 or processors < 2:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(processors) as pool:
        return list(pool.map(work, parts))


def _some(places: Places, rows: slice) -> Places:
    edge, along, access = places
    return edge[rows], along[rows], access[rows]


def _farthest(sources: Places) -> int:
    """Return the units of the longest access leg."""
    return int(sources[2].max(initial=0))


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
