"""Doubting: how sure an answer is, and who has the longest ways."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.assignment.receipt import accuracies
from geo.coverage.certainty import CERTAINTIES, Doubt, Worst, certainty, worst_served
from geo.coverage.tally import boxes
from geo.reach.rim import Rim, doubtful, find_rim, stations_at_rim
from geo.streets.network import Network
from geo.workflows.ground.district import District
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen
from geo.workflows.reach.covering import Coverage

Floats = npt.NDArray[np.float64]


def certainties(zone: Zone, coverage: Coverage) -> "pd.Series[str]":
    """Say of each enterprise whether it is in reach: ``sure``, ``maybe``, ``no``."""
    key = ("certainty", coverage.district.stamp, coverage.question)
    return zone.remember(key, lambda: _certainties(zone, coverage))


def certainty_told(zone: Zone, coverage: Coverage) -> dict[str, Any]:
    """Count the certainties: with what is outside and without a location they add up to the total."""
    circle, question = zone.profile.circle, coverage.question
    words = certainties(zone, coverage)
    box = boxes(coverage.demand, limit_minutes=question.minutes, in_grids=not coverage.grids.empty)
    counted = words.where(box.isin(["covered", "out_of_reach"]), box)
    names = (*CERTAINTIES, "outside", "no_location")
    workers = coverage.demand["workers"]
    told: dict[str, Any] = {
        "enterprises": {name: int((counted == name).sum()) for name in names},
        "workers": {name: int(workers[counted == name].fillna(0).sum()) for name in names}
        if workers.notna().any()
        else None,
    }
    speed = circle.speed(question.mode)
    return told | {
        "slow_m_per_min": round(speed * circle.slow, 6),
        "fast_m_per_min": round(speed * circle.fast, 6),
        "long_access_m": circle.long_access_m,
    }


def worst(zone: Zone, coverage: Coverage) -> Worst:
    """Find the tenth of the workers with the longest ways."""
    demand = coverage.demand
    key = ("worst", coverage.district.stamp, coverage.question)
    return zone.remember(
        key,
        lambda: worst_served(
            demand["minutes"].to_numpy(dtype=float),
            demand["located"].to_numpy(dtype=bool),
            demand["workers"],
        ),
    )


def worst_told(zone: Zone, coverage: Coverage) -> dict[str, Any]:
    """Return the minutes that a tenth of the workers exceeds, and how many they are."""
    found = worst(zone, coverage)
    times = coverage.demand["minutes"].to_numpy(dtype=float)[found.flags]
    known = coverage.totals["workers"] is not None
    return {
        "share": 0.1,
        "weighed_by": "workers" if known else "enterprises",
        "minutes": None if found.minutes is None else round(found.minutes, 2),
        "enterprises": int(found.flags.sum()),
        "workers": found.weight if known else None,
        "unconnected": int((~np.isfinite(times)).sum()),
    }


def beyond_told(zone: Zone, district: District, question: Question) -> dict[str, Any] | None:
    """Return the ids of the stations whose circle comes to where the street data end, and may go on there.

    None where no streets are measured; ``question`` has its method decided.
    """
    found = roads.roads(zone, district, question.mode) if question.method == "network" else None
    if found is None:
        return None

    def flagged() -> list[int]:
        rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
        flags = stations_at_rim(
            found.network,
            _rim(zone, district, found.network),
            found.stations.take(rows),
            speed_m_per_min=zone.profile.circle.speed(question.mode),
            limit_minutes=question.minutes,
        )
        return [int(number) for number in district.stations.index[rows[flags]]]

    return {"stations": zone.remember(("at-rim", district.stamp, question), flagged)}


def _rim(zone: Zone, district: District, network: Network) -> Rim:
    key = ("rim", district.stamp.ways, district.crs, network.mode)
    return zone.remember(key, lambda: find_rim(network))


def _certainties(zone: Zone, coverage: Coverage) -> "pd.Series[str]":
    district, question, circle = coverage.district, coverage.question, zone.profile.circle
    demand = coverage.demand
    access = np.full(len(demand), np.nan)
    beyond = np.zeros(len(demand), dtype=bool)
    found = roads.roads(zone, district, question.mode) if question.method == "network" else None
    if found is not None:
        access = found.enterprises.access_m
        rim = _rim(zone, district, found.network)
        rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
        beyond = doubtful(
            found.network,
            rim,
            found.stations.take(rows),
            found.enterprises,
            speed_m_per_min=circle.speed(question.mode),
            limit_minutes=question.minutes,
        )
    words = certainty(
        demand["minutes"].to_numpy(dtype=float),
        limit_minutes=question.minutes,
        speed_m_per_min=circle.speed(question.mode),
        doubt=Doubt(circle.slow, circle.fast, circle.long_access_m, circle.detour),
        accuracy_m=_accuracy_m(zone, coverage),
        access_m=access,
        # Who is in reach of a station of unknown hours may be in reach, too.
        beyond_data=beyond | demand["if_open"].to_numpy(dtype=bool),
    )
    return words.set_axis(demand.index)


def _accuracy_m(zone: Zone, coverage: Coverage) -> Floats:
    """Return how far each place may be off: as its file says, as it was found, or as such sources are."""

    def measure() -> Floats:
        known = zone.sources().reindex(coverage.demand.index)
        return np.nan_to_num(accuracies(known, zone.profile.accuracy_m))

    return zone.remember(("accuracy", coverage.district.stamp), measure)
