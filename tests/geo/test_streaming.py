"""Whole files without a database: all formats, the law, refusals, and nothing left of what was stopped."""

import csv
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from test_locator import hard_places

from geo.assignment.rule import assign
from geo.bench.terrain import partition, places
from geo.errors import CrsUnknown, FileRefused, InputError, MissingColumn
from geo.stream import delimited, parquet
from geo.stream.block import Block, batch_of_rows
from geo.stream.plan import plan_of
from geo.stream.rows import Layout, divided
from geo.workflows.assignment.streaming import Errand, ErrandReport, run_errand

pytestmark = pytest.mark.usefixtures("quick_reading")

ENDINGS = (".csv", ".xlsx", ".gpkg", ".parquet", "")


@pytest.fixture(scope="module")
def grids() -> gpd.GeoDataFrame:
    shapes = partition(36)
    # One lies over others, so that there are overlaps.
    shapes = np.append(shapes, shapely.affinity.scale(shapes[14], 1.5, 1.5))
    codes = [f"0{510 + i}" for i in range(len(shapes))]
    return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs="EPSG:4326")


@pytest.fixture(scope="module")
def grid_file(grids: gpd.GeoDataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("grids") / "grids.gpkg"
    grids.to_file(path)
    return path


@pytest.fixture(scope="module")
def points(grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Points of all kinds, the hard ones too; ids that a spreadsheet would run or split."""
    hard = hard_places(grids.geometry.to_numpy())[:-3]
    x, y = places(2_000, grids.geometry.to_numpy())
    xy = np.concatenate([hard, np.column_stack([x, y]), [[np.nan, np.nan]]])
    ids = [f"企{i}" for i in range(len(xy))]
    ids[:4] = ["=1+1", "a,b", 'say "x"', "0012"]
    return pd.DataFrame({"id": ids, "name": "甲", "lon": xy[:, 0], "lat": xy[:, 1]})


def write(points: pd.DataFrame, path: Path) -> Path:
    if path.suffix == ".csv":
        points.to_csv(path, index=False)
    elif path.suffix == ".xlsx":
        points.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        points.to_parquet(path, row_group_size=700)
    elif path.suffix == ".gpkg":
        shapes = gpd.points_from_xy(points["lon"], points["lat"])
        located = [None if lost else shape for lost, shape in zip(points["lon"].isna(), shapes, strict=True)]
        gpd.GeoDataFrame(points[["id", "name"]], geometry=located, crs="EPSG:4326").to_file(path)
    else:
        path.mkdir()
        half = len(points) // 2
        points[:half].to_parquet(path / "a.parquet")
        points[half:].to_parquet(path / "b.parquet")
    return path


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return pd.DataFrame(list(csv.DictReader(file))).replace("", None)
    if path.suffix == ".xlsx":
        return pd.read_excel(path, dtype=str, engine="openpyxl")
    if path.suffix == ".gpkg":
        return gpd.read_file(path)
    return pd.read_parquet(path)


def run(points: Path, grids: Path, out: Path | None = None, **said: Any) -> ErrandReport:
    return run_errand(Errand(points, grids, **said), out)


def require_law(found: pd.DataFrame, points: pd.DataFrame, grids: gpd.GeoDataFrame) -> None:
    wanted = assign(points[["lon", "lat"]].to_numpy(), grids)
    assert list(found.columns)[:4] == ["id", "grid_code", "status", "rule"]
    for column, name in (("grid_code", "code"), ("status", "status"), ("rule", "rule")):
        assert found[column].fillna("").tolist() == wanted[name].fillna("").tolist(), column


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_comes_out_as_the_law_says(
    tmp_path: Path, grids: gpd.GeoDataFrame, grid_file: Path, points: pd.DataFrame, ending: str
) -> None:
    if ending == ".xlsx":  # Written by pandas, such an id would be a formula.
        points = points.assign(id=points["id"].str.removeprefix("="))
    source = write(points, tmp_path / f"points{ending}")
    out = tmp_path / f"out{ending}"
    report = run(source, grid_file, out)
    found = read(out)
    if ending == ".xlsx":  # A sheet has 15 digits, and the hard points need 17.
        kept = pd.read_excel(source, engine="openpyxl")
        points = points.assign(lon=kept["lon"], lat=kept["lat"])
    require_law(found, points, grids)
    ids = [one.removeprefix("'") if ending == ".csv" else one for one in found["id"]]
    assert ids == points["id"].tolist()
    counts = report.to_dict()
    assert counts["points"] == len(points) == counts["assigned"] + counts["unassigned"] + counts["ambiguous"]
    assert (counts["no_location"], counts["refused"], report.ok) == (1, [], True)
    if ending != ".xlsx":
        assert counts["ties"] > 100
        assert counts["ambiguous"] > 0
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted([source.name, out.name])


def test_one_format_goes_into_another(tmp_path: Path, grid_file: Path, points: pd.DataFrame) -> None:
    source = write(points, tmp_path / "points.csv")
    run(source, grid_file, tmp_path / "a.gpkg")
    found = gpd.read_file(tmp_path / "a.gpkg")
    given = points["lon"].notna()
    assert shapely.get_x(found.geometry[given]).tolist() == points["lon"][given].tolist()
    assert found.geometry.isna().sum() == 1
    run(source, grid_file, tmp_path / "b.parquet")
    pd.testing.assert_frame_equal(
        read(tmp_path / "b.parquet"), pd.DataFrame(found.drop(columns="geometry")), check_dtype=False
    )


def test_200_000_rows_in_many_pieces(
    tmp_path: Path,
    grids: gpd.GeoDataFrame,
    grid_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Runs of row groups, one group that is too large for a run, and the ids' own type."""
    monkeypatch.setattr(parquet, "ROWS", 20_000)
    monkeypatch.setattr(parquet, "_LARGEST", 40_000)
    x, y = places(200_000, grids.geometry.to_numpy())
    table = pa.table({"id": np.arange(200_000), "lon": x, "lat": y})
    (tmp_path / "in").mkdir()
    pq.write_table(table[:120_000], tmp_path / "in" / "a.parquet", row_group_size=7_000)
    pq.write_table(table[120_000:], tmp_path / "in" / "b.parquet")
    report = run(tmp_path / "in", grid_file, tmp_path / "out")
    found = read(tmp_path / "out")
    assert report.to_dict()["points"] == 200_000
    assert found["id"].tolist() == list(range(200_000))
    assert found["id"].dtype == np.int64
    require_law(found, pd.DataFrame({"lon": x, "lat": y}), grids)


ROWS = """说明,,
编号,经度,纬度
1,104.1,30.6
2,abc,30.6

3,104.1,
4,0,0
5,30.6,104.1
6,104.1,30.6,x
7,,
8,"104.1",30.6
"""


def test_bad_rows_are_refused_and_the_others_go_on(tmp_path: Path, grid_file: Path) -> None:
    source = tmp_path / "points.csv"
    source.write_text(ROWS, "utf-8")
    report = run(source, grid_file, tmp_path / "out.csv")
    assert [(one.row, one.code) for one in report.refused] == [
        (2, "coordinate-unreadable"),
        (4, "coordinate-missing"),
        (5, "coordinates-zero"),
        (6, "coordinates-swapped"),
        (7, "too-many-cells"),
    ]
    assert {one.details["file"] for one in report.refused} == {"points.csv"}
    assert "swap the two columns" in report.refused[3].message
    assert report.refused[0].details["x"], "what stands in the cell is told"
    assert read(tmp_path / "out.csv")["id"].tolist() == ["1", "7", "8"]
    assert (report.lost, report.ok, report.to_dict()["points"]) == (5, False, 3)


def test_rows_are_numbered_across_pieces_and_stand_in_for_ids(
    tmp_path: Path, grid_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_BLOCK_BYTES", 100)
    rows = [f"甲{i},104.1,{'x' if i % 40 == 0 else 30.6}" for i in range(1, 201)]
    rows[99] = '"甲\n""100""",104.1,30.6'
    (tmp_path / "points.csv").write_text("\n".join(["name,lon,lat", *rows]), "gbk")
    report = run(tmp_path / "points.csv", grid_file, tmp_path / "out.csv")
    assert [one.row for one in report.refused] == [40, 80, 120, 160, 200]
    wanted = [str(i) for i in range(1, 201) if i % 40]
    assert read(tmp_path / "out.csv")["id"].tolist() == wanted


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_csv_of_any_encoding_and_line(tmp_path: Path, grid_file: Path, encoding: str, newline: str) -> None:
    lines = ["企业编号;经度;纬度", "甲;104.1;30.6", "乙;104.1;30.6", ""]
    (tmp_path / "points.csv").write_bytes(newline.join(lines).encode(encoding))
    run(tmp_path / "points.csv", grid_file, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv")["id"].tolist() == ["甲", "乙"]


CELLS = st.sampled_from(
    ["104.1", " 30.6", "+30.5", ".5", "1e2", "nan", "inf", "", " ", "无", "1,5", "x", "0", "a", "'=a", "b "]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(CELLS, max_size=5), max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_a_block_is_read_by_pyarrow_as_it_is_cell_by_cell(rows: list[list[str]], newline: str) -> None:
    layout = Layout(";", 3, plan_of(["id", "lon", "lat"], "points", crs=None))
    text = "".join(f"{';'.join(row)}{newline}" for row in rows)
    slow = batch_of_rows(divided(text, ";", whole=True)[0], layout)
    quick = Block(0, text.encode(), layout).read()
    assert (quick.rows, quick.lost, quick.refused) == (slow.rows, slow.lost, slow.refused)
    assert quick.ids.to_pylist() == slow.ids.to_pylist()
    np.testing.assert_array_equal(np.stack([quick.x, quick.y]), np.stack([slow.x, slow.y]))
    kept = [np.arange(one.rows) if one.kept is None else one.kept for one in (quick, slow)]
    assert kept[0].tolist() == kept[1].tolist()


@given(st.text(alphabet='ab",;\n\r', max_size=60), st.text(alphabet='ab",;\n', max_size=20))
def test_text_is_divided_where_a_row_ends(first: str, then: str) -> None:
    """However text is cut, its rows are those of the whole; what is cut off is the beginning of the rest."""
    text = f"{first}\n"
    whole, _ = divided(text + then, ",", whole=True)
    rows, used = divided(text, ",", whole=False)
    rest, _ = divided(text[used:] + then, ",", whole=True)
    assert rows + rest == whole


def test_metres_are_converted_where_a_person_says(
    tmp_path: Path, grids: gpd.GeoDataFrame, grid_file: Path
) -> None:
    x, y = places(500, grids.geometry.to_numpy())
    moved = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=4326).to_crs(4544)
    table = pd.DataFrame({"id": range(500), "x": moved.x, "y": moved.y})
    write(table, tmp_path / "points.csv")
    with pytest.raises(CrsUnknown, match="--crs"):
        run(tmp_path / "points.csv", grid_file)
    run(tmp_path / "points.csv", grid_file, tmp_path / "out.csv", crs="EPSG:4544")
    require_law(read(tmp_path / "out.csv"), pd.DataFrame({"lon": x, "lat": y}), grids)
    gpd.GeoDataFrame(table[["id"]], geometry=moved, crs=4544).to_parquet(tmp_path / "points.parquet")
    run(tmp_path / "points.parquet", grid_file, tmp_path / "out.parquet")
    require_law(read(tmp_path / "out.parquet"), pd.DataFrame({"lon": x, "lat": y}), grids)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet_is_read(
    tmp_path: Path, grids: gpd.GeoDataFrame, grid_file: Path, points: pd.DataFrame, encoding: str
) -> None:
    shapes = gpd.points_from_xy(points["lon"], points["lat"])
    layer = gpd.GeoDataFrame(points[["id"]], geometry=shapes, crs="EPSG:4326")
    layer.to_parquet(tmp_path / "points.parquet", geometry_encoding=encoding)
    run(tmp_path / "points.parquet", grid_file, tmp_path / "out.parquet")
    require_law(read(tmp_path / "out.parquet"), points, grids)


def test_what_is_no_point_is_refused(tmp_path: Path, grid_file: Path) -> None:
    shapes = [shapely.Point(104.1, 30.6), shapely.box(104, 30, 105, 31), shapely.MultiPoint([(104.1, 30.6)])]
    layer = gpd.GeoDataFrame({"id": ["a", "b", "c"]}, geometry=shapes, crs="EPSG:4326")
    layer.to_parquet(tmp_path / "p.parquet")
    layer.to_file(tmp_path / "p.gpkg")
    layer.drop(columns="geometry").assign(wkt=layer.geometry.to_wkt()).to_csv(tmp_path / "p.csv", index=False)
    for name in ("p.parquet", "p.gpkg", "p.csv"):
        report = run(tmp_path / name, grid_file, tmp_path / "out.csv")
        assert [(one.row, one.code) for one in report.refused] == [(2, "geometry-unfit")], name
        assert read(tmp_path / "out.csv")["id"].tolist() == ["a", "c"]


def test_grids_without_codes_get_those_of_a_first_load(tmp_path: Path, grids: gpd.GeoDataFrame) -> None:
    grids[["geometry"]].to_file(tmp_path / "grids.gpkg")
    (tmp_path / "p.csv").write_text("id,lon,lat\na,104.15,30.65\n", "utf-8")
    run(tmp_path / "p.csv", tmp_path / "grids.gpkg", tmp_path / "out.csv")
    assert read(tmp_path / "out.csv")["grid_code"].str.fullmatch(r"\d{4}").all()


def test_of_several_levels_one_must_be_meant(tmp_path: Path, grids: gpd.GeoDataFrame) -> None:
    levels = ["block"] * 20 + ["grid"] * (len(grids) - 20)
    grids.assign(level=levels).to_file(tmp_path / "grids.gpkg")
    (tmp_path / "p.csv").write_text("id,lon,lat\na,104.15,30.65\n", "utf-8")
    with pytest.raises(InputError, match=r"block, grid.*--grids-level"):
        run(tmp_path / "p.csv", tmp_path / "grids.gpkg")
    with pytest.raises(InputError, match="micro"):
        run(tmp_path / "p.csv", tmp_path / "grids.gpkg", level="micro")
    for level in ("block", "grid"):
        assert run(tmp_path / "p.csv", tmp_path / "grids.gpkg", level=level).to_dict()["points"] == 1


def test_a_grid_that_is_refused_is_told(tmp_path: Path, grids: gpd.GeoDataFrame) -> None:
    bow = shapely.Polygon([(104, 30), (105, 31), (105, 30), (104, 31)])
    shapes = [*grids.geometry[:3], bow]
    gpd.GeoDataFrame({"code": list("abcd")}, geometry=shapes, crs=4326).to_file(tmp_path / "grids.gpkg")
    (tmp_path / "p.csv").write_text("id,lon,lat\na,104.15,30.65\n", "utf-8")
    report = run(tmp_path / "p.csv", tmp_path / "grids.gpkg")
    assert [(one.row, one.details["file"]) for one in report.refused] == [(4, "grids.gpkg")]
    assert not report.ok


def view_with_a_function(path: Path) -> None:
    """Make a GeoPackage whose layer is a view that calls a function."""
    gpd.GeoDataFrame({"id": [1]}, geometry=[shapely.Point(104, 30)], crs=4326).to_file(path, layer="real")
    with sqlite3.connect(path) as connection:
        connection.execute("create view aaa as select 1 as id, hex(geom) as geom from real")
        connection.execute("update gpkg_geometry_columns set table_name = 'aaa' where table_name = 'real'")
    connection.close()


def broken(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    if name == "virtual.gpkg":
        with sqlite3.connect(path) as connection:
            connection.execute("create virtual table t using fts3(x)")
        connection.close()
        return path
    if name == "view.gpkg":
        view_with_a_function(path)
        return path
    contents = {
        "cut.parquet": b"PAR1" + bytes(100),
        "cut.gpkg": b"SQLite format 3\0" + bytes(200),
        "nul.csv": b"id,lon,lat\n\0,1,2\n",
        "bytes.csv": b"id,lon,lat\n\xff\xff,1,2\n",
    }
    path.write_bytes(contents[name])
    return path


@pytest.mark.parametrize(
    "name", ["cut.parquet", "cut.gpkg", "nul.csv", "bytes.csv", "virtual.gpkg", "view.gpkg"]
)
def test_a_damaged_file_is_refused_and_leaves_nothing(tmp_path: Path, grid_file: Path, name: str) -> None:
    source = broken(tmp_path, name)
    with pytest.raises(FileRefused):
        run(source, grid_file, tmp_path / "out.csv")
    assert [one.name for one in tmp_path.iterdir()] == [name]


def test_a_folder_needs_parquet_of_one_kind(tmp_path: Path, grid_file: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(FileRefused, match=r"\.parquet"):
        run(tmp_path / "in", grid_file)
    for name, ids in (("a", ["1"]), ("b", [1])):
        pd.DataFrame({"id": ids, "lon": 104.1, "lat": 30.6}).to_parquet(tmp_path / "in" / f"{name}.parquet")
    with pytest.raises(FileRefused, match="write them alike"):
        run(tmp_path / "in", grid_file)
    pd.DataFrame({"id": [1], "a": 1}).to_parquet(tmp_path / "p.parquet")
    with pytest.raises(MissingColumn, match="经度"):
        run(tmp_path / "p.parquet", grid_file)


def test_a_place_that_is_taken_or_read_is_refused(tmp_path: Path, grid_file: Path) -> None:
    source = tmp_path / "p.csv"
    source.write_text("id,lon,lat\na,104.15,30.65\n", "utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    for out in ("full", "none/out.csv", "p.csv", "out.doc", "full/../p.csv"):
        with pytest.raises(InputError):
            run(source, grid_file, tmp_path / out)
    run(source, grid_file, tmp_path / "out.csv")
    # A file of an earlier run is replaced, as by an export.
    run(source, grid_file, tmp_path / "out.csv")


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_stopped_half_way_leaves_nothing(
    tmp_path: Path, grid_file: Path, points: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 500)
    source = write(points, tmp_path / "points.parquet")

    def stop(fraction: float, message: str) -> None:
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_errand(Errand(source, grid_file), tmp_path / f"out{ending}", on_progress=stop)
    assert [one.name for one in tmp_path.iterdir()] == ["points.parquet"]


def test_many_refused_rows_are_counted_and_the_first_told(tmp_path: Path, grid_file: Path) -> None:
    pd.DataFrame({"id": range(5_000), "lon": 0.0, "lat": 0.0}).to_parquet(tmp_path / "p.parquet")
    report = run(tmp_path / "p.parquet", grid_file)
    assert (report.lost, len(report.refused)) == (5_000, 1_000)
    assert report.refused[-1].row == 1_000


def test_places_are_read_as_a_load_reads_them_and_none_in_a_grid_is_told(
    tmp_path: Path, grid_file: Path
) -> None:
    ways = ["1;104,15;30,65", "2;104°09'00\"E;30°39'00\"N", "3;东经104度9分;北纬30度39分"]
    (tmp_path / "p.csv").write_text("\n".join(["id;lon;lat", *ways]), "utf-8")
    report = run(tmp_path / "p.csv", grid_file)
    assert (report.lost, report.counts["points"], report.remarks) == (0, 3, ())
    assert report.counts["assigned"] + report.counts["ambiguous"] == 3
    (tmp_path / "p.csv").write_text("id,lon,lat\n1,30.65,24.15", "utf-8")
    (remark,) = run(tmp_path / "p.csv", grid_file).to_dict()["remarks"]
    assert (remark["code"], remark["level"]) == ("none-in-grids", "warning")


def test_without_an_output_the_points_are_counted(tmp_path: Path, grid_file: Path) -> None:
    pd.DataFrame({"credit_code": ["a"], "lon": [104.15], "lat": [30.65]}).to_csv(tmp_path / "p.csv")
    assert run(tmp_path / "p.csv", grid_file).to_dict()["points"] == 1
    run(tmp_path / "p.csv", grid_file, tmp_path / "out.csv", kind="enterprises")
    assert read(tmp_path / "out.csv")["id"].tolist() == ["a"]
    run(tmp_path / "p.csv", grid_file, tmp_path / "out.csv", kind="points")
    assert read(tmp_path / "out.csv")["id"].tolist() == ["1"]
