"""Heights: the slope of a street whose line has them on its vertices."""

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from geo.frames import Refusal
from geo.read.columns.values import STEEPEST
from geo.read.records import GeometryArray

_GEOD = Geod(ellps="WGS84")


def slopes(drawn: GeometryArray, placed: GeometryArray) -> npt.NDArray[np.float64]:
    """Return what each line rises by from its first vertex to its last, in parts of its run.

    A line of several parts has one slope, of all their rises over all their runs. Where both ends are
    equally high nothing is stated: most layers with heights have 0 for all of them.

    Parameters
    ----------
    drawn : (n,) object array
        Geometries as they stand in the file, heights in metres; None for none.
    placed : (n,) object array
        The same lines in EPSG:4326; None for those that are refused.

    Returns
    -------
    ndarray (n,)
        Fractions; NaN where nothing is stated.
    """
    found = np.full(len(drawn), np.nan)
    rows = np.flatnonzero(shapely.has_z(drawn) & (shapely.get_dimensions(placed) == 1))
    if not len(rows):
        return found
    lines, row = shapely.get_parts(drawn[rows], return_index=True)
    ends = shapely.get_point(lines, np.array([[-1], [0]]))
    top, bottom = shapely.get_z(ends)
    rise = np.bincount(row, weights=top - bottom, minlength=len(rows))
    run = _lengths(placed[rows])
    stated = (rise != 0) & (run > 0)
    found[rows[stated]] = rise[stated] / run[stated]
    return found


def believed(
    slope: npt.NDArray[np.float64], rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], tuple[Refusal, ...]]:
    """Return slopes without those that no street has, and a remark on these."""
    steep = np.abs(slope) > STEEPEST
    if not steep.any():
        return slope, ()
    first = int(rows[steep][0])
    sentence = (
        f"By the heights of their ends {steep.sum()} streets, the first of them row {first}, rise by more "
        "than they are long; their slopes were left out. Look whether a height is missing or not in metres."
    )
    told = Refusal(0, "heights-too-steep", sentence, {"count": int(steep.sum()), "first": first})
    return np.where(steep, np.nan, slope), (told,)


def _lengths(placed: GeometryArray) -> npt.NDArray[np.float64]:
    """Return the length of each line, or of its parts together, in metres on the ellipsoid."""
    parts, row = shapely.get_parts(placed, return_index=True)
    lonlat, part = shapely.get_coordinates(parts, return_index=True)
    start = np.flatnonzero(np.diff(part) == 0)
    (lon, lat), (lon_on, lat_on) = lonlat[start].T, lonlat[start + 1].T
    steps = _GEOD.inv(lon, lat, lon_on, lat_on)[2]
    return np.bincount(row[part[start]], weights=steps, minlength=len(placed)).astype(np.float64)
