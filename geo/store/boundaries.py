"""Parks and grids and their versions: what is known at a release, and the writing of the next one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from psycopg import sql
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert

from geo.frames import CRS
from geo.store.staging import copy_rows, rows_of
from geo.store.statistics import renew
from geo.store.tables import grid, grid_version, park, park_version, partition


@dataclass(frozen=True)
class Layer:
    """One kind of boundary: its identity table, its version table, and what a version says."""

    identity: Table
    version: Table
    key: str
    columns: tuple[str, ...]


PARK = Layer(park, park_version, "park_id", ("code", "name"))
GRID = Layer(grid, grid_version, "grid_id", ("code", "name", "kind", "parent_id", "park_id"))


def partition_id(connection: Connection, basis: str, level: str) -> int:
    """Return the id of a partition, making it where it is new."""
    row = insert(partition).values(basis=basis, level=level)
    connection.execute(row.on_conflict_do_nothing(index_elements=["basis", "level"]))
    found = select(partition.c.id).where(partition.c.basis == basis, partition.c.level == level)
    return int(connection.execute(found).scalar_one())


def partitions(connection: Connection) -> dict[tuple[str, str], int]:
    """Return the ids of the partitions that hold grids or held them, by (basis, level)."""
    rows = connection.execute(select(partition.c.basis, partition.c.level, partition.c.id)).all()
    return {(basis, level): number for basis, level, number in rows}


def identities(
    connection: Connection, layer: Layer, source: str, source_ids: Sequence[str], **shared: int
) -> dict[str, int]:
    """Return source id → id, making the identities that are new.

    ``shared`` holds further columns of the identity, such as the partition of a grid.
    """
    table = layer.identity
    if source_ids:
        # Rows as parameters go in batches; as values of one statement they would be too many for it.
        rows = [{"source": source, "source_id": one, **shared} for one in source_ids]
        connection.execute(insert(table).on_conflict_do_nothing(), rows)
    return known_identities(connection, layer, source, **shared)


def known_identities(connection: Connection, layer: Layer, source: str, **shared: int) -> dict[str, int]:
    """Return source id → id of all that a source ever had; ``shared`` narrows them down."""
    table = layer.identity
    found = select(table.c.source_id, table.c.id).where(
        table.c.source == source, *(table.c[name] == value for name, value in shared.items())
    )
    return dict(connection.execute(found).all())


def versions(
    connection: Connection,
    layer: Layer,
    *,
    release: int | None = None,
    on: date | None = None,
    where: Mapping[str, Any] | None = None,
    geometry: bool = True,
) -> gpd.GeoDataFrame:
    """Return the versions known at a release.

    Parameters
    ----------
    release : int, optional
        The release; None for what is known now.
    on : date, optional
        Only what holds on that day; None for all days.
    where : mapping, optional
        Columns and the value that they must have, such as ``partition_id``.
    geometry : bool
        Whether to fetch the polygons; without them the geometry column is all None.

    Returns
    -------
    GeoDataFrame
        Index ``version``; columns of the layer, its key, ``source``, ``source_id``, ``valid_from`` and
        ``valid_to`` (dates, None for open), geometry in EPSG:4326; sorted by code, then version.
    """
    v, table = layer.version.c, layer.identity
    shape = func.ST_AsBinary(v.geom) if geometry else text("null::bytea")
    query = (
        select(
            v.id,
            v[layer.key],
            table.c.source,
            table.c.source_id,
            *(v[column] for column in layer.columns),
            func.lower(v.valid).label("valid_from"),
            func.upper(v.valid).label("valid_to"),
            shape.label("wkb") if geometry else text("null::bytea as wkb"),
        )
        .join(table, table.c.id == v[layer.key])
        .order_by(v.code, v.id)
    )
    if release is None:
        query = query.where(v.to_release.is_(None))
    else:
        query = query.where(v.from_release <= release, func.coalesce(v.to_release, release + 1) > release)
    if on is not None:
        query = query.where(v.valid.op("@>")(on))
    for column, value in (where or {}).items():
        query = query.where(v[column] == value)
    return _frame(connection.execute(query).all(), layer)


def _frame(rows: Sequence[Any], layer: Layer) -> gpd.GeoDataFrame:
    names = ["version", layer.key, "source", "source_id", *layer.columns, "valid_from", "valid_to", "wkb"]
    frame = pd.DataFrame(rows, columns=names, dtype=object).astype({"version": "int64"}).set_index("version")
    for column in (layer.key, "parent_id", "park_id"):
        if column in frame:
            frame[column] = frame[column].astype("Int64")
    shapes = shapely.from_wkb(frame.pop("wkb").to_numpy(dtype=object))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, index=frame.index, crs=CRS))


def write_versions(
    connection: Connection, layer: Layer, frame: pd.DataFrame, *, release: int, since: date | None
) -> None:
    """Write new contents that hold from a day on, and close what they replace.

    The version that holds on the day is closed at the release; what it held before the day is written
    again, up to the day. The new content holds as long as the closed one would have: a change that is
    planned for a later day stands.

    Parameters
    ----------
    frame : DataFrame
        The layer's key and columns and ``geom``; for grids also ``partition_id``.
    since : date or None
        The first civil day; None for always.
    """
    columns = [layer.key, *layer.columns, "geom"]
    if "partition_id" in frame:
        columns.append("partition_id")
    names = {
        "version": sql.Identifier(layer.version.name),
        "key": sql.Identifier(layer.key),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "release": sql.Literal(release),
        "day": sql.Literal(since),
        "first": sql.SQL("coalesce({}::date, '-infinity')").format(sql.Literal(since)),
    }
    cursor = connection.connection.cursor()
    cursor.execute(sql.SQL(_STAGE).format(**names))
    copy_rows(connection, "staged_version", columns, rows_of(frame, columns))
    cursor.execute(sql.SQL(_REPLACE).format(**names))
    cursor.execute(sql.SQL(_INSERT).format(**names))
    cursor.execute("drop table staged_version")
    renew(connection, layer.version.name, written=len(frame))


_STAGE = "create temporary table staged_version as select {columns} from {version} with no data"

_REPLACE = """
with closed as (
    update {version} as v set to_release = {release}
    from staged_version as s
    where v.{key} = s.{key} and v.to_release is null and v.valid @> {first}
    returning v.*
)
insert into {version} ({columns}, valid, from_release)
select {columns}, valid * daterange(null, {day}::date), {release}
from closed
where {day}::date is not null and not isempty(valid * daterange(null, {day}::date))
"""

_INSERT = """
insert into {version} ({columns}, valid, from_release)
select {columns},
       daterange({day}::date, least(
           (select upper(v.valid) from {version} as v
            where v.{key} = s.{key} and v.to_release = {release} and v.valid @> {first}),
           (select min(lower(v.valid)) from {version} as v
            where v.{key} = s.{key} and v.to_release is null and lower(v.valid) > {first}))),
       {release}
from staged_version as s
order by {key}
"""


def codes_ever_used(connection: Connection, partition: int) -> Collection[str]:
    """Return every code that a grid of the partition has or had; none of them is given out again."""
    query = select(grid_version.c.code).where(grid_version.c.partition_id == partition).distinct()
    return set(connection.scalars(query))


def grid_ids_by_code(connection: Connection, partition: int, on: date) -> dict[str, int]:
    """Return code → grid id of the grids that are known now and hold on a day."""
    query = select(grid_version.c.code, grid_version.c.grid_id).where(
        grid_version.c.partition_id == partition,
        grid_version.c.to_release.is_(None),
        grid_version.c.valid.op("@>")(on),
    )
    return dict(connection.execute(query).all())


def park_ids_by_name(connection: Connection, on: date) -> dict[str, int]:
    """Return park code or name → park id; a code wins over a name."""
    query = select(park_version.c.code, park_version.c.name, park_version.c.park_id).where(
        park_version.c.to_release.is_(None), park_version.c.valid.op("@>")(on)
    )
    rows = connection.execute(query.order_by(park_version.c.park_id.desc())).all()
    named = {row.name: row.park_id for row in rows if row.name}
    return named | {row.code: row.park_id for row in rows if row.code}
