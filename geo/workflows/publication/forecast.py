"""Forecast: the figures that the zone would have after a redrawing, from what is known of it today.

Stations and streets stay where they are, so every time that was measured still holds. Only the grids that
change are measured anew, and only the points near them change their grid; the figures are the same as those
that are counted after the publication.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.assignment.rule import STATUSES, assign
from geo.changes.comparison import same_outlines
from geo.changes.moves import Redrawing, moving
from geo.coverage.tally import Denominator, denominators, reached
from geo.workflows.ground.district import District, Stamp
from geo.workflows.reach import roads
from geo.workflows.reach.asking import Question, chosen
from geo.workflows.reach.covering import Coverage, cover, ruler
from geo.workflows.resident import Resident

UNITS: Mapping[str, str] = {
    "area_m2": "area",
    "grids": "grids",
    "enterprises": "enterprises",
    "workers": "workers",
}


@dataclass(frozen=True)
class Indicator:
    """One figure before and after.

    Parameters
    ----------
    name : str
        Such as ``service-coverage-workers``.
    before, after : float or None
        The figure; a share from 0 to 1 where ``unit`` is ``share``. None of nothing.
    unit : {"share", "count", "m²"}
        What it counts.
    """

    name: str
    before: float | None
    after: float | None
    unit: str = "count"


def forecast(
    resident: Resident,
    wanted: Stamp,
    drawn: Redrawing,
    moves: Mapping[str, pd.DataFrame],
    organised: set[int],
) -> tuple[Indicator, ...]:
    """Return each indicator of the zone that a redrawing of the counted grids changes.

    Parameters
    ----------
    wanted : Stamp
        The state before.
    drawn : Redrawing
        The counted grids by their ids.
    moves : mapping of str to DataFrame
        ``enterprises`` and ``stations``: see `geo.changes.moves.moving`.
    organised : set of int
        The ids of the grids that have an organisation on the day.
    """
    coverage = cover(resident, wanted, Question.promised(resident.profile))
    found = [*_grids(drawn, organised), *_statuses(coverage.district, moves)]
    old, new = coverage.totals, _totals(resident, coverage, drawn, moves["enterprises"])
    for name, unit in UNITS.items():
        found += _service(unit, old[name], new[name])
    return tuple(one for one in found if one.before != one.after)


def _grids(drawn: Redrawing, organised: set[int]) -> list[Indicator]:
    counts = [
        (len(grids), sum(int(number) in organised for number in grids.index))
        for grids in (drawn.before, drawn.after)
    ]
    (old, old_with), (new, new_with) = counts
    return [
        Indicator("grids", old, new),
        Indicator("grids-with-organisation", old_with, new_with),
        Indicator("organisation-coverage", _share(old_with, old), _share(new_with, new), "share"),
    ]


def _statuses(district: District, moves: Mapping[str, pd.DataFrame]) -> list[Indicator]:
    kinds = district.stations["kind"]
    groups = {
        "enterprises": (district.enterprises["status"], moves["enterprises"]),
        "stations": _of_kind(district.stations["status"], moves["stations"], kinds, "station"),
        "centres": _of_kind(district.stations["status"], moves["stations"], kinds, "centre"),
    }
    found = []
    for what, (status, moved) in groups.items():
        for name in STATUSES:
            before = int((status == name).sum())
            change = int((moved["status_after"] == name).sum()) - int((moved["status_before"] == name).sum())
            found.append(Indicator(f"{what}-{name}", before, before + change))
    return found


def _of_kind(
    status: "pd.Series[Any]", moved: pd.DataFrame, kinds: "pd.Series[Any]", kind: str
) -> tuple["pd.Series[Any]", pd.DataFrame]:
    return status[kinds == kind], moved[kinds.reindex(moved.index) == kind]


def _service(unit: str, old: Denominator | None, new: Denominator | None) -> list[Indicator]:
    """Return the shares of one denominator, and the counts that they are made of."""
    measure = "m²" if unit == "area" else "count"
    before, after = _figures(old), _figures(new)
    return [
        Indicator(
            f"service-coverage-{unit}" if name == "share" else f"{unit}-{name.replace('_', '-')}",
            before[name],
            after[name],
            "share" if name == "share" else measure,
        )
        for name in ("share", "total", "covered", "out_of_reach", "outside")
    ]


def _figures(one: Denominator | None) -> dict[str, Any]:
    return defaultdict(lambda: None) if one is None else {**asdict(one), "share": one.share}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _totals(
    resident: Resident, coverage: Coverage, drawn: Redrawing, moved: pd.DataFrame
) -> dict[str, Denominator | None]:
    """Count the coverage as it will be; see `geo.coverage.tally.denominators`."""
    question = coverage.question
    status = coverage.demand["status"].copy()
    status.loc[moved.index] = moved["status_after"]
    demand = coverage.demand.assign(status=status)
    if drawn.after.empty:
        return denominators(demand, limit_minutes=question.minutes)
    measured = _measured(resident, coverage, drawn)
    measured["area_share"] = _area_shares(resident, coverage, drawn, measured)
    return denominators(demand, measured, limit_minutes=question.minutes)


def _measured(resident: Resident, coverage: Coverage, drawn: Redrawing) -> pd.DataFrame:
    """Return the area of each grid, and the minutes of its representative point."""
    district, question, after = coverage.district, coverage.question, drawn.after
    known = _by_id(coverage).reindex(after.index)
    standing = drawn.before.geometry.reindex(after.index).to_numpy()
    new = ~after.index.isin(drawn.before.index)
    new |= ~same_outlines(standing, after.geometry.to_numpy())
    if new.any():
        changed = gpd.GeoDataFrame(geometry=after.geometry[new])
        metric = changed.to_crs(district.crs).area.fillna(0.0).to_numpy()
        # GeoPandas keeps its transformers; making one takes longer than the rest for a moved border.
        middles = changed.representative_point().to_crs(district.crs)
        xy = np.column_stack([middles.x.to_numpy(), middles.y.to_numpy()])
        rows = np.flatnonzero(chosen(district, question).to_numpy())
        known.loc[new, "area_m2"] = metric
        known.loc[new, "minutes"] = ruler(resident, district, question, rows)(xy).minutes
    return known[["area_m2", "minutes"]]


def _by_id(coverage: Coverage) -> pd.DataFrame:
    table = coverage.grids
    if table.empty:
        return pd.DataFrame({"area_m2": [], "minutes": []}, dtype=float, index=pd.Index([], dtype="int64"))
    return table[["area_m2", "minutes"]].set_axis(pd.Index(table["grid_id"].astype("int64")))


def _area_shares(
    resident: Resident, coverage: Coverage, drawn: Redrawing, measured: pd.DataFrame
) -> "pd.Series[float]":
    """Return the share of each grid's area in reach; see `geo.coverage.tally.area_shares`."""
    district, question = coverage.district, coverage.question
    limit = question.minutes
    changed = replace(district, grids=drawn.after)
    if changed.extent == district.extent:
        points, held = _lattice(resident, coverage, drawn.before)
        moved = moving(drawn, points)
        within = (points.loc[moved.index, "minutes"] <= limit).to_numpy()
        counts = held.reindex(measured.index.union(held.index), fill_value=0)
        for when, sign in (("before", -1), ("after", 1)):
            counts = counts.add(_held(moved[when], within).mul(sign), fill_value=0)
        counts = counts.reindex(measured.index, fill_value=0)
    else:
        points = _laid(resident, changed, question)
        found = assign(points[["lon", "lat"]].to_numpy(), drawn.after)["version"]
        counts = _held(found, (points["minutes"] <= limit).to_numpy())
        counts = counts.reindex(measured.index, fill_value=0)
    share = counts["within"] / counts["held"].where(counts["held"] > 0, 1)
    return share.where(counts["held"] > 0, reached(measured, limit).astype(float))


