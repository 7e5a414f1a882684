"""Walls and their gates: what stops a way, and where it is let through.

::

    ──────┃──────   a wall across a street: its two sides have no node in common any more
    ──────╫──────   a gate in it that the mode may pass: nothing happens
    ──────┤├─────   a gate that the mode may not pass, wall or none: as a wall that is as wide as the gate

Only streets on the ground are stopped: bridges and tunnels pass over and under. Gates and their access follow
https://wiki.openstreetmap.org/wiki/Key:barrier.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.frames import CRS
from geo.streets.network import Flags, Floats, Ints, Mode

WALL, GATE = "wall", "gate"
"""The kinds of ground that this is about."""

GATE_M = 2.5
"""So far on either side of its place a gate opens its wall, and shuts a street that it stands on."""

ASIDE_M = 0.05
"""So far from the wall a street begins anew behind it."""

TOUCH_M = 1e-3
"""What is nearer to a wall than this lies on it."""

Geometries = npt.NDArray[Any]


def closed_walls(ground: gpd.GeoDataFrame, mode: Mode) -> Geometries:
    """Return the walls without the gates in them that a mode may pass.

    Parameters
    ----------
    ground : GeoDataFrame
        In metres: ``kind``, and of gates ``walk``, ``ebike``, ``drive`` (``no`` is closed).
    mode : {"walk", "ebike", "drive"}
        Who wants to pass.

    Returns
    -------
    ndarray of LineString
    """
    walls = ground.geometry[ground["kind"] == WALL].to_numpy()
    walls = np.where(shapely.get_dimensions(walls) == 2, shapely.boundary(walls), walls)
    gates = _gates(ground, mode, closed=False)
    if len(walls) and len(gates):
        wall, gate = shapely.STRtree(walls).query(gates, predicate="dwithin", distance=GATE_M)[::-1]
        for row in np.unique(wall):
            holes = shapely.union_all(shapely.buffer(gates[gate[wall == row]], GATE_M))
            walls[row] = shapely.difference(walls[row], holes)
    return _lines(walls)


def shut_gates(ground: gpd.GeoDataFrame, mode: Mode) -> Geometries:
    """Return the places of the gates that a mode may not pass, in the system of the ground."""
    return _gates(ground, mode, closed=True)


def stopped(
    streets: gpd.GeoDataFrame, walls: Geometries, gates: Geometries, *, crs: str
) -> tuple[gpd.GeoDataFrame, Floats]:
    """Part the streets where a wall or a shut gate stands across them.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS`` in EPSG:4326, noded.
    walls, gates : ndarray of LineString, of Point
        What is closed, in metres.
    crs : str
        Their system.

    Returns
    -------
    GeoDataFrame, ndarray (n, 2)
        The streets, a parted one in several rows with one label; and the places in metres.
    """
    project = Transformer.from_crs(CRS, crs, always_xy=True)
    lines = streets.geometry.to_numpy()
    flat = streets["layer"].fillna(0).to_numpy(dtype=np.int64) == 0
    near = np.flatnonzero(flat)[_near(lines[flat], [*walls, *gates], project)]
    lonlat, line = shapely.get_coordinates(lines[near], return_index=True)
    xy = np.column_stack(project.transform(*lonlat.T)) if len(near) else lonlat
    start = np.flatnonzero(np.diff(line) == 0)
    pieces = _segments(np.concatenate([_lines(walls), _across(gates, xy, start)]))
    met = _parted(_meetings(xy, lonlat, start, pieces, project))
    if met.empty:
        return streets, np.empty((0, 2))
    anew, number = _rebuilt(lonlat, line, met, project)
    whole = np.setdiff1d(np.arange(len(streets)), near)
    row = np.concatenate([whole, near[number]])
    order = np.argsort(row, kind="stable")
    shapes = np.concatenate([lines[whole], anew])[order]
    places = met.drop_duplicates(["lon", "lat"])[["x", "y"]].to_numpy()
    return streets.iloc[row[order]].set_geometry(shapes, crs=CRS), places


def _gates(ground: gpd.GeoDataFrame, mode: Mode, *, closed: bool) -> Geometries:
    gates = ground[ground["kind"] == GATE]
    shut = gates[mode].astype("str").eq("no").to_numpy(dtype=bool) if len(gates) else np.zeros(0, dtype=bool)
    return np.asarray(shapely.centroid(gates.geometry.to_numpy()[shut == closed]))


def _lines(shapes: Geometries) -> Geometries:
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    found: Geometries = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    return found


def _near(lines: Geometries, shapes: list[Any], project: Transformer) -> Flags:
    """Flag the lines, in degrees, whose box meets that of one of the shapes."""
    flags = np.zeros(len(lines), dtype=bool)
    if shapes and len(lines):
        bounds = shapely.bounds(np.array(shapes, dtype=object)) + np.array([-1, -1, 1, 1]) * 2 * GATE_M
        corners = [
            project.transform(bounds[:, i], bounds[:, j], direction="INVERSE") for i in (0, 2) for j in (1, 3)
        ]
        low, high = np.min(corners, axis=0), np.max(corners, axis=0)
        boxes = np.asarray(shapely.box(*low, *high))
        flags[shapely.STRtree(boxes).query(lines)[0]] = True
    return flags


def _segments(lines: Geometries) -> Floats:
    """Return the straight pieces (p, 2, 2) of lines."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    first = np.flatnonzero(np.diff(line) == 0)
    return np.stack([xy[first], xy[first + 1]], axis=1)


