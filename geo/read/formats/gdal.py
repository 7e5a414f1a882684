"""GDAL: one layer of a file whose format was recognised, as geometry and cells of text."""

import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely

from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read.columns.values import cell
from geo.read.formats.choice import of_type, shape_of
from geo.read.geometry.shapes import without_empty_rings
from geo.read.records import GeometryArray, refuse_excess
from geo.read.survey import LayerFound

_TOLD = 5
_LOOKED_AT = 1_000
_SOURCE = re.compile(r"/\S+\.(?:cpp|c|h), [0-9]+: ")


@dataclass(frozen=True)
class Layer:
    """A layer as GDAL gives it.

    ``geometry`` holds None where there is none; ``crs`` is an authority code or WKT.
    """

    geometry: GeometryArray
    headers: tuple[str, ...]
    columns: tuple[list[str | None], ...]
    crs: str | None
    remarks: tuple[Refusal, ...]


def read_layer(path: Path, layer: str | None = None, *, fields: bool = True) -> Layer:
    """Read one layer.

    Parameters
    ----------
    path : Path
        A file whose format was recognised by its content.
    layer : str, optional
        Which; else the only one.
    fields : bool
        Whether its fields are read, or its geometry alone.

    Raises
    ------
    FileRefused
        Where GDAL cannot read it, or it is larger than this service reads.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        meta, _, wkb, data = _guarded(pyogrio.raw.read, path, layer=layer, columns=None if fields else [])
    if wkb is None:  # A table.
        wkb = np.full(len(data[0]) if len(data) else 0, None, dtype=object)
    refuse_excess(len(data), len(wkb))
    geometry = without_empty_rings(shapely.from_wkb(wkb, on_invalid="ignore"))
    given = np.array([item is not None for item in wkb], dtype=bool)
    lost = np.flatnonzero(given & shapely.is_missing(geometry))
    told = [_clean(str(warning.message), path) for warning in said[:_TOLD]]
    remarks = [Refusal(0, "gdal", f"GDAL: {one}", {"said": one}) for one in told]
    remarks += [
        Refusal(int(i) + 1, "geometry-unreadable", "The geometry cannot be read and was left out.")
        for i in lost
    ]
    columns = tuple([cell(value) for value in column] for column in data)
    return Layer(geometry, tuple(map(str, meta["fields"])), columns, meta["crs"], tuple(remarks))


def layers_of(path: Path) -> list[LayerFound]:
    """Return the layers and tables of a file; shapes that it does not name are looked at, the first of them.

    Raises
    ------
    FileRefused
        Where GDAL cannot open it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # They are said when the layer itself is read.
        return [
            _layer_of(path, str(name), None if kind is None else str(kind))
            for name, kind in _guarded(pyogrio.list_layers, path)
        ]


def _layer_of(path: Path, name: str, kind: str | None) -> LayerFound:
    info = _guarded(pyogrio.read_info, path, layer=name)
    shape, count = of_type(kind), int(info["features"])
    if shape == "unknown":
        _, _, wkb, _ = _guarded(pyogrio.raw.read, path, layer=name, columns=[], max_features=_LOOKED_AT)
        shape = shape_of(shapely.from_wkb(wkb, on_invalid="ignore"))
    return LayerFound(name, count if count >= 0 else None, shape, tuple(map(str, info["fields"])))


def _guarded(function: Any, path: Path, **options: Any) -> Any:
    # A drawing is one of our own by now, in UTF-8 whatever it says; other drivers do not look at this.
    pyogrio.set_gdal_config_options({"DXF_ENCODING": "UTF-8"})
    try:
        return function(path, **options)
    except (RuntimeError, ValueError, MemoryError) as error:  # RuntimeError is the base of pyogrio's.
        raise FileRefused(
            f"The file cannot be read ({_clean(str(error), path)[:160]}); export the layer again.",
            reason="layer-unreadable",
            said=_clean(str(error), path)[:160],
        ) from error


def _clean(message: str, path: Path) -> str:
    """Leave folders, ours and those GDAL was built in, out of its message: they are nobody's business."""
    return _SOURCE.sub("", message.replace(str(path), path.name).replace(str(path.parent), ""))
