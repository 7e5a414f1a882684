"""What stands in the files, looked at without our own reader: SQLite, dBASE bytes, XML, workbooks, CSV."""

import csv
import io
import itertools
import json
import sqlite3
import struct
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from drawn_grids import HEADERS, TROUBLE
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS

from geo.findings import Finding
from geo.read.archives import manifest
from geo.read.reader import read_here
from geo.write.archive import pack
from geo.write.dbase import cut, names
from geo.write.findings import write_findings
from geo.write.form import Form
from geo.write.frame import write_frame

WRITTEN = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
KML = "{http://www.opengis.net/kml/2.2}"
# Two parts, one with a hole; rings go round in either direction.
OUTLINE = shapely.MultiPolygon(
    [
        shapely.Polygon(
            [(104.1, 30.1), (104.2, 30.1), (104.2, 30.2), (104.1, 30.2)],
            [[(104.12, 30.12), (104.13, 30.12), (104.13, 30.13)]],
        ),
        shapely.box(104.3, 30.1, 104.123456789012345 + 0.2, 30.2),
    ]
)


def grids(*more: str | None) -> gpd.GeoDataFrame:
    """A grid for each name, all of the same outline, the last without one."""
    rows = [
        {**dict.fromkeys(HEADERS), "source_id": f"甲/{i}", "code": f"000{i}", "name": name}
        for i, name in enumerate(more)
    ]
    shapes = [OUTLINE] * (len(rows) - 1) + [None]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=gpd.GeoSeries(shapes, crs="EPSG:4326"))


def points() -> gpd.GeoDataFrame:
    table = pd.DataFrame({"source_id": [str(i) for i in range(len(TROUBLE))], "name": list(TROUBLE)})
    table["workers"] = pd.array([None, *range(len(TROUBLE) - 1)], dtype="Int64")
    places = [shapely.Point(-73.5 - i / 7, 45.5 + i / 7) for i in range(len(TROUBLE) - 1)]
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([*places, None], crs="EPSG:4326"))


POINTS = {"source_id": "企业编号", "name": "企业名称", "workers": "职工人数"}


def dbase(data: bytes, encoding: str) -> tuple[list[str], list[list[str]]]:
    """Names and cells of a dBASE table, by the structure of the format."""
    count, start, length = struct.unpack_from("<IHH", data, 4)
    described = [data[at : at + 32] for at in range(32, start - 1, 32)]
    assert data[start - 1] == 0x0D
    assert data[-1] == 0x1A
    assert start + count * length + 1 == len(data)
    rows = []
    for n in range(count):
        at, row = start + n * length + 1, []
        for one in described:
            row.append(data[at : at + one[16]].decode(encoding).strip())
            at += one[16]
        rows.append(row)
    return [one[:11].split(b"\0")[0].decode(encoding) for one in described], rows


@pytest.mark.parametrize(
    ("encoding", "codec", "language", "cpg"), [("gbk", "gbk", 0x4D, b"GBK"), ("utf-8", "utf-8", 0, b"UTF-8")]
)
def test_a_shapefile_says_its_encoding_and_cuts_no_character(
    tmp_path: Path, encoding: Any, codec: str, language: int, cpg: bytes
) -> None:
    form = Form(name="grids", encoding=encoding, crs="EPSG:4544", written=WRITTEN)
    report = write_frame(grids("高新区", "长" * 200, None), tmp_path / "g.zip", headers=HEADERS, form=form)
    assert [one.code for one in report.warnings] == ["text-cut"]
    with zipfile.ZipFile(report.path) as file:
        members = {Path(one.filename).suffix: file.read(one) for one in file.infolist()}
        assert {one.date_time for one in file.infolist()} == {(2026, 11, 22, 8, 30, 0)}
    table = members[".dbf"]
    assert members[".cpg"] == cpg
    assert (table[1:4], table[29]) == (bytes([126, 11, 22]), language)
    headers, rows = dbase(table, codec)
    assert all(len(one.encode(codec)) <= 10 for one in headers)
    assert all(ours.startswith(one) for one, ours in zip(headers, HEADERS.values(), strict=True))
    name = headers.index("网格名称" if codec == "gbk" else "网格名")
    assert [row[name] for row in rows] == ["高新区", "长" * (127 if codec == "gbk" else 84), ""]
    assert CRS.from_wkt(members[".prj"].decode("ascii")).to_epsg() == 4544


