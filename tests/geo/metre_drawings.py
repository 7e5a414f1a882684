"""Drawings that count in hundred-thousandths of a degree: a square of 100 has some 10,600 m²."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

CRS = "EPSG:4544"
# About a metre to the north; a little less to the east.
ORIGIN, STEP = np.array([104.0, 30.5]), 1e-5


def at(x: float, y: float) -> tuple[float, float]:
    lon, lat = ORIGIN + np.array([x, y]) * STEP
    return float(lon), float(lat)


def polygon(*corners: tuple[float, float]) -> shapely.Polygon:
    return shapely.Polygon([at(*corner) for corner in corners])


def box(x: float, y: float, right: float, top: float) -> shapely.Polygon:
    return polygon((x, y), (right, y), (right, top), (x, top), (x, y))


def grids(
    *shapes: Any, codes: list[str | None] | None = None, **columns: list[str | None]
) -> gpd.GeoDataFrame:
    names = codes or [f"G{i}" for i in range(len(shapes))]
    index = pd.RangeIndex(1, len(shapes) + 1, name="row")
    table = pd.DataFrame({"code": names, **columns}, index=index, dtype="str")
    return gpd.GeoDataFrame(table, geometry=list(shapes), crs=4326)
