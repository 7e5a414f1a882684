"""Proposals: an answer of where the next stations should stand as people and programs read it."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.frames import CRS
from geo.siting.greedy import Plan
from geo.siting.reasons import Reason, reasons, spared
from geo.workflows.plan.siting import LONGEST, Search
from geo.write.form import Form, WriteReport
from geo.write.frame import write_frame

_HEADERS = {
    "number": "序号",
    "name": "名称",
    "enterprises": "新增企业",
    "workers": "新增职工",
    "reached": "可达",
    "minutes_before": "原来分钟",
    "minutes_after": "以后分钟",
    "cost": "费用",
    "capacity": "容量",
}


def describe(search: Search, plan: Plan, *, method: str) -> dict[str, Any]:
    """Return an answer as the API and the command line give it: the plan, the sites, and why.

    What is counted is said by ``unit``: the plan's ``value`` and each site's ``reached`` are workers, or
    enterprises where no head count is known. Then ``workers`` is null.
    """
    question, wish = search.coverage.question, search.wish
    places = search.places.replace({np.nan: None})
    told = _reasons(search, plan.sites)
    return {
        "objective": wish.objective,
        "most": wish.most,
        "budget": wish.budget,
        "candidates": len(places),
        "minutes": question.minutes,
        "mode": question.mode,
        "method": question.method,
        "slopes": search.slopes,
        "functions": list(question.functions),
        "kinds": list(question.kinds),
        "unit": search.unit,
        "stamp": search.coverage.district.stamp.to_dict(),
        "plan": {
            "by": method,
            "value": plan.value,
            "bound": plan.bound,
            "gap": None if plan.gap is None else round(plan.gap, 6),
            "proven": plan.proven,
            "seconds": round(plan.seconds, 3),
        },
        "sites": [_site(places, search, reason) for reason in told],
    }


def _reasons(search: Search, sites: Sequence[int]) -> list[Reason]:
    if search.wish.objective == "walking":
        longest = LONGEST * search.coverage.question.minutes
        return spared(search.minutes, search.weight, sites, today=search.today, longest=longest)
    return reasons(search.problem, sites, today=search.today, covered=search.covered)


def _site(places: pd.DataFrame, search: Search, reason: Reason) -> dict[str, Any]:
    place = places.iloc[reason.site]
    inside = search.weight[reason.demand] > 0
    return {
        "candidate": reason.site,
        "name": place["name"],
        "lon": round(float(place["lon"]), 6),
        "lat": round(float(place["lat"]), 6),
        "cost": float(place["cost"]),
        "capacity": None if math.isinf(place["capacity"]) else float(place["capacity"]),
        "enterprises": int(inside.sum()),
        "workers": reason.workers if search.unit == "workers" else None,
        "reached": reason.reached,
        "minutes_before": _finite(reason.before),
        "minutes_after": _finite(reason.after),
        "unconnected": reason.unconnected,
        "shared": reason.shared,
    }


def _finite(value: float) -> float | None:
    return round(value, 1) if math.isfinite(value) else None


def hand_out(answer: dict[str, Any], path: Path, *, language: Literal["zh", "en"] = "zh") -> WriteReport:
    """Write the sites of an answer as a file, in the format that its ending means."""
    sites = answer["sites"]
    rows = pd.DataFrame({name: [site[name] for site in sites] for name in _HEADERS if name != "number"})
    rows = rows.astype({"workers": "Int64"})
    rows.insert(0, "number", range(1, len(sites) + 1))
    chinese = _HEADERS | {"reached": "可达职工" if answer["unit"] == "workers" else "可达企业"}
    return write_points(rows, sites, path, name="sites", headers=chinese, language=language)


def write_points(
    rows: pd.DataFrame,
    places: Sequence[dict[str, Any]],
    path: Path,
    *,
    name: str,
    headers: dict[str, str],
    language: Literal["zh", "en"],
) -> WriteReport:
    """Write rows, each at the ``lon`` and ``lat`` of its place, with Chinese headers or our own names."""
    points = gpd.points_from_xy([place["lon"] for place in places], [place["lat"] for place in places])
    return write_frame(
        gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(points, index=rows.index, crs=CRS)),
        path,
        headers={column: column if language == "en" else header for column, header in headers.items()},
        form=Form(name=name, geometry="Point"),
    )
