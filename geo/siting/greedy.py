"""The greedy answer: one place after the other, each time the one that gains the most."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from geo.siting.problem import Floats, Ints, Problem


@dataclass(frozen=True)
class Plan:
    """An answer: the sites, and how good they are.

    Parameters
    ----------
    sites : tuple of int
        The candidates that were chosen; those of the greedy answer in the order of their choice, so that
        its first n are its answer for n.
    value : int
        The weight that they gain together.
    bound : int or None
        What no choice can go beyond; None where that is not known.
    seconds : float
        How long the search took.
    proven : bool
        Whether no choice is better, or better by more than the gap that was asked for.
    """

    sites: tuple[int, ...]
    value: int
    bound: int | None = None
    seconds: float = 0.0
    proven: bool = False

    @property
    def gap(self) -> float | None:
        """How far the value may be below the best, as a share of the bound; None where it is not known."""
        if self.bound is None:
            return None
        return (self.bound - self.value) / self.bound if self.bound else 0.0


def greedy(problem: Problem) -> Plan:
    """Choose one place after the other, each time the one that gains the most; the lowest of equals.

    Gains are exact; since they only ever fall, a candidate whose old gain is below the best new one need
    not be counted anew (Minoux, 1978). With any number of places of one cost the value is at least
    1 − 1/e of the best (Nemhauser, Wolsey and Fisher, 1978, https://doi.org/10.1007/BF01588971).

    Under a budget the rule is run twice, by gain and by gain for the cost, and the better answer is
    returned, which is at least half as good as that (Khuller, Moss and Naor, 1999,
    https://doi.org/10.1016/S0020-0190(99)00031-9). With capacities the next place is chosen by what it
    serves beside those that were chosen before, who keep whom they serve; the value is counted with
    everybody sent where there is room.
    """
    rounds = [_choose(problem, per_cost=False)]
    if problem.budget is not None:
        rounds.append(_choose(problem, per_cost=True))
    plans = [Plan(tuple(sites), value_of(problem, sites)) for sites in rounds]
    return max(plans, key=lambda plan: plan.value)


def value_of(problem: Problem, sites: Sequence[int]) -> int:
    """Return the weight that sites gain together, within their capacities."""
    if problem.capacity is None:
        return int(problem.weight[problem.served(sites)].sum())
    return int(flows(problem, sites).sum())


def _choose(problem: Problem, *, per_cost: bool) -> list[int]:
    left, spent = problem.weight.copy(), 0.0
    gains = _first_gains(problem)
    heap = [_key(problem, j, int(g), per_cost) for j, g in enumerate(gains.tolist()) if g > 0]
    heapq.heapify(heap)
    sites: list[int] = []
    while heap and len(sites) < problem.most:
        site = heap[0][2]
        if not problem.affords(spent + problem.cost[site]):
            heapq.heappop(heap)
            continue
        gain = _gain(problem, site, left)
        key = _key(problem, site, gain, per_cost)
        if gain == 0:
            heapq.heappop(heap)
        elif key != heap[0]:
            heapq.heapreplace(heap, key)
        else:
            heapq.heappop(heap)
            sites.append(site)
            spent += float(problem.cost[site])
            _take(problem, site, left)
    return sites


def _key(problem: Problem, site: int, gain: int, per_cost: bool) -> tuple[float, int, int]:  # noqa: FBT001
    """Return what the smallest of is chosen first."""
    cost = float(problem.cost[site])
    worth = (gain / cost if cost else np.inf) if per_cost else float(gain)
    return -worth, -gain, site


def _first_gains(problem: Problem) -> Ints:
    ones = csr_array(
        (np.ones(len(problem.reach.data), dtype=np.int64), problem.reach.indices, problem.reach.indptr),
        shape=problem.reach.shape,
    )
    sums = np.asarray(ones @ problem.weight)
    return sums if problem.capacity is None else np.minimum(sums, np.floor(problem.capacity)).astype(np.int64)


def _gain(problem: Problem, site: int, left: Ints) -> int:
    reached = int(left[problem.row(site)].sum())
    return reached if problem.capacity is None else int(min(reached, problem.capacity[site]))


def _take(problem: Problem, site: int, left: Ints) -> None:
    """Take away what a site serves: all that it reaches, or the nearest that it has room for."""
    row = problem.row(site)
    if problem.capacity is None:
        left[row] = 0
        return
    near = row[np.lexsort((row, problem.minutes(site)))]
    room = int(min(problem.capacity[site], left[near].sum()))
    before = np.cumsum(left[near]) - left[near]
    left[near] -= np.clip(room - before, 0, left[near])


def flows(problem: Problem, sites: Sequence[int]) -> csr_array:
    """Return how much of each demand each site serves so that together they serve the most (sites, d) int64.

    It is a largest flow from the sites, within their capacities, to the demand (Ford and Fulkerson, 1956).
    """
    capacity: Floats = problem.capacity  # type: ignore[assignment]
    count, nobody = len(sites), np.empty(0, dtype=np.intp)
    demand = np.unique(np.concatenate([nobody, *(problem.row(site) for site in sites)]))
    if len(demand) == 0:
        return csr_array((count, len(problem.weight)), dtype=np.int64)
    place = {int(one): count + 1 + number for number, one in enumerate(demand)}
    end = count + 1 + len(demand)
    weight = problem.weight[demand.astype(np.int64)]
    arcs = [(0, 1 + i, int(min(capacity[s], weight.sum()))) for i, s in enumerate(sites)]
    arcs += [
        (1 + i, place[int(d)], int(problem.weight[d])) for i, s in enumerate(sites) for d in problem.row(s)
    ]
    arcs += [(place[int(d)], end, int(w)) for d, w in zip(demand, weight, strict=True)]
    start, stop, most = (np.array(part, dtype=np.int32) for part in zip(*arcs, strict=True))
    graph = csr_array((most, (start, stop)), shape=(end + 1, end + 1))
    found = maximum_flow(graph, 0, end).flow[1 : count + 1, count + 1 : end].tocoo()
    used = found.data > 0
    served = (found.data[used].astype(np.int64), (found.row[used], demand[found.col[used]]))
    return csr_array(served, shape=(count, len(problem.weight)))
