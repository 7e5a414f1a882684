"""Moves: which points a redrawing gives to another grid, and what each grid then has to carry.

Only points near a grid that changes are looked at. The answer is the same as that of assigning every point
anew: what covers a point elsewhere is what covered it before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.assignment.overrides import overruled
from geo.assignment.rule import assign
from geo.partition.outlines import BoolArray, FloatArray, GeometryArray

LOAD = ("enterprises", "workers", "stations")
"""What a grid carries."""


@dataclass(frozen=True, eq=False)
class Redrawing:
    """Two states of one partition whose grids are known by one id in both.

    Parameters
    ----------
    before, after : GeoDataFrame
        The grids in EPSG:4326; index the grid's id; ``code``.
    changed : GeometryArray
        The boxes of the grids, of either state, whose outline or code differs.
    """

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    changed: GeometryArray


def redraw(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> Redrawing:
    """Put two states beside each other.

    Parameters
    ----------
    before, after : GeoDataFrame
        The grids of one partition in EPSG:4326; index the grid's id, unique; ``code``.
    """
    place = after.index.get_indexer(before.index)
    both = np.flatnonzero(place >= 0)
    old, new = before.geometry.to_numpy(), after.geometry.to_numpy()
    was, now = old[both], new[place[both]]
    missing = shapely.is_missing(was) & shapely.is_missing(now)
    differs = ~(shapely.equals_identical(was, now) | missing)
    # The code decides who has a point on a common border.
    differs |= before["code"].to_numpy()[both] != after["code"].to_numpy()[place[both]]
    touched_old, touched_new = np.ones(len(old), dtype=bool), np.ones(len(new), dtype=bool)
    touched_old[both], touched_new[place[both]] = differs, differs
    return Redrawing(before, after, _boxes(np.concatenate([old[touched_old], new[touched_new]])))


def moving(drawn: Redrawing, points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that get another grid or another status.

    Parameters
    ----------
    points : DataFrame
        Any index; ``lon``, ``lat`` in degrees, NaN without a location; ``word``, where there is such a
        column: the id of the grid that a person gave it, NA for none.

    Returns
    -------
    DataFrame
        Index of the points that move, in their order; ``before`` and ``after`` (the grids' ids, Int64,
        NA for none), ``code_before``, ``code_after``, ``status_before``, ``status_after``.
    """
    near = points[near_boxes(points, drawn.changed) | _given(points)]
    return compared(_assigned(near, drawn.before), _assigned(near, drawn.after))


