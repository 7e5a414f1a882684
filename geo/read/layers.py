"""Layers: KML, DXF, MapInfo, FlatGeobuf and GML, read by GDAL from a private copy under a name of ours."""

import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import shapely

from geo.contracts import Contract
from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read import archive, dbase, gdal
from geo.read.records import GeometryArray, Records, cells_of
from geo.read.tables import known
from geo.read.text import stated_codec

ENDINGS: Mapping[str, str] = {
    "kml": ".kml",
    "kmz": ".kml",
    "dxf": ".dxf",
    "flatgeobuf": ".fgb",
    "gml": ".gml",
    "mapinfo-tab": ".tab",
    "mapinfo-mif": ".mif",
}
"""Format → the ending under which GDAL knows it."""

BESIDE = {".tab": (".dat", ".map", ".id", ".ind"), ".mif": (".mid",)}

# What GDAL adds to every placemark, whatever the file says.
_STYLE = frozenset(
    ("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon")
)
_NEUTRAL = re.compile(rb'(charset\s+"?)neutral\b', re.IGNORECASE)


def read_layers(path: Path, found: str, contract: Contract, *, encoding: str | None = None) -> Records:
    """Read the one layer of a file; of several, the one with the most headers that are known.

    A closed line of a drawing becomes a polygon where the contract asks for polygons. Which layer was
    taken is said in a remark where there are several.

    Parameters
    ----------
    path : Path
        The file.
    found : str
        Its format: a key of `ENDINGS`.
    contract : Contract
        What it is read as.
    encoding : str, optional
        What a person says; of MapInfo files whose character set is “Neutral”.

    Raises
    ------
    FileRefused
        Where it is damaged, or has no layer with geometry.
    """
    with tempfile.TemporaryDirectory(prefix="gridcircle-") as private:
        target = _copy(path, found, Path(private), encoding)
        layers = gdal.layer_fields(target)
        if not layers:
            raise FileRefused("The file has no layer with geometry; export the layer again.")
        name = max(layers, key=lambda layer: known(layers[layer], contract))
        read = gdal.read_layer(target, name)
    kept = [i for i, header in enumerate(read.headers) if not _is_style(header, found)]
    return Records(
        found,
        tuple(read.headers[i] for i in kept),
        cells_of([read.columns[i] for i in kept], range(1, len(read.geometry) + 1)),
        geometry=_closed(read.geometry, contract) if found == "dxf" else read.geometry,
        crs=None if found == "dxf" else read.crs,
        layer=name,
        remarks=(*_chosen(name, list(layers)), *read.remarks),
    )


def _copy(path: Path, found: str, folder: Path, encoding: str | None) -> Path:
    """Copy a file to a folder that GDAL may write its own files to, and return the copy."""
    target = folder / f"layer{ENDINGS[found]}"
    if found == "kmz":
        archive.check(path)
        return archive.unpack_one(path, target)
    shutil.copyfile(path, target)
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.lower() in BESIDE.get(target.suffix, ()):
            shutil.copyfile(beside, folder / f"layer{beside.suffix.lower()}")
    if target.suffix in BESIDE:
        _name_charset(target, encoding)
    return target


def _name_charset(header: Path, encoding: str | None) -> None:
    """Write the character set where the header says Neutral: GDAL breaks off on Chinese text under it."""
    data = header.read_bytes()
    if not _NEUTRAL.search(data[:4096]):
        return
    codec = stated_codec(encoding) if encoding else "utf-8" if _is_utf8(header, data) else "gb18030"
    name = b"UTF-8" if codec == "utf-8" else b"WindowsSimpChinese"
    header.write_bytes(_NEUTRAL.sub(rb"\g<1>" + name, data[:4096]) + data[4096:])


def _is_utf8(header: Path, data: bytes) -> bool:
    """Tell whether the text of a MapInfo file is UTF-8: of a .mif with its .mid, or in the .dat of a .tab."""
    table, rows = header.with_suffix(".dat"), header.with_suffix(".mid")
    if header.suffix == ".tab" and table.is_file():
        return dbase.read_dbase(table.read_bytes()).decodes("utf-8")
    try:
        (data + (rows.read_bytes() if rows.is_file() else b"")).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_style(header: str, found: str) -> bool:
    return found in ("kml", "kmz") and header.casefold() in _STYLE


def _closed(geometry: GeometryArray, contract: Contract) -> GeometryArray:
    """Return closed lines as polygons where lines are not asked for."""
    if "MultiPolygon" not in contract.geometry or "LineString" in contract.geometry:
        return geometry
    lines = shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING
    rings = lines & shapely.is_closed(geometry) & (shapely.get_num_points(geometry) >= 4)
    result: GeometryArray = np.array(geometry, dtype=object)
    for i in np.flatnonzero(rings).tolist():
        result[i] = shapely.Polygon(shapely.get_coordinates(geometry[i]))
    return result


def _chosen(name: str, layers: list[str]) -> tuple[Refusal, ...]:
    if len(layers) == 1:
        return ()
    sentence = (
        f"Of the layers {'、'.join(layers[:10])} “{name}” was read, since its fields fit best; "
        "export one alone if another is meant."
    )
    return (Refusal(0, "layer-chosen", sentence, {"layer": name, "layers": layers[:100]}),)
