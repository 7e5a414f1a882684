"""``cover``, ``circles`` and ``streets`` of files, without a database; and what people bring by mistake."""

import json
from pathlib import Path
from typing import Any

import click
import geopandas as gpd
import openpyxl
import pytest
from click.testing import CliRunner
from districts import SMALL, csv, geojson, lonlat, square

from api.cli.circles import circles
from api.cli.cover import cover
from api.cli.streets import streets
from geo.errors import InputError

pytestmark = pytest.mark.usefixtures("quick_reading")

PARTS = ("covered", "out_of_reach", "outside", "no_location")


def run(command: click.Command, *words: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(command, [*map(str, words), "--json"], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.return_value, json.loads(result.stdout)


def whole(told: dict[str, Any]) -> None:
    """Assert that every total adds up (rule 2)."""
    for row in filter(None, told["denominators"].values()):
        assert sum(row[part] for part in PARTS) == row["total"]


def street(*xy: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [lonlat(*one) for one in xy]}


@pytest.fixture
def firms(tmp_path: Path) -> Path:
    places = {"near": (1, 1), "far": (40, 1), "out": (60, 60)}
    rows = [f"{name},{','.join(map(str, lonlat(*xy)))},{n}" for n, (name, xy) in enumerate(places.items(), 1)]
    return csv(tmp_path / "firms.csv", "企业名称,经度,纬度,职工人数", *rows, "lost,,,8", "wrong,200,30,9")


@pytest.fixture
def stations(tmp_path: Path) -> Path:
    lon, lat = lonlat(2, 1)
    return csv(tmp_path / "stations.csv", "Lieu,Long.,Lat.", f"S,{lon},{lat}")


def said(path: Path) -> tuple[object, ...]:
    fields = ("stations.name=Lieu", "stations.longitude=Long.", "stations.latitude=Lat.")
    return ("--stations", path, *(word for field in fields for word in ("--field", field)))


def test_the_disc_stands_in_and_says_so(firms: Path, stations: Path, tmp_path: Path) -> None:
    code, told = run(cover, firms, *said(stations), "--minutes", 15, "-o", tmp_path / "out.xlsx")
    whole(told)
    assert (code, told["refused_total"], told["refused"][0]["details"]["file"]) == (1, 1, "firms.csv")
    assert (told["method"], told["streets"], told["remarks"][0]["code"]) == ("disc", None, "disc")
    assert told["denominators"]["enterprises"] == {
        "total": 4, "covered": 1, "out_of_reach": 2, "outside": 0, "no_location": 1, "outside_reached": 0,
    }  # fmt: skip
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    box, nearest = rows[0].index("覆盖情况"), rows[0].index("最近驿站名称")
    assert [(row[box], row[nearest]) for row in rows[1:]] == [
        ("覆盖", "S"), ("超出范围", "S"), ("超出范围", "S"), ("无位置", None),
    ]  # fmt: skip


def test_streets_and_grids_that_overlap(firms: Path, stations: Path, tmp_path: Path) -> None:
    lines = geojson(
        tmp_path / "lines.geojson",
        [(street((0, 1), (3, 1)), {"DLDJ": "人行道"}), (street((1, 0), (1, 3)), {"DLDJ": "支路"})],
    )
    grids = geojson(tmp_path / "grids.geojson", [(square(0, 0, 50, 3), {}), (square(0, 0, 3, 3), {})])
    code, told = run(
        cover, firms, *said(stations), "--streets", lines, "--grids", grids,
        "--field", "streets.road_class=DLDJ",
    )  # fmt: skip
    whole(told)
    assert (code, told["method"], told["streets"]["source"]) == (1, "network", "lines.geojson")
    assert {one["code"] for one in told["remarks"]} == {"demand-off-streets", "grids-overlap"}
    assert [(row["code"], row["enterprises"]) for row in told["by_grid"]] == [("0001", 1), ("0002", 1)]


def test_circles_are_drawn_and_written(tmp_path: Path) -> None:
    files = ("--stations", SMALL / "stations.xlsx", "--streets", SMALL / "streets.gpkg")
    bands = ("--minutes", 5, "--minutes", 10, "--shape", "split")
    code, told = run(circles, *files, *bands, "-o", tmp_path / "split.gpkg")
    assert (code, told["method"], told["output"]["features"]) == (0, "network", len(told["circles"]))
    written = gpd.read_file(tmp_path / "split.gpkg")
    assert written.crs == "EPSG:4326"
    assert written["station_id"].tolist() == [one["station"] for one in told["circles"]]


def test_the_streets_of_a_file(firms: Path, tmp_path: Path) -> None:
    rows = [(street((0, 1), (3, 1)), {"class": "primary"}), (street((1, 0), (1, 3)), {"class": "primary"})]
    file = geojson(tmp_path / "lines.geojson", rows)
    code, told = run(streets, file, "--enterprises", firms, "-o", tmp_path / "places.geojson")
    assert (code, told["crossings_joined"], told["crossings_not_joined"]) == (1, 1, 0)
    assert (told["demand"], told["demand_within"], told["dead_ends"]) == (3, 1, 4)
    assert [one["code"] for one in told["findings"]] == ["drawn-for-cars", "demand-off-streets"]
    assert len(json.loads((tmp_path / "places.geojson").read_text())["features"]) == 4
    assert (told["parted_by_walls"], told["sloped_share"]) == (0, 0)
    base = geojson(tmp_path / "base.geojson", [(street((2, 0), (2, 2)), {"barrier": "wall"})])
    told = run(streets, file, "--base", base)[1]
    assert (told["parted_by_walls"], told["parts"], told["files"]["base"]["rows"]) == (1, 2, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--field", "road=DLDJ"), "is no column"),
        (("--field", "road"), "names no field"),
        (("--crs", "streets=EPSG:4544"), "names no file here"),
        (("--offset", "mars"), "is no offset"),
    ],
)
def test_what_cannot_be_meant(firms: Path, stations: Path, words: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        run(cover, firms, *said(stations), *words)


def test_the_stations_are_asked_for(firms: Path) -> None:
    with pytest.raises(click.UsageError, match="--stations FILE"):
        run(cover, firms)
