"""The files of the small district: the same bytes everywhere, in the formats of offices."""

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import python_calamine
import shapely
from districts import SMALL_FILES

from geo.assignment.rule import assign
from geo.contracts import CONTRACTS
from geo.demo.district import build_district
from geo.demo.files import DemoFile, write_district
from geo.frames import CRS
from geo.read.door import read_file

pytestmark = pytest.mark.usefixtures("quick_reading")

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "data" / "boundaries" / "small"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[DemoFile]:
    return write_district(tmp_path_factory.mktemp("district"), scale="small")


def test_order_of_loading(files: list[DemoFile]) -> None:
    assert [(file.path.name, file.kind, file.options) for file in files] == list(SMALL_FILES)


def test_the_committed_samples_are_what_the_generator_writes(files: list[DemoFile]) -> None:
    written = {file.path.name: _sha256(file.path) for file in files}
    committed = {path.name: _sha256(path) for path in SAMPLES.iterdir()}
    assert committed == written, "write them anew as data/boundaries/README.md says"
    assert sum(path.stat().st_size for path in SAMPLES.iterdir()) < 1_000_000


def test_another_process_with_another_hash_seed_writes_the_same_bytes(
    files: list[DemoFile], tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from geo.demo.files import write_district; "
        "write_district(Path(sys.argv[1]), scale='small')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland"}
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, cwd=ROOT, env=environment)
    assert {p.name: _sha256(p) for p in tmp_path.iterdir()} == {f.path.name: _sha256(f.path) for f in files}


def test_another_seed_draws_another_district() -> None:
    one, other = build_district(seed=1), build_district(seed=2)
    assert len(one.grids.micro) == len(other.grids.micro) == 12
    assert not one.grids.grids.geometry.geom_equals(other.grids.grids.geometry).any()


def test_micro_grids_divide_their_grid() -> None:
    grids = build_district().grids
    assert (len(grids.grids), len(grids.micro)) == (3, 12)
    assert grids.micro["parent_code"].value_counts().tolist() == [4, 4, 4]
    assert shapely.coverage_is_valid(grids.micro.geometry.to_numpy())
    for code, shape in zip(grids.grids["code"], grids.grids.geometry, strict=True):
        parts = grids.micro.geometry[grids.micro["parent_code"] == code].to_numpy()
        assert shapely.equals(shapely.union_all(parts), shape)


def test_one_bridge_joins_the_banks() -> None:
    streets = build_district().streets
    assert (streets["layer"] == 1).sum() == 1


def test_a_shapefile_is_in_gbk_without_a_cpg(files: list[DemoFile]) -> None:
    path = _named(files, "grids.zip").path
    with zipfile.ZipFile(path) as archive:
        assert [Path(name).suffix for name in archive.namelist()] == [".shp", ".shx", ".dbf", ".prj"]
        assert "网格编码".encode("gbk") in archive.read("grids.dbf")
        assert b"CGCS2000" in archive.read("grids.prj")
    frame = pyogrio.read_dataframe(path, encoding="GBK")
    assert set(frame["网格类型"]) == {"独立型", "聚集型"}
    assert frame.crs.to_epsg() == 4544


def test_every_header_is_known_to_the_contract(files: list[DemoFile]) -> None:
    for file in files:
        headers = {header for column in CONTRACTS[file.kind].columns for header in column.headers}
        assert set(_headers(file.path)) <= headers | {"经度", "纬度", "geometry"}


def test_every_row_of_every_file_is_taken(files: list[DemoFile]) -> None:
    rows = {}
    for file in files:
        reading = read_file(file.path, file.kind)
        assert (reading.refused, reading.facts.ignored) == ((), ())
        # The demo's Shapefiles are as offices send them: in GBK, and nothing says so.
        assert {remark.code for remark in reading.remarks} <= {"encoding-guessed"}
        rows[file.path.name] = len(reading.frame)
    assert (rows["grids.zip"], rows["micro_grids.zip"]) == (3, 12)
    assert (rows["enterprises.xlsx"], rows["stations.xlsx"]) == (200, 7)


def test_enterprises_on_borders_are_ties_when_read(files: list[DemoFile]) -> None:
    grids = read_file(_named(files, "grids.zip").path, "grids").frame
    enterprises = read_file(_named(files, "enterprises.xlsx").path, "enterprises").frame
    rules = assign(enterprises, grids)["rule"].value_counts()
    assert rules["tie"] == 4
    assert rules["no-location"] == 5
    assert "overlap" not in rules


@pytest.mark.parametrize("seed", [2, 3, 16])
def test_any_seed_draws_a_whole_district(seed: int) -> None:
    district = build_district(seed=seed)
    assert (len(district.grids.grids), len(district.grids.micro)) == (3, 12)
    assert len(district.enterprises) == 200
    assert shapely.coverage_is_valid(district.fabric.faces.geometry.to_numpy())


def test_an_enterprise_on_a_border_is_written_to_the_last_bit(files: list[DemoFile]) -> None:
    rows = python_calamine.load_workbook(_named(files, "enterprises.xlsx").path).get_sheet_by_index(0)
    table = pd.DataFrame(rows.to_python()[1:], columns=rows.to_python()[0])
    written = set(zip(table["经度"], table["纬度"], strict=True))
    grids = pyogrio.read_dataframe(_named(files, "grids.zip").path, encoding="GBK").to_crs(CRS)
    vertices = shapely.get_coordinates(grids.geometry.to_numpy()).tolist()
    assert len({(repr(x), repr(y)) for x, y in vertices} & written) == 4


def _named(files: list[DemoFile], name: str) -> DemoFile:
    return next(file for file in files if file.path.name == name)


def _headers(path: Path) -> list[str]:
    if path.suffix == ".xlsx":
        return [
            str(cell) for cell in python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()[0]
        ]
    frame: gpd.GeoDataFrame = pyogrio.read_dataframe(path, encoding="GBK" if path.suffix == ".zip" else None)
    return list(frame.columns)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
