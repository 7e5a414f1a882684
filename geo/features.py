"""Frames → GeoJSON text for maps: rounded, simplified with shared edges kept shared."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

DECIMALS = 6
"""Six decimals of a degree are 0.1 m; less than a map of zoom 19 shows."""

DRAWN = 9
"""Decimals of what comes back from a map when it was drawn on: 0.1 mm."""


def feature_collection(
    frame: gpd.GeoDataFrame, properties: Sequence[Mapping[str, Any]], *, decimals: int = DECIMALS
) -> bytes:
    """Return a GeoJSON FeatureCollection (RFC 7946) in UTF-8.

    Parameters
    ----------
    frame : GeoDataFrame
        Geometry in EPSG:4326; rows without one are written with a null geometry.
    properties : sequence of mapping
        One for each row.
    decimals : int
        Of a degree; what is to be drawn on is handed out with `DRAWN`.
    """
    shapes = shapely.to_geojson(rounded(frame.geometry.to_numpy(), decimals))
    features = [
        f'{{"type":"Feature","properties":{_text(row)},"geometry":{shape or "null"}}}'
        for row, shape in zip(properties, shapes, strict=True)
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def rounded(shapes: Any, decimals: int = DECIMALS) -> Any:
    """Round coordinates for display; equal coordinates stay equal, so that shared edges stay shared."""
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    result = np.array(shapes, dtype=object)
    if present.any():
        result[present] = shapely.transform(result[present], lambda xy: np.round(xy, decimals))
    return result


def simplified(frame: gpd.GeoDataFrame, *, tolerance_m: float) -> gpd.GeoDataFrame:
    """Simplify polygons for display, shared edges alike (Visvalingam–Whyatt, GEOS's coverage simplifier).

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons in EPSG:4326.
    tolerance_m : float
        About the size of what may vanish, in metres.
    """
    shapes = frame.geometry.to_numpy()
    present = np.array([shape is not None for shape in shapes], dtype=bool)
    result = np.array(shapes, dtype=object)
    if present.any():
        result[present] = shapely.coverage_simplify(result[present], tolerance_m / 111_320)
    return frame.set_geometry(gpd.GeoSeries(result, index=frame.index, crs=frame.crs))


def _text(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
