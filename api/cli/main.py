"""``gridcircle``: the group of commands, and the table of errors and exit codes."""

import signal
import sys
import traceback
from importlib import import_module
from types import MappingProxyType
from typing import NoReturn

import click

from api.cli.report import fail, show_json
from api.problems import problem
from geo.errors import GeoError

COMMANDS = MappingProxyType(
    {
        "load": "api.cli.load:load",
        "check": "api.cli.check:check",
        "mend": "api.cli.mend:mend",
        "export": "api.cli.export:export",
        "releases": "api.cli.releases:releases",
        "restore": "api.cli.releases:restore",
        "status": "api.cli.figures:status",
        "assign": "api.cli.assign:assign",
        "explain": "api.cli.explain:explain",
        "override": "api.cli.explain:override",
        "geocode": "api.cli.geocode:geocode",
        "cover": "api.cli.cover:cover",
        "site": "api.cli.site:site",
        "circles": "api.cli.circles:circles",
        "streets": "api.cli.streets:streets",
        "serve": "api.cli.service:serve",
        "worker": "api.cli.worker:worker",
        "demo": "api.cli.service:demo",
        "db": "api.cli.database:db",
        "bench": "api.cli.bench:bench",
    }
)
"""Command → where it stands; imported when it is asked for, so that none waits for another's libraries."""


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.command(
    cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="gridcircle")
def gridcircle() -> None:
    """Exclusive grids, service circles and coverage gaps of development zones.

    Settings come from the environment: GRIDCIRCLE_HOME (where the data lie; default var),
    GRIDCIRCLE_PORT (8000), GRIDCIRCLE_DATABASE_URL (else a private PostGIS), GRIDCIRCLE_PROFILE (a name
    or a .toml file); the README lists them all.

    The result goes to standard output, with --json as one JSON object; progress and messages go to
    standard error.

    Exit codes: 0 done, 1 rows or a file were refused, 2 wrong use, 3 the system failed.
    """


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def main() -> NoReturn:
    """Run a command; turn an error of ours into its sentence and exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Python would end at once; this way every block is left, and the private cluster is stopped.
        signal.signal(number, _leave)
    as_json = "--json" in sys.argv
    try:
        code = gridcircle(standalone_mode=False)
    except GeoError as error:
        sys.exit(fail(error, as_json=as_json))
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        if as_json:
            show_json(problem("wrong-use", error.format_message()))
        sys.exit(error.exit_code)
    except Exception:  # the last resort: whatever it is, the exit code tells that the system failed
        traceback.print_exc()
        message = "Gridcircle failed unexpectedly; please report what stands above."
        click.echo(f"Error: {message}", err=True)
        if as_json:
            show_json(problem("unforeseen", message))
        sys.exit(3)
    sys.exit(code or 0)
