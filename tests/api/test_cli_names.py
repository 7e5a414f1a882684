"""The names of commands and options, which people have in their scripts, and that each explains itself."""

import click
import pytest
from click.testing import CliRunner

from api.cli.main import COMMANDS, gridcircle

# Scripts are written against these names.
LOOKING = {"--crs", "--encoding", "--offset", "--swap-axes", "--field", "--profile", "--basis", "--level"} | {
    "--parks",
    "--beside",
    "--streets",
    "--layer",
}


PINNED = {
    "load": {"kind", "file", "--crs", "--encoding", "--layer", "--source", "--basis", "--level"}
    | {"--from", "--json"},
    "check": {"file", "--as", "--report", "--json"} | LOOKING,
    "mend": {"file", "--as", "--output", "--fix", "--finding", "--output-crs", "--json"} | LOOKING,
    "export": {
        "what",
        "--output",
        "--format",
        "--crs",
        "--encoding",
        "--basis",
        "--level",
        "--release",
        "--on",
        "--source",
        "--offset",
        "--headers",
        "--json",
    },
    "releases": {"--page", "--json"},
    "restore": {"number", "--base", "--note", "--json"},
    "status": {"--json"},
    "assign": {
        "points",
        "--grids",
        "--output",
        "--as",
        "--crs",
        "--grids-crs",
        "--encoding",
        "--grids-basis",
        "--grids-level",
        "--scheduler",
        "--json",
    },
    "explain": {"enterprise", "--on", "--language", "--json"},
    "override": {"enterprise", "grid", "--reason", "--until", "--undo", "--basis", "--level", "--json"},
    "geocode": {"enterprise", "--take", "--choose", "--undo", "--json"},
    "cover": {
        *("enterprises", "--stations", "--streets", "--grids", "--minutes", "--mode", "--method"),
        *(
            "--function",
            "--kind",
            "--at",
            "--by",
            "--compare",
            "--what",
            "--output",
            "--headers",
            "--crs",
            "--encoding",
            "--field",
            "--json",
        ),
    },
    "site": {
        *("enterprises", "--stations", "--streets", "--grids", "--candidates", "--cells", "--most"),
        *("--objective", "--minutes", "--mode", "--method", "--function", "--kind", "--budget", "--exact"),
        *("--gap", "--seconds", "--equip", "--output", "--headers", "--crs", "--encoding", "--offset"),
        *("--swap-axes", "--field", "--profile", "--grids-basis", "--grids-level", "--json"),
    },
    "circles": {
        "--stations",
        "--streets",
        "--minutes",
        "--shape",
        "--mode",
        "--method",
        "--output",
        "--json",
    },
    "streets": {"streets", "--enterprises", "--mode", "--output", "--crs", "--field", "--json"},
    "street-corrections": {"action", "places", "--reason", "--mode", "--name", "--until", "--json"},
    "serve": set(),
    "worker": set(),
    "demo": {"--scale", "--load-only"},
    "db": set(),
    "bench": set(),
}


def test_the_names_of_commands_and_options() -> None:
    context = click.Context(gridcircle)
    assert list(COMMANDS) == gridcircle.list_commands(context) == list(PINNED)
    for name, names in PINNED.items():
        found = gridcircle.get_command(context, name)
        assert found.get_short_help_str(100) == COMMANDS[name][1], "the list says what the command says"
        options = {
            max(one.opts, key=len) if isinstance(one, click.Option) else one.name for one in found.params
        }
        assert names <= options, name
    database = gridcircle.get_command(context, "db")
    assert set(database.commands) == {"upgrade", "downgrade", "show"}
    bench = gridcircle.get_command(context, "bench")
    assert set(bench.commands) == {"assign", "border", "partition", "preview", "reach", "site"}


@pytest.mark.parametrize(
    "name",
    [
        *COMMANDS,
        *("db upgrade", "db downgrade", "db show"),
        *("bench assign", "bench partition", "bench preview"),
    ],
)
def test_every_command_and_option_explains_itself(name: str) -> None:
    result = CliRunner().invoke(gridcircle, [*name.split(), "--help"])
    assert result.exit_code == 0
    assert result.output.splitlines()[2].strip()
