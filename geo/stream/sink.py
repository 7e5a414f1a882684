"""Sinks: rows → CSV, Parquet, GeoPackage or Excel, beside the name that is asked for, then renamed.

What is stopped half-way leaves nothing. No cell of CSV or Excel is a formula (`geo.formulas`).
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pyogrio
import shapely

from geo.errors import InputError, SystemFailure
from geo.frames import CRS
from geo.stream.result import COLUMNS, Rows
from geo.write.frame import write_frame

Sink = Callable[[Iterable[Rows], pa.Schema, Path], None]

_PART_ROWS = 1 << 23
_WORDS = ("grid_code", "status", "rule")
_RISKY = r"^'*[=+\-@\t\r]"
_STRUCTURAL = r"[\",\r\n]"
_EXCEL_ROWS = 1_048_575
_LAYER = "assignment"


def sink_of(path: Path, *, folder: bool) -> Sink:
    """Return what writes the format that the ending of a name means.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.xlsx``, ``.gpkg``, ``.parquet``; without an ending a folder of Parquet files.
    folder : bool
        Whether the points came as a folder; then ``.parquet`` is one too.

    Raises
    ------
    InputError
        Where the ending means no format that is written.
    """
    ending = path.suffix.lower()
    if not ending or (ending == ".parquet" and folder):
        return write_parts
    if ending not in SINKS:
        raise InputError(
            f"The ending of “{path.name}” means no format that is written; use one of {', '.join(SINKS)}, or "
            "none for a folder of Parquet files.",
            ending=ending,
        )
    return SINKS[ending]


def put(rows: Iterable[Rows], schema: pa.Schema, path: Path, sink: Sink) -> None:
    """Write rows, and give the file its name when it is whole.

    Raises
    ------
    InputError
        Where the place is taken, or the format cannot hold the rows.
    SystemFailure
        Where it cannot be written.
    """
    require_place(path, sink)
    try:
        with TemporaryDirectory(dir=path.absolute().parent, prefix=".gridcircle-") as room:
            draft = Path(room) / f"{_LAYER}{path.suffix}"
            sink(rows, schema, draft)
            _sync(draft)
            draft.replace(path)
    except OSError as error:
        raise SystemFailure(f"“{path.name}” cannot be written: {error.strerror or error}.") from error


def require_place(path: Path, sink: Sink) -> None:
    """Refuse a name whose folder is not there, or that is taken by what would not be replaced.

    Raises
    ------
    InputError
        Which says so.
    """
    if not path.absolute().parent.is_dir():
        raise InputError(f"“{path}” cannot be written: name it in a folder that is there.")
    taken = path.is_dir() and (sink is not write_parts or any(path.iterdir()))
    if taken or (sink is write_parts and path.is_file()):
        raise InputError(f"“{path}” is there already; name another, or take it away first.")


def write_parts(rows: Iterable[Rows], schema: pa.Schema, path: Path) -> None:
    """Write a folder of Parquet files of some eight million rows each."""
    path.mkdir()
    left = iter(rows)
    number = 0
    # At least one file, so that the columns of no rows are told too.
    first = next(left, None)
    while first is not None or not number:
        part = _until(left, _PART_ROWS, first)
        write_parquet(part, schema, path / f"part-{number:05}.parquet")
        _sync(path / f"part-{number:05}.parquet")
        number += 1
        first = next(left, None)


def write_parquet(rows: Iterable[Rows], schema: pa.Schema, path: Path) -> None:
    """Write one file of Parquet, whose words are read back as plain text."""
    options = {"use_dictionary": list(_WORDS), "store_schema": False}
    with pq.ParquetWriter(path, schema, **options) as writer:
        for one in rows:
            writer.write_batch(one.table, row_group_size=max(1, one.table.num_rows))


def write_csv(rows: Iterable[Rows], schema: pa.Schema, path: Path) -> None:
    """Write CSV in UTF-8; cells are quoted in the runs of rows where one of them needs it."""
    with path.open("wb") as file:
        file.write(",".join(COLUMNS).encode() + b"\n")
        for one in rows:
            plain = _plain(one.table, schema)
            style = "needed" if any(_needs_quotes(column) for column in plain.columns) else "none"
            options = pa_csv.WriteOptions(include_header=False, quoting_style=style)
            pa_csv.write_csv(plain, file, options)


def write_geopackage(rows: Iterable[Rows], schema: pa.Schema, path: Path) -> None:
    """Write a GeoPackage of points in EPSG:4326; a row without a location has no geometry.

    Raises
    ------
    SystemFailure
        Where GDAL cannot write it.
    """
    fields = [pa.field("id", schema.field("id").type), *(pa.field(name, pa.string()) for name in _WORDS)]
    whole = pa.schema([*fields, pa.field("geom", pa.binary())])
    fault: list[BaseException] = []
    reader = pa.RecordBatchReader.from_batches(whole, _noting(_located(rows, whole), fault))
    try:
        pyogrio.write_arrow(
            reader, path, layer=_LAYER, driver="GPKG", geometry_name="geom", geometry_type="Point", crs=CRS
        )
    except Exception as error:
        # GDAL tells of a fault in our own rows as of one of its own.
        if fault:
            raise fault[0] from None
        raise SystemFailure(f"“{path.name}” cannot be written ({str(error)[:160]}).") from error


def write_excel(rows: Iterable[Rows], schema: pa.Schema, path: Path) -> None:
    """Write a workbook, which is held in memory as a whole.

    Raises
    ------
    InputError
        Where a sheet cannot hold so many rows.
    """
    tables, count = [], 0
    for one in rows:
        count += one.table.num_rows
        if count > _EXCEL_ROWS:
            raise InputError(
                f"A sheet holds {_EXCEL_ROWS:,} rows below its headers, and there are more; ask for .csv or "
                ".parquet."
            )
        tables.append(one.table)
    table = pa.Table.from_batches(tables, schema)
    frame = pd.DataFrame({name: _column(table.column(name)) for name in COLUMNS})
    write_frame(frame, path, "xlsx", headers={name: name for name in COLUMNS})


SINKS: Mapping[str, Sink] = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".gpkg": write_geopackage,
    ".xlsx": write_excel,
}
"""Ending → what writes it."""


def _until(rows: Iterator[Rows], most: int, first: Rows | None) -> Iterator[Rows]:
    """Yield rows up to so many; what is over stays in the iterator."""
    count = 0
    for one in () if first is None else chain((first,), rows):
        yield one
        count += one.table.num_rows
        if count >= most:
            return


def _column(column: pa.ChunkedArray) -> "pd.Series[Any]":
    if pa.types.is_integer(column.type):
        return pd.Series(column.to_pylist(), dtype="Int64")
    return pd.Series(column.to_pylist(), dtype="str")


def _plain(table: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Return the rows with text in the place of dictionaries, in which nothing is a formula."""
    columns = [column if pa.types.is_integer(column.type) else _escaped(column) for column in table.columns]
    fields = [pa.field(name, column.type) for name, column in zip(schema.names, columns, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


def _escaped(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        return _escaped(column.dictionary).take(column.indices)
    risky = pc.match_substring_regex(column, _RISKY)
    if not pc.any(risky).as_py():
        return column
    return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)


def _needs_quotes(column: pa.Array) -> bool:
    if pa.types.is_integer(column.type):
        return False
    return bool(pc.any(pc.match_substring_regex(column, _STRUCTURAL)).as_py())


def _located(rows: Iterable[Rows], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for one in rows:
        shapes = shapely.to_wkb(shapely.points(one.x, one.y))
        lost = pc.is_nan(pa.array(one.x)).to_numpy(zero_copy_only=False)
        words = [one.table.column(name).cast(pa.string()) for name in _WORDS]
        shape = pa.array(shapes, pa.binary(), mask=lost)
        yield pa.RecordBatch.from_arrays([one.table.column("id"), *words, shape], schema=schema)


def _noting(batches: Iterator[pa.RecordBatch], fault: list[BaseException]) -> Iterator[pa.RecordBatch]:
    """Yield batches, and keep what stops them, which no C program hands back."""
    try:
        yield from batches
    except BaseException as error:
        fault.append(error)
        raise


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
