"""The arcs of a street network in whole numbers, so that equal ways are equal whatever their order.

Costs are counted in 2⁻¹⁶ m (15 µm). A sum of floats depends on the order in which it is added up; a sum of
whole numbers does not, so a tie is a tie, and a search that begins anew from what stood before ends where a
whole one does.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

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
Pair: TypeAlias = tuple[Ints, Ints]
"""The least and the second key of each node, or of each target; ``NEVER`` for none."""
Rows: TypeAlias = tuple[Ints, Nodes, Ints]
"""Where each row begins, the targets in it in order, and their units."""


# How numba writes them.
GRAPH = "Tuple((int64[::1], int32[::1], int32[::1], int64[::1]))"
EDGES = "Tuple((int32[::1], int32[::1], int64[::1], int64[::1], int64[::1]))"
PLACES = "UniTuple(int64[::1], 3)"
PAIR = "UniTuple(int64[::1], 2)"

BITS = 20
"""A key is a cost and a source in one whole number: ``cost << BITS | source``."""

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
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.first) - 1


def units(metres: Floats) -> Ints:
    """Return metres in units, rounded; NaN as 0."""
    return np.rint(np.nan_to_num(metres, nan=0.0, posinf=0.0) * UNITS_PER_M).astype(np.int64)


def metres(found: Ints) -> Floats:
    """Return units in metres, which a float holds exactly."""
    return found / UNITS_PER_M


def limit_units(limit_m: float) -> int:
    """Return the units that are looked at for a limit: a little more, since the last word is in minutes."""
    return int(min(limit_m * (1 + 1e-9) * UNITS_PER_M + 2, FARTHEST))


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
    tail = np.concatenate([edge_from, edge_to])
    order = np.argsort(tail, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=nodes))]).astype(np.int64)
    number = np.arange(len(edge_from), dtype=np.int32)
    return Arcs(
        first=first,
        head=np.concatenate([edge_to, edge_from])[order].astype(np.int32),
        edge=np.concatenate([number, number])[order],
        cost=np.concatenate([ahead, back])[order],
        edge_from=np.ascontiguousarray(edge_from, dtype=np.int32),
        edge_to=np.ascontiguousarray(edge_to, dtype=np.int32),
        length=length,
        ahead=ahead,
        back=back,
    )
