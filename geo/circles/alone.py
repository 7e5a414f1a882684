"""Service areas of each station alone: contours of its own travel times, each on its part of a lattice."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from scipy.sparse import csr_array

from geo.circles.areas import Lattice
from geo.circles.contours import Outline, multipolygons, outline
from geo.circles.territories import ringed
from geo.streets.arcs import Nodes
from geo.streets.network import Ints


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
    limits, band = sorted(limits), 2 * lattice.spacing_m / speed_m_per_min
    drawn: list[Outline] = []
    source = np.flatnonzero(np.diff(minutes.indptr))
    whole, (easting, northing) = np.full(lattice.shape, np.inf), lattice.axes
    for row in source.tolist():
        own = slice(minutes.indptr[row], minutes.indptr[row + 1])
        point, box = minutes.indices[own], _around(lattice, minutes.indices[own])
        for limit in limits:
            # What is not entered is as far beyond the limit as counts.
            whole.put(point, minutes.data[own].clip(limit - band, limit + band))
            field = whole[box].clip(max=limit + band)
            drawn.append(outline(easting[box], northing[box], field, limit, band))
        whole.put(point, np.inf)
    said = np.tile(np.array(limits, dtype=float), len(source))
    return ringed(said, np.repeat(source, len(limits)), multipolygons(drawn), crs=lattice.crs)


def _around(lattice: Lattice, point: Ints | Nodes) -> tuple[slice, slice]:
    """Return the rows and columns of a lattice that points, in order, take up, and one more round them."""
    rows, columns = lattice.shape
    column = point % columns
    south, north = int(point[0]) // columns, int(point[-1]) // columns
    west, east = int(column.min()), int(column.max())
    return slice(max(south - 1, 0), min(north + 2, rows)), slice(max(west - 1, 0), min(east + 2, columns))
