"""A zip around one file of another format: read as the file itself, one level deep, or refused."""

import json
import stat
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from geo.errors import FileRefused, InputError
from geo.frames import Said
from geo.read.door import read_file, survey_file
from geo.read.reader import read_here, survey_here

SQUARES = [shapely.box(104 + i / 100, 30.0, 104.01 + i / 100, 30.01) for i in range(2)]
LITTER = {
    "交付/": b"",
    "交付/.DS_Store": b"x",
    "__MACOSX/交付/._网格.geojson": b"x",
    "readme.txt": b"read me",
    "说明.pdf": b"%PDF",
}


def layer():
    return gpd.GeoDataFrame({"code": ["A1", "A2"], "name": ["甲", "乙"]}, geometry=SQUARES, crs=4326)


def drawing(path):
    gpd.GeoDataFrame({"Layer": ["网格", "网格"]}, geometry=SQUARES, crs=4326).to_file(path, driver="DXF")


def table():
    return pd.DataFrame({"企业名称": ["甲", "乙"], "经度": [104.1, 104.2], "纬度": [30.1, 30.2]})


WRITERS = {
    ".geojson": ("geojson", "grids", lambda path: layer().to_file(path, driver="GeoJSON")),
    ".gpkg": ("geopackage", "grids", lambda path: layer().to_file(path, driver="GPKG", layer="网格")),
    ".kml": ("kml", "grids", lambda path: layer().to_file(path, driver="LIBKML")),
    ".fgb": ("flatgeobuf", "grids", lambda path: layer().to_file(path, driver="FlatGeobuf")),
    ".dxf": ("dxf", "grids", drawing),
    ".tsv": ("csv", "enterprises", lambda path: table().to_csv(path, index=False, sep="\t")),
    ".csv": ("csv", "enterprises", lambda path: table().to_csv(path, index=False, encoding="gbk")),
    ".xlsx": ("excel", "enterprises", lambda path: table().to_excel(path, index=False)),
}


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def collection(*names):
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shapely.geometry.mapping(SQUARES[0])}
        for name in names
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


@pytest.mark.parametrize("ending", WRITERS)
def test_a_file_in_a_zip_is_read_as_the_file_itself(tmp_path, ending):
    form, kind, write = WRITERS[ending]
    bare = tmp_path / f"网格{ending}"
    write(bare)
    path = zipped(tmp_path / "a.zip", {f"交付/2026年/网格{ending}": bare.read_bytes(), **LITTER})
    said = Said(crs="EPSG:4326")
    came, alone = read_file(path, kind, said=said), read_here(bare, kind, said=said)
    assert_geodataframe_equal(came.frame, alone.frame)
    assert len(came.frame) == 2
    assert (came.facts.format, came.facts.entry) == (form, f"交付/2026年/网格{ending}")
    assert (came.facts.name, alone.facts.entry) == ("a.zip", None)
    assert came.facts.columns == alone.facts.columns
    assert came.remarks == alone.remarks
    found, known = survey_here(path, kind, said=Said()), survey_here(bare, kind, said=Said())
    assert (found.format, found.entry) == (form, f"交付/2026年/网格{ending}")
    assert {**found.to_dict(), "entry": None} == known.to_dict()


def test_the_sandbox_tells_the_entry_of_a_survey_too(tmp_path):
    found = survey_file(zipped(tmp_path / "a.zip", {"网格.geojson": collection("甲")}), "grids")
    assert (found.name, found.entry, found.features) == ("a.zip", "网格.geojson", 1)


def test_a_name_in_gbk_is_told_decoded(tmp_path):
    path = zipped(tmp_path / "a.zip", {"xxxx.geojson": collection("甲")})
    path.write_bytes(path.read_bytes().replace(b"xxxx.geojson", "网格".encode("gbk") + b".geojson"))
    assert read_here(path, "grids").facts.entry == "网格.geojson"


def test_the_content_decides_and_not_the_name(tmp_path):
    layer().to_file(tmp_path / "a.gpkg", driver="GPKG")
    path = zipped(tmp_path / "a.zip", {"a.geojson": (tmp_path / "a.gpkg").read_bytes()})
    reading = read_file(path, "grids")
    assert (reading.facts.format, reading.frame["code"].tolist()) == ("geopackage", ["A1", "A2"])


def test_a_layer_or_sheet_of_the_file_in_it_is_chosen_as_of_a_bare_file(tmp_path):
    for name, rows in (("甲层", layer().head(1)), ("乙层", layer().tail(1))):
        rows.to_file(tmp_path / "a.gpkg", driver="GPKG", layer=name)
    path = zipped(tmp_path / "a.zip", {"a.gpkg": (tmp_path / "a.gpkg").read_bytes()})
    assert read_here(path, "grids", said=Said(layer="乙层")).frame["code"].tolist() == ["A2"]
    assert {one.name for one in survey_here(path, "grids", said=Said()).layers} == {"甲层", "乙层"}
    with pytest.raises(InputError, match="has no layers"):
        read_here(zipped(tmp_path / "b.zip", {"a.geojson": collection("甲")}), "grids", said=Said(layer="x"))


