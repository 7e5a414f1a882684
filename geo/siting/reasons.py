"""Reasons: whom each chosen site serves that nobody did, and how far they had to go before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geo.siting.greedy import flows, greedy
from geo.siting.problem import Flags, Floats, Ints, Problem, worst_served


@dataclass(frozen=True, eq=False)
class Reason:
    """Why a site was chosen.

    Parameters
    ----------
    site : int
        The candidate.
    demand : ndarray (n,)
        The demand that it serves, ascending: what it is the first to reach, and with capacities what is sent
        to it, all or in part.
    workers : int
        The weight that it serves; that of all sites is the value of the plan.
    reached : int
        The weight that it would serve by itself if it had room for all.
    before, after : float
        The median minutes that those of them whom streets connect had to the nearest station, and the
        median that they have to the site; NaN of nobody.
    unconnected : int
        How many of them had no way to any station.
    shared : int
        How many more the site reaches that an earlier site or a station serves, or that it has no room for.
    """

    site: int
    demand: Ints
    workers: int
    reached: int
    before: float
    after: float
    unconnected: int
    shared: int


def reasons(problem: Problem, sites: Sequence[int], *, today: Floats, covered: Flags) -> list[Reason]:
    """Say for each site whom it serves that no station reaches, the site with the largest gain first.

    Without capacities it serves whom it is the first to reach. With them a largest flow says who is sent
    where, the one whose size is the value of the plan (`geo.siting.greedy.flows`).

    Parameters
    ----------
    problem : Problem
        A covering problem (`geo.siting.problem.covering_problem`), whose demand is that of the frames.
    sites : sequence of int
        The chosen candidates; demand belongs to the first that reaches it in the order of the answer.
    today : ndarray (d,)
        Minutes to the nearest station, not cut off at the promise; inf where there is none.
    covered : ndarray (d,) bool
        What a station reaches within the promise.
    """
    found = []
    order = by_gain(problem, sites)
    for site, served in zip(order, _served(problem, order, covered), strict=True):
        row, minutes = problem.row(site), problem.minutes(site)
        new = served[row] > 0
        first, ways = row[new], today[row[new]]
        found.append(
            Reason(
                site=site,
                demand=np.sort(first).astype(np.int64),
                workers=int(served[first].sum()),
                reached=int(problem.weight[row].sum()),
                before=_median(ways[np.isfinite(ways)]),
                after=_median(minutes[new]),
                unconnected=int((~np.isfinite(ways)).sum()),
                shared=int((~new & (covered[row] | (problem.weight[row] > 0))).sum()),
            )
        )
    return found


def _served(problem: Problem, sites: Sequence[int], covered: Flags) -> Iterator[Ints]:
    """Yield how much of each demand each site serves (d,)."""
    if problem.capacity is not None:
        yield from flows(problem, sites).toarray()
        return
    taken = covered.copy()
    for site in sites:
        served = np.zeros(len(problem.weight), dtype=np.int64)
        new = problem.row(site)[~taken[problem.row(site)]]
        served[new] = problem.weight[new]
        taken[new] = True
        yield served


def by_gain(problem: Problem, sites: Sequence[int]) -> list[int]:
    """Return sites in the order in which the greedy rule would choose among them; those without gain last."""
    rows = np.sort(np.array(list(sites), dtype=np.int64))
    capacity = None if problem.capacity is None else problem.capacity[rows]
    among = replace(
        problem,
        reach=problem.reach[rows],
        cost=problem.cost[rows],
        capacity=capacity,
        most=max(len(rows), 1),
        budget=None,
    )
    order = rows[list(greedy(among).sites)].tolist()
    return [*order, *(site for site in rows.tolist() if site not in order)]


def spared(
    minutes: csr_array, weight: Ints, sites: Sequence[int], *, today: Floats, longest: float
) -> list[Reason]:
    """Say for each site whose way it shortens further than the sites before it do.

    Parameters
    ----------
    minutes : csr_array (c, d)
        As `geo.siting.problem.walking_problem` takes them.
    weight : ndarray (d,) int64
        Workers.
    sites : sequence of int
        The chosen candidates, in the order in which they are told of.
    today : ndarray (d,)
        Minutes to the nearest station.
    longest : float
        What a longer way counts as.
    """
    worst = worst_served(weight, today)
    ways = np.minimum(today[worst], longest)
    now, first, alone = ways.copy(), np.full(len(worst), -1), {}
    for site in sites:
        row = minutes[[site]][:, worst].tocoo()
        alone[site] = int(weight[worst[row.col[row.data < ways[row.col]]]].sum())
        nearer = row.data < now[row.col]
        first[row.col[nearer]], now[row.col[nearer]] = site, row.data[nearer]
    found = []
    for site in sites:
        mine = np.flatnonzero(first == site)
        demand, before = worst[mine], today[worst[mine]]
        reaches = int(np.diff(minutes.indptr)[site])
        found.append(
            Reason(
                site=site,
                demand=demand.astype(np.int64),
                workers=int(weight[demand].sum()),
                reached=alone[site],
                before=_median(before[np.isfinite(before)]),
                after=_median(now[mine]),
                unconnected=int((~np.isfinite(before)).sum()),
                shared=reaches - len(mine),
            )
        )
    return found


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")
