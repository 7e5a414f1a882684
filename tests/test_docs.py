"""What the documents name is there, and what is there is named."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from api.cli.main import gridcircle
from api.routes import pages
from api.settings import Settings
from geo.contracts import CONTRACTS

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "data/boundaries/README.md")
COMMAND = re.compile(r"(?:`|\$ |\.venv/bin/)gridcircle ((?:[a-z][a-z-]* ?)+)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
IMPLIED = {"--help", "--version"}


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(group: click.Group = gridcircle, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Each command of the command line with its whole name, such as “db show”."""
    context = click.Context(group)
    for one in group.list_commands(context):
        command = group.get_command(context, one)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{name}{one} ")
        else:
            yield f"{name}{one}", command


def options(command: click.Command) -> set[str]:
    return {word for option in command.params for word in option.opts if word.startswith("--")}


ALL = dict(commands())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_command_and_option_in_a_document_exists(document: str) -> None:
    for line in text(document).splitlines():
        marks = list(COMMAND.finditer(line))
        ends = [mark.start() for mark in marks[1:]] + [len(line)] * bool(marks)
        for mark, end in zip(marks, ends, strict=True):
            said = mark[1].split()
            named = [name for name in ALL if said[: len(name.split())] == name.split()]
            assert named, f"{document}: there is no “gridcircle {mark[1].strip()}”"
            rest = line[mark.end() : end]
            unknown = set(OPTION.findall(rest)) - options(ALL[named[0]]) - IMPLIED
            assert not unknown, f"{document}: gridcircle {named[0]} has no {unknown}"


def test_the_readme_names_each_command_with_its_options() -> None:
    rows = {
        match[1]: set(OPTION.findall(line))
        for line in text("README.md").splitlines()
        if (match := re.match(r"\| `gridcircle ([a-z-]+(?: [a-z]+)?)[ `]", line))
    }
    assert rows == {name: options(command) - IMPLIED for name, command in ALL.items()}


def test_the_readme_names_each_setting_with_its_default() -> None:
    readme = text("README.md")
    named = dict(re.findall(r"\| `(GRIDCIRCLE_[A-Z_]+)` \| (\S+) \|", readme))
    defaults = {
        f"GRIDCIRCLE_{name.upper()}": "–" if field.default is None else f"`{field.default}`"
        for name, field in Settings.model_fields.items()
    }
    assert named == defaults
    assert set(re.findall(r"GRIDCIRCLE_[A-Z_]*[A-Z]", readme)) == set(defaults)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_goal_of_make_in_a_document_exists(document: str) -> None:
    goals = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`(?:\w+=\S+ )?make ([a-z]+)", text(document))) <= goals


def test_the_readme_names_each_kind_of_file() -> None:
    table = text("README.md").split("## Files")[1].split("## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert [kind for cell in cells for kind in re.findall(r"`([a-z-]+)`", cell)] == list(CONTRACTS)


def test_the_readme_shows_the_way_to_each_page() -> None:
    tour = text("README.md").split("## A tour")[1].split("## ")[0]
    named = {one.rstrip("…") for one in re.findall(r"^\| `(/\S*)`", tour, re.MULTILINE)}
    routes = {route.path.replace(":path", "") for route in pages.router.routes}  # type: ignore[attr-defined]
    shown = {route for route in routes if route != "/favicon.ico"}
    assert {"/lists/" if route.startswith("/lists/") else route for route in shown} == named - {
        "/api/v1/openapi.json"
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_points_to_is_there(document: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text(document))
    for link in links:
        assert ((ROOT / document).parent / link).exists(), f"{document} points to {link}, which is not there"
    modules = re.findall(r"`((?:geo|maps|api|setup|tests)/[\w/.]+)`", text(document))
    for module in modules:
        assert (ROOT / module).exists(), f"{document} names {module}, which is not there"


def test_the_pictures_are_light() -> None:
    pictures = list((ROOT / "docs").glob("*.png"))
    assert pictures
    assert all(picture.stat().st_size < 300_000 for picture in pictures)
    shown = set(re.findall(r"\]\((docs/[\w.]+)\)", text("README.md")))
    assert shown == {f"docs/{picture.name}" for picture in pictures}
