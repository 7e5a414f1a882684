"""The gate to PostGIS: what the driver says becomes a sentence of ours, whichever way it was asked."""

from collections.abc import Callable

import pytest
from districts import opened
from sqlalchemy import Connection, create_engine, text

from geo.errors import DatabaseDown, InputError
from geo.store.engine import reading, writing


@pytest.mark.parametrize("value", ["a\0b", "\0"])
def test_a_value_that_no_text_can_hold(database_url: str, value: str) -> None:
    with opened(database_url) as engine:
        with pytest.raises(InputError, match="cannot take a value"), reading(engine) as connection:
            connection.execute(text("select cast(:value as text)"), {"value": value})
        with pytest.raises(InputError, match="cannot take a value"), reading(engine) as connection:
            connection.connection.cursor().execute("select %s::text", [value])


ENDS = "select pg_terminate_backend(pg_backend_pid())"


def ask_sqlalchemy(connection: Connection) -> None:
    connection.execute(text(ENDS))


def ask_the_driver(connection: Connection) -> None:
    connection.connection.cursor().execute(ENDS)


@pytest.mark.parametrize("ask", [ask_sqlalchemy, ask_the_driver])
def test_a_server_that_goes_away(database_url: str, ask: Callable[[Connection], None]) -> None:
    with opened(database_url) as engine:
        with pytest.raises(DatabaseDown, match="does not answer"), writing(engine) as connection:
            ask(connection)
        with reading(engine) as connection:
            assert connection.scalar(text("select 1")) == 1


def test_all_connections_are_taken(database_url: str) -> None:
    with opened(database_url) as engine:
        few = create_engine(engine.url, pool_size=1, max_overflow=0, pool_timeout=0.05)
        with (
            few.connect(),
            pytest.raises(DatabaseDown, match=r"connections .* taken"),
            reading(few) as connection,
        ):
            connection.execute(text("select 1"))
        few.dispose()
