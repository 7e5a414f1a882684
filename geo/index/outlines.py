"""Outlines: polygons as one list of vertices, in which an edge is its first vertex."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.ragged import Index, offsets, spread
from geo.index.raster import Floats

_POLYGON, _MULTIPOLYGON = int(shapely.GeometryType.POLYGON), int(shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True)
class Outlines:
    """The rings of all polygons, shells and holes alike: the even-odd rule needs no difference.

    Parameters
    ----------
    xy : ndarray of shape (v, 2)
        The vertices, ring after ring, each closed. Edge e runs from vertex e to vertex e + 1; at the last
        vertex of a ring none begins.
    ring : ndarray of shape (r + 1,)
        Where the vertices of each ring begin.
    owned : ndarray of shape (p + 1,)
        Where the rings of each polygon begin in ``ring``.
    """

    xy: Floats
    ring: Index
    owned: Index

    @property
    def polygons(self) -> int:
        """How many polygons there are."""
        return len(self.owned) - 1

    @property
    def begins(self) -> Index:
        """Where the vertices of each polygon begin, and their number at the end."""
        return self.ring[self.owned]

    def edges_between(self, first: int, last: int) -> Index:
        """Return the vertices from first up to, without, last at which an edge begins."""
        begin = np.ones(last - first, dtype=bool)
        ends = self.ring[1:] - 1 - first
        begin[ends[(ends >= 0) & (ends < len(begin))]] = False
        return np.flatnonzero(begin) + first

    def edges_of(self, polygon: int) -> tuple[Floats, Floats]:
        """Return the first and the last vertices of the edges of a polygon, each of shape (n, 2)."""
        rings = self.ring[self.owned[polygon] : self.owned[polygon + 1] + 1]
        if len(rings) == 2:
            return self.xy[rings[0] : rings[1] - 1], self.xy[rings[0] + 1 : rings[1]]
        begin = self.edges_between(int(rings[0]), int(rings[-1]))
        return self.xy[begin], self.xy[begin + 1]

    def some(self, polygons: Index) -> "Outlines":
        """Return the outlines of some polygons, in the order given."""
        rings = self.owned[polygons + 1] - self.owned[polygons]
        _, ring = spread(self.owned[polygons], rings)
        vertices = self.ring[ring + 1] - self.ring[ring]
        _, vertex = spread(self.ring[ring], vertices)
        return Outlines(self.xy[vertex], offsets(vertices), offsets(rings))


NO_OUTLINES = Outlines(np.empty((0, 2)), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64))
"""Those of no polygon."""


def joined(parts: Sequence[Outlines]) -> Outlines:
    """Return outlines one after the other."""
    return Outlines(
        np.concatenate([NO_OUTLINES.xy, *(part.xy for part in parts)]),
        offsets(np.concatenate([NO_OUTLINES.ring[1:], *(np.diff(part.ring) for part in parts)])),
        offsets(np.concatenate([NO_OUTLINES.owned[1:], *(np.diff(part.owned) for part in parts)])),
    )


def are_areas(kinds: npt.NDArray[Any]) -> bool:
    """Tell whether all kinds, as `shapely.get_type_id` says them, are those of polygons and multipolygons."""
    other = kinds != _POLYGON
    return not np.count_nonzero(other) or not np.count_nonzero(kinds[other] != _MULTIPOLYGON)


def outlines(polygons: npt.NDArray[Any], kinds: npt.NDArray[Any] | None = None) -> Outlines:
    """Lay shapely's polygons and multipolygons flat, in their order.

    Parameters
    ----------
    polygons : ndarray of shapely Polygon or MultiPolygon
    kinds : ndarray of int, optional
        What `shapely.get_type_id` says of them, where it was asked already.
    """
    counts = shapely.get_num_coordinates(polygons)
    kinds = shapely.get_type_id(polygons) if kinds is None else kinds
    of_one_ring = not np.count_nonzero(kinds != _POLYGON) and np.count_nonzero(counts) == len(counts)
    if len(polygons) and of_one_ring and not np.count_nonzero(shapely.get_num_interior_rings(polygons)):
        # One ring each, which spares a third of the time that a large partition takes.
        ring = np.zeros(len(polygons) + 1, dtype=np.int64)
        counts.cumsum(out=ring[1:])
        return Outlines(shapely.get_coordinates(polygons), ring, np.arange(len(polygons) + 1))
    return _of_many_rings(polygons)


def _of_many_rings(polygons: npt.NDArray[Any]) -> Outlines:
    if not len(polygons):
        return NO_OUTLINES
    _, xy, (ring, *parts) = shapely.to_ragged_array(polygons, include_z=False)
    owned = parts[0] if len(parts) == 1 else parts[0][parts[1]]
    return Outlines(np.ascontiguousarray(xy), ring.astype(np.int64), owned.astype(np.int64))
