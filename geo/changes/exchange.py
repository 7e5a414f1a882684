"""Exchange: the ground that grids of one state have in common with those of another, piece by piece."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.frames import CRS
from geo.partition.outlines import FloatArray, GeometryArray, IntArray, only_polygons, valid_polygons

NOBODY = -1
"""The position of a grid that is none: ground that was nobody's, or is nobody's any more."""


@dataclass(frozen=True)
class Pieces:
    """The pieces into which two states cut the ground, each with who had it and who has it.

    Parameters
    ----------
    before, after : (n,) int array
        The positions of the grids, `NOBODY` for none; sorted by both.
    area_m2 : (n,) float array
        The area of each piece, above 0.
    shapes : (n,) object array
        Multi-polygons in EPSG:4326.
    areas_before, areas_after : float arrays
        The area in m² of each grid of either state.
    """

    before: IntArray
    after: IntArray
    area_m2: FloatArray
    shapes: GeometryArray
    areas_before: FloatArray
    areas_after: FloatArray


def cut(before: GeometryArray, after: GeometryArray, crs: str) -> Pieces:
    """Cut the ground of two states into pieces.

    For each grid of either state the areas of its pieces add up to its own, where the grids of a state
    do not overlap. Ground on which a state overlaps itself is in several pieces.

    Parameters
    ----------
    before, after : object arrays
        Polygons in EPSG:4326, None for none; invalid ones are made valid by their structure.
    crs : str
        The metric system in which areas are measured.
    """
    one, other = valid_polygons(before), valid_polygons(after)
    i, j = _meeting(one, other)
    common = _polygons(shapely.intersection(one[i], other[j]))
    lost = _rests(one, other, i, j)
    won = _rests(other, one, j, i)
    first = np.concatenate([i, np.arange(len(lost)), np.full(len(won), NOBODY)])
    second = np.concatenate([j, np.full(len(lost), NOBODY), np.arange(len(won))])
    shapes = np.concatenate([common, lost, won])
    areas = _areas(shapes, crs)
    order = np.lexsort((second, first))
    order = order[areas[order] > 0]
    return Pieces(
        first[order],
        second[order],
        areas[order],
        shapes[order],
        _areas(one, crs),
        _areas(other, crs),
    )


def _areas(shapes: GeometryArray, crs: str) -> FloatArray:
    # GeoPandas keeps its transformers; making one takes longer than all the rest for a moved border.
    areas: FloatArray = gpd.GeoSeries(shapes, crs=CRS).to_crs(crs).area.to_numpy()
    return areas


def _meeting(one: GeometryArray, other: GeometryArray) -> tuple[IntArray, IntArray]:
    """Return the pairs of polygons that have a point in common."""
    if not len(one) or not len(other):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    i, j = shapely.STRtree(other).query(one, predicate="intersects")
    return i, j


def _rests(shapes: GeometryArray, others: GeometryArray, row: IntArray, other: IntArray) -> GeometryArray:
    """Return what is left of each polygon without the others that it meets."""
    rests = shapes.copy()
    order = np.argsort(row, kind="stable")
    several, begins = np.unique(row[order], return_index=True)
    for i, part in zip(several.tolist(), np.split(other[order], begins[1:]), strict=False):
        rests[i] = shapely.difference(shapes[i], shapely.union_all(others[part]))
    return _polygons(rests)


def _polygons(geometry: npt.NDArray[Any]) -> GeometryArray:
    """Return the polygons in geometries, without lines and points."""
    result: GeometryArray = np.empty(len(geometry), dtype=object)
    result[:] = [only_polygons(one) for one in geometry]
    return result