def compared(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return where two assignments of the same points differ in the grid or in the status; see `moving`."""
    table = pd.DataFrame(
        {
            f"{name}_{when}" if name else when: result[column]
            for name, column in (("", "version"), ("code", "code"), ("status", "status"))
            for when, result in (("before", old), ("after", new))
        },
        index=old.index,
    )
    other_grid = table["before"].fillna(0) != table["after"].fillna(0)
    moved: pd.DataFrame = table[other_grid | (table["status_before"] != table["status_after"])]
    return moved


def loads(
    drawn: Redrawing,
    points: Mapping[str, pd.DataFrame],
    moves: Mapping[str, pd.DataFrame],
    *,
    also: Iterable[int] = (),
) -> pd.DataFrame:
    """Return what the grids carry before and after, of which anything moves in or out.

    An ambiguous point counts in the grid that it was provisionally given.

    Parameters
    ----------
    points : mapping of str to DataFrame
        ``enterprises`` and ``stations`` with ``lon`` and ``lat``; the enterprises with ``workers`` (Int64,
        of which a missing one weighs nothing).
    moves : mapping of str to DataFrame
        What `moving` returned for each of them.
    also : iterable of int
        Ids of further grids to tell.

    Returns
    -------
    DataFrame
        Index the grid's id, sorted by code; ``code``; and ``enterprises_before``, ``workers_before``,
        ``stations_before``, ``enterprises_after`` and so on, 0 where the grid is not there.
    """
    ids = touched(moves, also)
    held = {}
    for when, grids in (("before", drawn.before), ("after", drawn.after)):
        # Every point in one of these grids counts, not only those near what changed.
        boxes = _boxes(grids[grids.index.isin(ids)].geometry.to_numpy())
        for name, frame in points.items():
            near = frame[near_boxes(frame, boxes) | _given(frame)]
            held[f"{name}_{when}"] = _assigned(near, grids)["version"]
    return carried(drawn, ids, held, points["enterprises"]["workers"])


def touched(moves: Mapping[str, pd.DataFrame], also: Iterable[int] = ()) -> pd.Index:
    """Return the ids of the grids that points move into or out of, and of further ones, sorted."""
    moved = {int(n) for one in moves.values() for when in ("before", "after") for n in one[when].dropna()}
    return pd.Index(sorted({*moved, *also}), dtype="int64")


def carried(
    drawn: Redrawing, ids: pd.Index, held: Mapping[str, "pd.Series[Any]"], workers: "pd.Series[Any]"
) -> pd.DataFrame:
    """Count what some grids hold; see `loads`.

    Parameters
    ----------
    ids : Index
        The grids.
    held : mapping of str to Series
        ``enterprises_before``, ``stations_after`` and so on: the grid of each point, NA for none. Every
        point of these grids is in it.
    workers : Series
        Of the enterprises.
    """
    counts = {name: grid.astype("Int64").value_counts() for name, grid in held.items()}
    weights = workers.fillna(0).astype("int64")
    for when in ("before", "after"):
        grid = held[f"enterprises_{when}"].astype("Int64")
        counts[f"workers_{when}"] = weights.reindex(grid.index).groupby(grid).sum()
    new, old = (state["code"].astype(object).reindex(ids) for state in (drawn.after, drawn.before))
    none = pd.Series(0, index=ids)
    columns = [f"{name}_{when}" for when in ("before", "after") for name in LOAD]
    table = pd.DataFrame(
        {"code": new.where(new.notna(), old)}
        | {name: counts.get(name, none).reindex(ids).fillna(0).astype("int64") for name in columns},
        index=ids,
    )
    return table.iloc[sorted(range(len(table)), key=lambda k: (table["code"].iloc[k], table.index[k]))]


def near_boxes(points: pd.DataFrame, boxes: GeometryArray) -> BoolArray:
    """Flag the points that lie in or on one of some boxes (n,); one without a location does not.

    Parameters
    ----------
    points : DataFrame (n,)
        ``lon`` and ``lat`` in degrees, NaN without a location.
    boxes : (m,) array of polygons
        In EPSG:4326, with sides along the axes.
    """
    flags = np.zeros(len(points), dtype=bool)
    if not len(boxes):
        return flags
    lon, lat = points["lon"].to_numpy(dtype=float), points["lat"].to_numpy(dtype=float)
    west, south, east, north = shapely.total_bounds(boxes)
    rows = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    found = shapely.STRtree(boxes).query(shapely.points(lon[rows], lat[rows]), predicate="intersects")[0]
    flags[rows[found]] = True
    return flags


def _given(points: pd.DataFrame) -> BoolArray:
    """Flag the points that a person gave a grid, which may lie anywhere."""
    if "word" not in points:
        return np.zeros(len(points), dtype=bool)
    return points["word"].notna().to_numpy(dtype=bool)


def _boxes(shapes: GeometryArray) -> GeometryArray:
    bounds: FloatArray = shapely.bounds(shapes).reshape(-1, 4)
    return np.asarray(shapely.box(*bounds[np.isfinite(bounds).all(axis=1)].T))


def _assigned(points: pd.DataFrame, grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Assign points to those grids that lie about them; no others can cover one, but be given one."""
    lonlat = points[["lon", "lat"]].to_numpy(dtype=float)
    about = np.zeros(len(grids), dtype=bool)
    if np.isfinite(lonlat).all(axis=1).any():
        (west, south), (east, north) = np.nanmin(lonlat, axis=0), np.nanmax(lonlat, axis=0)
        low_x, low_y, high_x, high_y = shapely.bounds(grids.geometry.to_numpy()).reshape(-1, 4).T
        about = (high_x >= west) & (low_x <= east) & (high_y >= south) & (low_y <= north)
    found = assign(lonlat, grids[about]).set_axis(points.index)
    if "word" not in points:
        return found
    known = pd.DataFrame({"grid_id": grids.index, "code": grids["code"].to_numpy()}, index=grids.index)
    return overruled(found, points["word"].dropna(), known)
