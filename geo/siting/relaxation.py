"""The Lagrangian relaxation: a bound within moments, and which candidates can be in no better choice.

Each demand is given a price from 0 to its weight. What is not paid for counts in full; a candidate is worth
the prices of all that it gains, and the best candidates within the number and the budget are taken, with what
they share counted more than once. Whatever the prices, no choice is worth more. They are bettered step by
step along the subgradient (Held, Wolfe and Crowder, 1974), and the bound approaches that of the linear
program (for covering: Galvão and ReVelle, 1996, https://doi.org/10.1016/0377-2217(94)00159-6). A candidate
that brings the bound below what is known already, if it must be in, can be left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from geo.siting.exchange import covered_times, pattern_of
from geo.siting.problem import Floats, Problem

_MOST_STEPS = 400
_PATIENCE = 15
_FIRST_STEP, _LAST_STEP = 0.5, 1e-3
_SMOOTHING = 0.8


@dataclass(frozen=True, eq=False)
class Relaxation:
    """What the relaxation says.

    Parameters
    ----------
    bound : float
        No choice is worth more.
    with_each : ndarray (c,)
        No choice with this candidate in it is worth more.
    best : tuple of int
        The best choice that was met on the way.
    """

    bound: float
    with_each: Floats
    best: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class _Prices:
    """The candidates that are worth most, what that adds up to, and the worth of each if it must be in."""

    value: float
    taken: Floats
    loss: Floats


def relax(
    problem: Problem,
    begin: Sequence[int],
    *,
    gap: float = 0.0,
    on_step: Callable[[float], None] = lambda _: None,
) -> Relaxation:
    """Return the bound of a problem without capacities.

    Parameters
    ----------
    begin : sequence of int
        The best choice that is known, from which the first prices are taken: what it gains once is paid
        for in full, what it gains more often is free, as at a best choice of the linear program.
    gap : float
        The share of the bound at which it is good enough.
    on_step : callable
        Told the bound now and then; what it raises ends the search.
    """
    pattern, weight = pattern_of(problem), problem.weight.astype(float)
    back = pattern.T.tocsr()
    times = covered_times(problem, begin)
    best, value = tuple(begin), int(problem.weight[times > 0].sum())
    prices = dearest = np.where(times > 1, 0.0, weight)
    bound, with_each = np.inf, np.full(problem.reach.shape[0], np.inf)
    course, step, waited = np.zeros(len(weight)), _FIRST_STEP, 0
    for number in range(_MOST_STEPS):
        found = _dearest(problem, np.asarray(pattern @ prices))
        now = float((weight - prices).sum()) + found.value
        with_each = np.minimum(with_each, now - found.loss)
        met = np.flatnonzero(found.taken >= 1.0).tolist()
        if (worth := _worth(problem, met)) > value:
            best, value = tuple(met), worth
        if now < bound * (1 - 1e-9):
            bound, dearest, waited = now, prices, 0
        waited += 1
        if waited > _PATIENCE:
            prices, course, step, waited = dearest, course * 0, step / 2, 0
            continue
        if number % _PATIENCE == 0:
            on_step(bound)
        course = _course(course, prices, weight, np.asarray(back @ found.taken))
        norm = float((course**2).sum())
        if norm == 0 or step < _LAST_STEP or bound * (1 - gap) < value + (gap == 0):
            break
        prices = np.clip(prices + step * max(now - value, 1e-9) / norm * course, 0.0, weight)
    return Relaxation(bound, np.minimum(with_each, bound), best)


def _course(before: Floats, prices: Floats, weight: Floats, taken: Floats) -> Floats:
    """Return where the prices go: along the subgradient, smoothed, and not beyond their ends."""
    slope = np.where(prices < weight, 1.0, 0.0) - taken
    course: Floats = _SMOOTHING * before + (1 - _SMOOTHING) * slope
    course[((prices <= 0) & (course < 0)) | ((prices >= weight) & (course > 0))] = 0.0
    return course


def _worth(problem: Problem, sites: Sequence[int]) -> int:
    return int(problem.weight[problem.served(sites)].sum()) if problem.fits(sites) else -1


def _dearest(problem: Problem, worth: Floats) -> _Prices:
    """Return the candidates that are worth most within the number, or within the budget if that is less."""
    by_number = _fill(worth, np.ones(len(worth)), float(problem.most))
    if problem.budget is None:
        return by_number
    by_budget = _fill(worth, problem.cost, problem.budget)
    return by_budget if by_budget.value < by_number.value else by_number


def _fill(worth: Floats, cost: Floats, room: float) -> _Prices:
    """Fill the room by worth for the cost, the last candidate in part (Dantzig, 1957)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(cost > 0, worth / cost, np.inf)
    order = np.argsort(-rate, kind="stable")
    before = np.cumsum(cost[order]) - cost[order]
    share = np.where(
        cost[order] > 0, np.clip((room - before) / np.where(cost > 0, cost, 1.0)[order], 0, 1), 1.0
    )
    taken = np.zeros(len(worth))
    taken[order] = share
    broken = order[share < 1.0]
    price = float(rate[broken[0]]) if len(broken) else 0.0
    # A candidate that must be in takes room that is worth its price.
    loss = np.maximum(0.0, price * cost - worth)
    loss[cost > room] = np.inf
    return _Prices(float((worth * taken).sum()), taken, loss)
