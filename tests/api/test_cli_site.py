"""``site`` of files, without a database: at once, exactly, among rooms that cost something."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from districts import csv, lonlat

from api.cli.site import site
from geo.errors import InputError

pytestmark = pytest.mark.usefixtures("quick_reading")

# Two clusters far from the station, of 30 and of 20 workers, and one beside it.
FIRMS = {"near": (1, 1, 90), "a": (40, 1, 10), "b": (40.5, 1, 20), "c": (80, 1, 20)}


def run(*words: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(site, [*map(str, words), "--json"], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, json.loads(result.stdout)


@pytest.fixture
def files(tmp_path: Path) -> tuple[object, ...]:
    rows = [f"{name},{','.join(map(str, lonlat(x, y)))},{n}" for name, (x, y, n) in FIRMS.items()]
    firms = csv(tmp_path / "firms.csv", "企业名称,经度,纬度,职工人数", *rows)
    place = ",".join(map(str, lonlat(2, 1)))
    stations = csv(tmp_path / "stations.csv", "驿站名称,经度,纬度,服务功能", f"S,{place},歇脚休息")
    return firms, "--stations", stations, "--minutes", 5


@pytest.fixture
def rooms(tmp_path: Path) -> Path:
    places = {"甲": (40, 1, 9, ""), "乙": (80, 1, 4, ""), "丙": (40.2, 1, 3, 12), "丁": (1, 1, 1, "")}
    rows = [f"{name},{','.join(map(str, lonlat(x, y)))},{c},{n}" for name, (x, y, c, n) in places.items()]
    return csv(tmp_path / "rooms.csv", "房间,经度,纬度,费用,容量", *rows, "坏,300,30,1,")


def test_among_cells_by_the_straight_line(files: tuple[object, ...], tmp_path: Path) -> None:
    code, told = run(*files, "-k", 2, "--exact", "--gap", 0, "-o", tmp_path / "sites.xlsx")
    assert (code, told["method"], told["plan"]["value"], told["plan"]["gap"]) == (0, "disc", 50, 0.0)
    assert [one["workers"] for one in told["sites"]] == [30, 20]
    sheet = openpyxl.load_workbook(tmp_path / "sites.xlsx").active
    header, first, *_ = sheet.iter_rows(values_only=True)
    assert header[:4] == ("序号", "名称", "新增企业", "新增职工")
    assert (first[0], first[2], first[3]) == (1, 2, 30)
    assert run(*files, "-k", 2)[1]["plan"]["value"] == 50


def test_rooms_within_a_budget_and_their_room(files: tuple[object, ...], rooms: Path) -> None:
    code, told = run(*files, "--candidates", rooms, "--budget", 8, "--exact", "--gap", 0)
    # The row at 300 degrees is refused and the others go on.
    assert (code, told["candidates"], len(told["candidates_refused"])) == (1, 4, 1)
    assert sorted(one["name"] for one in told["sites"]) == ["丙", "乙"]
    assert told["plan"]["value"] == 12 + 20
    assert run(*files, "--candidates", rooms, "-k", 1)[1]["sites"][0]["name"] == "甲"


def test_the_options_about_files_may_name_the_candidates(files: tuple[object, ...], tmp_path: Path) -> None:
    lon, lat = lonlat(40, 1)
    rooms = csv(tmp_path / "rooms.csv", "房间,经度,纬度,押金", f"甲,{lat},{lon},7")
    words = ("--crs", "candidates=EPSG:4490", "--swap-axes", "candidates", "--field", "candidates.cost=押金")
    code, told = run(*files, "--candidates", rooms, *words)
    assert (code, told["sites"][0]["cost"], told["sites"][0]["workers"]) == (0, 7, 30)
    with pytest.raises(InputError, match="names no file here"):
        run(*files, "--crs", "candidates=EPSG:4490")


def test_each_refused_row_is_told_with_its_own_file(files: tuple[object, ...], rooms: Path) -> None:
    with Path(str(files[0])).open("a", encoding="utf-8") as firms:
        firms.write("坏,300,30,1\n")
    told = run(*files, "--candidates", rooms)[1]
    assert (len(told["candidates_refused"]), told["refused_total"]) == (1, 1)
    result = CliRunner().invoke(site, [*map(str, files), "--candidates", str(rooms)], standalone_mode=False)
    assert "Refused: candidates, row 5" in result.output
    assert "Refused: firms.csv, row 5" in result.output


def test_the_tenth_that_walks_furthest(files: tuple[object, ...]) -> None:
    told = run(*files, "-k", 1, "--objective", "walking", "--mode", "drive", "--exact")[1]
    # By car, the furthest firm has 20 of the 140 workers: it is the tenth.
    assert told["sites"][0]["workers"] == 20
    assert told["sites"][0]["minutes_after"] < told["sites"][0]["minutes_before"]


def test_functions_that_stations_lack(files: tuple[object, ...], tmp_path: Path) -> None:
    told = run(*files, "--equip", "--profile", "demo", "-k", 2)[1]
    assert told["lacking"]["meals"] == 140
    assert [(one["name"], one["workers"]) for one in told["lines"]] == [("S", 90), ("S", 90)]
    run(*files, "--equip", "--profile", "demo", "-k", 2, "-o", tmp_path / "lines.csv")
    header, *rows = (tmp_path / "lines.csv").read_text("utf-8-sig").splitlines()
    assert header.startswith("序号,站点编号,名称,功能,新增职工")
    assert [row.split(",")[2:5] for row in rows] == [
        [one["name"], one["function"], str(one["gain"])] for one in told["lines"]
    ]


def test_what_cannot_be_asked(files: tuple[object, ...]) -> None:
    firms, *rest = files
    with pytest.raises(InputError, match="There are 0 cells"):
        run(firms, *rest[:2], "--minutes", 60, "--mode", "drive")


def test_a_person_reads_it_too(files: tuple[object, ...], tmp_path: Path) -> None:
    result = CliRunner().invoke(site, [*map(str, files), "-k", "1", "--exact"], standalone_mode=False)
    assert "30 workers more in reach, by 1 of" in result.output
    assert "2 enterprises, 30 workers; " in result.output
    assert re.search(r" 104\.\d{5}, 30\.\d{5}: ", result.output)  # Longitude first, as everywhere.
    beside = csv(tmp_path / "beside.csv", "房间,经度,纬度", f"甲,{','.join(map(str, lonlat(1, 1)))}")
    words = [*map(str, files), "--candidates", str(beside)]
    assert "No candidate brings anybody nearer" in CliRunner().invoke(site, words).output


def test_workers_that_nobody_counted_are_not_told(files: tuple[object, ...], tmp_path: Path) -> None:
    rows = [f"{name},{','.join(map(str, lonlat(x, y)))}" for name, (x, y, _) in FIRMS.items()]
    firms = csv(tmp_path / "uncounted.csv", "企业名称,经度,纬度", *rows)
    words = [*map(str, (firms, *files[1:])), "-k", "1"]
    told = CliRunner().invoke(site, words, standalone_mode=False).output
    assert "2 enterprises; " in told
    assert "workers" not in told
    code, answer = run(*words, "-o", tmp_path / "sites.xlsx")
    (one,) = answer["sites"]
    assert (code, answer["unit"]) == (0, "enterprises")
    assert (one["enterprises"], one["reached"], one["workers"]) == (2, 2, None)
    header, row = openpyxl.load_workbook(tmp_path / "sites.xlsx").active.iter_rows(values_only=True)
    assert (row[header.index("新增职工")], row[header.index("可达企业")]) == (None, 2)
    equipped = run(*words[:-2], "--equip", "--profile", "demo", "-k", "1")[1]
    assert (equipped["unit"], equipped["lacking"]["meals"]) == ("enterprises", 4)
    assert [(one["gain"], one["workers"]) for one in equipped["lines"]] == [(1, None)]
