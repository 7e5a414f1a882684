"""Handing out: the rows behind a coverage, ready to be written into a file."""

from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage import boxes
from geo.frames import CRS, Progress, no_progress
from geo.workflows.covering import Coverage
from geo.workflows.zone import Zone
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame

Language = Literal["zh", "en"]

_HEADERS = {
    "source_id": "企业编号",
    "name": "企业名称",
    "workers": "职工人数",
    "grid_code": "网格编码",
    "status": "归属状态",
    "box": "覆盖情况",
    "minutes": "到站分钟",
    "station_id": "最近驿站编号",
    "station_name": "最近驿站名称",
}
_BOXES = {
    "covered": "覆盖",
    "out_of_reach": "超出范围",
    "outside": "网格之外",
    "no_location": "无位置",
}


def covered_rows(zone: Zone, coverage: Coverage, *, language: Language = "zh") -> gpd.GeoDataFrame:
    """Return each enterprise with its grid, its box, its minutes and the station nearest to it.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326, in the order of the demand; None where there is no location. ``minutes`` is NaN where no
        way leads.
    """
    demand = coverage.demand
    details = zone.details().reindex(demand.index)
    stations = coverage.district.stations.reindex(demand["station"])
    box = boxes(demand, limit_minutes=coverage.question.minutes, in_grids=not coverage.grids.empty)
    located = demand["located"].to_numpy(dtype=bool)
    places = np.full(len(demand), None, dtype=object)
    places[located] = gpd.points_from_xy(demand.loc[located, "lon"], demand.loc[located, "lat"])
    rows = pd.DataFrame(
        {
            "source_id": details["source_id"],
            "name": details["name"],
            "workers": demand["workers"].astype("Int64"),
            "grid_code": demand["code"].astype("str"),
            "status": demand["status"],
            "box": box.map(_BOXES) if language == "zh" else box,
            "minutes": demand["minutes"].replace(np.inf, np.nan).round(2),
            "station_id": stations["source_id"].to_numpy(dtype=object),
            "station_name": stations["name"].to_numpy(dtype=object),
        },
        index=demand.index,
    )
    return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(places, index=demand.index, crs=CRS))


def hand_out(
    zone: Zone,
    coverage: Coverage,
    path: Path,
    *,
    format_name: Format | None = None,
    language: Language = "zh",
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write the enterprises of a coverage as a file; see `covered_rows` and `geo.write.frame.write_frame`."""
    headers = {name: name if language == "en" else header for name, header in _HEADERS.items()}
    return write_frame(
        covered_rows(zone, coverage, language=language),
        path,
        format_name,
        headers=headers,
        form=Form(name="coverage", geometry="Point"),
        on_progress=on_progress,
    )
