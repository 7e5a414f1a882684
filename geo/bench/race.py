"""The race: all methods in turns, over several rounds, with medians and the same answers."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import numpy as np

from geo.bench.peers import OURS, Method, Question
from geo.bench.terrain import partition, places
from geo.errors import InputError
from geo.index.raster import Cells

Tell = Callable[[str], None]

_SECONDS_FOR_A_METHOD = 15.0


@dataclass(frozen=True)
class Row:
    """The median time of a method in a case, building and asking together."""

    case: str
    method: str
    seconds: float
    repeats: int


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
    rows: list[Row] = []
    for case in cases:
        rows += _one(case, methods, repeats, tell)
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": {case: _ratio([row for row in rows if row.case == case]) for case in cases},
    }


def _one(case: str, methods: Mapping[str, Method], repeats: int, tell: Tell) -> list[Row]:
    grids, points = _sizes(case)
    drawn = partition(grids)
    question = Question(drawn, *places(points, drawn))
    times: dict[str, list[float]] = {name: [] for name in methods}
    answer: Cells | None = None
    for _ in range(repeats):
        for name, method in methods.items():
            if sum(times[name]) > _SECONDS_FOR_A_METHOD:
                continue
            run = method(question)
            started = time.perf_counter()
            found = run()
            times[name].append(time.perf_counter() - started)
            answer = found if answer is None else answer
            _require_same(case, name, found, answer)
    rows = [Row(case, name, round(median(spent), 4), len(spent)) for name, spent in times.items()]
    for row in rows:
        tell(f"{row.case:>16}  {row.method:<26} {row.seconds:8.3f} s  ({row.repeats} runs)")
    return rows


def _sizes(case: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)x(\d+)", case)
    if not match or not int(match[1]) or not int(match[2]):
        raise InputError(f"“{case}” is no case; write grids x points, such as 1358x1000000.", case=case)
    return int(match[1]), int(match[2])


def _require_same(case: str, name: str, found: Cells, answer: Cells) -> None:
    differ = int(np.count_nonzero(found != answer))
    if differ:
        raise RuntimeError(f"In the case {case}, {name} differs from {OURS} for {differ} points.")


def _ratio(rows: list[Row]) -> float | None:
    """Return how many times the best peer's seconds are ours; None without a peer."""
    seconds = {row.method: row.seconds for row in rows}
    ours = seconds.pop(OURS)
    return round(min(seconds.values()) / ours, 2) if seconds else None
