"""Rows: CSV text divided as Python's own reader does, with the cells that are looked at."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.errors import FileRefused
from geo.formulas import restored
from geo.index.raster import Floats
from geo.stream.numbers import numbers_in
from geo.stream.placing import points_of_wkt
from geo.stream.plan import Plan

_END = "\x1a\x1a\x1a"


@dataclass(frozen=True)
class Layout:
    """How lines are divided: the delimiter, the number of headers, and what is read."""

    delimiter: str
    width: int
    plan: Plan


def divided(text: str, delimiter: str, *, whole: bool) -> tuple[list[list[str]], int]:
    """Divide lines into rows of cells.

    Parameters
    ----------
    text : str
        Lines; where it is not the ``whole`` rest of a file, it ends with a line, and may end within a row.
    delimiter : str
        Between cells.
    whole : bool
        Whether nothing follows.

    Returns
    -------
    list of list of str, int
        The rows that are complete, and how many characters they take.

    Raises
    ------
    FileRefused
        Where the text cannot be divided.
    """
    used = 0

    def fed() -> Iterator[str]:
        nonlocal used
        for line in io.StringIO(text, newline=""):
            used += len(line)
            yield line
        if not whole:
            # A line that tells whether the reader waits for the end of a cell.
            yield f"{_END}\n"

    rows: list[list[str]] = []
    before = 0
    reader = csv.reader(fed(), delimiter=delimiter)
    try:
        for row in reader:
            if not whole and row and row[-1].rstrip("\n").endswith(_END):
                return rows, used if row == [_END] else before
            rows.append(row)
            before = used
    except csv.Error as error:
        raise FileRefused(
            f"The table cannot be divided into cells ({error}); look for a quotation mark that is not "
            "closed.",
        ) from error
    return rows, used


def raw_places(rows: Sequence[Sequence[str]], layout: Layout) -> Floats:
    """Return the coordinates of rows as they stand, (n, 2); NaN where there are none."""
    cells = [[restored(row[at]) if at < len(row) else "" for row in rows] for at in layout.plan.place]
    if len(cells) == 1:
        x, y, _ = points_of_wkt(cells[0])
    else:
        x, y = (numbers_in(pd.Series(column, dtype="str"))[0] for column in cells)
    return np.column_stack([x, y])
