"""Contrast: what discs call covered and streets do not, and how far the polygons agree with the flags."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.coverage.tally import boxes
from geo.reach.detour import Detour, measure_detour
from geo.reach.times import disc_minutes
from geo.workflows.ground.district import District, Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen
from geo.workflows.reach.circling import circle
from geo.workflows.reach.covering import Coverage, cover, slopes

Flags = npt.NDArray[np.bool_]


def contrast(zone: Zone, wanted: Stamp, question: Question) -> dict[str, Any] | None:
    """Compare each way of drawing a circle with the streets, by the demand that counts.

    The ways are the plain disc of minutes × speed, that divided by the detour of the profile, that divided by
    the detour that was measured on these streets, and the radius of the standard. Counted is the demand that
    has a location, and lies in a grid where there are grids.

    Returns
    -------
    dict or None
        ``detour`` (see `geo.reach.detour.Detour`), ``total`` and ``rows``: ``way``, ``radius_m``,
        ``covered``, ``falsely_covered``, ``missed``, each by ``enterprises`` and ``workers``; ``polygon``,
        how far the drawn circle disagrees. None where there are no streets.
    """
    coverage = cover(zone, wanted, replace(question, method="network"))
    if coverage.question.method != "network":
        return None
    key = ("contrast", wanted, coverage.question)
    return zone.remember(key, lambda: _contrast(zone, coverage))


def detour(zone: Zone, district: District, question: Question) -> Detour | None:
    """Measure the detour on the streets of a mode; None where there are none, or nothing to measure."""
    found = roads.roads(zone, district, question.mode)
    if found is None:
        return None
    circle = zone.profile.circle
    rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))

    def measure() -> Detour | None:
        return measure_detour(
            found.network,
            (found.stations.take(rows), roads.points_xy(district, "stations")[rows]),
            found.enterprises,
            roads.points_xy(district, "enterprises"),
            radius_m=question.minutes * circle.speed(question.mode),
        )

    key = ("detour", district.stamp, question.mode, question.minutes, question.kinds, question.functions)
    return zone.remember(key, measure)


def _contrast(zone: Zone, coverage: Coverage) -> dict[str, Any]:
    district, question, promise = coverage.district, coverage.question, zone.profile.circle
    limit, speed = question.minutes, promise.speed(question.mode)
    rows = np.flatnonzero(chosen(district, question).to_numpy(dtype=bool))
    places = roads.points_xy(district, "stations")[rows]
    demand_xy = roads.points_xy(district, "enterprises")
    metres = disc_minutes(places, demand_xy, speed_m_per_min=1.0, detour=1.0).minutes
    measured = detour(zone, district, question)
    radii = {
        "disc": limit * speed,
        "disc_detour": limit * speed / promise.detour,
        "disc_measured": limit * speed / measured.median if measured and measured.median else None,
        "standard": promise.radius_m(limit),
    }
    box = boxes(coverage.demand, limit_minutes=limit, in_grids=not coverage.grids.empty)
    counts = box.isin(["covered", "out_of_reach"]).to_numpy(dtype=bool)
    real = (box == "covered").to_numpy(dtype=bool)
    weigh = _weights(coverage.demand, counts)
    table = [_row(weigh, "network", None, real, real)]
    table += [
        _row(weigh, way, radius, counts & (metres <= radius), real)
        for way, radius in radii.items()
        if radius is not None
    ]
    return {
        "minutes": limit,
        "mode": question.mode,
        "slopes": slopes(zone, coverage.district, question),
        "detour": None if measured is None else asdict(measured),
        "assumed_detour": promise.detour,
        "total": weigh(np.ones(len(counts), dtype=bool)),
        "rows": table,
        "polygon": _polygon(zone, coverage, demand_xy),
    }


def _weights(demand: pd.DataFrame, counts: Flags) -> Any:
    """Return what counts flags as enterprises and as workers."""
    workers = demand["workers"]
    amount = workers.fillna(0).to_numpy(dtype=np.int64) if workers.notna().any() else None

    def weigh(flags: Flags) -> dict[str, int | None]:
        taken = flags & counts
        known = None if amount is None else int(amount[taken].sum())
        return {"enterprises": int(taken.sum()), "workers": known}

    return weigh


def _row(weigh: Any, way: str, radius_m: float | None, flags: Flags, real: Flags) -> dict[str, Any]:
    return {
        "way": way,
        "radius_m": None if radius_m is None else round(radius_m),
        "covered": weigh(flags),
        "falsely_covered": weigh(flags & ~real),
        "missed": weigh(real & ~flags),
    }


def _polygon(zone: Zone, coverage: Coverage, demand_xy: Any) -> dict[str, Any]:
    """Count the located demand for which the drawn circle says otherwise than its own time."""
    question, demand = coverage.question, coverage.demand
    drawn = circle(zone, coverage.district.stamp, question, (question.minutes,)).areas
    located = demand["located"].to_numpy(dtype=bool)
    area = drawn.geometry.iloc[0]
    shapely.prepare(area)
    inside = np.zeros(len(demand), dtype=bool)
    inside[located] = shapely.intersects_xy(
        area, *demand.loc[located, ["lon", "lat"]].to_numpy(dtype=float).T
    )
    real = demand["minutes"].to_numpy(dtype=float) <= question.minutes
    weigh = _weights(demand, located)
    wrong = weigh(inside != real)["enterprises"]
    return {
        "inside_not_reached": weigh(inside & ~real),
        "reached_not_inside": weigh(real & ~inside),
        "share": round(wrong / int(located.sum()), 5) if located.any() else 0.0,
    }
