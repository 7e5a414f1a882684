"""Taking: the rows of a run that are taken, the refused ones left out."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geo.frames import Refusal
from geo.index.sides import Flags
from geo.stream.batch import LISTED, Batch, without
from geo.stream.placing import Placed


def taken(rows: int, ids: pa.Array | None, found: Placed, refused: tuple[Refusal, ...], also: Flags) -> Batch:
    """Return the batch of some rows.

    Parameters
    ----------
    rows : int
        How many there are.
    ids : pyarrow.Array or None
        Theirs.
    found : Placed
        Their places, with those refused.
    refused : tuple of Refusal
        Others that are refused, for another reason.
    also : ndarray of bool
        Which these are.
    """
    bad = found.bad | also
    kept = without(bad)
    every = tuple(sorted((*found.refused, *refused), key=lambda one: one.row))[:LISTED]
    if kept is None:
        return Batch(rows, None, ids, found.x, found.y)
    return Batch(
        rows, kept, _some(ids, kept), found.x[kept], found.y[kept], every, int(np.count_nonzero(bad))
    )


def _some(ids: pa.Array | None, kept: npt.NDArray[np.int64]) -> pa.Array | None:
    return None if ids is None else ids.take(pa.array(kept))
