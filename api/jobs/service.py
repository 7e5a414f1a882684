"""Jobs beside the pages: the worker and the events, for as long as the application lives."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api.jobs.worker import Worker, Workshop
from geo.workflows.resident import Resident

_WARM_S = 30


class _Warming:
    """Reads the new state into memory after each job, beside the next one."""

    def __init__(self, resident: Resident) -> None:
        self._resident = resident
        self._threads: list[threading.Thread] = []

    def begin(self) -> None:
        thread = threading.Thread(target=self._resident.warm, name="warm-up", daemon=True)
        self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        thread.start()

    def end(self) -> None:
        """Wait: the database must not be left while somebody still reads from it."""
        for thread in self._threads:
            thread.join(timeout=_WARM_S)


@asynccontextmanager
async def working(app: FastAPI) -> AsyncIterator[None]:
    """Carry out jobs, unless the settings leave that to another process, and tell of them."""
    state = app.state
    listening = asyncio.create_task(state.events.listen())
    warming = _Warming(state.resident)
    shop = Workshop(state.engine, state.resident, state.settings, state.kinds, after=warming.begin)
    worker = Worker(shop) if state.settings.worker == "on" else None
    if worker is not None:
        worker.start()
    try:
        yield
    finally:
        state.events.close()
        if worker is not None:
            await asyncio.to_thread(worker.stop)
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await asyncio.to_thread(warming.end)
