"""Boards: who reaches how many stations, in memory, and the row of a station wherever it may stand."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, vstack

from geo.coverage.board import Board, Demand, Row, box_numbers, empty_board
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.reach.queue import Queue, queue
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped
from geo.workflows.ground.district import District
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen
from geo.workflows.reach.covering import lattice_grids

_PLACES_KEPT = 256


@dataclass(frozen=True, eq=False)
class Ground:
    """All that is measured within a promise: the targets, and what each station reaches of them.

    Parameters
    ----------
    district : District
        The zone.
    question : Question
        Of which the minutes, the mode and the method count here.
    speed_m_per_min, detour : float
        Of the profile's circle.
    network : Network or None
        The streets; None for the straight line.
    bring : callable or None
        Places (n, 2) in metres → where they enter the streets: `geo.workflows.reach.roads.entries`.
    snapped : Snapped or None
        The targets on the streets.
    targets_xy : ndarray (n, 2)
        The targets in metres.
    found : csr_array (stations, n)
        The minutes of what each station reaches.
    """

    district: District
    question: Question
    speed_m_per_min: float
    detour: float
    network: Network | None
    bring: Callable[[Floats], Snapped] | None
    snapped: Snapped | None
    targets_xy: Floats
    found: csr_array = field(default_factory=lambda: csr_array((0, 0)))
    _places: "OrderedDict[tuple[float, float], csr_array]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def row(self, station: int) -> Row:
        """Return the targets that the station in a row of the frame reaches."""
        begin, end = self.found.indptr[station : station + 2]
        return self.found.indices[begin:end].astype(np.intp)

    def row_of(self, lon: float, lat: float) -> Row:
        """Return the targets that a station at a place would reach."""
        return self.minutes_from(lon, lat).indices.astype(np.intp)

    @cached_property
    def queue(self) -> Queue:
        """The ways between the enterprises and the stations as they stand, the shortest first."""
        return queue(self.found[:, : len(self.district.enterprises)])

    def ways(self, stations: pd.DataFrame) -> csr_array:
        """Return the minutes to the enterprises from stations of `geo.workflows.plan.outlook.edited`."""
        row, lonlat = stations["row"].to_numpy(dtype=np.intp), stations[["lon", "lat"]].to_numpy(dtype=float)
        parts = [
            self.found[row[row >= 0]],
            *(self.minutes_from(*place) for place in lonlat[row < 0].tolist()),
        ]
        order = np.argsort(np.concatenate([np.flatnonzero(row >= 0), np.flatnonzero(row < 0)]))
        ways: csr_array = vstack(parts, format="csr")[order][:, : len(self.district.enterprises)]
        return ways

    def minutes_from(self, lon: float, lat: float) -> csr_array:
        """Return the minutes to the targets from a place (1, n); the last places are remembered."""
        place = (lon, lat)
        with self._lock:
            if place in self._places:
                self._places.move_to_end(place)
                return self._places[place]
        found = self.minutes(self.district.metres(np.array([place])))
        with self._lock:
            self._places[place] = found
            while len(self._places) > _PLACES_KEPT:
                self._places.popitem(last=False)
        return found

    def minutes(self, sources_xy: Floats) -> csr_array:
        """Return the minutes from each source to the targets in its reach."""
        promise = {"speed_m_per_min": self.speed_m_per_min, "limit_minutes": self.question.minutes}
        if self.network is None or self.bring is None or self.snapped is None:
            return disc_matrix(sources_xy, self.targets_xy, detour=self.detour, **promise)
        return travel_matrix(self.network, self.bring(sources_xy), self.snapped, **promise)


def ground(resident: Zone, district: District, question: Question) -> Ground:
    """Return what is measured for a question, whose method is decided; it does not depend on functions."""
    key = ("ground", district.stamp, question.minutes, question.mode, question.method)
    return resident.remember(key, lambda: _ground(resident, district, question))


def board(resident: Zone, district: District, question: Question) -> Board:
    """Return the board of a question as things stand."""

    def build() -> Board:
        found = ground(resident, district, question)
        rows = np.flatnonzero(chosen(district, question).to_numpy())
        return empty_board(_demand(resident, district, question)).moved((), map(found.row, rows.tolist()))

    return resident.remember(("board", district.stamp, question), build)


def _ground(resident: Zone, district: District, question: Question) -> Ground:
    circle = resident.profile.circle
    along = question.method == "network"
    network = roads.network(resident, district, question.mode) if along else None
    what = ["enterprises", *(["grids", "lattice"] if len(district.grids) else [])]
    targets_xy = np.concatenate([roads.places_xy(resident, district, one) for one in what])
    snapped = bring = None
    if network is not None:
        bring = partial(roads.entries, resident, district, network)
        snapped = _joined([roads.places(resident, district, question.mode, one) for one in what])
    bare = Ground(
        district,
        question,
        circle.speed(question.mode),
        circle.detour,
        network,
        bring,
        snapped,
        targets_xy,
    )
    return replace(bare, found=bare.minutes(roads.points_xy(district, "stations")))


def _joined(parts: list[Snapped]) -> Snapped:
    names = ("edge", "along_m", "access_m", "xy")
    return Snapped(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _demand(resident: Zone, district: District, question: Question) -> Demand:
    enterprises, grids = district.enterprises, district.grids
    with_grids = len(grids) > 0
    located = enterprises["lon"].notna().to_numpy()
    outside = (enterprises["status"] == "unassigned").to_numpy() & with_grids
    workers = enterprises["workers"]
    versions = lattice_grids(resident, district, question) if with_grids else pd.Series([], dtype="Int64")
    return Demand(
        box=box_numbers(located, outside),
        workers=workers.fillna(0).to_numpy(dtype=np.int64),
        workers_unknown=int(workers.isna().sum()) if workers.notna().any() else None,
        enterprise_grid=_grid_rows(district, enterprises["version"]),
        grid_area=grids["area_m2"].fillna(0.0).to_numpy(dtype=float),
        lattice_grid=_grid_rows(district, versions),
    )


def _grid_rows(district: District, versions: "pd.Series[Any]") -> Row:
    return np.asarray(district.grids.index.get_indexer(pd.Index(versions, dtype="Int64")), dtype=np.intp)


def lonlat(district: District, rows: Row) -> Floats:
    """Return longitude and latitude of enterprises (n, 2) in degrees."""
    columns = (district.enterprises[name].to_numpy(dtype=float)[rows] for name in ("lon", "lat"))
    return np.column_stack(tuple(columns))
