"""Files of another kind than is said, without rows, and outlines drawn as lines."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import affinity

from geo.doctor import checkup
from geo.doctor.checkup import Manner, diagnose
from geo.doctor.inspection import Subject
from geo.errors import FileRefused
from geo.frames import Said
from geo.read.reader import read_here, survey_here

SQUARE = shapely.box(104.0, 30.0, 104.01, 30.01)


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch):
    """Files of our own making need no process of their own, which takes longer than all the rest."""

    def read(path, kind, *, said, keep_invalid, **_):
        return read_here(path, kind, said=said, keep_invalid=keep_invalid)

    monkeypatch.setattr(checkup, "read_file", read)
    monkeypatch.setattr(
        checkup, "survey_file", lambda path, kind, *, said, **_: survey_here(path, kind, said=said)
    )


def written(path, shapes, **columns):
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4326).to_file(path, driver="GeoJSON")
    return path


@pytest.mark.parametrize("read", [read_here, lambda path, kind: survey_here(path, kind, said=Said())])
@pytest.mark.parametrize(
    ("shape", "header", "kind", "seems"),
    [
        (shapely.Point(104, 30), "企业名称", "grids", ["enterprises"]),
        (shapely.Point(104, 30), "开放时间", "streets", ["stations"]),
        (shapely.Point(104, 30), "备注", "parks", ["enterprises", "stations"]),
        (SQUARE, "网格长", "enterprises", ["grids"]),
        (shapely.Point(104, 30), "name", "grids", ["enterprises", "stations"]),
        (SQUARE, "备注", "streets", ["grids", "parks"]),
        (shapely.LineString([(104, 30), (104, 31)]), "备注", "grids", ["streets"]),
    ],
)
def test_a_file_of_another_kind_is_refused_at_once(tmp_path, read, shape, header, kind, seems):
    path = written(tmp_path / "a.geojson", [shape] * 3, **{header: ["甲", "乙", "丙"]})
    with pytest.raises(FileRefused, match=f"it seems to be of {' or '.join(seems)}: say --as") as refused:
        read(path, kind)
    assert refused.value.details["reason"] == "wrong-kind"
    assert refused.value.details["seems"] == seems


def test_some_rows_of_another_shape_are_refused_together_by_their_numbers(tmp_path):
    path = written(
        tmp_path / "a.geojson", [SQUARE, shapely.Point(104, 30), shapely.Point(104, 31)], code=list("ABC")
    )
    found = diagnose(path, Subject("grids"))
    (told,) = [one for one in found.findings if one.code == "geometry-unfit"]
    assert told.message.startswith("2 rows (2, 3): The geometry is a Point, but grids need a Polygon")
    assert (told.measure, told.grids, told.severity) == (2.0, ("row 2", "row 3"), "error")


def test_a_table_of_another_kind_is_doubted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("驿站名称,服务功能,开放时间,经度,纬度\n东站,休息,8-18,104.06,30.6\n", "utf-8")
    found = diagnose(path, Subject("enterprises"))
    (told,) = [one for one in found.findings if one.code == "kind-doubtful"]
    assert (told.severity, told.details["seems"]) == ("warning", "stations")
    assert not [one for one in diagnose(path, Subject("stations")).findings if one.code == "kind-doubtful"]


@pytest.mark.parametrize("kind", ["grids", "enterprises"])
def test_a_file_without_rows_is_an_error(tmp_path, kind):
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    found = diagnose(tmp_path / "a.geojson", Subject(kind))
    assert [(one.code, one.severity) for one in found.findings] == [("no-features", "error")]
    assert not found.ok


def test_points_without_a_place_are_counted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("企业名称,经度,纬度\n甲,104.06,30.6\n乙,,\n", "utf-8")
    (told,) = [
        one for one in diagnose(path, Subject("enterprises")).findings if one.code == "without-location"
    ]
    assert (told.severity, told.grids, told.measure) == ("remark", ("row 2",), 1.0)
    path.write_text("企业名称,地址\n甲,天府大道\n", "utf-8")
    (told,) = [
        one for one in diagnose(path, Subject("enterprises")).findings if one.code == "without-location"
    ]
    assert told.severity == "warning"


def test_many_grids_without_a_polygon_are_told_at_once(tmp_path):
    path = tmp_path / "a.csv"
    pd.DataFrame({"网格编码": [f"G{i}" for i in range(30)]}).to_csv(path, index=False)
    (told,) = [one for one in diagnose(path, Subject("grids")).findings if one.code == "empty"]
    assert (told.measure, len(told.rows)) == (30.0, 30)


def test_outlines_that_nearly_close_are_closed_and_told(tmp_path):
    near = shapely.LineString([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0.5)])
    far = shapely.LineString([(200, 0), (300, 0), (300, 100), (200, 100)])
    lines = [affinity.translate(line, 500_000, 3_300_000) for line in (near, far)]
    gpd.GeoDataFrame({"Layer": ["x", "x"]}, geometry=lines, crs=4544).to_file(
        tmp_path / "a.dxf", driver="DXF"
    )
    reading = read_here(tmp_path / "a.dxf", "grids", crs="EPSG:4544")
    (closed,) = reading.frame.to_crs(4544).geometry
    assert closed.area == pytest.approx(10_000, rel=1e-6)
    assert shapely.get_num_coordinates(closed) == 6
    (told,) = [one for one in reading.remarks if one.code == "outline-closed"]
    assert told.details == {"count": 1, "first": 1, "widest": 0.5}
    assert [(one.row, one.code) for one in reading.refused] == [(2, "geometry-unfit")]


def test_degrees_that_a_person_names_are_not_asked_for(tmp_path):
    path = written(tmp_path / "a.geojson", [SQUARE], code=["A"])
    assert [one.code for one in diagnose(path, Subject("grids")).findings] == ["offset-asked"]
    assert diagnose(path, Subject("grids"), manner=Manner(Said(crs="EPSG:4490"))).findings == []
