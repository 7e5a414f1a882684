"""Overrides: what people say of an enterprise's grid, until when, and who took it back.

No row is ever deleted: one that is taken back says so. ``lawful_grid_id`` and ``distance_m`` keep what the
rule said at the time: the grid, and how far the enterprise lay from the one that it was given.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Double,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range

from geo.store.columns import id_column, metadata, reference
from geo.store.statements import statement

override = Table(
    "override",
    metadata,
    id_column(),
    reference("enterprise_id", "enterprise.id"),
    Column("partition_id", SmallInteger, nullable=False),
    Column("grid_id", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("valid", DATERANGE, nullable=False),
    reference("lawful_grid_id", "grid.id", nullable=True),
    Column("distance_m", Double),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("made_by", Text, nullable=False),
    Column("undone_at", DateTime(timezone=True)),
    Column("undone_by", Text),
    ForeignKeyConstraint(["grid_id", "partition_id"], ["grid.id", "grid.partition_id"]),
    CheckConstraint("reason <> ''", name="reason"),
    # Whoever overrides a rule says until when, so that none is forgotten.
    CheckConstraint("not isempty(valid) and not lower_inf(valid) and not upper_inf(valid)", name="valid"),
    CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
    ExcludeConstraint(
        ("enterprise_id", "="),
        ("partition_id", "="),
        ("valid", "&&"),
        name="override_one_at_a_time",
        using="gist",
        where=text("undone_at is null"),
    ),
)
Index("override_enterprise_id_idx", override.c.enterprise_id, override.c.id)
Index("override_grid_id_idx", override.c.grid_id)


def make(connection: Connection, values: Mapping[str, Any], *, since: date, until: date, by: str) -> int:
    """Enter an override that holds from a day on, and return its id.

    Parameters
    ----------
    values : mapping
        ``enterprise_id``, ``partition_id``, ``grid_id``, ``reason``, ``lawful_grid_id``, ``distance_m``.
    until : date
        The day on which it ends, on which it does not hold any more.
    """
    row = insert(override).values(**values, valid=Range(since, until, bounds="[)"), made_by=by)
    return int(connection.execute(row.returning(override.c.id)).scalar_one())


def undo(connection: Connection, enterprise: int, partition: int, *, on: date, by: str) -> list[int]:
    """Take back what was said of an enterprise and has not ended on a day; return the ids."""
    row = (
        update(override)
        .where(
            override.c.enterprise_id == enterprise,
            override.c.partition_id == partition,
            override.c.undone_at.is_(None),
            func.upper(override.c.valid) > on,
        )
        .values(undone_at=func.now(), undone_by=by)
    )
    return sorted(connection.scalars(row.returning(override.c.id)))


def standing(
    connection: Connection, partition: int, *, ids: Iterable[int] | None = None, on: date | None = None
) -> pd.DataFrame:
    """Return what was said and not taken back.

    Parameters
    ----------
    ids : iterable of int, optional
        Only of these enterprises.
    on : date, optional
        Only what holds on that day.

    Returns
    -------
    DataFrame
        ``point`` (the enterprise's id), ``grid_id``, ``valid_from``, ``valid_to``; sorted by point and day.
    """
    c = override.c
    query = select(c.enterprise_id, c.grid_id, func.lower(c.valid), func.upper(c.valid)).where(
        c.partition_id == partition, c.undone_at.is_(None)
    )
    if on is not None:
        query = query.where(c.valid.op("@>")(on))
    rows = connection.execute(query.order_by(c.enterprise_id, c.valid)).all()
    frame = pd.DataFrame(rows, columns=["point", "grid_id", "valid_from", "valid_to"], dtype=object)
    frame = frame.astype({"point": "int64", "grid_id": "int64"})
    # They are few, and the ids that are asked for may be all there are.
    return frame if ids is None else frame[frame["point"].isin(list(ids))]


def words(connection: Connection, partition: int | None, on: date) -> "pd.Series[Any]":
    """Return the grid's id that holds by a person's word on a day, by the enterprise's id."""
    frame = standing(connection, partition or 0, on=on)
    return frame.set_index("point")["grid_id"].rename_axis("id")


def holding(connection: Connection, partition: int, on: date) -> dict[int, dict[str, Any]]:
    """Return what holds by people's word on a day and what the rule said then, by the enterprise's id.

    Returns
    -------
    dict
        ``id``, ``grid_id``, ``reason``, ``until``, ``by``, ``lawful_grid_id``, ``distance_m``.
    """
    c = override.c
    query = select(
        c.enterprise_id,
        *(c.id, c.grid_id, c.reason, func.upper(c.valid).label("until"), c.made_by.label("by")),
        *(c.lawful_grid_id, c.distance_m),
    ).where(c.partition_id == partition, c.undone_at.is_(None), c.valid.op("@>")(on))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    return {row.pop("enterprise_id"): row for row in rows}


def concerned(connection: Connection, partition: int, release: int) -> list[int]:
    """Return the enterprises that were given a grid that a release closed or wrote."""
    query = text(
        "select distinct o.enterprise_id from override as o join grid_version as v on v.grid_id = o.grid_id"
        " where o.undone_at is null and v.partition_id = :partition"
        " and (v.from_release = :release or v.to_release = :release) order by 1"
    )
    return list(connection.scalars(query, {"partition": partition, "release": release}))


def history(connection: Connection, enterprise: int, on: date) -> list[dict[str, Any]]:
    """Return all that was ever said of an enterprise, the newest first; see the statement."""
    rows = connection.execute(text(statement("overrides")), {"enterprise": enterprise, "on": on})
    return [dict(row) for row in rows.mappings()]


def version(connection: Connection) -> int:
    """Return a number that grows with each override that is made or taken back."""
    query = select(func.count(override.c.id) + func.count(override.c.undone_at))
    return int(connection.scalar(query) or 0)
