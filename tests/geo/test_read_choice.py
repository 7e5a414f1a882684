"""Files with several layers: which is read, what is said of it, and what a person may say."""

import zipfile

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from geo.doctor.checkup import Manner, diagnose
from geo.doctor.inspection import Subject
from geo.errors import FileRefused, InputError
from geo.frames import Said
from geo.read.door import survey_file
from geo.read.reader import read_here, survey_here

SQUARE = shapely.box(104.0, 30.0, 104.01, 30.01)


def layer(shape=SQUARE, count=2, **columns):
    shapes = [shapely.transform(shape, lambda xy, i=i: xy + 0.02 * i) for i in range(count)]
    columns = {name: [f"{value}{i}" for i in range(count)] for name, value in columns.items()}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


LAYERS = {
    "企业": layer(shapely.Point(104, 30), 5, company="甲"),
    "网格": layer(SQUARE, 2, grid_code="A"),
    "旧网格": layer(SQUARE, 3, note="旧"),
}


@pytest.fixture
def geopackage(tmp_path):
    for name, frame in LAYERS.items():
        frame.to_file(tmp_path / "a.gpkg", layer=name, driver="GPKG")
    return tmp_path / "a.gpkg"


@pytest.fixture
def shapefiles(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for name, frame in LAYERS.items():
            frame.to_file(tmp_path / f"{name}.shp", encoding="utf-8")
            for part in sorted(tmp_path.glob(f"{name}.*")):
                packed.write(part, f"交付/{part.name}")
    return tmp_path / "a.zip"


@pytest.mark.parametrize("made", ["geopackage", "shapefiles"])
def test_the_layer_that_fits_is_read_and_all_are_named(request, made):
    path = request.getfixturevalue(made)
    for kind, name, count in (("grids", "网格", 2), ("enterprises", "企业", 5)):
        reading = read_here(path, kind)
        assert (reading.facts.layer, len(reading.frame)) == (name, count)
        (told,) = [one for one in reading.remarks if one.code == "layer-chosen"]
        assert "企业 (5 points)" in told.message
        assert "旧网格 (3 polygons)" in told.message
        assert f"“{name}” was read, since its shapes and headers fit {kind} best; say --layer" in told.message
    said = read_here(path, "grids", said=Said(layer="旧网格"))
    assert (said.facts.layer, len(said.frame), [one.code for one in said.remarks]) == ("旧网格", 3, [])
    with pytest.raises(FileRefused, match="5 points, but grids are polygons"):
        read_here(path, "grids", said=Said(layer="企业"))
    with pytest.raises(InputError, match=r"no layer “道路”; it has .*网格 .2 polygons"):
        read_here(path, "grids", said=Said(layer="道路"))


def test_the_survey_tells_the_layers_through_the_door(geopackage):
    found = survey_file(geopackage, "grids", said=Said(layer="旧网格"))
    assert found.layer == "旧网格"
    assert {(one.name, one.features, one.shape) for one in found.layers} == {
        ("企业", 5, "point"),
        ("网格", 2, "polygon"),
        ("旧网格", 3, "polygon"),
    }
    manner = Manner(Said(layer="旧网格"))
    assert diagnose(geopackage, Subject("grids"), manner=manner).survey.features == 3


KML = """<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Folder><name>东区</name>{0}</Folder><Folder><name>西区</name>{1}</Folder>
<Folder><name>驿站</name><Placemark><name>站</name><Point><coordinates>104,30</coordinates></Point></Placemark>
</Folder></Document></kml>"""
PLACEMARK = (
    "<Placemark><name>{0}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{1},30 {1}.1,30 {1}.1,31 "
    "{1},30</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)


def test_folders_of_a_kml_are_one_layer(tmp_path):
    text = KML.format(PLACEMARK.format("甲", 104), PLACEMARK.format("乙", 105) + PLACEMARK.format("丙", 106))
    (tmp_path / "a.kml").write_text(text, "utf-8")
    reading = read_here(tmp_path / "a.kml", "grids")
    assert reading.frame["name"].tolist() == ["甲", "乙", "丙"]
    assert reading.frame.index.tolist() == [1, 2, 3]
    (told,) = [one for one in reading.remarks if one.code == "layers-joined"]
    assert "东区 (1 polygon), 西区 (2 polygons), 驿站 (1 point)" in told.message
    assert read_here(tmp_path / "a.kml", "stations").frame["name"].tolist() == ["站"]
    assert read_here(tmp_path / "a.kml", "grids", said=Said(layer="西区")).frame["name"].tolist() == [
        "乙",
        "丙",
    ]


def test_layers_of_a_drawing_that_cannot_be_grids_are_left_out(tmp_path):
    metric = [layer(shape, 2).to_crs(4544).geometry for shape in (SQUARE, shapely.Point(104, 30))]
    shapes = [*metric[0].boundary, *metric[1]]
    frame = gpd.GeoDataFrame({"Layer": ["网格界", "红线", "注记", "注记"]}, geometry=shapes, crs=4544)
    frame.to_file(tmp_path / "a.dxf", driver="DXF")
    reading = read_here(tmp_path / "a.dxf", "grids", crs="EPSG:4544")
    assert (len(reading.frame), reading.refused) == (2, ())
    (told,) = [one for one in reading.remarks if one.code == "layers-joined"]
    assert "注记 (2 points)" in told.message
    said = read_here(tmp_path / "a.dxf", "grids", said=Said(crs="EPSG:4544", layer="红线"))
    assert said.frame.index.tolist() == [2]


def test_a_sheet_can_be_chosen_and_hidden_ones_are_not_looked_at(tmp_path):
    book = openpyxl.Workbook()
    for title, name in (("去年", "旧"), ("一月", "甲"), ("二月", "乙")):
        sheet = book.create_sheet(title)
        for row in (("企业名称", "经度", "纬度"), (name, 104.06, 30.6)):
            sheet.append(row)
    book["去年"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    assert read_here(tmp_path / "a.xlsx", "enterprises").frame["name"].tolist() == ["甲"]
    for sheet, name in (("二月", "乙"), ("去年", "旧")):
        reading = read_here(tmp_path / "a.xlsx", "enterprises", said=Said(layer=sheet))
        assert (reading.facts.layer, reading.frame["name"].tolist()) == (sheet, [name])


def test_a_table_of_a_geopackage_is_read_as_one(tmp_path):
    table = pd.DataFrame({"企业名称": ["甲"], "经度": [104.06], "纬度": [30.6]})
    pyogrio.write_dataframe(table, tmp_path / "a.gpkg", layer="企业", driver="GPKG")
    frame = read_here(tmp_path / "a.gpkg", "enterprises").frame
    assert (frame["name"].tolist(), frame.geometry.iloc[0].coords[0]) == (["甲"], (104.06, 30.6))


def test_a_format_without_layers_says_so(tmp_path):
    (tmp_path / "a.csv").write_text("企业名称\n甲\n", "utf-8")
    with pytest.raises(InputError, match="has no layers; leave “甲” out"):
        read_here(tmp_path / "a.csv", "enterprises", said=Said(layer="甲"))


@pytest.mark.parametrize(
    ("codec", "page", "found"),
    [
        ("utf-8", b"ANSI_1252", ("utf-8", "format")),
        ("gbk", b"ANSI_936", ("gb18030", "format")),
        ("gbk", b"ANSI_1252", ("gb18030", "strict gb18030")),
        ("big5", b"ANSI_950", ("cp950", "format")),
    ],
)
def test_a_drawing_is_read_in_its_own_encoding(tmp_path, codec, page, found):
    shapes = [layer(SQUARE, 1).to_crs(4544).geometry.iloc[0].boundary]
    gpd.GeoDataFrame({"Layer": ["測試"]}, geometry=shapes, crs=4544).to_file(tmp_path / "a.dxf", driver="DXF")
    data = (tmp_path / "a.dxf").read_text("utf-8").encode(codec)
    assert b"ANSI_1252" in data
    (tmp_path / "a.dxf").write_bytes(data.replace(b"ANSI_1252", page))
    survey = survey_here(tmp_path / "a.dxf", "grids", said=Said())
    assert ([one.name for one in survey.layers], (survey.encoding.name, survey.encoding.how)) == (
        ["測試"],
        found,
    )
    said = survey_here(tmp_path / "a.dxf", "grids", said=Said(encoding=codec))
    assert (said.layer, said.encoding.how) == ("測試", "said")
