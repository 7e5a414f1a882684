"""Heights: the slope of a street whose line has them on its vertices, and what it climbs between its ends."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from geo.frames import Refusal
from geo.read.columns.values import STEEPEST
from geo.read.records import GeometryArray

Fractions = npt.NDArray[np.float64]

LEAST_M = 2.0
"""A smaller rise or fall between two others is taken for the noise of heights that a model gave."""

_GEOD = Geod(ellps="WGS84")


def slopes(drawn: GeometryArray, placed: GeometryArray) -> tuple[Fractions, Fractions]:
    """Return what each line rises by from its first vertex to its last, and what it climbs, by its run.

    A climb is all that a line goes up and all that it goes down, rises and falls below `LEAST_M` between
    others left out. A line of several parts has one slope, of all their rises over all their runs. Where all
    vertices are equally high nothing is stated: most layers with heights have 0 for all of them.

    Parameters
    ----------
    drawn : (n,) object array
        Geometries as they stand in the file, heights in metres; None for none.
    placed : (n,) object array
        The same lines in EPSG:4326; None for those that are refused.

    Returns
    -------
    ndarray (n,), ndarray (n,)
        Fractions; NaN where nothing is stated, and of climbs where a line goes one way alone.
    """
    slope, climb = np.full(len(drawn), np.nan), np.full(len(drawn), np.nan)
    rows = np.flatnonzero(shapely.has_z(drawn) & (shapely.get_dimensions(placed) == 1))
    if not len(rows):
        return slope, climb
    lines, row = shapely.get_parts(drawn[rows], return_index=True)
    rises, climbs = _rises(lines)
    rise = np.bincount(row, weights=rises, minlength=len(rows))
    whole = np.bincount(row, weights=climbs, minlength=len(rows))
    run = _lengths(placed[rows])
    stated = ((rise != 0) | (whole > 0)) & (run > 0)
    slope[rows[stated]] = rise[stated] / run[stated]
    both = stated & (whole > np.abs(rise) * (1 + 1e-9))
    climb[rows[both]] = whole[both] / run[both]
    return slope, climb


def believed(
    slope: Fractions, climb: Fractions, rows: npt.NDArray[np.int64]
) -> tuple[Fractions, Fractions, tuple[Refusal, ...]]:
    """Return slopes and climbs without those that no street has, and a remark on these."""
    steep = np.fmax(np.abs(slope), climb) > STEEPEST
    if not steep.any():
        return slope, climb, ()
    first = int(rows[steep][0])
    sentence = (
        f"By their heights {steep.sum()} streets, the first of them row {first}, rise or fall by more than "
        "they are long; their slopes were left out. Look whether a height is missing or not in metres."
    )
    told = Refusal(0, "heights-too-steep", sentence, {"count": int(steep.sum()), "first": first})
    return np.where(steep, np.nan, slope), np.where(steep, np.nan, climb), (told,)


def _rises(lines: GeometryArray) -> tuple[Fractions, Fractions]:
    """Return what each line rises by, and all that it goes up and down from turn to turn (n,), in metres."""
    coordinates, line = shapely.get_coordinates(lines, include_z=True, return_index=True)
    z, count = coordinates[:, 2], len(lines)
    held = np.bincount(line, minlength=count)
    last = np.cumsum(held) - 1
    first = last - held + 1
    rise = np.full(count, np.nan)
    rise[held > 0] = z[last[held > 0]] - z[first[held > 0]]
    within = line[1:] == line[:-1]
    steps, of = np.diff(z)[within], line[1:][within]
    both = np.bincount(of[steps > 0], minlength=count) * np.bincount(of[steps < 0], minlength=count) > 0
    whole = np.abs(rise)
    for row in np.flatnonzero(both):
        whole[row] = sum(abs(b - a) for a, b in pairwise(_turns(z[first[row] : last[row] + 1].tolist())))
    return rise, whole


def _turns(heights: list[float]) -> list[float]:
    """Return the heights of the ends, and between them those of the turns between up and down.

    A line turns where it then goes the other way by `LEAST_M` at least.
    """
    turns, top, bottom, upward = [heights[0]], heights[0], heights[0], None
    for height in heights[1:]:
        top, bottom = max(top, height), min(bottom, height)
        if upward is not False and top - height >= LEAST_M:
            turns += [top] if upward else []
            upward, bottom = False, height
        elif upward is not True and height - bottom >= LEAST_M:
            turns += [bottom] if upward is False else []
            upward, top = True, height
    return [*turns, heights[-1]]


def _lengths(placed: GeometryArray) -> npt.NDArray[np.float64]:
    """Return the length of each line, or of its parts together, in metres on the ellipsoid."""
    parts, row = shapely.get_parts(placed, return_index=True)
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    start = np.flatnonzero(np.diff(part) == 0)
    (lon, lat), (lon_on, lat_on) = lonlat[start].T, lonlat[start + 1].T
    steps = _GEOD.inv(lon, lat, lon_on, lat_on)[2]
    return np.bincount(row[part[start]], weights=steps, minlength=len(placed)).astype(np.float64)
