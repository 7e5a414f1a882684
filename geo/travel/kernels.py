"""Dijkstra's search (1959) over arcs, compiled: the two nearest sources of all nodes, and single sources.

A *key* is a cost and a source in one whole number: ``cost << 20 | source``. Adding a cost moves both along,
and the lesser of two keys is the nearer source, the lower one where both are equally near.
"""

# ruff: noqa: I001
import numpy as np

from geo.streets.arcs import BITS, EDGES, GRAPH, NEVER, PAIR, PLACES, SHUT
from geo.streets.arcs import Bytes, Edges, Graph, Ints, Nodes, Pair, Places, Rows
from geo.compiled import compiled

MASK = (1 << BITS) - 1
BLOCK = 64


@compiled("int64(int64[::1], int32[::1], int64, int64, int32)")
def push(keys: Ints, nodes: Nodes, size: int, key: int, node: int) -> int:
    """Put a node into a binary heap, and return its size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if keys[parent] <= key:
            break
        keys[at], nodes[at] = keys[parent], nodes[parent]
        at = parent
    keys[at], nodes[at] = key, node
    return size + 1


@compiled("int64(int64[::1], int32[::1], int64)")
def pop(keys: Ints, nodes: Nodes, size: int) -> int:
    """Take the first out of a heap, and return its size."""
    size -= 1
    key, node = keys[size], nodes[size]
    at, child = 0, 1
    while child < size:
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= key:
            break
        keys[at], nodes[at] = keys[child], nodes[child]
        at, child = child, 2 * child + 1
    keys[at], nodes[at] = key, node
    return size


@compiled("boolean(int64[::1], int64[::1], int64, int64)")
def improve(one: Ints, two: Ints, at: int, key: int) -> bool:
    """Enter a key among the two least of different sources; tell whether it is one of them."""
    if key >= two[at] or key >= NEVER:
        return False
    first = one[at]
    if (first ^ key) & MASK == 0:
        one[at] = min(first, key)
        return bool(key < first)
    one[at], two[at] = min(first, key), max(first, key)
    return True


@compiled(f"void({GRAPH}, int32[::1], int64[::1], int64, {PAIR})")
def spread(graph: Graph, seed_node: Nodes, seed_key: Ints, limit: int, pair: Pair) -> None:
    """Lower the two least keys of all nodes to what seeds bring, in place, up to a limit in units."""
    first, head, _, cost = graph
    one, two = pair
    most = ((limit + 1) << BITS) - 1
    keys = np.empty(2 * len(head) + len(seed_key) + 1, dtype=np.int64)
    nodes = np.empty(len(keys), dtype=np.int32)
    size = 0
    for i in range(len(seed_key)):
        if seed_key[i] <= most and improve(one, two, seed_node[i], seed_key[i]):
            size = push(keys, nodes, size, seed_key[i], seed_node[i])
    while size > 0:
        key, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if key != one[node] and key != two[node]:
            continue
        for arc in range(first[node], first[node + 1]):
            if cost[arc] >= 0:
                further = key + (cost[arc] << BITS)
                if further <= most and improve(one, two, head[arc], further):
                    size = push(keys, nodes, size, further, head[arc])


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


@compiled("Tuple((int64[::1], int64[::1]))(int64[::1], int64)")
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


@compiled(f"void({EDGES}, {PLACES}, {PLACES}, {PAIR}, {PAIR})")
def gather(edges: Edges, sources: Places, targets: Places, pair: Pair, found: Pair) -> None:
    """Enter the two least keys of each target, over either end of its edge and from sources on it."""
    start, end, length, ahead, back = edges
    (one, two), (near, then) = pair, found
    order, first = by_edge(sources[0], len(start))
    for target in range(len(targets[0])):
        edge, along = targets[0][target], targets[1][target]
        if edge < 0:
            continue
        long = length[edge]
        way = straight(ahead[edge], back[edge], long, 0, along) << BITS
        improve(near, then, target, one[start[edge]] + way)
        improve(near, then, target, two[start[edge]] + way)
        way = straight(ahead[edge], back[edge], long, long, along) << BITS
        improve(near, then, target, one[end[edge]] + way)
        improve(near, then, target, two[end[edge]] + way)
        for k in range(first[edge], first[edge + 1]):
            source = order[k]
            way = straight(ahead[edge], back[edge], long, sources[1][source], along) + sources[2][source]
            improve(near, then, target, (way << BITS) | source)
        if near[target] < NEVER:
            near[target] += targets[2][target] << BITS
        if then[target] < NEVER:
            then[target] += targets[2][target] << BITS


@compiled(f"int64({GRAPH}, {EDGES}, int64[::1], int64, int64[::1], int32[::1])")
def settle(graph: Graph, edges: Edges, source: Ints, limit: int, cost: Ints, met: Nodes) -> int:
    """Enter the cost from one source (edge, along, access) to the nodes within a limit.

    Returns how many were ``met``; ``cost`` is `NEVER` everywhere before.
    """
    first, head, _, step = graph
    start, end, length, ahead, back = edges
    keys, nodes = np.empty(len(head) + 2, dtype=np.int64), np.empty(len(head) + 2, dtype=np.int32)
    edge, size, many = source[0], 0, 0
    for side in range(2):
        node, far = end[edge] if side else start[edge], side * length[edge]
        way = straight(ahead[edge], back[edge], length[edge], source[1], far) + source[2]
        if way <= limit and way < cost[node]:
            if cost[node] == NEVER:
                met[many] = node
                many += 1
            cost[node] = way
            size = push(keys, nodes, size, way, node)
    while size > 0:
        way, node = keys[0], nodes[0]
        size = pop(keys, nodes, size)
        if way > cost[node]:
            continue
        for arc in range(first[node], first[node + 1]):
            to, further = head[arc], way + step[arc]
            if step[arc] >= 0 and further <= limit and further < cost[to]:
                if cost[to] == NEVER:
                    met[many] = to
                    many += 1
                cost[to] = further
                size = push(keys, nodes, size, further, to)
    return many


@compiled("int64(int64, int64, int64, int64, int64, int64)")
def nearer_end(from_start: int, from_end: int, ahead: int, back: int, length: int, along: int) -> int:
    """Return the cost to a place over either end of its edge, the costs of the ends being known."""
    if ahead == length and back == length:
        return min(from_start + along, from_end + length - along)
    one = from_start + straight(ahead, back, length, 0, along)
    return min(one, from_end + straight(ahead, back, length, length, along))


@compiled(f"int64({GRAPH}, int32[::1], int64, int64, int32[::1], int32[::1])")
def edges_at(graph: Graph, met: Nodes, many: int, row: int, seen: Nodes, edges: Nodes) -> int:
    """List the edges at nodes once each behind the one that stands there; return how many."""
    count = 1
    for i in range(many):
        for arc in range(graph[0][met[i]], graph[0][met[i] + 1]):
            edge = graph[2][arc]
            if seen[edge] != row:
                seen[edge] = row
                edges[count] = edge
                count += 1
    return count


@compiled("int64(uint8[::1], int64[::1], int32[::1], int64[::1], int64)")
def empty_out(block: Bytes, way: Ints, column: Nodes, value: Ints, used: int) -> int:
    """Move the entries of a row in order behind those before it, and return how many there are then."""
    for b in range(len(block)):
        if block[b]:
            block[b] = 0
            for target in range(b * BLOCK, min((b + 1) * BLOCK, len(way))):
                if way[target] < NEVER:
                    column[used], value[used] = target, way[target]
                    way[target] = NEVER
                    used += 1
    return used


@compiled(f"Tuple((int64[::1], int32[::1], int64[::1]))({GRAPH}, {EDGES}, {PLACES}, {PLACES}, int64)")
def rows(graph: Graph, edges: Edges, sources: Places, targets: Places, limit: int) -> Rows:
    """Return the targets that each source reaches alone within a limit, row by row, in order."""
    start, end, length, ahead, back = edges
    order, first = by_edge(targets[0], len(start))
    along, access = targets[1][order], targets[2][order]
    cost = np.full(len(graph[0]) - 1, NEVER, dtype=np.int64)
    met, seen = np.empty(len(cost), dtype=np.int32), np.full(len(start), -1, dtype=np.int32)
    listed = np.empty(len(start) + 1, dtype=np.int32)
    way = np.full(len(order), NEVER, dtype=np.int64)
    block = np.zeros(len(way) // BLOCK + 1, dtype=np.uint8)
    begin, used = np.zeros(len(sources[0]) + 1, dtype=np.int64), 0
    column, value = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int64)
    for row in range(len(sources[0])):
        source = np.array([sources[0][row], sources[1][row], sources[2][row]])
        if source[0] >= 0:
            many = settle(graph, edges, source, limit, cost, met)
            seen[source[0]], listed[0], hits = row, source[0], 0
            for i in range(edges_at(graph, met, many, row, seen, listed)):
                e = listed[i]
                ends, long = (cost[start[e]], cost[end[e]]), length[e]
                for k in range(first[e], first[e + 1]):
                    found = nearer_end(ends[0], ends[1], ahead[e], back[e], long, along[k])
                    if i == 0:
                        found = min(found, source[2] + straight(ahead[e], back[e], long, source[1], along[k]))
                    if found + access[k] <= limit:
                        way[order[k]], block[order[k] // BLOCK] = found + access[k], 1
                        hits += 1
            cost[met[:many]] = NEVER
            while used + hits > len(column):
                column = np.append(column, np.empty_like(column))
                value = np.append(value, np.empty_like(value))
            used = empty_out(block, way, column, value, used)
        begin[row + 1] = used
    return begin, column[:used].copy(), value[:used].copy()
