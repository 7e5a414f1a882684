"""Workbooks: Excel (.xlsx, .xls) and OpenDocument sheets, every cell as text."""

import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, load_workbook

from geo.contracts import Contract
from geo.errors import FileRefused, MissingColumn
from geo.read.archives import manifest
from geo.read.archives.manifest import DAMAGED
from geo.read.columns.values import cell
from geo.read.formats.choice import named
from geo.read.formats.tables import Row, header_row, records_of
from geo.read.records import MAX_FIELDS, MAX_ROWS, Records
from geo.read.survey import LayerFound

_SHEETS = 50
_MAX_BYTES = 250_000_000
_MAX_RATIO = 200
_MAX_CELLS = 20_000_000
_CELL_NAME = re.compile(r"([A-Za-z]+)[0-9]*")
_CELLS = re.compile(rb'<c r="([A-Za-z]+)')
_ROWS = re.compile(rb'<row r="([0-9]{1,10})"')
# Any spelling of a row or cell other than the two above, which Excel and its like write.
_UNUSUAL = re.compile(rb'<[^<>\s]*:(?:c|row)\b|<c(?! r="[A-Za-z]+[0-9]+"|[A-Za-z])|<row(?! r="[0-9]{1,10}")')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def read_workbook(path: Path, contract: Contract, *, sheet: str | None = None) -> Records:
    """Read the sheet that a person says, else the first in sight with a row of headers that is known.

    Numbers become the text that a person would have typed, since codes are no numbers. A sheet of
    Excel is measured before it is read, since the reader makes room for every cell up to the last.

    Raises
    ------
    FileRefused
        Where the workbook cannot be opened, or is larger than this service reads.
    MissingColumn
        Where no sheet has such a row.
    InputError
        Where a person says a sheet that it does not have.
    """
    if zipfile.is_zipfile(path):
        manifest.check(path, max_bytes=_MAX_BYTES, max_ratio=_MAX_RATIO)
        _measure(path)
    try:
        # By its content: what Excel writes is renamed as often as not.
        with path.open("rb") as file, load_workbook(file) as book:
            return _first_known(book, contract, sheet)
    except PasswordError as error:
        raise FileRefused(
            "The workbook has a password; save it without one.", reason="workbook-password"
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(
            f"The workbook cannot be read ({error}); open it in Excel and save it as .xlsx again.",
            reason="workbook-unreadable",
        ) from error


def _first_known(book: CalamineWorkbook, contract: Contract, sheet: str | None) -> Records:
    visible = [one.name for one in book.sheets_metadata if one.visible is SheetVisibleEnum.Visible]
    layers = tuple(LayerFound(name, shape="none") for name in book.sheet_names[:_SHEETS])
    names = [named(layers, sheet).name] if sheet is not None else (visible or book.sheet_names)[:_SHEETS]
    for name in names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        text: list[Row] = [[cell(value) for value in row] for row in rows[:10]]
        if header_row(text, contract) is None:
            continue
        text += [[cell(value) for value in row] for row in rows[10:]]
        return replace(records_of(text, contract, format_name="excel", layer=name), layers=layers)
    sheets = ", ".join(names[:10])
    raise MissingColumn(
        f"No sheet of the workbook ({sheets}) has headers for {contract.kind} among its first ten "
        "rows; write the headers above the data.",
        reason="no-sheet-with-headers",
        sheets=names[:10],
        kind=contract.kind,
    )


def _measure(path: Path) -> None:
    """Refuse a workbook with a sheet whose last cell is too far from its first.

    Raises
    ------
    FileRefused
        Where a sheet reaches beyond a million rows, 255 columns or 20 million cells.
    """
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if _SHEET.fullmatch(name):
                rows, columns = _extent(_part(book, name))
                if rows > MAX_ROWS or columns > MAX_FIELDS or rows * columns > _MAX_CELLS:
                    raise FileRefused(
                        f"The workbook has cells down to row {rows:,} and across to column {columns:,}; "
                        f"at most {MAX_ROWS:,} rows, {MAX_FIELDS} columns and {_MAX_CELLS:,} cells are "
                        "read. Delete what stands apart from the table.",
                        reason="workbook-too-large",
                        most_rows=MAX_ROWS,
                        most_columns=MAX_FIELDS,
                        most_cells=_MAX_CELLS,
                        rows=rows,
                        columns=columns,
                    )


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    try:
        return book.read(name)
    except DAMAGED as error:
        raise FileRefused(
            "A sheet of the workbook is damaged; save it as .xlsx again.", reason="sheet-damaged"
        ) from error


def _extent(data: bytes) -> tuple[int, int]:
    """Return the last row and the last column of a sheet."""
    if _UNUSUAL.search(data):
        return _extent_in_full(data)
    columns = {_column(name.decode()) for name in set(_CELLS.findall(data))}
    return max(map(int, _ROWS.findall(data)), default=0), max(columns, default=0)


def _extent_in_full(data: bytes) -> tuple[int, int]:
    """Return the same for any spelling; a cell or row without a name follows the one before it."""
    last_row = last_column = row = column = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal last_row, last_column, row, column
        kind, given = tag.rpartition(":")[2], attributes.get("r", "")
        if kind == "c":
            column = _column(given) or column + 1
            last_column = max(last_column, column)
        elif kind == "row":
            row, column = int(given) if given.isdecimal() else row + 1, 0
            last_row = max(last_row, row)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no keyword
    except (expat.ExpatError, ValueError) as error:
        raise FileRefused(
            f"A sheet of the workbook is damaged ({error}); save it as .xlsx again.", reason="sheet-damaged"
        ) from error
    return last_row, last_column


def _column(name: str) -> int:
    """Return the number of the column in a cell's name: A1 → 1, XFD7 → 16384; 0 for no name."""
    found = _CELL_NAME.fullmatch(name)
    number = 0
    for letter in found[1].upper() if found else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
