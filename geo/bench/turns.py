"""Turns: methods that answer the same question, one after the other, over several rounds."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from geo.errors import InputError

Tell = Callable[[str], None]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

_SECONDS_FOR_A_METHOD = 15.0


@dataclass(frozen=True)
class Row:
    """The median time of a method in a case."""

    case: str
    method: str
    seconds: float
    repeats: int


def take_turns(
    question: Asked,
    methods: Mapping[str, Callable[[Asked], Callable[[], Answer]]],
    *,
    repeats: int,
    compare: Callable[[str, Answer, Answer], None],
) -> dict[str, list[float]]:
    """Time methods in turns, and compare each answer with the first.

    Parameters
    ----------
    question : object
        Handed to each method, which prepares it outside of the clock and returns what is timed.
    methods : mapping
        By name.
    repeats : int
        Rounds. A method that has used up 15 seconds sits the others out.
    compare : callable
        Told a name, its answer and the first answer; raises where they differ.
    """
    times: dict[str, list[float]] = {name: [] for name in methods}
    answers: list[Answer] = []
    for _ in range(repeats):
        for name, method in methods.items():
            if sum(times[name]) > _SECONDS_FOR_A_METHOD:
                continue
            run = method(question)
            started = time.perf_counter()
            found = run()
            times[name].append(time.perf_counter() - started)
            answers = answers or [found]
            compare(name, found, answers[0])
    return times


def rows_of(case: str, times: Mapping[str, list[float]], tell: Tell) -> list[Row]:
    """Return the medians, and tell them."""
    rows = [Row(case, name, round(median(spent), 6), len(spent)) for name, spent in times.items()]
    for row in rows:
        tell(f"{row.case:>16}  {row.method:<26} {row.seconds:9.4f} s  ({row.repeats} runs)")
    return rows


def ratio(rows: list[Row], ours: str) -> float | None:
    """Return how many times the best peer's seconds are ours; None without a peer."""
    seconds = {row.method: row.seconds for row in rows}
    mine = seconds.pop(ours)
    return round(min(seconds.values()) / mine, 2) if seconds else None


def sizes(case: str, pattern: str, example: str) -> tuple[str, ...]:
    """Return the groups of a case; InputError where it does not match."""
    match = re.fullmatch(pattern, case)
    if not match:
        raise InputError(f"“{case}” is no case; write {example}.", case=case)
    return match.groups()
