"""Reasons: whom each chosen site reaches that nobody did, and how far they had to go before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from geo.siting.greedy import greedy
from geo.siting.problem import Flags, Floats, Ints, Problem, worst_served


@dataclass(frozen=True, eq=False)
class Reason:
    """Why a site was chosen.

    Parameters
    ----------
    site : int
        The candidate.
    demand : ndarray (n,)
        The demand that it is the first to reach, ascending.
    workers : int
        The weight of those.
    before, after : float
        The median minutes that those of them whom streets connect had to the nearest station, and the
        median that they have to the site; NaN of nobody.
    unconnected : int
        How many of them had no way to any station.
    shared : int
        How many more the site reaches that an earlier site reaches too, or a station does.
    """

    site: int
    demand: Ints
    workers: int
    before: float
    after: float
    unconnected: int
    shared: int


def reasons(problem: Problem, sites: Sequence[int], *, today: Floats, covered: Flags) -> list[Reason]:
    """Say for each site whom it is the first to reach, the site with the largest gain first.

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
    taken = covered.copy()
    found = []
    for site in by_gain(problem, sites):
        row, minutes = problem.row(site), problem.minutes(site)
        new = ~taken[row]
        first, ways = row[new], today[row[new]]
        found.append(
            Reason(
                site=site,
                demand=np.sort(first).astype(np.int64),
                workers=int(problem.weight[first].sum()),
                before=_median(ways[np.isfinite(ways)]),
                after=_median(minutes[new]),
                unconnected=int((~np.isfinite(ways)).sum()),
                shared=int((~new).sum()),
            )
        )
        taken[row] = True
    return found


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
    now, first = np.minimum(today[worst], longest), np.full(len(worst), -1)
    for site in sites:
        row = minutes[[site]][:, worst].tocoo()
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
                before=_median(before[np.isfinite(before)]),
                after=_median(now[mine]),
                unconnected=int((~np.isfinite(before)).sum()),
                shared=reaches - len(mine),
            )
        )
    return found


def _median(values: Floats) -> float:
    return float(np.median(values)) if len(values) else float("nan")