def _across(gates: Geometries, xy: Floats, start: Ints) -> Geometries:
    """Return for each gate that stands on a street a line across it, as wide as the gate."""
    if not len(gates) or not len(start):
        return np.empty(0, dtype=object)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1))))
    gate, piece = tree.query_nearest(gates, max_distance=GATE_M, all_matches=False)
    along = xy[start[piece] + 1] - xy[start[piece]]
    across = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None] * GATE_M
    place = shapely.get_coordinates(gates[gate])
    run = ((place - xy[start[piece]]) * along).sum(axis=1) / (along**2).sum(axis=1)
    foot = xy[start[piece]] + np.clip(run, 0, 1)[:, None] * along
    return np.asarray(shapely.linestrings(np.stack([foot - across, foot + across], axis=1)))


def _meetings(xy: Floats, lonlat: Floats, start: Ints, walls: Floats, project: Transformer) -> pd.DataFrame:
    """Return where pieces of streets end on a wall, or are cut by it.

    Columns ``vertex`` and ``share`` (where on which segment), ``onward`` (whether the piece runs on from
    there, or comes there), ``side`` (1 left of the wall, -1 right, 0 along it), ``x``, ``y``, ``nx``, ``ny``
    (the place, and the wall's left), and ``lon``, ``lat``, equal for pieces that meet.
    """
    pieces = np.asarray(shapely.linestrings(np.stack([xy[start], xy[start + 1]], axis=1)))
    fences = np.asarray(shapely.linestrings(walls))
    row, wall = shapely.STRtree(fences).query(pieces, predicate="dwithin", distance=TOUCH_M)
    order = np.lexsort((wall, row))
    row, wall = row[order], wall[order]
    first, p, run = start[row], walls[wall, 0], walls[wall, 1] - walls[wall, 0]
    long = np.hypot(*run.T)
    left = np.column_stack([-run[:, 1], run[:, 0]]) / long[:, None]
    off = np.stack([((xy[first + end] - p) * left).sum(axis=1) for end in (0, 1)])
    side = np.sign(np.where(np.abs(off) < TOUCH_M, 0.0, off))
    share = off[0] / np.where(off[0] == off[1], 1.0, off[0] - off[1])
    cut = side[0] * side[1] < 0
    on = [(side[e] == 0) & _beside(xy[first + e], p, run, long) for e in (0, 1)]
    place = xy[first] + share[:, None] * (xy[first + 1] - xy[first])
    there = np.column_stack(project.transform(place[:, 0], place[:, 1], direction="INVERSE"))
    ends = [
        _ends(first, share, place, there, left, side=side[0], onward=False)[cut],
        _ends(first, share, place, there, left, side=side[1], onward=True)[cut],
        _ends(first, 0.0 * share, xy[first], lonlat[first], left, side=side[1], onward=True)[on[0]],
        _ends(first, 0.0 * share + 1, xy[first + 1], lonlat[first + 1], left, side=side[0], onward=False)[
            on[1]
        ],
    ]
    met: pd.DataFrame = pd.concat(ends, ignore_index=True)
    return met.drop_duplicates(["vertex", "share", "onward"])


