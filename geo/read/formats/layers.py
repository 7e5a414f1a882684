"""Layers: KML, DXF, MapInfo, FlatGeobuf and GML, read by GDAL from a private copy under a name of ours."""

import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from geo.contracts import Contract
from geo.errors import FileRefused
from geo.frames import Refusal, Said
from geo.read.archives import manifest, unpacking
from geo.read.formats import gdal
from geo.read.formats.charsets import name_charset
from geo.read.formats.choice import choose, suiting
from geo.read.formats.codepages import write_anew
from geo.read.formats.drawers import joined, of_drawing
from geo.read.records import Records, cells_of
from geo.read.survey import How, LayerFound

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
_DRAWERS = ("kml", "kmz")

# What GDAL adds to every placemark, whatever the file says.
_STYLE = frozenset(
    ("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon")
)


def read_layers(path: Path, found: str, contract: Contract, *, said: Said) -> Records:
    """Read the layer of a file that a person says, else the one that fits best.

    The folders of a KML and the layers of a drawing are no more than drawers: all whose shapes can be of the
    kind are read as one. What was taken is said in a remark where there are several.

    Parameters
    ----------
    path : Path
        The file.
    found : str
        Its format: a key of `ENDINGS`.
    contract : Contract
        What it is read as.
    said : Said
        What a person says: the layer, and of drawings and MapInfo files the encoding.

    Raises
    ------
    FileRefused
        Where it is damaged, or has no layer.
    InputError
        Where a person says a layer that it does not have.
    """
    with tempfile.TemporaryDirectory(prefix="gridcircle-") as private:
        copy = _copy(path, found, contract, Path(private), said.layer)
        target = copy.path
        codec, how = _encoded(target, said.encoding)
        layers = gdal.layers_of(target)
        if not layers:
            raise FileRefused("The file has no layer; export the layer again.", reason="no-layer")
        if found in _DRAWERS:
            taken, remarks = suiting(layers, contract, said.layer)
        else:
            inner = None if copy.title or found == "dxf" else said.layer
            one, remarks = choose(layers, contract, inner)
            taken = [one]
        read = joined([gdal.read_layer(target, one.name) for one in taken])
    kept = [i for i, header in enumerate(read.headers) if not _is_style(header, found)]
    records = Records(
        found,
        tuple(read.headers[i] for i in kept),
        cells_of([read.columns[i] for i in kept], range(1, len(read.geometry) + 1)),
        geometry=read.geometry,
        crs=None if found == "dxf" else read.crs,
        layer=copy.title or _title(taken),
        encoding=codec,
        how=how,
        layers=copy.packed or tuple(layers),
        remarks=(*copy.remarks, *remarks, *read.remarks),
    )
    return of_drawing(records, contract, said.layer) if found == "dxf" else records


class _Copy(NamedTuple):
    """A copy of our own; of a zip also which of its datasets it is, all of them, and what is to be said."""

    path: Path
    title: str | None = None
    packed: tuple[LayerFound, ...] = ()
    remarks: tuple[Refusal, ...] = ()


def _encoded(target: Path, encoding: str | None) -> tuple[str | None, How]:
    """Make a copy say what its text is in, where its format leaves that open."""
    if target.suffix == ".dxf":
        return write_anew(target, encoding)
    return name_charset(target, encoding) if target.suffix in unpacking.BESIDE else (None, _FORMAT)


def _title(taken: list[LayerFound]) -> str:
    names = "、".join(one.name for one in taken[:3])
    return f"{names} …" if len(taken) > 3 else names


def _copy(path: Path, found: str, contract: Contract, folder: Path, layer: str | None) -> _Copy:
    """Copy a file to a folder that GDAL may write its own files to."""
    target = folder / f"layer{ENDINGS[found]}"
    if found == "kmz":
        manifest.check(path)
        return _Copy(unpacking.unpack_one(path, target))
    endings = (target.suffix, *unpacking.BESIDE.get(target.suffix, ()))
    if zipfile.is_zipfile(path):
        manifest.check(path)
        there = unpacking.datasets(path, endings)
        one, remarks = choose(there, contract, layer)
        parts = unpacking.unpack_dataset(path, folder, endings, one.name)
        return _Copy(parts[target.suffix], one.name, tuple(there), remarks)
    shutil.copyfile(path, target)
    for beside in path.parent.iterdir():
        if beside.stem == path.stem and beside.suffix.lower() in endings[1:]:
            shutil.copyfile(beside, folder / f"layer{beside.suffix.lower()}")
    return _Copy(target)


def _is_style(header: str, found: str) -> bool:
    return found in ("kml", "kmz") and header.casefold() in _STYLE
