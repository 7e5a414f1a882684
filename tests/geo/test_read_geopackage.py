import sqlite3

import geopandas as gpd
import pytest
import shapely

from geo.errors import FileRefused
from geo.read.reader import read_here as read_file

SQUARE = shapely.box(104, 30, 104.1, 30.1)


def package(tmp_path, **layers):
    path = tmp_path / "a.gpkg"
    for name, fields in layers.items():
        geometry = [SQUARE] * len(next(iter(fields.values())))
        gpd.GeoDataFrame(fields, geometry=geometry, crs="EPSG:4490").to_file(path, layer=name)
    return path


def test_of_several_layers_the_fitting_one_is_read_and_said(tmp_path):
    path = package(tmp_path, aaa={"x": [1]}, 网格={"网格编码": ["A"], "网格名称": ["甲"]})
    reading = read_file(path, "grids")
    assert reading.frame["code"].tolist() == ["A"]
    assert reading.facts.layer == "网格"
    assert [remark.code for remark in reading.remarks] == ["layer-chosen"]


def test_numbers_and_missing_values_become_text(tmp_path):
    path = package(tmp_path, a={"code": [1.0, None, 2.5], "name": ["甲", None, ""]})
    frame = read_file(path, "grids").frame
    assert frame["code"].fillna("").tolist() == ["1", "", "2.5"]
    assert frame["name"].fillna("").tolist() == ["甲", "", ""]


def test_virtual_tables_are_refused(tmp_path):
    path = package(tmp_path, a={"code": ["A"]})
    with sqlite3.connect(path) as connection:
        connection.execute("pragma writable_schema = on")
        connection.execute(
            "insert into sqlite_master values "
            "('table', 'leak', 'leak', 0, 'create virtual table leak using VirtualOGR(''/etc/passwd'')')"
        )
    connection.close()
    with pytest.raises(FileRefused, match="virtual table, “leak”"):
        read_file(path, "grids")


@pytest.mark.parametrize("sql", ["cast(x'637265617465ff' as text)", "7"])
def test_a_damaged_schema_is_refused(tmp_path, sql):
    path = package(tmp_path, a={"code": ["A"]})
    with sqlite3.connect(path) as connection:
        connection.execute("pragma writable_schema = on")
        connection.execute(f"update sqlite_master set sql = {sql} where name = 'gpkg_contents'")
    connection.close()
    with pytest.raises(FileRefused, match=r"damaged|cannot be read"):
        read_file(path, "grids")


def test_a_database_without_layers(tmp_path):
    with sqlite3.connect(tmp_path / "a.gpkg") as connection:
        connection.execute("create table t (a)")
    connection.close()
    with pytest.raises(FileRefused, match=r"no layer|cannot be read"):
        read_file(tmp_path / "a.gpkg", "grids")
