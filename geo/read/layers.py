"""Layers: KML, DXF, MapInfo, FlatGeobuf and GML, read by GDAL from a private copy under a name of ours."""

import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from geo.contracts import Contract
from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read import archive, gdal
from geo.read.charsets import BESIDE, name_charset
from geo.read.records import Records, cells_of
from geo.read.survey import How
from geo.read.tables import known

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

_FORMAT: How = "format"

# What GDAL adds to every placemark, whatever the file says.
_STYLE = frozenset(
    ("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon")
)


def read_layers(path: Path, found: str, contract: Contract, *, encoding: str | None = None) -> Records:
    """Read the one layer of a file; of several, the one with the most headers that are known.

    Which layer was taken is said in a remark where there are several.

    Parameters
    ----------
    path : Path
        The file.
    found : str
        Its format: a key of `ENDINGS`.
    contract : Contract
        What it is read as.
    encoding : str, optional
        What a person says; of MapInfo files.

    Raises
    ------
    FileRefused
        Where it is damaged, or has no layer with geometry.
    """
    with tempfile.TemporaryDirectory(prefix="gridcircle-") as private:
        target = _copy(path, found, Path(private))
        codec, how = name_charset(target, encoding) if target.suffix in BESIDE else (None, _FORMAT)
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
        geometry=read.geometry,
        crs=None if found == "dxf" else read.crs,
        layer=name,
        encoding=codec,
        how=how,
        layers=tuple(layers),
        remarks=(*_chosen(name, list(layers)), *read.remarks),
    )


def _copy(path: Path, found: str, folder: Path) -> Path:
    """Copy a file to a folder that GDAL may write its own files to, and return the copy."""
    target = folder / f"layer{ENDINGS[found]}"
    if found == "kmz":
        archive.check(path)
        return archive.unpack_one(path, target)
    endings = (target.suffix, *BESIDE.get(target.suffix, ()))
    if zipfile.is_zipfile(path):
        archive.check(path)
        return archive.unpack_dataset(path, folder, endings)[1][target.suffix]
    shutil.copyfile(path, target)
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.lower() in endings[1:]:
            shutil.copyfile(beside, folder / f"layer{beside.suffix.lower()}")
    return target


def _is_style(header: str, found: str) -> bool:
    return found in ("kml", "kmz") and header.casefold() in _STYLE


def _chosen(name: str, layers: list[str]) -> tuple[Refusal, ...]:
    if len(layers) == 1:
        return ()
    sentence = (
        f"Of the layers {'、'.join(layers[:10])} “{name}” was read, since its fields fit best; "
        "export one alone if another is meant."
    )
    return (Refusal(0, "layer-chosen", sentence, {"layer": name, "layers": layers[:100]}),)
