"""Ragged ranges: several items for each row, laid flat."""

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.integer]
Index = npt.NDArray[np.int64]


def spread(starts: Whole, counts: Whole) -> tuple[Index, Index]:
    """Count up from each start.

    Parameters
    ----------
    starts, counts : ndarray of shape (n,)
        Where the range of each row begins, and how many items it has.

    Returns
    -------
    rows, items : ndarray
        For each item its row, and its number: ``start, start + 1 …``.
    """
    rows = np.repeat(np.arange(len(counts)), counts)
    items = np.arange(len(rows))
    items += np.repeat(starts - offsets(counts)[:-1], counts)
    return rows, items


def offsets(counts: Whole) -> Index:
    """Return where the items of each row begin in the flat array, and its length at the end."""
    flat = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=flat[1:])
    return flat
