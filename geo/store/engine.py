"""The one gate to PostGIS: makes the engine and turns the driver's errors into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from geo.errors import DatabaseDown, GeoError
from geo.store.columns import SCHEMA


def make_engine(url: str) -> Engine:
    """Make an engine whose connections see our schema first, and keep time in UTC.

    Parameters
    ----------
    url : str
        ``postgresql://…`` or ``postgresql+psycopg://…``; the driver is always psycopg.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql":
        raise GeoError(
            f"The database address starts with {parsed.drivername}; Gridcircle needs PostgreSQL "
            "with PostGIS: postgresql://user@host/database."
        )
    options = f"-c search_path={SCHEMA},public -c timezone=UTC -c jit=off"
    return create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        connect_args={"options": options},
    )


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
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        if isinstance(error, OperationalError) or error.connection_invalidated:
            reason = str(error.orig).strip().splitlines()[0]
            raise DatabaseDown(
                f"PostGIS does not answer ({reason}); start it, or correct its address in "
                "GRIDCIRCLE_DATABASE_URL."
            ) from error
        raise
