"""Parquet: a file, or a folder of files, as runs of row groups; GeoParquet too.

pyarrow reads no other file than the one that it is given, and takes no code from one: an extension type is
made of its storage alone. What the footer may claim is limited.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import CrsUnknown, FileRefused, SystemFailure
from geo.index.raster import Floats
from geo.stream.batch import Batch, Given, Piece
from geo.stream.numbers import numbers_of
from geo.stream.placing import no_points, placed, points_of_wkb, points_of_wkt
from geo.stream.plan import Kind, Plan, plan_of, require_degrees
from geo.stream.taking import taken

MAGIC = b"PAR1"
ROWS = 1 << 19
"""About so many rows make a piece."""

_LARGEST = 4 * ROWS
_SAMPLE = 1_000
_BUFFER = 1 << 20
_FOOTER = {"thrift_string_size_limit": 100_000_000, "thrift_container_size_limit": 10_000_000}
_UNREADABLE = (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, OSError)


@dataclass(frozen=True)
class RowGroups:
    """A piece of Parquet: some row groups of one file."""

    file: int
    path: str
    groups: tuple[int, ...]
    plan: Plan
    columns: tuple[str, ...]

    def read(self) -> Batch:
        """Read the row groups.

        Raises
        ------
        FileRefused
            Where they are damaged.
        SystemFailure
            Where the file is not there for whoever reads.
        """
        try:
            with _open(Path(self.path)) as opened:
                table = opened.read_row_groups(list(self.groups), columns=list(self.columns))
        except FileNotFoundError as error:
            raise SystemFailure(
                f"“{self.path}” is not there for whoever reads it; a cluster's workers must all see the file "
                "under the same name."
            ) from error
        except _UNREADABLE as error:
            raise _damaged(Path(self.path), error) from error
        return _batch(table.select(list(self.columns)), self.plan)


@dataclass(frozen=True)
class ParquetSource:
    """One file of Parquet.

    Parameters
    ----------
    path : Path
        The file.
    file : int
        Its number in the source.
    plan : Plan
        Which columns say what; positions are those of ``columns``.
    columns : tuple of str
        The columns that are read.
    rows : int
        How many rows it has.
    id_type : pyarrow.DataType or None
        Of the ids as they are written.
    """

    path: Path
    file: int
    plan: Plan
    columns: tuple[str, ...]
    rows: int
    id_type: pa.DataType | None

    def pieces(self) -> Iterator[Piece]:
        """Yield runs of row groups; a group that is too large for one is read here, bit by bit."""
        with _open(self.path) as opened:
            sizes = [opened.metadata.row_group(i).num_rows for i in range(opened.metadata.num_row_groups)]
            run: list[int] = []
            for group, size in enumerate(sizes):
                if run and sum(sizes[i] for i in run) + size > ROWS:
                    yield self._piece(run)
                    run = []
                if size > _LARGEST:
                    yield from self._divided(opened, group)
                else:
                    run.append(group)
            if run:
                yield self._piece(run)

    def _piece(self, run: list[int]) -> Piece:
        return RowGroups(self.file, str(self.path.absolute()), tuple(run), self.plan, self.columns)

    def _divided(self, opened: pq.ParquetFile, group: int) -> Iterator[Piece]:
        try:
            for part in opened.iter_batches(ROWS, row_groups=[group], columns=list(self.columns)):
                table = pa.Table.from_batches([part]).select(list(self.columns))
                yield Given(self.file, _batch(table, self.plan))
        except _UNREADABLE as error:
            raise _damaged(self.path, error) from error


def open_parquet(path: Path, kind: Kind, *, crs: str | None, file: int = 0) -> ParquetSource:
    """Open a file of Parquet, and look at its first rows.

    Raises
    ------
    FileRefused
        Where it is damaged.
    CrsUnknown, MissingColumn
        As `geo.stream.plan.plan_of` does.
    """
    try:
        with _open(path) as opened:
            schema, rows = opened.schema_arrow, opened.metadata.num_rows
            shape, stated = _geometry(schema)
            plan = plan_of(schema.names, kind, crs=crs or stated, shape=shape)
            used = ([] if plan.id is None else [plan.id]) + list(plan.place)
            columns = tuple(schema.names[at] for at in used)
            shift = 0 if plan.id is None else 1
            plan = Plan(0 if shift else None, tuple(range(shift, len(used))), plan.system)
            head = next(opened.iter_batches(_SAMPLE, columns=list(columns)), None) if rows else None
    except _UNREADABLE as error:
        raise _damaged(path, error) from error
    if head is not None and crs is None and stated is None:
        table = pa.Table.from_batches([head]).select(list(columns))
        require_degrees(np.column_stack(_raw(table, plan)[:2]))
    id_type = None if plan.id is None else id_type_of(schema.field(columns[0]).type)
    return ParquetSource(path, file, plan, columns, rows, id_type)


def id_type_of(found: pa.DataType) -> pa.DataType:
    """Return the type in which ids are written: whole numbers stay such, all else becomes text."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    return found if pa.types.is_integer(found) else pa.string()


