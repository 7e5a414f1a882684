"""The race of assignment: all methods in turns, over several rounds, with medians and the same answers."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np

from geo.bench.peers import OURS, Method, Question
from geo.bench.terrain import partition, places
from geo.bench.turns import Row, Tell, ratio, rows_of, sizes, take_turns
from geo.index.raster import Cells
from geo.index.ways import MOST_WORK, load_if_it_pays


def race(
    cases: tuple[str, ...], methods: Mapping[str, Method], *, repeats: int, tell: Tell
) -> dict[str, Any]:
    """Measure methods on cases.

    Parameters
    ----------
    cases : tuple of str
        ``1358x1000000``: so many grids and points.
    methods : mapping of str to Method
        Ours is among them.
    repeats : int
        Rounds. A method that has used up 15 seconds sits the others out.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows``: case, method, seconds, repeats; ``ratios``: by case, the seconds of the best peer
        over ours (above 1, ours is the faster).

    Raises
    ------
    InputError
        Where a case is not two numbers with an x between.
    RuntimeError
        Where two methods differ in their answers.
    """
    # The peers' libraries are loaded before the clock runs as well.
    load_if_it_pays(MOST_WORK)
    rows: list[Row] = []
    for case in cases:
        rows += _one(case, methods, repeats, tell)
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": {case: ratio([row for row in rows if row.case == case], OURS) for case in cases},
    }


def _one(case: str, methods: Mapping[str, Method], repeats: int, tell: Tell) -> list[Row]:
    grids, points = sizes(case, r"([1-9]\d*)x([1-9]\d*)", "grids x points, such as 1358x1000000")
    drawn = partition(int(grids))
    question = Question(drawn, *places(int(points), drawn))
    times = take_turns(question, methods, repeats=repeats, compare=partial(_require_same, case))
    return rows_of(case, times, tell)


def _require_same(case: str, name: str, found: Cells, answer: Cells) -> None:
    differ = int(np.count_nonzero(found != answer))
    if differ:
        raise RuntimeError(f"In the case {case}, {name} differs from {OURS} for {differ} points.")
