"""Demand allotted to stations of limited capacity: what is too much for one goes to the next in reach."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo.compiled import available
from geo.errors import InputError
from geo.reach.queue import Places, Queue, nobody, queue

Amounts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Filling:
    """How full the stations are, and who finds room.

    ``served`` + ``unserved`` + ``out_of_reach`` is the demand of each point.

    Parameters
    ----------
    load : ndarray (stations,) int64
        How much each station serves.
    served : ndarray (points,) int64
        How much of each point's demand is served.
    elsewhere : ndarray (points,) int64
        How much of that at another station than its first.
    first : ndarray (points,) int32
        The nearest station in reach, with room or without; −1 for none.
    demand : ndarray (points,) int64
        What there was.
    """

    load: Amounts
    served: Amounts
    elsewhere: Amounts
    first: Places
    demand: Amounts

    @property
    def unserved(self) -> Amounts:
        """What has a station in reach and no room in any, (points,)."""
        return np.where(self.first >= 0, self.demand - self.served, 0)

    @property
    def out_of_reach(self) -> Amounts:
        """What has no station in reach, (points,)."""
        return np.where(self.first >= 0, 0, self.demand)


@dataclass(frozen=True, eq=False)
class Allotment(Filling):
    """A filling that says who is served where.

    Parameters
    ----------
    flows : csr_array (stations, points) int64
        How much of a point's demand each station serves.
    """

    flows: csr_array


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
    _check(minutes.shape, demand, capacity)
    waiting = queue(minutes)
    taken = np.zeros(len(waiting.minutes), dtype=np.int64)
    found = _filled(waiting, demand, capacity, taken=taken)
    used = taken > 0
    places = waiting.station[used], waiting.point[used]
    flows = csr_array((taken[used], places), shape=minutes.shape)
    return Allotment(**vars(found), flows=flows)


def fill(
    standing: Queue, demand: Amounts, capacity: npt.NDArray[np.float64], *, kept: Flags, more: Queue
) -> Filling:
    """Allot demand as `allot` does, where some stations are gone and others have come.

    The ways of those that stand are queued already, so that one pass over them is all that it takes.

    Parameters
    ----------
    standing : Queue
        The ways of the stations that stood.
    demand : ndarray (points,) int64
        As `allot` takes it.
    capacity : ndarray (stations,)
        Likewise, of those that stood and of those that have come.
    kept : ndarray (stations,) bool
        Whether the ways in ``standing`` count.
    more : Queue
        The ways of those that have come, or that have moved.

    Raises
    ------
    InputError
        Where demand or capacity is negative, or their number does not fit.
    """
    _check((len(kept), len(demand)), demand, capacity)
    return _filled(standing, demand, capacity, kept=kept, more=more)


def overflows(found: Allotment) -> tuple[Places, Places, Amounts]:
    """Say whose demand goes on from the first station in reach, where to, and how much of it.

    Returns
    -------
    tuple of ndarray (n,)
        The points, ascending; the stations, ascending, −1 for no room anywhere; the amounts.
    """
    flows = found.flows.tocoo()
    away = flows.row != found.first[flows.col]
    left = np.flatnonzero(found.unserved)
    point = np.concatenate([flows.col[away], left]).astype(np.int32)
    station = np.concatenate([flows.row[away], np.full(len(left), -1)]).astype(np.int32)
    amount = np.concatenate([flows.data[away], found.unserved[left]])
    # What found no room anywhere comes last of each point.
    order = np.lexsort((np.where(station < 0, len(found.load), station), point))
    return point[order], station[order], amount[order]


def _filled(
    standing: Queue,
    demand: Amounts,
    capacity: npt.NDArray[np.float64],
    *,
    kept: Flags | None = None,
    more: Queue | None = None,
    taken: Amounts | None = None,
) -> Filling:
    limited = np.isfinite(capacity)
    room = np.where(limited, np.floor(np.where(limited, capacity, 0.0)), demand.sum()).astype(np.int64)
    left, free = demand.astype(np.int64), room.copy()
    first, elsewhere = np.full(len(demand), -1, dtype=np.int32), np.zeros(len(demand), dtype=np.int64)
    counts = np.ones(len(capacity), dtype=bool) if kept is None else kept
    others = nobody() if more is None else more
    noted = np.empty(0, dtype=np.int64) if taken is None else taken
    if available():
        from geo.reach import kernels

        points = left, first, elsewhere
        kernels.fill(standing.ways, others.ways, counts, free, points, noted)
    else:
        _fill(_merged(standing, counts, others), free, (left, first, elsewhere), noted)
    return Filling(room - free, demand - left, elsewhere, first, demand)


def _merged(standing: Queue, kept: Flags, more: Queue) -> tuple[list[int], list[int], list[int]]:
    """Return the places in the first queue, stations and points of two queues in their common order."""
    which = np.flatnonzero(kept[standing.station])
    minutes = np.concatenate([standing.minutes[which], more.minutes])
    station = np.concatenate([standing.station[which], more.station])
    point = np.concatenate([standing.point[which], more.point])
    order = np.lexsort((point, station, minutes))
    places = np.concatenate([which, np.full(len(more.minutes), -1)])
    return places[order].tolist(), station[order].tolist(), point[order].tolist()


def _fill(
    ways: tuple[list[int], list[int], list[int]],
    free: Amounts,
    points: tuple[Amounts, Places, Amounts],
    taken: Amounts,
) -> None:
    """Serve one way after the other, as the kernel does."""
    left, first, elsewhere = points
    for way, s, p in zip(*ways, strict=True):
        if first[p] < 0:
            first[p] = s
        amount = min(left[p], free[s])
        left[p] -= amount
        free[s] -= amount
        elsewhere[p] += amount if first[p] != s else 0
        if len(taken) and way >= 0:
            taken[way] = amount


def _check(shape: tuple[Any, ...], demand: Amounts, capacity: npt.NDArray[np.float64]) -> None:
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
