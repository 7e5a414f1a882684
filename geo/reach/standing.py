"""An answer that stands, from which the next one is found when a station opens, moves or closes.

::

    stand ─► Standing ─► placed(…, one more) ─► Standing ─► closed(…, another) ─► Standing
                │
                └► reach: the very times of `geo.reach.times.travel_minutes` from the stations as they stand
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from geo.errors import InputError
from geo.reach.times import Reach, reach_of
from geo.streets.arcs import Pair, limit_units
from geo.streets.network import Network
from geo.streets.snapping import Snapped
from geo.travel import search


@dataclass(frozen=True, eq=False)
class Standing:
    """Stations as they stand, and what each node and each target of a network has nearest.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    sources, targets : Snapped
        The stations and the points on it; a closed station has edge -1 and keeps its position.
    speed_m_per_min, limit_minutes : float
        As of `geo.reach.times.travel_minutes`.
    nodes : pair of ndarray (n,) int64
        The keys of the two nearest stations of each node.
    """

    network: Network
    sources: Snapped
    targets: Snapped
    speed_m_per_min: float
    limit_minutes: float
    nodes: Pair

    @cached_property
    def reach(self) -> Reach:
        """The two nearest stations of each target, and the minutes from them."""
        places = self.sources.places, self.targets.places
        found = search.nearest_of_targets(self.network.arcs, *places, self.nodes)
        return reach_of(found, speed_m_per_min=self.speed_m_per_min, limit_minutes=self.limit_minutes)

    @property
    def limit(self) -> int:
        """The limit in units."""
        return limit_units(self.limit_minutes * self.speed_m_per_min)


def stand(
    network: Network,
    sources: Snapped,
    targets: Snapped,
    *,
    speed_m_per_min: float,
    limit_minutes: float = np.inf,
) -> Standing:
    """Return the stations as they stand; parameters as of `geo.reach.times.travel_minutes`."""
    limit = limit_units(limit_minutes * speed_m_per_min)
    nodes = search.nearest_of_nodes(network.arcs, sources.places, limit=limit)
    return Standing(network, sources, targets, speed_m_per_min, limit_minutes, nodes)


def placed(standing: Standing, position: int, spot: Snapped) -> Standing:
    """Return what stands when a station opens, or one that is there moves.

    The search begins at the new place and goes no further than where it is nearer than two others. One
    that moves is closed first.

    Parameters
    ----------
    standing : Standing
        What stood before.
    position : int
        Of the station; the number of stations for one more.
    spot : Snapped
        Its one place.

    Raises
    ------
    InputError
        Where there is no such position.
    """
    count = len(standing.sources)
    _check(position, count + 1)
    if position < count and standing.sources.edge[position] >= 0:
        standing = closed(standing, position)
    sources = _with(standing.sources, position, spot)
    nodes = search.opened(
        standing.network.arcs, sources.places, standing.nodes, row=position, limit=standing.limit
    )
    return _next(standing, sources, nodes)


def closed(standing: Standing, position: int) -> Standing:
    """Return what stands when a station closes: only what it was one of the two nearest of looks again.

    Parameters
    ----------
    standing : Standing
        What stood before.
    position : int
        Of the station; the others keep theirs.

    Raises
    ------
    InputError
        Where there is no such position.
    """
    _check(position, len(standing.sources))
    gone = Snapped(np.array([-1]), np.array([np.nan]), np.array([np.nan]), np.full((1, 2), np.nan))
    sources = _with(standing.sources, position, gone)
    nodes = search.closed(
        standing.network.arcs, sources.places, standing.nodes, row=position, limit=standing.limit
    )
    return _next(standing, sources, nodes)


def _next(standing: Standing, sources: Snapped, nodes: Pair) -> Standing:
    return Standing(
        standing.network, sources, standing.targets, standing.speed_m_per_min, standing.limit_minutes, nodes
    )


def _with(sources: Snapped, position: int, spot: Snapped) -> Snapped:
    """Return the sources with one of them replaced, or one more behind them."""
    parts = ("edge", "along_m", "access_m", "xy")
    return Snapped(
        *(
            np.concatenate(
                [getattr(sources, p)[:position], getattr(spot, p), getattr(sources, p)[position + 1 :]]
            )
            for p in parts
        )
    )


def _check(position: int, count: int) -> None:
    if not 0 <= position < count:
        raise InputError(
            f"There is no station at position {position}; there are {count} positions from 0 on.",
            position=position,
        )
