"""Findings as a file: a table for the office, or a layer of the places to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import shapely

from geo.findings import Finding
from geo.frames import CRS, Progress, no_progress
from geo.write.form import Form, Format, WriteReport
from geo.write.frame import write_frame

HEADERS = MappingProxyType(
    {
        "code": "问题代码",
        "severity": "严重程度",
        "grids": "网格",
        "measure": "数值",
        "unit": "单位",
        "fix": "修复方式",
        "message": "说明",
    }
)
"""What a finding says → its header; the place follows as 经度 and 纬度 in a table."""


def write_findings(
    findings: Sequence[Finding],
    path: Path,
    format_name: Format | None = None,
    *,
    headers: Mapping[str, str] = HEADERS,
    form: Form | None = None,
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write findings as CSV, Excel, GeoPackage or GeoJSON, each at the place to look at.

    Parameters
    ----------
    findings : sequence of Finding
        In the order in which they are to stand; those without a place have no geometry.
    path : Path
        The file.
    format_name : str
        A key of `geo.write.form.ENDINGS`; by default the one that the file's ending means.
    headers : mapping of str to str
        Attribute of a finding → header.
    form : Form, optional
        Coordinate system and encoding; the layer is named ``findings``.

    Raises
    ------
    InputError, SystemFailure
        As `geo.write.frame.write_frame`.
    """
    rows = {name: [getattr(one, name) for one in findings] for name in headers}
    table = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in rows.items()})
    if "measure" in table:
        table["measure"] = table["measure"].astype(float)
    places = [None if one.at is None else shapely.Point(one.at) for one in findings]
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(places, index=table.index, crs=CRS))
    written = replace(form or Form(), name="findings", geometry="Point")
    return write_frame(frame, path, format_name, headers=headers, form=written, on_progress=on_progress)
