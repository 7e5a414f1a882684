"""The race of siting: the exact best sites of a maximal covering problem, by this service and by spopt.

Both are handed what each likes best, made before the clock runs: we the sparse matrix of minutes, spopt
(https://pysal.org/spopt) the dense one. What is timed is all from there to the sites: reducing or building
the model, and solving it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geo.bench.turns import Row, Tell, ratio, rows_of, sizes, take_turns
from geo.siting.exact import Limits, exact
from geo.siting.greedy import greedy
from geo.siting.problem import Floats, Ints, covering_problem

OURS, PEER, AT_ONCE = "gridcircle", "spopt with HiGHS", "gridcircle, greedy"

CASES = ("200x5000x10", "500x10000x10")

_REACH_M, _PER_KM2, _M_PER_MIN = 900.0, 150.0, 5000 / 60


@dataclass(frozen=True, eq=False)
class Ground:
    """Candidates and demand at random on a square, as dense as a development zone has them.

    ``minutes`` (c, d) holds the ways within the promise, ``weight`` (d,) the workers.
    """

    minutes: csr_array
    weight: Ints
    most: int

    @property
    def dense(self) -> Floats:
        """Minutes from each demand to each candidate (d, c), as spopt takes them; else 1,000."""
        away: Floats = np.full(self.minutes.shape, 1000.0)
        coo = self.minutes.tocoo()
        away[coo.row, coo.col] = coo.data
        return away.T.copy()


def race_sites(cases: tuple[str, ...], *, repeats: int, without: set[str], tell: Tell) -> dict[str, Any]:
    """Measure the exact answer by all methods in turns.

    Parameters
    ----------
    cases : tuple of str
        ``200x5000x10``: candidates, demand, sites.
    repeats : int
        Rounds.
    without : set of str
        Methods to leave out.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows``, ``ratios`` and ``objectives``: by case, the workers of the best sites.

    Raises
    ------
    InputError
        Where a case is not three numbers with an x between.
    RuntimeError
        Where two exact methods differ in their objective, or the greedy one goes beyond it.
    """
    rows: list[Row] = []
    objectives: dict[str, int] = {}
    methods = {name: method for name, method in METHODS.items() if name not in without}
    for case in cases or CASES:
        ground = _ground(case)

        def compare(name: str, found: int, best: int, case: str = case) -> None:
            objectives[case] = best
            if found != best and (name != AT_ONCE or found > best):
                raise RuntimeError(f"In the case {case}, {name} finds {found} and {OURS} {best}.")

        times = take_turns(ground, methods, repeats=repeats, compare=compare)
        rows += rows_of(case, times, tell)
    exact_rows = [row for row in rows if row.method != AT_ONCE]
    ratios = {case: ratio([row for row in exact_rows if row.case == case], OURS) for case in objectives}
    return {"rows": [asdict(row) for row in rows], "ratios": ratios, "objectives": objectives}


def absent() -> dict[str, str]:
    """Return the methods that cannot be measured here, and why."""
    return {} if find_spec("spopt") else {PEER: "spopt is not installed"}


def _ground(case: str) -> Ground:
    numbers = sizes(
        case, r"([1-9]\d*)x([1-9]\d*)x([1-9]\d*)", "candidates x demand x sites, such as 200x5000x10"
    )
    candidates, demand, most = map(int, numbers)
    random = np.random.default_rng(7)
    side = 1000 * np.sqrt(demand / _PER_KM2)
    places, people = random.random((candidates, 2)) * side, random.random((demand, 2)) * side
    near = KDTree(places).sparse_distance_matrix(KDTree(people), _REACH_M, output_type="coo_matrix")
    minutes = csr_array((near.data / _M_PER_MIN, (near.row, near.col)), shape=(candidates, demand))
    return Ground(minutes, random.integers(1, 200, demand), most)


def _ours(ground: Ground) -> Callable[[], int]:
    nobody = np.zeros(len(ground.weight), dtype=bool)

    def run() -> int:
        problem = covering_problem(ground.minutes, ground.weight, nobody, most=ground.most)
        return exact(problem, limits=Limits(seconds=600)).value

    return run


def _at_once(ground: Ground) -> Callable[[], int]:
    nobody = np.zeros(len(ground.weight), dtype=bool)
    return lambda: greedy(covering_problem(ground.minutes, ground.weight, nobody, most=ground.most)).value


def _spopt(ground: Ground) -> Callable[[], int]:
    locate, pulp = import_module("spopt.locate"), import_module("pulp")
    away, promise = ground.dense, _REACH_M / _M_PER_MIN

    def run() -> int:
        model = locate.MCLP.from_cost_matrix(
            away, ground.weight, service_radius=promise + 1e-9, p_facilities=ground.most
        )
        model.solve(pulp.HiGHS(msg=False))
        return round(float(pulp.value(model.problem.objective)))

    return run


METHODS: Mapping[str, Callable[[Ground], Callable[[], int]]] = {
    OURS: _ours,
    AT_ONCE: _at_once,
    PEER: _spopt,
}
