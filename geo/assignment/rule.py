"""Points → the grid of one partition that covers each: rule 1 of the domain, one place, one grid.

::

    ┌────────┬────────┐   a  inside 01                    assigned   inside
    │ 01   a b   02   │   b  on the border of 01 and 02   assigned   tie      → 01, the lowest code
    │     ┌──┼───┐    │   c  inside 01, 02 and 03         ambiguous  overlap  → 01, provisional
    │     │ c│03 │    │   d  in none                      unassigned outside
    └─────┴──┴───┴────┘ d    without a location           unassigned no-location
"""

from typing import Any, TypeAlias

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.errors import CrsUnknown, MissingColumn
from geo.frames import CRS
from geo.index.choice import locate_once
from geo.index.location import Location
from geo.index.raster import Floats
from geo.index.sides import Flags

STATUSES = ("assigned", "ambiguous", "unassigned")
RULES = ("inside", "tie", "overlap", "outside", "no-location")
STATUS_OF_RULE = ("assigned", "assigned", "ambiguous", "unassigned", "unassigned")

Points: TypeAlias = gpd.GeoSeries | gpd.GeoDataFrame | npt.NDArray[Any]


def assign(points: Points, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give each point the grid of one partition that covers it, border included.

    The law: covered by one grid, a point is ``assigned`` to it. Covered by several it gets the
    lowest code by Unicode code points (the lower version where two codes are equal): ``assigned``
    with the rule ``tie`` where it lies on the border of all of them, ``ambiguous`` elsewhere.
    Covered by none, or without a location, it is ``unassigned``. No row is dropped, and the order
    of either input changes nothing.

    The test is planar on longitude and latitude, and exact: by GEOS's orientation test for few points,
    by `geo.index` for many, with the same answers. It is PostGIS's ``min(code COLLATE "C")`` over
    ``ST_Covers``, whose own side test rounds: a point nearer to a border than some 1e-20 degrees, but
    not on it, can be a tie there and is inside one grid here.

    Parameters
    ----------
    points : GeoSeries, GeoDataFrame or ndarray
        Points in EPSG:4326 with any index; or an array of shapely points, or of shape (n, 2) with
        longitude and latitude, whose result is numbered from 0. None, an empty point and a
        coordinate that is not finite are "no location".
    polygons : GeoDataFrame
        The grids of one basis and level in EPSG:4326, with the column ``code`` and the version's
        id as the index. Grids without a geometry cover nothing.

    Returns
    -------
    DataFrame
        Index of the points; ``version`` (Int64), ``code`` (str), ``status``, ``rule`` and
        ``candidates``: the codes in order where several grids cover the point, else empty.

    Raises
    ------
    CrsUnknown
        Where a frame is in no or in another coordinate system.
    MissingColumn
        Where the polygons have no column ``code``.
    """
    index, x, y = _located(points)
    grids = in_code_order(polygons)
    location = locate_once(grids.geometry.to_numpy(), x, y)
    return _result(index, grids, location, rules_of(location, ~np.isnan(x)))


def rules_of(location: Location, located: Flags) -> npt.NDArray[np.int8]:
    """Return the rule that decides each point, as its position in `RULES`.

    Parameters
    ----------
    location : Location
        Which grids cover the points.
    located : ndarray of bool
        Which points have a location.
    """
    inside, tie, overlap, outside, nowhere = range(len(RULES))
    rule = np.where(location.first < 0, np.int8(outside), np.int8(inside))
    rule[location.point] = tie
    rule[location.point[location.interior]] = overlap
    rule[~located] = nowhere
    return rule


def tally(assignment: pd.DataFrame) -> dict[str, int]:
    """Count an assignment by status; the three statuses add up to ``total``.

    Parameters
    ----------
    assignment : DataFrame
        What `assign` returns.

    Returns
    -------
    dict
        ``total``, ``assigned``, ``ambiguous``, ``unassigned``, and of those ``ties`` and ``overridden``
        (among the assigned; see `geo.assignment.overrides`) and ``no_location`` (among the unassigned).
    """
    status, rule = assignment["status"], assignment["rule"]
    counts = {"total": len(assignment)} | {name: int((status == name).sum()) for name in STATUSES}
    return counts | {
        "ties": int((rule == "tie").sum()),
        "overridden": int((rule == "override").sum()),
        "no_location": int((rule == "no-location").sum()),
    }


def _located(points: Points) -> tuple[pd.Index, Floats, Floats]:
    """Return the index and the coordinates, both NaN where there is no location."""
    if isinstance(points, gpd.GeoSeries | gpd.GeoDataFrame):
        _require_crs(points, "points")
        index, places = points.index, points.geometry.to_numpy()
    else:
        index, places = pd.RangeIndex(len(points)), points
    if places.ndim == 1:
        # GEOS has no coordinates for an empty point, and an error for whoever asks.
        places = np.where(shapely.is_empty(places), None, places)
        places = np.column_stack([shapely.get_x(places), shapely.get_y(places)])
    x, y = np.array(places[:, 0], dtype=np.float64), np.array(places[:, 1], dtype=np.float64)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    x[lost] = y[lost] = np.nan
    return index, x, y


def in_code_order(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the grids that have a geometry by code, then version: the first that covers wins.

    Parameters
    ----------
    polygons : GeoDataFrame
        As for `assign`.

    Raises
    ------
    CrsUnknown, MissingColumn
        As `assign` does.
    """
    _require_crs(polygons, "grids")
    if "code" not in polygons.columns:
        raise MissingColumn("The grids have no column “code”; give each grid its code first.", column="code")
    geometry = polygons.geometry
    drawn = polygons[~(geometry.isna() | geometry.is_empty)]
    # Python compares text by code points, as PostgreSQL does under COLLATE "C".
    codes, versions = drawn["code"].tolist(), drawn.index.tolist()
    return drawn.iloc[sorted(range(len(drawn)), key=lambda i: (codes[i], versions[i]))]


def _require_crs(frame: gpd.GeoSeries | gpd.GeoDataFrame, what: str) -> None:
    if frame.crs is None:
        raise CrsUnknown(f"The {what} have no coordinate system; set it to {CRS}.", crs=None)
    if frame.crs != CRS:
        found = frame.crs.to_string()
        raise CrsUnknown(f"The {what} are in {found}; convert them to {CRS} first.", crs=found)


def _result(
    index: pd.Index, grids: gpd.GeoDataFrame, location: Location, rule: npt.NDArray[np.int8]
) -> pd.DataFrame:
    """Write the answers out; ``rule`` is the position in ``RULES``, and −1 in ``first`` becomes NA."""
    codes = grids["code"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "version": pd.array(grids.index.to_numpy(dtype=np.int64), dtype="Int64").take(
                location.first, allow_fill=True
            ),
            "code": pd.array(codes, dtype="str").take(location.first, allow_fill=True),
            "status": pd.array(STATUS_OF_RULE, dtype="str").take(rule),
            "rule": pd.array(RULES, dtype="str").take(rule),
            "candidates": _candidates(len(index), codes, location),
        },
        index=index,
    )


def _candidates(points: int, codes: npt.NDArray[Any], location: Location) -> npt.NDArray[Any]:
    """Return a list of codes for each point, empty but where several grids cover it."""
    candidates = np.empty(points, dtype=object)
    candidates[:] = [[] for _ in range(points)]
    several, begins = np.unique(location.point, return_index=True)
    for i, part in zip(several, np.split(location.polygon, begins[1:]), strict=False):
        candidates[i] = codes[part].tolist()
    return candidates
