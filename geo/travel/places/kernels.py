"""From nodes on to places along edges, compiled: the two nearest sources of each, and those of each source.

What a *key* is, `geo.travel.nodes.kernels` says.
"""

# ruff: noqa: I001
from typing import Any

import numpy as np

from geo.streets.arcs import BITS, MASK, NEVER, SHUT, UNITS_PER_M
from geo.streets.arcs import BOARD, EDGES, KEYS, NEAREST, PLACES, ROWS, SORTED, STREETS, WAYS
from geo.streets.arcs import Board, Edges, Floats, Ints, Keys, Nearest, Nodes, Places
from geo.streets.arcs import Rows, Sorted, Streets, Ways
from geo.compiled import compiled

BLOCK = 64


@compiled("int64(int64, int64, int64)")
def part(cost: int, along: int, length: int) -> int:
    """Return the cost of the first part of an edge."""
    if cost == length or length == 0:
        return along
    return int(np.rint(np.float64(along) * np.float64(cost) / np.float64(length)))


@compiled("int64(int64, int64, int64, int64, int64)")
def straight(ahead: int, back: int, length: int, begin: int, stop: int) -> int:
    """Return the cost between two places on one edge, `SHUT` where it may not be passed so."""
    if begin == stop:
        return 0
    if begin < stop:
        return SHUT if ahead < 0 else part(ahead, stop, length) - part(ahead, begin, length)
    return SHUT if back < 0 else part(back, begin, length) - part(back, stop, length)


@compiled(f"Tuple((int32[:, ::1], {KEYS}))({EDGES}, {PLACES})")
def leave(edges: Edges, sources: Places) -> tuple[Nodes, Keys]:
    """Return the nodes at both ends of each source's edge, and the keys that it brings there."""
    start, end, length, ahead, back = edges
    count = len(sources[0])
    node, key = np.zeros((count, 2), dtype=np.int32), np.full((count, 2), NEVER)
    for source in range(count):
        edge, along, access = sources[0][source], sources[1][source], sources[2][source]
        if edge >= 0:
            node[source, 0], node[source, 1] = start[edge], end[edge]
            for side in range(2):
                way = straight(ahead[edge], back[edge], length[edge], along, side * length[edge]) + access
                key[source, side] = min(way << BITS | source, NEVER)
    return node, key


@compiled("UniTuple(int64[::1], 2)(int64[::1], int64)")
def by_edge(edge: Ints, edges: int) -> tuple[Ints, Ints]:
    """Return the places sorted by edge, and where those of each edge begin among them."""
    begin = np.zeros(edges + 2, dtype=np.int64)
    for place in range(len(edge)):
        begin[edge[place] + 2] += 1
    begin, order = np.cumsum(begin), np.empty(len(edge), dtype=np.int64)
    for place in range(len(edge)):
        order[begin[edge[place] + 1]] = place
        begin[edge[place] + 1] += 1
    return order, begin


@compiled(f"{SORTED}({PLACES}, int64)")
def sorted_places(places: Places, edges: int) -> Sorted:
    """Sort places by edge, so that those of an edge stand side by side."""
    order, first = by_edge(places[0], edges)
    return order, first, places[1][order], places[2][order]


@compiled("UniTuple(int64, 2)(int64, int64, int64, int64)")
def legs(ahead: int, back: int, length: int, along: int) -> tuple[int, int]:
    """Return the costs to a place on an edge from its start and from its end."""
    if ahead == length and back == length:
        return along, length - along
    return straight(ahead, back, length, 0, along), straight(ahead, back, length, length, along)


@compiled("UniTuple(int64, 2)(int64, int64, int64)")
def lesser(near: int, then: int, key: int) -> tuple[int, int]:
    """Return the two least keys of different sources among two and one more."""
    # No branch: which is the lesser cannot be foreseen, and a wrong guess costs more than all of this.
    far = NEVER if (near ^ key) & MASK == 0 else max(near, key)
    return min(near, key), min(then, far)


@compiled("void(int64, int64, float64, int64, float64[::1], int64[::1])")
def tell(key: int, limit: int, speed: float, at: int, minutes: Floats, source: Ints) -> None:
    """Enter the minutes and the source of a key, inf and -1 where it is beyond a limit in units."""
    cost = key >> BITS
    minutes[at] = cost / UNITS_PER_M / speed if cost <= limit else np.inf
    source[at] = key & MASK if cost <= limit else -1


