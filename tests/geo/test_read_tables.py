import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.codes import credit_code_check_digit
from geo.contracts import ENTERPRISES
from geo.errors import CrsUnknown, FileRefused, MissingColumn
from geo.read.formats.tables import read_csv
from geo.read.reader import read_here as read_file

HEADER = "企业名称,统一社会信用代码,经度,纬度,职工人数（人）"
GOOD = "91350100M000100Y43"
CELL = st.text(st.characters(codec="gb18030", exclude_categories=["Cs", "Cc"]), max_size=8)


def enterprises(tmp_path, *lines, header=HEADER, encoding="utf-8", **options):
    path = tmp_path / "a.csv"
    path.write_bytes("\n".join((header, *lines)).encode(encoding))
    return read_file(path, "enterprises", **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_that_are_found(tmp_path, encoding):
    reading = enterprises(tmp_path, f"㐂福公司,{GOOD},104.06,30.57,12", encoding=encoding)
    assert reading.frame["name"].tolist() == ["㐂福公司"]
    assert reading.facts.encoding == encoding.removesuffix("-sig")
    guesses = [(r.code, r.details["how"], r.details["samples"]) for r in reading.remarks]
    marked = encoding in ("utf-8-sig", "utf-16")
    # A header stands in where there are fewer values beyond ASCII than three.
    told = ["㐂福公司", "企业名称", "统一社会信用代码"]
    assert guesses == ([] if marked else [("encoding-guessed", f"strict {encoding}", told)])


def test_an_encoding_that_is_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("name\n陳".encode("big5"))
    reading = read_file(path, "enterprises", encoding="Big5")
    assert reading.frame["name"].tolist() == ["陳"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(tmp_path, delimiter):
    lines = [line.replace(",", delimiter) for line in (HEADER, f"甲,{GOOD},104,30,5")]
    reading = enterprises(tmp_path, lines[1], header=lines[0])
    assert reading.frame.iloc[0][["name", "workers"]].tolist() == ["甲", 5]


def test_title_above_the_headers_and_blank_rows(tmp_path):
    header = f"高新区企业一览表,,,,\n,,,,\n{HEADER}"
    reading = enterprises(tmp_path, "甲,,,,", ",,,,", "乙,,,,", header=header)
    assert reading.frame["name"].to_dict() == {1: "甲", 3: "乙"}


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ("30.57,104.06", "coordinates-swapped"),
        ("104.06,", "coordinate-missing"),
        ("0,0", "coordinates-zero"),
        ("104.06,东经", "coordinate-unreadable"),
        ("200,30", "longitude-out-of-range"),
        ("104,300", "latitude-out-of-range"),
        ("1e999,30", "coordinate-unreadable"),
    ],
)
def test_bad_places_are_refused_and_the_rest_loads(tmp_path, place, code):
    good = "甲,,104.06,30.57,"
    reading = enterprises(tmp_path, good, f"乙,,{place},", good.replace("甲", "丙"))
    assert [(r.row, r.code) for r in reading.refused] == [(2, code)]
    assert reading.frame.index.tolist() == [1, 3]
    assert reading.refused[0].message.startswith("The place “")


def test_no_place_is_no_fault(tmp_path):
    reading = enterprises(tmp_path, "甲,,,,", "乙,,-,无,")
    assert reading.frame.geometry.tolist() == [None, None]
    assert not reading.refused


def test_workers_and_credit_codes_get_remarks(tmp_path):
    lines = [f'甲,{GOOD},,,"1,204"', f"乙,{GOOD[:-1]}4,,,约50", f"丙,{GOOD.lower()},,,-3", "丁,,,,"]
    reading = enterprises(tmp_path, *lines)
    assert reading.frame["workers"].fillna(-1).tolist() == [1204, -1, -1, -1]
    assert [(r.row, r.code) for r in reading.remarks] == [
        (0, "encoding-guessed"),
        (2, "workers-unreadable"),
        (2, "credit-code-wrong"),
        (3, "workers-unreadable"),
    ]
    assert reading.frame.loc[2, "credit_code"] == f"{GOOD[:-1]}4"
    assert reading.frame.loc[3, "credit_code"] == GOOD


def test_x_and_y_in_a_stated_system(tmp_path):
    header = "name,x,y,经度,纬度"
    reading = enterprises(tmp_path, "甲,410000,3380000,1,1", header=header, crs="EPSG:4544")
    assert reading.frame.geometry.iloc[0].x == pytest.approx(104.0617, abs=1e-3)
    assert enterprises(tmp_path, "甲,410000,3380000,1,1", header=header).frame.geometry.iloc[0].x == 1
    with pytest.raises(CrsUnknown, match="look like metres"):
        enterprises(tmp_path, "甲,410000,3380000", header="name,x,y")


