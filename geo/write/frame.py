"""One way out: any frame as a file of the format asked for, written beside it first, then renamed."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.errors import InputError, SystemFailure
from geo.frames import Progress, Refusal, no_progress
from geo.read.recognition import MAX_BYTES
from geo.write.cells import fields_of
from geo.write.form import ENDINGS, Form, Format, Geometries, Layer, WriteReport, format_of
from geo.write.geojson import write_geojson
from geo.write.geopackage import write_geopackage
from geo.write.kml import write_kml
from geo.write.placement import placed, system_for
from geo.write.shapefile import write_shapefile
from geo.write.tables import write_csv, write_excel

_Writer = Callable[[Layer, Path], tuple[Refusal, ...]]

_WRITERS: Mapping[Format, _Writer] = {
    "gpkg": write_geopackage,
    "geojson": write_geojson,
    "shapefile": write_shapefile,
    "kml": write_kml,
    "csv": write_csv,
    "xlsx": write_excel,
}
_MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "Point": shapely.multipoints,
    "LineString": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}
_READ_AS = {"gpkg": "geopackage", "xlsx": "excel"}
_DEGREES_ALONE = {"geojson": "GeoJSON", "kml": "KML"}
_TABLES = ("csv", "xlsx")
_ENCODED = ("shapefile", "csv")


def write_frame(
    frame: pd.DataFrame,
    path: Path,
    format_name: Format | None = None,
    *,
    headers: Mapping[str, str],
    form: Form | None = None,
    on_progress: Progress = no_progress,
) -> WriteReport:
    """Write a frame as a file; what is there already under its name is replaced at the end.

    Parameters
    ----------
    frame : DataFrame or GeoDataFrame
        Geometry in EPSG:4326, None where there is none; a table without geometry for CSV and Excel.
    path : Path
        The file. With an offset its name says so afterwards.
    format_name : str
        A key of `geo.write.form.ENDINGS`; by default the one that the file's ending means.
    headers : mapping of str to str
        Column of the frame → its header in the file, in order; other columns are left out.
    form : Form, optional
        Coordinate system, encoding, offset, name and moment.
    on_progress : Progress
        Told how far the writing is; what it raises ends it, and nothing is left behind.

    Raises
    ------
    InputError
        Where the format cannot hold what is asked for.
    SystemFailure
        Where the file cannot be written.

    Examples
    --------
    >>> write_frame(grids, Path("grids.gpkg"), "gpkg", headers={"code": "网格编码"})  # doctest: +SKIP
    """
    form = form or Form()
    format_name = format_name or format_of(path)
    layer = _layer(frame, format_name, headers, form)
    target = offset_path(path, form)
    if not target.parent.is_dir() or target.is_dir():
        raise InputError(f"“{path}” cannot be written: name a file in a folder that is there.")
    on_progress(0.3, f"Writing {len(layer):,} rows")
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".gridcircle-") as folder:
            draft = Path(folder) / f"{form.name}{ENDINGS[format_name]}"
            warnings = _WRITERS[format_name](layer, draft)
            size = draft.stat().st_size
            on_progress(0.95, "Putting the file in its place")
            _sync(draft)
            draft.replace(target)
    except OSError as error:
        raise SystemFailure(
            f"“{target.name}” cannot be written: {error.strerror or error}.", reason="disk-refused"
        ) from error
    on_progress(1.0, f"{len(layer):,} rows written")
    return WriteReport(
        path=target,
        format=format_name,
        crs=layer.system.label,
        encoding=form.encoding or "utf-8",
        offset=form.offset,
        features=len(layer),
        bytes=size,
        warnings=(*warnings, *_too_large(format_name, size)),
    )


def offset_path(path: Path, form: Form) -> Path:
    """Return the path with the offset in its name, so that nobody takes the file for what it is not."""
    if form.offset is None or form.offset in path.stem.casefold().replace("-", ""):
        return path
    return path.with_stem(f"{path.stem}-{form.offset}")


def _layer(frame: pd.DataFrame, format_name: Format, headers: Mapping[str, str], form: Form) -> Layer:
    if format_name not in _WRITERS:
        raise InputError(
            f"“{format_name}” is no format; it is one of {', '.join(ENDINGS)}.",
            reason="format-unknown",
            format=format_name,
        )
    system = system_for(form)
    if format_name in _DEGREES_ALONE and not system.degrees:
        raise InputError(
            f"{_DEGREES_ALONE[format_name]} is always in degrees; ask for a GeoPackage or a Shapefile in "
            f"{system.label}, or leave the coordinate system out.",
            reason="format-in-degrees",
            format=format_name,
            crs=system.label,
        )
    if form.encoding not in (None, "utf-8") and format_name not in _ENCODED:
        raise InputError(
            f"A file of the format {format_name} is always UTF-8; ask for no other encoding.",
            reason="format-in-utf8",
            format=format_name,
        )
    fields = fields_of(frame, headers)
    if not isinstance(frame, gpd.GeoDataFrame):
        if format_name not in _TABLES:
            raise InputError(
                f"The rows have no places; ask for {' or '.join(_TABLES)}.", reason="rows-without-places"
            )
        return Layer(form, fields, None, "None", system)
    shapes, kind = _of_one_type(frame.geometry.to_numpy(), form.geometry)
    return Layer(form, fields, placed(shapes, system, form), kind, system)


def _of_one_type(shapes: Geometries, fallback: str) -> tuple[Geometries, str]:
    """Return geometry and its one type, single ones made multiple where both are there."""
    kinds = {shape.geom_type for shape in shapes if shape is not None}
    if not kinds:
        return shapes, fallback
    if len(kinds) == 1:
        return shapes, kinds.pop()
    singles = {kind.removeprefix("Multi") for kind in kinds}
    if len(singles) > 1:
        return shapes, "Unknown"
    make = _MAKERS[singles.pop()]
    whole = [
        shape if shape is None or shape.geom_type.startswith("Multi") else make([shape]) for shape in shapes
    ]
    result = np.empty(len(shapes), dtype=object)
    result[:] = whole
    return result, next(kind for kind in kinds if kind.startswith("Multi"))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _too_large(format_name: Format, size: int) -> tuple[Refusal, ...]:
    limit = MAX_BYTES[_READ_AS.get(format_name, format_name)]
    if size <= limit:
        return ()
    message = (
        f"The file has {size / 1e6:,.0f} MB, and at most {limit / 1e6:,.0f} MB of this format are loaded; "
        "a GeoPackage may be larger."
    )
    return (Refusal(0, "too-large-to-load", message, {"bytes": size, "limit": limit}),)
