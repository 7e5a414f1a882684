"""``db``: the database itself."""

import click

from api.cli.report import json_option, show_json, tell
from api.cli.report import show as show_text
from api.database import database_url
from api.settings import Settings
from geo.store import schema
from geo.store.engine import make_engine, reading


@click.group()
def db() -> None:
    """Migrate the database, or ask where it is."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> int:
    """Migrate up, to the newest revision or the one named."""
    with database_url(Settings.from_environment()) as url:
        schema.upgrade(url, revision)
    tell("The database is up to date." if revision == "head" else f"The database is at {revision}.")
    return 0


@db.command()
@click.argument("revision")
@click.confirmation_option(prompt="This drops tables and what is in them. Go on?")
def downgrade(revision: str) -> int:
    """Migrate down to a revision; “base” drops every table of ours."""
    with database_url(Settings.from_environment()) as url:
        schema.downgrade(url, revision)
    tell(f"The database is at {revision}.")
    return 0


@db.command()
@json_option
def show(*, as_json: bool) -> int:
    """Say where the database is, and at which revision."""
    with database_url(Settings.from_environment()) as url:
        engine = make_engine(url)
        with reading(engine) as connection:
            revision = schema.revision(connection)
        result = {
            "address": engine.url.render_as_string(hide_password=True),
            "revision": revision,
            "head": schema.head(),
        }
        engine.dispose()
    if as_json:
        show_json(result)
    else:
        for name, value in result.items():
            show_text(f"{name}: {value}")
    return 0
