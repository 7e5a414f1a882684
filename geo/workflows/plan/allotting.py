"""Allotting: how much of the demand in reach the stations have room for, as they stand and as they would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.reach.allotment import Allotment, allot
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.workflows.ground.district import District
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.boards import board, ground
from geo.workflows.plan.edits import Edit
from geo.workflows.plan.outlook import edited
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
    allotment : Allotment
        Who is served where.
    """

    keys: tuple[int | str, ...]
    capacity: Capacities
    allotment: Allotment

    def to_dict(self) -> dict[str, Any]:
        """Return the sums: served, in reach without room, out of reach; and the stations that are full."""
        found = self.allotment
        limits = zip(self.keys, self.capacity.tolist(), found.load.tolist(), strict=True)
        return {
            "served": int(found.served.sum()),
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
    return Room(tuple(map(int, district.stations.index[rows])), capacity, found)


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
    zone: Zone, district: District, question: Question, edits: Sequence[Edit]
) -> tuple[Room, Room] | None:
    """Allot the demand before and after edits; None where no station that counts is limited in either.

    The ways are those that are kept for the board, so an edit costs one bounded search at most.
    """
    after = _counted(district, question, edits)
    before = _counted(district, question, ())
    if np.isnan(np.concatenate([capacities(before), capacities(after)])).all():
        return None
    key = ("room", district.stamp, question)
    return (
        zone.remember(key, lambda: _room(zone, district, question, before)),
        _room(zone, district, question, after),
    )


def _counted(district: District, question: Question, edits: Sequence[Edit]) -> pd.DataFrame:
    frame = edited(district, edits)
    return frame[chosen(replace(district, stations=frame), question).to_numpy(dtype=bool)]


def _room(zone: Zone, district: District, question: Question, stations: pd.DataFrame) -> Room:
    demand = board(zone, district, question).demand
    amounts = demand.workers if demand.workers_unknown is not None else np.ones_like(demand.workers)
    capacity = capacities(stations)
    found = allot(ground(zone, district, question).ways(stations), amounts, capacity)
    return Room(tuple(stations["key"]), capacity, found)


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
