"""Formats: frames written as an office would send them, the same bytes each time.

Dates of writing, which most formats hold, are all `WRITTEN`; archives are stored and not compressed,
since compressed bytes differ between versions of zlib.
"""

import datetime as dt
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import shapely

from geo.contracts import CONTRACTS
from geo.frames import CRS

WRITTEN = dt.datetime(2026, 11, 1, 8, 0, 0)  # noqa: DTZ001 – the formats hold no zone
"""The moment that all files claim to have been written."""

_STAMP = (2026, 11, 1, 8, 0, 0)


def write_shapefile(frame: gpd.GeoDataFrame, path: Path, kind: str, *, prj: bool = True) -> None:
    """Write a zip with a Shapefile in GBK, with a .prj unless it is to be left out, and without a .cpg."""
    endings = (".shp", ".shx", ".dbf", ".prj") if prj else (".shp", ".shx", ".dbf")
    with TemporaryDirectory() as folder, _fixed_clock():
        pyogrio.write_dataframe(
            _headed(frame, kind),
            Path(folder) / f"{path.stem}.shp",
            driver="ESRI Shapefile",
            encoding="GBK",
            layer_options={"DBF_DATE_LAST_UPDATE": f"{WRITTEN:%Y-%m-%d}"},
        )
        members = {
            f"{path.stem}{ending}": (Path(folder) / f"{path.stem}{ending}").read_bytes() for ending in endings
        }
    path.write_bytes(_archive(members))


def write_geopackage(frame: gpd.GeoDataFrame, path: Path, kind: str) -> None:
    """Write a GeoPackage of one layer, named like the file."""
    path.unlink(missing_ok=True)
    with _fixed_clock():
        pyogrio.write_dataframe(_headed(frame, kind), path, layer=path.stem, driver="GPKG")


def write_geojson(frame: gpd.GeoDataFrame, path: Path, kind: str) -> None:
    """Write GeoJSON in UTF-8 and EPSG:4326, every coordinate in full."""
    table = _headed(frame.to_crs(CRS), kind)
    properties = table.drop(columns="geometry").astype(object)
    rows = properties.where(properties.notna(), None).to_dict("records")
    features = [
        {"type": "Feature", "properties": row, "geometry": shapely.geometry.mapping(shape)}
        for row, shape in zip(rows, table.geometry, strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    text = f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def write_csv(frame: pd.DataFrame, path: Path, kind: str) -> None:
    """Write a CSV in GB18030 with Chinese headers, places as 经度 and 纬度."""
    table = _tabled(frame, kind)
    path.write_bytes(table.to_csv(index=False, lineterminator="\r\n").encode("gb18030"))


def write_excel(frame: pd.DataFrame, path: Path, kind: str) -> None:
    """Write an Excel workbook with Chinese headers; numbers of places are text, to keep all digits."""
    table = _tabled(frame, kind)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = path.stem
    sheet.append(list(table.columns))
    for row in table.itertuples(index=False):
        sheet.append([None if pd.isna(cell) else cell for cell in row])
    book.properties.creator = "示例"
    book.properties.created = WRITTEN
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # openpyxl stamps the moment of saving over whatever the workbook says.
    core = members["docProps/core.xml"].decode()
    moment = f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}"
    members["docProps/core.xml"] = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{moment}", core).encode()
    path.write_bytes(_archive(members))


def _headed(frame: gpd.GeoDataFrame | pd.DataFrame, kind: str) -> gpd.GeoDataFrame:
    """Return the frame under the Chinese headers that its kind is known by; empty columns are left out."""
    headers = {column.name: column.headers[0] for column in CONTRACTS[kind].columns}
    return frame.dropna(axis="columns", how="all").rename(columns=headers)


def _tabled(frame: gpd.GeoDataFrame | pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return a table without geometry, with 经度 and 纬度 as text where there was one."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return pd.DataFrame(_headed(frame, kind))
    table = pd.DataFrame(_headed(frame, kind).drop(columns="geometry"))
    points = frame.geometry.to_numpy()
    for header, values in (("经度", shapely.get_x(points)), ("纬度", shapely.get_y(points))):
        table[header] = [None if pd.isna(value) else repr(value) for value in values.tolist()]
    return table


def _archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of the members, stored, in the order given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, _STAMP)
            # The system that wrote it would otherwise be noted too.
            info.create_system = 0
            archive.writestr(info, content)
    return buffer.getvalue()


@contextmanager
def _fixed_clock() -> Iterator[None]:
    """Let GDAL believe that it is `WRITTEN`, for as long as a file is being written."""
    before: dict[str, Any] = {"OGR_CURRENT_DATE": pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")}
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(before)
