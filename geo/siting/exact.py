"""The exact answer by HiGHS (https://highs.dev): a best choice, or one with a proven distance from it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np

from geo.siting.exchange import bettered, exchanged
from geo.siting.greedy import Plan, greedy, value_of
from geo.siting.model import model_of
from geo.siting.problem import Problem
from geo.siting.reduction import Reduced, reduce
from geo.siting.relaxation import relax

News = Callable[[Plan], None]
"""Told the best that is known so far, with its bound; what it raises stops the search."""

GAP = 1e-6
"""Below it a plan counts as the best: HiGHS works in floats, the weights are whole."""

_TELL_S = 0.2


@dataclass(frozen=True)
class Limits:
    """When to stop before all is proven.

    Parameters
    ----------
    seconds : float
        The time that the search may take.
    gap : float
        The share of the bound by which the plan may be worse than the best.
    """

    seconds: float = 60.0
    gap: float = 0.0


def no_news(plan: Plan) -> None:
    """Tell nobody."""


def exact(problem: Problem, *, limits: Limits | None = None, on_news: News = no_news) -> Plan:
    """Search the best choice, beginning with the greedy one, which is never left for a worse one.

    The problem is made smaller first (`geo.siting.reduction`). Without capacities, exchanges better the
    greedy choice, and the Lagrangian bound shows which candidates can be in no better one; HiGHS searches
    what is left.

    Parameters
    ----------
    limits : Limits, optional
        By default a minute, and no gap.
    on_news : callable
        Called with the greedy plan, and then several times a second with the best so far, its bound and
        the seconds. An error that it raises ends the search within a moment and is raised from here.

    Returns
    -------
    Plan
        The sites ascending; with a bound, and ``proven`` where the gap was reached.
    """
    limits = limits or Limits()
    search = _Search(problem, on_news, max(limits.gap, GAP))
    small = reduce(problem)
    if len(small.candidates) == 0:
        search.bound = 0.0
    elif problem.capacity is None:
        small = search.narrow(small)
    if search.open and len(small.candidates):
        search.run(small, limits)
    plan = search.plan()
    return replace(plan, sites=tuple(sorted(plan.sites)), proven=not search.open)


class _Quiet(highspy.Highs):
    """The solver without its words on the console, where the result of a command stands."""

    def enableCallbacks(self) -> None:  # noqa: N802 – the name is the library's
        # The constructor calls this, and the library greets at it.
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class _Search:
    """One search, watched: the best so far, and what nothing can go beyond."""

    def __init__(self, problem: Problem, on_news: News, gap: float) -> None:
        self.problem = problem
        self.on_news = on_news
        self.gap = gap
        self.started = time.monotonic()
        self.best = greedy(problem)
        self.bound = _most(problem)
        # What the candidates that were left out could come to.
        self.aside = 0.0
        self.error: BaseException | None = None
        self.told = -_TELL_S
        on_news(self.best)

    @property
    def open(self) -> bool:
        """Whether the gap is wider than wished."""
        gap = self.plan().gap
        return gap is not None and gap > self.gap

    def plan(self) -> Plan:
        """Return the best so far with its bound, which is whole as the weights are."""
        bound = max(self.best.value, int(np.floor(self.bound * (1 + 1e-9) + 1e-6)))
        return replace(self.best, bound=bound, seconds=time.monotonic() - self.started)

    def narrow(self, small: Reduced) -> Reduced:
        """Return the problem without the candidates that can be in no better choice."""
        self._offer(small, bettered(small.problem, self._places(small)))
        relaxed = relax(small.problem, self._places(small), gap=self.gap, on_step=self._step)
        self._offer(small, exchanged(small.problem, relaxed.best))
        self.bound = min(self.bound, relaxed.bound)
        enough = max(self.best.value + 1, self.best.value / (1 - self.gap))
        keep = relaxed.with_each >= enough - 1e-6
        if not keep.all():
            self.aside = min(enough, float(relaxed.with_each[~keep].max()))
        if not keep.any():
            self.bound = min(self.bound, self.aside)
        return small.only(keep)

    def run(self, small: Reduced, limits: Limits) -> None:
        """Let HiGHS search a problem."""
        solver = _Quiet()  # type: ignore[no-untyped-call]
        left = limits.seconds - (time.monotonic() - self.started)
        solver.setOptionValue("time_limit", max(left, 0.05))
        solver.setOptionValue("mip_rel_gap", self.gap)
        solver.setOptionValue("mip_heuristic_effort", 0.0)
        model = model_of(small.problem)
        solver.passModel(model.highs())
        if small.problem.capacity is None:
            # Given a part of a solution, HiGHS 1.16 may name the best value beside another's columns.
            hint = model.hint(small.problem, np.array(self._places(small), dtype=np.int64))
            solver.setSolution(len(hint), np.arange(len(hint), dtype=np.int32), hint)
        solver.cbMipImprovingSolution.subscribe(lambda event: self._improved(small, event))
        solver.cbMipInterrupt.subscribe(self._watch)
        solver.cbSimplexInterrupt.subscribe(self._ask)
        solver.run()
        if self.error is not None:
            raise self.error
        solution, info = np.array(solver.getSolution().col_value), solver.getInfo()
        if len(solution):
            self._offer(small, np.flatnonzero(solution[: len(small.candidates)] > 0.5).tolist())
        self._bind(info.mip_dual_bound)

    def _places(self, small: Reduced) -> list[int]:
        """Return where those of the best sites stand that are still candidates."""
        kept = np.intersect1d(np.array(self.best.sites, dtype=np.int64), small.candidates)
        places: list[int] = np.searchsorted(small.candidates, kept).tolist()
        return places

    def _offer(self, small: Reduced, chosen: Sequence[int]) -> None:
        sites = tuple(small.candidates[list(chosen)].tolist())
        value = value_of(self.problem, sites)
        if value > self.best.value and self.problem.fits(sites):
            self.best = Plan(sites, value)

    def _bind(self, bound: float) -> None:
        if np.isfinite(bound):
            self.bound = min(self.bound, max(bound, self.aside))

    def _improved(self, small: Reduced, event: Any) -> None:
        solution = np.array(event.data_out.mip_solution)
        self._offer(small, np.flatnonzero(solution[: len(small.candidates)] > 0.5).tolist())
        self._watch(event)

    def _watch(self, event: Any) -> None:
        self._bind(float(event.data_out.mip_dual_bound))
        self._ask(event)

    def _ask(self, event: Any) -> None:
        """Tell of the search now and then, and end it where that is refused."""
        if self.error is None:
            try:
                self._tell()
            except BaseException as error:  # it must not pass through the solver
                self.error = error
        if self.error is not None:
            event.interrupt()

    def _step(self, bound: float) -> None:
        self.bound = min(self.bound, bound)
        self._tell()

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self.told >= _TELL_S:
            self.told = now
            self.on_news(self.plan())


def _most(problem: Problem) -> float:
    """Return the sum of the demand, or of the largest capacities if that is less."""
    demand = float(problem.weight[np.unique(problem.reach.indices)].sum())
    if problem.capacity is None:
        return demand
    return min(demand, float(np.sort(problem.capacity)[::-1][: problem.most].sum()))
