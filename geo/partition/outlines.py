"""Outlines: the polygons of a partition, made ready to be compared and measured."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from threading import get_ident

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geo.frames import CRS
from geo.read.geometry.shapes import without_empty_rings

GeometryArray = npt.NDArray[np.object_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

METRES_PER_DEGREE = 111_700.0
"""Of latitude at the poles, where a degree is longest: a distance is never taken for less than it is."""

_EMPTY = shapely.MultiPolygon()


@dataclass(frozen=True)
class Outlines:
    """The polygons of one partition, made ready to be compared.

    Parameters
    ----------
    names : tuple of str
        A code or ``row 7`` for each.
    shapes : (n,) object array
        Valid polygons or multi-polygons in EPSG:4326, empty where there is nothing; those that were
        valid and not missing keep every bit.
    transformer : Transformer
        To a metric system, in which areas and lengths are measured.
    noun : str
        What the rows are, for sentences.
    """

    names: tuple[str, ...]
    shapes: GeometryArray
    transformer: Transformer
    noun: str = "grid"

    def metric(self, geometry: GeometryArray) -> GeometryArray:
        """Return geometries in metres."""
        moved: GeometryArray = shapely.transform(
            geometry, lambda xy: np.column_stack(self.transformer.transform(xy[:, 0], xy[:, 1]))
        )
        return moved

    def areas(self, geometry: GeometryArray) -> FloatArray:
        """Return areas in m²."""
        areas: FloatArray = shapely.area(self.metric(geometry))
        return areas

    def named(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Return the names of rows, sorted."""
        return tuple(sorted(self.names[row] for row in rows))

    def called(self, rows: Sequence[int]) -> str:
        """Name rows at the beginning of a sentence: “Grid A”, “Grids A and B”."""
        noun = self.noun.capitalize() + ("s" if len(rows) > 1 else "")
        return f"{noun} {' and '.join(self.named(rows)[:4])}"


def make_outlines(names: Sequence[str], geometry: GeometryArray, crs: str, noun: str = "grid") -> Outlines:
    """Make polygons valid by the structure method, so that they can be compared."""
    return Outlines(tuple(names), valid_polygons(geometry), _transformer(crs, get_ident()), noun)


@cache
def _transformer(crs: str, thread: int) -> Transformer:
    """Return a transformer to a metric system; making one takes as long as checking a hundred grids."""
    return Transformer.from_crs(CRS, crs, always_xy=True)


def valid_polygons(geometry: GeometryArray) -> GeometryArray:
    """Return valid polygons of two dimensions, of the area of each; what is so already keeps every bit.

    The structure method of GEOS first makes rings valid, then joins shells and cuts out holes, as the
    person who drew them meant; parts of no area are left out. What is no polygon, or has a vertex that
    is not a number, becomes empty. Rings without a vertex are left out.
    """
    shapes = without_empty_rings(geometry)
    shapes[~are_polygons(shapes) | shapely.is_empty(shapes)] = _EMPTY
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    shapes[high] = shapely.force_2d(shapes[high])
    bad = np.flatnonzero(~_are_valid(shapes))
    for row in bad.tolist():
        finite = np.isfinite(shapely.get_coordinates(shapes[row])).all()
        shapes[row] = only_polygons(shapely.make_valid(shapes[row], method="structure")) if finite else _EMPTY
    return shapes


def _are_valid(shapes: GeometryArray) -> BoolArray:
    """Tell which geometries are valid, half of them in a thread beside: GEOS lets other threads run."""
    middle = len(shapes) // 2
    with ThreadPoolExecutor(1) as beside:
        others = beside.submit(shapely.is_valid, shapes[middle:])
        return np.concatenate((shapely.is_valid(shapes[:middle]), others.result()))


def are_polygons(geometry: GeometryArray) -> BoolArray:
    """Tell which geometries are polygons or multi-polygons; a missing one is not."""
    kinds = shapely.get_type_id(geometry)
    return np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))


def only_polygons(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons in a geometry, without its lines and points."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.MultiPolygon(polygons[~shapely.is_empty(polygons)].tolist())


def alike(shapes: GeometryArray) -> IntArray:
    """Return the polygons that share their bounds and number of vertices with another; few, and quickly."""
    keys = np.column_stack((shapely.bounds(shapes), shapely.get_num_coordinates(shapes)))
    order = np.lexsort(keys.T)
    same = (keys[order[1:]] == keys[order[:-1]]).all(axis=1)
    found: IntArray = np.unique(np.concatenate((order[1:][same], order[:-1][same])))
    return found


def place(geometry: shapely.Geometry) -> tuple[float, float] | None:
    """Return longitude and latitude of a point in a geometry; in full, since it may be very thin."""
    if shapely.is_empty(geometry) or shapely.is_missing(geometry):
        return None
    point = shapely.point_on_surface(geometry)
    return (point.x, point.y)


def plane(geometry: GeometryArray) -> GeometryArray:
    """Return geometries in a plane of metres, where what is straight in degrees stays straight.

    Each is stretched by its own latitude, which is good for lengths of some kilometres, and never short.
    """
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    bounds = shapely.bounds(geometry)
    stretch = np.cos(np.radians((bounds[:, 1] + bounds[:, 3]) / 2))
    flat = np.column_stack((xy[:, 0] * stretch[owner], xy[:, 1])) * METRES_PER_DEGREE
    stretched: GeometryArray = shapely.set_coordinates(geometry.copy(), flat)
    return stretched


def are_narrow(geometry: GeometryArray, width_m: float) -> BoolArray:
    """Tell which polygons hold no circle of a diameter: whether nothing is left of them shrunk by half of it.

    Parameters
    ----------
    geometry : (n,) object array
        Polygons in EPSG:4326.
    width_m : float
        A hundredth less is asked for, since GEOS simplifies an outline before it shrinks it.
    """
    shrunk = shapely.buffer(plane(geometry), -0.495 * width_m)
    narrow: BoolArray = shapely.is_empty(shrunk)
    return narrow
