"""Places: the points of a table's rows, from columns of coordinates or of WKT."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contracts import GEOMETRY_HEADERS, LATITUDE_HEADERS, LONGITUDE_HEADERS
from geo.frames import Refusal, Said
from geo.read.columns import headers
from geo.read.columns.values import texts
from geo.read.geometry.angles import angles, pairs
from geo.read.geometry.systems import System, as_said, looks_like_degrees, missing, system_of
from geo.read.records import GeometryArray, Records

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


def locate(records: Records, said: Said) -> Places:
    """Find the geometry of each row.

    A layer brings its own; a table has it in columns of longitude and latitude (x and y where its system
    is projected) or of WKT. What a person says goes before what the file says; a table that says nothing
    is in EPSG:4326 where its numbers can be degrees.

    Raises
    ------
    CrsUnknown
        Where the coordinate system is unknown or refused.
    """
    stated = said.crs or records.crs
    if records.geometry is not None:
        bounds = shapely.bounds(records.geometry)[:, :2]
        bounds = bounds[np.isfinite(bounds).all(axis=1)]
        assumed_wrong = records.assumed and not said.crs and not looks_like_degrees(bounds)
        if stated is None and not len(bounds):
            stated = _ASSUMED  # Nothing has a place, so nothing can be misplaced.
        if stated is None or assumed_wrong:
            raise missing(bounds)
        return Places(records.geometry, as_said(system_of(stated), said), {})
    system = as_said(system_of(stated or _ASSUMED), said)
    position = headers.find(records.headers, _aliases(said, "geometry", GEOMETRY_HEADERS))
    if position is not None:
        return _from_wkt(records, position, system)
    return _from_columns(records, system, said, assumed=stated is None)


def raw_places(records: Records, said: Said) -> tuple[GeometryArray, dict[str, int]]:
    """Return the geometry of each row in the file's own numbers, and the columns that say it.

    No coordinate system is needed; what cannot be read is None.
    """
    if records.geometry is not None:
        return records.geometry, {}
    geometry = np.full(len(records.cells), None, dtype=object)
    position = headers.find(records.headers, _aliases(said, "geometry", GEOMETRY_HEADERS))
    if position is not None:
        text = texts(records.cells[position])
        given = text.notna().to_numpy(bool)
        geometry[given] = _drawn(text[given])
        return geometry, {"geometry": position}
    x_at, y_at = columns_of(records, said, geographic=True)
    if x_at is None or y_at is None:
        return geometry, {}
    xy = np.column_stack((angles(records.cells[x_at])[0], angles(records.cells[y_at])[0]))
    whole = np.isfinite(xy).all(axis=1)
    geometry[whole] = shapely.points(xy[whole])
    return geometry, {"longitude": x_at, "latitude": y_at}


def nowhere(records: Records) -> Places:
    """Return no place for any row, for kinds that have none; geometry in the file is not looked at."""
    return Places(np.full(len(records.cells), None, dtype=object), system_of(_ASSUMED), {})


def columns_of(records: Records, said: Said, *, geographic: bool) -> tuple[int | None, int | None]:
    """Return the positions of the columns of longitude and latitude, or of x and y, None where missing."""
    step = 1 if geographic else -1  # x and y stand last among the headers that mean a place.
    x_headers = _aliases(said, "longitude", LONGITUDE_HEADERS[::step])
    y_headers = _aliases(said, "latitude", LATITUDE_HEADERS[::step])
    return headers.find(records.headers, x_headers), headers.find(records.headers, y_headers)


def _aliases(said: Said, column: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return the headers that mean a place, or the one alone that a person says."""
    return (said.fields[column],) if column in said.fields else aliases


def _from_columns(records: Records, system: System, said: Said, *, assumed: bool) -> Places:
    count = len(records.cells)
    x_at, y_at = columns_of(records, said, geographic=system.crs.is_geographic)
    geometry = np.full(count, None, dtype=object)
    if x_at is None or y_at is None:
        return Places(geometry, system, {})
    x, x_bad = angles(records.cells[x_at])
    y, y_bad = angles(records.cells[y_at])
    xy = np.column_stack((x, y))
    whole = np.isfinite(xy).all(axis=1)
    if assumed and not looks_like_degrees(xy[whole]):
        raise missing(xy[whole])
    found = problems(xy, bad=x_bad | y_bad, system=system)
    refused = tuple(
        _refusal(records.cells, i, (x_at, y_at), problem) for i, problem in enumerate(found) if problem
    )
    good = whole & (found == "")
    geometry[good] = shapely.points(xy[good])
    return Places(geometry, system, {"longitude": x_at, "latitude": y_at}, refused)


def problems(xy: FloatArray, *, bad: BoolArray, system: System) -> npt.NDArray[np.str_]:
    """Return what is wrong with each pair of coordinates, an empty text where nothing is.

    Parameters
    ----------
    xy : (n, 2) float array
        As they stand in the file; NaN where a cell is blank.
    bad : (n,) bool array
        Where a cell says something that is no number.
    system : System
        The coordinate system of them.
    """
    x, y = (xy[:, ::-1] if system.swapped else xy).T
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
    return place_refused(int(cells.index.to_numpy()[i]), x, y, str(problem))


def place_refused(row: int, x: str, y: str, problem: str) -> Refusal:
    """Return the refusal of a row for a problem with its pair of coordinates, as `problems` names it."""
    sentence = f"The place “{x}, {y}” {_SENTENCES[problem]}."
    return Refusal(row, problem, sentence, {"x": x, "y": y})


def _drawn(text: "pd.Series[str]") -> GeometryArray:
    """Return what cells of WKT, or of both coordinates, mean; None where they mean nothing."""
    found: GeometryArray = np.array(shapely.from_wkt(text.tolist(), on_invalid="ignore"), dtype=object)
    left = shapely.is_missing(found)
    found[left] = pairs(text[left])
    return found


def _from_wkt(records: Records, position: int, system: System) -> Places:
    text = texts(records.cells[position])
    given = text.notna().to_numpy(bool)
    geometry = np.full(len(text), None, dtype=object)
    geometry[given] = _drawn(text[given])
    lost = given & shapely.is_missing(geometry)
    refused = tuple(
        Refusal(
            int(records.cells.index.to_numpy()[i]),
            "geometry-unreadable",
            f"The geometry “{text.iloc[i][:40]}” is neither a place nor WKT; write such as 104.0665, 30.5728 "
            "or POINT (104.0665 30.5728).",
            {"text": text.iloc[i][:200]},
        )
        for i in np.flatnonzero(lost)
    )
    return Places(geometry, system, {"geometry": position}, refused)
