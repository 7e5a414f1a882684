"""The command line: the whole way from files to coverage, its exit codes, and one JSON object on each."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from districts import SMALL, cloned, street_ends

from api.cli.main import gridcircle, main

ROOT = Path(__file__).parents[2]
RUN = "import sys; from api.cli.main import main; main()"
FOUR = (
    ("grids", "grids.geojson"),
    ("enterprises", "enterprises.csv"),
    ("stations", "stations.csv"),
    ("streets", "streets.osm.pbf"),
)


def object_in(out: str) -> dict[str, Any]:
    """The one JSON object that a command printed."""
    assert out.count("\n") == 1
    value = json.loads(out)
    assert isinstance(value, dict)
    return value


def process(*words: str, home: Path) -> dict[str, Any]:
    """Run a command with ``--json`` in a process of its own, and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCIRCLE_")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words, "--json"],
        check=True,
        cwd=ROOT,
        env=environment | {"GRIDCIRCLE_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    return object_in(done.stdout)


class Terminal:
    """Runs commands as a person would, here in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(f"GRIDCIRCLE_{name.upper()}", value)

    def run(self, *words: str) -> tuple[int, str]:
        """Return the exit code, and what stands on standard output."""
        self.monkeypatch.setattr(sys, "argv", ["gridcircle", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), self.capsys.readouterr().out

    def told(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Run a command with ``--json`` that ends with this code, and return what it prints."""
        found, out = self.run(*words, "--json")
        assert found == code
        return object_in(out)


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Terminal]:
    """A terminal on a machine without a database."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    for name in [name for name in os.environ if name.startswith("GRIDCIRCLE_")]:
        monkeypatch.delenv(name)
    terminal = Terminal(monkeypatch, capsys)
    terminal.set(home=str(tmp_path / "home"), database_url=f"postgresql://nobody@/nothing?host={tmp_path}")
    yield terminal
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def database(terminal: Terminal, template_url: str) -> Iterator[Terminal]:
    """A terminal on a machine with an empty database."""
    with cloned(template_url) as url:
        terminal.set(database_url=url)
        yield terminal


def test_monaco_from_four_files_to_its_coverage(open_folder: Path, shared_data: Path) -> None:
    home = open_folder / "monaco"
    for kind, name in FOUR:
        report = process("load", kind, str(shared_data / "monaco" / name), home=home)
        assert (report["ok"], report["kind"], report["file"]) == (True, kind, name)
    status = process("status", home=home)
    none = {"ambiguous": 0, "ties": 0, "overridden": 0, "no_location": 0}
    assert status["grids"] == status["levels"]["area/grid"] == 9
    assert status["enterprises"] == {
        "total": 322, "assigned": 167, "unassigned": 155, "workers": None, "workers_unknown": 322, **none,
    }  # fmt: skip
    assert status["stations"] == {"total": 109, "assigned": 51, "unassigned": 58, **none}
    assert status["centres"] == {"total": 0, "assigned": 0, "unassigned": 0, **none}
    assert (status["organisations"], status["grids_with_organisation"]) == (0, 0)
    cover = process("cover", "--minutes", "15", "--mode", "walk", home=home)
    assert (cover["mode"], cover["minutes"], cover["method"]) == ("walk", 15, "network")
    assert cover["speed_m_per_min"] == pytest.approx(5000 / 60)
    assert cover["streets"]["source"] == "streets.osm.pbf"
    grids, enterprises, stations, streets = (str(shared_data / "monaco" / name) for _, name in FOUR)
    brought = ("--stations", stations, "--streets", streets, "--grids", grids)
    without_database = process("cover", enterprises, *brought, home=home)
    assert set(cover) < set(without_database)
    rows = cover["denominators"]
    assert rows == without_database["denominators"]
    assert list(rows) == ["area_m2", "grids", "enterprises", "workers"]
    assert rows["workers"] is None
    for name in ("area_m2", "grids", "enterprises"):
        row = rows[name]
        parts = [row[part] for part in ("no_location", "outside", "covered", "out_of_reach")]
        assert sum(parts) == row["total"], name
    assert rows["enterprises"]["total"] == 322
    assert rows["enterprises"]["outside"] == 155
    assert 0 < rows["enterprises"]["outside_reached"] <= 155
    assert (rows["grids"]["total"], rows["grids"]["outside"], rows["area_m2"]["outside"]) == (9, 0, 0)


def test_commands_without_a_database_read_by_a_child_each(open_folder: Path) -> None:
    home, samples = open_folder / "without", ROOT / "data/boundaries/small"
    checked = process("check", str(samples / "grids.zip"), "--as", "grids", home=home)
    assert (checked["ok"], checked["features"], checked["crs"]) == (True, 3, "EPSG:4544")
    brought = ("--stations", str(samples / "stations.xlsx"), "--streets", str(samples / "streets.gpkg"))
    people = str(samples / "enterprises.xlsx")
    sited = process("site", people, *brought, "-k", "1", "--minutes", "5", home=home)
    assert (sited["method"], len(sited["sites"])) == ("network", 1)
    assert sited["sites"][0]["reached"] == sited["plan"]["value"] > 0


def test_done_is_0_and_refused_rows_are_1(database: Terminal, tmp_path: Path) -> None:
    assert database.told("load", "stations", str(SMALL / "stations.xlsx"))["added"] == 7
    bad = tmp_path / "e.csv"
    bad.write_text("id,name,lon,lat\n1,甲,104,30\n2,乙,104,130\n", "utf-8")
    report = database.told("load", "enterprises", str(bad), code=1)
    assert (report["ok"], report["added"], [one["row"] for one in report["refused"]]) == (False, 1, [2])


REFUSED = {"e.csv": "id,a\n1,2\n", "e.geojson": "{", "e.docx": "PK"}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_file_is_1(database: Terminal, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(REFUSED[name], "utf-8")
    problem = database.told("load", "enterprises", str(tmp_path / name), code=1)
    assert problem.keys() == {"error"}
    assert problem["error"].keys() == {"code", "message", "details"}


@pytest.mark.parametrize(
    "words",
    [
        ("fly",),
        ("load", "roads", "x.csv"),
        ("load", "grids", "nowhere.geojson"),
        ("cover", "--minutes", "0"),
        ("cover", "--minutes", "61"),
        ("cover", "--mode", "fly"),
        ("load", "grids", str(SMALL / "parks.geojson"), "--from", "2026-02-30"),
    ],
)
def test_wrong_use_is_2(words: tuple[str, ...], terminal: Terminal) -> None:
    assert terminal.told(*words, code=2)["error"]["code"] == "wrong-use"


def test_what_the_profile_does_not_have_is_wrong_use_too(database: Terminal) -> None:
    words = ("load", "grids", str(SMALL / "parks.geojson"), "--level", "cell")
    assert database.told(*words, code=2)["error"]["code"] == "profile-error"


def test_a_profile_that_is_nowhere_is_wrong_use(database: Terminal) -> None:
    database.set(profile="mars")
    assert database.told("status", code=2)["error"]["code"] == "profile-error"


def test_a_system_that_fails_is_3(terminal: Terminal) -> None:
    problem = terminal.told("status", code=3)
    assert problem["error"]["code"] == "database-down"


def test_an_empty_zone_has_figures_too(database: Terminal) -> None:
    status = database.told("status")
    assert (status["release"], status["grids"], status["enterprises"]["total"]) == (None, 0, 0)
    cover = database.told("cover")
    assert cover["method"] == "disc"
    assert cover["denominators"]["enterprises"]["total"] == 0
    assert database.told("assign")["changed"] == 0
    shown = database.told("db", "show")
    assert shown["revision"] == shown["head"]


def test_a_load_without_locations_says_what_finds_them(database: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "enterprises.csv"
    file.write_text(
        "企业编号,经度,纬度,地址\ne1,104.06,30.55,示例路12号\ne2,,,示例路14号\n", encoding="utf-8"
    )
    code, out = database.run("load", "enterprises", str(file), "--crs", "EPSG:4326")
    assert code == 0
    assert "Rows without a location: 1; `gridcircle geocode` says where they may be." in out


def test_without_json_the_result_is_for_people(database: Terminal) -> None:
    code, out = database.run("status")
    assert code == 0
    assert "enterprises 0: 0 assigned" in out


def test_a_missing_path_is_said_listed_and_taken_back(
    monkeypatch: pytest.MonkeyPatch, small_url: str
) -> None:
    begin, end = (f"{lon},{lat}" for lon, lat in street_ends())
    with cloned(small_url) as url:
        monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", url)

        def said(*words: str, code: int = 0) -> str:
            result = CliRunner().invoke(gridcircle, ["street-corrections", *words])
            assert result.exit_code == code, result.output
            return result.output

        told = json.loads(said("link", begin, end, "--reason", "天天有人走", "--name", "小路", "--json"))
        assert (told["kind"], told["modes"], told["until"]) == ("link", ["walk"], None)
        assert f"{told['id']} link 小路 (walk): 天天有人走 – local" in said()
        assert said("undo", str(told["id"])).strip() == f"{told['id']} is taken back"
        assert said().strip() == "Nothing is corrected of the streets."
