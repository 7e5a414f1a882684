"""How commands speak: the result on standard output, progress and messages on standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from api.problems import body_of
from geo import errors
from geo.frames import Progress, no_progress

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
headers_option = click.option(
    "--headers",
    "language",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Of the output: Chinese headers, or the names in the code.",
)

EXIT_REFUSED, EXIT_WRONG_USE, EXIT_FAILED, EXIT_STOPPED = 1, 2, 3, 130


def exit_code(error: errors.GeoError) -> int:
    """Return the exit code of an error: 1 a file was refused, 2 wrong use, 3 the system failed."""
    if isinstance(error, errors.FileRefused | errors.MissingColumn | errors.CrsUnknown):
        return EXIT_REFUSED
    if isinstance(error, errors.Cancelled):
        return EXIT_STOPPED
    return EXIT_WRONG_USE if isinstance(error, errors.InputError) else EXIT_FAILED


def fail(error: errors.GeoError, *, as_json: bool) -> int:
    """Tell an error and return its exit code."""
    click.echo(f"Error: {error.message}", err=True)
    if as_json:
        show_json(body_of(error))
    return exit_code(error)


def slopes_in_words(slopes: dict[str, Any]) -> str:
    """Return in a few words whether slopes took part."""
    if slopes["counted"]:
        return f"slopes counted, stated for {slopes['share']:.0%} of the streets' length"
    why = {
        "disc": "straight lines have none",
        "mode": "this mode feels none",
        "not-stated": "the streets state none",
    }
    return f"slopes not counted: {why[slopes['why']]}"


def number_of(number: int, noun: str) -> str:
    """Say how many there are: “1 row”, “1,358 rows”."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def show_json(value: dict[str, Any]) -> None:
    """Print one JSON object on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, allow_nan=False, default=str))


def tell(message: str = "") -> None:
    """Print a message for the person at the terminal, beside the result."""
    click.echo(message, err=True)


def show(message: str) -> None:
    """Print a line of the result for a person, where it is not told as JSON."""
    click.echo(message)


def show_remarks(remarks: Sequence[dict[str, Any]]) -> None:
    """Print what there is to know of a result, a line for each ``level`` and ``message``."""
    for one in remarks:
        show(f"{one['level'].capitalize()}: {one['message']}")


@contextmanager
def progress(label: str) -> Iterator[Progress]:
    """Yield what shows progress on a terminal, and nothing elsewhere; its line is gone at the end."""
    if not sys.stderr.isatty():
        yield no_progress
        return

    def show(fraction: float, message: str) -> None:
        filled = round(fraction * 24)
        bar = "█" * filled + "░" * (24 - filled)
        click.echo(f"\r{label} {bar} {fraction:4.0%} {message:<40.40}", err=True, nl=False)

    try:
        yield show
    finally:
        # Whatever is told next, an error too, begins on a line of its own.
        click.echo("\r\033[K", err=True, nl=False)