def test_rows_too_long_are_refused(tmp_path):
    reading = enterprises(tmp_path, "甲,,,,,,", "乙,,,,1,2")
    assert [(r.row, r.code) for r in reading.refused] == [(2, "too-many-cells")]
    assert reading.frame["name"].tolist() == ["甲"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xff\xff", "neither|not in UTF-8 or GB18030"),
        ("企业名称\n甲\0".encode(), "NUL"),
        (('企业名称\n"' + "x" * 200_000).encode(), "cannot be divided"),
        (("企业名称," + ",".join(map(str, range(300)))).encode(), "255"),
    ],
)
def test_files_that_are_no_tables(content, reason):
    with pytest.raises(FileRefused, match=reason):
        read_csv(content, ENTERPRISES)


def test_unknown_encodings_and_headers():
    with pytest.raises(FileRefused, match="no encoding that is known"):
        read_csv(b"name\n", ENTERPRISES, encoding="klingon")
    with pytest.raises(MissingColumn, match="No row of headers"):
        read_csv("甲,乙\n丙,丁\n".encode(), ENTERPRISES)


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_what_was_written_is_read(rows):
    frame = pd.DataFrame([("x", "y"), *rows], columns=["企业名称", "地址"])
    records = read_csv(frame.to_csv(index=False).encode("gb18030"), ENTERPRISES)
    read = records.cells.fillna("")
    for row, (name, address) in enumerate(rows, start=2):
        if (name + address).strip():
            assert (read.loc[row, 0], read.loc[row, 1]) == (name, address)


def test_a_workbook_as_an_office_sends_it(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表由高新区提供"])
    sheet = book.create_sheet("企业")
    sheet.append(["2023年企业名录"])
    sheet.append(["企业编号", "企业名称", "统一社会信用代码", "经度", "纬度", "职工人数"])
    sheet.append([510107001, "甲", GOOD, 104.066123, 30.5, 1204.0])
    sheet.append([None, None, None, None, None, None])
    sheet.append([510107002, "乙", None, None, None, "约50"])
    book.save(tmp_path / "a.xlsx")
    reading = read_file(tmp_path / "a.xlsx", "enterprises")
    assert reading.frame["source_id"].to_dict() == {1: "510107001", 3: "510107002"}
    assert reading.frame["workers"].fillna(-1).to_dict() == {1: 1204, 3: -1}
    assert reading.frame.geometry.iloc[0].x == 104.066123
    assert (reading.facts.format, reading.facts.layer) == ("excel", "企业")
    assert [r.code for r in reading.remarks] == ["workers-unreadable"]


def test_a_workbook_without_known_headers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(MissingColumn, match="No sheet of the workbook"):
        read_file(tmp_path / "a.xlsx", "enterprises")


def test_a_workbook_with_a_cell_at_the_end_of_the_world_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["企业名称"])
    book.active["XFD1048576"] = "甲"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(FileRefused, match="cells down to row"):
        read_file(tmp_path / "a.xlsx", "enterprises")


@pytest.mark.parametrize(
    "sheet",
    [
        '<x:sheetData xmlns:x="x"><x:row r="1"><x:c r="XFD1"/></x:row></x:sheetData>',
        "<s><row r='9'><c r='XFD9'/></row></s>",
        '<s><row r="9"><c\nr="XFD9"/></row></s>',
        "<s><row>" + "<c/>" * 300 + "</row></s>",
        '<s><row r="2000000"><c r="A2000000"/></row></s>',
        '<s><row r="900000"><c r="IU900000"/></row></s>',
        "<s><row>" + '<c t="n"><v>1</v></c>' * 300 + "</row></s>",
    ],
)
def test_sheets_are_measured_however_they_are_spelt(tmp_path, sheet):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(FileRefused, match="cells down to row"):
        read_file(tmp_path / "a.xlsx", "enterprises")


def test_a_workbook_that_unpacks_without_end_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", io.BytesIO(bytes(300_000_000)).getvalue())
    with pytest.raises(FileRefused, match="unpacks to 300 MB"):
        read_file(tmp_path / "a.xlsx", "enterprises")


def test_forty_five_thousand_rows_are_no_burden(tmp_path):
    body = "91350100M000100Y4"
    number = np.arange(45_000)
    frame = pd.DataFrame(
        {
            "企业编号": number,
            "企业名称": [f"企业{i}" for i in number],
            "统一社会信用代码": body + credit_code_check_digit(body),
            "经度": 104 + number / 1e6,
            "纬度": 30 + number / 1e6,
            "职工人数": number % 300,
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False, encoding="gb18030")
    reading = read_file(tmp_path / "a.csv", "enterprises")
    assert len(reading.frame) == 45_000
    assert [r.code for r in reading.remarks] == ["encoding-guessed"]
    assert reading.frame["workers"].sum() == (number % 300).sum()
