"""Where the street data end: stations whose circle may go on beyond them, points that may be in reach.

An extract cuts streets off. What lies behind is unknown, not empty: a circle that comes to such an end is
flagged, and so is a point that only a way outside could reach.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import shapely

from geo.reach.times import travel_minutes
from geo.streets.network import Flags, Floats, Ints, Network
from geo.streets.snapping import Snapped

RATIO = 0.2
"""Of the concave hull that is taken for the outline of the data (Duckham and others 2008; as of GEOS)."""


@dataclass(frozen=True, eq=False)
class Rim:
    """The ends of streets at the outline of the data.

    Parameters
    ----------
    outline : Polygon
        Round all nodes, in metres of the network's system; a line or a point for very small networks.
    ends : Snapped
        The dead ends near it.
    along_m : ndarray (r,)
        Where each lies along the outline.
    round_m : float
        The length of the outline, 0 where there is no way round.
    """

    outline: shapely.Geometry
    ends: Snapped
    along_m: Floats
    round_m: float


def find_rim(network: Network, *, rim_m: float = 100.0) -> Rim:
    """Find the dead ends within ``rim_m`` of the outline of the data.

    The outline is the concave hull of all nodes. A street that ends there was probably cut off; one
    that ends on the shore was not, and is taken for cut off all the same where there is no telling.

    Parameters
    ----------
    network : Network
        The streets of one mode, of which rim ends on islands count too.
    rim_m : float
        How near the outline a dead end has to be.
    """
    nodes = np.asarray(shapely.points(network.node_xy))
    outline: Any = shapely.concave_hull(shapely.multipoints(nodes), ratio=RATIO)
    border: Any = shapely.boundary(outline) if shapely.get_dimensions(outline) == 2 else outline
    degree = np.diff(network.arcs.first)
    node = np.flatnonzero(degree == 1)
    node = node[shapely.dwithin(nodes[node], border, rim_m)] if len(node) else node
    edge = network.arcs.edge[network.arcs.first[node]].astype(np.int64)
    at_end = network.edge_to[edge] == node
    along = np.where(at_end, network.edge_length_m[edge], 0.0)
    ends = Snapped(edge, along, np.zeros(len(edge)), network.node_xy[node])
    is_line = border.geom_type == "LineString"
    place = shapely.line_locate_point(border, nodes[node]) if is_line else np.zeros(len(node))
    round_m = float(shapely.length(border)) if border is not outline else 0.0
    return Rim(outline, ends, np.asarray(place, dtype=float), round_m)


def stations_at_rim(
    network: Network, rim: Rim, sources: Snapped, *, speed_m_per_min: float, limit_minutes: float
) -> Flags:
    """Flag the stations whose circle comes to the rim: what it holds beyond is not known.

    Parameters
    ----------
    network, rim
        The streets and where they end.
    sources : Snapped
        The stations on the network.
    speed_m_per_min, limit_minutes : float
        As of `geo.reach.times.travel_minutes`.

    Returns
    -------
    ndarray (stations,) bool
    """
    # The way from a station to an end is the way from the end to the station with all turned.
    times = travel_minutes(
        network.turned(), rim.ends, sources, speed_m_per_min=speed_m_per_min, limit_minutes=limit_minutes
    )
    flags: Flags = np.isfinite(times.minutes)
    return flags


def doubtful(
    network: Network,
    rim: Rim,
    sources: Snapped,
    targets: Snapped,
    *,
    speed_m_per_min: float,
    limit_minutes: float,
) -> Flags:
    """Flag the points out of reach that a way outside of the data could bring within it.

    Such a way leaves at one end at the rim and comes back at another; between, it is taken to follow the
    outline.

    Parameters
    ----------
    network, rim
        The streets and where they end.
    sources, targets : Snapped
        The stations and the points on the network.
    speed_m_per_min, limit_minutes : float
        As of `geo.reach.times.travel_minutes`.

    Returns
    -------
    ndarray (points,) bool
    """
    times = partial(travel_minutes, network, speed_m_per_min=speed_m_per_min, limit_minutes=limit_minutes)
    out = times(sources, rim.ends).minutes * speed_m_per_min
    left = np.flatnonzero(np.isfinite(out))
    if len(left) == 0:
        return np.zeros(len(targets), dtype=bool)
    back = (out[left, None] + _around(rim, left)).min(axis=0)
    again = np.flatnonzero(back <= limit_minutes * speed_m_per_min)
    ends = replace(rim.ends.take(again), access_m=back[again])
    flags: Flags = np.isfinite(times(ends, targets).minutes) & ~np.isfinite(times(sources, targets).minutes)
    return flags


def _around(rim: Rim, left: Ints) -> Floats:
    """Return metres along the outline, the shorter way round, from some of the ends to all of them."""
    apart: Floats = np.abs(rim.along_m[left, None] - rim.along_m[None, :])
    return np.minimum(apart, rim.round_m - apart) if rim.round_m else apart
