"""The two sides of a scenario: which enterprises gain and which lose, with their ways before and after."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.frames import CRS
from geo.reach.times import Reach, disc_minutes, travel_minutes
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.edits import Edit
from geo.workflows.plan.outlook import names, outlook
from geo.workflows.plan.whatif import Effect
from geo.workflows.reach import roads
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame

Side = Literal["gained", "lost"]
SIDES: tuple[Side, ...] = ("gained", "lost")
PAGE_ROWS = 50

_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "side": "变化",
        "source_id": "企业编号",
        "name": "企业名称",
        "workers": "职工人数",
        "grid": "网格编码",
        "minutes_before": "原来分钟",
        "station_before": "原来最近驿站",
        "minutes_after": "以后分钟",
        "station_after": "以后最近驿站",
    }
)
_WORDS = MappingProxyType({"gained": "受益", "lost": "受损"})


def rows(zone: Zone, effect: Effect, sides: Sequence[Side] = SIDES) -> gpd.GeoDataFrame:
    """Return the enterprises of some sides, those that gain first, the largest first.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326, by id: ``side``, ``source_id``, ``name``, ``workers`` (Int64), ``grid`` (code), and the
        ``minutes`` and the name of the ``station`` nearest ``_before`` and ``_after``; NaN without a way.
    """
    found = np.concatenate([np.empty(0, dtype=np.intp), *(getattr(effect.change, side) for side in sides)])
    counts = [len(getattr(effect.change, side)) for side in sides]
    demand = effect.district.enterprises.iloc[found]
    details = zone.remember(("details", effect.district.stamp), zone.details).reindex(demand.index)
    columns: dict[str, Any] = {
        "side": np.repeat(np.array(sides, dtype=object), counts),
        "source_id": details["source_id"],
        "name": details["name"],
        "workers": demand["workers"].astype("Int64"),
        "grid": demand["code"].astype("str"),
    }
    for when, edits in (("before", ()), ("after", effect.edits)):
        reach, named = _nearest(zone, effect, edits, found)
        columns[f"minutes_{when}"] = np.where(np.isfinite(reach.minutes), np.round(reach.minutes, 2), np.nan)
        columns[f"station_{when}"] = named[reach.nearest]
    places = gpd.points_from_xy(demand["lon"], demand["lat"], crs=CRS)
    frame = gpd.GeoDataFrame(pd.DataFrame(columns, index=demand.index), geometry=places)
    order = np.lexsort((frame.index, -frame["workers"].fillna(0).to_numpy(dtype=float), frame["side"]))
    return frame.iloc[order]


def listed(zone: Zone, effect: Effect, side: Side, *, page: int = 1) -> dict[str, Any]:
    """Return one page of a side: ``total``, ``page``, ``pages`` and ``rows``."""
    frame = pd.DataFrame(rows(zone, effect, (side,)).drop(columns="geometry"))
    begin = (page - 1) * PAGE_ROWS
    shown = frame.iloc[begin : begin + PAGE_ROWS].astype(object)
    shown = shown.where(shown.notna(), None).reset_index(names="id")
    pages = max(1, -(-len(frame) // PAGE_ROWS))
    return {"total": len(frame), "page": page, "pages": pages, "rows": shown.to_dict("records")}


def write_sides(zone: Zone, effect: Effect, path: Path, format_name: Format) -> WriteReport:
    """Write both sides as a file, with Chinese headers and words."""
    frame = rows(zone, effect)
    return write_frame(
        frame.assign(side=frame["side"].replace(dict(_WORDS))),
        path,
        format_name,
        headers=_HEADERS,
        form=Form(name="what-if", geometry="Point"),
    )


def _nearest(
    zone: Zone, effect: Effect, edits: Sequence[Edit], rows: npt.NDArray[np.intp]
) -> tuple[Reach, npt.NDArray[np.object_]]:
    """Return the way of some enterprises to their nearest station after edits, and the stations' names."""
    district, question, circle = effect.district, effect.question, zone.profile.circle
    frame = outlook(district, question, edits)
    frame = frame[frame["counts"]]
    speed = circle.speed(question.mode)
    sources_xy = district.metres(frame[["lon", "lat"]].to_numpy(dtype=float))
    found = roads.roads(zone, district, question.mode) if question.method == "network" else None
    if found is None:
        targets_xy = roads.points_xy(district, "enterprises")[rows]
        reach = disc_minutes(sources_xy, targets_xy, speed_m_per_min=speed, detour=circle.detour)
    else:
        sources = roads.entries(zone, district, found.network, sources_xy)
        reach = travel_minutes(found.network, sources, found.enterprises.take(rows), speed_m_per_min=speed)
    return reach, names(frame)