def _open(path: Path) -> pq.ParquetFile:
    # With a buffer, a column is read page by page: no group is ever held in memory as a whole.
    return pq.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER, **_FOOTER)


def _batch(table: pa.Table, plan: Plan) -> Batch:
    """Place the rows of a table."""
    x, y, unread, no_point = _raw(table, plan)
    found = placed(x, y, plan.system, unread=unread)
    ids = None
    if plan.id is not None:
        column = table.column(plan.id).combine_chunks()
        ids = column.cast(id_type_of(column.type))
    return taken(len(table), ids, found, no_points(np.flatnonzero(no_point)), no_point)


def _raw(table: pa.Table, plan: Plan) -> tuple[Floats, Floats, Any, Any]:
    """Return x, y, where they cannot be read, and where the geometry is no point."""
    nowhere = np.zeros(len(table), dtype=bool)
    if len(plan.place) == 2:
        (x, bad_x), (y, bad_y) = (numbers_of(table.column(at)) for at in plan.place)
        return x, y, bad_x | bad_y, nowhere
    column = table.column(plan.place[0]).combine_chunks()
    if pa.types.is_struct(column.type):
        x, y = (_floats(pc.struct_field(column, name)) for name in ("x", "y"))
        return x, y, nowhere, nowhere
    as_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    x, y, no_point = points_of_wkt(column.to_pylist()) if as_text else points_of_wkb(column)
    return x, y, nowhere, no_point


def _floats(column: pa.Array) -> Floats:
    filled = pc.fill_null(column.cast(pa.float64()), float("nan"))
    floats: Floats = np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.float64)
    return floats


def _geometry(schema: pa.Schema) -> tuple[int | None, str | None]:
    """Return the position of GeoParquet's column of geometry, and its system; nothing for plain Parquet."""
    stated = (schema.metadata or {}).get(b"geo")
    if stated is None:
        return None, None
    try:
        geo = json.loads(stated)
        name = geo["primary_column"]
        column = geo["columns"][name]
        if column["encoding"] not in ("WKB", "point"):
            raise FileRefused(
                f"The geometry is written as “{str(column['encoding'])[:40]}”, and points are read as WKB or "
                "as x and y; write the file anew."
            )
        return schema.names.index(name), _system(column.get("crs", "OGC:CRS84"))
    except (ValueError, LookupError, TypeError) as error:
        raise FileRefused("What the file says of its geometry is no GeoParquet; write it anew.") from error


def _system(crs: Any) -> str | None:
    """Return what PROJJSON names, as a code where it has one, else as WKT; null names nothing."""
    if not isinstance(crs, dict):
        return crs if isinstance(crs, str) else None
    known = crs.get("id")
    if isinstance(known, dict) and {"authority", "code"} <= known.keys():
        return f"{known['authority']}:{known['code']}"
    try:
        return str(CRS.from_json_dict(crs).to_wkt())
    except CRSError as error:
        raise CrsUnknown("The coordinate system in the file cannot be read; say it with --crs.") from error


def _damaged(path: Path, error: Exception) -> FileRefused:
    reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
    return FileRefused(f"“{path.name}” cannot be read as Parquet ({reason}); write it anew.", reason=reason)
