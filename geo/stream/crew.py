"""The crew: threads of this process that carry out pieces, while the answers keep their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np

from geo.assignment.locator import Locator, ask
from geo.stream.batch import Outcome, Piece

Crew = Callable[[Iterable[Piece]], Iterator[Outcome]]
"""Carries out pieces; the outcomes come in their order."""

_MOST_THREADS = 8


def work_out(piece: Piece, locator: Locator, *, places: bool) -> Outcome:
    """Read a piece and say where its points are.

    Parameters
    ----------
    piece : Piece
        A run of rows.
    locator : Locator
        The grids.
    places : bool
        Whether the coordinates are wanted besides.
    """
    batch = piece.read()
    # The crew itself is as many threads as there are processors.
    answer = ask(locator, batch.x, batch.y, threads=1)
    if not places:
        nothing = np.empty(0)
        batch = type(batch)(batch.rows, batch.kept, batch.ids, nothing, nothing, batch.refused, batch.lost)
    return Outcome(piece.file, batch, answer.first, answer.rule)


def threads(locator: Locator, *, places: bool) -> Crew:
    """Return a crew of as many threads as there are processors, eight at most."""

    def carry_out(pieces: Iterable[Piece]) -> Iterator[Outcome]:
        count = min(len(os.sched_getaffinity(0)), _MOST_THREADS)
        pool = ThreadPoolExecutor(count, thread_name_prefix="assign")
        try:
            yield from in_order(
                pieces, lambda piece: pool.submit(work_out, piece, locator, places=places), ahead=count + 1
            )
        finally:
            # Whoever stops half-way waits for the pieces that are being worked on, and for no other.
            pool.shutdown(wait=True, cancel_futures=True)

    return carry_out


def in_order(
    pieces: Iterable[Piece], submit: Callable[[Piece], "Future[Outcome] | Any"], *, ahead: int
) -> Iterator[Outcome]:
    """Yield outcomes in the order of their pieces, so many being worked on at a time.

    Parameters
    ----------
    pieces : iterable of Piece
        Taken one by one, as they are needed.
    submit : callable
        Returns what has a ``result()``.
    ahead : int
        How many pieces are in memory at most.
    """
    waiting: deque[Any] = deque()
    for piece in pieces:
        waiting.append(submit(piece))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
