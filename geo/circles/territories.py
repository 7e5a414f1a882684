"""Territories: what is in reach, divided among the stations, each place to the one that is nearest.

::

    ┌──────────────┐      ┌──────┬───────┐     the cells of a lattice with one nearest station make its
    │   dissolved  │  →   │  a   └─┐  b  │     territory, smoothed with its neighbours' borders alike, and
    └──────────────┘      └────────┴─────┘     cut out of what is in reach: the parts are the whole
"""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.circles.areas import Lattice
from geo.circles.contours import as_multipolygon
from geo.frames import CRS
from geo.streets.network import Floats, Ints

FEW = 8
"""So many grounds are cut out of an area one by one."""

ROOM_M = 1.0
"""How far round grounds an area is cut, so that the cut comes near no border of theirs."""


def territories(lattice: Lattice, nearest: Ints) -> tuple[Ints, npt.NDArray[Any]]:
    """Return the ground of each station that is nearest somewhere on a lattice.

    A point of the lattice speaks for the square round it; one that reaches none (``nearest`` below 0)
    belongs to the nearest territory, so that a contour that runs half a step beyond the last point is divided
    whole.

    Parameters
    ----------
    lattice : Lattice
        The points.
    nearest : ndarray (rows × columns,)
        The position of the nearest station at each (`geo.reach.times.Reach`).

    Returns
    -------
    ndarray (t,), ndarray (t,) of Polygon or MultiPolygon
        The positions, sorted, and the ground of each in metres; together they tile the lattice.
    """
    rows, columns = lattice.shape
    label = _filled(nearest.reshape(rows, columns))
    if label.max(initial=-1) < 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    change = np.ones((rows, columns), dtype=bool)
    change[:, 1:] = label[:, 1:] != label[:, :-1]
    row, start = np.nonzero(change)
    end = np.append(start[1:], 0)
    end[np.append(row[1:] != row[:-1], True)] = columns
    half, step = lattice.spacing_m / 2, lattice.spacing_m
    west, south = lattice.origin_xy[0] - half, lattice.origin_xy[1] - half
    boxes = shapely.box(west + start * step, south + row * step, west + end * step, south + (row + 1) * step)
    owner = label[row, start]
    order = np.argsort(owner, kind="stable")
    found, begins = np.unique(owner[order], return_index=True)
    parts = [shapely.union_all(group) for group in np.split(np.asarray(boxes)[order], begins[1:])]
    ground = shapely.coverage_simplify(
        np.array(parts, dtype=object), lattice.spacing_m, simplify_boundary=False
    )
    return found.astype(np.int64), np.asarray(ground)


def divided(areas: gpd.GeoDataFrame, owners: Ints, ground: npt.NDArray[Any], *, crs: str) -> gpd.GeoDataFrame:
    """Divide service areas among territories.

    Parameters
    ----------
    areas : GeoDataFrame
        ``minutes`` and geometry in EPSG:4326, dissolved (`geo.circles.areas.service_areas`).
    owners, ground : ndarray
        See `territories`, in metres of ``crs``.

    Returns
    -------
    GeoDataFrame
        ``minutes``, ``source`` (the position of the station), ``area_m2`` and geometry in EPSG:4326; of each
        time the parts do not overlap and make up the whole.
    """
    whole = areas.to_crs(crs).geometry.to_numpy()
    minutes = np.repeat(areas["minutes"].to_numpy(), len(owners))
    source = np.tile(owners, len(areas))
    parts = [part for area in whole for part in shared_out(area, ground)]
    found = ringed(minutes, source, parts, crs=crs)
    shapes = found.geometry.to_numpy()
    # Where a contour runs along a border, a spike without width is left, whose sides may cross in degrees.
    for i in np.flatnonzero(~shapely.is_valid(shapes)).tolist():
        shapes[i] = as_multipolygon(shapely.make_valid(shapes[i]))
    return found.set_geometry(gpd.GeoSeries(shapes, index=found.index, crs=CRS))


def shared_out(area: Any, ground: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return what lies of an area in each ground.

    An area with many corners takes long to cut. So it is halved with the grounds until few of them are left,
    each time with some room round them, so that no cut comes near a border.
    """
    found: npt.NDArray[Any] = np.empty(len(ground), dtype=object)
    bounds = shapely.bounds(ground)
    waiting = [(area, np.arange(len(ground)))]
    while waiting:
        area, rows = waiting.pop()
        if len(rows) <= FEW:
            found[rows] = shapely.intersection(area, ground[rows])
            continue
        middle = bounds[rows, :2] + bounds[rows, 2:]
        order = rows[np.argsort(middle[:, np.ptp(middle, axis=0).argmax()], kind="stable")]
        for half in np.array_split(order, 2):
            low, high = bounds[half, :2].min(axis=0) - ROOM_M, bounds[half, 2:].max(axis=0) + ROOM_M
            waiting.append((as_multipolygon(shapely.intersection(area, shapely.box(*low, *high))), half))
    return found


def ringed(minutes: Sequence[float] | Floats, source: Ints, parts: Any, *, crs: str) -> gpd.GeoDataFrame:
    """Return areas of stations as MultiPolygons in EPSG:4326 with their size, without the empty ones."""
    multi: npt.NDArray[Any] = np.array(parts, dtype=object)
    for i in np.flatnonzero(shapely.get_type_id(multi) != shapely.GeometryType.MULTIPOLYGON).tolist():
        multi[i] = as_multipolygon(multi[i])
    columns = {"minutes": np.asarray(minutes, dtype=float), "source": source, "area_m2": shapely.area(multi)}
    frame = gpd.GeoDataFrame(columns, geometry=multi, crs=crs)
    return frame[frame["area_m2"] > 0].reset_index(drop=True).to_crs(CRS)


def _filled(label: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Give each point without a station that of the nearest point that has one."""
    from scipy.ndimage import distance_transform_edt

    bare = label < 0
    if not bare.any() or bare.all():
        return label
    row, column = distance_transform_edt(bare, return_distances=False, return_indices=True)
    filled: npt.NDArray[Any] = label[row, column]
    return filled
