"""Where next: laws against all choices counted out, on problems small enough for that."""

import math
from dataclasses import replace
from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.siting.exact import Limits, exact
from geo.siting.exchange import exchanged
from geo.siting.greedy import Plan, greedy, value_of
from geo.siting.problem import (
    Problem,
    covering_problem,
    equipping_problem,
    walking_problem,
    within,
    worst_served,
)
from geo.siting.reasons import reasons
from geo.siting.reduction import reduce
from geo.siting.relaxation import relax

FEW = settings(max_examples=40, deadline=None)


def reach_of(rows: list[dict[int, float]], demand: int) -> csr_array:
    """Minutes by candidate and demand; a stored zero counts."""
    entries = [(i, j, t) for i, row in enumerate(rows) for j, t in sorted(row.items())]
    row, col, data = (np.array(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
    return csr_array((data, (row, col)), shape=(len(rows), demand))


@st.composite
def problems(draw, *, budgets: bool = False, capacities: bool = False) -> Problem:
    demand, candidates = draw(st.integers(1, 8)), draw(st.integers(1, 7))
    reached = st.dictionaries(st.integers(0, demand - 1), st.integers(0, 15).map(float))
    rows = draw(st.lists(reached, min_size=candidates, max_size=candidates))
    weight = np.array(draw(st.lists(st.integers(0, 20), min_size=demand, max_size=demand)), dtype=np.int64)
    numbers = st.lists(st.integers(0, 9).map(float), min_size=candidates, max_size=candidates)
    return Problem(
        reach_of(rows, demand),
        weight,
        np.array(draw(numbers)) if budgets else np.ones(candidates),
        capacity=np.array(draw(numbers)) * 3 if capacities else None,
        most=draw(st.integers(1, 4)),
        budget=float(draw(st.integers(0, 20))) if budgets else None,
    )


def best(problem: Problem) -> int:
    """The best value of all choices."""
    count = problem.reach.shape[0]
    choices = chain.from_iterable(combinations(range(count), n) for n in range(problem.most + 1))
    return max(value_of(problem, sites) for sites in choices if problem.fits(sites))


@FEW
@given(problems())
def test_greedy_is_good_and_exact_is_best(problem: Problem) -> None:
    found, first = exact(problem), greedy(problem)
    assert found.proven
    assert found.value == found.bound == best(problem) == value_of(problem, found.sites)
    assert found.value >= first.value >= math.floor((1 - 1 / math.e) * found.value)
    assert value_of(problem, exchanged(problem, first.sites)) >= first.value
    assert relax(problem, first.sites).bound >= found.value - 1e-6


@FEW
@given(problems(budgets=True))
def test_within_a_budget(problem: Problem) -> None:
    found, first = exact(problem), greedy(problem)
    assert found.value == found.bound == best(problem)
    for plan in (found, first):
        assert problem.fits(plan.sites)
        assert plan.value == value_of(problem, plan.sites)
    assert first.value >= math.floor((1 - 1 / math.e) / 2 * found.value)


@FEW
@given(problems(budgets=True, capacities=True))
def test_no_site_serves_more_than_it_can(problem: Problem) -> None:
    found = exact(problem)
    assert found.value == found.bound == best(problem) >= greedy(problem).value
    assert found.value <= problem.capacity[list(found.sites)].sum()


def test_two_places_for_the_same_people_serve_more_than_one() -> None:
    rows = [{0: 1.0}, {0: 1.0, 1: 1.0}]
    problem = Problem(reach_of(rows, 2), np.array([40, 74]), np.ones(2), np.array([46.0, 47]), most=2)
    assert reduce(problem).candidates.tolist() == [0, 1]
    found = exact(problem)
    assert (found.sites, found.value, found.bound) == ((0, 1), 87, 87)


def test_the_solution_is_of_the_value_that_the_solver_names() -> None:
    rows = [{0: 1.0, 1: 1.0}, {0: 1.0, 1: 1.0}, {0: 1.0}]
    problem = Problem(reach_of(rows, 2), np.array([74, 55]), np.ones(3), np.array([46.0, 46, 14]), most=3)
    found = exact(problem)
    assert (found.value, found.bound, found.proven) == (best(problem), 106, True)


def test_a_place_without_a_limit_serves_all_that_it_reaches() -> None:
    rows = [{0: 1.0, 1: 1.0}, {0: 1.0}]
    problem = Problem(reach_of(rows, 2), np.array([40, 100]), np.ones(2), np.array([np.inf, 50.0]), most=1)
    assert greedy(problem) == Plan((0,), 140)
    assert exact(problem).value == 140


def test_a_budget_is_spent_to_the_last_tenth() -> None:
    rows = [{0: 1.0}, {1: 1.0}, {2: 1.0}]
    problem = Problem(reach_of(rows, 3), np.array([5, 5, 5]), np.full(3, 0.1), most=3, budget=0.3)
    assert problem.fits([0, 1, 2])
    assert greedy(problem) == Plan((0, 1, 2), 15)
    assert exchanged(problem, (0, 1, 2)) == (0, 1, 2)


@FEW
@given(problems(budgets=True))
def test_a_smaller_problem_has_the_same_best(problem: Problem) -> None:
    small = reduce(problem)
    assert best(small.problem) == best(problem)
    assert small.problem.reach.shape[0] <= problem.reach.shape[0]
    again = reduce(small.problem)
    assert again.problem.reach.shape == small.problem.reach.shape


@FEW
@given(problems(), st.randoms())
def test_greedy_grows_and_its_order_is_no_accident(problem: Problem, random) -> None:
    plans = [greedy(replace(problem, most=most)) for most in range(1, 6)]
    for fewer, more in pairwise(plans):
        assert more.value >= fewer.value
        assert more.sites[: len(fewer.sites)] == fewer.sites
    order = list(range(len(problem.weight)))
    random.shuffle(order)
    shuffled = replace(problem, reach=problem.reach[:, order], weight=problem.weight[order])
    assert greedy(shuffled) == greedy(problem)
    assert exact(shuffled).value == exact(problem).value


def test_the_lowest_of_equals_is_chosen() -> None:
    rows = [{0: 1.0}, {1: 1.0}, {1: 0.0}, {0: 2.0, 1: 9.0}]
    problem = covering_problem(reach_of(rows, 2), np.array([5, 5]), np.array([False, False]), most=2)
    assert greedy(problem) == Plan((3,), 10)
    assert greedy(replace(problem, reach=problem.reach[:3], cost=np.ones(3))).sites == (0, 1)


def test_what_stands_is_kept() -> None:
    minutes = reach_of([{0: 1.0, 1: 1.0}, {2: 1.0}], 3)
    covered = np.array([True, True, False])
    problem = covering_problem(minutes, np.array([90, 90, 1]), covered, most=1)
    assert greedy(problem).sites == exact(problem).sites == (1,)
    assert exact(problem).value == 1


def test_the_tenth_that_walks_furthest_is_spared_minutes() -> None:
    weight, today = np.array([50, 5, 5, 40]), np.array([4.0, np.inf, 21.2, 3.0])
    assert worst_served(weight, today).tolist() == [1, 2]
    # From 30 (as none is in reach) to 10.5, and from 21.2 to 20.1: whole minutes, rounded up.
    minutes = reach_of([{0: 0.0, 3: 0.0}, {1: 10.5}, {2: 20.1}, {1: 29.0, 2: 5.0}], 4)
    problem = walking_problem(minutes, weight, today, longest=30, most=1)
    assert [value_of(problem, [site]) for site in range(4)] == [0, 5 * 19, 5 * 1, 5 * 1 + 5 * 17]
    assert greedy(problem).sites == (1,)
    assert exact(replace(problem, most=2)).value == 5 * 19 + 5 * 17


def test_stations_are_given_the_functions_that_most_people_lack() -> None:
    stations = reach_of([{0: 1.0, 1: 1.0}, {1: 1.0, 2: 1.0}], 3)
    meals, rest = np.array([True, False]), np.array([False, False])
    problem = equipping_problem(stations, np.array([10, 20, 40]), [meals, rest], most=2)
    assert [value_of(problem, [pair]) for pair in range(4)] == [0, 40, 30, 60]
    assert greedy(problem).sites == (3, 1)


def test_a_search_can_be_stopped_at_any_word() -> None:
    class Stopped(Exception):
        pass

    def stop(plan: Plan) -> None:
        raise Stopped

    problem = covering_problem(reach_of([{0: 1.0}], 1), np.array([1]), np.array([False]))
    with pytest.raises(Stopped):
        exact(problem, on_news=stop)


def test_the_search_tells_how_far_it_is_and_writes_nothing_itself(capfd: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(7)
    places, people = random.random((80, 2)), random.random((300, 2))
    near = np.hypot(*(places[:, None] - people).T).T < 0.15
    rows = [{int(i): 1.0 for i in np.flatnonzero(row)} for row in near]
    weight = random.integers(1, 50, 300)
    problem = covering_problem(reach_of(rows, 300), weight, np.zeros(300, dtype=bool), most=8)
    told: list[Plan] = []
    found = exact(problem, limits=Limits(gap=0.01), on_news=told.append)
    assert found.gap is not None
    assert found.proven
    assert found.gap <= 0.01
    assert told[0] == greedy(problem)
    assert all(told[0].value <= plan.value <= found.value for plan in told)
    assert all(plan.bound is None or plan.bound >= found.value for plan in told)
    assert capfd.readouterr() == ("", "")


def test_wrong_questions_are_refused() -> None:
    problem = covering_problem(reach_of([{0: 1.0}], 1), np.array([1]), np.array([False]))
    with pytest.raises(InputError, match="0 places"):
        replace(problem, most=0)
    with pytest.raises(InputError, match="cost"):
        replace(problem, cost=np.array([-1.0]))
    with pytest.raises(InputError, match="capacity"):
        within(problem, budget=None, capacity=np.array([np.nan]))


def test_reasons_name_each_point_once() -> None:
    minutes = reach_of([{0: 2.0, 1: 4.0}, {1: 1.0, 2: 6.0, 3: 8.0}, {3: 1.0}], 4)
    today, covered = np.array([20.0, np.inf, 31.0, 9.0]), np.array([False, False, False, True])
    problem = covering_problem(minutes, np.array([5, 10, 20, 100]), covered, most=3)
    first, second, third = reasons(problem, [0, 1, 2], today=today, covered=covered)
    assert (first.site, first.demand.tolist(), first.workers, first.shared) == (1, [1, 2], 30, 1)
    assert (first.before, first.after, first.unconnected) == (31.0, 3.5, 1)
    assert (second.site, second.demand.tolist(), second.before, second.after) == (0, [0], 20.0, 2.0)
    assert (third.site, third.demand.tolist(), third.workers) == (2, [], 0)
    assert math.isnan(third.before)


@FEW
@given(problems() | problems(capacities=True))
def test_reasons_add_up_to_the_value(problem: Problem) -> None:
    plan = exact(problem)
    none = np.zeros(len(problem.weight), dtype=bool)
    found = reasons(problem, plan.sites, today=np.full(len(none), np.inf), covered=none)
    assert sum(reason.workers for reason in found) == plan.value
    assert {reason.site for reason in found} == set(plan.sites)
    room = np.full(problem.reach.shape[0], np.inf) if problem.capacity is None else problem.capacity
    assert all(reason.workers <= min(reason.reached, room[reason.site]) for reason in found)
