"""The worker: takes jobs from the queue, in a thread of its own beside the pages or as a process.

It keeps four connections at most beside those of the work itself: one that listens for new jobs, two of the
queue's own, and one that holds the lock by which others know that it lives.
"""

import asyncio
import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from api.jobs.kinds import Context, Kind
from api.jobs.run import LeftBehind, Stop, carry_out
from api.problems import problem
from api.settings import Settings
from geo.errors import DatabaseDown
from geo.store import work
from geo.store.engine import driver_arguments, writing
from geo.store.jobs import Job
from geo.store.queue import QUEUE, TASK
from geo.workflows.resident import Resident

AT_ONCE = 2
"""Jobs of different subjects that run beside one another."""

GRACE_S = 3.0
KEPT_DAYS = 30
_LOOK_S = 3.0
_AGAIN_S = 1.0

_LOST = problem(
    "interrupted",
    "The service ended while it worked on this, and nothing of it was kept; start it once more.",
)["error"]
_UNKNOWN = problem("unknown-kind", "This version of the service does not know this kind of work.")["error"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workshop:
    """What the worker works with.

    Parameters
    ----------
    kinds : mapping
        Name → kind.
    after : callable, optional
        Called after each job that was done, such as to read the new state into memory.
    """

    engine: Engine
    resident: Resident
    settings: Settings
    kinds: Mapping[str, Kind]
    after: Callable[[], None] | None = None


class Worker:
    """Carries out jobs from `start` to `stop`."""

    def __init__(self, workshop: Workshop, *, grace_s: float = GRACE_S) -> None:
        self._key = 0
        self._shop = workshop
        self._stop = Stop(threading.Event(), grace_s)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._shifts: asyncio.Task[None] | None = None
        # What says no word for too long is left behind, so the thread must not hold up the process.
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to take jobs; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs, queue those anew that are at work, and return within the time of grace."""
        self._stop.asked.set()
        if self._loop is not None and self._shifts is not None:
            with suppress(RuntimeError):  # The loop has ended by itself.
                self._loop.call_soon_threadsafe(self._shifts.cancel)
        self._thread.join(self._stop.grace_s + 1)
        if self._thread.is_alive():
            _log.warning("A job said no word while the service stops; the next start begins it anew.")

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._work())

    async def _work(self) -> None:
        self._loop, self._shifts = asyncio.get_running_loop(), asyncio.current_task()
        while not self._stop.asked.is_set():
            try:
                await self._shift()
            except (ConnectorException, DatabaseDown, SQLAlchemyError) as error:
                _log.warning("The worker has lost the database and tries again: %s", error)
            await asyncio.sleep(_AGAIN_S)

    async def _shift(self) -> None:
        """Work until the database is lost or the service stops."""
        # A new lock for each shift: what is still said to run under an older one is lost.
        self._key = secrets.randbits(31)
        with holding(self._shop.engine, self._key) as keeper:
            await asyncio.to_thread(self._tidy)
            queue = self._queue()
            async with queue.open_async():
                await self._take(queue, keeper)

    async def _take(self, queue: App, keeper: Connection) -> None:
        taking = queue.run_worker_async(
            queues=[QUEUE],
            concurrency=AT_ONCE,
            install_signal_handlers=False,
            delete_jobs="always",
            update_heartbeat_interval=5,
        )
        sides = [asyncio.create_task(taking), asyncio.create_task(self._watch(keeper))]
        try:
            await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for side in sides:
                side.cancel()
            ends = await asyncio.gather(*sides, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def _queue(self) -> App:
        connector = PsycopgConnector(
            kwargs=driver_arguments(self._shop.engine), min_size=1, max_size=2, timeout=5
        )
        queue = App(connector=connector)

        @queue.task(name=TASK)
        async def carry_out_one(job: int) -> None:
            try:
                await asyncio.to_thread(self._carry_out, job)
            except LeftBehind:
                # The queue must not hear that it has ended; the process does so at any moment now.
                await asyncio.Event().wait()

        return queue

    async def _watch(self, keeper: Connection) -> None:
        """Make sure that the lock is still held, and look for the jobs of workers that died."""
        while True:
            await asyncio.sleep(_LOOK_S)
            await asyncio.to_thread(keeper.exec_driver_sql, "select 1")
            await asyncio.to_thread(self._recover)

    def _tidy(self) -> None:
        self._recover()
        with writing(self._shop.engine) as connection:
            work.forget(connection, days=KEPT_DAYS)

    def _recover(self) -> None:
        again = [name for name, kind in self._shop.kinds.items() if kind.again]
        with writing(self._shop.engine) as connection:
            for one in work.recover(connection, again=again, error=_LOST):
                _log.warning("Job %d (%s) was lost with its worker; it is %s.", one.id, one.kind, one.state)

    def _carry_out(self, job_id: int) -> None:
        with writing(self._shop.engine) as connection:
            held = work.begin(connection, job_id, self._key)
        if held is None:
            return
        kind = self._shop.kinds.get(held.kind)
        if kind is None:
            with writing(self._shop.engine) as connection:
                work.finish(connection, held, "failed", error=_UNKNOWN)
            return
        ended = carry_out(self._shop.engine, kind, held, self._context(held), self._stop)
        if ended is not None and ended.state == "done" and self._shop.after and not self._stop.asked.is_set():
            self._shop.after()

    def _context(self, held: Job) -> Context:
        shop = self._shop
        return Context(shop.engine, shop.resident, shop.settings, held.subject, held.created_by)


@contextmanager
def holding(engine: Engine, key: int) -> Iterator[Connection]:
    """Hold a worker's lock on a connection of its own."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Closing a connection that is detached ends it, and gives the lock back.
        connection.detach()
        work.hold(connection, key)
        yield connection
