"""Workbooks: Excel (.xlsx, .xls, .xlsb) and OpenDocument sheets, every cell as text."""

from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, load_workbook

from geo.errors import FileRefused, MissingColumn
from geo.frames import Contract
from geo.read.records import Records
from geo.read.tables import Row, header_row, records_of
from geo.read.values import cell

_SHEETS = 50


def read_workbook(path: Path, contract: Contract) -> Records:
    """Read the first sheet that has a row of headers which the contract knows.

    Numbers become the text that a person would have typed, since codes are no numbers.

    Raises
    ------
    FileRefused
        Where the workbook cannot be opened.
    MissingColumn
        Where no sheet has such a row.
    """
    try:
        with load_workbook(path) as book:
            return _first_known(book, contract)
    except PasswordError as error:
        raise FileRefused("The workbook has a password; save it without one.") from error
    except (CalamineError, OSError, ValueError) as error:
        raise FileRefused(
            f"The workbook cannot be read ({error}); open it in Excel and save it as .xlsx again."
        ) from error


def _first_known(book: CalamineWorkbook, contract: Contract) -> Records:
    for name in book.sheet_names[:_SHEETS]:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        text: list[Row] = [[cell(value) for value in row] for row in rows[:10]]
        if header_row(text, contract) is None:
            continue
        text += [[cell(value) for value in row] for row in rows[10:]]
        return records_of(text, contract, format_name="excel", layer=name)
    sheets = "、".join(book.sheet_names[:10])
    raise MissingColumn(
        f"No sheet of the workbook ({sheets}) has headers for {contract.kind} among its first ten "
        "rows; write the headers above the data.",
        kind=contract.kind,
    )
