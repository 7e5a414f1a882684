import hashlib
import json
import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from geo.errors import SetupMissing
from setup import assets, compiled, packages, system
from setup.commands import run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that is set up, as far as the set-up can tell."""
    for name in (packages.DEV_LOCK, packages.DEMO_LOCK, "pyproject.toml"):
        (tmp_path / name).write_text(name)
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(sys.executable)
    (programs / "gridcircle").touch()
    installed = tmp_path / ".venv/lib/python3.11/site-packages/shapely-2.2.0.dist-info"
    installed.mkdir(parents=True)
    stamp = {
        "root": str(tmp_path),
        "lock": packages.DEV_LOCK,
        "content": hashlib.sha256(packages.DEV_LOCK.encode()).hexdigest(),
        "project": hashlib.sha256(b"pyproject.toml").hexdigest(),
        "installed": [installed.name],
    }
    (tmp_path / packages.STAMP).write_text(json.dumps(stamp))
    return tmp_path


class Reached(Exception):
    """Raised in the place of an installation, which a test must not start."""


@pytest.fixture
def no_installing(monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object, **__: object) -> None:
        raise Reached

    monkeypatch.setattr(packages, "_synchronise", reached)


@pytest.mark.usefixtures("no_installing")
@pytest.mark.parametrize("goal", ["demo", "check", "test"])
def test_a_second_set_up_installs_nothing(project: Path, goal: str) -> None:
    packages.install(goal, project)


@pytest.mark.usefixtures("no_installing")
@pytest.mark.parametrize("name", [packages.DEV_LOCK, "pyproject.toml"])
def test_a_changed_lock_file_is_installed(project: Path, name: str) -> None:
    (project / name).write_text("changed")
    with pytest.raises(Reached):
        packages.install("demo", project)


@pytest.mark.usefixtures("no_installing")
@pytest.mark.parametrize("lost", [".venv/bin/gridcircle", ".venv/bin/python", packages.STAMP, "one package"])
def test_what_was_lost_is_installed_again(project: Path, lost: str) -> None:
    if lost == "one package":
        next(project.glob(".venv/lib/*/*/*.dist-info")).rmdir()
    else:
        (project / lost).unlink()
    with pytest.raises(Reached):
        packages.install("demo", project)


@pytest.mark.usefixtures("no_installing")
def test_a_moved_project_is_installed_again(project: Path) -> None:
    moved = project.with_name(project.name + "-moved")
    project.rename(moved)
    with pytest.raises(Reached):
        packages.install("demo", moved)


@pytest.mark.usefixtures("no_installing")
def test_a_stamp_cut_off_halfway_is_no_stamp(project: Path) -> None:
    (project / packages.STAMP).write_text('{"root": ')
    with pytest.raises(Reached):
        packages.install("demo", project)


def test_the_browser_files_are_those_of_the_lock_file() -> None:
    asked = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert set(assets.FILES) == set(asked)
    for package, version in asked.items():
        assert locked[f"node_modules/{package}"]["version"] == version


def test_the_browser_files_ask_for_no_source_map() -> None:
    vendor = ROOT / "maps/static/vendor"
    for package, files in assets.FILES.items():
        for file in files:
            copy = vendor / package / file.removeprefix("dist/")
            if copy.suffix in {".js", ".css"}:
                assert b"sourceMappingURL" not in copy.read_bytes()


def test_missing_packages_are_told_in_one_message(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = system.Need("a thing", "a-package", lambda _: False, ("demo",))
    monkeypatch.setattr(system, "NEEDS", (absent,))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupMissing, match=r"a thing\n.*no apt-get(?s:.*)install .* a-package"):
        system.install("demo", tmp_path)
    system.install("test", tmp_path)


def test_what_is_merely_better_to_have_stops_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = system.Need("a thing", "a-package", lambda _: False, ("demo",), required=False)
    monkeypatch.setattr(system, "NEEDS", (absent,))
    monkeypatch.setenv("PATH", str(tmp_path))
    system.install("demo", tmp_path)


def test_another_database_needs_no_server_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    absent = system.Need("a server", system.POSTGIS, lambda _: False, ("demo",))
    monkeypatch.setattr(system, "NEEDS", (absent,))
    monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", "postgresql://somewhere/else")
    system.install("demo", tmp_path)


def test_a_program_that_fails_is_told_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(SetupMissing, match=r"This failed: .*\n  no such\nAsk somebody"):
        run(sys.executable, "-c", "exit('no such')", cwd=tmp_path, advice="Ask somebody.")


def test_an_unknown_goal_ends_with_a_sentence() -> None:
    command = [sys.executable, "-m", "setup", "everything"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "demo|check|test" in done.stderr


def test_a_python_without_packages_can_read_the_set_up() -> None:
    # -S leaves out site-packages: the set-up runs before anything is installed.
    code = "from setup import assets, compiled, packages, system; import geo.store.cluster.server, geo.errors"
    environment = {"PATH": os.environ["PATH"]}
    command = [sys.executable, "-S", "-c", code]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def test_the_inner_loops_are_compiled_once_and_again_when_their_source_changes(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "geo/index").mkdir(parents=True)
    for name in ("geo/compiled.py", "geo/index/kernels.py"):
        (project / name).write_text("# loops")
    runs: list[tuple[object, ...]] = []
    monkeypatch.setattr(compiled, "run", lambda *command, **_: runs.append(command))
    compiled.install(project)
    compiled.install(project)
    loops = ("-m", "geo.compiled")
    assert [command[1:] for command in runs if "compileall" not in command] == [loops]
    (project / "geo/index/kernels.py").write_text("# other loops")
    compiled.install(project)
    assert [command[1:] for command in runs if "compileall" not in command] == [loops, loops]


def test_every_module_has_its_bytecode() -> None:
    """A process behind the walls cannot write it; without, each reading would compile them all again."""
    modules = [path for name in ("geo", "maps", "api") for path in (ROOT / name).rglob("*.py")]
    modules += (Path(sys.prefix) / "lib").glob("python3.*/site-packages/geopandas/*.py")
    lacking = [path for path in modules if not Path(cache_from_source(path)).exists()]
    assert modules
    assert lacking == []
