"""The door as a whole: real files, and files as offices send them."""

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from geo.contracts import CONTRACTS
from geo.errors import CrsUnknown, FileRefused, GeoError, InputError, MissingColumn
from geo.read.reader import read_here as read_file

SHARED = Path(__file__).parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is absent")

SQUARE = shapely.box(104.0, 30.0, 104.01, 30.01)


def write_geojson(path, features, **members):
    collection = {"type": "FeatureCollection", "features": features, **members}
    path.write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
    return path


def feature(geometry, **properties):
    shape = None if geometry is None else shapely.geometry.mapping(geometry)
    return {"type": "Feature", "properties": properties, "geometry": shape}


def codes(refusals):
    return [(refusal.row, refusal.code) for refusal in refusals]


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


def assert_contract(frame, kind):
    contract = CONTRACTS[kind]
    assert list(frame.columns) == [*contract.names, "geometry"]
    assert frame.crs == "EPSG:4326"
    assert frame.index.name == "row"
    assert frame["source_id"].notna().all()
    assert frame["source_id"].is_unique
    dtypes = {"text": "str", "integer": "Int64", "number": "float64", "list": "object"}
    for column in contract.columns:
        if column.type in dtypes:
            assert str(frame[column.name].dtype) == dtypes[column.type]
    located = frame.geometry.dropna()
    assert located.geom_type.isin(contract.geometry).all()
    assert located.is_valid.all()
    assert not located.has_z.any()


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


def test_geometries_that_do_not_fit_are_refused_one_by_one(tmp_path):
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    high = shapely.force_3d(SQUARE, 5.0)
    shapes = [SQUARE, bow_tie, None, shapely.Point(1, 1), shapely.Polygon(), high]
    features = [feature(s, id=i) for i, s in enumerate(shapes)]
    gpd.GeoDataFrame({"id": range(6)}, geometry=shapes, crs=4490).to_file(tmp_path / "a.gpkg")
    for path in (write_geojson(tmp_path / "a.geojson", features), tmp_path / "a.gpkg"):
        reading = read_file(path, "parks")
        assert reading.frame.index.tolist() == [1, 6]
        assert codes(reading.refused) == [
            (2, "geometry-invalid"),
            (3, "geometry-unfit"),
            (4, "geometry-unfit"),
            (5, "geometry-unfit"),
        ]
        assert "Self-intersection at 0.5 0.5" in reading.refused[0].message
        assert_contract(reading.frame, "parks")
    assert codes(reading.remarks) == [(0, "heights-dropped")]


def test_enterprises_without_a_location_stay(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [feature(None, name="甲")])
    reading = read_file(path, "enterprises")
    assert reading.frame.geometry.tolist() == [None]


def test_a_point_in_a_multipoint_and_words_of_stations(tmp_path):
    path = write_geojson(
        tmp_path / "a.geojson",
        [
            feature(shapely.MultiPoint([(104, 30)]), 名称="甲", 设施类型="企业服务中心"),
            feature(shapely.Point(104, 30), 名称="乙", 功能=["歇脚休息", "书报"]),
        ],
    )
    frame = read_file(path, "stations").frame
    assert frame.geometry.geom_type.tolist() == ["Point", "Point"]
    assert frame["kind"].tolist() == ["centre", "station"]
    assert frame["functions"].tolist() == [[], ["rest", "书报"]]


def test_words_of_grids(tmp_path):
    words = [("独立型", "区域", "专属网格"), ("“面”", "产业链", "微网格"), ("街（片）区", "", "x")]
    features = [
        feature(SQUARE, 网格编码=str(i), 网格类型=kind, 划分依据=basis, 层级=level)
        for i, (kind, basis, level) in enumerate(words)
    ]
    frame = read_file(write_geojson(tmp_path / "a.geojson", features), "grids").frame
    assert frame["kind"].tolist() == ["independent", "aggregated", "block"]
    assert frame["basis"].fillna("").tolist() == ["area", "chain", ""]
    assert frame["level"].tolist() == ["grid", "micro", "x"]


