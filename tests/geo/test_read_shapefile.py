import stat
import struct
import zipfile

import geopandas as gpd
import pytest
import shapely

from geo.errors import FileRefused
from geo.read.reader import read_here as read_file
from geo.read.recognition import recognise

PLACES = shapely.points([[410_000, 3_380_000], [410_100, 3_380_000], [410_200, 3_380_000]])
FIELDS = {
    "统一社会信": ["91350100M000100Y43", None, None],
    "企业名称": ["柯桥印染厂", "龙泉汽修", "乙"],
    "职工人数": [12, 0, 7],
}


def parts(folder, *, encoding="gb18030", fields=FIELDS, crs="EPSG:4544"):
    """Write a Shapefile and return its parts by ending, the .cpg left out."""
    path = folder / "layer.shp"
    gpd.GeoDataFrame(fields, geometry=PLACES, crs=crs).to_file(path, encoding=encoding)
    return {f.suffix: f.read_bytes() for f in folder.glob("layer.*") if f.suffix != ".cpg"}


def packed(folder, members):
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def with_language(dbf, language):
    return dbf[:29] + bytes([language]) + dbf[30:]


@pytest.mark.parametrize(("encoding", "language"), [("gb18030", 0), ("gb18030", 0x4D), ("utf-8", 0)])
def test_attributes_without_a_cpg(tmp_path, encoding, language):
    short = {"名称": FIELDS["企业名称"], "职工": FIELDS["职工人数"]}
    members = parts(tmp_path, encoding=encoding, fields=short if encoding == "utf-8" else FIELDS)
    members[".dbf"] = with_language(members[".dbf"], language)
    reading = read_file(packed(tmp_path, {f"grids{e}": d for e, d in members.items()}), "enterprises")
    assert reading.frame["name"].tolist() == FIELDS["企业名称"]
    assert (reading.facts.encoding, reading.facts.layer) == (encoding, "grids")
    guessed = [remark.details["how"] for remark in reading.remarks if remark.code == "encoding-guessed"]
    assert guessed == ([] if language else [f"strict {encoding}"])
    assert reading.facts.crs == "EPSG:4544"
    assert reading.frame.geometry.iloc[0].x == pytest.approx(104.0617, abs=1e-3)


def test_order_of_belief(tmp_path):
    members = parts(tmp_path)
    members[".dbf"] = with_language(members[".dbf"], 0x02)
    named = {f"a{ending}": data for ending, data in members.items()}
    assert read_file(packed(tmp_path, named), "enterprises").facts.encoding == "cp850"
    named["a.cpg"] = b"GBK"
    assert read_file(packed(tmp_path, named), "enterprises").facts.encoding == "gb18030"
    said = read_file(packed(tmp_path, named), "enterprises", encoding="latin1")
    assert said.facts.encoding == "iso8859-1"
    with pytest.raises(FileRefused, match="not in utf-8"):
        read_file(packed(tmp_path, named), "enterprises", encoding="utf-8")


def test_a_cpg_that_is_wrong_is_not_believed(tmp_path):
    named = {f"a{ending}": data for ending, data in parts(tmp_path).items()}
    reading = read_file(packed(tmp_path, named | {"a.cpg": b"UTF-8"}), "enterprises")
    assert reading.frame["name"].tolist() == FIELDS["企业名称"]


def test_folders_mixed_case_names_in_gbk_and_litter(tmp_path):
    stem = "导出/企业".encode("gbk").decode("cp437")
    named = {f"{stem}{ending.upper()}": data for ending, data in parts(tmp_path).items()}
    named |= {"__MACOSX/._a.shp": b"x", "导出/企业.shp.xml": b"<x/>"}
    frame = read_file(packed(tmp_path, named), "enterprises").frame
    assert frame["workers"].tolist() == [12, 0, 7]
    assert frame["credit_code"].dropna().tolist() == ["91350100M000100Y43"]


def test_a_missing_index_is_made_and_a_missing_table_is_none(tmp_path):
    members = parts(tmp_path)
    named = {f"a{ending}": members[ending] for ending in (".shp", ".prj")}
    reading = read_file(packed(tmp_path, named), "enterprises")
    assert len(reading.frame) == 3
    assert reading.frame["name"].isna().all()


def test_deleted_records_keep_the_others_in_step(tmp_path):
    members = parts(tmp_path)
    dbf = bytearray(members[".dbf"])
    start, length = struct.unpack_from("<HH", dbf, 8)
    dbf[start + length] = ord("*")
    named = {f"a{ending}": data for ending, data in (members | {".dbf": bytes(dbf)}).items()}
    frame = read_file(packed(tmp_path, named), "enterprises").frame
    assert frame["name"].to_dict() == {1: "柯桥印染厂", 3: "乙"}
    assert frame.to_crs(4544).geometry.x.round().tolist() == [410_000, 410_200]


