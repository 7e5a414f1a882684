"""Segments of edges, and the raster or the tree that finds the nearest of them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo.compiled import available
from geo.segments.raster import Floats, Ints, Listed, Raster, raster_of


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight pieces of edges.

    ``edge``: the edge of each (s,); ``start_xy``, ``end_xy`` (s, 2) in metres; ``along_m`` (s,): where
    on its edge each begins.
    """

    edge: Ints
    start_xy: Floats
    end_xy: Floats
    along_m: Floats

    def __len__(self) -> int:
        return len(self.edge)

    def nearest(self, points_xy: Floats, *, most_m: float) -> Ints:
        """Return the nearest segment of each point, the first of equally near ones; -1 beyond ``most_m``.

        Parameters
        ----------
        points_xy : ndarray (n, 2)
            Finite metres.
        most_m : float
            How far to look, border included.
        """
        if len(points_xy) == 0 or len(self) == 0:
            return np.full(len(points_xy), -1, dtype=np.int64)
        if not available():
            return self.nearest_by_tree(points_xy, most_m=most_m)
        from geo.segments import kernels

        raster, cells = self.cells
        points = np.ascontiguousarray(points_xy, dtype=float)
        return kernels.nearest(cells, raster, self.start_xy, self.end_xy, points, most_m)

    @cached_property
    def cells(self) -> tuple[Raster, Listed]:
        """A raster with about as many cells as there are segments, made once."""
        from geo.segments import kernels

        raster = raster_of(self.start_xy, self.end_xy)
        count = np.zeros(raster[3] * raster[4] + 1, dtype=np.int64)
        listed = np.empty(0, dtype=np.int32)
        kernels.pass_over(raster, self.start_xy, self.end_xy, count, listed, False)  # noqa: FBT003
        begin = np.cumsum(count)
        listed = np.empty(begin[-1], dtype=np.int32)
        kernels.pass_over(raster, self.start_xy, self.end_xy, begin.copy(), listed, True)  # noqa: FBT003
        return raster, (begin, listed)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """A tree over the segments, made once."""
        lines = shapely.linestrings(np.stack([self.start_xy, self.end_xy], axis=1))
        return shapely.STRtree(np.asarray(lines))

    def nearest_by_tree(self, points_xy: Floats, *, most_m: float) -> Ints:
        """Return the same as `nearest`, by shapely's tree."""
        row, segment = self.tree.query_nearest(shapely.points(points_xy), max_distance=most_m)
        found = np.full(len(points_xy), len(self), dtype=np.int64)
        np.minimum.at(found, row, segment)
        return np.where(found < len(self), found, -1)


def pieces(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return the vertex where each segment begins (s,), and its edge (s,).

    Parameters
    ----------
    first, last : ndarray (e,)
        The first and the last vertex of each edge.
    """
    count = last - first
    edge = np.repeat(np.arange(len(first)), count)
    return np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - first, count), edge


def shares_along(start_xy: Floats, end_xy: Floats, xy: Floats) -> Floats:
    """Return where on each segment the place nearest to its point is (s,): 0 at its start, 1 at its end.

    Parameters
    ----------
    start_xy, end_xy, xy : ndarray (s, 2)
        Metres: the ends of the segments, and a point for each.
    """
    run = end_xy - start_xy
    squared = np.maximum((run**2).sum(axis=1), np.finfo(float).tiny)
    share: Floats = np.clip(((xy - start_xy) * run).sum(axis=1) / squared, 0.0, 1.0)
    return share
