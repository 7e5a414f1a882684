"""CSV of any length, in blocks: the rows of `geo.read.formats.tables`, without all of them at once.

A block without a quotation mark ends at the end of a line, and pyarrow's parser reads it where its rows are
as wide as the headers and its places are plain numbers. Any other block is read as a table is that is
loaded, row by row: one with quotation marks already here, since only its rows say where it ends.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from geo.contracts import ENTERPRISES, STATIONS
from geo.errors import FileRefused, MissingColumn
from geo.formulas import restored
from geo.read.formats.tables import header_row, known
from geo.read.text import codec_of, stated_codec
from geo.stream.batch import Given, Piece
from geo.stream.block import Block, batch_of_rows
from geo.stream.plan import Kind, plan_of, require_degrees
from geo.stream.rows import Layout, divided, raw_places

_BLOCK_BYTES = 1 << 24
_MOST_BYTES = 1 << 28
_SAMPLE_BYTES = 1 << 18
_HEADER_WITHIN = 10
_DELIMITERS = (",", ";", "\t")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class DelimitedSource:
    """One file of CSV.

    Parameters
    ----------
    path : Path
        The file.
    codec, errors : str
        Of its text.
    layout : Layout
        How its lines are divided, and which cells are read.
    begin : int
        How many characters stand above the first row.
    rows : int
        About how many rows it has.
    """

    path: Path
    codec: str
    errors: str
    layout: Layout
    begin: int
    rows: int
    id_type: pa.DataType | None
    file: int = 0

    def pieces(self) -> Iterator[Piece]:
        """Yield blocks of whole rows.

        Raises
        ------
        FileRefused
            Where the text cannot be decoded or divided.
        """
        texts = _texts(self.path, self.codec, self.errors)
        rest = _skipped(texts, self.begin)
        for text in texts:
            rest += text
            if len(rest) < _BLOCK_BYTES:
                continue
            piece, rest = self._cut(rest)
            if piece is not None:
                yield piece
        if rest:
            yield self._last(rest)

    def _cut(self, text: str) -> tuple[Piece | None, str]:
        """Return a piece of the whole rows at the beginning of a text, and the rest of it."""
        end = max(text.rfind("\n"), -1 if "\n" in text else text.rfind("\r", 0, -1)) + 1
        piece: Piece | None = None
        if '"' in text[:end]:
            rows, end = divided(text[:end], self.layout.delimiter, whole=False)
            piece = Given(self.file, batch_of_rows(rows, self.layout)) if rows else None
        else:
            piece = (
                Block(self.file, text[:end].encode("utf-8", "surrogatepass"), self.layout) if end else None
            )
        if piece is None and len(text) > _MOST_BYTES:
            raise FileRefused(
                f"“{self.path.name}” has a row of more than {_MOST_BYTES / 1e6:,.0f} million characters; "
                "look for a quotation mark that is not closed."
            )
        return piece, text[end:]

    def _last(self, text: str) -> Piece:
        if '"' in text:
            rows, _ = divided(text, self.layout.delimiter, whole=True)
            return Given(self.file, batch_of_rows(rows, self.layout))
        return Block(self.file, text.encode("utf-8", "surrogatepass"), self.layout)


def open_delimited(path: Path, kind: Kind, *, crs: str | None, encoding: str | None) -> DelimitedSource:
    """Open a file of CSV, find its encoding, and look at its first rows.

    The encoding is what a person says, else that of a mark at the beginning, else UTF-8 where the whole file
    is, else GB18030: as for a file that is loaded, at the cost of reading it once more.

    Raises
    ------
    FileRefused
        Where the text cannot be decoded.
    CrsUnknown, MissingColumn
        As `geo.stream.plan.plan_of` does.
    """
    codec, errors = _codec(path, encoding)
    sample = _sample(path, codec, errors)
    contract = ENTERPRISES if kind == "enterprises" else STATIONS
    tables = [_head(sample, delimiter) for delimiter in _DELIMITERS]
    scores = [max((known(row, contract) for row in rows), default=0) for rows, _ in tables]
    chosen = scores.index(max(scores))
    rows, ends = tables[chosen]
    at = header_row(rows, contract)
    if at is None:
        raise MissingColumn(
            f"No row of headers is among the first {_HEADER_WITHIN} rows of “{path.name}”; write the headers "
            "above the data, such as id,lon,lat.",
            kind="points",
        )
    names = tuple(name.strip() for name in rows[at])
    while names and not names[-1]:
        names = names[:-1]
    layout = Layout(_DELIMITERS[chosen], len(names), plan_of(names, kind, crs=crs))
    if crs is None:
        first = [row for row in divided(sample[ends[at] :], layout.delimiter, whole=False)[0] if any(row)]
        require_degrees(raw_places(first[:1000], layout))
    id_type = None if layout.plan.id is None else pa.string()
    return DelimitedSource(path, codec, errors, layout, ends[at], _about(path, sample), id_type)


def _about(path: Path, sample: str) -> int:
    """Return about how many rows a file has, by those of a sample."""
    return path.stat().st_size * max(1, sample.count("\n")) // max(1, len(sample.encode("utf-8", "replace")))


def _codec(path: Path, encoding: str | None) -> tuple[str, str]:
    if encoding:
        codec, errors = stated_codec(encoding)
        return codec, errors
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((codec for mark, codec in _MARKS if start.startswith(mark)), None)
    if marked:
        return marked, "strict"
    try:
        for _ in _decoded(path, "utf-8", "strict"):
            pass
    except UnicodeDecodeError:
        return codec_of("gbk") or "gb18030", "strict"
    return "utf-8", "strict"


def _decoded(path: Path, codec: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    with path.open("rb") as file:
        while data := file.read(_BLOCK_BYTES // 2):
            yield decoder.decode(data)
    yield decoder.decode(b"", True)  # noqa: FBT003 – the decoder takes no keyword


def _texts(path: Path, codec: str, errors: str) -> Iterator[str]:
    """Yield the text of a file, without a mark at its beginning."""
    first = True
    try:
        for text in _decoded(path, codec, errors):
            if "\0" in text:
                raise FileRefused(f"“{path.name}” holds NUL characters: it is no CSV text; save it again.")
            yield text.removeprefix("\ufeff") if first else text
            first = first and not text
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"The text of “{path.name}” is not in {codec.upper()}; say its encoding with --encoding, or save "
            "it as UTF-8.",
            reason="encoding-unknown",
        ) from error


def _sample(path: Path, codec: str, errors: str) -> str:
    text = ""
    for part in _texts(path, codec, errors):
        text += part
        if len(text) >= _SAMPLE_BYTES:
            break
    return text[:_SAMPLE_BYTES]


def _head(sample: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Return the first rows, and how many characters end with each."""
    lines, ends, used = io.StringIO(sample, newline=""), [], 0

    def fed() -> Iterator[str]:
        nonlocal used
        for line in lines:
            used += len(line)
            yield line

    rows: list[list[str]] = []
    try:
        for row in csv.reader(fed(), delimiter=delimiter):
            rows.append([restored(cell) for cell in row])
            ends.append(used)
            if len(rows) == _HEADER_WITHIN:
                break
    except csv.Error:
        return rows, ends  # What is wrong is told when all rows are read.
    return rows, ends


def _skipped(texts: Iterator[str], begin: int) -> str:
    """Return the text after so many characters, up to the end of the part that they end in."""
    while begin:
        part = next(texts, None)
        if part is None:
            return ""
        if len(part) > begin:
            return part[begin:]
        begin -= len(part)
    return ""
