"""Tables as offices write them: degrees in every form, delimiters, encodings and names of files."""

import shutil

import numpy as np
import openpyxl
import pandas as pd
import pytest

from geo.doctor.checkup import diagnose
from geo.doctor.inspection import Subject
from geo.errors import FileRefused
from geo.read.geometry.angles import angles, pairs
from geo.read.reader import read_here

HERE = (104.05, 30.6)
ROW = "甲公司,104.05,30.6"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("104.05", 104.05),
        ("104.05°", 104.05),
        ("104°03′12″", 104 + 3 / 60 + 12 / 3600),
        ("104°3'12.5\"E", 104 + 3 / 60 + 12.5 / 3600),
        ("E104°03′", 104.05),
        ("东经104度3分12秒", 104 + 3 / 60 + 12 / 3600),
        ("西经 104°30′", -104.5),
        ("30°36′00″S", -30.6),
        ("104 03 12", 104 + 3 / 60 + 12 / 3600),
        ("-104:30:00", -104.5),
        ("104,05", 104.05),
        ("104,056123", 104.056123),
        ("404,056", 404056),
        ("104°61′", None),
        ("一百零四", None),
        ("104°03′12″ 附近", None),
    ],
)
def test_degrees_in_every_form(text, value):
    found, bad = angles(pd.Series([text], dtype="str"))
    assert bad.tolist() == [value is None]
    assert value is None or found.iloc[0] == pytest.approx(value, abs=1e-12)


def test_two_coordinates_in_one_cell():
    told = pairs(pd.Series(["104.05,30.6", "(104.06，30.61)", "104.07 30.62", "天府大道", None], dtype="str"))
    assert [None if one is None else one.coords[0] for one in told] == [
        (104.05, 30.6), (104.06, 30.61), (104.07, 30.62), None, None,
    ]  # fmt: skip
    turned = pairs(pd.Series(["30.6,104.05", "30.61,104.06"], dtype="str"))
    assert turned[0].coords[0] == HERE


def written(path, text, codec="utf-8"):
    path.write_bytes(text.encode(codec))
    return path


@pytest.mark.parametrize(
    ("name", "text", "codec"),
    [
        ("a.csv", "企业名称|经度|纬度\n甲公司|104.05|30.6\n", "utf-8"),
        ("a.csv", "企业名称;经度;纬度\n甲公司;104,05;30,6\n", "gbk"),
        ("a.txt", "企业名称\t经纬度\n甲公司\t104.05, 30.6\n", "utf-8"),
        ("a.csv", f"企业名称,经度,纬度\n{ROW}\n", "utf-16-le"),
        ("a.csv", f"企业名称,经度,纬度\n{ROW}\n", "utf-16-be"),
        ("a.xls", "企业名称\t经度\t纬度\n甲公司\t104.05\t30.6\n", "gbk"),
        ("a.xlsx", f"企业名称,经度,纬度\n{ROW}\n", "utf-8-sig"),
        ("a.csv", f"高新区企业名单,,\n2026年11月,,\n企业名称,经度,纬度\n{ROW}\n", "utf-8"),
    ],
)
def test_a_table_comes_in_whatever_it_is_written_with(tmp_path, name, text, codec):
    frame = read_here(written(tmp_path / name, text, codec), "enterprises").frame
    assert frame["name"].tolist() == ["甲公司"]
    np.testing.assert_allclose(frame.geometry.iloc[0].coords[0], HERE, atol=1e-12)


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".ods", ".csv"])
def test_a_workbook_is_read_under_any_name(tmp_path, ending):
    book = openpyxl.Workbook()
    for row in (["高新区企业名单"], ["企业名称", "经度", "纬度"], ["甲公司", "104°03′", "30°36′"]):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "book.xlsx")
    shutil.copy(tmp_path / "book.xlsx", tmp_path / f"a{ending}")
    reading = read_here(tmp_path / f"a{ending}", "enterprises")
    assert (reading.facts.format, reading.frame.geometry.iloc[0].coords[0]) == ("excel", HERE)


def test_a_quotation_mark_that_is_not_closed_is_told(tmp_path):
    path = written(tmp_path / "a.csv", '企业名称,经度,纬度\n甲,104,30\n"乙,104,30\n丙,104,30\n')
    with pytest.raises(FileRefused, match="In row 3 of the table a quotation mark is not closed"):
        read_here(path, "enterprises")


def test_totals_are_no_enterprises_and_headers_that_stand_twice_are_told(tmp_path):
    text = f"企业名称,经度,纬度,地址,地址\n{ROW},a,b\n合 计,,,,\n"
    reading = read_here(written(tmp_path / "a.csv", text), "enterprises")
    assert reading.frame["address"].tolist() == ["a"]
    assert [(one.row, one.code) for one in reading.refused] == [(2, "total-row")]
    (told,) = [one for one in reading.remarks if one.code == "header-twice"]
    assert "“地址” stands in the file more than once" in told.message


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.xls", b"<html><table></table></html>", "open it in Excel and save it as .xlsx"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\0", "save it as DXF in text"),
        ("a.dxf", b"nothing of the kind", "is not what its name says"),
        ("a.dbf", b"\x03\x5f\x07\x1a\0\0\0\0", "send that with its .shp"),
    ],
)
def test_what_is_not_read_says_what_to_do(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileRefused, match=said):
        read_here(tmp_path / name, "enterprises")


def test_rows_that_wait_for_a_word_are_an_error_that_says_it(tmp_path):
    text = "企业名称,经度,纬度\n甲,30.60,104.05\n乙,30.61,104.06\n"
    found = diagnose(written(tmp_path / "a.csv", text), Subject("enterprises"))
    assert (found.reading, found.ok) == (None, False)
    (told,) = [one for one in found.findings if one.severity == "error"]
    assert told.code == "place-unsaid"
    assert "--swap-axes" in told.message
