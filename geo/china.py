"""Coordinates in China: the web offsets GCJ-02 and BD-09, and the zones of CGCS2000. Arrays only.

Positions are arrays of shape (n, 2): longitude, latitude in degrees, x before y. CGCS2000 and WGS 84
agree within a metre and are taken as one here. The forward formula of GCJ-02 is public though never
officially published; its inverse is found by fixed point.
"""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from geo.errors import CrsUnknown

FloatArray = npt.NDArray[np.float64]

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BAIDU = math.pi * 3000.0 / 180.0
_ROUNDS = 8
_GCJ_EXTENT = (72.004, 0.8293, 137.8347, 55.8271)
_CGCS2000_EXTENT = (73.5, 3.0, 136.5, 54.0)


def wgs84_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Offset positions as AMap and Tencent do.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Longitude, latitude in degrees, WGS 84 or CGCS2000.

    Returns
    -------
    (n, 2) float array
        Positions in GCJ-02; what lies outside of the offset's rectangle comes back unchanged.

    Notes
    -----
    The rectangle is 72.004–137.8347°E, 0.8293–55.8271°N, as in the formula that is in general use
    ("eviltransform"). Near Chengdu the offset is 364 m.
    """
    lonlat = np.asarray(lonlat, dtype=float)
    west, south, east, north = _GCJ_EXTENT
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    offset = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.where(offset[:, None], lonlat + _gcj_offset(lonlat), lonlat)


def gcj02_to_wgs84(lonlat: FloatArray) -> FloatArray:
    """Undo the offset of GCJ-02, to well below a millimetre.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Longitude, latitude in degrees, GCJ-02.

    Returns
    -------
    (n, 2) float array
        Positions in WGS 84 or CGCS2000.
    """
    return _fixed_point(wgs84_to_gcj02, lonlat)


def gcj02_to_bd09(lonlat: FloatArray) -> FloatArray:
    """Offset GCJ-02 positions once more, as Baidu does.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Longitude, latitude in degrees, GCJ-02.

    Returns
    -------
    (n, 2) float array
        Positions in BD-09.
    """
    lonlat = np.asarray(lonlat, dtype=float)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return np.column_stack((radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006))


def bd09_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Undo Baidu's second offset, to well below a millimetre.

    Parameters
    ----------
    lonlat : (n, 2) float array
        Longitude, latitude in degrees, BD-09.

    Returns
    -------
    (n, 2) float array
        Positions in GCJ-02.
    """
    return _fixed_point(gcj02_to_bd09, lonlat)


def wgs84_to_bd09(lonlat: FloatArray) -> FloatArray:
    """Offset positions as Baidu does; (n, 2) longitude, latitude in degrees."""
    return gcj02_to_bd09(wgs84_to_gcj02(lonlat))


