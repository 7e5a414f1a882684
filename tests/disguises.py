"""The same grids as different offices would send them: thirteen disguises and some more."""

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from geo import china

US_FOOT_M = 1200 / 3937


@dataclass(frozen=True)
class Disguise:
    """A way to write grids, and what of them survives it: codes and names, and how exact places are."""

    write: Callable[[gpd.GeoDataFrame, Path], Path]
    names: bool = True
    tolerance_m: float = 0.01


def shapefile(
    grids: gpd.GeoDataFrame,
    folder: Path,
    *,
    crs: int | None = None,
    encoding: str = "UTF-8",
    left_out: tuple[str, ...] = (),
    within: str = "",
    name: str = "grids",
    prj: str | None = None,
) -> Path:
    """Write a zip with a Shapefile, without some of its parts, within a folder of the zip."""
    frame = grids if crs is None else grids.to_crs(crs)
    # GDAL would cut a header where a character ends; programs of offices cut after ten bytes.
    headed = frame.rename(columns={"code": "A" * 10, "name": "B" * 10})
    with TemporaryDirectory() as parts:
        headed.to_file(Path(parts) / "a.shp", encoding=encoding)
        members = {
            f"{within}{name}{part.suffix}": part.read_bytes()
            for part in sorted(Path(parts).iterdir())
            if part.suffix not in left_out
        }
    table = f"{within}{name}.dbf"
    for letter, header in (("A", "网格编码"), ("B", "网格名称")):
        cut = header.encode(encoding)[:10].ljust(10, b"\0")
        members[table] = members[table].replace(letter.encode() * 10, cut, 1)
    if prj is not None:
        members[f"{within}{name}.prj"] = prj.encode()
    return zipped(folder / "grids.zip", members)


class _NamedInGbk(zipfile.ZipInfo):
    """An entry whose name is written in GBK and without a mark, as Windows writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 – the name that zipfile calls
        return self.filename.encode("gbk"), self.flag_bits


def zipped(path: Path, members: Mapping[str, bytes]) -> Path:
    """Write a zip whose names are in GBK."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            archive.writestr(_NamedInGbk(name), body, zipfile.ZIP_DEFLATED)
    return path


def geojson(grids: gpd.GeoDataFrame, folder: Path, moved: Callable[[np.ndarray], np.ndarray]) -> Path:
    """Write GeoJSON that says nothing of its system, every coordinate moved."""
    plain = grids.to_crs(4326)
    shapes = shapely.transform(plain.geometry.to_numpy(), moved)
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": name},
            "geometry": shapely.geometry.mapping(shape),
        }
        for code, name, shape in zip(plain["code"], plain["name"], shapes, strict=True)
    ]
    path = folder / "grids.geojson"
    body = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return path


def feet(grids: gpd.GeoDataFrame, folder: Path, *, labelled: bool, metres: float = US_FOOT_M) -> Path:
    """Write EPSG:4544 in feet, with a .prj that says so or with none."""
    wkt = CRS.from_epsg(4544).to_wkt("WKT1_ESRI")
    unit = f'UNIT["Foot_US",{US_FOOT_M!r}]'
    assert wkt.endswith('UNIT["Meter",1.0]]')
    easting = f'PARAMETER["False_Easting",{500_000 / US_FOOT_M!r}]'
    wkt = wkt.replace('UNIT["Meter",1.0]]', unit + "]").replace(
        'PARAMETER["False_Easting",500000.0]', easting
    )
    scaled = grids.to_crs(4544).set_geometry(
        shapely.transform(grids.to_crs(4544).geometry.to_numpy(), lambda xy: xy / metres), crs=4544
    )
    return shapefile(scaled, folder, left_out=(".prj",), prj=wkt if labelled else None)


def turned(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return grids in EPSG:4544 with northings before eastings."""
    flat = grids.to_crs(4544)
    return flat.set_geometry(shapely.transform(flat.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4544)


def plain(grids: gpd.GeoDataFrame, path: Path, driver: str, crs: int) -> Path:
    """Write a format that GDAL writes by itself."""
    encoding = "utf-8" if driver == "MapInfo File" else None
    grids.to_crs(crs).to_file(path, driver=driver, encoding=encoding)
    return path


def drawing(grids: gpd.GeoDataFrame, folder: Path) -> Path:
    """Write the outlines alone, as closed lines of a drawing in EPSG:4544."""
    lines = gpd.GeoDataFrame(geometry=shapely.boundary(grids.to_crs(4544).geometry.to_numpy()), crs=4544)
    lines.explode().to_file(folder / "grids.dxf", driver="DXF")
    return folder / "grids.dxf"


DISGUISES: Mapping[str, Disguise] = {
    "gbk": Disguise(lambda g, d: shapefile(g, d, crs=4544, encoding="GBK", left_out=(".cpg",))),
    "4544": Disguise(lambda g, d: shapefile(g, d, crs=4544)),
    "4523": Disguise(lambda g, d: shapefile(g, d, crs=4523)),
    "4523-unstated": Disguise(lambda g, d: shapefile(g, d, crs=4523, left_out=(".prj",))),
    "4544-unstated": Disguise(lambda g, d: shapefile(g, d, crs=4544, left_out=(".prj",))),
    "gcj02": Disguise(lambda g, d: geojson(g, d, china.wgs84_to_gcj02), tolerance_m=0.001),
    "bd09": Disguise(lambda g, d: geojson(g, d, china.wgs84_to_bd09), tolerance_m=0.001),
    "swapped": Disguise(lambda g, d: geojson(g, d, lambda xy: xy[:, ::-1])),
    "feet": Disguise(lambda g, d: feet(g, d, labelled=True)),
    "kml": Disguise(lambda g, d: plain(g, d / "grids.kml", "LIBKML", 4326)),
    "dxf": Disguise(drawing, names=False),
    "mif": Disguise(lambda g, d: plain(g, d / "grids.mif", "MapInfo File", 4490)),
    "nested": Disguise(lambda g, d: shapefile(g, d, crs=4544, within="交付/2026年/网格/", name="专属网格")),
}

FURTHER: Mapping[str, Disguise] = {
    "feet-unstated": Disguise(lambda g, d: feet(g, d, labelled=False)),
    "international-feet-unstated": Disguise(lambda g, d: feet(g, d, labelled=False, metres=0.3048)),
    "6-degrees": Disguise(lambda g, d: shapefile(g, d, crs=4496, left_out=(".prj",))),
    "web-mercator": Disguise(lambda g, d: shapefile(g, d, crs=3857, left_out=(".prj",))),
    "utm": Disguise(lambda g, d: shapefile(g, d, crs=32648, left_out=(".prj",))),
    "metres-as-degrees": Disguise(
        lambda g, d: shapefile(
            g, d, crs=4544, left_out=(".prj",), prj=CRS.from_epsg(4490).to_wkt("WKT1_ESRI")
        )
    ),
    "north-before-east": Disguise(lambda g, d: shapefile(turned(g), d, left_out=(".prj",))),
    "wrong-zone": Disguise(
        lambda g, d: shapefile(
            g, d, crs=4544, left_out=(".prj",), prj=CRS.from_epsg(4547).to_wkt("WKT1_ESRI")
        )
    ),
    "mif-projected": Disguise(lambda g, d: plain(g, d / "grids.mif", "MapInfo File", 4544)),
    "tab": Disguise(lambda g, d: plain(g, d / "grids.tab", "MapInfo File", 4544), tolerance_m=0.06),
    "gml": Disguise(lambda g, d: plain(g, d / "grids.gml", "GML", 4544)),
}
