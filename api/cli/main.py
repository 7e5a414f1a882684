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
from geo import memory
from geo.errors import GeoError

COMMANDS = MappingProxyType(
    {
        "load": ("load:load", "Load a file, or load it again to update."),
        "check": ("check:check", "Say what a file is, and what is wrong with it."),
        "mend": ("mend:mend", "Mend a file's borders, and write the result to another."),
        "export": ("export:export", "Give a release, or points, as a file."),
        "releases": ("releases:releases", "List what was published."),
        "restore": ("releases:restore", "Roll back to an older release."),
        "status": ("figures:status", "Count what is loaded and assigned."),
        "assign": ("assign:assign", "Assign every point anew, or the points of a file."),
        "explain": ("explain:explain", "Say whose an enterprise is, and why."),
        "override": ("explain:override", "Say whose an enterprise is, against the rule."),
        "geocode": (
            "geocode:geocode",
            "Find places for enterprises without one, by their addresses.",
        ),
        "cover": ("cover:cover", "Count who reaches a station in time."),
        "site": ("site:site", "Say where the next stations should stand."),
        "circles": ("circles:circles", "Draw what is within the minutes of a station."),
        "streets": ("streets:streets", "Say what the streets are good enough for."),
        "street-corrections": (
            "street_corrections:street_corrections",
            "Say which path the streets lack, or which place is closed.",
        ),
        "serve": ("service:serve", "Serve the pages and the API, until Ctrl-C."),
        "worker": ("worker:worker", "Carry out jobs in a process of their own, until Ctrl-C."),
        "demo": ("service:demo", "Load the invented demo district and serve it."),
        "db": ("database:db", "Migrate the database, or ask where it is."),
        "bench": ("bench:bench", "Measure this service against its peers."),
    }
)
"""Command → where it stands in `api.cli`, and what it does; imported when it is asked for, so that none waits
for another's libraries, and the list of all for none."""


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(f"api.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, does) for name, (_, does) in COMMANDS.items()])


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

    Exit codes: 0 done, 1 rows or a file were refused or a finding is an error, 2 wrong use, 3 the system
    failed.
    """


def _leave(number: int, _frame: object) -> NoReturn:
    sys.exit(128 + number)


def main() -> NoReturn:
    """Run a command; turn an error of ours into its sentence and exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Python would end at once; this way every block is left, and the private cluster is stopped.
        signal.signal(number, _leave)
    memory.keep_freed()
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
