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

STATUSES = ("assigned", "ambiguous", "unassigned")
RULES = ("inside", "tie", "overlap", "outside", "no-location")

Points: TypeAlias = gpd.GeoSeries | gpd.GeoDataFrame | npt.NDArray[Any]


def assign(points: Points, polygons: gpd.GeoDataFrame) -> pd.DataFrame:
    """Give each point the grid of one partition that covers it, border included.

    The law: covered by one grid, a point is ``assigned`` to it. Covered by several it gets the
    lowest code by Unicode code points (the lower version where two codes are equal): ``assigned``
    with the rule ``tie`` where it lies on the border of all of them, ``ambiguous`` elsewhere.
    Covered by none, or without a location, it is ``unassigned``. No row is dropped, and the order
    of either input changes nothing.

    The test is planar on longitude and latitude, and exact: GEOS's orientation test. It is PostGIS's
    ``min(code COLLATE "C")`` over ``ST_Covers``, whose own side test rounds: a point nearer to a
    border than some 1e-20 degrees, but not on it, can be a tie there and is inside one grid here.

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
    index, located = _located(points)
    grids = _in_code_order(polygons)
    point, grid = _covering_pairs(located, grids.geometry.to_numpy())
    first, count = _runs(point, len(located))
    winner = np.full(len(located), -1, dtype=np.int64)
    winner[count > 0] = grid[first[count > 0]]
    tied = _on_every_border(located, grids.geometry.to_numpy(), point, grid, count)
    rule = np.select(
        [shapely.is_missing(located), count == 0, count == 1, tied],
        ["no-location", "outside", "inside", "tie"],
        "overlap",
    )
    return _result(index, grids, winner=winner, rule=rule, runs=(first, count, grid))


def tally(assignment: pd.DataFrame) -> dict[str, int]:
    """Count an assignment by status; the three statuses add up to ``total``.

    Parameters
    ----------
    assignment : DataFrame
        What `assign` returns.

    Returns
    -------
    dict
        ``total``, ``assigned``, ``ambiguous``, ``unassigned``, and of those ``ties`` (among the
        assigned) and ``no_location`` (among the unassigned).
    """
    status, rule = assignment["status"], assignment["rule"]
    counts = {"total": len(assignment)} | {name: int((status == name).sum()) for name in STATUSES}
    return counts | {
        "ties": int((rule == "tie").sum()),
        "no_location": int((rule == "no-location").sum()),
    }


def _located(points: Points) -> tuple[pd.Index, npt.NDArray[Any]]:
    """Return the index and the shapely points, None where there is no location."""
    if isinstance(points, gpd.GeoSeries | gpd.GeoDataFrame):
        _require_crs(points, "points")
        index, geometry = points.index, np.array(points.geometry.to_numpy(), dtype=object)
    else:
        index = pd.RangeIndex(len(points))
        shapes = shapely.points(points) if points.ndim == 2 else points
        geometry = np.array(shapes, dtype=object)
    geometry[shapely.is_empty(geometry)] = None
    finite = np.isfinite(shapely.get_x(geometry)) & np.isfinite(shapely.get_y(geometry))
    geometry[~finite] = None
    return index, geometry


def _in_code_order(polygons: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the grids that have a geometry by code, then version: the first that covers wins."""
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


def _covering_pairs(
    points: npt.NDArray[Any], polygons: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return (point, grid) positions of every grid that covers a point, by point, then grid."""
    point, grid = shapely.STRtree(polygons).query(points)
    # Preparing keeps an index of edges in GEOS beside the polygon; its value does not change.
    shapely.prepare(polygons)
    covered = shapely.intersects(polygons[grid], points[point])
    point, grid = point[covered], grid[covered]
    order = np.lexsort((grid, point))
    return point[order], grid[order]


def _runs(point: npt.NDArray[np.int64], n: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return where each point's pairs begin, and how many there are."""
    count = np.bincount(point, minlength=n)
    return np.cumsum(count) - count, count


def _on_every_border(
    points: npt.NDArray[Any],
    polygons: npt.NDArray[Any],
    point: npt.NDArray[np.int64],
    grid: npt.NDArray[np.int64],
    count: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """Flag the points that are in the interior of none of the several grids that cover them."""
    several = count[point] > 1
    interior = shapely.contains_properly(polygons[grid[several]], points[point[several]])
    inside = np.bincount(point[several][interior], minlength=len(points))
    tied: npt.NDArray[np.bool_] = (count > 1) & (inside == 0)
    return tied


def _result(
    index: pd.Index,
    grids: gpd.GeoDataFrame,
    *,
    winner: npt.NDArray[np.int64],
    rule: npt.NDArray[np.str_],
    runs: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> pd.DataFrame:
    first, count, grid = runs
    codes = grids["code"].to_numpy(dtype=object)
    candidates = np.empty(len(index), dtype=object)
    candidates[:] = [[] for _ in range(len(index))]
    for i in np.flatnonzero(count > 1):
        candidates[i] = codes[grid[first[i] : first[i] + count[i]]].tolist()
    won = winner >= 0
    version = pd.array(np.zeros(len(index), dtype=np.int64), dtype="Int64")
    version[won] = grids.index.to_numpy(dtype=np.int64)[winner[won]]
    version[~won] = pd.NA
    code = np.full(len(index), None, dtype=object)
    code[won] = codes[winner[won]]
    status = np.select([rule == "overlap", won], ["ambiguous", "assigned"], "unassigned")
    return pd.DataFrame(
        {
            "version": version,
            "code": pd.array(code, dtype="str"),
            "status": pd.array(status, dtype="str"),
            "rule": pd.array(rule, dtype="str"),
            "candidates": candidates,
        },
        index=index,
    )
