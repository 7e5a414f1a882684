"""A comparison as a workbook, read back."""

import io
from typing import Any

import openpyxl

from geo.changes.ledger import COLUMNS, comparison_workbook

LOAD = {"enterprises": 2, "workers": 10, "stations": 0}
COMPARISON: dict[str, Any] = {
    "changes": [
        {
            "level": "area/grid",
            "change": "split",
            "code": "0001",
            "codes": ["0001", "0009"],
            "name": "=cmd|' /C calc'!A0",
            "area_m2": 10.0,
            "area_before_m2": 20.0,
            "difference_m2": 10.0,
            "at": [104.0, 30.5],
            "fields": {},
            "shares": {"0001": 0.5, "0009": 0.5},
            "known_by": "id",
        },
        {
            "level": "area/grid",
            "change": "renamed",
            "code": "0002",
            "codes": ["0002"],
            "name": "乙\x00",
            "area_m2": None,
            "area_before_m2": None,
            "difference_m2": 0.0,
            "at": None,
            "fields": {"name": [None, "乙"]},
            "shares": {},
            "known_by": "id",
        },
    ],
    "loads": [
        {"level": "area/grid", "code": "0001", "chief": "甲", "chief_before": None}
        | {"before": LOAD, "after": LOAD | {"workers": 7}}
    ],
    "chiefs": [
        {
            "level": "area/grid",
            "chief": "甲",
            "grids_before": 0,
            "grids_after": 1,
            "before": LOAD,
            "after": LOAD,
        }
    ],
    "indicators": [{"name": "grids", "before": 1, "after": 2, "unit": "count"}],
}
MOVING = [
    {"level": "area/grid", "kind": "enterprise", "id": 3, "source_id": "e3", "name": "厂", "workers": 5}
    | {"before": "0001", "after": None, "status_before": "assigned", "status_after": "unassigned"}
    | {"lon": 104.0, "lat": 30.5}
]


def sheets(titles: dict[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(COMPARISON, MOVING, titles=titles)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_five_sheets_with_their_keys() -> None:
    found = sheets({})
    assert list(found) == list(COLUMNS)
    assert [rows[0] for rows in found.values()] == list(COLUMNS.values())
    split, renamed = found["changes"][1:]
    assert split[1:5] == ("split", "0001", "=cmd|' /C calc'!A0", "0001、0009")
    assert split[8:] == ("0001: 50.0%；0009: 50.0%", 104.0, 30.5)
    assert (renamed[3], renamed[8]) == ("乙", "name: – → 乙")
    assert found["moving"][1][1:7] == ("enterprise", "e3", "厂", 5, "0001", None)
    assert found["loads"][1] == ("area/grid", "0001", None, "甲", 2, 2, 10, 7, 0, 0)
    assert found["chiefs"][1][1:4] == ("甲", 0, 1)


def test_words_where_there_are_some() -> None:
    found = sheets(
        {
            "changes": "变化",
            "split": "拆分",
            "code": "编码",
            "name": "名称",
            "grids": "网格数",
            "unassigned": "未归属",
        }
    )
    rows = found["变化"]
    assert (rows[0][2], rows[1][1], rows[2][8]) == ("编码", "拆分", "名称: – → 乙")
    assert found["moving"][1][8] == "未归属"
    assert found["indicators"][1][0] == "网格数"


def test_text_is_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(comparison_workbook(COMPARISON, MOVING, titles={})))
    cell = book["changes"]["D2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
