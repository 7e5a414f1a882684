"""Rows as the door takes them: geometries, words, ids and duplicates, refused one by one."""

import geopandas as gpd
import pytest
import shapely
from features import SQUARE, assert_contract, codes, feature, write_geojson

from geo.errors import MissingColumn
from geo.read.reader import read_here as read_file


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
    # Who copies a row of our own and moves it has two rows of one id that do not say the same.
    copied = [feature(spot, id="h-0123456789abcdef", name="E") for spot in spots[:2]]
    reading = read_file(write_geojson(tmp_path / "c.geojson", copied), "enterprises")
    assert codes(reading.refused) == [(2, "duplicate-id")]
    lines = shapely.linestrings([[[104.0, 30.0 + i], [104.1, 30.0 + i]] for i in range(3)])
    pieces = [feature(line, id=key) for line, key in zip(lines, (7, 7, 8), strict=True)]
    reading = read_file(write_geojson(tmp_path / "b.geojson", pieces), "streets")
    assert (len(reading.frame), reading.frame["source_id"].iloc[2]) == (3, "8")
    assert reading.remarks[0].details == {"count": 2, "value": "7"}


def test_facilities_are_stations_or_centres(tmp_path):
    spots = shapely.points([[104.0, 30.0], [104.1, 30.0], [104.2, 30.0]])

    def reading(*kinds, **more):
        rows = [feature(s, name=k or "–", type=k, **more) for s, k in zip(spots, kinds, strict=True)]
        return read_file(write_geojson(tmp_path / "a.geojson", rows), "stations")

    known = reading("企业服务中心", "cafe", None)
    assert (codes(known.refused), codes(known.remarks)) == ([(2, "facility-kind")], [])
    assert known.frame["kind"].tolist() == ["centre", "station"]
    foreign = reading("library", "cafe", None)  # The column is about something else.
    assert (codes(foreign.refused), codes(foreign.remarks)) == ([], [(0, "facility-kinds")])
    assert foreign.remarks[0].details == {"count": 2, "words": ["“library”", "“cafe”"]}
    assert foreign.frame["kind"].tolist() == ["station"] * 3
    assert foreign.frame["category"].tolist()[:2] == ["library", "cafe"]
    assert reading("library", "cafe", None, 类别="x").frame["category"].tolist() == ["x"] * 3


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
