"""Assignments: which grid a point has, on which days and as known in which releases."""

from collections.abc import Iterable
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from psycopg import sql
from sqlalchemy import Connection, text

from geo.frames import CRS
from geo.store.staging import copy_rows
from geo.store.statements import statement
from geo.store.statistics import renew

POINTS = ("enterprise", "station")


def points(connection: Connection, kind: str, ids: Iterable[int] | None = None) -> gpd.GeoSeries:
    """Return the locations of points, None where they have none; index the point's id, sorted.

    Parameters
    ----------
    kind : {"enterprise", "station"}
        Which points.
    ids : iterable of int, optional
        Only these; None for all.
    """
    query = sql.SQL("select id, ST_X(geom), ST_Y(geom) from {table} {where} order by id").format(
        table=sql.Identifier(kind),
        where=sql.SQL("") if ids is None else sql.SQL("where id = any(%s)"),
    )
    cursor = connection.connection.cursor()
    rows = cursor.execute(query, None if ids is None else [list(ids)]).fetchall()
    table = np.array(rows, dtype=float).reshape(-1, 3)
    shapes = np.full(len(table), None, dtype=object)
    located = ~np.isnan(table[:, 1])
    shapes[located] = shapely.points(table[located, 1:])
    return gpd.GeoSeries(shapes, index=pd.Index(table[:, 0].astype("int64"), name=f"{kind}_id"), crs=CRS)


def points_near_changes(connection: Connection, kind: str, partition: int, release: int) -> list[int]:
    """Return the ids of the points that a release may have reassigned in a partition.

    Those are the points within the bounding box of a grid that was closed or written by the release; the
    candidates of every other point are what they were.
    """
    cursor = connection.connection.cursor()
    query = sql.SQL(_NEAR).format(table=sql.Identifier(kind))
    return [row[0] for row in cursor.execute(query, {"partition": partition, "release": release})]


_NEAR = """
select distinct point.id
from grid_version as v join {table} as point on point.geom && v.geom
where v.partition_id = %(partition)s and (v.from_release = %(release)s or v.to_release = %(release)s)
order by 1
"""


def write(connection: Connection, kind: str, frame: pd.DataFrame, *, partition: int, release: int) -> int:
    """Make the current assignments of points be those of the frame; return how many rows were written.

    An assignment that is there already is left as it is; one that is not in the frame is closed at the
    release. Every point whose assignments may have changed has to be in the frame.

    Parameters
    ----------
    frame : DataFrame
        Columns ``point`` (id), ``valid_from``, ``valid_to`` (dates or None), ``version`` (Int64),
        ``status``, ``rule``, ``candidates`` (list of codes); sorted by point and day.
    """
    names: dict[str, sql.Composable] = {"point": sql.Identifier(f"{kind}_id")}
    names["same"] = sql.SQL(_SAME).format(**names)
    scope = {"partition": partition, "release": release}
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL(_STAGE).format(**names))
    columns = [f"{kind}_id", "valid", "grid_version_id", "status", "rule", "candidates"]
    copy_rows(connection, "staged_assignment", columns, _rows(frame))
    cursor.execute("analyze staged_assignment")
    cursor.execute(sql.SQL(_CLOSE).format(**names), scope)
    cursor.execute(sql.SQL(_INSERT).format(**names), scope)
    written = cursor.rowcount
    cursor.execute("drop table staged_assignment")
    renew(connection, "assignment", written=written)
    return written


def _rows(frame: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    ranges = [_range(low, high) for low, high in zip(frame["valid_from"], frame["valid_to"], strict=True)]
    versions = frame["version"].astype(object).where(frame["version"].notna(), None)
    return zip(
        frame["point"], ranges, versions, frame["status"], frame["rule"], frame["candidates"], strict=True
    )


def _range(low: date | None, high: date | None) -> str:
    return f"[{low or ''},{high or ''})"


_STAGE = """
create temporary table staged_assignment as
select {point}, valid, grid_version_id, status, rule, candidates from assignment with no data
"""

_SAME = """
a.to_release is null and a.partition_id = %(partition)s and a.{point} = s.{point}
and a.valid = s.valid and a.grid_version_id is not distinct from s.grid_version_id
and a.status = s.status and a.rule = s.rule and a.candidates = s.candidates
"""

_CLOSE = """
update assignment as a set to_release = %(release)s
where a.to_release is null and a.partition_id = %(partition)s
  and a.{point} in (select {point} from staged_assignment)
  and not exists (select from staged_assignment as s where {same})
"""

_INSERT = """
insert into assignment
    ({point}, partition_id, grid_version_id, status, rule, candidates, valid, from_release)
select s.{point}, %(partition)s, s.grid_version_id, s.status, s.rule, s.candidates, s.valid, %(release)s
from staged_assignment as s
where not exists (select from assignment as a where {same})
order by s.{point}, s.valid
"""


def counts(
    connection: Connection, kind: str, *, partition: int | None, on: date, facility: str | None = None
) -> dict[str, int]:
    """Count the points by what is known now of their assignment on a day.

    ``facility`` narrows stations down to one kind (``station`` or ``centre``).

    Returns
    -------
    dict
        ``total``, ``assigned``, ``ambiguous``, ``unassigned``, of which the first is the sum; ``ties`` and
        ``overridden``, which are among the assigned, and ``no_location``, among the unassigned.
    """
    query = sql.SQL(statement("assignment_counts")).format(
        table=sql.Identifier(kind),
        point=sql.Identifier(f"{kind}_id"),
        filter=sql.SQL("true") if facility is None else sql.SQL("p.kind = {}").format(sql.Literal(facility)),
    )
    cursor = connection.connection.cursor()
    cursor.execute(query, {"partition": partition, "on": on})
    names = [column[0] for column in cursor.description or ()]
    return dict(zip(names, cursor.fetchone() or (), strict=True))


def members(connection: Connection, kind: str, version: int, *, release: int, on: date) -> list[int]:
    """Return the ids of the points that a grid's version has on a day, as known in a release."""
    query = sql.SQL(
        "select {point} from assignment where grid_version_id = %(version)s and {point} is not null"
        " and from_release <= %(release)s and coalesce(to_release, %(release)s + 1) > %(release)s"
        " and valid @> %(on)s::date order by 1"
    ).format(point=sql.Identifier(f"{kind}_id"))
    values = {"version": version, "release": release, "on": on}
    return [row[0] for row in connection.connection.cursor().execute(query, values)]


def changed_partitions(connection: Connection, release: int) -> list[int]:
    """Return the partitions in which a release closed or wrote a grid."""
    query = text(
        "select distinct partition_id from grid_version "
        "where from_release = :release or to_release = :release order by 1"
    )
    return list(connection.scalars(query, {"release": release}))


def exist(connection: Connection, kind: str, partition: int) -> bool:
    """Tell whether any point of a kind was ever assigned in a partition."""
    query = sql.SQL(
        "select exists (select from assignment where partition_id = %s and {} is not null)"
    ).format(sql.Identifier(f"{kind}_id"))
    row = connection.connection.cursor().execute(query, [partition]).fetchone()
    return bool(row and row[0])
