"""Allotting: how much of the demand in reach the stations have room for."""

from typing import Any

import numpy as np
from scipy.sparse import csr_array

from geo.reach.allotment import Allotment, allot
from geo.reach.matrix import disc_matrix, travel_matrix
from geo.workflows import roads
from geo.workflows.asking import chosen
from geo.workflows.covering import Coverage
from geo.workflows.zone import Zone


def allotted(zone: Zone, coverage: Coverage) -> Allotment | None:
    """Allot the demand to the stations that count, None where none of them says what it can serve.

    The demand is workers where any head count is known, an unknown one being 0, else enterprises.
    """
    district, question = coverage.district, coverage.question
    rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
    if "capacity" not in district.stations or not district.stations["capacity"].iloc[rows].notna().any():
        return None
    capacity = district.stations["capacity"].iloc[rows].to_numpy(dtype=float, na_value=np.nan)
    known = coverage.totals["workers"] is not None
    workers = coverage.demand["workers"].fillna(0).to_numpy(dtype=np.int64)
    return allot(_ways(zone, coverage, rows), workers if known else np.ones_like(workers), capacity)


def told(zone: Zone, coverage: Coverage) -> dict[str, Any] | None:
    """Return the sums: served, in reach of stations without room, and out of reach; and the full stations."""
    found = allotted(zone, coverage)
    if found is None:
        return None
    district, question = coverage.district, coverage.question
    stations = district.stations[chosen(district, question).to_numpy(dtype=bool)]
    room = stations["capacity"].to_numpy(dtype=float, na_value=np.inf)
    return {
        "of": "workers" if coverage.totals["workers"] is not None else "enterprises",
        "served": int(found.served.sum()),
        "unserved": int(found.unserved.sum()),
        "out_of_reach": int(found.out_of_reach.sum()),
        "full": [
            {"id": int(one), "capacity": int(most)}
            for one, most, load in zip(stations.index, room, found.load, strict=True)
            if load >= most
        ],
    }


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
