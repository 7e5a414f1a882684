"""KML, DXF, MapInfo, FlatGeobuf and GML, as others write them."""

import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CrsUnknown, FileRefused, InputError
from geo.frames import Said
from geo.read.door import read_file
from geo.read.reader import read_here, survey_here

SQUARE = shapely.box(104.0, 30.0, 104.01, 30.01)


def layer():
    return gpd.GeoDataFrame({"code": ["A1"], "name": ["甲"]}, geometry=[SQUARE], crs=4326)


@pytest.mark.parametrize(
    ("ending", "driver", "name"),
    [
        (".kml", "LIBKML", "kml"),
        (".fgb", "FlatGeobuf", "flatgeobuf"),
        (".gml", "GML", "gml"),
        (".mif", "MapInfo File", "mapinfo-mif"),
        (".tab", "MapInfo File", "mapinfo-tab"),
    ],
)
def test_a_layer_comes_in_as_it_was(tmp_path, ending, driver, name):
    path = tmp_path / f"a{ending}"
    layer().to_file(path, driver=driver, encoding="utf-8" if driver == "MapInfo File" else None)
    before = sorted(tmp_path.iterdir())
    reading = read_file(path, "grids")
    assert reading.facts.format == name
    assert reading.frame["code"].tolist() == ["A1"]
    assert reading.frame["name"].tolist() == ["甲"]
    corners = shapely.get_coordinates(reading.frame.geometry.iloc[0].normalize())
    expected = shapely.get_coordinates(shapely.MultiPolygon([SQUARE]).normalize())
    np.testing.assert_allclose(corners, expected, atol=1e-6)
    assert "tessellate" not in reading.facts.ignored
    # GML's driver writes a file of its own beside what it reads.
    assert sorted(tmp_path.iterdir()) == before


def test_a_ring_without_a_vertex_is_left_out(tmp_path):
    inner = "<innerBoundaryIs><LinearRing><coordinates/></LinearRing></innerBoundaryIs>"
    layer().to_file(tmp_path / "a.kml", driver="LIBKML")
    text = (tmp_path / "a.kml").read_text(encoding="utf-8")
    (tmp_path / "a.kml").write_text(text.replace("</Polygon>", f"{inner}</Polygon>"), encoding="utf-8")
    (one,) = read_file(tmp_path / "a.kml", "grids").frame.geometry
    assert inner in (tmp_path / "a.kml").read_text(encoding="utf-8")
    assert one.equals(SQUARE)
    assert survey_here(tmp_path / "a.kml", "grids", said=Said()).outlines.geometry.iloc[0].equals(SQUARE)


def test_a_kmz_is_the_kml_in_it(tmp_path):
    layer().to_file(tmp_path / "doc.kml", driver="LIBKML")
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as packed:
        packed.write(tmp_path / "doc.kml", "doc.kml")
        packed.writestr("files/icon.png", b"x")
    reading = read_here(tmp_path / "a.kmz", "grids")
    assert (reading.facts.format, reading.frame["code"].tolist()) == ("kmz", ["A1"])
    with zipfile.ZipFile(tmp_path / "b.kmz", "w") as packed:
        packed.writestr("readme.txt", b"x")
    with pytest.raises(FileRefused, match="holds 0 files"):
        read_here(tmp_path / "b.kmz", "grids")


@pytest.mark.parametrize("codec", ["gbk", "utf-8"])
def test_mapinfo_that_names_no_character_set(tmp_path, codec):
    layer().to_file(tmp_path / "a.mif", driver="MapInfo File", encoding="utf-8")
    header = (tmp_path / "a.mif").read_text("utf-8").replace('"UTF-8"', '"Neutral"')
    (tmp_path / "a.mif").write_text(header, "utf-8")
    (tmp_path / "a.mid").write_bytes((tmp_path / "a.mid").read_text("utf-8").encode(codec))
    assert "Neutral" in header
    assert read_here(tmp_path / "a.mif", "grids").frame["name"].tolist() == ["甲"]
    found = survey_here(tmp_path / "a.mif", "grids", said=Said())
    name = {"gbk": "gb18030"}.get(codec, codec)
    assert (found.encoding.name, found.encoding.how) == (name, f"strict {name}")
    assert [remark.code for remark in found.remarks] == ["encoding-guessed"]


