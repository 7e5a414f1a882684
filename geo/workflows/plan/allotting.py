"""Allotting: how much of the demand in reach the stations have room for, as they stand and as they would."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.reach.allotment import Amounts, Filling, allot, fill
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.reach.queue import Queue, nobody
from geo.workflows.ground.district import District
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.boards import board, ground
from geo.workflows.plan.outlook import outlook
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen
from geo.workflows.reach.covering import Coverage

Capacities = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Room:
    """Demand that finds room at stations, or none.

    Parameters
    ----------
    keys : tuple of int or str
        The stations that count: their ids, or what a new one goes by.
    capacity : ndarray (stations,)
        What each can serve; NaN without a limit.
    load : ndarray (stations,) int64
        What each serves.
    filling : Filling
        Who is served, and where.
    """

    keys: tuple[int | str, ...]
    capacity: Capacities
    load: Amounts
    filling: Filling

    def to_dict(self) -> dict[str, Any]:
        """Return the sums and the stations that are full.

        ``served``, of them ``elsewhere`` than at the nearest station; ``unserved``, in reach without room;
        ``out_of_reach``.
        """
        found = self.filling
        limits = zip(self.keys, self.capacity.tolist(), self.load.tolist(), strict=True)
        return {
            "served": int(found.served.sum()),
            "elsewhere": int(found.elsewhere.sum()),
            "unserved": int(found.unserved.sum()),
            "out_of_reach": int(found.out_of_reach.sum()),
            "full": [{"id": key, "capacity": int(most)} for key, most, load in limits if load >= most],
        }


def room_of(zone: Zone, coverage: Coverage) -> Room | None:
    """Allot the demand to the stations that count, None where none of them says what it can serve.

    The demand is workers where any head count is known, an unknown one being 0, else enterprises.
    """
    district, question = coverage.district, coverage.question
    rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
    capacity = capacities(district.stations)[rows]
    if np.isnan(capacity).all():
        return None
    known = coverage.totals["workers"] is not None
    workers = coverage.demand["workers"].fillna(0).to_numpy(dtype=np.int64)
    found = allot(_ways(zone, coverage, rows), workers if known else np.ones_like(workers), capacity)
    return Room(tuple(map(int, district.stations.index[rows])), capacity, found.load, found)


def room_told(zone: Zone, coverage: Coverage) -> dict[str, Any] | None:
    """Return what a coverage says of room; None where no station says what it can serve."""
    found = room_of(zone, coverage)
    if found is None:
        return None
    return {"of": "workers" if coverage.totals["workers"] is not None else "enterprises"} | found.to_dict()


def capacities(stations: pd.DataFrame) -> Capacities:
    """Return what each station can serve, NaN where nothing is said (stations,)."""
    if "capacity" not in stations:
        return np.full(len(stations), np.nan)
    numbers = pd.to_numeric(stations["capacity"])
    return numbers.to_numpy(dtype=float, na_value=np.nan)


def rooms(
    zone: Zone, district: District, question: Question, stations: pd.DataFrame
) -> tuple[Room, Room] | None:
    """Allot the demand as things stand, and to the stations of an outlook; None where none is limited.

    The ways are those that are kept for the board, in the order in which they are served, so an edit costs
    one bounded search for each new place and one pass over them.

    Parameters
    ----------
    stations : DataFrame
        As `geo.workflows.plan.outlook.outlook` gives them.
    """
    limits = capacities(district.stations), capacities(stations[stations["counts"]])
    if np.isnan(np.concatenate(limits)).all():
        return None
    key = ("room", district.stamp, question)
    before = zone.remember(key, lambda: _room(zone, district, question, outlook(district, question, ())))
    if np.isnan(np.concatenate([before.capacity, limits[1]])).all():
        return None
    return before, _room(zone, district, question, stations)


def _room(zone: Zone, district: District, question: Question, stations: pd.DataFrame) -> Room:
    demand, measured = board(zone, district, question).demand, ground(zone, district, question)
    amounts = demand.workers if demand.workers_unknown is not None else np.ones_like(demand.workers)
    counted = stations[stations["counts"]]
    rank, stays = counted["rank"].to_numpy(dtype=np.intp), counted["row"].to_numpy() >= 0
    size = max(len(district.stations), int(rank.max(initial=-1)) + 1)
    capacity, limits, kept = np.full(size, np.nan), capacities(counted), np.zeros(size, dtype=bool)
    capacity[rank], kept[rank[stays]] = limits, True
    come = [
        (measured.minutes_from(lon, lat)[:, : len(amounts)], rank)
        for lon, lat, rank in counted[["lon", "lat", "rank"]][~stays].itertuples(index=False)
    ]
    found = fill(measured.queue, amounts, capacity, kept=kept, more=_queued(come))
    return Room(tuple(counted["key"]), limits, found.load[rank], found)


def _queued(rows: Sequence[tuple[csr_array, int]]) -> Queue:
    """Queue the ways of single stations (1, points), each with its rank."""
    if not rows:
        return nobody()
    minutes = np.concatenate([row.data for row, _ in rows])
    station = np.repeat(np.array([rank for _, rank in rows], dtype=np.int32), [row.nnz for row, _ in rows])
    point = np.concatenate([row.indices for row, _ in rows]).astype(np.int32)
    order = np.lexsort((point, station, minutes))
    return Queue(minutes[order], station[order], point[order])


def _ways(zone: Zone, coverage: Coverage, rows: Any) -> csr_array:
    district, question, circle = coverage.district, coverage.question, zone.profile.circle
    promise = {"speed_m_per_min": circle.speed(question.mode), "limit_minutes": question.minutes}
    found = roads.roads(zone, district, question.mode) if question.method == "network" else None
    if found is not None:
        return travel_matrix(found.network, found.stations.take(rows), found.enterprises, **promise)
    return disc_matrix(
        roads.points_xy(district, "stations")[rows],
        roads.points_xy(district, "enterprises"),
        detour=circle.detour,
        **promise,
    )
