"""Boards: who reaches how many stations, in memory, and the row of a station wherever it may stand."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from geo.coverage.board import Board, Demand, Row, boxes, empty_board
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped
from geo.workflows import roads
from geo.workflows.asking import Question, chosen
from geo.workflows.covering import lattice_grids
from geo.workflows.district import District
from geo.workflows.zone import Zone

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
        Places (n, 2) in metres → where they enter the streets: `geo.workflows.roads.entries`.
    snapped : Snapped or None
        The targets on the streets.
    targets_xy : ndarray (n, 2)
        The targets in metres.
    indptr, indices : ndarray
        The rows of the stations, one after the other.
    """

    district: District
    question: Question
    speed_m_per_min: float
    detour: float
    network: Network | None
    bring: Callable[[Floats], Snapped] | None
    snapped: Snapped | None
    targets_xy: Floats
    indptr: Row = field(default_factory=lambda: np.zeros(1, dtype=np.intp))
    indices: Row = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    _places: "OrderedDict[tuple[float, float], Row]" = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def row(self, station: int) -> Row:
        """Return the targets that the station in a row of the frame reaches."""
        return self.indices[self.indptr[station] : self.indptr[station + 1]]

    def row_of(self, lon: float, lat: float) -> Row:
        """Return the targets that a station at a place would reach; the last places are remembered."""
        place = (lon, lat)
        with self._lock:
            if place in self._places:
                self._places.move_to_end(place)
                return self._places[place]
        begin, found = self.rows(self.district.metres(np.array([place])))
        row = found[begin[0] : begin[1]]
        with self._lock:
            self._places[place] = row
            while len(self._places) > _PLACES_KEPT:
                self._places.popitem(last=False)
        return row

    def rows(self, sources_xy: Floats) -> tuple[Row, Row]:
        """Return where the row of each source begins, and the targets in all of them."""
        promise = {"speed_m_per_min": self.speed_m_per_min, "limit_minutes": self.question.minutes}
        if self.network is None or self.bring is None or self.snapped is None:
            found = disc_matrix(sources_xy, self.targets_xy, detour=self.detour, **promise)
        else:
            found = travel_matrix(self.network, self.bring(sources_xy), self.snapped, **promise)
        return found.indptr.astype(np.intp), found.indices.astype(np.intp)


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
    indptr, indices = bare.rows(roads.points_xy(district, "stations"))
    return replace(bare, indptr=indptr, indices=indices)


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
        box=boxes(located, outside),
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
    return district.enterprises[["lon", "lat"]].to_numpy(dtype=float)[rows]
