"""What the service keeps in memory: districts, networks and answers, each named by what it depends on."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Engine

from geo.errors import GeoError
from geo.profile import Profile
from geo.store.engine import reading
from geo.workflows.calendar import today
from geo.workflows.district import District, Stamp, read_district, stamp

Value = TypeVar("Value")

_log = logging.getLogger(__name__)


class Resident:
    """Remembers results under keys that say all that they depend on, so that none is ever stale.

    A load or a publication changes the stamp and thereby the keys; what nobody asks for any more falls out
    at the other end. Two requests for one missing result wait for one computation.

    Parameters
    ----------
    engine : Engine
        A migrated database.
    profile : Profile
        The zone.
    capacity : int
        How many results are kept; the heaviest, a network with its snapped points, takes some 50 MB.
    """

    def __init__(self, engine: Engine, profile: Profile, *, capacity: int = 48) -> None:
        self.engine = engine
        self.profile = profile
        self._capacity = capacity
        self._results: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._closed = False

    def stamp(self, *, release: int | None = None, on: date | None = None) -> Stamp:
        """Return the stamp of what holds now, or of a release and a day; this asks the database."""
        with reading(self.engine) as connection:
            return stamp(connection, release=release, on=on or today(self.profile))

    def district(self, wanted: Stamp) -> District:
        """Return the district at a stamp."""

        def read() -> District:
            with reading(self.engine) as connection:
                return read_district(connection, self.profile, wanted)

        return self.remember(("district", wanted), read)

    def remember(self, key: Hashable, build: Callable[[], Value]) -> Value:
        """Return the result under a key, building it where it is missing; an error is not remembered."""
        with self._lock:
            future = self._results.get(key)
            mine = future is None
            if future is None:
                future = self._results[key] = Future()
                while len(self._results) > self._capacity:
                    self._results.popitem(last=False)
            else:
                self._results.move_to_end(key)
        if mine:
            try:
                future.set_result(build())
            except BaseException as error:
                with self._lock:
                    # Another may have begun anew since this one fell out at the end.
                    if self._results.get(key) is future:
                        del self._results[key]
                future.set_exception(error)
                raise
        value: Value = future.result()
        return value

    def holds(self, key: Hashable) -> bool:
        """Tell whether the result under a key is there, and nobody has to wait for it."""
        with self._lock:
            future = self._results.get(key)
        return future is not None and future.done()

    def warm(self) -> None:
        """Work out what the first page will ask for; a failure is logged, and told when somebody asks."""
        from geo.workflows.covering import Question, cover

        try:
            if not self._closed:
                cover(self, self.stamp(), Question.promised(self.profile))
        except GeoError as error:
            if self._closed:
                return
            _log.warning("The district could not be read in advance: %s", error.message)

    def close(self) -> None:
        """Forget everything, and begin nothing more."""
        self._closed = True
        with self._lock:
            self._results.clear()