def test_mapinfo_that_names_a_wrong_character_set_is_put_right_by_a_person(tmp_path):
    layer().to_file(tmp_path / "a.mif", driver="MapInfo File", encoding="utf-8")
    header = (tmp_path / "a.mif").read_text("utf-8").replace('"Neutral"', '"WindowsLatin1"')
    (tmp_path / "a.mif").write_text(header, "utf-8")
    (tmp_path / "a.mid").write_bytes((tmp_path / "a.mid").read_text("utf-8").encode("gbk"))
    assert read_here(tmp_path / "a.mif", "grids").frame["name"].tolist() == ["¼×"]
    said = read_here(tmp_path / "a.mif", "grids", encoding="gbk")
    assert said.frame["name"].tolist() == ["甲"]
    assert said.facts.encoding == "gb18030"
    with pytest.raises(FileRefused, match="not read in koi8-r"):
        read_here(tmp_path / "a.mif", "grids", encoding="koi8-r")


def test_mapinfo_in_no_encoding_is_refused_with_what_to_choose_from(tmp_path):
    layer().to_file(tmp_path / "a.mif", driver="MapInfo File", encoding="utf-8")
    (tmp_path / "a.mid").write_bytes(b'"A1","\xff\xff"\n')
    with pytest.raises(FileRefused, match="By how it reads") as refused:
        survey_here(tmp_path / "a.mif", "grids", said=Said())
    assert refused.value.details["candidates"]


@pytest.mark.parametrize(
    ("ending", "driver", "name"),
    [
        (".tab", "MapInfo File", "mapinfo-tab"),
        (".mif", "MapInfo File", "mapinfo-mif"),
        (".gml", "GML", "gml"),
    ],
)
def test_a_dataset_in_a_zip_however_deep_its_folder(tmp_path, ending, driver, name):
    encoding = "utf-8" if driver == "MapInfo File" else None
    layer().to_file(tmp_path / f"网格{ending}", driver=driver, encoding=encoding)
    packed = tmp_path / "out" / "a.zip"
    packed.parent.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in sorted(tmp_path.glob("网格.*")):
            archive.write(part, f"交付/2026年/{part.name}")
        archive.writestr("交付/说明.txt", "x")
    reading = read_file(packed, "grids")
    assert reading.facts.format == name
    assert reading.frame["name"].tolist() == ["甲"]
    assert reading.frame.geometry.iloc[0].equals_exact(shapely.MultiPolygon([SQUARE]), 1e-6, normalize=True)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(f"二/b{ending}", "x")
    two = read_here(packed, "grids", said=Said(layer="网格"))
    assert (two.facts.layer, two.frame["name"].tolist()) == ("网格", ["甲"])
    with pytest.raises(InputError, match=r"no layer “丙”; it has b .*网格"):
        read_here(packed, "grids", said=Said(layer="丙"))


def test_a_zip_within_a_zip_and_a_zip_of_two_kinds_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.gml", "x")
        archive.writestr("inner/b.zip", "x")
    with pytest.raises(FileRefused, match="holds another archive"):
        read_here(tmp_path / "a.zip", "grids")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.gml", "x")
        archive.writestr("b.mif", "x")
    with pytest.raises(FileRefused, match="unpack it and send the file that is meant"):
        read_here(tmp_path / "b.zip", "grids")


def test_mapinfo_names_no_projection_and_is_read_by_its_numbers(tmp_path):
    layer().to_crs(4544).to_file(tmp_path / "a.mif", driver="MapInfo File", encoding="utf-8")
    frame = read_here(tmp_path / "a.mif", "grids").frame
    assert frame.geometry.iloc[0].equals_exact(shapely.MultiPolygon([SQUARE]), 1e-8, normalize=True)


def test_closed_lines_of_a_drawing_are_polygons(tmp_path):
    ring = shapely.LineString(
        [(500_000, 3_300_000), (500_100, 3_300_000), (500_100, 3_300_100), (500_000, 3_300_000)]
    )
    gpd.GeoDataFrame({"Layer": ["x"]}, geometry=[ring], crs=4544).to_file(tmp_path / "a.dxf", driver="DXF")
    with pytest.raises(CrsUnknown, match="--crs"):
        read_here(tmp_path / "a.dxf", "grids")
    frame = read_here(tmp_path / "a.dxf", "grids", crs="EPSG:4544").frame
    assert frame.geometry.geom_type.tolist() == ["MultiPolygon"]
    assert frame.to_crs(4544).geometry.area.iloc[0] == pytest.approx(5_000, rel=1e-6)
    assert read_here(tmp_path / "a.dxf", "streets", crs="EPSG:4544").frame.geometry.geom_type.tolist() == [
        "LineString"
    ]
