"""Ledger: a comparison as a workbook that an office can check, sign and file.

Five sheets: what changes, who moves, what each grid carries, what each chief carries, and the figures.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Titles = Mapping[str, str]
"""What a sheet, a column, a kind of change, a status or a figure is called; its key where it is not in it."""

_LOADS = tuple(
    f"{name}_{when}" for name in ("enterprises", "workers", "stations") for when in ("before", "after")
)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "changes": (
        *("level", "change", "code", "name", "codes", "area_before_m2", "area_m2", "difference_m2"),
        *("details", "lon", "lat"),
    ),
    "moving": (
        *("level", "kind", "source_id", "name", "workers", "before", "after"),
        *("status_before", "status_after", "lon", "lat"),
    ),
    "loads": ("level", "code", "chief_before", "chief", *_LOADS),
    "chiefs": ("level", "chief", "grids_before", "grids_after", *_LOADS),
    "indicators": ("name", "unit", "before", "after"),
}
"""Sheet → its columns, both by the keys of `Titles`."""

_CELL_CHARACTERS, _SHEET_CHARACTERS = 32_767, 31


@dataclass(frozen=True)
class _Words:
    titles: Titles

    def __call__(self, key: Any) -> Any:
        return self.titles.get(key, key) if isinstance(key, str) else key


def comparison_workbook(
    comparison: Mapping[str, Any], moving: Sequence[Mapping[str, Any]], *, titles: Titles
) -> bytes:
    """Write a comparison as an Excel workbook.

    Parameters
    ----------
    comparison : mapping
        What `geo.workflows.publication.comparison.describe` returns.
    moving : sequence of mapping
        What `geo.workflows.publication.comparison.moving_rows` returns.
    titles : mapping of str to str
        Words for the keys in `COLUMNS` and for what stands in ``change``, ``kind``, ``unit`` and the like.

    Returns
    -------
    bytes
        The file. Text is typed as text, whatever it begins with.
    """
    words = _Words(titles)
    rows = {
        "changes": (_change(one, words) for one in comparison["changes"]),
        "moving": moving,
        "loads": (_load(one) for one in comparison["loads"]),
        "chiefs": (_load(one) for one in comparison["chiefs"]),
        "indicators": comparison["indicators"],
    }
    book = openpyxl.Workbook(write_only=True)
    for name, columns in COLUMNS.items():
        sheet = book.create_sheet(words(name)[:_SHEET_CHARACTERS])
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, words(column)) for column in columns])
        for row in rows[name]:
            sheet.append([_cell(sheet, _said(column, row.get(column), words)) for column in columns])
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


_SPOKEN = {"change", "kind", "unit", "status_before", "status_after"}


def _said(column: str, value: Any, words: _Words) -> Any:
    if column in _SPOKEN or (column == "name" and isinstance(value, str) and value in words.titles):
        return words(value)
    return value


def _change(one: Mapping[str, Any], words: _Words) -> dict[str, Any]:
    lon, lat = one["at"] or (None, None)
    return {
        **one,
        "codes": "、".join(one["codes"]),
        "details": "；".join(_details(one, words)),
        "lon": lon,
        "lat": lat,
    }


def _details(one: Mapping[str, Any], words: _Words) -> Iterator[str]:
    """Yield what is called otherwise, and which share of the ground went where."""
    for field, (old, new) in one["fields"].items():
        yield f"{words(field)}: {old or '–'} → {new or '–'}"
    for code, share in one["shares"].items():
        yield f"{code}: {share:.1%}"


def _load(one: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {f"{name}_{when}": one[when][name] for when in ("before", "after") for name in one[when]}
    return {**one, **amounts}


def _cell(sheet: WriteOnlyWorksheet, value: Any) -> Any:
    """Return a value as openpyxl writes it; a text that looks like a formula is said to be text."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:_CELL_CHARACTERS])
    cell.data_type = "s"
    if value[:1] in "=+-@#":
        cell.number_format, cell.quotePrefix = "@", True
    return cell
