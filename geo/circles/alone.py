"""Service areas of each station alone: contours of its own travel times, each on its part of a lattice."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from scipy.sparse import csr_array

from geo.circles.areas import Lattice, contours
from geo.circles.territories import ringed
from geo.streets.arcs import Nodes
from geo.streets.network import Floats, Ints


def areas_alone(
    lattice: Lattice, minutes: csr_array, limits: Sequence[float], *, speed_m_per_min: float
) -> gpd.GeoDataFrame:
    """Draw what each station reaches within each limit, whoever else reaches it too.

    The contour is that of `geo.circles.areas.service_areas`, drawn on no more of the lattice than the station
    reaches.

    Parameters
    ----------
    lattice : Lattice
        The points on a network.
    minutes : csr_array (stations, rows × columns)
        Travel times from each station alone (`geo.reach.matrix.travel_matrix` with ``lattice.snapped``),
        looked up at least two steps of the lattice beyond the largest limit.
    limits : sequence of float
        The minutes to draw.
    speed_m_per_min : float
        The speed that the times were made with.

    Returns
    -------
    GeoDataFrame
        By station, then limit: ``minutes``, ``source`` (the row of the station), ``area_m2`` and a
        MultiPolygon in EPSG:4326; a station that reaches nothing has none.
    """
    said: list[float] = []
    source: list[int] = []
    parts = []
    for row in range(minutes.shape[0]):
        own = slice(minutes.indptr[row], minutes.indptr[row + 1])
        if own.start == own.stop:
            continue
        field, origin = _field(lattice, minutes.indices[own], minutes.data[own])
        for limit in sorted(limits):
            parts.append(
                contours(
                    field,
                    limit,
                    origin_xy=origin,
                    spacing_m=lattice.spacing_m,
                    speed_m_per_min=speed_m_per_min,
                )
            )
            said.append(limit)
            source.append(row)
    return ringed(said, np.array(source, dtype=np.int64), parts, crs=lattice.crs)


def _field(lattice: Lattice, point: Ints | Nodes, minutes: Floats) -> tuple[Floats, tuple[float, float]]:
    """Return the times on the part of the lattice round some points, and its south-western point."""
    row, column = np.divmod(point, lattice.shape[1])
    south, west = max(int(row.min()) - 1, 0), max(int(column.min()) - 1, 0)
    north, east = min(int(row.max()) + 2, lattice.shape[0]), min(int(column.max()) + 2, lattice.shape[1])
    field = np.full((north - south, east - west), np.inf)
    field[row - south, column - west] = minutes
    x, y = lattice.origin_xy
    return field, (x + west * lattice.spacing_m, y + south * lattice.spacing_m)
