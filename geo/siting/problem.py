"""The problem of siting: which places to choose so that the most demand gains.

::

                 demand that nobody serves yet, each with a weight
                      ○   ○   ○   ○   ○
    candidate 0       ●   ●                    ─┐
    candidate 1           ●   ●   ●             ├ choose some: as many as wished,
    candidate 2                   ●   ●        ─┘ within the budget

Both questions that planners ask take this one form, the maximal covering problem of Church and ReVelle (1974,
https://doi.org/10.1007/BF01942293). *Covering*: a candidate gains the workers who reach it within the
promise and reach no station so far. *Walking*: the tenth of the workers who walk furthest today are spared
minutes; each whole minute that a place is nearer than the nearest station is a unit of demand of its own,
which the candidates that are so near gain (the levels of Cornuéjols, Nemhauser and Wolsey, 1980).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from geo.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WORST_SHARE = 0.1
"""The worst served: this share of the weight."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Candidates, the demand that each would gain, and how many may be chosen.

    Parameters
    ----------
    reach : csr_array (c, d)
        An entry where a candidate gains a demand, holding the minutes between them; a stored zero is one.
        Among equals the lowest candidate is preferred, so whoever orders them decides.
    weight : ndarray (d,) int64
        What each demand counts.
    cost : ndarray (c,)
        What each candidate costs, in any one unit; not below 0.
    capacity : ndarray (c,) or None
        The weight that each candidate can serve, inf for any; None where all serve any. Demand may be divided
        among places.
    most : int
        How many may be chosen.
    budget : float or None
        What they may cost together; None for anything.
    """

    reach: csr_array
    weight: Ints
    cost: Floats
    capacity: Floats | None = None
    most: int = 10
    budget: float | None = None

    def __post_init__(self) -> None:
        if self.most < 1:
            raise InputError(
                f"{self.most} places cannot be chosen; ask for one at least.",
                reason="sites-out-of-range",
                most=self.most,
            )
        if (self.cost < 0).any() or not np.isfinite(self.cost).all():
            raise InputError(
                "A candidate's cost is missing or below zero; correct it.", reason="candidate-cost"
            )
        if self.capacity is not None and not (self.capacity >= 0).all():
            raise InputError(
                "A candidate's capacity is missing or below zero; correct it.", reason="candidate-capacity"
            )

    @property
    def allowance(self) -> float:
        """The budget, inf where there is none."""
        return np.inf if self.budget is None else self.budget

    def served(self, sites: Sequence[int]) -> Flags:
        """Flag the demand that at least one of the sites gains (d,)."""
        flags = np.zeros(len(self.weight), dtype=bool)
        for site in sites:
            flags[self.row(site)] = True
        return flags

    def affords(self, spent: Any) -> Any:
        """Tell whether so much may be spent, or each of several sums: three times 0.1 are not above 0.3."""
        return spent <= self.allowance * (1 + 1e-9)

    def fits(self, sites: Sequence[int]) -> bool:
        """Tell whether so many sites may be chosen, and together."""
        return len(sites) <= self.most and bool(self.affords(self.cost[list(sites)].sum()))

    def row(self, site: int) -> npt.NDArray[np.intp]:
        """Return the demand that a candidate gains."""
        start, end = self.reach.indptr[site : site + 2]
        return np.asarray(self.reach.indices[start:end], dtype=np.intp)

    def minutes(self, site: int) -> Floats:
        """Return the minutes between a candidate and the demand of `row`."""
        start, end = self.reach.indptr[site : site + 2]
        return np.asarray(self.reach.data[start:end], dtype=float)


def covering_problem(
    minutes: csr_array, weight: Ints, covered: Flags, *, cost: Floats | None = None, most: int = 10
) -> Problem:
    """Return the problem of bringing the most weight within reach.

    Parameters
    ----------
    minutes : csr_array (c, d)
        From each candidate to the demand within the promise, and to no other
        (`geo.reach.matrix.travel_matrix`).
    weight : ndarray (d,) int64
        Workers; unknown ones weigh 0.
    covered : ndarray (d,) bool
        What a station that stays reaches within the promise already; it gains nothing.
    cost : ndarray (c,), optional
        By default 1 each.
    most : int
        How many may be chosen.
    """
    left = np.where(covered, 0, weight).astype(np.int64)
    return Problem(minutes, left, _costs(cost, minutes.shape[0]), most=most)


def walking_problem(
    minutes: csr_array,
    weight: Ints,
    today: Floats,
    *,
    longest: float,
    cost: Floats | None = None,
    most: int = 10,
) -> Problem:
    """Return the problem of sparing the worst-served tenth the most minutes.

    The tenth is that of today, in weight, those out of reach first; who belongs to it does not change with
    the sites. What is counted is weight × whole minutes: how much nearer the nearest station comes.

    Parameters
    ----------
    minutes : csr_array (c, d)
        From each candidate to the demand within ``longest`` minutes.
    weight : ndarray (d,) int64
        Workers; unknown ones weigh 0.
    today : ndarray (d,)
        Minutes to the nearest station that stays, inf where none is.
    longest : float
        What a longer way counts as, in minutes; a candidate beyond it spares nobody anything.
    cost : ndarray (c,), optional
        By default 1 each.
    most : int
        How many may be chosen.
    """
    worst = worst_served(weight, today)
    now = np.ceil(np.minimum(today, longest) - 1e-9).astype(np.int64)
    near = minutes[:, worst].tocoo()
    spared = now[worst[near.col]] - np.ceil(near.data - 1e-9).astype(np.int64)
    keep = spared > 0
    row, col, data, spared = near.row[keep], near.col[keep], near.data[keep], spared[keep]
    # The minutes of one demand are levels: who spares five spares the first four as well.
    most_spared = np.zeros(len(worst), dtype=np.int64)
    np.maximum.at(most_spared, col, spared)
    first = np.cumsum(most_spared) - most_spared
    level = np.arange(spared.sum()) - np.repeat(np.cumsum(spared) - spared, spared)
    columns = np.repeat(first[col], spared) + level
    shape = (minutes.shape[0], int(most_spared.sum()))
    reach = csr_array((np.repeat(data, spared), (np.repeat(row, spared), columns)), shape=shape)
    return Problem(reach, np.repeat(weight[worst], most_spared), _costs(cost, shape[0]), most=most)


def equipping_problem(
    stations: csr_array, weight: Ints, equipped: Sequence[Flags], *, most: int = 10
) -> Problem:
    """Return the problem of giving stations that stand the functions that the most people lack.

    A candidate is a pair of a function and a station without it: candidate f × s + i is function f at
    station i of s; one that has it gains nothing.

    Parameters
    ----------
    stations : csr_array (s, d)
        Minutes from each station to the demand within the promise.
    weight : ndarray (d,) int64
        Workers.
    equipped : sequence of ndarray (s,) bool
        For each function, which stations have it.
    most : int
        How many functions are to be given.
    """
    count = stations.shape[0]
    lacking = [covering_problem(stations, weight, _reached(stations, has)).weight for has in equipped]
    none = csr_array((count, stations.shape[1]))
    blocks = []
    for number in range(len(equipped)):
        parts = [none] * len(equipped)
        parts[number] = stations
        blocks.append(_beside(parts))
    reach = csr_array(vstack(blocks, format="csr"))
    return Problem(reach, np.concatenate(lacking), np.ones(count * len(equipped)), most=most)


def worst_served(weight: Ints, today: Floats) -> npt.NDArray[np.intp]:
    """Return the demand that makes up the tenth of the weight with the longest ways, in their order (w,).

    Those of equally long ways are in it together, as in the figures of coverage
    (`geo.coverage.certainty`), so that it may be a little more than the tenth.
    """
    counted = np.flatnonzero(weight > 0)
    long = np.where(np.isnan(today[counted]), np.inf, today[counted])
    order = np.argsort(-long, kind="stable")
    before = np.cumsum(weight[counted][order]) - weight[counted][order]
    within_it = long[order][before < WORST_SHARE * weight.sum()]
    worst: npt.NDArray[np.intp] = counted[long >= within_it.min(initial=np.inf)]
    return worst


def within(problem: Problem, *, budget: float | None, capacity: Floats | None) -> Problem:
    """Return the problem under a budget and with capacities."""
    return replace(problem, budget=budget, capacity=capacity)


def _reached(stations: csr_array, chosen: Flags) -> Flags:
    counts = np.zeros(stations.shape[1], dtype=bool)
    counts[stations[np.flatnonzero(chosen)].indices] = True
    return counts


def _beside(parts: Sequence[csr_array]) -> csr_array:
    """Join matrices of one height side by side; stored zeros stay."""
    coo = [part.tocoo() for part in parts]
    wide = np.cumsum([0, *(part.shape[1] for part in parts)])
    row = np.concatenate([part.row for part in coo])
    col = np.concatenate([part.col + shift for part, shift in zip(coo, wide, strict=False)])
    data = np.concatenate([part.data for part in coo])
    return csr_array((data, (row, col)), shape=(parts[0].shape[0], int(wide[-1])))


def _costs(cost: Floats | None, count: int) -> Floats:
    return np.ones(count) if cost is None else np.asarray(cost, dtype=float)
