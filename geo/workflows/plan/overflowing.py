"""Overflowing: whose demand the nearest station has no room for, and where it goes on, after edits."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from geo.frames import CRS
from geo.reach.allotment import allot, overflows
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.allotting import capacities
from geo.workflows.plan.boards import ground
from geo.workflows.plan.outlook import names, outlook
from geo.workflows.plan.whatif import Effect
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame

PAGE_ROWS = 50
MOST_PAIRS = 50

_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "source_id": "企业编号",
        "name": "企业名称",
        "workers": "职工人数",
        "grid": "网格编码",
        "station_from": "最近驿站",
        "minutes_from": "到最近驿站分钟",
        "amount": "溢出人数",
        "station_to": "转往驿站",
        "minutes_to": "到转往驿站分钟",
    }
)
_NO_ROOM = MappingProxyType({"zh": "没有名额", "en": "no room"})


def rows(zone: Zone, effect: Effect) -> gpd.GeoDataFrame:
    """Return whose demand overflows, and where to: a row for each enterprise and station, the largest first.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326, by id, which may stand several times: ``source_id``, ``name``, ``workers`` (Int64),
        ``grid`` (code), the name of the nearest station in reach as ``station_from`` and the
        ``minutes_from`` there, the ``amount`` that it has no room for (workers, or 1 where no head count is
        known), and ``station_to`` that serves it and ``minutes_to`` there, missing where none has room.
    """
    district, question = effect.district, effect.question
    frame = outlook(district, question, effect.edits)
    counted = frame[frame["counts"]]
    ways = ground(zone, district, question).ways(counted)
    demand = effect.before.demand
    found = allot(
        ways, demand.workers if effect.counted else np.ones_like(demand.workers), capacities(counted)
    )
    point, station, amount = overflows(found)
    named, first = names(counted), found.first[point]
    enterprises = district.enterprises.iloc[point]
    details = zone.remember(("details", district.stamp), zone.details).reindex(enterprises.index)
    columns = {
        "source_id": details["source_id"].to_numpy(),
        "name": details["name"].to_numpy(),
        "workers": enterprises["workers"].astype("Int64").to_numpy(),
        "grid": enterprises["code"].astype("str").to_numpy(),
        "station_from": named[first],
        "minutes_from": _minutes(ways, first, point),
        "amount": amount,
        "station_to": named[station],
        "minutes_to": _minutes(ways, station, point),
    }
    places = gpd.points_from_xy(enterprises["lon"], enterprises["lat"], crs=CRS)
    listed = gpd.GeoDataFrame(pd.DataFrame(columns, index=enterprises.index), geometry=places)
    return listed.iloc[np.lexsort((station, listed.index, -amount))]


def listed(zone: Zone, effect: Effect, *, page: int = 1) -> dict[str, Any]:
    """Return one page of whose demand overflows, and the sums from station to station.

    Returns
    -------
    dict
        ``of`` (workers, or enterprises where no head count is known), ``total``, ``page``, ``pages``,
        ``rows``; ``pairs``, the largest of ``pairs_total``.
    """
    frame = pd.DataFrame(rows(zone, effect).drop(columns="geometry"))
    begin = (page - 1) * PAGE_ROWS
    shown = frame.iloc[begin : begin + PAGE_ROWS].astype(object)
    shown = shown.where(shown.notna(), None).reset_index(names="id")
    pairs = _pairs(frame)
    return {
        "of": "workers" if effect.counted else "enterprises",
        "total": len(frame),
        "page": page,
        "pages": max(1, -(-len(frame) // PAGE_ROWS)),
        "rows": shown.to_dict("records"),
        "pairs_total": len(pairs),
        "pairs": pairs[:MOST_PAIRS],
    }


def write_overflow(
    zone: Zone,
    effect: Effect,
    path: Path,
    format_name: Format | None = None,
    *,
    language: Literal["zh", "en"] = "zh",
) -> WriteReport:
    """Write whose demand overflows as a file, in the format that is said or that its ending means."""
    frame = rows(zone, effect)
    headers = dict(_HEADERS) if effect.counted else {**_HEADERS, "amount": "溢出企业"}
    return write_frame(
        frame.assign(station_to=frame["station_to"].fillna(_NO_ROOM[language])).reset_index(drop=True),
        path,
        format_name,
        headers={name: name if language == "en" else header for name, header in headers.items()},
        form=Form(name="overflow", geometry="Point"),
    )


def _minutes(
    ways: csr_array, station: npt.NDArray[np.int32], point: npt.NDArray[np.int32]
) -> npt.NDArray[np.float64]:
    """Return the minutes between stations and points, NaN where the station is -1."""
    there = np.flatnonzero(station >= 0)
    found = np.full(len(station), np.nan)
    found[there] = np.round(np.asarray(ways[station[there], point[there]]).ravel(), 2)
    return found


def _pairs(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how much goes on from which station to which, the most first."""
    sums = frame.groupby(["station_from", "station_to"], dropna=False, sort=True).agg(
        enterprises=("amount", "size"), amount=("amount", "sum")
    )
    sums = sums.sort_values("amount", ascending=False, kind="stable").reset_index()
    found = sums.astype(object).where(sums.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in found.to_dict("records")]
