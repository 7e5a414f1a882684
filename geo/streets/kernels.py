"""Sorting the ends of edges by node, compiled."""

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Ints = npt.NDArray[np.int64]
Nodes = npt.NDArray[np.int32]
Graph = tuple[Ints, Nodes, Nodes, Ints]
GRAPH = "Tuple((int64[::1], int32[::1], int32[::1], int64[::1]))"


@compiled(f"{GRAPH}(int32[::1], int32[::1], int64[::1], int64[::1], int64)")
def by_node(edge_from: Nodes, edge_to: Nodes, ahead: Ints, back: Ints, nodes: int) -> Graph:
    """Return the arcs at each node: in the order of edges those that begin there, then those that end."""
    edges = len(edge_from)
    first = np.zeros(nodes + 2, dtype=np.int64)
    for end in (edge_from, edge_to):
        for node in end:
            first[node + 2] += 1
    first = np.cumsum(first)
    head, edge = np.empty(2 * edges, dtype=np.int32), np.empty(2 * edges, dtype=np.int32)
    cost = np.empty(2 * edges, dtype=np.int64)
    for tail, other, way in ((edge_from, edge_to, ahead), (edge_to, edge_from, back)):
        for i in range(edges):
            # Where the node's next arc goes; in the end, where those of the node behind it begin.
            arc = first[tail[i] + 1]
            first[tail[i] + 1] += 1
            head[arc], edge[arc], cost[arc] = other[i], i, way[i]
    return first[: nodes + 1], head, edge, cost
