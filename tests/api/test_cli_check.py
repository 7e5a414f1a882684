"""``gridcircle check``: facts, findings and exit codes, without a database."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from districts import geojson, point, square

from api.cli.check import check


def run(file: Path, kind: str) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(check, [str(file), "--as", kind, "--json"], standalone_mode=False)
    assert result.exception is None, result.output
    return result.return_value, json.loads(result.stdout)


def test_grids_that_overlap_are_an_error(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(0.5, 0), {"code": "B"})]
    code, told = run(geojson(tmp_path / "grids.geojson", rows), "grids")
    assert code == 1
    assert told["counts"] == {"overlap": 1}
    assert (told["ok"], told["features"], told["format"]) == (False, 2, "geojson")
    assert told["findings"][0]["grids"] == ["A", "B"]


def test_grids_that_fit_are_well(tmp_path: Path) -> None:
    rows = [(square(0, 0), {"code": "A"}), (square(1, 0), {"code": "B"})]
    assert run(geojson(tmp_path / "grids.geojson", rows), "grids")[0] == 0


def test_what_the_reader_refuses_is_a_finding(tmp_path: Path) -> None:
    rows = [(point(0, 0), {"name": "a"}), (square(0, 0), {"name": "b"})]
    code, told = run(geojson(tmp_path / "stations.geojson", rows), "stations")
    assert code == 1
    assert told["features"] == 2
    assert told["findings"][0]["grids"] == ["row 2"]
