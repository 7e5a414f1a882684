"""Points → places on the edges of a street network, with the access leg between."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.segments.pieces import Segments, shares_along
from geo.streets.arcs import Places, units
from geo.streets.network import Floats, Ints, Network


@dataclass(frozen=True, eq=False)
class Snapped:
    """Where points enter a network.

    Parameters
    ----------
    edge : ndarray (n,) int64
        The edge, -1 where none is within the access distance or the point has no location.
    along_m : ndarray (n,)
        Metres from the edge's first vertex to the entry, NaN without an edge.
    access_m : ndarray (n,)
        Metres in a straight line from the point to the entry, NaN without an edge.
    xy : ndarray (n, 2)
        The entry, NaN without an edge.
    """

    edge: Ints
    along_m: Floats
    access_m: Floats
    xy: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @cached_property
    def places(self) -> Places:
        """The edge of each point, and its metres along it and aside in units, made once."""
        return self.edge, units(self.along_m), units(self.access_m)

    def take(self, rows: Ints) -> "Snapped":
        """Return the given rows, in their order."""
        return Snapped(self.edge[rows], self.along_m[rows], self.access_m[rows], self.xy[rows])


def snap(network: Network, points_xy: Floats, *, max_access_m: float) -> Snapped:
    """Bring each point to the nearest place on an edge.

    An edge of an island takes a point only where no other edge is within ``max_access_m``: a courtyard
    path that joins nothing must not cut off the enterprise beside it. Of several nearest segments the
    first in the network's order wins.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    points_xy : ndarray (n, 2)
        Metres in ``network.crs``; NaN is "no location".
    max_access_m : float
        The longest access leg, border included.
    """
    n = len(points_xy)
    edge = np.full(n, -1, dtype=np.int64)
    along_m, access_m, xy = np.full(n, np.nan), np.full(n, np.nan), np.full((n, 2), np.nan)
    for segments in (network.mainland, network.islands):
        left = np.flatnonzero((edge < 0) & np.isfinite(points_xy).all(axis=1))
        segment = segments.nearest(points_xy[left], most_m=max_access_m)
        taken, segment = left[segment >= 0], segment[segment >= 0]
        edge[taken] = segments.edge[segment]
        along_m[taken], access_m[taken], xy[taken] = _project(segments, segment, points_xy[taken])
    # Lengths are summed in two orders, so an entry at the end may lie a rounding beyond it.
    found = edge >= 0
    along_m[found] = np.minimum(along_m[found], network.edge_length_m[edge[found]])
    return Snapped(edge, along_m, access_m, xy)


def _project(segments: Segments, segment: Ints, xy: Floats) -> tuple[Floats, Floats, Floats]:
    """Return metres along the edge, metres from the point, and the place nearest to the point."""
    start, end = segments.start_xy[segment], segments.end_xy[segment]
    share = shares_along(start, end, xy)
    foot = start + share[:, None] * (end - start)
    along = segments.along_m[segment] + share * np.hypot(*(end - start).T)
    return along, np.hypot(*(xy - foot).T), foot