def _lattice(
    resident: Resident, coverage: Coverage, grids: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the points of the lattice with their minutes, and how many each grid holds today."""
    district, question = coverage.district, coverage.question

    def build() -> tuple[pd.DataFrame, pd.DataFrame]:
        points = _laid(resident, district, question)
        found = assign(points[["lon", "lat"]].to_numpy(), grids)["version"]
        return points, _held(found, (points["minutes"] <= question.minutes).to_numpy())

    return resident.remember(("lattice by grid", district.stamp, question), build)


def _laid(resident: Resident, district: District, question: Question) -> pd.DataFrame:
    """Return the points of the lattice over a district, with their minutes."""
    spread = roads.lattice(resident, district, question.mode if question.method == "network" else None)
    rows = np.flatnonzero(chosen(district, question).to_numpy())
    minutes = ruler(resident, district, question, rows)("lattice").minutes
    return pd.DataFrame(spread.points_lonlat, columns=["lon", "lat"]).assign(minutes=minutes)


def _held(grids: "pd.Series[Any]", within: Any) -> pd.DataFrame:
    """Count the points that each grid holds, and those of them that are in reach."""
    return (
        pd.DataFrame({"grid": grids.to_numpy(), "held": 1, "within": within.astype(np.int64)})
        .dropna()
        .astype("int64")
        .groupby("grid")
        .sum()
    )