@compiled(f"void({EDGES}, {SORTED}, {PLACES}, {KEYS}, Tuple((int64, float64)), {NEAREST})")
def gather(
    edges: Edges, sources: Sorted, targets: Places, keys: Keys, told: tuple[int, float], found: Nearest
) -> None:
    """Enter the two nearest sources of each target, over either end of its edge and of those on it.

    ``told`` are the limit in units and the speed.
    """
    start, end, length, ahead, back = edges
    order, first, begin, access = sources
    (limit, speed), (minutes, nearest, second_minutes, second) = told, found
    for target in range(len(targets[0])):
        edge, along, near, then = targets[0][target], targets[1][target], NEVER, NEVER
        if edge >= 0:
            one, other = legs(ahead[edge], back[edge], length[edge], along)
            near, then = keys[start[edge], 0] + (one << BITS), keys[start[edge], 1] + (one << BITS)
            near, then = lesser(near, then, keys[end[edge], 0] + (other << BITS))
            near, then = lesser(near, then, keys[end[edge], 1] + (other << BITS))
            for k in range(first[edge], first[edge + 1]):
                way = straight(ahead[edge], back[edge], length[edge], begin[k], along) + access[k]
                near, then = lesser(near, then, (way << BITS) | order[k])
        leg = targets[2][target] << BITS
        tell(min(near, NEVER) + leg, limit, speed, target, minutes, nearest)
        tell(min(then, NEVER) + leg, limit, speed, target, second_minutes, second)


@compiled(f"void({STREETS}, int32[::1], int64[::1], {SORTED}, int64, {BOARD})")
def mark(streets: Streets, nodes: Nodes, cost: Ints, places: Sorted, limit: int, board: Board) -> None:
    """Mark the ways to the places about some nodes within a limit, over either end of their edge."""
    first_at, edge_at, start, end, length, ahead, back = streets
    order, first, along, access = places
    way, block = board
    for node in nodes:
        for arc in range(first_at[node], first_at[node + 1]):
            edge = edge_at[arc]
            # Of an edge with both its ends among the nodes, the start speaks.
            if node == start[edge] or cost[start[edge]] == NEVER:
                for k in range(first[edge], first[edge + 1]):
                    one, other = legs(ahead[edge], back[edge], length[edge], along[k])
                    found = min(cost[start[edge]] + one, cost[end[edge]] + other) + access[k]
                    if found <= limit:
                        way[order[k]], block[order[k] // BLOCK] = found, 1


@compiled(f"void({STREETS}, UniTuple(int64, 3), {SORTED}, int64, {BOARD})")
def mark_beside(
    streets: Streets, source: tuple[int, int, int], places: Sorted, limit: int, board: Board
) -> None:
    """Mark the ways to the places on the very edge of a source that are shorter than over its ends."""
    _, _, _, _, length, ahead, back = streets
    order, first, along, access = places
    (way, block), (edge, begin, aside) = board, source
    for k in range(first[edge], first[edge + 1]):
        direct = straight(ahead[edge], back[edge], length[edge], begin, along[k])
        found = direct + aside + access[k]
        if found <= limit and found < way[order[k]]:
            way[order[k]], block[order[k] // BLOCK] = found, 1


@compiled(f"int64({BOARD}, float64, int32[::1], float64[::1], int64)")
def take_off(board: Board, speed: float, column: Nodes, minutes: Floats, used: int) -> int:
    """Move what is marked, in minutes and in order, behind the entries before; return how many there are."""
    way, block = board
    for b in range(len(block)):
        if block[b]:
            block[b] = 0
            for target in range(b * BLOCK, min((b + 1) * BLOCK, len(way))):
                if way[target] < NEVER:
                    column[used], minutes[used] = target, way[target] / UNITS_PER_M / speed
                    way[target] = NEVER
                    used += 1
    return used


@compiled("int32[::1](int32[::1], int64, int64)", "float64[::1](float64[::1], int64, int64)")
def longer(entries: Any, used: int, room: int) -> Any:
    """Return entries with room for so many more, at least twice as long."""
    found = np.empty(max(used + room, 2 * len(entries)), dtype=entries.dtype)
    found[:used] = entries[:used]
    return found


@compiled(f"{ROWS}({STREETS}, {PLACES}, {SORTED}, {WAYS}, int64, float64)")
def rows(streets: Streets, sources: Places, places: Sorted, about: Ways, limit: int, speed: float) -> Rows:
    """Return the places that each source reaches alone within a limit, row by row, in order.

    The nodes ``about`` each source are known (`geo.travel.nodes.kernels.each`).
    """
    first, node, cost = about
    many = len(places[0])
    board = (np.full(many, NEVER), np.zeros(many // BLOCK + 1, dtype=np.uint8))
    at = np.full(len(streets[0]) - 1, NEVER)
    begin, used = np.zeros(len(first), dtype=np.int64), 0
    column, minutes = np.empty(many, dtype=np.int32), np.empty(many)
    for row in range(len(first) - 1):
        if used + many > len(column):
            column, minutes = longer(column, used, many), longer(minutes, used, many)
        nodes = node[first[row] : first[row + 1]]
        at[nodes] = cost[first[row] : first[row + 1]]
        mark(streets, nodes, at, places, limit, board)
        at[nodes] = NEVER
        if sources[0][row] >= 0:
            source = (sources[0][row], sources[1][row], sources[2][row])
            mark_beside(streets, source, places, limit, board)
        used = take_off(board, speed, column, minutes, used)
        begin[row + 1] = used
    return begin, column[:used], minutes[:used]
