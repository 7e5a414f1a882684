"""Reference: what is trusted of a place, made ready for layers to be compared with it."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import STRtree

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shapes:
    """The polygons of a layer as far as they are compared: one row for each.

    ``code`` and ``name`` are text or None, ``middle`` (n, 2) degrees, ``outline`` geometries in any numbers,
    and ``to_metres`` the (2, 2) matrix that turns such numbers into metres.
    """

    code: npt.NDArray[np.object_]
    name: npt.NDArray[np.object_]
    middle: FloatArray
    outline: npt.NDArray[np.object_]
    to_metres: FloatArray


@dataclass(frozen=True)
class Reference:
    """What is trusted, made ready to be compared with: polygons, and edges as a tree in metres."""

    shapes: tuple[Shapes, ...]
    edges: STRtree | None
    origin: FloatArray


def metres(lonlat: FloatArray, origin: FloatArray) -> FloatArray:
    """Return metres east and north of an origin, on the ellipsoid at its latitude; for some kilometres."""
    result: FloatArray = (lonlat - origin) * _degree_m(origin)
    return result


def _degree_m(origin: FloatArray) -> FloatArray:
    """Return the metres in a degree to the east and to the north."""
    sine = np.sin(np.radians(origin[1]))
    curve = 1 - 0.00669438 * sine * sine
    parallel = 6378137.0 / np.sqrt(curve) * np.cos(np.radians(origin[1]))
    meridian = 6378137.0 * (1 - 0.00669438) / curve**1.5
    scale: FloatArray = np.radians(np.array([parallel, meridian]))
    return scale


def refer(
    layers: Sequence[gpd.GeoDataFrame], streets: gpd.GeoDataFrame | None, origin: FloatArray
) -> Reference:
    """Make what is trusted ready to be compared with.

    Parameters
    ----------
    layers : sequence of GeoDataFrame
        Polygons in EPSG:4326 with ``code`` and ``name``; those that are to be matched first stand first.
    streets : GeoDataFrame, optional
        Lines in EPSG:4326.
    origin : (2,) float array
        Longitude and latitude of the middle.
    """
    scale = np.diag(_degree_m(origin))
    edges = [shapely.boundary(layer.geometry.to_numpy()) for layer in layers]
    edges += [] if streets is None else [streets.geometry.to_numpy()]
    lines = np.concatenate(edges) if edges else np.empty(0, dtype=object)
    lines = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
    flat = shapely.transform(lines, lambda xy: metres(xy, origin))
    whole = (layer[~(layer.geometry.isna() | layer.geometry.is_empty)] for layer in layers)
    shapes = tuple(
        shapes_of(one, shapely.get_coordinates(shapely.centroid(one.geometry.to_numpy())), scale)
        for one in whole
    )
    return Reference(shapes, STRtree(flat) if len(flat) else None, origin)


def shapes_of(layer: gpd.GeoDataFrame, middle: FloatArray, to_metres: FloatArray) -> Shapes:
    """Return the polygons of a layer, all of them there, as far as they are compared."""
    return Shapes(_texts(layer, "code"), _texts(layer, "name"), middle, layer.geometry.to_numpy(), to_metres)


def _texts(layer: gpd.GeoDataFrame, column: str) -> npt.NDArray[np.object_]:
    if column not in layer:
        return np.full(len(layer), None, dtype=object)
    return np.array([None if pd.isna(value) else str(value) for value in layer[column]], dtype=object)


def sizes(shapes: Shapes) -> FloatArray:
    """Return the square root of the area, and the perimeter, in metres, (n, 2)."""
    flat = shapely.transform(shapes.outline, lambda xy: xy @ shapes.to_metres.T)
    return np.column_stack((np.sqrt(shapely.area(flat)), shapely.length(flat)))
