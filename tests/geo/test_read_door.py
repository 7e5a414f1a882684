"""The door as a whole: real files, and files as offices send them."""

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from features import SQUARE, assert_contract, feature, write_geojson
from pyproj import Transformer

from geo.contracts import CONTRACTS
from geo.errors import CrsUnknown, FileRefused, GeoError, InputError
from geo.read.reader import read_here as read_file

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")


@needs_shared
def test_monaco_enterprises():
    path = SHARED / "monaco" / "enterprises.csv"
    reading = read_file(path, "enterprises")
    assert len(reading.frame) == 322
    assert not reading.refused
    assert reading.frame["name"].isna().any()
    assert reading.frame.loc[1, "geometry"].coords[0] == (7.4190145, 43.7531337)
    assert reading.facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert reading.facts.ignored == ("opening_hours",)


@needs_shared
def test_monaco_stations_and_grids():
    stations = read_file(SHARED / "monaco" / "stations.csv", "stations").frame
    grids = read_file(SHARED / "monaco" / "grids.geojson", "grids").frame
    assert len(stations) == 109
    assert set(stations["kind"]) == {"station"}
    assert len(grids) == 9
    assert grids["code"].isna().all()
    assert grids["source_id"].tolist() == grids["name"].tolist()


@needs_shared
@pytest.mark.parametrize(
    ("name", "kind", "rows", "refused"),
    [
        ("monaco/streets.osm.pbf", "streets", 2855, 0),
        ("streets/chengdu_wuhou_sumo_edges.gpkg", "streets", 852, 0),
        ("streets/shenzhen_longgang_2019.osm.pbf", "streets", 513, 0),
        ("partitions/tokyo_262.zip", "grids", 252, 10),
        ("partitions/DenverCo_precincts2018_orig.zip", "grids", 356, 0),
        ("partitions/montreal_districts.geojson", "grids", 58, 0),
    ],
)
def test_real_files(name, kind, rows, refused):
    reading = read_file(SHARED / name, kind)
    assert len(reading.frame) == rows
    assert len(reading.refused) == refused
    assert_contract(reading.frame, kind)


@needs_shared
def test_wuhan_has_one_edge_twice():
    reading = read_file(SHARED / "streets" / "wuhan_donghu_hightech_8km_drive.gpkg", "streets")
    assert len(reading.frame) + len(reading.refused) == 6888
    assert {refusal.code for refusal in reading.refused} == {"duplicate-row"}
    walkable = reading.frame.groupby("road_class")["walk"].first()
    assert (walkable["motorway"], walkable["residential"]) == ("no", "yes")


@needs_shared
def test_no_file_however_bad_ends_in_a_stack_trace():
    said = []
    for path in sorted((SHARED / "files").rglob("*")):
        for options in ({}, {"crs": "EPSG:4326"}):
            try:
                assert_contract(read_file(path, "base", **options).frame, "base")
            except GeoError as error:
                said.append(error.message)
    assert said
    assert all(message.endswith(".") and str(SHARED) not in message for message in said)


@pytest.mark.parametrize("kind", CONTRACTS)
def test_an_empty_layer_keeps_the_contract(tmp_path, kind):
    reading = read_file(write_geojson(tmp_path / "a.geojson", []), kind)
    assert_contract(reading.frame, kind)
    assert len(reading.frame) == 0


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".shp", ".zip"])
def test_coordinates_of_4490_keep_every_bit(tmp_path, ending):
    place = shapely.Point(104.06612345678901, 30.572834567890123)
    layer = gpd.GeoDataFrame({"name": ["甲"]}, geometry=[place], crs="EPSG:4490")
    path = tmp_path / f"a{ending if ending != '.zip' else '.shp'}"
    if ending == ".geojson":
        crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
        write_geojson(path, [feature(place, name="甲")], crs=crs)
    else:
        layer.to_file(path, encoding="utf-8" if ending in (".shp", ".zip") else None)
    reading = read_file(path, "stations")
    assert reading.frame.geometry.iloc[0].equals(place)
    assert reading.facts.crs == "EPSG:4490"
    assert reading.frame["name"].tolist() == ["甲"]


def test_projected_layers_are_converted_as_pyproj_does(tmp_path):
    xy = np.array([[410_000.125, 3_380_000.25], [410_010.5, 3_380_020.75]])
    layer = gpd.GeoDataFrame({"id": ["1", "2"]}, geometry=shapely.points(xy), crs="EPSG:4544")
    layer.to_file(tmp_path / "a.shp")
    layer.to_file(tmp_path / "a.gpkg")
    to_degrees = Transformer.from_crs("EPSG:4544", "EPSG:4326", always_xy=True)
    expected = np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
    for name in ("a.shp", "a.gpkg"):
        frame = read_file(tmp_path / name, "stations").frame
        assert (shapely.get_coordinates(frame.geometry) == expected).all()


def test_what_is_said_of_the_system_goes_first(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [feature(shapely.Point(35_410_000, 3_380_000))])
    with pytest.raises(CrsUnknown, match="EPSG:4523"):
        read_file(path, "stations")
    reading = read_file(path, "stations", crs="EPSG:4523")
    assert reading.frame.geometry.iloc[0].x == pytest.approx(104.06, abs=0.01)
    with pytest.raises(CrsUnknown, match="Xian 80"):
        read_file(path, "stations", crs="西安80")


def test_progress_is_told_and_reaches_the_end(tmp_path):
    told = []
    path = write_geojson(tmp_path / "a.geojson", [feature(SQUARE, name="甲")])
    read_file(path, "grids", on_progress=lambda fraction, message: told.append((fraction, message)))
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)
    assert told[-1][0] == 1.0


def test_unknown_kind_and_missing_file(tmp_path):
    with pytest.raises(InputError, match="no kind “houses”"):
        read_file(tmp_path / "a.csv", "houses")
    with pytest.raises(FileRefused, match=r"no file “a\.csv”"):
        read_file(tmp_path / "a.csv", "grids")
    with pytest.raises(FileRefused, match="pack it as a zip"):
        read_file(tmp_path, "grids")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "is empty"),
        ("a.kml", b"<?xml version='1.0'?><kml/>", "no layer|cannot be read"),
        ("a.xls", b"<html><table>", "format HTML page"),
        ("a.csv", b"<OGRVRTDataSource>", "format XML"),
        ("a.dxf", b"  0\nSECTION\n", "no layer|cannot be read"),
        ("a.pdf", b"%PDF-1.7", "format PDF"),
        ("a.zip", b"nonsense", "not what its name says"),
        ("a.gpkg", b"\x00\x01nonsense", "not what its name says"),
        ("a.zip", b"PK\x03\x04nonsense", "zip is damaged"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nonsense", "cannot be read"),
        ("a.gpkg", b"SQLite format 3\x00" + b"\1" * 200, "GeoPackage is damaged"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\0" * 20, "cannot be read"),
        ("a.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x05", "cannot be read"),
    ],
)
def test_what_is_no_file_for_us(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefused, match=reason) as refused:
        read_file(tmp_path / name, "streets")
    assert str(tmp_path) not in refused.value.message


def test_content_goes_before_the_name(tmp_path):
    path = write_geojson(tmp_path / "a.csv", [feature(SQUARE, name="甲")])
    assert read_file(path, "grids").facts.format == "geojson"


def test_reading_is_of_the_file_and_its_arguments_alone(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [feature(SQUARE, name="甲")])
    one, two = read_file(path, "grids"), read_file(path, "grids")
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.facts == two.facts
