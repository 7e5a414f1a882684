"""Numbers: a column of coordinates of any type, as floats and where they cannot be read."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from geo.index.raster import Floats
from geo.index.sides import Flags
from geo.read.geometry.angles import angles


def numbers_of(column: pa.ChunkedArray | pa.Array) -> tuple[Floats, Flags]:
    """Return a column as float64, NaN for missing, and which cells say something that is no number.

    Text is read as in a table that is loaded (`geo.read.geometry.angles.angles`).
    """
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        filled = pc.fill_null(column.cast(pa.float64()), float("nan"))
        values: Floats = np.asarray(filled.to_numpy(), dtype=np.float64)
        return values, np.isinf(values)
    text = pd.Series(column.cast(pa.string()).to_pylist(), dtype="str")
    return numbers_in(text)


def numbers_in(text: "pd.Series[str]") -> tuple[Floats, Flags]:
    """Return the same of text."""
    read, bad = angles(text)
    values: Floats = np.asarray(read, dtype=np.float64)
    return values, bad
