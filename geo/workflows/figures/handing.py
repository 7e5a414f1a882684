"""Handing out: the rows behind the figures of a coverage, ready to be written into a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage.gaps import gap_cells
from geo.coverage.tally import boxes
from geo.errors import InputError
from geo.frames import CRS, Progress, no_progress
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import doubting, grouping
from geo.workflows.reach.covering import Coverage
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame

Language = Literal["zh", "en"]
What = Literal["enterprises", "groups", "gaps"]
WHAT: tuple[What, ...] = ("enterprises", "groups", "gaps")

_HEADERS: Mapping[What, Mapping[str, str]] = MappingProxyType(
    {
        "enterprises": {
            "source_id": "企业编号",
            "name": "企业名称",
            "workers": "职工人数",
            "grid_code": "网格编码",
            "status": "归属状态",
            "box": "覆盖情况",
            "certainty": "可靠程度",
            "minutes": "到站分钟",
            "station_id": "最近驿站编号",
            "station_name": "最近驿站名称",
        },
        "groups": {
            "group": "分组",
            "denominator": "统计口径",
            "total": "合计",
            "covered": "覆盖",
            "out_of_reach": "超出范围",
            "outside": "网格之外",
            "no_location": "无位置",
            "share": "覆盖率",
        },
        "gaps": {
            "cell": "蜂窝编号",
            "enterprises": "企业数",
            "workers": "职工人数",
            "workers_unknown": "人数不详的企业",
            "unconnected": "道路不通的企业",
            "missing_median": "超出分钟",
        },
    }
)
_WORDS = MappingProxyType(
    {
        "covered": "覆盖",
        "out_of_reach": "超出范围",
        "outside": "网格之外",
        "no_location": "无位置",
        "sure": "确定可达",
        "maybe": "可能可达",
        "no": "不可达",
        "area_m2": "面积（平方米）",
        "grids": "网格",
        "enterprises": "企业",
        "workers": "职工",
        "without": "未注明",
        "several": "多个",
    }
)


@dataclass(frozen=True)
class Wanted:
    """What is to be handed out: which rows, grouped how, with headers in which language."""

    what: What = "enterprises"
    by: grouping.By = "zone"
    language: Language = "zh"


def rows(zone: Zone, coverage: Coverage, wanted: Wanted) -> pd.DataFrame:
    """Return the enterprises with their way, the groups with their figures, or the cells of the gaps.

    Enterprises and gaps are GeoDataFrames in EPSG:4326; the words are in the language that is wanted.
    """
    make = {"enterprises": _enterprises, "groups": _groups, "gaps": _gaps}[wanted.what]
    frame: pd.DataFrame = make(zone, coverage, wanted)
    if wanted.language == "zh":
        for column in ("box", "certainty", "denominator", "group"):
            if column in frame:
                frame = frame.assign(**{column: frame[column].replace(dict(_WORDS))})
    return frame


def hand_out(
    zone: Zone,
    coverage: Coverage,
    wanted: Wanted,
    path: Path,
    *,
    format_name: Format | None = None,
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write the rows behind a coverage as a file.

    Raises
    ------
    InputError
        Where the format cannot hold it: groups are a table, without places.
    """
    names = _HEADERS[wanted.what]
    frame = rows(zone, coverage, wanted)
    tables = ("csv", "xlsx")
    kind = format_name or {".csv": "csv", ".xlsx": "xlsx"}.get(path.suffix.lower(), "other")
    if wanted.what == "groups" and kind not in tables:
        raise InputError(
            "Groups are a table without places; ask for Excel or CSV.", reason="groups-without-places"
        )
    as_points = wanted.what == "enterprises" or kind in tables
    if wanted.what == "gaps" and kind in tables:
        frame = _at_middles(frame)
    return write_frame(
        frame,
        path,
        format_name,
        headers={name: name if wanted.language == "en" else header for name, header in names.items()},
        form=Form(name=wanted.what, geometry="Point" if as_points else "Polygon"),
        on_progress=on_progress,
    )


def _enterprises(zone: Zone, coverage: Coverage, wanted: Wanted) -> gpd.GeoDataFrame:
    demand = coverage.demand
    details = zone.remember(("details", coverage.district.stamp), zone.details).reindex(demand.index)
    stations = coverage.district.stations.reindex(demand["station"])
    located = demand["located"].to_numpy(dtype=bool)
    places = np.full(len(demand), None, dtype=object)
    places[located] = gpd.points_from_xy(demand.loc[located, "lon"], demand.loc[located, "lat"])
    columns: dict[str, Any] = {
        "source_id": details["source_id"],
        "name": details["name"],
        "workers": demand["workers"].astype("Int64"),
        "grid_code": demand["code"].astype("str"),
        "status": demand["status"],
        "box": boxes(demand, limit_minutes=coverage.question.minutes, in_grids=not coverage.grids.empty),
        "certainty": doubting.certainties(zone, coverage),
        "minutes": demand["minutes"].replace(np.inf, np.nan).round(2),
        "station_id": stations["source_id"].to_numpy(dtype=object),
        "station_name": stations["name"].to_numpy(dtype=object),
    }
    frame = pd.DataFrame(columns, index=demand.index)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(places, index=demand.index, crs=CRS))


def _groups(zone: Zone, coverage: Coverage, wanted: Wanted) -> pd.DataFrame:
    told = grouping.breakdown(zone, coverage, wanted.by)["rows"]
    lines = [
        {"group": row["group"], "denominator": name, **row[name]}
        for row in told
        for name in grouping.NAMES
        if row[name] is not None
    ]
    columns = [*_HEADERS["groups"]][:-1]
    frame = pd.DataFrame(lines, columns=columns)
    share = frame["covered"] / frame["total"].where(frame["total"] > 0)
    return frame.assign(share=share.astype(float).round(4))


def _gaps(zone: Zone, coverage: Coverage, wanted: Wanted) -> gpd.GeoDataFrame:
    cells = gap_cells(coverage.demand, limit_minutes=coverage.question.minutes)
    return cells.reset_index().assign(missing_median=lambda frame: frame["missing_median"].round(1))


def _at_middles(cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return cells as points, which a table can hold."""
    frame = gpd.GeoDataFrame(cells)
    middles = frame.geometry.to_numpy()
    return frame.set_geometry(gpd.GeoSeries([one.centroid for one in middles], index=frame.index, crs=CRS))
