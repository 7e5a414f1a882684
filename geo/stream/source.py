"""Sources: what is named on the command line, opened by what it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from geo.errors import FileRefused
from geo.frames import Progress, no_progress
from geo.stream import geopackage, parquet
from geo.stream.batch import Piece
from geo.stream.delimited import open_delimited
from geo.stream.geopackage import open_geopackage
from geo.stream.parquet import ParquetSource, open_parquet
from geo.stream.plan import Kind
from geo.stream.workbook import open_whole

_TEXTS = (".csv", ".txt", ".tsv")
_BEGINNING = 4096


class Part(Protocol):
    """One file of a source."""

    @property
    def id_type(self) -> pa.DataType | None:
        """The type of its ids as they are written, None where it has none."""
        ...

    @property
    def rows(self) -> int:
        """About how many rows it has."""
        ...

    def pieces(self) -> Iterator[Piece]:
        """Yield its rows in pieces, in their order."""
        ...


@dataclass(frozen=True, eq=False)
class Source:
    """Files of points that are read one after the other.

    Parameters
    ----------
    names : tuple of str
        Theirs, as they are told.
    parts : tuple of Part
        The files.
    """

    names: tuple[str, ...]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """About how many rows there are."""
        return sum(part.rows for part in self.parts)

    @property
    def id_type(self) -> pa.DataType:
        """The type of the ids as they are written; the rows' numbers where there are none."""
        return self.parts[0].id_type or pa.int64()

    def pieces(self) -> Iterator[Piece]:
        """Yield all rows in pieces, in their order."""
        for part in self.parts:
            yield from part.pieces()


def open_source(
    path: Path,
    kind: Kind,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    on_progress: Progress = no_progress,
) -> Source:
    """Open a file of points, or a folder of Parquet files.

    Parameters
    ----------
    path : Path
        Parquet, CSV, a GeoPackage, Excel, or another format of `geo.read.door`.
    kind : {"enterprises", "points"}
        What the rows are.
    crs, encoding : str, optional
        What a person says; goes before what the file says.
    on_progress : Progress
        Told how far the reading is of what is read whole.

    Raises
    ------
    FileRefused
        Where it is damaged, too large for its format, or of none that is read.
    CrsUnknown, MissingColumn
        Where its system, or a column for the place, is missing.
    """
    try:
        if path.is_dir():
            return _folder(path, kind, crs)
        with path.open("rb") as file:
            start = file.read(_BEGINNING)
        part: Part
        if start.startswith(parquet.MAGIC):
            part = open_parquet(path, kind, crs=crs)
        elif start.startswith(geopackage.MAGIC):
            part = open_geopackage(path, kind, crs=crs)
        elif path.suffix.lower() in _TEXTS and not start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
            (b"{", b"<")
        ):
            part = open_delimited(path, kind, crs=crs, encoding=encoding)
        else:
            part = open_whole(path, kind, crs=crs, encoding=encoding, on_progress=on_progress)
        return Source((path.name,), (part,))
    except OSError as error:
        raise FileRefused(f"“{path.name}” cannot be opened: {error.strerror or error}.") from error


def _folder(path: Path, kind: Kind, crs: str | None) -> Source:
    files = sorted(one for one in path.rglob("*.parquet") if _counts(one.relative_to(path)))
    if not files:
        raise FileRefused(
            f"The folder “{path.name}” has no file that ends in .parquet; name one file of another format."
        )
    parts = [open_parquet(one, kind, crs=crs, file=number) for number, one in enumerate(files)]
    _require_same(parts)
    names = tuple(one.relative_to(path).as_posix() for one in files)
    return Source(names, tuple(parts))


def _counts(path: Path) -> bool:
    """Tell whether a file is one of data: those that begin with a dot or a line are of programs."""
    return not any(part.startswith((".", "_")) for part in path.parts)


def _require_same(parts: Sequence[ParquetSource]) -> None:
    first = parts[0]
    for part in parts[1:]:
        if part.id_type != first.id_type:
            raise FileRefused(
                f"The ids of “{part.path.name}” are {part.id_type or 'missing'}, and those of "
                f"“{first.path.name}” {first.id_type or 'missing'}; write them alike.",
            )
