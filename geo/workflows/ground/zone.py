"""The zone that figures are asked of: what is known of it, and what was worked out from that already.

It may lie in a database (`geo.workflows.resident`) or in a handful of files (`geo.workflows.brought`):
whoever counts does not notice the difference.
"""

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import date
from typing import Any, TypeVar

import geopandas as gpd
import pandas as pd

from geo.profile import Profile
from geo.workflows.ground.district import District, Stamp

Value = TypeVar("Value")


class Zone(ABC):
    """Remembers results under keys that say all that they depend on, so that none is ever stale.

    A load or a publication changes the stamp and thereby the keys; what nobody asks for any more falls out
    at the other end. Two requests for one missing result wait for one computation.

    Parameters
    ----------
    profile : Profile
        What it is called, and what it promises.
    capacity : int
        How many results are kept; the heaviest, a network with its snapped points, takes some 50 MB.
    """

    def __init__(self, profile: Profile, *, capacity: int = 48) -> None:
        self.profile = profile
        self._capacity = capacity
        self._results: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    @abstractmethod
    def stamp(self, *, release: int | None = None, on: date | None = None) -> Stamp:
        """Return the stamp of what holds now, or of a release and a day."""

    @abstractmethod
    def district(self, wanted: Stamp) -> District:
        """Return the district at a stamp."""

    @abstractmethod
    def streets(self) -> gpd.GeoDataFrame:
        """Return the streets by the contract, with ``noded``: see `geo.store.district.streets`."""

    @abstractmethod
    def ground(self) -> gpd.GeoDataFrame:
        """Return what is drawn beneath, in EPSG:4326: ``kind``, such as ``water`` and ``railway``."""

    @abstractmethod
    def street_corrections(self, on: date) -> gpd.GeoDataFrame:
        """Return the corrections of streets that hold on a day: `geo.store.street_corrections.standing`."""

    @abstractmethod
    def streets_told(self) -> dict[str, Any] | None:
        """Return what is said of the streets in answers: ``version``, ``loaded_at``, ``source``."""

    @abstractmethod
    def details(self) -> pd.DataFrame:
        """Return what the enterprises say of themselves, by id: the columns of their contract."""

    @abstractmethod
    def sources(self) -> pd.DataFrame:
        """Return how exactly the enterprises' places are known (`geo.assignment.receipt.accuracies`)."""

    @abstractmethod
    def belonging(self, wanted: Stamp) -> pd.DataFrame:
        """Return the ``block`` and the ``park`` of each counted grid, by version; missing where in none."""

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

    def forget(self) -> None:
        """Forget every result."""
        with self._lock:
            self._results.clear()