def test_more_shapes_than_records(tmp_path):
    members = parts(tmp_path)
    dbf = members[".dbf"]
    members[".dbf"] = dbf[:4] + struct.pack("<I", 2) + dbf[8:]
    reading = read_file(packed(tmp_path, {f"a{e}": d for e, d in members.items()}), "enterprises")
    assert len(reading.frame) == 2
    assert [remark.code for remark in reading.remarks] == ["encoding-guessed", "uneven-parts"]


def dbase(name, *cells, width):
    """Build a table of one text field, cut as dBASE cuts."""
    field = name[:10].ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    head = b"\x03" + bytes(3) + struct.pack("<IHH", len(cells), 32 + 33, width + 1) + bytes(20)
    return head + field + b"\r" + b"".join(b" " + cell[:width].ljust(width) for cell in cells)


@pytest.mark.parametrize(("encoding", "whole"), [("utf-8", 3), ("gb18030", 5)])
def test_names_and_values_cut_within_a_character(tmp_path, encoding, whole):
    long = "柯桥印染厂车间"
    cells = [text.encode(encoding) for text in (long, "乙", "丙")]
    members = parts(tmp_path)
    members[".dbf"] = dbase("实际经营地址".encode(encoding), *cells, width=11)
    reading = read_file(packed(tmp_path, {f"a{e}": d for e, d in members.items()}), "enterprises")
    assert reading.facts.encoding == encoding
    assert reading.frame["address"].tolist() == [f"{long[:whole]}\ufffd", "乙", "丙"]


def test_a_bare_shapefile_with_a_prj_of_a_refused_system(tmp_path):
    parts(tmp_path, crs="EPSG:2381")
    with pytest.raises(Exception, match="Xian 80"):
        read_file(tmp_path / "layer.shp", "enterprises")
    assert len(read_file(tmp_path / "layer.shp", "enterprises", crs="4544").frame) == 3


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["../a.shp"], "points out of it"),
        (["/etc/a.shp"], "points out of it"),
        (["x\\a.shp"], "points out of it"),
        (["C:/a.shp"], "points out of it"),
        (["a.dbf"], "holds no .shp, but a.dbf"),
        (["a.shp", "b.zip"], "another archive"),
        (["a.pdf"], "no single layer or table that is read, but a.pdf"),
        ([f"a{i}.shp" for i in range(201)], "201 entries"),
    ],
)
def test_hostile_zips(tmp_path, names, reason):
    path = packed(tmp_path, dict.fromkeys(names, b"x"))
    with pytest.raises(FileRefused, match=reason):
        read_file(path, "grids")


@pytest.mark.parametrize("change", ["name of no letters", "no UTF-8"])
def test_a_damaged_name_in_a_zip(tmp_path, change):
    path = packed(tmp_path, {f"a{e}": d for e, d in parts(tmp_path).items()})
    raw = bytearray(path.read_bytes())
    entry, local = raw.index(b"PK\x01\x02"), raw.index(b"PK\x03\x04")
    if change == "no UTF-8":
        struct.pack_into("<H", raw, local + 6, 0x800)
        raw[local + 30] = 0xFF
    else:
        raw[entry + 46] = 0
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match="damaged"):
        read_file(path, "grids")


def test_a_link_in_a_zip(tmp_path):
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(FileRefused, match="holds a link"):
        read_file(tmp_path / "a.zip", "grids")


def test_a_zip_bomb(tmp_path):
    path = packed(tmp_path, {"a.shp": bytes(5_000_000)})
    with pytest.raises(FileRefused, match="unpacks to 5 MB"):
        read_file(path, "grids")


def test_a_directory_that_understates_its_entry(tmp_path):
    path = packed(tmp_path, {f"a{e}": d for e, d in parts(tmp_path).items()})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"PK\x01\x02")
    struct.pack_into("<I", raw, at + 24, 10)
    path.write_bytes(raw)
    with pytest.raises(FileRefused, match=r"damaged|holds more"):
        read_file(path, "grids")


@pytest.mark.parametrize("ending", [".shx", ".prj"])
def test_a_part_by_itself_is_called_one(ending, tmp_path):
    gpd.GeoDataFrame(geometry=[shapely.Point(104, 30)], crs=4326).to_file(tmp_path / "a.shp")
    with pytest.raises(FileRefused, match=r"belongs to a Shapefile: send that with its \.shp"):
        recognise(tmp_path / f"a{ending}")
