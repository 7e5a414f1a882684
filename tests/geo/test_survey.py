"""The survey: what is told of a file before anybody has said in which system it lies."""

import json
import struct
import zipfile

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from disguises import DISGUISES, FURTHER, shapefile

from geo.errors import FileRefused, InputError
from geo.frames import Said
from geo.read.door import read_file, survey_file
from geo.read.reader import read_here, survey_here
from geo.read.sandbox.parcel import pack_survey, unpack_survey
from geo.read.survey import Encoding, FieldFound, LayerFound, Stated, Survey

SQUARE = shapely.box(410_000, 3_380_000, 410_100, 3_380_100)


def grids(*names: str, crs: int = 4544) -> gpd.GeoDataFrame:
    shapes = [shapely.affinity.translate(SQUARE, 200 * i) for i in range(len(names))]
    return gpd.GeoDataFrame(
        {"code": [f"G{i}" for i in range(len(names))], "name": names}, geometry=shapes, crs=4544
    ).to_crs(crs)


def look(path, kind="grids", **said) -> Survey:
    return survey_here(path, kind, said=Said(**said))


NAMES = ("朔溪一号网格", "软件园东网格", "软件园西网格", "软件园东网格")


def test_a_shapefile_without_a_prj_and_without_a_cpg(tmp_path):
    path = shapefile(grids(*NAMES), tmp_path, encoding="GBK", left_out=(".cpg", ".prj"))
    found = survey_file(path, "grids")
    assert (found.format, found.layer, found.features) == ("shapefile", "grids", 4)
    assert (found.encoding.name, found.encoding.how) == ("gb18030", "strict gb18030")
    assert found.encoding.samples == NAMES[:3]
    assert (found.stated.text, found.stated.label, found.stated.how) == (None, None, "none")
    assert [(field.header, field.column) for field in found.fields] == [
        ("网格编码", "code"),
        ("网格名称", "name"),
    ]
    assert found.fields[1].samples == NAMES[:3]
    assert found.outlines.crs is None
    assert found.outlines["code"].tolist() == ["G0", "G1", "G2", "G3"]
    assert found.outlines.geometry.iloc[0].normalize().equals(SQUARE.normalize())
    assert found.name == "grids.zip"
    assert json.loads(json.dumps(found.to_dict()))["encoding"]["how"] == "strict gb18030"


