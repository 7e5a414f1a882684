"""Siting: where the next stations should stand, at once or exactly, and why."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.frames import Progress, no_progress
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.siting.exact import Limits, exact
from geo.siting.greedy import Plan, greedy
from geo.siting.problem import (
    Flags,
    Floats,
    Ints,
    Problem,
    covering_problem,
    walking_problem,
    within,
    worst_served,
)
from geo.workflows.ground.district import Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.candidates import Candidate, cells, given
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import Coverage, cover, slopes

Objective = Literal["workers", "walking"]

MOST_SITES = 100
LONGEST = 2.0
"""A way of so many promises counts as the longest there is, where minutes are what is spared."""


@dataclass(frozen=True)
class Wish:
    """What is wished for.

    Parameters
    ----------
    most : int
        How many sites.
    objective : {"workers", "walking"}
        The most workers within reach, or the most minutes spared for the tenth that walks furthest.
    budget : float or None
        What they may cost together.
    candidates : tuple of Candidate
        The places; empty for H3 cells around the demand that is out of reach, or around the
        tenth that walks furthest.
    resolution : int or None
        Of the cells.
    gap : float
        The share by which an exact answer may be below the best.
    seconds : float
        How long an exact answer is searched for.
    """

    most: int = 10
    objective: Objective = "workers"
    budget: float | None = None
    candidates: tuple[Candidate, ...] = ()
    resolution: int | None = None
    gap: float = 0.0
    seconds: float = 60.0


@dataclass(frozen=True, eq=False)
class Search:
    """A wish made into a problem.

    Parameters
    ----------
    coverage : Coverage
        As things stand.
    places : DataFrame
        The candidates; see `geo.workflows.plan.candidates.given`.
    minutes : csr_array (c, e)
        From each candidate to the enterprises.
    weight : ndarray (e,)
        Workers in grids, or 1 for each enterprise where no head count is known.
    today : ndarray (e,)
        Minutes to the nearest station.
    problem : Problem
        What is solved.
    slopes : dict
        Whether slopes took part: `geo.workflows.reach.covering.slopes`.
    """

    coverage: Coverage
    wish: Wish
    places: pd.DataFrame
    minutes: csr_array
    weight: Ints
    today: Floats
    problem: Problem
    slopes: dict[str, Any]

    @property
    def unit(self) -> Literal["workers", "enterprises"]:
        """Name what the weight is: workers, or enterprises where no head count is known."""
        return "enterprises" if self.coverage.totals["workers"] is None else "workers"

    @property
    def covered(self) -> Flags:
        """Flag the enterprises that a station reaches in time."""
        flags: Flags = self.today <= self.coverage.question.minutes
        return flags


def prepare(resident: Zone, wanted: Stamp, question: Question, wish: Wish) -> Search:
    """Make a wish into a problem; what stands stays, and takes off what it covers.

    Raises
    ------
    InputError
        Where so many sites cannot be asked for, or there are no candidates or too many.
    """
    if not 0 < wish.most <= MOST_SITES:
        raise InputError(
            f"{wish.most} sites cannot be asked for; ask for 1 to {MOST_SITES}.",
            reason="sites-out-of-range",
            most=wish.most,
        )
    coverage = cover(resident, wanted, question)
    weight, today = _weight(coverage), coverage.demand["minutes"].to_numpy(dtype=float)
    key = ("candidates", wanted, coverage.question, wish.candidates, wish.resolution, wish.objective)
    places, minutes = resident.remember(key, lambda: _measured(resident, coverage, wish, weight))
    cost = places["cost"].to_numpy(dtype=float)
    covered = today <= coverage.question.minutes
    if wish.objective == "walking":
        longest = LONGEST * coverage.question.minutes
        problem = walking_problem(minutes, weight, today, longest=longest, cost=cost, most=wish.most)
    else:
        problem = covering_problem(minutes, weight, covered, cost=cost, most=wish.most)
    room = places["capacity"].to_numpy(dtype=float)
    limited = np.isfinite(room).any() and wish.objective == "workers"
    capacity = np.minimum(room, float(weight.sum())) if limited else None
    problem = within(problem, budget=wish.budget, capacity=capacity)
    felt = slopes(resident, coverage.district, coverage.question)
    return Search(coverage, wish, places, minutes, weight, today, problem, felt)


def answer_at_once(search: Search) -> Plan:
    """Return the greedy plan."""
    return greedy(search.problem)


def answer_exactly(search: Search, on_progress: Progress = no_progress) -> Plan:
    """Return the best plan, or one within the gap, or the best of the time.

    What is told on the way is the fraction proven, and a line of the best value, its bound and its sites.
    """

    def tell(plan: Plan) -> None:
        near = 0.0 if plan.gap is None else 1 - plan.gap
        numbers = [plan.value, plan.bound if plan.bound is not None else "-", *plan.sites]
        on_progress(0.99 * near, " ".join(map(str, numbers)))

    wish = search.wish
    return exact(search.problem, limits=Limits(wish.seconds, wish.gap), on_news=tell)


def plan_of(message: str) -> Plan:
    """Return the plan that a word of `answer_exactly` tells."""
    value, bound, *sites = message.split()
    return Plan(tuple(map(int, sites)), int(value), None if bound == "-" else int(bound))


def places_of(search: Search) -> list[list[float]]:
    """Return longitude and latitude of the candidates, in the order of their numbers."""
    lonlat: list[list[float]] = np.round(search.places[["lon", "lat"]].to_numpy(dtype=float), 6).tolist()
    return lonlat


def _weight(coverage: Coverage) -> Ints:
    """Return what each enterprise counts: what the figures call covered once a station reaches it."""
    demand = coverage.demand
    known = demand["workers"].notna().any()
    weight = demand["workers"].fillna(0).to_numpy(dtype=np.int64) if known else np.ones(len(demand), np.int64)
    counts = demand["located"].to_numpy(dtype=bool)
    if len(coverage.district.grids):
        counts = counts & (demand["status"] != "unassigned").to_numpy()
    return np.where(counts, weight, 0)


def _measured(resident: Zone, coverage: Coverage, wish: Wish, weight: Ints) -> tuple[pd.DataFrame, csr_array]:
    """Return the candidates, and their minutes to the enterprises."""
    question, district, circle = coverage.question, coverage.district, resident.profile.circle
    places = given(wish.candidates) if wish.candidates else _cells(coverage, wish, weight)
    sources_xy = district.metres(places[["lon", "lat"]].to_numpy(dtype=float))
    limit = question.minutes * (LONGEST if wish.objective == "walking" else 1)
    promise = {"speed_m_per_min": circle.speed(question.mode), "limit_minutes": limit}
    brought = roads.roads(resident, district, question.mode) if question.method == "network" else None
    if brought is None:
        targets_xy = roads.points_xy(district, "enterprises")
        return places, disc_matrix(sources_xy, targets_xy, detour=circle.detour, **promise)
    sources = roads.entries(resident, district, brought.network, sources_xy)
    return places, travel_matrix(brought.network, sources, brought.enterprises, **promise)


def _cells(coverage: Coverage, wish: Wish, weight: Ints) -> pd.DataFrame:
    demand, promise = coverage.demand, coverage.question.minutes
    today = demand["minutes"].to_numpy(dtype=float)
    if wish.objective == "walking":
        rows = worst_served(weight, today)
    else:
        rows = np.flatnonzero(~(today <= promise) & (weight > 0))
    return cells(demand[["lon", "lat"]].to_numpy(dtype=float)[rows], resolution=wish.resolution)


def wish_of(said: dict[str, Any]) -> Wish:
    """Return the wish that JSON holds."""
    places = tuple(Candidate(**place) for place in said.get("candidates") or ())
    return replace(Wish(**{k: v for k, v in said.items() if k != "candidates"}), candidates=places)
