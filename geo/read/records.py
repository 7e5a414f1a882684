"""What a format hands on: headers, cells as text, geometry as it stands in the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import FileRefused
from geo.frames import Refusal
from geo.read.survey import How, LayerFound

GeometryArray = npt.NDArray[np.object_]

MAX_FIELDS = 255
MAX_ROWS = 1_000_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Records:
    """The rows of one file or layer, before anything is known about their meaning.

    Parameters
    ----------
    format : str
        As in `geo.frames.Facts`.
    headers : tuple of str
        The headers as they stand in the file; two may be alike.
    cells : DataFrame
        Text with NaN for missing; column i belongs to header i; the index is named ``row`` and holds
        the row's number in the file, from 1.
    geometry : (n,) object array or None
        shapely geometries in the coordinate system of the file; None for a table.
    crs : str or None
        The coordinate system that the file states, as an authority code or WKT.
    assumed : bool
        Whether ``crs`` is what the format's standard says and not the file itself.
    encoding, layer : str or None
        Where the format leaves them open.
    how : str
        How the encoding is known, as in `geo.read.survey.Encoding`.
    layers : tuple of LayerFound
        The layers or sheets that there are, where the format can have several.
    cut : bool
        Whether headers are cut off at ten bytes.
    refused, remarks : tuple of Refusal
        Rows that the format could not give, and remarks; row 0 is the file as a whole.
    """

    format: str
    headers: tuple[str, ...]
    cells: pd.DataFrame
    geometry: GeometryArray | None = None
    crs: str | None = None
    assumed: bool = False
    encoding: str | None = None
    layer: str | None = None
    how: How = "format"
    layers: tuple[LayerFound, ...] = ()
    cut: bool = False
    refused: tuple[Refusal, ...] = ()
    remarks: tuple[Refusal, ...] = ()


def cells_of(columns: Sequence[Sequence[str | None]], rows: Sequence[int]) -> pd.DataFrame:
    """Return columns of text as a frame whose index holds the row numbers.

    Characters that no database stores (NUL, half a surrogate pair) are replaced by U+FFFD.

    Raises
    ------
    FileRefused
        Where there are more rows or fields than this service reads.
    """
    refuse_excess(len(columns), len(rows))
    index = pd.Index(np.asarray(rows, dtype=np.int64), name="row")
    return pd.DataFrame({i: _text(column, index) for i, column in enumerate(columns)}, index=index)


def refuse_excess(fields: int, rows: int) -> None:
    """Refuse a file with more than 255 fields or a million rows.

    Raises
    ------
    FileRefused
        Where it has.
    """
    if fields > MAX_FIELDS:
        raise FileRefused(
            f"The file has {fields:,} fields, but at most {MAX_FIELDS} are read; "
            "leave out those that are not needed.",
            reason="too-many-fields",
            most=MAX_FIELDS,
            fields=fields,
        )
    if rows > MAX_ROWS:
        raise FileRefused(
            f"The file has {rows:,} rows, but at most {MAX_ROWS:,} are read; divide it.",
            reason="too-many-rows",
            most=MAX_ROWS,
            rows=rows,
        )


def storable(text: str) -> str:
    """Return text with the characters that no database stores replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def _text(values: Sequence[str | None], index: pd.Index) -> "pd.Series[str]":
    if _UNSTORABLE.search("".join(value for value in values if value)):
        values = [storable(value) if value else None for value in values]
    return pd.Series(list(values), index=index, dtype="str")
