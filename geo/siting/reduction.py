"""A smaller problem with the same best value: what the solver need not look at is taken away.

Three rules, until none finds more. Demand that weighs nothing or that no candidate gains goes. Demand that
the very same candidates gain becomes one, with the weights added. A candidate goes where another one gains
all that it would and costs no more, or where it costs more than the budget. They are those of set covering
(Toregas and ReVelle, 1973) less the ones that do not hold where demand has weights. With capacities no other
one makes a candidate needless, since both together serve more than either.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csc_array, csr_array

from geo.siting.problem import Flags, Ints, Problem


@dataclass(frozen=True, eq=False)
class Reduced:
    """A smaller problem, and which of the candidates are left.

    ``candidates`` (n,): the position in the whole problem of each that is left, ascending.
    """

    problem: Problem
    candidates: Ints

    def only(self, keep: Flags) -> "Reduced":
        """Return the problem of some of the candidates."""
        return Reduced(_merged(_with_rows(self.problem, keep)), self.candidates[keep])


def reduce(problem: Problem) -> Reduced:
    """Return a smaller problem whose best value is the same; see the module."""
    candidates = np.arange(problem.reach.shape[0])
    while True:
        merged = _merged(problem)
        keep = _undominated(merged)
        problem = _with_rows(merged, keep)
        candidates = candidates[keep]
        if keep.all():
            return Reduced(problem, candidates)


def _merged(problem: Problem) -> Problem:
    """Return the problem with equal demand as one, and without that which counts for nothing."""
    columns = problem.reach.tocsc()
    held = np.diff(columns.indptr)
    columns = columns[:, np.flatnonzero((problem.weight > 0) & (held > 0))]
    weight = problem.weight[(problem.weight > 0) & (held > 0)]
    columns.sort_indices()
    group = _groups(columns)
    count = int(group.max()) + 1 if len(group) else 0
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, group, weight)
    first = np.zeros(count, dtype=np.int64)
    first[group[::-1]] = np.arange(len(group))[::-1]
    return replace(problem, reach=csr_array(columns[:, first].tocsr()), weight=sums)


def _groups(columns: csc_array) -> Ints:
    """Give the columns numbers, those with the same candidates the same number.

    Each column is known by the sum of its candidates' random marks; the columns of one sum are compared
    entry by entry, and should two different ones ever share a sum, other marks are drawn.
    """
    held = np.diff(columns.indptr)
    for seed in range(64):
        marks = np.random.default_rng(seed).integers(1 << 63, size=columns.shape[0], dtype=np.uint64)
        sums = np.add.reduceat(marks[columns.indices], columns.indptr[:-1]) if len(held) else marks[:0]
        _, first, group = np.unique(sums, return_index=True, return_inverse=True)
        twins = columns[:, first[group]]
        if np.array_equal(twins.indptr, columns.indptr) and np.array_equal(twins.indices, columns.indices):
            return group
    raise AssertionError("Marks of 64 bits do not collide 64 times.")


def _undominated(problem: Problem) -> Flags:
    """Flag the candidates that no other one makes needless."""
    kept = (np.diff(problem.reach.indptr) > 0) & (problem.cost <= problem.allowance)
    if problem.capacity is not None:
        return kept & (problem.capacity > 0)
    pattern = csr_array(
        (np.ones(len(problem.reach.data), dtype=np.int32), problem.reach.indices, problem.reach.indptr),
        shape=problem.reach.shape,
    )
    size = np.diff(pattern.indptr)
    common = (pattern @ pattern.T).tocoo()
    one, other = common.row, common.col
    better = (one != other) & (common.data == size[one]) & (problem.cost[other] <= problem.cost[one])
    equal = (size[other] == size[one]) & (problem.cost[other] == problem.cost[one])
    # Of two that are alike in everything the lower one stays.
    better &= ~equal | (other < one)
    kept[one[better]] = False
    return kept


def _with_rows(problem: Problem, keep: Flags) -> Problem:
    rows = np.flatnonzero(keep)
    capacity = None if problem.capacity is None else problem.capacity[rows]
    return replace(problem, reach=problem.reach[rows], cost=problem.cost[rows], capacity=capacity)
