"""``gridcircle check``: facts, findings and exit codes, without a database."""

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from click.testing import CliRunner
from districts import geojson, point, square

from api.cli.check import check
from api.cli.mend import mend
from geo.errors import InputError

pytestmark = pytest.mark.usefixtures("quick_reading")


def run(file: Path, kind: str, *options: str) -> tuple[int, dict[str, Any]]:
    words = [str(file), "--as", kind, "--json", *options]
    result = CliRunner().invoke(check, words, standalone_mode=False)
    assert result.exception is None, result.output
    return result.return_value, json.loads(result.stdout)


def test_grids_that_overlap_are_an_error(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(0.5, 0), {"code": "B"})]
    code, told = run(geojson(tmp_path / "grids.geojson", rows), "grids")
    assert code == 1
    # With nothing to compare with, degrees may be those of a web map.
    assert told["counts"] == {"offset-asked": 1, "overlap": 1}
    assert (told["ok"], told["features"], told["format"]) == (False, 2, "geojson")
    assert told["findings"][0]["grids"] == ["A", "B"]
    assert [one["key"] for one in told["candidates"]][:1] == ["stated"]
    assert told["extent"] == pytest.approx([104.0, 30.5, 104.0015, 30.501])


def test_grids_that_fit_are_well(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B"})]
    assert run(geojson(tmp_path / "grids.geojson", rows), "grids")[0] == 0


def test_what_the_reader_refuses_is_a_finding(tmp_path: Path) -> None:
    rows = [(point(0, 0), {"name": "a"}), (square(0, 0), {"name": "b"})]
    code, told = run(geojson(tmp_path / "stations.geojson", rows), "stations")
    assert code == 1
    assert told["features"] == 2
    assert told["findings"][0]["grids"] == ["row 2"]


def test_rows_that_cannot_be_read_are_missed_in_what_is_mended(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (point(0, 0), {"code": "B"})]
    words = [
        str(geojson(tmp_path / "grids.geojson", rows)),
        "--as",
        "grids",
        "-o",
        str(tmp_path / "a.geojson"),
    ]
    told = CliRunner().invoke(mend, words, standalone_mode=False)
    assert "1 row could not be read and is left out (2)" in told.stderr


def test_a_file_without_a_system_is_surveyed_and_nothing_is_guessed(tmp_path: Path) -> None:
    """A drawing in metres that may lie around any meridian."""
    drawn = gpd.read_file(geojson(tmp_path / "a.geojson", [(square(0, 0), {"code": "A"})])).to_crs(4544)
    drawn.to_file(tmp_path / "grids.shp")
    (tmp_path / "grids.prj").unlink()
    code, told = run(tmp_path / "grids.shp", "grids")
    assert (code, told["crs"], told["extent"], told["features"]) == (1, None, None, 1)
    assert "crs-missing" in told["counts"]
    assert len(told["candidates"]) > 5
    said = run(tmp_path / "grids.shp", "grids", "--crs", "EPSG:4544")[1]
    assert said["extent"] == pytest.approx([104.0, 30.5, 104.001, 30.501], abs=1e-7)


def test_the_files_beside_say_where_it_lies(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B"})]
    today = geojson(tmp_path / "today.geojson", rows)
    gpd.read_file(today).to_crs(4544).to_file(tmp_path / "grids.shp")
    (tmp_path / "grids.prj").unlink()
    code, told = run(tmp_path / "grids.shp", "grids", "--beside", str(today))
    assert told["said"]["crs"] == "EPSG:4544"
    assert told["crs"] == "EPSG:4544"
    assert told["candidates"][0]["distance_m"] == 0
    assert code == (1 if any(one["severity"] == "error" for one in told["findings"]) else 0)


def test_a_field_is_read_as_a_person_says(tmp_path: Path) -> None:
    file = geojson(tmp_path / "grids.geojson", [(square(0, 0), {"wg": "A"})])
    assert "code-missing" in run(file, "grids")[1]["counts"]
    told = run(file, "grids", "--field", "code=wg")[1]
    assert "code-missing" not in told["counts"]
    assert [one["column"] for one in told["fields"]] == ["code"]


def test_findings_go_to_a_report(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(0.5, 0), {"code": "B"})]
    file = geojson(tmp_path / "grids.geojson", rows)
    for ending in ("csv", "xlsx", "geojson", "gpkg"):
        report = tmp_path / f"report.{ending}"
        run(file, "grids", "--report", str(report))
        assert report.stat().st_size > 100
    result = CliRunner().invoke(
        check, [str(file), "--as", "grids", "--report", "r.doc"], standalone_mode=False
    )
    assert isinstance(result.exception, InputError)