def test_a_dataset_goes_before_the_list_of_its_fields(tmp_path):
    (tmp_path / "parts").mkdir()
    layer().to_file(tmp_path / "parts/a.shp")
    parts = {one.name: one.read_bytes() for one in (tmp_path / "parts").iterdir()}
    reading = read_here(zipped(tmp_path / "a.zip", {**parts, "字段说明.csv": "字段\n".encode()}), "grids")
    assert (reading.facts.format, reading.facts.entry) == ("shapefile", None)


def test_a_table_as_text_is_read_where_nothing_else_is_meant(tmp_path):
    body = table().to_csv(index=False, sep="\t").encode("gbk")
    path = zipped(tmp_path / "a.zip", {"企业.txt": body, "__MACOSX/._企业.txt": b"x", "说明.pdf": b"%PDF"})
    assert read_here(path, "enterprises").frame["name"].tolist() == ["甲", "乙"]
    path = zipped(tmp_path / "b.zip", {"说明.txt": body, "网格.geojson": collection("甲")})
    assert read_here(path, "grids").facts.entry == "网格.geojson"


def test_several_files_are_listed_with_what_to_do(tmp_path):
    path = zipped(tmp_path / "a.zip", {"一/网格.geojson": collection("甲"), "园区.kml": b"<kml/>", **LITTER})
    with pytest.raises(FileRefused, match=r"2 files that .* 网格\.geojson, 园区\.kml; pack") as told:
        read_file(path, "grids")
    assert told.value.details["entries"] == ["网格.geojson", "园区.kml"]
    assert told.value.details["reason"] == "zip-of-several"


VRT = (
    b'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/etc/passwd</SrcDataSource>'
    b"</OGRVRTLayer></OGRVRTDataSource>"
)


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"a.geojson": VRT}, "format-unread"),
        ({"a.kml": VRT}, "format-unread"),
        ({"a.gpkg": VRT}, "format-unread"),
        ({"a.csv": b"%PDF-1.7"}, "format-unread"),
        ({"a.xls": b"<html><table></table></html>"}, "format-of-excel"),
        ({"a.geojson": b"x,y\n1,2\n"}, "content-unlike-name"),
        ({"a.geojson": b"\x00\x00\x27\x0a" + bytes(96)}, "content-unlike-name"),
        ({"a.dxf": b""}, "file-empty"),
        ({"a.geojson": bytes(5_000_000)}, "zip-bomb"),
        ({"../a.geojson": b"{}"}, "zip-points-out"),
        ({"/etc/a.geojson": b"{}"}, "zip-points-out"),
        ({"a.geojson": b"{}", "..\\b.txt": b"x"}, "zip-points-out"),
        ({"a.geojson": b"{}", **{f"{i}.png": b"" for i in range(200)}}, "zip-crowded"),
        ({"a.geojson": collection("甲"), "b.zip": b"x"}, "zip-nested"),
        ({"a.kmz": b"x"}, "zip-of-others"),
        ({"a.txt": b"name\nx\n", "b.txt": b"x"}, "zip-of-several"),
        ({"a.txt": b"%PDF-1.7"}, "format-unread"),
        ({"a.osm.pbf": b"name\nx\n"}, "content-unlike-name"),
        ({"a.zip": b"x"}, "zip-of-others"),
        ({"__MACOSX/._a.geojson": b"x"}, "zip-of-others"),
    ],
)
def test_what_is_refused_of_a_file_or_a_zip_is_refused_of_both(tmp_path, members, reason):
    with pytest.raises(FileRefused) as told:
        read_here(zipped(tmp_path / "a.zip", members), "grids")
    assert told.value.details["reason"] == reason, told.value.message


@pytest.mark.parametrize("name", ["a.geojson", "a.kml", "a.xlsx"])
@pytest.mark.parametrize("inner", ["a.geojson", "doc.kml", "a.shp", "a.gml"])
def test_a_zip_under_another_ending_in_a_zip_is_a_nested_one(tmp_path, name, inner):
    body = zipped(tmp_path / "inner.zip", {inner: b"x"}).read_bytes()
    with pytest.raises(FileRefused, match=f"another archive, “{name}”"):
        read_here(zipped(tmp_path / "a.zip", {name: body}), "grids")


def test_a_refusal_names_the_file_in_the_zip(tmp_path):
    with pytest.raises(FileRefused, match=r"“网格\.geojson” is of the format XML"):
        read_file(zipped(tmp_path / "a.zip", {"交付/网格.geojson": b"<a/>"}), "grids")


def test_a_link_and_a_false_size_are_refused(tmp_path):
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(FileRefused, match="holds a link"):
        read_here(zipped(tmp_path / "a.zip", {link: "/etc/passwd"}), "grids")
    path = zipped(tmp_path / "b.zip", {"a.geojson": collection("甲")})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02") + 24
    raw[at : at + 4] = b"\x0a\0\0\0"
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match=r"damaged|holds more"):
        read_here(path, "grids")