def test_rings_of_a_shapefile_go_round_as_its_format_says(tmp_path: Path) -> None:
    path = write_frame(grids("一", None), tmp_path / "g.zip", headers=HEADERS).path
    with zipfile.ZipFile(path) as file:
        data = file.read("layer.shp")
    parts, vertices = struct.unpack_from("<2i", data, 100 + 8 + 4 + 32)
    starts = [*struct.unpack_from(f"<{parts}i", data, 152), vertices]
    xy = struct.unpack_from(f"<{2 * vertices}d", data, 152 + 4 * parts)
    corners = list(zip(xy[::2], xy[1::2], strict=True))
    rings = [shapely.LinearRing(corners[a:b]) for a, b in itertools.pairwise(starts)]
    # Shells clockwise, holes the other way round.
    assert [ring.is_ccw for ring in rings] == [False, True, False]


def test_text_beyond_gbk_is_written_as_what_holds_it(tmp_path: Path) -> None:
    form = Form(name="grids", encoding="gbk")
    report = write_frame(grids("😀网格", "网格"), tmp_path / "g.zip", headers=HEADERS, form=form)
    assert [one.code for one in report.warnings] == ["beyond-gbk"]
    with zipfile.ZipFile(report.path) as file:
        assert file.read("grids.cpg") == b"GB18030"
    assert read_here(report.path, "grids").frame["name"].tolist() == ["😀网格", "网格"]


@given(st.lists(st.text("网格编码abcdAB😀é", min_size=1, max_size=9), unique_by=str.casefold, max_size=30))
def test_names_of_fields_fit_and_differ(headers: list[str]) -> None:
    for codec in ("utf-8", "gb18030"):
        found = names(headers, codec)
        assert all(1 <= len(one.encode(codec)) <= 10 for one in found)
        assert len({one.casefold() for one in found}) == len(headers)


@given(st.text(max_size=40), st.integers(0, 60))
def test_a_cut_keeps_whole_characters_from_the_beginning(text: str, limit: int) -> None:
    for codec in ("utf-8", "gb18030"):
        if text.isprintable():
            short = cut(text, codec, limit)
            assert text.startswith(short)
            assert len(short.encode(codec)) <= limit or short == text == ""
            assert short == text or len(text[: len(short) + 1].encode(codec)) > limit


def test_a_geopackage_holds_one_layer_with_all_its_bits(tmp_path: Path) -> None:
    form = Form(name="grids", crs="EPSG:4490", written=WRITTEN)
    path = write_frame(grids(*TROUBLE), tmp_path / "g.gpkg", headers=HEADERS, form=form).path
    with closing(sqlite3.connect(path)) as file:
        contents = file.execute("select table_name, data_type, last_change, srs_id from gpkg_contents")
        assert contents.fetchall() == [("grids", "features", "2026-11-22T08:30:00.000Z", 4490)]
        columns = file.execute("select column_name, geometry_type_name from gpkg_geometry_columns").fetchall()
        assert columns == [("geom", "MULTIPOLYGON")]
        rows = file.execute("select 编号, 网格编码, 网格名称, geom from grids order by fid").fetchall()
        assert [row[2] for row in rows] == list(TROUBLE)
        assert rows[0][:2] == ("甲/0", "0000")
        assert rows[-1][3] is None
        # Head of the blob: magic, version, flags with an envelope of four doubles, system.
        assert shapely.from_wkb(rows[0][3][8 + 32 :]).wkb == OUTLINE.wkb
        assert file.execute("pragma integrity_check").fetchone() == ("ok",)


def test_geojson_is_json_with_all_digits(tmp_path: Path) -> None:
    path = write_frame(grids(*TROUBLE), tmp_path / "g.json", headers=HEADERS).path
    collection = json.loads(path.read_bytes())
    assert "crs" not in collection
    first, *_, last = collection["features"]
    assert shapely.geometry.shape(first["geometry"]).wkb == OUTLINE.wkb
    assert [one["properties"]["网格名称"] for one in collection["features"]] == list(TROUBLE)
    assert (last["geometry"], first["properties"]["网格长"]) == (None, None)


