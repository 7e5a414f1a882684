"""Enterprises: what they say of themselves beside their location."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from psycopg import sql
from sqlalchemy import Connection


def names(connection: Connection, column: str, ids: Iterable[int] | None = None) -> "pd.Series[Any]":
    """Return the chains or the industry of enterprises as lists of names; index the enterprise's id."""
    value = sql.SQL("chains" if column == "chains" else "array_remove(array[industry], null)")
    query = sql.SQL(
        "select id, {} from enterprise where %(ids)s::bigint[] is null or id = any(%(ids)s) order by id"
    )
    wanted = None if ids is None else list(ids)
    rows = connection.connection.cursor().execute(query.format(value), {"ids": wanted}).fetchall()
    return pd.Series([row[1] for row in rows], index=[row[0] for row in rows], dtype=object)
