"""Histories: the tables with both kinds of time, ended on a day or brought back to what they knew once.

A row is never changed in what it says: it is closed at a release, and what holds instead is written anew.
"""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from psycopg import sql
from sqlalchemy import Connection, Table

from geo.store.tables import duty, grid_version, park_version

RELEASED = MappingProxyType({"parks": park_version, "grids": grid_version, "chiefs": duty})
"""What a release is made of; assignments follow from it."""

_TIMES = ("id", "valid", "from_release", "to_release")


def end(connection: Connection, table: Table, ids: Sequence[int], *, since: date, release: int) -> int:
    """Let things hold no longer than to a day; return how many rows were closed.

    Parameters
    ----------
    table : Table
        One of those in `RELEASED`.
    ids : sequence of int
        Of the parks, or of the grids.
    since : date
        The first civil day on which they hold no more; what was planned for later is void.
    release : int
        In which this becomes known.
    """
    key = "park_id" if "park_id" in table.c and "grid_id" not in table.c else "grid_id"
    names = {
        "table": sql.Identifier(table.name),
        "key": sql.Identifier(key),
        "columns": _listed(_contents(table)),
    }
    values = {"ids": list(ids), "since": since, "release": release}
    cursor = connection.connection.cursor()
    return len(cursor.execute(sql.SQL(_END).format(**names), values).fetchall())


_END = """
with closed as (
    update {table} as v set to_release = %(release)s
    where v.{key} = any(%(ids)s) and v.to_release is null
      and not v.valid <@ daterange(null, %(since)s::date)
    returning v.*
), kept as (
    insert into {table} ({columns}, valid, from_release)
    select {columns}, valid * daterange(null, %(since)s::date), %(release)s
    from closed
    where not isempty(valid * daterange(null, %(since)s::date))
)
select id from closed
"""


def restore(connection: Connection, table: Table, *, known_at: int, release: int) -> int:
    """Make what is known of a table be what was known at an older release, on all civil days.

    What was not known then is closed; what was known and is no more is written again. A row that says the
    same as one of then stays.

    Parameters
    ----------
    table : Table
        One of those in `RELEASED`.
    known_at : int
        The older release.
    release : int
        The one in which it is known again.

    Returns
    -------
    int
        How many rows were closed or written.
    """
    columns = _contents(table)
    told = [*(name for name in columns if name != "load_id"), "valid"]
    names = {
        "table": sql.Identifier(table.name),
        "columns": _listed(columns),
        "then": sql.SQL("o.from_release <= %(known_at)s and o.to_release > %(known_at)s"),
        "since": sql.SQL("v.to_release is null and v.from_release > %(known_at)s"),
        # "=" on geometries compares every coordinate since PostGIS 2.4, so "is distinct from" is exact.
        "same": sql.SQL(" and ").join(
            sql.SQL("o.{0} is not distinct from v.{0}").format(sql.Identifier(name)) for name in told
        ),
    }
    values = {"known_at": known_at, "release": release}
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL(_CLOSE).format(**names), values)
    closed = cursor.rowcount
    cursor.execute(sql.SQL(_WRITE).format(**names), values)
    return closed + cursor.rowcount


_CLOSE = """
update {table} as v set to_release = %(release)s
where {since} and not exists (select from {table} as o where {then} and {same})
"""

_WRITE = """
insert into {table} ({columns}, valid, from_release)
select {columns}, valid, %(release)s
from {table} as o
where {then} and not exists (select from {table} as v where {since} and {same})
order by o.id
"""


def _contents(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.name not in _TIMES]


def _listed(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