def _beside(xy: Floats, p: Floats, run: Floats, long: Floats) -> Flags:
    """Flag the places, on the line through a wall, that lie between its ends."""
    along = ((xy - p) * run).sum(axis=1) / long
    flags: Flags = (along > -TOUCH_M) & (along < long + TOUCH_M)
    return flags


def _ends(  # noqa: PLR0913 – the columns of a table, each an array
    vertex: Ints, share: Floats, xy: Floats, lonlat: Floats, left: Floats, *, side: Floats, onward: bool
) -> pd.DataFrame:
    columns = {"vertex": vertex, "share": np.round(share, 9), "side": side, "onward": onward}
    columns |= dict(zip(("x", "y", "nx", "ny"), (*xy.T, *left.T), strict=True))
    return pd.DataFrame(columns | {"lon": lonlat[:, 0] + 0.0, "lat": lonlat[:, 1] + 0.0})


def _parted(met: pd.DataFrame) -> pd.DataFrame:
    """Return the meetings at places where there are pieces on both sides of one wall, with where they end."""
    place = met.groupby(["lon", "lat"], sort=False)
    both = (place["side"].transform("max") > 0) & (place["side"].transform("min") < 0)
    first = place[["x", "y", "nx", "ny"]].transform("first")
    aside = first[["x", "y"]].to_numpy() + ASIDE_M * first[["nx", "ny"]].to_numpy()
    return met.assign(aside_x=aside[:, 0], aside_y=aside[:, 1])[both]


def _rebuilt(lonlat: Floats, line: Ints, met: pd.DataFrame, project: Transformer) -> tuple[Geometries, Ints]:
    """Return the lines anew, with the number of each; what lies left of a wall ends aside of it."""
    aside = project.transform(met["aside_x"].to_numpy(), met["aside_y"].to_numpy(), direction="INVERSE")
    ends = np.where((met["side"] > 0).to_numpy()[:, None], np.column_stack(aside), met[["lon", "lat"]])
    # Where each end stands among the vertices, a coming one before one that runs on.
    at = (met["vertex"] + met["share"]).to_numpy()
    kept = np.flatnonzero(~np.isin(np.arange(len(line)), at))
    where = np.concatenate([kept, at])
    onward = np.concatenate([np.zeros(len(kept), dtype=bool), met["onward"].to_numpy(dtype=bool)])
    owner = np.concatenate([line[kept], line[met["vertex"].to_numpy()]])
    order = np.lexsort((onward, where, owner))
    coordinates, owner = np.concatenate([lonlat[kept], ends])[order], owner[order]
    part = np.cumsum(onward[order] | (np.diff(owner, prepend=-1) != 0)) - 1
    # Of an end that touches, one vertex alone may be left over.
    part = np.where(np.bincount(part)[part] > 1, part, -1)
    _, index = np.unique(part[part >= 0], return_inverse=True)
    lines = np.asarray(shapely.linestrings(coordinates[part >= 0], indices=index))
    return lines, owner[part >= 0][np.flatnonzero(np.diff(index, prepend=-1))]