def bd09_to_wgs84(lonlat: FloatArray) -> FloatArray:
    """Undo both of Baidu's offsets; (n, 2) longitude, latitude in degrees."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat))


def gauss_kruger_epsg(longitude: float, *, width: int = 3, zone_in_easting: bool = False) -> int:
    """Return the EPSG code of the CGCS2000 Gauss–Krüger zone in which a longitude lies.

    Parameters
    ----------
    longitude : float
        Degrees, from 73.5 to 136.5 (72 to 138 for the 6-degree zones).
    width : {3, 6}
        The zone's width in degrees.
    zone_in_easting : bool
        Whether the easting carries the zone in front (8 digits) or not (6 digits).

    Returns
    -------
    int
        4513–4533 or 4534–4554 for 3 degrees, 4491–4501 or 4502–4512 for 6. A longitude on the
        border of two zones falls into the eastern one, at the outermost border into the last.

    Raises
    ------
    CrsUnknown
        Where CGCS2000 has no zone at that longitude.

    Examples
    --------
    >>> gauss_kruger_epsg(104.06), gauss_kruger_epsg(104.06, zone_in_easting=True)
    (4544, 4523)
    """
    west, east = (73.5, 136.5) if width == 3 else (72.0, 138.0)
    if not west <= longitude <= east:
        raise CrsUnknown(
            f"CGCS2000 has no {width}-degree zone at longitude {longitude:.4f}°; "
            "use a UTM zone outside of China.",
            reason="zone-unknown",
            longitude=longitude,
            width=width,
        )
    if width == 3:
        zone = min(math.floor(longitude / 3 + 0.5), 45)
        return (4513 if zone_in_easting else 4534) + zone - 25
    zone = min(math.floor(longitude / 6) + 1, 23)
    return (4491 if zone_in_easting else 4502) + zone - 13


def epsg_from_eastings(eastings: FloatArray) -> int | None:
    """Return the EPSG code that 8-digit eastings give away by the zone in front, else None.

    Parameters
    ----------
    eastings : (n,) float array
        x in metres. All finite ones must begin with one zone, 25–45 (3°) or 13–23 (6°).

    Examples
    --------
    >>> epsg_from_eastings(np.array([35_410_000.0, 35_420_000.0]))
    4523
    """
    finite = eastings[np.isfinite(eastings)]
    if len(finite) and np.abs(finite).max() >= 100_000_000:
        return None
    zones = np.unique(np.floor(finite / 1_000_000).astype(np.int64))
    if len(zones) != 1:
        return None
    zone = int(zones[0])
    if 25 <= zone <= 45:
        return 4513 + zone - 25
    return 4491 + zone - 13 if 13 <= zone <= 23 else None


def metric_crs(longitude: float, latitude: float) -> str:
    """Return the coordinate system in which lengths and areas around a place are measured.

    Parameters
    ----------
    longitude, latitude : float
        Degrees.

    Returns
    -------
    str
        ``EPSG:4534``–``EPSG:4554`` (CGCS2000, 3 degrees, named by meridian) at 73.5–136.5°E and
        3–54°N, elsewhere the UTM zone of WGS 84.

    Raises
    ------
    CrsUnknown
        Where the place is not one on Earth.

    Examples
    --------
    >>> metric_crs(104.06, 30.56), metric_crs(7.42, 43.73)
    ('EPSG:4544', 'EPSG:32632')
    """
    if not (-180.0 <= longitude <= 180.0 and -90.0 <= latitude <= 90.0):
        raise CrsUnknown(
            f"Longitude {longitude}, latitude {latitude} is no place on Earth; "
            "give degrees, longitude first.",
            reason="no-place",
            longitude=longitude,
            latitude=latitude,
        )
    west, south, east, north = _CGCS2000_EXTENT
    if west <= longitude <= east and south <= latitude <= north:
        return f"EPSG:{gauss_kruger_epsg(longitude)}"
    zone = min(math.floor((longitude + 180.0) / 6.0) + 1, 60)
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + zone}"


def _fixed_point(forward: Callable[[FloatArray], FloatArray], target: FloatArray) -> FloatArray:
    """Solve forward(x) = target; each round gains about two digits, since the offsets are smooth."""
    target = np.asarray(target, dtype=float)
    place = target
    for _ in range(_ROUNDS):
        place = place + (target - forward(place))
    return place


def _gcj_offset(lonlat: FloatArray) -> FloatArray:
    """Return the offset of GCJ-02 in degrees, (n, 2)."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    pi = math.pi
    root = np.sqrt(np.abs(x))
    shared = 20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)
    east = 20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)
    east = east + 150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)
    north = 20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)
    north = north + 160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)
    east_m = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + (shared + east) * 2 / 3
    north_m = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m = north_m + (shared + north) * 2 / 3
    latitude = np.radians(lonlat[:, 1])
    curve = 1 - _ECCENTRICITY2 * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY2) / (curve * np.sqrt(curve))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(curve) * np.cos(latitude)
    offset: FloatArray = np.degrees(np.column_stack((east_m / parallel_m, north_m / meridian_m)))
    return offset
