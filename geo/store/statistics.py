"""Statistics: what PostgreSQL's planner knows of a table, renewed where a transaction changed much of it."""

from psycopg import sql
from sqlalchemy import Connection

SHARE = 0.1
"""Of a table; its own daemon renews the statistics after as much, but only some time after the commit."""


def renew(connection: Connection, table: str, *, written: int) -> None:
    """Analyze a table if many rows were written, so that what follows in the transaction is planned well.

    Parameters
    ----------
    table : str
        Its name.
    written : int
        How many rows were written since it was analyzed last.
    """
    cursor = connection.connection.cursor()
    row = cursor.execute("select reltuples from pg_class where oid = %s::regclass", [table]).fetchone()
    # A table that was never analyzed is said to have −1 rows.
    if row is None or written > SHARE * max(row[0], 0):
        cursor.execute(sql.SQL("analyze {}").format(sql.Identifier(table)))
