"""dBASE tables: the attributes of a Shapefile, so that no name and no text is cut within a character.

Source: dBASE III file structure; the language driver id of GBK as ESRI writes it.
"""

import codecs
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime

from geo.frames import Refusal
from geo.write.cells import changed
from geo.write.form import Field

_NAME_BYTES = 10
_TEXT_BYTES = 254
_INTEGER_BYTES = 11
_NUMBER_BYTES = 24
_GBK_ID = 0x4D


def fitted(fields: Sequence[Field], codec: str) -> tuple[tuple[Field, ...], tuple[Refusal, ...]]:
    """Return fields whose texts fit into 254 bytes, cut by whole characters, and a warning if any was."""
    return changed(
        fields,
        lambda text: cut(text, codec, _TEXT_BYTES),
        lambda count, first: Refusal(
            0,
            "text-cut",
            f"{count} texts are longer than the {_TEXT_BYTES} bytes of a Shapefile and were cut; the first "
            f"is “{first[:40]}…”. A GeoPackage holds them whole.",
            {"count": count, "first": first[:200]},
        ),
    )


def cut(text: str, codec: str, limit: int) -> str:
    """Return as many whole characters as fit into a number of bytes.

    Examples
    --------
    >>> cut("网格编码", "gb18030", 7), cut("网格编码", "utf-8", 10)
    ('网格编', '网格编')
    """
    raw = text.encode(codec)
    return text if len(raw) <= limit else codecs.getincrementaldecoder(codec)().decode(raw[:limit])


def names(headers: Sequence[str], codec: str) -> list[str]:
    """Return names of at most ten bytes, no two alike; a double gets a number at its end.

    Examples
    --------
    >>> names(["registered_address", "registered_on", "统一社会信用代码"], "gb18030")
    ['registered', 'register_1', '统一社会信']
    """
    found: list[str] = []
    for header in headers:
        name, number = cut(header, codec, _NAME_BYTES), 0
        while name.casefold() in (one.casefold() for one in found):
            number += 1
            name = cut(header, codec, _NAME_BYTES - 1 - len(str(number))) + f"_{number}"
        found.append(name)
    return found


def write_dbase(fields: Sequence[Field], codec: str, *, rows: int, written: datetime) -> bytes:
    """Return a dBASE III table.

    Parameters
    ----------
    fields : sequence of Field
        As `fitted` returns them.
    codec : str
        ``utf-8``, which has no language id, or ``gb18030``.
    rows : int
        How many records.
    written : datetime
        Whose day stands in the header.
    """
    cells = [_cells(one, codec) for one in fields]
    widths = [_width(one, column) for one, column in zip(fields, cells, strict=True)]
    header = bytearray(32)
    size = 32 + 32 * len(fields) + 1
    day = (written.year - 1900, written.month, written.day)
    struct.pack_into("<4BIHH", header, 0, 3, *day, rows, size, 1 + sum(widths))
    header[29] = _GBK_ID if codec == "gb18030" else 0
    described = [
        struct.pack("<11sc4xBB14x", name.encode(codec), _letter(one), width, 0)
        for name, one, width in zip(names([f.header for f in fields], codec), fields, widths, strict=True)
    ]
    padded = [
        _padded(column, width, one.kind == "text")
        for one, column, width in zip(fields, cells, widths, strict=True)
    ]
    records = [b" " * rows] if not fields else [b" " + b"".join(row) for row in zip(*padded, strict=True)]
    return b"".join([bytes(header), *described, b"\r", *records, b"\x1a"])


def _cells(field: Field, codec: str) -> list[bytes]:
    if field.kind == "text":
        return [b"" if value is None else value.encode(codec) for value in field.values]
    return [b"" if value is None else repr(value).encode("ascii") for value in field.values]


def _letter(field: Field) -> bytes:
    return {"text": b"C", "integer": b"N", "number": b"F"}[field.kind]


def _width(field: Field, cells: Sequence[bytes]) -> int:
    if field.kind == "text":
        return max(1, max(map(len, cells), default=1))
    return _INTEGER_BYTES if field.kind == "integer" else _NUMBER_BYTES


def _padded(cells: Sequence[bytes], width: int, left: bool) -> Iterator[bytes]:  # noqa: FBT001
    return (cell.ljust(width) if left else cell.rjust(width) for cell in cells)
