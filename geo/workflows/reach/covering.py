"""Covering: who reaches a station within the promised minutes, on four denominators."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from geo.assignment.rule import assign
from geo.coverage.tally import Denominator, area_shares, by_grid, denominators
from geo.reach.times import Reach, disc_minutes, travel_minutes
from geo.streets.paces import speeds_km_h
from geo.streets.slopes import RULES
from geo.workflows.ground.district import District, Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, check, chosen, decided, eligible, openings
from geo.workflows.reach.roads import Floats


@dataclass(frozen=True, eq=False)
class Coverage:
    """The answer for one stamp.

    Parameters
    ----------
    district : District
        What was asked about.
    question : Question
        What was asked, its method decided.
    stations : int
        How many facilities count.
    demand : DataFrame
        Index of the enterprises; ``lon``, ``lat``, ``located``, ``status``, ``version``, ``workers``,
        ``minutes`` (inf where no street connects) and ``station`` (id of the nearest, NA for none).
    totals : dict
        See `geo.coverage.tally.denominators`.
    grids : DataFrame
        See `geo.coverage.tally.by_grid`, with ``code``.
    hours : dict, optional
        Where a moment is asked for: how many facilities are ``open``, ``closed`` and ``unknown`` then, and
        how many ``enterprises`` and ``workers`` out of reach the unknown ones would reach.
    """

    district: District
    question: Question
    stations: int
    demand: pd.DataFrame
    totals: dict[str, Denominator | None]
    grids: pd.DataFrame
    hours: dict[str, Any] | None = None


def cover(resident: Zone, wanted: Stamp, question: Question) -> Coverage:
    """Answer a question of coverage at a stamp.

    Raises
    ------
    InputError
        Where the minutes are out of range.
    """
    check(question)
    district = resident.district(wanted)
    question = decided(district, question)
    key = ("coverage", wanted, question)
    return resident.remember(key, lambda: _cover(resident, district, question))


def describe(resident: Zone, coverage: Coverage) -> dict[str, Any]:
    """Return the answer as the API and the command line give it, without the rows by grid."""
    workers = coverage.totals["workers"]
    return method(resident, coverage.district, coverage.question) | {
        "stations": coverage.stations,
        "hours": coverage.hours,
        "stamp": coverage.district.stamp.to_dict()
        | {"computed_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        "denominators": {name: _row(total) for name, total in coverage.totals.items()},
        "workers_unknown": workers.unknown if workers else int(coverage.demand["workers"].isna().sum()),
    }


def method(resident: Zone, district: District, question: Question) -> dict[str, Any]:
    """Return what an answer says of how it was measured; ``question`` has its method decided."""
    circle, disc = resident.profile.circle, question.method == "disc"
    key = ("streets told", district.stamp.streets, district.stamp.origin)
    return {
        "mode": question.mode,
        "minutes": question.minutes,
        "speed_m_per_min": round(circle.speed(question.mode), 6),
        "speeds_km_h": None
        if disc
        else speeds_km_h(question.mode, speed_m_per_min=circle.speed(question.mode)),
        "method": question.method,
        "detour": circle.detour if disc else None,
        "streets": None if disc else resident.remember(key, resident.streets_told),
        "slopes": slopes(resident, district, question),
        "kinds": list(question.kinds),
        "functions": list(question.functions),
    }


def slopes(resident: Zone, district: District, question: Question) -> dict[str, Any]:
    """Return whether slopes are ``counted``, for which ``share`` of the streets' length, and ``why`` not.

    They come from the streets, which the same answer names: from a column, a tag, or heights on vertices.
    They are not counted on the ``disc``, for a ``mode`` that feels none, and where the streets say nothing
    of them (``not-stated``).
    """
    found = roads.network(resident, district, question.mode) if question.method == "network" else None
    share = 0.0 if found is None else found.sloped
    unfelt = "mode" if question.mode not in RULES else "not-stated"
    why = None if share else "disc" if found is None else unfelt
    return {"counted": why is None, "share": round(share, 4), "why": why}


def rows_by_grid(coverage: Coverage) -> list[dict[str, Any]]:
    """Return one row for each grid, in the order of the codes."""
    table = coverage.grids.astype(object).where(coverage.grids.notna(), None)
    return [
        {
            "id": row["grid_id"],
            "code": row["code"],
            "enterprises": row["enterprises_total"],
            "enterprises_covered": row["enterprises_covered"],
            "workers": row["workers_total"],
            "workers_covered": row["workers_covered"],
            "area_share": round(row["area_share"], 4),
            "reached": row["reached"],
        }
        for row in table.to_dict("records")
    ]


def _cover(resident: Zone, district: District, question: Question) -> Coverage:
    flags = chosen(district, question).to_numpy()
    measure = ruler(resident, district, question, np.flatnonzero(flags))
    enterprises = measure("enterprises")
    demand = district.enterprises.assign(
        located=district.enterprises["lon"].notna(),
        minutes=enterprises.minutes,
        station=_nearest(district, flags, enterprises),
    )
    hours, demand["if_open"] = _hours(resident, district, question, demand)
    if district.grids.empty:
        table = pd.DataFrame(columns=["grid_id", "code"])
        totals = denominators(demand, limit_minutes=question.minutes)
    else:
        measured = district.grids[["area_m2"]].assign(minutes=measure("grids").minutes)
        versions = lattice_grids(resident, district, question)
        measured["area_share"] = area_shares(
            measured, versions, measure("lattice").minutes, limit_minutes=question.minutes
        )
        totals = denominators(demand, measured, limit_minutes=question.minutes)
        table = by_grid(demand, measured, limit_minutes=question.minutes)
        table = table.join(district.grids[["grid_id", "code"]])
    return Coverage(district, question, int(flags.sum()), demand, totals, table, hours)


def _hours(
    resident: Zone, district: District, question: Question, demand: pd.DataFrame
) -> tuple[dict[str, Any] | None, Any]:
    """Count the facilities by their hours; flag who is in reach only if those of unknown hours are open."""
    none = np.zeros(len(demand), dtype=bool)
    if question.at is None:
        return None, none
    able, state = eligible(district, question), openings(district, question.at)
    unknown = np.flatnonzero((able & (state == "unknown")).to_numpy(dtype=bool))
    reach = ruler(resident, district, question, unknown)("enterprises") if len(unknown) else None
    near = none if reach is None else reach.minutes <= question.minutes
    flags = near & ~(demand["minutes"].to_numpy(dtype=float) <= question.minutes)
    counts = {name: int((able & (state == name)).sum()) for name in ("open", "closed", "unknown")}
    workers = demand["workers"]
    return {
        "at": question.at.isoformat(timespec="minutes"),
        **counts,
        "enterprises": int(flags.sum()),
        "workers": int(workers[flags].fillna(0).sum()) if workers.notna().any() else None,
    }, flags


def ruler(
    resident: Zone, district: District, question: Question, rows: Any
) -> Callable[[str | Floats], Reach]:
    """Return what measures the time from the stations in these rows.

    It is asked for the ``enterprises``, the ``grids``, the ``lattice``, or places (n, 2) in metres.
    """
    circle = resident.profile.circle
    speed = circle.speed(question.mode)
    found = roads.roads(resident, district, question.mode) if question.method == "network" else None
    if found is None:
        sources_xy = roads.points_xy(district, "stations")[rows]
        return lambda what: disc_minutes(
            sources_xy,
            roads.places_xy(resident, district, what) if isinstance(what, str) else what,
            speed_m_per_min=speed,
            detour=circle.detour,
        )
    sources = found.stations.take(rows)
    return lambda what: travel_minutes(
        found.network,
        sources,
        roads.places(resident, district, question.mode, what)
        if isinstance(what, str)
        else roads.entries(resident, district, found.network, what),
        speed_m_per_min=speed,
    )


def _nearest(district: District, flags: Any, reach: Reach) -> pd.Series:
    """Return the id of the nearest chosen station of each enterprise, NA for none."""
    ids = district.stations.index.to_numpy()[np.flatnonzero(flags)]
    found = np.zeros(len(reach.nearest), dtype=np.int64)
    has = reach.nearest >= 0
    found[has] = ids[reach.nearest[has]]
    return pd.Series(pd.array(found, dtype="Int64"), index=district.enterprises.index).where(has)


def lattice_grids(resident: Zone, district: District, question: Question) -> pd.Series:
    """Return the grid of each point of the lattice by its version."""
    spread = roads.lattice(resident, district, question.mode if question.method == "network" else None)
    key = ("lattice grids", district.stamp.release, district.stamp.on, spread.shape, spread.origin_xy)
    return resident.remember(key, lambda: assign(spread.points_lonlat, district.grids)["version"])


def _row(total: Denominator | None) -> dict[str, int] | None:
    return None if total is None else {k: v for k, v in asdict(total).items() if k != "unknown"}
