"""A street network in arrays: nodes, edges, islands.

::

    street lines with vertices         nodes ● and edges ─
    ·───·───┬───·                      ●───────●───────●
            │                                  │
            ·                                  ●
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from geo.segments.pieces import Segments, pieces
from geo.streets.arcs import Arcs, make_arcs

Mode: TypeAlias = Literal["walk", "ebike", "drive"]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Network:
    """A street network for one mode, in metres of one projected coordinate system.

    Parameters
    ----------
    mode : {"walk", "ebike", "drive"}
        Whom the streets and their one-ways were chosen for.
    crs : str
        The metric coordinate system of ``vertex_xy``.
    vertex_xy : ndarray (v, 2)
        The vertices of all lines, one line after the other.
    edge_first, edge_last : ndarray (e,)
        Edge k runs over ``vertex_xy[edge_first[k] : edge_last[k] + 1]``.
    edge_from, edge_to : ndarray (e,) int32
        The nodes at its ends.
    edge_length_m : ndarray (e,)
        Its length.
    edge_forward, edge_backward : ndarray (e,) bool
        Whether it may be passed along its line, and against it.
    edge_street : ndarray (e,)
        The index label of its row in the streets' frame.
    node_xy : ndarray (n, 2)
        The nodes.
    node_component : ndarray (n,)
        The connected part of each node, one-ways ignored; part 0 is the longest.
    component_length_m, component_island : ndarray (c,)
        The length of each part, longest first, and whether it counts as an island.
    edge_pace : ndarray (e,), ndarray (e, 2) or None
        How many metres at the mode's plain speed one metre of each edge takes as long as, both ways or
        along its line and against it; None for 1 everywhere (`geo.streets.paces`, `geo.streets.slopes`).
    sloped : float
        The share of the streets' length whose slope is stated and felt by the mode.
    """

    mode: Mode
    crs: str
    vertex_xy: Floats
    edge_first: Ints
    edge_last: Ints
    edge_from: npt.NDArray[np.int32]
    edge_to: npt.NDArray[np.int32]
    edge_length_m: Floats
    edge_forward: Flags
    edge_backward: Flags
    edge_street: npt.NDArray[Any]
    node_xy: Floats
    node_component: Ints
    component_length_m: Floats
    component_island: Flags
    edge_pace: Floats | None = None
    sloped: float = 0.0

    @cached_property
    def edge_island(self) -> Flags:
        """Whether each edge lies on an island."""
        island: Flags = self.component_island[self.node_component[self.edge_from]]
        return island

    @property
    def summary(self) -> dict[str, float]:
        """How large the network is, and how much of it lies on islands: counts and metres."""
        length = self.component_length_m
        return {
            "nodes": len(self.node_xy),
            "edges": len(self.edge_from),
            "length_m": float(length.sum()),
            "parts": len(length),
            "islands": int(self.component_island.sum()),
            "islands_length_m": float(length[self.component_island].sum()),
        }

    @cached_property
    def mainland(self) -> Segments:
        """The segments of all edges that are not on an island."""
        return _segments(self, ~self.edge_island)

    @cached_property
    def islands(self) -> Segments:
        """The segments of the edges on islands."""
        return _segments(self, self.edge_island)

    @property
    def downhill(self) -> float:
        """How much farther than on the flat slopes let one come in the same time at best; 1 without any."""
        pace = self.edge_pace
        return 1.0 if pace is None or pace.ndim == 1 else max(1.0, 1.0 / float(pace.min(initial=1.0)))

    def turned(self) -> "Network":
        """Return the network with all one-ways and slopes turned: its ways lead from where these lead to."""
        pace = self.edge_pace
        return replace(
            self,
            edge_forward=self.edge_backward,
            edge_backward=self.edge_forward,
            edge_pace=pace if pace is None or pace.ndim == 1 else pace[:, ::-1],
        )

    @cached_property
    def arcs(self) -> Arcs:
        """The edges by node in whole numbers, made once."""
        return make_arcs(
            self.edge_from,
            self.edge_to,
            self.edge_length_m,
            forward=self.edge_forward,
            backward=self.edge_backward,
            nodes=len(self.node_xy),
            pace=self.edge_pace,
        )


def _segments(network: Network, chosen: Flags) -> Segments:
    vertex, edge = pieces(network.edge_first, network.edge_last)
    start, end = network.vertex_xy[vertex], network.vertex_xy[vertex + 1]
    steps = np.hypot(*(end - start).T)
    before = np.cumsum(steps) - steps
    # Where each segment begins on its edge: less what was summed before the edge's own first one.
    lead = np.repeat(before[np.flatnonzero(np.diff(edge, prepend=-1))], np.bincount(edge))
    keep = chosen[edge]
    return Segments(edge=edge[keep], start_xy=start[keep], end_xy=end[keep], along_m=(before - lead)[keep])
