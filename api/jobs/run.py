"""One job at work: begun, its words written down, and ended in one of five ways."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from api.answers import json_bytes
from api.jobs.kinds import Context, Kind
from api.jobs.progress import Interrupted, Word
from api.problems import body_of, unforeseen
from geo.errors import Cancelled, DatabaseDown, GeoError
from geo.store import work
from geo.store.engine import reading, writing
from geo.store.jobs import Job

TICK_S = 0.1
"""Between two words that are written down."""

_QUIET_TICKS = 3
"""Work that says nothing is asked less often whether it is to stop: it could not hear of it anyway."""

_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


class LeftBehind(Exception):
    """The service stops and nobody knows how a job ended; the next start begins it anew."""


@dataclass(frozen=True)
class Stop:
    """When the service stops.

    Parameters
    ----------
    asked : threading.Event
        Set from the moment on at which work has to end.
    grace_s : float
        How long a job may take to say its next word after that.
    """

    asked: threading.Event
    grace_s: float


def carry_out(engine: Engine, kind: Kind, held: Job, context: Context, stop: Stop) -> Job | None:
    """Run a job that was begun, and return how it ended; None where another worker has it meanwhile.

    The work has a thread of its own: one that says no word while the service stops can only be left
    behind, and its transaction with it.

    Raises
    ------
    LeftBehind
        Where that is so.
    """
    word = Word()
    outcome: Future[Mapping[str, Any]] = Future()
    threading.Thread(
        target=_work, args=(kind, held, context, word, outcome), name=f"job {held.id}", daemon=True
    ).start()
    left_s = stop.grace_s
    quiet = 0
    while not _ended(outcome, TICK_S):
        if stop.asked.is_set():
            word.halt(Interrupted())
            left_s -= TICK_S
            if left_s <= 0:
                raise LeftBehind
        said = word.take()
        quiet = 0 if said else quiet + 1
        if quiet % _QUIET_TICKS == 0:
            _pass_on(engine, held, word, said)
    return _close(engine, held, outcome, stop)


def _work(kind: Kind, held: Job, context: Context, word: Word, outcome: Future[Mapping[str, Any]]) -> None:
    try:
        result = kind.run(context, **held.arguments, on_progress=word)
        json_bytes(result)
    except BaseException as error:  # whatever it is, it ends the job and not the worker
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


def _ended(outcome: Future[Mapping[str, Any]], seconds: float) -> bool:
    try:
        outcome.exception(timeout=seconds)
    except TimeoutError:
        return False
    return True


def _pass_on(engine: Engine, held: Job, word: Word, said: tuple[float, str] | None) -> None:
    """Write down what was said, and pass on to the work whether it is to stop."""
    try:
        if said is None:
            with reading(engine) as connection:
                now = work.look(connection, held)
        else:
            with writing(engine) as connection:
                now = work.advance(connection, held, *said)
    except GeoError as error:
        # Whatever is the matter with a word, the work goes on and comes to its end.
        _log.warning("The progress of job %d is not written down: %s", held.id, error.message)
        return
    if now is None:
        word.halt(Interrupted())
    elif now.stopping:
        word.halt(Cancelled("The work was stopped, and nothing of it was kept.", reason="work-stopped"))


def _close(engine: Engine, held: Job, outcome: Future[Mapping[str, Any]], stop: Stop) -> Job | None:
    """Write down how a job ended; while the database is away, this waits for it or for the service's end."""
    while True:
        try:
            with writing(engine) as connection:
                return _end(connection, held, outcome)
        except DatabaseDown as error:
            _log.warning("The end of job %d is not written down yet: %s", held.id, error.message)
            if stop.asked.wait(_AGAIN_S):
                raise LeftBehind from error
        except GeoError as error:
            # Such as a text that the database cannot hold: the job must end all the same.
            _log.exception("What job %d (%s) came to cannot be kept", held.id, held.kind)
            outcome = Future()
            outcome.set_exception(error)


def _end(connection: Connection, held: Job, outcome: Future[Mapping[str, Any]]) -> Job | None:
    error = outcome.exception()
    if error is None:
        return work.finish(connection, held, "done", result=outcome.result())
    if isinstance(error, Interrupted):
        return work.give_back(connection, held)
    if isinstance(error, Cancelled):
        return work.finish(connection, held, "cancelled")
    if isinstance(error, GeoError):
        return work.finish(connection, held, "failed", error=body_of(error)["error"])
    _log.error("Job %d (%s) failed", held.id, held.kind, exc_info=error)
    return work.finish(connection, held, "failed", error=unforeseen()["error"])