def test_kml_is_xml_with_typed_columns(tmp_path: Path) -> None:
    path = write_frame(points(), tmp_path / "p.kml", headers=POINTS).path
    root = ET.parse(path).getroot()  # noqa: S314 – of our own making
    fields = {one.get("name"): one.get("type") for one in root.iter(f"{KML}SimpleField")}
    assert fields == {"企业编号": "string", "企业名称": "string", "职工人数": "int"}
    placemarks = list(root.iter(f"{KML}Placemark"))
    assert [one.findtext(f"{KML}name") for one in placemarks] == list(TROUBLE)
    assert placemarks[1].findtext(f"{KML}Point/{KML}coordinates") == f"{-73.5 - 1 / 7!r},{45.5 + 1 / 7!r}"
    assert placemarks[-1].find(f"{KML}Point") is None


def test_control_characters_are_replaced_where_xml_cannot_hold_them(tmp_path: Path) -> None:
    strange = points().assign(name=["a\x01b"] + ["x"] * (len(TROUBLE) - 1))
    for ending in (".kml", ".xlsx"):
        report = write_frame(strange, tmp_path / f"p{ending}", headers=POINTS)
        assert [one.code for one in report.warnings] == ["characters-replaced"]
        assert read_here(report.path, "enterprises").frame["name"].iloc[0] == "a\ufffdb"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_no_cell_of_csv_is_a_formula_and_all_come_back(tmp_path: Path, encoding: Any) -> None:
    path = write_frame(points(), tmp_path / "p.csv", headers=POINTS, form=Form(encoding=encoding)).path
    text = path.read_bytes().decode("gb18030" if encoding == "gbk" else "utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert header == [*POINTS.values(), "经度", "纬度"]
    assert not any(row[1].startswith(("=", "+", "-", "@")) for row in rows)
    assert float(rows[0][3]) == -73.5
    back = read_here(path, "enterprises").frame
    assert back["name"].tolist() == list(TROUBLE)
    assert shapely.to_wkb(back.geometry.to_numpy()).tolist() == shapely.to_wkb(points().geometry).tolist()


def test_a_workbook_holds_text_as_text(tmp_path: Path) -> None:
    frame = points().assign(name=["#N/A", *TROUBLE[1:]])
    form = Form(name="points", written=WRITTEN)
    path = write_frame(frame, tmp_path / "p.xlsx", headers=POINTS, form=form).path
    sheet = openpyxl.load_workbook(path)["points"]
    column = [sheet.cell(row, 2) for row in range(2, 2 + len(TROUBLE))]
    assert {one.data_type for one in column} == {"s"}
    assert [one.value for one in column] == frame["name"].tolist()
    assert sheet["C3"].value == 0
    assert sheet["D2"].value == -73.5
    assert read_here(path, "enterprises").frame["name"].tolist() == frame["name"].tolist()
    again = write_frame(frame, tmp_path / "q.xlsx", headers=POINTS, form=form).path
    assert again.read_bytes() == path.read_bytes()


def test_an_archive_of_blanks_is_no_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    pack({"a.dbf": b" " * 30_000_000, "a.shp": b"x" * 10}, path, written=WRITTEN)
    manifest.check(path)
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None


FINDINGS = [
    Finding("overlap", "error", ("0412", "=0413"), 38.25, "m²", (104.06, 30.57), "cut-overlap", "Overlap."),
    Finding("crs-missing", "warning", (), 1.0, "count", None, None, "No system."),
]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".gpkg", ".geojson"])
def test_findings_are_a_table_and_a_layer(tmp_path: Path, ending: str) -> None:
    report = write_findings(FINDINGS, tmp_path / f"f{ending}")
    assert report.features == 2
    if ending == ".csv":
        rows = list(csv.DictReader(io.StringIO(report.path.read_text("utf-8-sig"))))
        assert (rows[0]["网格"], rows[0]["数值"], rows[0]["经度"]) == ("0412、=0413", "38.25", "104.06")
        assert (rows[1]["网格"], rows[1]["经度"]) == ("", "")
    elif ending == ".xlsx":
        sheet = openpyxl.load_workbook(report.path)["findings"]
        assert [one.value for one in sheet[2]][:5] == ["overlap", "error", "0412、=0413", 38.25, "m²"]
    else:
        frame = gpd.read_file(report.path)
        assert frame.geometry.iloc[0].equals(shapely.Point(104.06, 30.57))
        assert frame.geometry.iloc[1] is None
        assert frame["说明"].tolist() == ["Overlap.", "No system."]


def test_no_findings_are_a_file_all_the_same(tmp_path: Path) -> None:
    assert len(gpd.read_file(write_findings([], tmp_path / "f.gpkg").path)) == 0
