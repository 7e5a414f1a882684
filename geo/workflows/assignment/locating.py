"""Locating: which grid a place is in, from grids that are ready in memory; no place is kept or logged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import numpy as np

from geo.assignment.incremental import renew
from geo.assignment.locator import Locator, ask, ask_at_once, border_m, make_locator
from geo.assignment.rule import RULES, STATUS_OF_RULE
from geo.index.raster import Floats
from geo.index.shelf import Shelf
from geo.profile import Level
from geo.store import boundaries
from geo.store.boundaries import GRID
from geo.store.engine import reading
from geo.workflows.ground.district import Stamp
from geo.workflows.ground.wording import plain
from geo.workflows.resident import Resident

MOST_PLACES = 10_000
FRESH_S = 1.0
"""How old a stamp may be that is answered from: a publication is seen after so long at the latest."""

_Question = tuple[str, str, int | None, date | None]


@dataclass(frozen=True, eq=False)
class ReadyGrids:
    """The grids of one level as they stand at a stamp, ready to be asked."""

    stamp: Stamp
    level: Level
    locator: Locator
    names: list[str | None]


class Whereabouts:
    """Says where places are, from grids that stay in memory.

    Reading the stamp of today from the database takes longer than the answer, so one serves for a second.
    An answer names its release and day, and is that of these.

    Parameters
    ----------
    resident : Resident
        Keeps the grids, each under its stamp.
    folder : Path, optional
        Where their index is kept, for other processes and the next start.
    """

    def __init__(
        self, resident: Resident, *, folder: Path | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._resident = resident
        self._folder = folder
        self._clock = clock
        self._lock = Lock()
        self._ready: dict[_Question, tuple[float, ReadyGrids]] = {}
        self._latest: dict[tuple[str, str], Locator] = {}

    def held(self, level: Level, *, release: int | None = None, on: date | None = None) -> ReadyGrids | None:
        """Return the grids where they are at hand, without asking the database; else None."""
        found = self._ready.get((level.basis, level.name, release, on))
        return found[1] if found is not None and self._clock() - found[0] <= FRESH_S else None

    def ready(self, level: Level, *, release: int | None = None, on: date | None = None) -> ReadyGrids:
        """Return the grids at a release and a day, by default now's; this asks the database for the stamp.

        Raises
        ------
        NotFound
            Where there is no such release.
        """
        asked = self._clock()
        stamp = self._resident.stamp(release=release, on=on)
        grids = self._resident.remember(_key(stamp, level), lambda: self._read(stamp, level))
        with self._lock:
            fresh = {one: held for one, held in self._ready.items() if asked - held[0] <= FRESH_S}
            self._ready = fresh | {(level.basis, level.name, release, on): (asked, grids)}
        return grids

    def _read(self, stamp: Stamp, level: Level) -> ReadyGrids:
        """Read the grids and make them ready, from those of another release where only borders differ."""
        with reading(self._resident.engine) as connection:
            partition = boundaries.partitions(connection).get((level.basis, level.name))
            grids = boundaries.versions(
                connection, GRID, release=stamp.release or 0, on=stamp.on, where={"partition_id": partition}
            )
        latest = self._latest.get((level.basis, level.name))
        shelf = Shelf(self._folder, str(stamp.release)) if self._folder else None
        if latest is None:
            locator = make_locator(grids, shelf=shelf)
        else:
            locator = renew(latest, grids, shelf=shelf).locator
        self._latest[level.basis, level.name] = locator
        return ReadyGrids(stamp, level, locator, [plain(name) for name in locator.grids["name"]])


def describe_places(grids: ReadyGrids, x: Floats, y: Floats) -> dict[str, Any]:
    """Return where places are, in their order, with what that was answered from.

    Parameters
    ----------
    grids : ReadyGrids
        The grids.
    x, y : ndarray of float64, shape (n,)
        Longitude and latitude; NaN for no location.

    Returns
    -------
    dict
        ``release``, ``on``, ``basis``, ``level``; ``places``: of each ``code`` and ``name`` of its grid,
        ``status``, ``rule`` and ``candidates`` as `geo.assignment.rule.assign` says, and ``border_m``: how
        far the grid's border is, None in no grid.
    """
    if len(x) == 1 and np.isfinite([x[0], y[0]]).all():
        return _scope(grids) | {"places": [_place(grids, float(x[0]), float(y[0]))]}
    return _scope(grids) | {"places": _places(grids, x, y)}


def describe_place(grids: ReadyGrids, lon: float, lat: float) -> dict[str, Any]:
    """Return where one place is, likewise."""
    return _scope(grids) | _place(grids, lon, lat)


def _place(grids: ReadyGrids, lon: float, lat: float) -> dict[str, Any]:
    at_once = ask_at_once(grids.locator, lon, lat)
    if at_once is not None:
        return _told(grids, *at_once, [], lon, lat)
    (place,) = _places(grids, np.array([lon]), np.array([lat]))
    return place


def _places(grids: ReadyGrids, x: Floats, y: Floats) -> list[dict[str, Any]]:
    locator = grids.locator
    answer = ask(locator, x, y)
    candidates: dict[int, list[str]] = {}
    for point, grid in zip(answer.location.point.tolist(), answer.location.polygon.tolist(), strict=True):
        candidates.setdefault(point, []).append(str(locator.codes[grid]))
    found = zip(answer.first.tolist(), answer.rule.tolist(), x.tolist(), y.tolist(), strict=True)
    return [
        _told(grids, grid, rule, candidates.get(i, []), lon, lat)
        for i, (grid, rule, lon, lat) in enumerate(found)
    ]


def _told(
    grids: ReadyGrids, grid: int, rule: int, candidates: list[str], lon: float, lat: float
) -> dict[str, Any]:
    """Return what is told of one place; the grid and the rule by their positions."""
    locator = grids.locator
    return {
        "code": None if grid < 0 else str(locator.codes[grid]),
        "name": None if grid < 0 else grids.names[grid],
        "status": STATUS_OF_RULE[rule],
        "rule": RULES[rule],
        "candidates": candidates,
        "border_m": None if grid < 0 else round(border_m(locator, grid, lon, lat), 1),
    }


def _scope(grids: ReadyGrids) -> dict[str, Any]:
    stamp, level = grids.stamp, grids.level
    return {
        "release": stamp.release,
        "on": stamp.on.isoformat(),
        "basis": level.basis,
        "level": level.name,
    }


def _key(stamp: Stamp, level: Level) -> tuple[object, ...]:
    # Grids depend on no other load than their own.
    return ("locator", stamp.release, stamp.on, stamp.boundaries, stamp.origin, level.basis, level.name)
