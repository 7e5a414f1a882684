"""Tables: CSV text, and the search for the row of headers that CSV and Excel share."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from geo.contracts import GEOMETRY_HEADERS, LATITUDE_HEADERS, LONGITUDE_HEADERS, Contract
from geo.errors import FileRefused, MissingColumn
from geo.formulas import restored
from geo.frames import Refusal
from geo.read.columns import headers
from geo.read.records import MAX_FIELDS, MAX_ROWS, Records, cells_of, refuse_excess
from geo.read.text import decode

Row = Sequence[str | None]

_DELIMITERS = (",", ";", "\t", "|")
_HEADER_WITHIN = 10


def read_csv(data: bytes, contract: Contract, *, encoding: str | None = None) -> Records:
    """Read CSV with commas, semicolons, tabs or bars and a row of headers among its first ten rows.

    Parameters
    ----------
    data : bytes
        The whole file.
    contract : Contract
        What the headers are looked for in.
    encoding : str, optional
        What a person says; else a mark at the beginning, UTF-8, GB18030, each strictly.

    Raises
    ------
    FileRefused
        Where the text cannot be decoded or divided into rows.
    MissingColumn
        Where no row of headers is known.
    """
    text, codec, how = decode(data, encoding=encoding)
    if "\0" in text:
        raise FileRefused(
            "The file holds NUL characters: it is no CSV text; save it as CSV again.", reason="text-with-nul"
        )
    tables = [_divide(text, delimiter, rows=_HEADER_WITHIN) for delimiter in _DELIMITERS]
    scores = [max((known(row, contract) for row in table), default=0) for table in tables]
    delimiter = _DELIMITERS[scores.index(max(scores))]
    rows = _divide(text, delimiter, rows=MAX_ROWS + _HEADER_WITHIN)
    _refuse_open_quote(text, rows, delimiter)
    return replace(records_of(rows, contract, format_name="csv"), encoding=codec, how=how)


def known(row: Row, contract: Contract) -> int:
    """Count the cells of a row that are headers known to a contract, or of a place."""
    places = (*LONGITUDE_HEADERS, *LATITUDE_HEADERS, *GEOMETRY_HEADERS)
    return headers.known([cell or "" for cell in row[: MAX_FIELDS + 1]], contract, places)


def header_row(rows: Sequence[Row], contract: Contract) -> int | None:
    """Return the position of the row of headers among the first ten: the one best known, else None."""
    scores = [known(row, contract) for row in rows[:_HEADER_WITHIN]]
    best = max(scores, default=0)
    return scores.index(best) if best else None


def records_of(
    rows: Sequence[Row],
    contract: Contract,
    *,
    format_name: str,
    layer: str | None = None,
) -> Records:
    """Return rows of text below their row of headers as records.

    Rows are numbered from the row below the headers; blank ones are left out but counted. A row
    with more cells than there are headers is refused, since its cells cannot be told apart.

    Raises
    ------
    MissingColumn
        Where no row of headers is known.
    FileRefused
        Where there are too many rows or fields.
    """
    start = header_row(rows, contract)
    if start is None:
        raise _without_headers(contract)
    names = _trimmed(rows[start])
    refuse_excess(len(names), len(rows) - start - 1)
    numbered = [
        (number, row)
        for number, row in enumerate(rows[start + 1 :], start=1)
        if any(cell and not cell.isspace() for cell in row)
    ]
    long = [(number, row) for number, row in numbered if _is_long(row, len(names))]
    skipped = {number for number, _ in long}
    refused = tuple(
        Refusal(
            number,
            "too-many-cells",
            f"The row has {len(_trimmed(row))} cells under {len(names)} headers; "
            "put cells that hold a delimiter in quotation marks.",
            {"cells": len(_trimmed(row)), "headers": len(names)},
        )
        for number, row in long
    )
    numbered = [(number, row) for number, row in numbered if number not in skipped]
    columns = list(zip_longest(*(row[: len(names)] for _, row in numbered)))
    columns += [(None,) * len(numbered)] * (len(names) - len(columns))
    cells = cells_of(columns, [number for number, _ in numbered])
    return Records(format_name, tuple(names), cells, layer=layer, refused=refused)


def _divide(text: str, delimiter: str, *, rows: int) -> list[list[str]]:
    divided: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            divided.append([restored(cell) for cell in row])
            if len(divided) > rows:
                break
    except csv.Error as error:
        raise FileRefused(
            f"The table cannot be divided into cells at line {reader.line_num}: {error}; "
            "look for a quotation mark that is not closed.",
            reason="cells-undivided",
            line=reader.line_num,
        ) from error
    return divided


def _refuse_open_quote(text: str, rows: list[list[str]], delimiter: str) -> None:
    """Refuse a table whose last row swallowed others, since a quotation mark was never closed."""
    last = "".join(rows[-1]) if rows else ""
    if text.count('"') % 2 and "\n" in last.strip() and delimiter in last:
        raise FileRefused(
            f"In row {len(rows):,} of the table a quotation mark is not closed, so all that follows would be "
            "one cell; close it, or take it out.",
            reason="quote-open",
            line=len(rows),
        )


def _is_long(row: Row, width: int) -> bool:
    return len(row) > width and any(cell and not cell.isspace() for cell in row[width:])


def _trimmed(row: Row) -> list[str]:
    cells = [(cell or "").strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _without_headers(contract: Contract) -> MissingColumn:
    examples = [column.headers[0] for column in contract.columns[:4] if column.headers]
    return MissingColumn(
        f"No row of headers for {contract.kind} is among the first {_HEADER_WITHIN} rows; write the headers "
        f"above the data, such as {', '.join(examples)}.",
        reason="no-headers",
        within=_HEADER_WITHIN,
        examples=examples,
        kind=contract.kind,
    )
