"""Brings a database to the schema of this version, up or down."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from geo.errors import InputError, SetupMissing
from geo.store.columns import SCHEMA
from geo.store.engine import make_engine, writing

EXTENSIONS = ("postgis", "btree_gist")


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database up to a revision, making the schema and the extensions where they miss.

    Raises
    ------
    SetupMissing
        Where an extension is missing and this user may not create it.
    """
    engine = make_engine(url)
    try:
        with writing(engine) as connection, _known_revision(revision):
            _prepare(connection)
            command.upgrade(_config(connection), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str = "base") -> None:
    """Migrate the database down to a revision; ``base`` leaves an empty schema."""
    engine = make_engine(url)
    try:
        with writing(engine) as connection, _known_revision(revision):
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()


@contextmanager
def _known_revision(name: str) -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise InputError(
            f"The database cannot be migrated to “{name}”: {error}. Name head, base or a revision that "
            "“gridcircle db show” tells.",
            revision=name,
        ) from error


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None where it was never migrated."""
    table = connection.scalar(text("select to_regclass(:name)"), {"name": f"{SCHEMA}.alembic_version"})
    if table is None:
        return None
    value = connection.scalar(text("select version_num from alembic_version"))
    return None if value is None else str(value)


def head() -> str:
    """Return the newest revision that this version of the code knows."""
    return str(ScriptDirectory.from_config(_config(None)).get_current_head())


def _prepare(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(hashtext('gridcircle migration'))"))
    connection.execute(text(f"create schema if not exists {SCHEMA}"))
    for extension in EXTENSIONS:
        have = connection.scalar(
            text("select 1 from pg_extension where extname = :name"), {"name": extension}
        )
        if have:
            continue
        try:
            connection.execute(text(f"create extension {extension} schema public"))
        except ProgrammingError as error:
            raise SetupMissing(
                f"The database has no extension {extension} and this user may not create it; "
                f"ask its administrator to run: CREATE EXTENSION {extension};",
                extension=extension,
            ) from error


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("geo.store") / "migrations"))
    config.attributes["connection"] = connection
    return config
