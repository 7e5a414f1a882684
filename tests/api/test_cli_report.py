"""What the command line tells a person, and what it leaves to programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli.main import gridcircle
from api.cli.report import progress

ROWS = """企业名称,统一社会信用代码,经度,纬度
甲公司,91350100M000100Y43,104.06,30.55
乙公司,,304.06,30.55
丙公司,91350100M000100Y4Z,104.06,30.55
"""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> Path:
    monkeypatch.setenv("GRIDCIRCLE_HOME", str(tmp_path))
    monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", database_url)
    monkeypatch.delenv("GRIDCIRCLE_PROFILE", raising=False)
    (tmp_path / "rows.csv").write_text(ROWS, "utf-8")
    return tmp_path


def run(*words: str) -> tuple[Result, int]:
    """Run a command and return what it told, and its exit code."""
    result = CliRunner().invoke(gridcircle, words, standalone_mode=False, catch_exceptions=False)
    return result, int(result.return_value)


def test_a_report_names_each_row_and_an_update_lists_what_is_absent(home: Path) -> None:
    told, code = run("load", "enterprises", str(home / "rows.csv"))
    assert code == 1
    assert "3 rows, 2 added, 0 updated, 0 unchanged, 1 refused" in told.stdout
    assert "Refused: row 2: The place “304.06, 30.55”" in told.stdout
    assert "Remark: row 3: The credit code “91350100M000100Y4Z”" in told.stdout
    (home / "rows.csv").write_text("".join(ROWS.splitlines(keepends=True)[:2]), "utf-8")
    told, code = run("load", "enterprises", str(home / "rows.csv"))
    assert code == 0
    assert "0 added, 0 updated, 1 unchanged, 0 refused" in told.stdout
    assert "Not in this file, and kept: 1 (" in told.stdout


@pytest.mark.parametrize("command", ["status", "assign", "cover"])
def test_programs_get_one_object_and_nothing_else(home: Path, command: str) -> None:
    told, code = run(command, "--json")
    assert code == 0
    assert isinstance(json.loads(told.stdout), dict)


def test_an_empty_zone_says_what_is_missing(home: Path) -> None:
    told, code = run("cover")
    assert code == 0
    assert "No facility counts: load stations" in told.stdout
    assert "enterprises: none loaded" in told.stdout


def test_progress_leaves_no_trace_beside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("rows.csv") as show:
        show(0.5, "storing")
    assert capsys.readouterr() == ("", "")


def test_progress_wipes_its_line_from_a_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with progress("rows.csv") as show:
        show(0.5, "storing")
    told = capsys.readouterr().err
    assert "50% storing" in told
    assert told.endswith("\r\033[K"), "what is told next begins on a clean line"
