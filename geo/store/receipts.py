"""What a receipt tells of enterprises: where their coordinates come from, and what was decided of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Connection, text

from geo.store.statements import statement


def find(connection: Connection, words: str) -> list[dict[str, Any]]:
    """Return the enterprises that have an id, an id in their source, a credit code or a name, exactly.

    Parameters
    ----------
    words : str
        Any of these; ``id:12`` is the id alone.

    Returns
    -------
    list of dict
        ``id``, ``source``, ``source_id``, ``name``, ``credit_code``, ``address``; sorted by id.
    """
    number = words.removeprefix("id:")
    alone = words.startswith("id:")
    query = text(
        "select id, source, source_id, name, credit_code, address from enterprise"
        " where id = :number or (not :alone and :words in (source_id, credit_code, name)) order by id"
    )
    # A number beyond the ids of the database is none of them.
    known = int(number) if number.isascii() and number.isdigit() and len(number) < 18 else -1
    rows = connection.execute(query, {"number": known, "alone": alone, "words": words})
    return [dict(row) for row in rows.mappings()]


def origins(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return where the coordinates of enterprises come from, by id.

    Returns
    -------
    dict
        ``lon`` and ``lat`` (None without a location), ``file``, ``source``, ``loaded_at`` (UTC),
        ``loaded_by``, ``format`` and ``crs``: what the facts of the load call its system; ``stated_m``, the
        accuracy that the file states, and ``found_m``, that of a place that was found by the address.
    """
    query = text(
        "select e.id, ST_X(e.geom) as lon, ST_Y(e.geom) as lat, l.file_name as file, l.source,"
        " l.loaded_at at time zone 'UTC' as loaded_at, l.loaded_by, l.facts ->> 'format' as format,"
        " l.facts ->> 'crs' as crs, e.accuracy_m as stated_m, g.accuracy_m as found_m"
        " from enterprise as e join load as l on l.id = e.load_id"
        " left join geocode as g on g.enterprise_id = e.id and g.ended_at is null"
        " where e.id = any(:ids)"
    )
    rows = connection.execute(query, {"ids": list(ids)}).mappings()
    return {row["id"]: {name: value for name, value in row.items() if name != "id"} for row in rows}


def sources(connection: Connection) -> pd.DataFrame:
    """Return what is known of the accuracy of every enterprise's place.

    Returns
    -------
    DataFrame
        Index ``id``, sorted; ``lon``, ``lat``, ``stated_m``, ``found_m`` and ``crs`` as in `origins`, NaN
        where there is none.
    """
    query = text(
        "select e.id, ST_X(e.geom), ST_Y(e.geom), e.accuracy_m, g.accuracy_m, l.facts ->> 'crs'"
        " from enterprise as e join load as l on l.id = e.load_id"
        " left join geocode as g on g.enterprise_id = e.id and g.ended_at is null order by e.id"
    )
    numbers = ["lon", "lat", "stated_m", "found_m"]
    frame = pd.DataFrame(connection.execute(query).all(), columns=["id", *numbers, "crs"], dtype=object)
    return frame.astype({"id": "int64", **dict.fromkeys(numbers, float)}).set_index("id")


def decided(connection: Connection, enterprise: int, on: date) -> list[dict[str, Any]]:
    """Return the assignments of an enterprise on a day; see the statement."""
    rows = connection.execute(text(statement("receipt")), {"enterprise": enterprise, "on": on})
    return [dict(row) for row in rows.mappings()]


def rules(
    connection: Connection, ids: Sequence[int], *, partition: int, on: date
) -> dict[int, dict[str, Any]]:
    """Return ``rule``, ``candidates`` and ``version`` of enterprises in a partition on a day, by id."""
    query = text(
        "select enterprise_id, rule, candidates, grid_version_id as version from assignment"
        " where enterprise_id = any(:ids) and partition_id = :partition and to_release is null"
        " and valid @> cast(:on as date)"
    )
    rows = connection.execute(query, {"ids": list(ids), "partition": partition, "on": on}).mappings()
    return {row["enterprise_id"]: dict(row) for row in rows}
