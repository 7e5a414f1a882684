"""Street drawings small enough to check by hand, in degrees that count as metres."""

import geopandas as gpd
import pandas as pd
from shapely.geometry import LineString

PLANE = "EPSG:4326"
"""Projecting to the system of the input keeps its numbers: a drawing's unit is the metre."""


def draw(*lines: list[tuple[float, float]], **columns: list[object]) -> gpd.GeoDataFrame:
    n = len(lines)
    words = {name: columns.get(name, [None] * n) for name in ("walk", "ebike", "drive", "oneway")}
    frame = gpd.GeoDataFrame(
        {name: pd.array(cells, dtype="str") for name, cells in words.items()},
        geometry=[LineString(line) for line in lines],
        crs="EPSG:4326",
        index=pd.RangeIndex(1, n + 1, name="row"),
    )
    return frame.assign(layer=pd.array(columns.get("layer", [None] * n), dtype="Int64"))
