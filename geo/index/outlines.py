"""Outlines: polygons as one list of vertices, in which an edge is its first vertex."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.index.ragged import Index
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
    vertices, rings, owned = _ragged(polygons)
    begins = np.ones(len(vertices), dtype=bool)
    begins[rings[1:] - 1] = False
    # A ring of n vertices has n − 1 edges.
    return Outlines(_column(vertices, 0), _column(vertices, 1), np.flatnonzero(begins), rings[owned] - owned)


def _ragged(polygons: npt.NDArray[Any]) -> tuple[Floats, Index, Index]:
    """Return the vertices, where each ring begins in them, and where each polygon begins in the rings."""
    if not len(polygons):
        return np.empty((0, 2)), np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    _, vertices, (rings, *parts) = shapely.to_ragged_array(polygons, include_z=False)
    owned = parts[0] if len(parts) == 1 else parts[0][parts[1]]
    return vertices, rings.astype(np.int64), owned.astype(np.int64)


def _column(vertices: Floats, axis: int) -> Floats:
    """Return one coordinate of the vertices, and NaN twice."""
    values = np.empty(len(vertices) + 2)
    values[:-2] = vertices[:, axis]
    values[-2:] = np.nan
    return values
