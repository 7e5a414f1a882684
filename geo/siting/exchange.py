"""Exchange: a choice made better by giving up one place for another, until that helps no more."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from geo.siting.problem import Floats, Ints, Problem

_MOST_KICKS = 100
_WORK = 60_000_000
"""So many entries are looked at, times the sites: some tenths of a second."""


def exchanged(problem: Problem, sites: Sequence[int]) -> tuple[int, ...]:
    """Return sites that no single exchange makes better (Teitz and Bart, 1968).

    Each round makes the exchange that gains most; of equals that which gives up the earliest site for the
    lowest candidate. Capacities are not looked at.
    """
    chosen = list(sites)
    times = covered_times(problem, chosen)
    pattern = pattern_of(problem)
    while True:
        found = [_best_for(problem, pattern, chosen, times, place) for place in range(len(chosen))]
        gain, place, site = max(found, key=lambda one: one[0], default=(0, 0, 0))
        if gain <= 0:
            return tuple(chosen)
        times[problem.row(chosen[place])] -= 1
        times[problem.row(site)] += 1
        chosen[place] = site


def bettered(problem: Problem, sites: Sequence[int]) -> tuple[int, ...]:
    """Return sites that are no worse, by giving up some of them at random, filling up and exchanging.

    The random numbers are the same each time (iterated local search: Lourenço, Martin and Stützle, 2003,
    https://doi.org/10.1007/0-306-48056-5_11). Capacities are not looked at.
    """
    best = exchanged(problem, sites)
    value, pattern = _value(problem, best), pattern_of(problem)
    work = max(1, len(pattern.data) * max(len(best), 1))
    random = np.random.default_rng(len(best))
    for _ in range(min(_MOST_KICKS, _WORK // work)):
        count = len(best) - random.integers(1, max(2, len(best) // 2 + 1))
        kept = sorted(random.permutation(len(best))[:count].tolist())
        found = exchanged(problem, _filled(problem, pattern, [best[place] for place in kept]))
        if (worth := _value(problem, found)) > value:
            best, value = found, worth
    return best


def _filled(problem: Problem, pattern: csr_array, chosen: list[int]) -> list[int]:
    """Return sites with as many more as the number and the budget leave room for, the best first."""
    free = np.where(covered_times(problem, chosen) == 0, problem.weight.astype(float), 0.0)
    money = problem.allowance - float(problem.cost[chosen].sum())
    while len(chosen) < problem.most:
        gains = np.where(problem.cost <= money, np.asarray(pattern @ free), 0.0)
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        chosen = [*chosen, best]
        money -= float(problem.cost[best])
        free[problem.row(best)] = 0.0
    return chosen


def _value(problem: Problem, sites: Sequence[int]) -> int:
    return int(problem.weight[problem.served(sites)].sum())


def covered_times(problem: Problem, sites: Sequence[int]) -> Ints:
    """Count the sites that gain each demand (d,)."""
    times = np.zeros(len(problem.weight), dtype=np.int64)
    for site in sites:
        times[problem.row(site)] += 1
    return times


def pattern_of(problem: Problem) -> csr_array:
    """Return the entries of the reach as ones."""
    reach = problem.reach
    ones = np.ones(len(reach.data))
    return csr_array((ones, reach.indices, reach.indptr), shape=reach.shape)


def _best_for(
    problem: Problem, pattern: csr_array, chosen: list[int], times: Ints, place: int
) -> tuple[int, int, int]:
    """Return what the best exchange for one place gains, the place, and the candidate."""
    given_up = problem.row(chosen[place])
    alone = given_up[times[given_up] == 1]
    weight = problem.weight.astype(float)
    free: Floats = np.where(times == 0, weight, 0.0)
    free[alone] = weight[alone]
    gains = np.asarray(pattern @ free)
    kept = [site for site in chosen if site != chosen[place]]
    spent = float(problem.cost[kept].sum())
    gains[kept] = -1.0
    gains[~problem.affords(spent + problem.cost)] = -1.0
    best = int(np.argmax(gains))
    return int(gains[best]) - int(weight[alone].sum()), place, best
