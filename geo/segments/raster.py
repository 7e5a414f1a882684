"""The raster of square cells over segments, by which the nearest of them is found."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Numbers: TypeAlias = npt.NDArray[np.int32]
Raster: TypeAlias = tuple[float, float, float, int, int]
"""West, south and the width of a cell in metres; columns and rows."""
Listed: TypeAlias = tuple[Ints, Numbers]
"""Where the list of each cell begins, row by row from the south-west, and the segments."""


def raster_of(start_xy: Floats, end_xy: Floats) -> Raster:
    """Return a raster with about as many cells as there are segments.

    Parameters
    ----------
    start_xy, end_xy : ndarray (s, 2)
        Metres, of at least one segment.
    """
    low = np.minimum(start_xy.min(axis=0), end_xy.min(axis=0))
    size = np.maximum(np.maximum(start_xy.max(axis=0), end_xy.max(axis=0)) - low, 1e-3)
    # Neither cells by the square nor a thin strip's may be many more than there are segments.
    width = float(max(np.sqrt(size.prod() / len(start_xy)), size.max() / len(start_xy)))
    columns, rows = (np.floor(size / width).astype(int) + 1).tolist()
    return float(low[0]), float(low[1]), width, columns, rows
