"""The problem of siting as a mixed-integer program in arrays, for HiGHS.

Without capacities (Church and ReVelle, 1974): a binary x for each candidate, a z from 0 to 1 for each
demand, z ≤ the sum of the x that gain it. With capacities: a y from 0 to its weight for each pair of a
candidate and a demand that it gains; the y of a demand add up to its weight at most, those of a candidate to
its capacity × x.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from geo.siting.problem import Floats, Ints, Problem

_MOST_TIGHT_ROWS = 200_000
"""So many pairs are bound by x one by one as well, which tightens the bound; more would cost too much."""


@dataclass(frozen=True, eq=False)
class Model:
    """Maximise ``gain`` · v where ``matrix`` v ≤ ``upper``, 0 ≤ v ≤ ``most``, the first columns whole.

    Parameters
    ----------
    binaries : int
        The first columns: one for each candidate.
    """

    binaries: int
    gain: Floats
    most: Floats
    matrix: csr_array
    upper: Floats

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.gain)

    def highs(self) -> Any:
        """Return the model as HiGHS takes it."""
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, len(self.upper)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_, lp.col_lower_, lp.col_upper_ = self.gain, np.zeros(self.columns), self.most
        lp.row_lower_, lp.row_upper_ = np.full(len(self.upper), -highspy.kHighsInf), self.upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = self.matrix.indptr
        lp.a_matrix_.index_ = self.matrix.indices
        lp.a_matrix_.value_ = self.matrix.data
        whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole] * self.binaries + [free] * (self.columns - self.binaries)
        return lp

    def hint(self, problem: Problem, sites: Ints) -> Floats:
        """Return the solution of a problem without capacities that chooses these sites."""
        values = np.zeros(self.binaries)
        values[sites] = 1.0
        shared = np.bincount(problem.reach.indices, minlength=problem.reach.shape[1]) > 1
        served = problem.served(sites.tolist())
        return np.concatenate([values, served[shared].astype(float)])


def model_of(problem: Problem) -> Model:
    """Return the program of a problem; one without candidates has no columns."""
    if problem.reach.shape[0] == 0:
        nothing = np.empty(0)
        return Model(0, nothing, nothing, csr_array((0, 0)), nothing)
    return _covering(problem) if problem.capacity is None else _serving(problem)


def _covering(problem: Problem) -> Model:
    count, demand = problem.reach.shape
    coo = problem.reach.tocoo()
    held = np.bincount(coo.col, minlength=demand)
    # What one candidate alone gains is a part of its own gain, and needs no z.
    alone = held[coo.col] == 1
    gain = np.zeros(count)
    np.add.at(gain, coo.row[alone], problem.weight[coo.col[alone]].astype(float))
    shared = np.flatnonzero(held > 1)
    number = np.full(demand, -1)
    number[shared] = np.arange(len(shared))
    several = ~alone
    z = np.arange(len(shared))
    entries: list[Any] = [
        (z, count + z, np.ones(len(shared))),
        (number[coo.col[several]], coo.row[several], np.full(int(several.sum()), -1.0)),
    ]
    gains = np.concatenate([gain, problem.weight[shared].astype(float)])
    return _with_limits(problem, entries, np.zeros(len(shared)), gains, np.ones(count + len(shared)))


def _serving(problem: Problem) -> Model:
    count, demand = problem.reach.shape
    coo, capacity = problem.reach.tocoo(), np.asarray(problem.capacity)
    pairs = np.arange(len(coo.row))
    weight = problem.weight.astype(float)
    room = np.minimum(capacity, np.asarray(_totals(problem)))
    ones = np.ones(len(pairs))
    entries: list[Any] = [
        (coo.col, count + pairs, ones),
        (demand + coo.row, count + pairs, ones),
        (demand + np.arange(count), np.arange(count), -room),
    ]
    upper = [weight, np.zeros(count)]
    if len(pairs) <= _MOST_TIGHT_ROWS:
        low = demand + count
        entries += [(low + pairs, count + pairs, ones), (low + pairs, coo.row, -weight[coo.col])]
        upper.append(np.zeros(len(pairs)))
    gains = np.concatenate([np.zeros(count), ones])
    most = np.concatenate([np.ones(count), weight[coo.col]])
    return _with_limits(problem, entries, np.concatenate(upper), gains, most)


def _totals(problem: Problem) -> Floats:
    ones = csr_array(
        (np.ones(len(problem.reach.data)), problem.reach.indices, problem.reach.indptr),
        shape=problem.reach.shape,
    )
    return np.asarray(ones @ problem.weight.astype(float))


def _with_limits(problem: Problem, entries: list[Any], upper: Floats, gains: Floats, most: Floats) -> Model:
    """Add the rows of the number and of the budget."""
    count, rows = problem.reach.shape[0], len(upper)
    everyone = np.arange(count)
    entries = [*entries, (np.full(count, rows), everyone, np.ones(count))]
    upper = np.append(upper, float(problem.most))
    if problem.budget is not None:
        entries.append((np.full(count, rows + 1), everyone, problem.cost))
        upper = np.append(upper, problem.budget)
    row, col, data = (np.concatenate(part) for part in zip(*entries, strict=True))
    matrix = csr_array(coo_array((data, (row, col)), shape=(len(upper), len(gains))).tocsr())
    return Model(count, gains, most, matrix, upper)
