"""Shapefiles: in a zip or bare, geometry by GDAL, attributes by `geo.read.formats.dbase`."""

import struct
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.contracts import Contract
from geo.frames import Refusal, Said
from geo.read.archives import manifest, unpacking
from geo.read.formats import dbase, gdal
from geo.read.formats.choice import choose
from geo.read.records import GeometryArray, Records, cells_of, refuse_excess
from geo.read.survey import How, LayerFound
from geo.read.text import codec_of, stated_codec, undecodable

_HEADER = 100
_RECORD = struct.Struct(">ii")


def read_shapefile(path: Path, contract: Contract, *, said: Said) -> Records:
    """Read a bare .shp with what lies beside it, or one in a zip: that a person says, or that fits best.

    The encoding of the attributes is, in this order: what is said; the .cpg; the language id in the
    .dbf; strict UTF-8; strict GB18030.

    Raises
    ------
    FileRefused
        Where there is no Shapefile, it is damaged, or its text is in none of these encodings.
    InputError
        Where a person says a layer that is not in it.
    """
    chosen: tuple[Refusal, ...] = ()
    with tempfile.TemporaryDirectory(prefix="gridcircle-") as private:
        folder = Path(private)
        there = [LayerFound(path.stem)]
        if path.suffix.lower() == ".shp":
            layer, parts = unpacking.copy_shapefile(path, folder)
        else:
            manifest.check(path)
            there = unpacking.datasets(path, unpacking.PARTS)
            one, chosen = choose(there, contract, said.layer)
            layer, parts = one.name, unpacking.unpack_dataset(path, folder, unpacking.PARTS, one.name)
        geometry, remarks = _geometry(parts, folder)
        records = _records(parts, geometry, remarks, layer=layer, encoding=said.encoding)
    return replace(records, layers=tuple(there), remarks=(*chosen, *records.remarks))


def _geometry(parts: Mapping[str, Path], folder: Path) -> tuple[GeometryArray, tuple[Refusal, ...]]:
    """Read the shapes from a folder that holds the .shp and its index alone.

    Without the .dbf GDAL leaves no deleted row out, so that shapes and records keep in step.
    """
    shapes = folder / "shapes"
    shapes.mkdir()
    target = parts[".shp"].rename(shapes / "layer.shp")
    index = shapes / "layer.shx"
    if ".shx" in parts:
        parts[".shx"].rename(index)
    else:
        index.write_bytes(_index_of(target.read_bytes()))
    layer = gdal.read_layer(target, fields=False)
    return layer.geometry, layer.remarks


def _records(
    parts: Mapping[str, Path],
    geometry: GeometryArray,
    remarks: tuple[Refusal, ...],
    *,
    layer: str,
    encoding: str | None,
) -> Records:
    rows = np.arange(len(geometry))
    names: list[str] = []
    columns: list[list[str | None]] = []
    codec: str | None = None
    how: How = "format"
    refuse_excess(0, len(geometry))
    if ".dbf" in parts:
        table = dbase.read_dbase(parts[".dbf"].read_bytes())
        codec, how = _encoding(table, _side(parts, ".cpg"), encoding)
        if len(table.records) != len(geometry):
            remarks = (*remarks, _uneven(len(table.records), len(geometry)))
        names = table.names(codec)
        rows = rows[: len(table.records)][~table.deleted[: len(geometry)]]
        columns = [_taken(table.column(field, codec), rows) for field in table.fields]
    cells = cells_of(columns, [int(row) + 1 for row in rows])
    crs = _side(parts, ".prj")
    return Records(
        "shapefile",
        tuple(names),
        cells,
        geometry=geometry[rows],
        crs=crs,
        encoding=codec,
        how=how,
        layer=layer,
        cut=True,
        remarks=remarks,
    )


def _taken(column: list[str | None], rows: npt.NDArray[np.int64]) -> list[str | None]:
    return [column[row] for row in rows]


def _encoding(table: dbase.Table, cpg: str | None, said: str | None) -> tuple[str, How]:
    if said:
        codec, errors = stated_codec(said)
        if errors == "strict" and not table.decodes(codec):
            raise undecodable(f"The text of the .dbf is not in {said}", table.texts)
        return codec, "said"
    believed: tuple[tuple[str | None, How], ...] = (
        (codec_of(cpg) if cpg else None, "cpg"),
        (dbase.LANGUAGES.get(table.language), "ldid"),
        ("utf-8", "strict utf-8"),
        ("gb18030", "strict gb18030"),
    )
    for codec_or_none, how in believed:
        if codec_or_none and table.decodes(codec_or_none):
            return codec_or_none, how
    raise undecodable(
        "The text of the .dbf is neither in the encoding that it states nor in UTF-8 or GB18030", table.texts
    )


def _side(parts: Mapping[str, Path], ending: str) -> str | None:
    """Return the text of a .prj or .cpg; the mark that some programs set before it left out."""
    if ending not in parts:
        return None
    text = parts[ending].read_bytes()[:20_000].decode("utf-8", "replace")
    return text.lstrip("\ufeff").strip() or None


def _uneven(records: int, shapes: int) -> Refusal:
    return Refusal(
        0,
        "uneven-parts",
        f"The .dbf has {records} records and the .shp {shapes} shapes; the first "
        f"{min(records, shapes)} of both were taken. Export the layer again if rows are missing.",
        {"records": records, "shapes": shapes},
    )


def _index_of(shapes: bytes) -> bytes:
    """Build the .shx that is missing from the lengths that stand before each shape."""
    entries = []
    at = _HEADER
    while at + _RECORD.size <= len(shapes):
        _, words = _RECORD.unpack_from(shapes, at)
        if words < 2 or at + _RECORD.size + 2 * words > len(shapes):
            break
        entries.append(_RECORD.pack(at // 2, words))
        at += _RECORD.size + 2 * words
    length = (_HEADER + _RECORD.size * len(entries)) // 2
    return shapes[:24] + struct.pack(">i", length) + shapes[28:_HEADER] + b"".join(entries)
