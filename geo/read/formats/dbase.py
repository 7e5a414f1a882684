"""dBASE tables: the attributes of a Shapefile, read without GDAL so that each byte can be judged.

Source: dBASE III file structure; the language driver ids as ESRI and FoxPro write them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.errors import FileRefused
from geo.read.records import MAX_FIELDS, MAX_ROWS, refuse_excess

LANGUAGES: Mapping[int, str] = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x13: "cp932", 0x26: "cp866", 0x4D: "gb18030",
    0x4E: "cp949", 0x4F: "cp950", 0x58: "cp1252", 0x59: "cp1252", 0x64: "cp852", 0x65: "cp866",
    0x78: "cp950", 0x79: "cp949", 0x7A: "gb18030", 0x7B: "cp932", 0x7D: "cp1255", 0x7E: "cp1256",
    0xC8: "cp1250", 0xC9: "cp1251", 0xCA: "cp1254", 0xCB: "cp1253",
}  # fmt: skip
"""Language driver id → encoding. 0 and 0x57 ("the system's own") say nothing."""

_HEADER = 32
_END_OF_FIELDS = 0x0D
_DELETED = ord("*")
_TEXT = ord("C")
_NUMERIC = b"NFOIB+"
_BINARY = b"IOB+@GPM"
_TRAILING_ZEROS = re.compile(r"\.0*$")


@dataclass(frozen=True)
class Field:
    """One field: its name's bytes, its type's letter, where it begins in a record, and its width."""

    name: bytes
    type: int
    start: int
    width: int


@dataclass(frozen=True)
class Table:
    """A dBASE table as it stands in the file.

    ``records`` is an (n, length) array of bytes, ``deleted`` an (n,) mask; ``language`` the id that
    stands for the encoding, 0 for none.
    """

    fields: tuple[Field, ...]
    records: npt.NDArray[np.uint8]
    deleted: npt.NDArray[np.bool_]
    language: int

    def decodes(self, codec: str) -> bool:
        """Tell whether all names and text are in an encoding, strictly.

        A character that is cut off at the end of a full field is allowed: that is how dBASE cuts.
        """
        names = [(field.name, len(field.name) >= 9) for field in self.fields]
        texts = [
            (cell, len(cell) >= field.width - 3)
            for field in self.fields
            if field.type == _TEXT
            for cell in np.unique(self._raw(field)).tolist()
        ]
        return all(_decodes(raw, codec, cut=cut) for raw, cut in names + texts)

    def texts(self, codec: str, errors: str) -> list[str]:
        """Return the different values beyond ASCII, decoded; raise UnicodeDecodeError where one is not."""
        raw = [field.name for field in self.fields]
        for field in self.fields:
            raw += np.unique(self._raw(field)).tolist() if field.type == _TEXT else []
        return [one.split(b"\0")[0].decode(codec, errors) for one in raw if not one.isascii()]

    def names(self, codec: str) -> list[str]:
        """Return the names of the fields; a character that is cut off becomes U+FFFD."""
        return [field.name.decode(codec, "replace") for field in self.fields]

    def column(self, field: Field, codec: str) -> list[str | None]:
        """Return the text of one field by record, None where it is blank or cannot be shown."""
        if field.type in _BINARY:
            return [None] * len(self.records)
        if field.type == _TEXT:
            return [_text(raw, codec) for raw in self._raw(field).tolist()]
        cells = [raw.decode("ascii", "replace").strip() for raw in self._raw(field).tolist()]
        return [_figure(c) if field.type in _NUMERIC else c or None for c in cells]

    def _raw(self, field: Field) -> npt.NDArray[np.bytes_]:
        part = np.ascontiguousarray(self.records[:, field.start : field.start + field.width])
        return part.view(f"S{field.width}").reshape(len(part))


def read_dbase(data: bytes) -> Table:
    """Read the structure of a dBASE file; a file that ends early gives the records that are whole.

    Raises
    ------
    FileRefused
        Where the header is none, or there are more fields or rows than are read.
    """
    if len(data) < _HEADER + 1:
        raise _damaged("it is too short")
    count = int.from_bytes(data[4:8], "little")
    start = int.from_bytes(data[8:10], "little")
    length = int.from_bytes(data[10:12], "little")
    if length < 1 or start < _HEADER:
        raise _damaged("its header holds no lengths")
    fields = _fields(data[_HEADER:start], length)
    refuse_excess(len(fields), min(count, MAX_ROWS + 1))
    whole = max(0, min(count, (len(data) - start) // length))
    body = np.frombuffer(data, np.uint8, count=whole * length, offset=min(start, len(data)))
    records = body.reshape(whole, length)
    return Table(fields, records, records[:, 0] == _DELETED, data[29])


def _fields(header: bytes, length: int) -> tuple[Field, ...]:
    fields: list[Field] = []
    begin = 1
    for at in range(0, len(header) - _HEADER + 1, _HEADER):
        entry = header[at : at + _HEADER]
        if entry[0] == _END_OF_FIELDS or len(fields) > MAX_FIELDS:
            break
        width = entry[16]
        if begin + width > length:
            raise _damaged("its fields are wider than its records")
        if width:
            fields.append(Field(entry[:11].split(b"\0")[0], entry[11], begin, width))
        begin += width
    return tuple(fields)


def _decodes(raw: bytes, codec: str, *, cut: bool) -> bool:
    text = raw.rstrip(b" \0")
    try:
        text.decode(codec)
    except UnicodeDecodeError as error:
        return cut and error.end == len(text) and error.start >= len(text) - 3
    return True


def _text(raw: bytes, codec: str) -> str | None:
    return raw.split(b"\0")[0].decode(codec, "replace").strip() or None


def _figure(text: str) -> str | None:
    if not text or text.startswith("*"):
        return None
    if "e" in text.casefold():
        try:
            return repr(float(text))
        except ValueError:
            return text  # The reader of values says what is wrong with it.
    return _TRAILING_ZEROS.sub("", text)


def _damaged(reason: str) -> FileRefused:
    return FileRefused(
        f"The .dbf of the Shapefile is damaged: {reason}; export the layer again.", reason="dbf-damaged"
    )
