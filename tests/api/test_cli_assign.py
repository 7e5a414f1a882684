"""``gridcircle assign POINTS --grids FILE``: what it prints, its exit codes, and no database."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from districts import SMALL, csv, geojson, point, square

from api.cli.assign import assign
from geo.errors import FileRefused, InputError

RUN = "import sys; from api.cli.main import main; main()"


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    rows = [(square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B"}), (square(1.5, 0), {"code": "C"})]
    return geojson(tmp_path / "grids.geojson", rows)


@pytest.fixture
def points(tmp_path: Path) -> Path:
    places = {"in": (0.5, 0.5), "tie": (1, 0.5), "both": (1.75, 0.5), "out": (9, 9)}
    rows = [f"{name},{104 + x * 0.001},{30.5 + y * 0.001}" for name, (x, y) in places.items()]
    return csv(tmp_path / "points.csv", "id,lon,lat", *rows, "lost,,")


def run(*words: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(assign, [*map(str, words), "--json"], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, json.loads(result.stdout)


def test_what_is_told_and_written(points: Path, grids: Path, tmp_path: Path) -> None:
    code, told = run(points, "--grids", grids, "-o", tmp_path / "out.csv")
    assert code == 0
    assert told.pop("seconds") > 0
    assert told == {
        "points": 5, "assigned": 2, "unassigned": 2, "ambiguous": 1, "ties": 1, "no_location": 1,
        "refused_total": 0, "refused": [], "remarks": [],
    }  # fmt: skip
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines() == [
        "id,grid_code,status,rule",
        "in,A,assigned,inside",
        "tie,A,assigned,tie",
        "both,B,ambiguous,overlap",
        "out,,unassigned,outside",
        "lost,,unassigned,no-location",
    ]


def test_refused_rows_are_1_and_the_others_go_on(tmp_path: Path, grids: Path) -> None:
    source = csv(tmp_path / "points.csv", "id,lon,lat", "a,104.0005,30.5005", "b,30.5,104")
    code, told = run(source, "--grids", grids)
    assert (code, told["points"], told["refused_total"]) == (1, 1, 1)
    (refused,) = told["refused"]
    assert (refused["row"], refused["code"]) == (2, "coordinates-swapped")
    assert refused["details"]["file"] == "points.csv"
    result = CliRunner().invoke(assign, [str(source), "--grids", str(grids)], standalone_mode=False)
    assert "Refused: points.csv, row 2: The place “30.5, 104" in result.stdout


def test_wrong_use(points: Path, grids: Path, tmp_path: Path) -> None:
    for words in ((points,), ("--grids", grids), (points, "--grids", tmp_path / "none.shp")):
        with pytest.raises(click.UsageError):
            run(*words)
    with pytest.raises(InputError, match="no format"):
        run(points, "--grids", grids, "-o", tmp_path / "out.doc")
    with pytest.raises(FileRefused, match="say --as"):
        run(points, "--grids", points)


def test_the_samples_need_no_database(tmp_path: Path) -> None:
    """In a process without a home: nothing is started, and nothing but the file is left."""
    words = (
        "assign",
        SMALL / "enterprises.xlsx",
        "--grids",
        SMALL / "grids.zip",
        "-o",
        tmp_path / "out.parquet",
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCIRCLE_")}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *map(str, words), "--json"],
        check=True,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout)
    assert told["assigned"] > 0
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert len(found) == told["points"]
    assert [one.name for one in tmp_path.iterdir()] == ["out.parquet"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_half_way_leaves_nothing(tmp_path: Path, grids: Path, number: signal.Signals) -> None:
    random = np.random.default_rng(1)
    (tmp_path / "in").mkdir()
    table = pa.table({"id": np.arange(3_000_000), "lon": random.random(3_000_000), "lat": np.ones(3_000_000)})
    pq.write_table(table, tmp_path / "in/0.parquet", compression="none")
    for part in range(1, 64):  # Enough to be at it for a while, on a fast machine and a busy one.
        os.link(tmp_path / "in/0.parquet", tmp_path / f"in/{part}.parquet")
    words = ("assign", "in", "--grids", "grids.geojson", "-o", "out")
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # It stands still while we look, lest it end before we have seen it begin.
    begun = False
    while process.poll() is None and not begun:
        time.sleep(0.02)
        process.send_signal(signal.SIGSTOP)
        begun = bool(list(tmp_path.glob(".gridcircle-*")))
        if begun:
            process.send_signal(number)
        process.send_signal(signal.SIGCONT)
    assert process.wait(60) in (130, 143)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["grids.geojson", "in"]


def test_a_layer_goes_through_the_door(tmp_path: Path, grids: Path) -> None:
    source = geojson(
        tmp_path / "p.geojson", [(point(0.5, 0.5), {"name": "甲"}), (square(0, 0), {"name": "乙"})]
    )
    code, told = run(source, "--grids", grids, "-o", tmp_path / "out.csv", "--as", "points")
    assert (code, told["points"], told["refused_total"]) == (1, 1, 1)
    assert (tmp_path / "out.csv").read_text().splitlines()[1] == "1,A,assigned,inside"
