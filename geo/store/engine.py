"""The one gate to PostGIS: makes the engine and turns the driver's errors into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from geo.errors import DatabaseDown, GeoError, InputError
from geo.store.columns import SCHEMA

OPTIONS = f"-c search_path={SCHEMA},public -c timezone=UTC -c jit=off"


def make_engine(url: str) -> Engine:
    """Make an engine whose connections see our schema first, and keep time in UTC.

    Parameters
    ----------
    url : str
        ``postgresql://…`` or ``postgresql+psycopg://…``; the driver is always psycopg.

    Raises
    ------
    GeoError
        Where it is the address of another kind of database.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise GeoError(
            f"The database address starts with {parsed.drivername}; Gridcircle needs PostgreSQL "
            "with PostGIS: postgresql://user@host/database."
        )
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": OPTIONS},
    )


def driver_arguments(engine: Engine) -> dict[str, Any]:
    """Return what the driver itself is told, for the few connections that are no part of the engine."""
    _, arguments = engine.dialect.create_connect_args(engine.url)
    return {**arguments, "options": OPTIONS}


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a read-only transaction in which every query sees the same state."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with _translated(), snapshot.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that commits at the end of the block, and leaves nothing behind on an error."""
    with _translated(), engine.begin() as connection:
        yield connection


@contextmanager
def trying(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is taken back at the end of the block, whatever it did."""
    with _translated(), engine.connect() as connection, connection.begin() as transaction:
        try:
            yield connection
        finally:
            transaction.rollback()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoneFree as error:
        raise DatabaseDown(
            "All connections to PostGIS were taken for half a minute; try again when less is asked for at "
            "once.",
            reason="database-busy",
        ) from error
    except DBAPIError as error:
        _raise_ours(error.orig, error, lost=error.connection_invalidated)
        raise
    except psycopg.Error as error:
        # COPY and composed statements go to the driver itself.
        _raise_ours(error, error, lost=False)
        raise


def _raise_ours(said: BaseException | None, error: Exception, *, lost: bool) -> None:
    """Raise our error for what the driver said; return where it is a fault of ours."""
    reason = (str(said).strip().splitlines() or ["no reason given"])[0]
    if lost or isinstance(said, psycopg.OperationalError):
        raise DatabaseDown(
            f"PostGIS does not answer ({reason}); start it, or correct its address in "
            "GRIDCIRCLE_DATABASE_URL.",
            reason="database-silent",
        ) from error
    if isinstance(said, psycopg.DataError):
        raise InputError(
            f"The database cannot take a value ({reason}); correct it.", reason="value-refused"
        ) from error
