"""Searches over arcs, compiled: the two nearest sources of all nodes, and the nodes about each source alone.

A *key* is a cost and a source in one whole number: ``cost << 20 | source``. Adding a cost moves both along,
and the lesser of two keys is the nearer source, the lower one where both are equally near.

A node whose key fell waits in a ring of buckets, by that key, to pass it on (Dial 1969). A bucket is wider
than the shortest arcs, so a key may be passed on that falls once more, and is passed on again (Meyer and
Sanders 2003): one in ten thousand, on streets. Least sums of whole numbers are the same in any order.
"""

# ruff: noqa: I001
import numpy as np

from geo.streets.arcs import BITS, GRAPH, KEYS, MASK, NEVER, QUEUE, WAYS
from geo.streets.arcs import Graph, Ints, Keys, Nodes, Queue, Ways
from geo.compiled import compiled

RING = 1024
ENOUGH = 1 << 23


@compiled(f"{QUEUE}({GRAPH}, int64, int64)")
def empty_queue(graph: Graph, access: int, limit: int) -> Queue:
    """Return a queue for keys up to a limit, sources being up to ``access`` beside their edges.

    Its parts are the last that came into each bucket; of each entry its key, its node, and the one that came
    into its bucket before; and the bits of a key that its bucket leaves out.
    """
    widest, shift = 0, 0
    for cost in graph[3]:
        widest = max(widest, cost)
    while min(widest + access, limit) << BITS >> shift > RING - 2:
        shift += 1
    room = 4 * len(graph[1]) + 2
    ring, key = np.full(RING, -1, dtype=np.int32), np.empty(room, dtype=np.int64)
    return ring, key, np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32), shift


@compiled(f"{QUEUE}({QUEUE}, int64)")
def roomier(queue: Queue, room: int) -> Queue:
    """Return a queue that has so much room."""
    ring, key, node, after, shift = queue
    while len(key) < room:
        key, node, after = np.append(key, key), np.append(node, node), np.append(after, after)
    return ring, key, node, after, shift


@compiled(f"boolean({KEYS}, int64, int64)")
def improve(keys: Keys, at: int, key: int) -> bool:
    """Enter a key among the two least of different sources; tell whether it is one of them."""
    if key >= keys[at, 1]:
        return False
    near = keys[at, 0]
    if (near ^ key) & MASK == 0:
        keys[at, 0] = min(near, key)
        return bool(key < near)
    keys[at, 0], keys[at, 1] = min(near, key), max(near, key)
    return True


@compiled(f"int64({GRAPH}, int64, {KEYS}, {QUEUE}, int64)")
def pass_on(graph: Graph, most: int, keys: Keys, queue: Queue, used: int) -> int:
    """Pass on all keys that wait, none beyond the most, until none waits or there is no room to.

    Returns how many entries the queue has had.
    """
    first, head, _, cost = graph
    ring, waiting, nodes, after, shift = queue
    bucket, idle = 0, 0
    # Of one bucket each node passes on two keys at most, over each of its arcs.
    room = len(waiting) - 2 * len(head)
    while idle < RING and used <= room:
        entry, ring[bucket] = ring[bucket], -1
        idle = idle + 1 if entry < 0 else 0
        while entry >= 0:
            key, node = waiting[entry], nodes[entry]
            entry = after[entry]
            if key == keys[node, 0] or key == keys[node, 1]:
                for arc in range(first[node], first[node + 1]):
                    further = key + (cost[arc] << BITS)
                    if cost[arc] >= 0 and further <= most and improve(keys, head[arc], further):
                        to = (further >> shift) & (RING - 1)
                        waiting[used], nodes[used], after[used] = further, head[arc], ring[to]
                        ring[to] = used
                        used += 1
        if ring[bucket] < 0:
            bucket = (bucket + 1) & (RING - 1)
    return used


@compiled(f"Tuple((int64, {QUEUE}))({GRAPH}, int32[::1], int64[::1], int64, {KEYS}, {QUEUE})")
def spread(
    graph: Graph, seed_node: Nodes, seed_key: Ints, limit: int, keys: Keys, queue: Queue
) -> tuple[int, Queue]:
    """Lower the two least keys of all nodes to what seeds bring, in place, up to a limit in units.

    Returns how many entries the queue had: they name all nodes whose keys fell. It is empty again.
    """
    most, used = ((limit + 1) << BITS) - 1, 0
    queue = roomier(queue, len(seed_key) + 2 * len(graph[1]))
    ring, waiting, nodes, after, shift = queue
    for i in range(len(seed_key)):
        if seed_key[i] <= most and improve(keys, seed_node[i], seed_key[i]):
            to = (seed_key[i] >> shift) & (RING - 1)
            waiting[used], nodes[used], after[used] = seed_key[i], seed_node[i], ring[to]
            ring[to] = used
            used += 1
    used = pass_on(graph, most, keys, queue, used)
    while used + 2 * len(graph[1]) > len(queue[1]):
        queue = roomier(queue, used + 2 * len(graph[1]))
        used = pass_on(graph, most, keys, queue, used)
    return used, queue


@compiled(f"{WAYS}({GRAPH}, int32[:, ::1], int64[:, ::1], int64, {KEYS}, {QUEUE})")
def each(graph: Graph, seed_node: Nodes, seed_key: Ints, limit: int, keys: Keys, queue: Queue) -> Ways:
    """Return the nodes that the seeds of each row reach within a limit, and the units to them, row by row.

    Ends after the row that makes them `ENOUGH`. The keys, none before, are none again.
    """
    begin, row, size = np.zeros(len(seed_key) + 1, dtype=np.int64), 0, 0
    node, units = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int64)
    while row < len(seed_key) and size < ENOUGH:
        used, queue = spread(graph, seed_node[row], seed_key[row], limit, keys, queue)
        while size + used > len(node):
            node, units = np.append(node, node), np.append(units, units)
        for entry in range(used):
            key, at = queue[1][entry], queue[2][entry]
            # A node's least key came in once; what came in before it fell to that is left out.
            if key == keys[at, 0]:
                node[size], units[size], keys[at, 0] = at, key >> BITS, NEVER
                size += 1
        row += 1
        begin[row] = size
    return begin[: row + 1], node[:size], units[:size]
