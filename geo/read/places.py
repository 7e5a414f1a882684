"""Places: the points of a table's rows, from columns of coordinates or of WKT."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contracts import LATITUDE_HEADERS, LONGITUDE_HEADERS
from geo.frames import Refusal
from geo.read import headers
from geo.read.records import GeometryArray, Records
from geo.read.systems import System, looks_like_degrees, missing, system_of
from geo.read.tables import GEOMETRY_HEADERS
from geo.read.values import numbers, texts

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

_ASSUMED = "EPSG:4326"


@dataclass(frozen=True)
class Places:
    """Where the rows of a file are.

    Parameters
    ----------
    geometry : (n,) object array
        As it stands in the file; None without a location.
    system : System
        The coordinate system of it.
    used : dict of str to int
        ``longitude``, ``latitude`` or ``geometry`` → the position of its header.
    refused : tuple of Refusal
        Rows whose place cannot be read.
    """

    geometry: GeometryArray
    system: System
    used: dict[str, int]
    refused: tuple[Refusal, ...] = ()


def locate(records: Records, crs: str | None) -> Places:
    """Find the geometry of each row.

    A layer brings its own; a table has it in columns of longitude and latitude (x and y where ``crs`` is
    projected) or of WKT. What ``crs`` says goes before what the file says; a table that says nothing
    is in EPSG:4326 where its numbers can be degrees.

    Raises
    ------
    CrsUnknown
        Where the coordinate system is unknown or refused.
    """
    stated = crs or records.crs
    if records.geometry is not None:
        bounds = shapely.bounds(records.geometry)[:, :2]
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        assumed_wrong = records.assumed and not crs and not looks_like_degrees(bounds)
        if stated is None and not len(bounds):
            stated = _ASSUMED  # Nothing has a place, so nothing can be misplaced.
        if stated is None or assumed_wrong:
            raise missing(bounds)
        return Places(records.geometry, system_of(stated), {})
    system = system_of(stated or _ASSUMED)
    position = headers.find(records.headers, GEOMETRY_HEADERS)
    if position is not None:
        return _from_wkt(records, position, system)
    return _from_columns(records, system, assumed=stated is None)


def nowhere(records: Records) -> Places:
    """Return no place for any row, for kinds that have none; geometry in the file is not looked at."""
    return Places(np.full(len(records.cells), None, dtype=object), system_of(_ASSUMED), {})


def _from_columns(records: Records, system: System, *, assumed: bool) -> Places:
    count = len(records.cells)
    x_headers, y_headers = LONGITUDE_HEADERS, LATITUDE_HEADERS
    if not system.crs.is_geographic:
        x_headers, y_headers = x_headers[::-1], y_headers[::-1]
    x_at, y_at = headers.find(records.headers, x_headers), headers.find(records.headers, y_headers)
    geometry = np.full(count, None, dtype=object)
    if x_at is None or y_at is None:
        return Places(geometry, system, {})
    x, x_bad = numbers(records.cells[x_at])
    y, y_bad = numbers(records.cells[y_at])
    xy = np.column_stack((x, y))
    whole = np.isfinite(xy).all(axis=1)
    if assumed and not looks_like_degrees(xy[whole]):
        raise missing(xy[whole])
    problems = _problems(xy, bad=x_bad | y_bad, system=system)
    refused = tuple(
        _refusal(records.cells, i, (x_at, y_at), problem) for i, problem in enumerate(problems) if problem
    )
    good = whole & (problems == "")
    geometry[good] = shapely.points(xy[good])
    return Places(geometry, system, {"longitude": x_at, "latitude": y_at}, refused)


def _problems(xy: FloatArray, *, bad: BoolArray, system: System) -> npt.NDArray[np.str_]:
    """Return what is wrong with each pair of coordinates, an empty text where nothing is."""
    x, y = xy[:, 0], xy[:, 1]
    half = np.isnan(x) ^ np.isnan(y)
    cases = [bad, half, (x == 0) & (y == 0)]
    names = ["coordinate-unreadable", "coordinate-missing", "coordinates-zero"]
    if system.crs.is_geographic:
        cases += [
            (np.abs(y) > 90) & (np.abs(y) <= 180) & (np.abs(x) <= 90),
            np.abs(y) > 90,
            np.abs(x) > 180,
        ]
        names += ["coordinates-swapped", "latitude-out-of-range", "longitude-out-of-range"]
    return np.select(cases, names, default="")


_SENTENCES = {
    "coordinate-unreadable": "is no pair of numbers; write decimal degrees such as 104.0665, 30.5728",
    "coordinate-missing": "lacks one of the two; fill it in, or leave both blank",
    "coordinates-zero": "is where no zone is; fill in the place, or leave both blank",
    "coordinates-swapped": "seems to be latitude, longitude; swap the two columns",
    "latitude-out-of-range": "has a latitude beyond 90°; correct it",
    "longitude-out-of-range": "has a longitude beyond 180°; correct it",
}


def _refusal(cells: pd.DataFrame, i: int, at: tuple[int, int], problem: str) -> Refusal:
    x, y = ("" if pd.isna(text) else str(text)[:40] for text in cells.iloc[i][list(at)])
    return Refusal(
        int(cells.index.to_numpy()[i]),
        str(problem),
        f"The place “{x}, {y}” {_SENTENCES[str(problem)]}.",
        {"x": x, "y": y},
    )


def _from_wkt(records: Records, position: int, system: System) -> Places:
    text = texts(records.cells[position])
    given = text.notna().to_numpy(bool)
    geometry = np.full(len(text), None, dtype=object)
    geometry[given] = shapely.from_wkt(text[given].tolist(), on_invalid="ignore")
    lost = given & shapely.is_missing(geometry)
    refused = tuple(
        Refusal(
            int(records.cells.index.to_numpy()[i]),
            "geometry-unreadable",
            f"The geometry “{text.iloc[i][:40]}” is no WKT; write such as POINT (104.0665 30.5728).",
            {"text": text.iloc[i][:200]},
        )
        for i in np.flatnonzero(lost)
    )
    return Places(geometry, system, {"geometry": position}, refused)
