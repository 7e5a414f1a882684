"""Workbooks and all other formats of the door: read whole, in the sandbox."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely

from geo.frames import Progress, Reading, Said, no_progress
from geo.read.door import read_file
from geo.stream.batch import Batch, Given, Piece
from geo.stream.plan import Kind

_KINDS = {"enterprises": "enterprises", "points": "stations"}


@dataclass(frozen=True, eq=False)
class WholeSource:
    """A file that was read through the door."""

    batch: Batch
    id_type: pa.DataType | None
    file: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return self.batch.rows

    def pieces(self) -> Iterator[Piece]:
        """Yield its rows."""
        yield Given(self.file, self.batch)


def open_whole(
    path: Path,
    kind: Kind,
    *,
    crs: str | None,
    encoding: str | None,
    on_progress: Progress = no_progress,
) -> WholeSource:
    """Read a file in the sandbox.

    Rows that have an id of an earlier one are kept, as elsewhere. A row whose id is blank has the one that
    it would get when it is loaded (`geo.read.columns.identity`).

    Raises
    ------
    InputError
        As `geo.read.door.read_file` does.
    """
    said = Said(crs=crs, encoding=encoding)
    reading = read_file(path, _KINDS[kind], said=said, keep_invalid=True, on_progress=on_progress)
    frame = reading.frame
    shapes = frame.geometry.to_numpy()
    kept = frame.index.to_numpy(dtype=np.int64) - 1
    rows = max([*kept.tolist()[-1:], *(one.row - 1 for one in reading.refused)], default=-1) + 1
    ids = _ids(reading, kind)
    batch = Batch(
        rows,
        kept,
        ids,
        shapely.get_x(shapes),
        shapely.get_y(shapes),
        reading.refused,
        len(reading.refused),
    )
    return WholeSource(batch, None if ids is None else pa.string())


def _ids(reading: Reading, kind: Kind) -> pa.Array | None:
    """Return the ids that the file gives; where its rows have none, their numbers stand in."""
    columns = reading.facts.columns
    if "source_id" in columns:
        name = "source_id"
    elif kind == "enterprises" and "credit_code" in columns:
        name = "credit_code"
    else:
        return None
    return pa.array(reading.frame[name], pa.string(), from_pandas=True)
