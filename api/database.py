"""Opens the database that the settings name: the private cluster, or a PostGIS that is there already."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from api.settings import Settings
from geo.errors import SetupMissing
from geo.store import schema
from geo.store.cluster import private
from geo.store.engine import make_engine, reading


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """Yield the address of a running database; the private cluster is started for it where needed."""
    if settings.database_url:
        yield settings.database_url
    else:
        with private.running(settings.home) as url:
            yield url


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Yield an engine on a migrated database.

    The private cluster is always brought up to date. A server of others is so only where it has no tables
    of ours yet; where it has older ones, its administrator decides when.

    Raises
    ------
    SetupMissing
        Where such a server has tables of an older version.
    """
    with database_url(settings) as url:
        engine = make_engine(url)
        try:
            with reading(engine) as connection:
                revision = schema.revision(connection)
            if revision != schema.head():
                if settings.database_url and revision is not None:
                    raise SetupMissing(
                        f"The database is at revision {revision}, this version needs {schema.head()}; "
                        "make a backup, then run: gridcircle db upgrade",
                        reason="revision-behind",
                        revision=revision,
                        head=schema.head(),
                    )
                schema.upgrade(url)
            yield engine
        finally:
            engine.dispose()
