"""Placing: coordinates as they stand in a file → longitude and latitude, and the rows refused for theirs.

The law is that of a table that is loaded (`geo.read.geometry.places`); rows that are plainly well take a
short way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from geo.frames import Refusal
from geo.index.raster import Floats
from geo.index.sides import Flags
from geo.read.geometry.places import place_refused, problems
from geo.read.geometry.systems import System, lonlat_of
from geo.stream.batch import LISTED

_WKB_POINT = {b"\x01\x01\x00\x00\x00": "<f8", b"\x00\x00\x00\x00\x01": ">f8"}
"""How a point without heights begins in WKB → the numbers that follow."""
_WKB_BYTES = 21


@dataclass(frozen=True, eq=False)
class Placed:
    """Rows with their places.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Longitude and latitude; NaN where there is no location.
    bad : ndarray of bool, shape (n,)
        The rows refused.
    refused : tuple of Refusal
        Why, `LISTED` at most; ``row`` counts from 1.
    """

    x: Floats
    y: Floats
    bad: Flags
    refused: tuple[Refusal, ...]


def placed(x: Floats, y: Floats, system: System, *, unread: Flags | None = None) -> Placed:
    """Return coordinates of a system as longitude and latitude.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        As they stand in the file; both NaN for no location.
    system : System
        Theirs.
    unread : ndarray of bool, optional
        Where a cell says something that is no number.
    """
    well = (np.abs(x) <= 180) & (np.abs(y) <= 90) & ((x != 0) | (y != 0))
    if not system.crs.is_geographic:
        well = np.isfinite(x) & np.isfinite(y) & ((x != 0) | (y != 0))
    well |= np.isnan(x) & np.isnan(y)
    if unread is not None:
        well &= ~unread
    doubtful = np.flatnonzero(~well)
    bad = np.zeros(len(x), dtype=bool)
    refused: tuple[Refusal, ...] = ()
    if len(doubtful):
        refused = _examined(x, y, system, unread, doubtful, bad)
    if system.plain:
        return Placed(x, y, bad, refused)
    return _converted(x, y, system, bad, refused)


def points_of_wkb(values: pa.Array) -> tuple[Floats, Floats, Flags]:
    """Return the coordinates of points in WKB, NaN for missing and empty ones, and which are no points.

    Parameters
    ----------
    values : pyarrow.Array of binary
        The geometries.
    """
    values = values.cast(pa.large_binary())
    _, begins, data = values.buffers()
    if len(values) and not values.null_count and data is not None:
        at = np.frombuffer(begins, np.int64)[values.offset : values.offset + len(values) + 1]
        if (np.diff(at) == _WKB_BYTES).all():
            raw = np.frombuffer(data, np.uint8)[at[0] : at[-1]].reshape(-1, _WKB_BYTES)
            kind = _WKB_POINT.get(raw[0, :5].tobytes())
            if kind and (raw[:, :5] == raw[0, :5]).all():
                xy = np.ascontiguousarray(raw[:, 5:]).view(kind).astype(np.float64)
                return xy[:, 0].copy(), xy[:, 1].copy(), np.zeros(len(xy), dtype=bool)
    shapes = shapely.from_wkb(values.to_numpy(zero_copy_only=False), on_invalid="ignore")
    return points_of(shapes, missing=values.is_null().to_numpy(zero_copy_only=False))


def points_of_wkt(texts: Sequence[str | None]) -> tuple[Floats, Floats, Flags]:
    """Return the same of points in WKT; a blank cell is no location."""
    blank = np.array([text is None or not text.strip() for text in texts], dtype=bool)
    given = np.array(texts, dtype=object)
    given[blank] = None
    return points_of(shapely.from_wkt(given, on_invalid="ignore"), missing=blank)


def points_of(
    shapes: npt.NDArray[np.object_], *, missing: Flags | None = None
) -> tuple[Floats, Floats, Flags]:
    """Return the coordinates of shapely points likewise; a multi-point of one point is that point."""
    lone = (shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT) & (
        shapely.get_num_geometries(shapes) == 1
    )
    shapes = shapes.copy()
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    absent = shapely.is_missing(shapes)
    kind = shapely.get_type_id(shapes)
    no_point = ~absent & (kind != shapely.GeometryType.POINT)
    if missing is not None:
        no_point |= absent & ~missing
    lost = absent | no_point | shapely.is_empty(shapes)
    shapes[lost] = None
    return shapely.get_x(shapes), shapely.get_y(shapes), no_point


def no_points(rows: npt.NDArray[np.int64]) -> tuple[Refusal, ...]:
    """Return the refusals of rows whose geometry is no point, by their places from 0."""
    sentence = "The geometry is no point that can be read; give the row a point, or no geometry."
    return tuple(Refusal(row + 1, "geometry-unfit", sentence, {}) for row in rows[:LISTED].tolist())


def _examined(
    x: Floats, y: Floats, system: System, unread: Flags | None, rows: npt.NDArray[np.int64], bad: Flags
) -> tuple[Refusal, ...]:
    """Mark the rows whose place is wrong; return why."""
    xy = np.column_stack([x[rows], y[rows]])
    unreadable: Flags = np.asarray(np.isinf(xy).any(axis=1))
    if unread is not None:
        unreadable |= unread[rows]
    found = problems(xy, bad=unreadable, system=system)
    wrong = np.flatnonzero(found != "")
    bad[rows[wrong]] = True
    return tuple(
        place_refused(int(rows[i]) + 1, _said(xy[i, 0]), _said(xy[i, 1]), str(found[i]))
        for i in wrong[:LISTED].tolist()
    )


def _converted(x: Floats, y: Floats, system: System, bad: Flags, refused: tuple[Refusal, ...]) -> Placed:
    """Convert the places to degrees; refuse those that the system cannot hold."""
    given = np.flatnonzero(~bad & ~np.isnan(x))
    lonlat = lonlat_of(np.column_stack([x[given], y[given]]), system)
    beyond = ~((np.abs(lonlat[:, 0]) <= 180) & (np.abs(lonlat[:, 1]) <= 90))
    bad = bad.copy()
    bad[given[beyond]] = True
    moved = np.full((2, len(x)), np.nan)
    moved[:, given] = lonlat.T
    sentence = f"lies outside of what {system.label} can hold; correct it, or say another --crs."
    more = tuple(
        Refusal(
            row + 1,
            "geometry-unfit",
            f"The place “{_said(x[row])}, {_said(y[row])}” {sentence}",
            {"x": _said(x[row]), "y": _said(y[row])},
        )
        for row in given[beyond][:LISTED].tolist()
    )
    every = tuple(sorted((*refused, *more), key=lambda one: one.row))[:LISTED]
    return Placed(moved[0], moved[1], bad, every)


def _said(value: float) -> str:
    return "" if np.isnan(value) else repr(float(value))
