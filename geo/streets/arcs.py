"""The arcs of a street network in whole numbers, so that equal ways are equal whatever their order.

Costs are counted in 2⁻¹⁶ m (15 µm). A sum of floats depends on the order in which it is added up; a sum of
whole numbers does not, so a tie is a tie, and a search that begins anew from what stood before ends where a
whole one does.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.compiled import available

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Nodes = npt.NDArray[np.int32]

Bytes = npt.NDArray[np.uint8]

Graph: TypeAlias = tuple[Ints, Nodes, Nodes, Ints]
"""``first``, ``head``, ``edge``, ``cost`` of `Arcs`."""
Edges: TypeAlias = tuple[Nodes, Nodes, Ints, Ints, Ints]
"""``edge_from``, ``edge_to``, ``length``, ``ahead``, ``back`` of `Arcs`."""
Places: TypeAlias = tuple[Ints, Ints, Ints]
"""The edge of each place, -1 for none; the units along it; the units of the access leg."""
Keys: TypeAlias = Ints
"""(n, 2), the least and the second key of each node, or of each target; ``NEVER`` for none."""
Queue: TypeAlias = tuple[Nodes, Ints, Nodes, Nodes, int]
"""Nodes that wait, see `geo.travel.nodes.kernels.empty_queue`."""
Sorted: TypeAlias = tuple[Ints, Ints, Ints, Ints]
"""Places by edge: their order, where those of each edge begin in it, their units along it and aside."""
Board: TypeAlias = tuple[Ints, Bytes]
"""The units to each place, ``NEVER`` where it is not marked; which blocks of places have a mark."""
Nearest: TypeAlias = tuple[Floats, Ints, Floats, Ints]
"""The minutes from the nearest source and which it is, and of the second nearest; inf and -1 for none."""
Streets: TypeAlias = tuple[Ints, Nodes, Nodes, Nodes, Ints, Ints, Ints]
"""``first``, ``edge`` of `Arcs`, and what `Edges` has."""
Ways: TypeAlias = tuple[Ints, Nodes, Ints]
"""Where each row begins, the nodes in it, and the units to them."""
Rows: TypeAlias = tuple[Ints, Nodes, Floats]
"""Where each row begins, the targets in it in order, and their minutes."""


# How numba writes them.
GRAPH = "Tuple((int64[::1], int32[::1], int32[::1], int64[::1]))"
EDGES = "Tuple((int32[::1], int32[::1], int64[::1], int64[::1], int64[::1]))"
PLACES = "UniTuple(int64[::1], 3)"
KEYS = "int64[:, ::1]"
NEAREST = "Tuple((float64[::1], int64[::1], float64[::1], int64[::1]))"
QUEUE = "Tuple((int32[::1], int64[::1], int32[::1], int32[::1], int64))"
STREETS = "Tuple((int64[::1], int32[::1], int32[::1], int32[::1], int64[::1], int64[::1], int64[::1]))"
SORTED = "UniTuple(int64[::1], 4)"
BOARD = "Tuple((int64[::1], uint8[::1]))"
WAYS = "Tuple((int64[::1], int32[::1], int64[::1]))"
ROWS = "Tuple((int64[::1], int32[::1], float64[::1]))"

BITS = 20
"""A key is a cost and a source in one whole number: ``cost << BITS | source``."""

MASK = (1 << BITS) - 1
"""The source of a key."""

NEVER = (1 << 62) - 1
"""A key, or a cost, that nothing reaches."""

SHUT = 1 << 42
"""The cost of an edge that may not be passed so; more than any way has, and as a key as good as `NEVER`."""

UNITS_PER_M = 65536.0

FARTHEST = 2**41
"""Units that a way may take at most: 33,000 km."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Edges by the nodes at their ends.

    Parameters
    ----------
    first : ndarray (n + 1,) int64
        The arcs at node v are ``first[v] : first[v + 1]``: one for each end of an edge there.
    head, edge : ndarray (2e,) int32
        The node at the other end, and the edge.
    cost : ndarray (2e,) int64
        Units from the node to the other end, -1 where the edge may not be passed so.
    edge_from, edge_to : ndarray (e,) int32
        The nodes at the ends of each edge.
    length, ahead, back : ndarray (e,) int64
        Units of its length, and of the way along its line and against it; -1 where that is closed.
    """

    first: Ints
    head: Nodes
    edge: Nodes
    cost: Ints
    edge_from: Nodes
    edge_to: Nodes
    length: Ints
    ahead: Ints
    back: Ints

    @property
    def graph(self) -> Graph:
        """The arcs by node, as a kernel takes them."""
        return self.first, self.head, self.edge, self.cost

    @property
    def edges(self) -> Edges:
        """The edges, as a kernel takes them."""
        return self.edge_from, self.edge_to, self.length, self.ahead, self.back

    @property
    def streets(self) -> Streets:
        """The edges at each node, and the edges, as a kernel takes them."""
        return self.first, self.edge, *self.edges

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.first) - 1


def units(metres: Floats) -> Ints:
    """Return metres in units, rounded; NaN as 0."""
    scaled = metres * UNITS_PER_M
    np.rint(scaled, out=scaled)
    scaled[~np.isfinite(scaled)] = 0
    return scaled.astype(np.int64)


def metres(found: Ints) -> Floats:
    """Return units in metres, which a float holds exactly."""
    return found / UNITS_PER_M


def limit_units(minutes: float, *, speed: float) -> int:
    """Return the most units whose minutes, by the very division that tells them, are within a limit."""
    most = int(min(minutes * speed * UNITS_PER_M + 2, FARTHEST))
    while most / UNITS_PER_M / speed > minutes:
        most -= 1
    return most


def make_arcs(  # noqa: PLR0913 – the columns of edges, each an array
    edge_from: Nodes,
    edge_to: Nodes,
    length_m: Floats,
    *,
    forward: Flags,
    backward: Flags,
    nodes: int,
    pace: Floats | None = None,
) -> Arcs:
    """Sort the ends of edges by node.

    Parameters
    ----------
    edge_from, edge_to : ndarray (e,) int32
        The nodes at the ends.
    length_m : ndarray (e,)
        Metres.
    forward, backward : ndarray (e,) bool
        Whether each may be passed along its line, and against it.
    nodes : int
        How many nodes there are.
    pace : ndarray (e,) or (e, 2), optional
        What a metre of each costs in metres, both ways or along its line and against it.
    """
    length = units(length_m)
    along, against = (None, None) if pace is None else (pace, pace) if pace.ndim == 1 else pace.T
    ahead = np.where(forward, length if along is None else units(length_m * along), -1)
    back = np.where(backward, length if against is None else units(length_m * against), -1)
    ends = np.ascontiguousarray(edge_from, dtype=np.int32), np.ascontiguousarray(edge_to, dtype=np.int32)
    first, head, edge, cost = _by_node(*ends, ahead, back, nodes)
    return Arcs(first, head, edge, cost, *ends, length, ahead, back)


def _by_node(edge_from: Nodes, edge_to: Nodes, ahead: Ints, back: Ints, nodes: int) -> Graph:
    """Return the arcs at each node: in the order of edges those that begin there, then those that end."""
    if available():
        from geo.streets import kernels

        return kernels.by_node(edge_from, edge_to, ahead, back, nodes)
    tail = np.concatenate([edge_from, edge_to])
    order = np.argsort(tail, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int64)
    number = np.tile(np.arange(len(edge_from), dtype=np.int32), 2)
    return (
        first,
        np.concatenate([edge_to, edge_from])[order],
        number[order],
        np.concatenate([ahead, back])[order],
    )
