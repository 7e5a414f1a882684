"""The rules of the house that no linter knows."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("geo", "maps", "api", "setup")
EVERY = sorted(chain.from_iterable((ROOT / name).rglob("*.py") for name in PACKAGES))
# A migration is a list of steps that Alembic names, and never changes once it was released.
MODULES = [path for path in EVERY if path.parent.name != "versions"]
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "tools"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, Function):
            yield node


def length(function: Function) -> int:
    """The lines of a function, without its decorators and its docstring."""
    first = function.body[0]
    text = ast.get_docstring(function, clean=False)
    docstring = first.end_lineno - first.lineno + 1 if text is not None else 0  # type: ignore[operator]
    return function.end_lineno - function.lineno + 1 - docstring  # type: ignore[operator]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    lines = len(text.splitlines())
    assert lines <= 250, f"{name_of(path)} has {lines} lines; split it where it has two subjects"
    assert path.stem not in EMPTY_WORDS, f"{name_of(path)} needs a name that says what is in it"
    assert ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = {f.name: length(f) for f in functions(path) if length(f) > 40}
    assert not long, f"{name_of(path)}: split {long}"


def test_the_environment_is_read_in_one_place() -> None:
    readers = [
        name_of(path)
        for path in MODULES
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
        # The set-up hands its environment on to other programs; it runs before the service is there.
        and path.relative_to(ROOT).parts[0] != "setup"
    ]
    assert set(readers) <= {"api/settings.py"}


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    left = [name_of(path) for path in MODULES if marks.search(path.read_text("utf-8"))]
    assert left == []


def test_the_lock_files_name_no_host() -> None:
    # An office network has package mirrors of its own; hashes make sure of the same bytes.
    for path in (*ROOT.glob("requirements*.lock"), *(ROOT / "setup").glob("*.lock")):
        text = path.read_text("utf-8")
        assert "://" not in text, f"{path.name} names a host"
        assert text.count("\n    --hash=sha256:") >= len(re.findall(r"^[\w.-]+==", text, re.MULTILINE))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, package in locked.items():
        assert "resolved" not in package, f"package-lock.json says where {name} comes from"
        assert name == "" or package["integrity"].startswith("sha512-")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no clone")
def test_nothing_of_others_is_in_the_tree() -> None:
    command = ["git", "ls-files", "maps/static/vendor", "node_modules", ".venv", ".tools", "var"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert listed == ""


def test_the_shared_fixtures_stay_few() -> None:
    assert len((ROOT / "tests/conftest.py").read_text("utf-8").splitlines()) < 100
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_our_own_pages_name_no_foreign_host() -> None:
    own = [
        path
        for folder in ("maps/templates", "maps/static")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".html", ".js", ".css", ".svg", ".j2"} and "vendor" not in path.parts
    ]
    named = {
        (name_of(path), address)
        for path in own
        for address in re.findall(r"https?://[^\s\"'<>)]+", path.read_text("utf-8"))
        if not address.startswith("http://www.w3.org/")  # the name of a format, never asked for
    }
    assert named == set()


def test_each_test_module_has_a_name_of_its_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
