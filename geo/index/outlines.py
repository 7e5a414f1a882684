"""Outlines: polygons as one list of vertices, in which an edge is its first vertex."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.ragged import Index, offsets
from geo.index.raster import Floats


@dataclass(frozen=True)
class Outlines:
    """The rings of all polygons, shells and holes alike: the even-odd rule needs no difference.

    Parameters
    ----------
    x, y : ndarray of shape (v + 2,)
        The vertices, ring after ring, each closed; the last two are NaN, an edge that is nowhere.
    edges : ndarray of int64
        The vertices at which an edge begins: edge e runs from vertex e to vertex e + 1.
    first : ndarray of shape (p + 1,)
        Where the edges of each polygon begin in ``edges``.
    """

    x: Floats
    y: Floats
    edges: Index
    first: Index

    @property
    def nowhere(self) -> int:
        """The edge that touches nothing."""
        return len(self.x) - 2


def outlines(polygons: npt.NDArray[Any]) -> Outlines:
    """Lay shapely's polygons and multipolygons flat, in their order."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    owner = owner[part[ring]]
    last = np.cumsum(shapely.get_num_coordinates(rings)) - 1
    begins = np.ones(len(vertices), dtype=bool)
    begins[last] = False
    edges = np.flatnonzero(begins)
    counts = np.bincount(owner[edges], minlength=len(polygons))
    closed = np.concatenate([vertices, np.full((2, 2), np.nan)])
    return Outlines(
        np.ascontiguousarray(closed[:, 0]), np.ascontiguousarray(closed[:, 1]), edges, offsets(counts)
    )