def with_language(path, language):
    """Write the zip again with a language id in its .dbf."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in members.items():
            changed = body[:29] + bytes([language]) + body[30:] if name.endswith(".dbf") else body
            archive.writestr(name, changed)
    return path


@pytest.mark.parametrize(
    ("encoding", "language", "cpg", "name", "how"),
    [
        ("GBK", 0, False, "gb18030", "strict gb18030"),
        ("GBK", 0x4D, False, "gb18030", "ldid"),
        ("GBK", 0x57, False, "gb18030", "strict gb18030"),
        ("UTF-8", 0, False, "utf-8", "strict utf-8"),
        ("UTF-8", 0x4D, False, "gb18030", "ldid"),
        ("UTF-8", 0, True, "utf-8", "cpg"),
        ("GBK", 0, True, "gb18030", "cpg"),
    ],
)
def test_how_an_encoding_is_known(tmp_path, encoding, language, cpg, name, how):
    names = ("园区网格", "朔溪网格") if (encoding, language) == ("UTF-8", 0x4D) else NAMES
    path = shapefile(grids(*names), tmp_path, encoding=encoding, left_out=() if cpg else (".cpg",))
    found = look(with_language(path, language))
    assert (found.encoding.name, found.encoding.how) == (name, how)
    guessed = [one.code for one in found.remarks if one.code == "encoding-guessed"]
    assert bool(guessed) is how.startswith("strict")
    if (encoding, language) != ("UTF-8", 0x4D):
        assert found.outlines["name"].tolist() == list(names)
    else:  # What states another encoding, and can be it, is believed; a person sees the samples.
        assert look(path, encoding="utf-8").outlines["name"].tolist() == list(names)


def test_text_in_no_encoding_is_refused_with_what_to_choose_from(tmp_path):
    path = shapefile(grids("陳家網格", "李家網格"), tmp_path, encoding="UTF-8", left_out=(".cpg",))
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    table = next(name for name in members if name.endswith(".dbf"))
    broken = members[table].replace("陳家網格".encode(), b"\xff\xfe" + "陳家網".encode() + b" ")
    with zipfile.ZipFile(path, "w") as archive:
        for name, body in (members | {table: broken}).items():
            archive.writestr(name, body)
    with pytest.raises(FileRefused, match="neither in the encoding that it states") as refused:
        survey_file(path, "grids")
    details = refused.value.details
    assert details["reason"] == "encoding-unknown"
    offered = {one["encoding"]: one for one in details["candidates"]}
    assert any("陳家網" in sample for sample in offered["utf-8:replace"]["samples"])
    assert offered["utf-8:replace"]["lost"] >= 1
    assert "--encoding utf-8:replace" in refused.value.message
    assert look(path, encoding="utf-8:replace").outlines["name"].tolist()[1] == "李家網格"


def test_text_of_a_table_in_no_encoding(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编码,名称\nA1,陳".encode("gb18030") + b"\xff\n")
    with pytest.raises(FileRefused, match="gb18030:replace") as refused:
        look(path)
    assert refused.value.details["candidates"]
    assert look(path, encoding="gb18030:replace").outlines["name"].tolist() == ["陳\ufffd"]


@pytest.mark.parametrize(("crs", "name"), [("EPSG:2363", "Xian 80"), ("EPSG:2416", "Beijing 54")])
def test_refused_systems_are_data_and_no_exception(tmp_path, crs, name):
    path = shapefile(grids(*NAMES).set_crs(crs, allow_override=True), tmp_path)
    found = survey_file(path, "grids")
    assert (found.stated.refused, found.stated.label, found.stated.how) == (name, None, "file")
    assert name in found.stated.reason
    assert len(found.outlines) == 4


@pytest.mark.parametrize(
    ("name", "label", "how"),
    [
        ("kml", "EPSG:4326", "format"),
        ("dxf", None, "none"),
        ("gcj02", "OGC:CRS84", "format"),
        ("mif-projected", "unnamed", "file"),
        ("gml", "EPSG:4544", "file"),
    ],
)
def test_what_each_format_states(tmp_path, name, label, how):
    path = (DISGUISES | FURTHER)[name].write(grids(*NAMES), tmp_path)
    found = look(path)
    assert (found.stated.label, found.stated.refused, found.stated.how) == (label, None, how)
    assert found.features == 4


def test_tables_are_surveyed_without_a_system(tmp_path):
    (tmp_path / "a.csv").write_text("企业名称,经度,纬度\n甲,410000,3380000\n乙,,\n", "utf-8")
    found = survey_file(tmp_path / "a.csv", "enterprises")
    assert [field.column for field in found.fields] == ["name", "longitude", "latitude"]
    assert shapely.get_coordinates(found.outlines.geometry.to_numpy()).tolist() == [[410000, 3380000]]
    (tmp_path / "b.csv").write_text("名称,坐标\n甲,POINT (1 2)\n", "utf-8")
    assert look(tmp_path / "b.csv", "stations").fields[1].column == "geometry"


def test_headers_that_a_person_says(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("BM,MC,code,J,W\nA1,甲,旧,104.0,30.5\n", "utf-8")
    said = Said(fields={"name": "MC", "longitude": "J", "latitude": "W"})
    assert [field.column for field in survey_file(path, "stations", said=said).fields] == [
        None,
        "name",
        None,
        "longitude",
        "latitude",
    ]
    reading = read_file(path, "stations", said=said)
    assert reading.frame["name"].tolist() == ["甲"]
    assert reading.frame.geometry.iloc[0].x == 104.0
    assert reading.facts.columns["name"] == "MC"
    layer = shapefile(grids(*NAMES[:3]), tmp_path, encoding="GBK")
    spoken = read_file(layer, "grids", said=Said(fields={"code": "网格名称", "name": "网格编码"}))
    assert spoken.frame["code"].tolist() == list(NAMES[:3])
    assert spoken.frame["name"].tolist() == ["G0", "G1", "G2"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "没有"}, "no header “没有” for name; it has BM, MC"),
        ({"colour": "MC"}, "“colour” is no column of stations"),
    ],
)
def test_headers_that_are_not_there_are_told_with_those_that_are(tmp_path, fields, sentence):
    path = tmp_path / "a.csv"
    path.write_text("BM,MC,名称\nA1,甲,乙\n", "utf-8")
    for look_at in (survey_file, read_file):
        with pytest.raises(InputError, match=sentence):
            look_at(path, "stations", said=Said(fields=fields))


def test_more_than_five_thousand_rows_are_sampled_evenly(tmp_path):
    count = 45_000
    number = np.arange(count)
    table = pd.DataFrame({"企业名称": "企业", "经度": 104 + number / 1e6, "纬度": 30 + number / 1e6})
    table.to_csv(tmp_path / "a.csv", index=False)
    found = survey_file(tmp_path / "a.csv", "enterprises")
    assert found.features == count
    assert len(found.outlines) == 5_000
    assert (found.outlines.index[0], found.outlines.index[-1]) == (1, count)
    assert np.diff(found.outlines.index).max() <= 10


def test_forty_five_thousand_rows_through_the_child(tmp_path):
    number = np.arange(45_000)
    table = pd.DataFrame(
        {"企业名称": [f"企业{i}" for i in number], "经度": 104 + number / 1e6, "纬度": 30 + number / 1e6}
    )
    table.to_csv(tmp_path / "a.csv", index=False)
    reading = read_file(tmp_path / "a.csv", "enterprises", said=Said(offset="gcj02"))
    assert len(reading.frame) == 45_000
    assert not reading.refused
    assert reading.facts.crs == "EPSG:4326, GCJ-02 undone"
    assert reading.frame["name"].iloc[-1] == "企业44999"


def squares() -> Survey:
    outlines = gpd.GeoDataFrame(
        {
            "code": pd.Series(["G1", None, None], index=[1, 2, 3], dtype="str"),
            "name": pd.Series(["甲", "乙", None], index=[1, 2, 3], dtype="str"),
        },
        geometry=[SQUARE, shapely.Point(1, 2), shapely.GeometryCollection([SQUARE])],
    )
    outlines.index.name = "row"
    return Survey(
        "a.zip", "shapefile", "00", "a",
        (LayerFound("a", 3, "polygon", ("甲",)), LayerFound("b")),
        Encoding("utf-8", "cpg", ("甲",)), Stated(),
        (FieldFound("编码", "code", ("G1",)),), 3, outlines,
    )  # fmt: skip


def test_a_survey_in_a_parcel_is_the_same():
    packed = squares()
    opened = unpack_survey(pack_survey(packed))
    assert opened.to_dict() == packed.to_dict()
    assert opened.outlines.geometry.tolist() == [SQUARE, shapely.Point(1, 2), None]
    pd.testing.assert_frame_equal(
        pd.DataFrame(opened.outlines.drop(columns="geometry")),
        pd.DataFrame(packed.outlines.drop(columns="geometry")),
    )


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -9])
def test_a_survey_that_is_cut_is_none(cut):
    with pytest.raises(ValueError, match=r"parcel|Expecting|Unterminated|buffer"):
        unpack_survey(pack_survey(squares())[:cut])


@pytest.mark.parametrize(
    ("change"),
    [
        {"encoding": {"name": "utf-8", "how": "guess", "samples": []}},
        {"stated": {"text": None, "label": None, "refused": None, "reason": None, "how": "x"}},
        {"names": ["a"]},
        {"codes": ["a"]},
        {"fields": [1]},
        {"features": "many"},
        {"rows": [[1]]},
        {"layers": None},
    ],
)
def test_what_a_parcel_says_is_not_believed(change):
    head, _, body = pack_survey(squares()).partition(b"\n")
    said = json.loads(head) | change
    with pytest.raises(ValueError):  # noqa: PT011 – whichever it is, the sandbox tells it as one refusal
        unpack_survey(json.dumps(said).encode() + b"\n" + body)


def test_shapes_in_a_survey_are_measured():
    head, _, _ = pack_survey(squares()).partition(b"\n")
    deep = struct.pack("<BII", 1, 6, 1) * 1_000
    with pytest.raises(ValueError, match="parcel"):
        unpack_survey(head + b"\n" + struct.pack("<III", len(deep), 0, 0) + deep)


def test_an_empty_layer_has_a_survey(tmp_path):
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    found = survey_file(tmp_path / "a.geojson", "grids")
    assert (found.features, len(found.outlines), found.fields) == (0, 0, ())
    assert read_here(tmp_path / "a.geojson", "grids").frame.empty