def test_ids_that_tell_no_rows_apart_are_not_used(tmp_path):
    # ArcGIS writes 0 into the column Id of whatever is drawn; the pieces of a road share its id.
    spots = shapely.points([[104.0, 30.0], [104.1, 30.0], [104.2, 30.0], [104.2, 30.0]])
    drawn = [feature(spot, Id=0, name=f"E{min(i, 2)}") for i, spot in enumerate(spots)]
    reading = read_file(write_geojson(tmp_path / "a.geojson", drawn), "enterprises")
    assert (codes(reading.refused), codes(reading.remarks)) == ([(4, "duplicate-row")], [(0, "id-shared")])
    assert "row 3" in reading.refused[0].message
    lines = shapely.linestrings([[[104.0, 30.0 + i], [104.1, 30.0 + i]] for i in range(3)])
    pieces = [feature(line, id=key) for line, key in zip(lines, (7, 7, 8), strict=True)]
    reading = read_file(write_geojson(tmp_path / "b.geojson", pieces), "streets")
    assert (len(reading.frame), reading.frame["source_id"].iloc[2]) == (3, "8")
    assert reading.remarks[0].details == {"count": 2, "value": "7"}


def test_duplicates_name_the_first_row(tmp_path):
    features = [feature(SQUARE, id=i, code=c) for i, c in [(1, "A"), (1, "B"), (2, "A"), (3, "C")]]
    reading = read_file(write_geojson(tmp_path / "a.geojson", features), "grids")
    assert codes(reading.refused) == [(2, "duplicate-id"), (3, "duplicate-code")]
    assert all("of row 1" in refusal.message for refusal in reading.refused)


def test_one_code_on_two_levels_is_no_duplicate(tmp_path):
    features = [feature(SQUARE, code="A", level=level) for level in ("block", "grid")]
    reading = read_file(write_geojson(tmp_path / "a.geojson", features), "grids")
    assert not reading.refused
    assert_contract(reading.frame, "grids")


def test_ids_do_not_depend_on_the_order_of_rows(tmp_path):
    names = ["甲", "乙", "甲", None, None]
    features = [feature(shapely.Point(104 + i / 10, 30), name=n) for i, n in enumerate(names)]
    first = read_file(write_geojson(tmp_path / "a.geojson", features), "stations").frame
    again = read_file(write_geojson(tmp_path / "b.geojson", features[::-1]), "stations").frame
    assert first["source_id"].tolist() == again["source_id"].tolist()[::-1]
    assert first["source_id"].is_unique
    assert first["source_id"].iloc[1] == "乙"


def test_lines_of_several_parts_become_rows(tmp_path):
    parts = shapely.MultiLineString([[(104, 30), (104.1, 30)], [(104.2, 30), (104.3, 30)]])
    lines = [feature(parts, id="7", 道路等级="快速路"), feature(parts.geoms[0], id="8", 单行="是")]
    reading = read_file(write_geojson(tmp_path / "a.geojson", lines), "streets")
    frame = reading.frame
    assert frame["source_id"].tolist() == ["7", "7#2", "8"]
    assert frame.index.tolist() == [1, 1, 2]
    assert frame["walk"].tolist() == ["no", "no", "yes"]
    assert frame["oneway"].tolist() == ["no", "no", "forward"]
    assert frame["layer"].tolist() == [0, 0, 0]
    assert_contract(frame, "streets")


def test_a_table_of_grids_needs_wkt(tmp_path):
    (tmp_path / "a.csv").write_text('网格编码,坐标\n1,"POLYGON((0 0,1 0,1 1,0 0))"\n2,x\n', "utf-8")
    reading = read_file(tmp_path / "a.csv", "grids")
    assert reading.frame["code"].tolist() == ["1"]
    assert codes(reading.refused) == [(2, "geometry-unreadable")]
    (tmp_path / "b.csv").write_text("园区编码\n1\n", "utf-8")
    with pytest.raises(MissingColumn, match="坐标"):
        read_file(tmp_path / "b.csv", "parks")


def test_grids_of_a_chain_have_no_geometry(tmp_path):
    (tmp_path / "a.csv").write_text("网格编码,网格类型\n1,\n", "utf-8")
    write_geojson(tmp_path / "a.geojson", [feature(None, code="1"), feature(shapely.Polygon(), code="2")])
    assert read_file(tmp_path / "a.csv", "grids").frame.geometry.tolist() == [None]
    reading = read_file(tmp_path / "a.geojson", "grids")
    assert reading.frame.geometry.tolist() == [None, None]
    assert codes(reading.remarks) == [(2, "geometry-empty")]


def test_reading_is_of_the_file_and_its_arguments_alone(tmp_path):
    path = write_geojson(tmp_path / "a.geojson", [feature(SQUARE, name="甲")])
    one, two = read_file(path, "grids"), read_file(path, "grids")
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.facts == two.facts
