"""What changes in jobs, told to whoever watches: one connection that listens, for all viewers."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection

import psycopg
from sqlalchemy import Engine

from geo.errors import DatabaseDown
from geo.store import jobs
from geo.store.engine import driver_arguments, reading
from geo.store.jobs import CHANNEL, Job

_LOOK_S = 5.0
"""After so long without news the rows are read all the same: a notification may have been lost."""

_AGAIN_S = 1.0

_log = logging.getLogger(__name__)


class _Viewer:
    """One who watches a job: gets the newest state, and skips what it was too slow for."""

    def __init__(self) -> None:
        self.job: Job | None = None
        self.news = asyncio.Event()


class Events:
    """Follows jobs for any number of viewers; belongs to one event loop.

    Parameters
    ----------
    engine : Engine
        Read from in threads; the connection that listens is none of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._viewers: dict[int, set[_Viewer]] = {}
        self._closed = False

    async def follow(self, job_id: int) -> AsyncIterator[Job]:
        """Yield a job as it stands, and again after each change until it ends, or the service does."""
        viewer = _Viewer()
        others = self._viewers.setdefault(job_id, set())
        viewer.job = next((one.job for one in others), None)
        others.add(viewer)
        try:
            if viewer.job is None:
                # Read after the viewer was entered, so that no change falls between the two.
                await self._tell([job_id])
            seen = -1
            while viewer.job is not None and not self._closed:
                job = viewer.job
                if job.revision > seen:
                    seen = job.revision
                    yield job
                if job.over:
                    return
                await viewer.news.wait()
                viewer.news.clear()
        finally:
            self._viewers[job_id].discard(viewer)
            if not self._viewers[job_id]:
                del self._viewers[job_id]

    def close(self) -> None:
        """Let every viewer go, so that none holds up the end of the service."""
        self._closed = True
        for viewers in self._viewers.values():
            for viewer in viewers:
                viewer.news.set()

    async def listen(self) -> None:
        """Listen until cancelled; where the connection is cut, make another one."""
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as error:
                _log.warning("The changes of jobs are not heard for a moment: %s", str(error).strip())
            await asyncio.sleep(_AGAIN_S)
            await self._tell(list(self._viewers))

    async def _listen(self) -> None:
        arguments = driver_arguments(self._engine)
        async with await psycopg.AsyncConnection.connect(**arguments, autocommit=True) as connection:
            await connection.execute(f"listen {CHANNEL}")
            while True:
                changed = {
                    int(one.payload) async for one in connection.notifies(timeout=_LOOK_S, stop_after=1)
                }
                if not changed:
                    # Also finds out whether the connection is still there.
                    await connection.execute("select 1")
                await self._tell((changed or set(self._viewers)) & self._viewers.keys())

    async def _tell(self, ids: Collection[int]) -> None:
        """Read jobs, and hand them to their viewers."""
        if not ids:
            return
        try:
            found = await asyncio.to_thread(self._read, ids)
        except DatabaseDown as error:
            _log.warning("The jobs that are watched cannot be read: %s", error.message)
            return
        for job in found:
            for viewer in self._viewers.get(job.id, ()):
                if viewer.job is None or job.revision > viewer.job.revision:
                    viewer.job = job
                    viewer.news.set()

    def _read(self, ids: Collection[int]) -> list[Job]:
        with reading(self._engine) as connection:
            return jobs.find(connection, ids)
