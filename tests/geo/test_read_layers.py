"""KML, DXF, MapInfo, FlatGeobuf and GML, as others write them."""

import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CrsUnknown, FileRefused
from geo.read.door import read_file
from geo.read.reader import read_here

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
