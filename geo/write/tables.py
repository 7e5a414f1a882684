"""Tables: CSV and Excel, whose places are two columns, and in which no text is a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import shapely
from openpyxl.cell import WriteOnlyCell

from geo.errors import InputError
from geo.formulas import escaped
from geo.frames import Refusal
from geo.write.archive import pack
from geo.write.cells import changed, without_controls
from geo.write.form import Field, Layer
from geo.write.shapefile import beyond_gbk

_CELL_CHARACTERS = 32_767
_SHEET_CHARACTERS = 31
_RISKY = re.compile(r"[=+\-@#\t\r]")


def write_csv(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write CSV with a row of headers; UTF-8 begins with the mark that Excel knows it by.

    Raises
    ------
    InputError
        Where a geometry is no point.
    """
    fields, warnings = _with_places(layer)
    gbk = layer.form.encoding == "gbk"
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([one.header for one in fields])
    columns = [
        [None if v is None else escaped(v) for v in one.values] if one.kind == "text" else one.values
        for one in fields
    ]
    writer.writerows(zip(*columns, strict=True))
    path.write_bytes(text.getvalue().encode("gb18030" if gbk else "utf-8-sig"))
    return (*warnings, *(beyond_gbk(fields) if gbk else ()))


def write_excel(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write a workbook of one sheet; text is typed as text, whatever it begins with.

    Raises
    ------
    InputError
        Where a geometry is no point.
    """
    fields, placed = _with_places(layer)
    fields, replaced = without_controls(fields)
    fields, cuts = changed(
        fields,
        lambda text: text.replace("\r\n", "\n").replace("\r", "\n")[:_CELL_CHARACTERS],
        lambda count, first: Refusal(
            0,
            "text-cut",
            f"{count} texts are longer than a cell of Excel holds, or have returns, and were changed; the "
            f"first is “{first[:40]}…”.",
            {"count": count, "first": first[:200]},
        ),
    )
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(layer.form.name[:_SHEET_CHARACTERS])
    sheet.freeze_panes = "A2"
    sheet.append([one.header for one in fields])
    for row in zip(*(one.values for one in fields), strict=True):
        sheet.append([_cell(sheet, value) for value in row])
    raw = io.BytesIO()
    book.save(raw)
    pack(dict(_members(raw, layer)), path, written=layer.form.written)
    return (*placed, *replaced, *cuts)


def _cell(sheet: Any, value: Any) -> Any:
    """Return a value as openpyxl writes it: text that looks like a formula or a fault is said to be text."""
    if not isinstance(value, str) or not _RISKY.match(value):
        return value
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def _members(raw: io.BytesIO, layer: Layer) -> Iterator[tuple[str, bytes]]:
    """Yield the parts of a workbook with the moment of writing in the place of that of saving."""
    moment = f"{layer.form.written.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    with zipfile.ZipFile(raw) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            if name == "docProps/core.xml":
                stamped = re.sub(r"(<dcterms:\w+[^>]*>)[^<]*", rf"\g<1>{moment}", data.decode())
                data = stamped.encode()
            yield name, data


def _with_places(layer: Layer) -> tuple[tuple[Field, ...], tuple[Refusal, ...]]:
    """Return the fields with two columns for the places of points, and a warning where they need telling."""
    if layer.geometry is None:
        return layer.fields, ()
    if layer.kind != "Point":
        raise InputError(
            "A table holds points; ask for a GeoPackage, GeoJSON, a Shapefile or KML.",
            reason="table-of-points",
        )
    degrees = layer.system.degrees
    names = ("经度", "纬度") if degrees else ("x坐标", "y坐标")
    xy = np.column_stack((shapely.get_x(layer.geometry), shapely.get_y(layer.geometry)))
    values = [[None if np.isnan(one) else one for one in column] for column in xy.T.tolist()]
    places = [Field("", name, "number", column) for name, column in zip(names, values, strict=True)]
    if degrees:
        return (*layer.fields, *places), ()
    message = (
        f"A table does not say its coordinate system: these are metres in {layer.system.label}, x to the "
        f"east; say --crs {layer.system.label} when it is loaded."
    )
    return (*layer.fields, *places), (Refusal(0, "crs-not-in-table", message, {"crs": layer.system.label}),)
