"""Frames as bytes: GeoParquet, in which every bit of every coordinate and cell stays as it is."""

from io import BytesIO
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd


def pack(frame: gpd.GeoDataFrame) -> bytes:
    """Return a frame of a contract as GeoParquet."""
    target = BytesIO()
    frame.to_parquet(target, index=True, compression="zstd")
    return target.getvalue()


def unpack(body: bytes) -> gpd.GeoDataFrame:
    """Return the frame that `pack` was given; lists are Python lists again."""
    frame = gpd.read_parquet(BytesIO(body))
    for name in frame.columns.drop("geometry"):
        if frame[name].dtype == object:
            cells = np.empty(len(frame), dtype=object)
            cells[:] = [_plain(cell) for cell in frame[name]]
            frame[name] = pd.Series(cells, index=frame.index, dtype=object)
    return frame


def _plain(cell: Any) -> Any:
    if isinstance(cell, np.ndarray):
        return cell.tolist()
    # Of a date that is missing pandas makes what it likes; the contract says None.
    return None if pd.isna(cell) else cell
