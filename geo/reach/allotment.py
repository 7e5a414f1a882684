"""Demand allotted to stations of limited capacity: what is too much for one goes to the next in reach."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo.compiled import available
from geo.errors import InputError

Amounts = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Allotment:
    """Who is served where. ``served`` + ``unserved`` + ``out_of_reach`` is the demand of each point.

    Parameters
    ----------
    flows : csr_array (stations, points) int64
        How much of a point's demand each station serves.
    demand : ndarray (points,) int64
        What there was.
    reached : ndarray (points,) bool
        Whether any station is in reach at all, with room or without.
    """

    flows: csr_array
    demand: Amounts
    reached: npt.NDArray[np.bool_]

    @cached_property
    def load(self) -> Amounts:
        """How much each station serves, (stations,)."""
        return np.asarray(self.flows.sum(axis=1), dtype=np.int64).ravel()

    @cached_property
    def served(self) -> Amounts:
        """How much of each point's demand is served, (points,)."""
        return np.asarray(self.flows.sum(axis=0), dtype=np.int64).ravel()

    @property
    def unserved(self) -> Amounts:
        """What has a station in reach and no room in any, (points,)."""
        return np.where(self.reached, self.demand - self.served, 0)

    @property
    def out_of_reach(self) -> Amounts:
        """What has no station in reach, (points,)."""
        return np.where(self.reached, 0, self.demand)


def allot(minutes: csr_array, demand: Amounts, capacity: npt.NDArray[np.float64]) -> Allotment:
    """Allot demand to stations within their capacity.

    Whoever is nearest comes first: the ways within reach are taken from the shortest to the longest, of
    equally long ones that to the lower station, then that from the lower point. Each brings as much of
    the point's demand as is left and finds room; a point may so be divided. What finds none overflows
    to the point's next station in reach, and what finds none anywhere is unserved.

    Parameters
    ----------
    minutes : csr_array (stations, points)
        The ways within reach, zeros stored (`geo.reach.matrix.travel_matrix`).
    demand : ndarray (points,) int64
        Workers, or 1 for each enterprise.
    capacity : ndarray (stations,)
        What each can serve, in the same units; NaN or inf without a limit.

    Raises
    ------
    InputError
        Where demand or capacity is negative, or their number does not fit the matrix.
    """
    _check(minutes, demand, capacity)
    row = np.repeat(np.arange(minutes.shape[0]), np.diff(minutes.indptr))
    order = _from_the_shortest(minutes.data)
    limited = np.isfinite(capacity)
    room = np.where(limited, np.floor(np.where(limited, capacity, 0.0)), demand.sum()).astype(np.int64)
    taken = _filled(order, row, minutes.indices.astype(np.int64), demand.astype(np.int64), room)
    used = taken > 0
    begin = np.concatenate([[0], np.cumsum(used)])[minutes.indptr]
    flows = csr_array((taken[used], minutes.indices[used], begin), shape=minutes.shape)
    reached = np.zeros(len(demand), dtype=bool)
    reached[minutes.indices] = True
    return Allotment(flows, demand, reached)


def _from_the_shortest(minutes: npt.NDArray[np.float64]) -> Amounts:
    """Return the order of the ways, equally long ones as they stand: by station, then by point.

    Sorting ranks with the place in their lower half is several times as fast as a stable sort of doubles.
    """
    order = np.argsort(minutes)
    lengths = minutes[order]
    rank = np.zeros(len(order), dtype=np.int64)
    np.cumsum(lengths[1:] != lengths[:-1], out=rank[1:])
    return np.sort(rank << 32 | order) & 0xFFFFFFFF


def _filled(order: Amounts, station: Amounts, point: Amounts, demand: Amounts, room: Amounts) -> Amounts:
    """Return what each way takes, one after the other in an order."""
    if available():
        from geo.reach import kernels

        return kernels.filled(order, station, point, demand, room)
    left, free, taken = demand.tolist(), room.tolist(), np.zeros(len(order), dtype=np.int64)
    stations, points = station[order].tolist(), point[order].tolist()
    for way, s, p in zip(order.tolist(), stations, points, strict=True):
        amount = min(left[p], free[s])
        left[p] -= amount
        free[s] -= amount
        taken[way] = amount
    return taken


def _check(minutes: csr_array, demand: Amounts, capacity: npt.NDArray[np.float64]) -> None:
    shape: tuple[Any, ...] = minutes.shape
    if shape != (len(capacity), len(demand)):
        raise InputError(
            f"The ways are of {shape[0]} stations and {shape[1]} points, the capacities of "
            f"{len(capacity)} and the demand of {len(demand)}; give all of the same.",
            stations=len(capacity),
            points=len(demand),
        )
    for name, amounts in (("capacity of the station", capacity), ("demand of the point", demand)):
        wrong = np.flatnonzero(amounts < 0)
        if len(wrong):
            raise InputError(
                f"The {name} at position {wrong[0]} is {amounts[wrong[0]]:g}; give 0 or more.",
                position=int(wrong[0]),
            )
