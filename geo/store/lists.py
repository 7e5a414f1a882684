"""The rows behind a figure, a page at a time."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geo.store.statements import statement


def enterprises(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what enterprises say of themselves, by id."""
    query = text(
        "select id, source_id, name, credit_code, address, industry, chains, workers,"
        " ST_X(geom) as lon, ST_Y(geom) as lat from enterprise where id = any(:ids)"
    )
    rows = connection.execute(query, {"ids": list(ids)}).mappings()
    return {row["id"]: dict(row) for row in rows}


def search(connection: Connection, words: str) -> set[int]:
    """Return the ids of the enterprises whose name, credit code, id or address holds the words."""
    query = text(
        "select id from enterprise where strpos(lower(concat_ws(' ', name, credit_code, source_id, address)),"
        " lower(:words)) > 0"
    )
    return set(connection.scalars(query, {"words": words}))


def candidates(
    connection: Connection, ids: Sequence[int], *, partition: int, on: date, release: int
) -> dict[int, list[str]]:
    """Return the codes of the several grids that cover an enterprise as known in a release, by its id."""
    query = text(
        "select enterprise_id, candidates from assignment where enterprise_id = any(:ids)"
        " and partition_id = :partition and valid @> :on and candidates <> '{}'"
        " and from_release <= :release and coalesce(to_release, :release + 1) > :release"
    )
    values = {"ids": list(ids), "partition": partition, "on": on, "release": release}
    return dict(connection.execute(query, values).all())


def organisations(connection: Connection, on: date, *, release: int) -> list[dict[str, Any]]:
    """Return the organisations that hold on a day, with the codes of their grids as known in a release."""
    rows = connection.execute(text(statement("organisations")), {"on": on, "release": release}).mappings()
    return [dict(row) for row in rows]
