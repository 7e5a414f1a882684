"""Contours: what is within a limit of a field of times, as the polygons of many fields at once."""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

from geo.streets.network import Floats, Ints

Geometries: TypeAlias = npt.NDArray[Any]

_NEAR = 1e-9
"""Minutes off the limit below which a contour may pass through a point of the lattice itself."""


class Outline(NamedTuple):
    """The rings about what is within a limit.

    Parameters
    ----------
    points : ndarray (n, 2)
        Their vertices in metres, one ring after the other, outer rings before their holes.
    rings : ndarray (r + 1,)
        Where each ring begins among the points.
    polygons : ndarray (p + 1,)
        Where each polygon begins among the rings.
    touching : bool
        Whether rings may touch, since points of the lattice lie on the limit.
    """

    points: Floats
    rings: Ints
    polygons: Ints
    touching: bool


def outline(x: Floats, y: Floats, minutes: Floats, limit: float, band: float) -> Outline:
    """Return the rings about what is within a limit, by linear interpolation (marching squares, contourpy).

    Parameters
    ----------
    x, y : ndarray (rows, columns)
        Where the points of the lattice lie, in metres; views of broadcast axes will do.
    minutes : ndarray (rows, columns)
        Their times, held to `limit` ± ``band`` already.
    limit, band : float
        Minutes.
    """
    # The class itself, since the function before it wraps each field in masked arrays, which takes longer.
    drawn = SerialContourGenerator(
        x,
        y,
        minutes,
        None,  # type: ignore[arg-type]  # the library's own word for no mask
        corner_mask=False,
        line_type=LineType.Separate,
        fill_type=FillType.ChunkCombinedOffsetOffset,
        quad_as_tri=False,
        z_interp=ZInterp.Linear,
    )
    filled: Any = drawn.filled(limit - 2 * band, limit)
    (points,), (rings,), (polygons,) = filled
    if points is None:
        return Outline(np.empty((0, 2)), np.zeros(1, np.int64), np.zeros(1, np.int64), touching=False)
    touching = bool(np.abs(minutes - limit).min() < _NEAR)
    return Outline(points, rings.astype(np.int64), polygons.astype(np.int64), touching)


def multipolygons(outlines: Sequence[Outline]) -> Geometries:
    """Return each outline as a valid MultiPolygon, all made at once.

    A vertex of a contour lies inside an edge between two points of the lattice, of which each has one at
    most, and in a square contours do not cross. So rings neither cross nor touch, and only where a point lies
    on the limit itself do they need to be looked at.
    """
    if not outlines:
        return np.empty(0, dtype=object)
    offsets = (
        _chained([each.rings for each in outlines]),
        _chained([each.polygons for each in outlines]),
        np.cumsum([0, *(len(each.polygons) - 1 for each in outlines)]),
    )
    points = np.concatenate([each.points for each in outlines])
    drawn: Geometries = np.asarray(
        shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, points, offsets)
    )
    for i in np.flatnonzero([each.touching for each in outlines]).tolist():
        if not shapely.is_valid(drawn[i]):
            drawn[i] = as_multipolygon(shapely.union_all(shapely.make_valid(shapely.get_parts(drawn[i]))))
    return drawn


def as_multipolygon(area: Any) -> Any:
    """Return the parts of a geometry that are areas as one MultiPolygon."""
    # Of a collection a part may have parts itself.
    parts = shapely.get_parts(shapely.get_parts(area))
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])


def _chained(begins: Sequence[Ints]) -> Ints:
    """Return where the members of all begin, of which each says where its own begin and where they end."""
    ends = np.cumsum([0, *(own[-1] for own in begins)])
    return np.append(
        np.concatenate([own[:-1] + end for own, end in zip(begins, ends[:-1], strict=True)]), ends[-1]
    )
