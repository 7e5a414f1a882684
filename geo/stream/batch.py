"""Batches: what a run of rows becomes, before and after its points are assigned."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.frames import Refusal
from geo.index.raster import Cells, Floats
from geo.index.sides import Flags

LISTED = 1_000
"""So many refused rows of a run are told one by one; all are counted."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Some rows that follow one another in a file.

    Parameters
    ----------
    rows : int
        How many there are in the file, those refused and blank among them.
    kept : ndarray of int64 or None
        The places of the rows that were taken among these, from 0; None for all of them.
    ids : pyarrow.Array or None
        The ids of those taken; None where the file has none, and the row's number stands in.
    x, y : ndarray of float64
        Longitude and latitude of those taken in EPSG:4326, NaN where there is no location.
    refused : tuple of Refusal
        Rows that were not taken, `LISTED` at most; ``row`` counts from 1 within these rows.
    lost : int
        How many were not taken.
    """

    rows: int
    kept: npt.NDArray[np.int64] | None
    ids: pa.Array | None
    x: Floats
    y: Floats
    refused: tuple[Refusal, ...] = ()
    lost: int = 0


class Piece(Protocol):
    """A run of rows that can be read anywhere: here, in a thread, on another machine."""

    @property
    def file(self) -> int:
        """Which file of the source it belongs to."""
        ...

    def read(self) -> Batch:
        """Read the rows."""
        ...


@dataclass(frozen=True, eq=False)
class Given:
    """A piece that was read already."""

    file: int
    batch: Batch

    def read(self) -> Batch:
        """Return the rows."""
        return self.batch


@dataclass(frozen=True, eq=False)
class Outcome:
    """What became of a piece.

    Parameters
    ----------
    file : int
        Which file of the source it belongs to.
    batch : Batch
        The rows; ``x`` and ``y`` are empty where nobody asked to keep them.
    first : ndarray of int32
        The position of each point's grid, −1 for none.
    rule : ndarray of int8
        The rule that decided, as its position in `geo.assignment.rule.RULES`.
    """

    file: int
    batch: Batch
    first: Cells
    rule: npt.NDArray[np.int8]


def without(flags: Flags) -> npt.NDArray[np.int64] | None:
    """Return the places of the rows that are not marked, None where none is."""
    return np.flatnonzero(~flags) if flags.any() else None
