"""GeoPackage: the points of one layer, row by row from SQLite, under its advice for files not trusted.

Source: OGC 12-128r19 says the tables and the header of a geometry, and
SQLite's chapter "Untrusted SQLite Database Files" what to switch off.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from geo.contracts import ENTERPRISES
from geo.errors import FileRefused
from geo.read.formats.geopackage import refuse_virtual_tables
from geo.read.formats.tables import known
from geo.stream.batch import Batch, Given, Piece
from geo.stream.placing import no_points, placed, points_of_wkb
from geo.stream.plan import Kind, Plan, plan_of
from geo.stream.taking import taken

MAGIC = b"SQLite format 3\0"

_ROWS = 1 << 16
_ENVELOPES = (0, 32, 48, 48, 64)
_LAYERS = """
select g.table_name, g.column_name, s.organization, s.organization_coordsys_id, s.definition
from gpkg_geometry_columns g left join gpkg_spatial_ref_sys s on s.srs_id = g.srs_id
order by g.table_name
"""
_ALLOWED = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


@dataclass(frozen=True)
class GeoPackageSource:
    """One layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        The file.
    query : str
        What gives its ids and geometries.
    rows : int
        How many it has.
    """

    path: Path
    query: str
    rows: int
    plan: Plan
    id_type: pa.DataType | None
    file: int = 0

    def pieces(self) -> Iterator[Piece]:
        """Yield runs of rows, read.

        Raises
        ------
        FileRefused
            Where the file is damaged.
        """
        try:
            with closing(_open(self.path)) as connection:
                found = connection.execute(self.query)
                while rows := found.fetchmany(_ROWS):
                    yield Given(self.file, self._batch(rows))
        except sqlite3.Error as error:
            raise _damaged(self.path, error) from error

    def _batch(self, rows: Sequence[tuple[Any, Any]]) -> Batch:
        shapes = [_wkb(value) for _, value in rows]
        x, y, no_point = points_of_wkb(pa.array(shapes, pa.binary()))
        ids = None
        if self.id_type is not None:
            values: list[Any] = [value for value, _ in rows]
            if pa.types.is_string(self.id_type):
                values = [None if value is None else str(value) for value in values]
            ids = pa.array(values, self.id_type)
        found = placed(x, y, self.plan.system)
        return taken(len(rows), ids, found, no_points(np.flatnonzero(no_point)), no_point)


def open_geopackage(path: Path, kind: Kind, *, crs: str | None) -> GeoPackageSource:
    """Open a GeoPackage; of several layers the one whose fields fit best is read.

    Raises
    ------
    FileRefused
        Where it is damaged, has no layer with geometry, or tables that are programs.
    CrsUnknown
        Where its system is not known or refused.
    """
    refuse_virtual_tables(path)
    try:
        with closing(_open(path)) as connection:
            layers = {row[0]: row[1:] for row in connection.execute(_LAYERS)}
            fields = {name: _fields(connection, name) for name in layers}
            if not layers:
                raise FileRefused(f"“{path.name}” has no layer with geometry; export the layer again.")
            table = max(sorted(layers), key=lambda name: known(list(fields[name]), ENTERPRISES))
            rows = connection.execute(f"select count(*) from {_quoted(table)}").fetchone()[0]  # noqa: S608
    except sqlite3.Error as error:
        raise _damaged(path, error) from error
    shape, organisation, code, definition = layers[table]
    stated = f"{organisation}:{code}" if str(organisation).upper() == "EPSG" else definition
    names = list(fields[table])
    plan = plan_of(names, kind, crs=crs or stated, shape=names.index(shape))
    number = "null" if plan.id is None else _quoted(names[plan.id])
    query = f"select {number}, {_quoted(shape)} from {_quoted(table)} order by rowid"  # noqa: S608
    whole = plan.id is not None and "INT" in fields[table][names[plan.id]].upper()
    id_type = None if plan.id is None else pa.int64() if whole else pa.string()
    return GeoPackageSource(path, query, rows, plan, id_type)


def _open(path: Path) -> sqlite3.Connection:
    """Open a file for reading alone, in which no schema, no function and no other file is believed."""
    connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1", uri=True)
    for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0"):
        connection.execute(f"pragma {pragma}")
    connection.set_authorizer(_authorised)
    return connection


def _authorised(
    action: int, first: str | None, second: str | None, _base: str | None, _by: str | None
) -> int:
    """Let SQLite read, count and describe tables, and do nothing else, whatever a view may ask for."""
    allowed = (
        action in _ALLOWED
        or (action == sqlite3.SQLITE_FUNCTION and second == "count")
        or (action == sqlite3.SQLITE_PRAGMA and first == "table_info")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _fields(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    return {row[1]: row[2] for row in connection.execute(f"pragma table_info({_quoted(table)})")}


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _wkb(value: Any) -> bytes | None:
    """Return the WKB behind the header of a geometry, None for an empty or missing one."""
    if not isinstance(value, bytes) or len(value) < 8 or value[:2] != b"GP":
        return None if value is None else b""
    flags = value[3]
    envelope = (flags >> 1) & 7
    if flags & 16:
        return None
    return value[8 + _ENVELOPES[envelope] :] if envelope < len(_ENVELOPES) else b""


def _damaged(path: Path, error: Exception) -> FileRefused:
    return FileRefused(f"“{path.name}” cannot be read as a GeoPackage ({error}); export the layer again.")
