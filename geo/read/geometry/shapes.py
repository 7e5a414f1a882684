"""Shapes: the geometry of each row made to fit its contract, or the reason why it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contracts import Contract
from geo.frames import Refusal
from geo.read.geometry.systems import System, to_lonlat
from geo.read.records import GeometryArray

BoolArray = npt.NDArray[np.bool_]

# By shapely's type ids; −1, the last, is a missing geometry.
_NAMES = np.array(
    [
        "Point",
        "LineString",
        "LinearRing",
        "Polygon",
        "MultiPoint",
        "MultiLineString",
        "MultiPolygon",
        "GeometryCollection",
        "",
    ],
    dtype=object,
)
_SINGLES = {"MultiPolygon": "Polygon", "MultiLineString": "LineString", "MultiPoint": "Point"}


@dataclass(frozen=True)
class Fit:
    """Geometries in EPSG:4326 of the types of a contract, and what did not fit."""

    geometry: GeometryArray
    refused: tuple[Refusal, ...]
    remarks: tuple[Refusal, ...]


def fit(
    geometry: GeometryArray,
    rows: pd.Index,
    contract: Contract,
    system: System,
    *,
    keep_invalid: bool = False,
) -> Fit:
    """Make geometries two-dimensional, of the contract's types, in EPSG:4326.

    Nothing is mended: an invalid polygon is refused with the reason and the place. A polygon becomes
    a multi-polygon, and a multi-point of one point a point, where the contract asks for it; lines of
    several parts stay whole for streets, to be divided with their ids.

    Parameters
    ----------
    geometry : (n,) object array
        shapely geometries or None, in ``system``.
    rows : Index
        The rows' numbers in the file.
    contract : Contract
        Which types are allowed and whether a geometry is required.
    system : System
        The coordinate system of the geometries.
    keep_invalid : bool
        Keep invalid polygons as they are, for those who examine and mend them.
    """
    flat = shapely.force_2d(geometry)
    remarks = _heights(geometry, rows, used=contract.kind == "streets")
    if not contract.geometry_required:
        remarks += _empty(flat, rows)
    flat = _only(flat, ~shapely.is_empty(flat))
    problems = np.full(len(flat), "", dtype=object)
    _mark(problems, ~_finite(flat), "is not finite")
    promoted = _promote(flat, contract.geometry)
    _mark(problems, ~_of_type(promoted, contract), _wrong_types(promoted, contract))
    placed = to_lonlat(_only(promoted, problems == ""), system)
    _mark(problems, ~_on_earth(placed), f"lies outside of what {system.label} can hold")
    placed = _only(placed, problems == "")
    if not keep_invalid:
        invalid = ~shapely.is_missing(placed) & ~shapely.is_valid(placed)
        _mark(problems, invalid, shapely.is_valid_reason(_only(placed, invalid)).tolist())
    if contract.geometry_required:
        _mark(problems, shapely.is_missing(flat), "is missing or empty")
    refused = tuple(
        _refusal(int(row), contract, str(problem))
        for row, problem in zip(rows, problems, strict=True)
        if problem
    )
    return Fit(_only(placed, problems == ""), refused, remarks)


def without_empty_rings(geometry: GeometryArray) -> GeometryArray:
    """Return polygons without the rings that have no vertex; whatever has none keeps every bit.

    Such a ring bounds nothing, GEOS calls its polygon valid, and ends the process where it compares it
    with another (`equals`, `contains`, `touches` and `within` of GEOS 3.14).

    Parameters
    ----------
    geometry : (n,) object array
        Geometries of any type, or None.
    """
    parts, owners = shapely.get_parts(geometry, return_index=True)
    hollow = np.flatnonzero(shapely.get_num_interior_rings(parts) > 0)
    rings, of = shapely.get_rings(parts[hollow], return_index=True)
    bare = np.unique(owners[hollow[of[shapely.get_num_coordinates(rings) == 0]]])
    cleaned = geometry.copy()
    for row in bare.tolist():
        cleaned[row] = _without_empty_rings(geometry[row])
    return cleaned


def _without_empty_rings(geometry: shapely.Geometry) -> shapely.Geometry:
    if isinstance(geometry, shapely.Polygon):
        return shapely.Polygon(geometry.exterior, [ring for ring in geometry.interiors if not ring.is_empty])
    if not isinstance(geometry, shapely.MultiPolygon | shapely.GeometryCollection):
        return geometry
    parts: list[Any] = [_without_empty_rings(part) for part in geometry.geoms]
    return type(geometry)(parts)


def _only(geometry: GeometryArray, keep: BoolArray) -> GeometryArray:
    """Return geometries with None for those not to be kept."""
    kept = np.full(len(geometry), None, dtype=object)
    kept[keep] = geometry[keep]
    return kept


def _mark(problems: GeometryArray, where: BoolArray, problem: str | Sequence[str]) -> None:
    """Note a problem of rows that have none yet; the caller's own scratch array is filled."""
    for i in np.flatnonzero(where & (problems == "")).tolist():
        problems[i] = problem if isinstance(problem, str) else problem[i]


def _heights(geometry: GeometryArray, rows: pd.Index, *, used: bool) -> tuple[Refusal, ...]:
    """Remark on measures, and on heights that no slope is made of (`geo.read.geometry.heights`)."""
    high = rows.to_numpy()[(shapely.has_z(geometry) & (not used)) | shapely.has_m(geometry)]
    if not len(high):
        return ()
    return (
        Refusal(
            0,
            "heights-dropped",
            f"Heights or measures of {len(high)} rows, the first of them row {high[0]}, were left out.",
            {"count": len(high), "first": int(high[0])},
        ),
    )


def _empty(geometry: GeometryArray, rows: pd.Index) -> tuple[Refusal, ...]:
    return tuple(
        Refusal(int(row), "geometry-empty", "The geometry is empty; the row is without a location.")
        for row in rows.to_numpy()[shapely.is_empty(geometry)]
    )


def _finite(geometry: GeometryArray) -> BoolArray:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    finite = np.ones(len(geometry), dtype=bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def _on_earth(geometry: GeometryArray) -> BoolArray:
    xy, owner = shapely.get_coordinates(geometry, return_index=True)
    good = np.ones(len(geometry), dtype=bool)
    outside = ~((np.abs(xy[:, 0]) <= 180) & (np.abs(xy[:, 1]) <= 90))
    good[owner[outside]] = False
    return good


def _promote(geometry: GeometryArray, types: tuple[str, ...]) -> GeometryArray:
    result = geometry.copy()
    kinds = _kinds(geometry)
    if "MultiPolygon" in types and "Polygon" not in types:
        single = kinds == "Polygon"
        result[single] = shapely.multipolygons(geometry[single], indices=np.arange(single.sum()))
    if "Point" in types and "MultiPoint" not in types:
        lone = (kinds == "MultiPoint") & (shapely.get_num_geometries(geometry) == 1)
        result[lone] = shapely.get_geometry(geometry[lone], 0)
    collected = (kinds == "GeometryCollection") & (shapely.get_num_geometries(geometry) == 1)
    if collected.any():
        result[collected] = _promote(shapely.get_geometry(geometry[collected], 0), types)
    return result


def _kinds(geometry: GeometryArray) -> npt.NDArray[np.object_]:
    return _NAMES[shapely.get_type_id(geometry)]


def _of_type(geometry: GeometryArray, contract: Contract) -> BoolArray:
    allowed = {"", *contract.geometry}
    if contract.kind == "streets":
        allowed.add("MultiLineString")
    return np.array([kind in allowed for kind in _kinds(geometry)], dtype=bool)


def _wrong_types(geometry: GeometryArray, contract: Contract) -> list[str]:
    wanted = " or ".join(_SINGLES.get(name, name) for name in contract.geometry[:2])
    return [f"is a {kind}, but {contract.kind} need a {wanted}" for kind in _kinds(geometry)]


def _refusal(row: int, contract: Contract, problem: str) -> Refusal:
    """Return the refusal for one geometry; GEOS says “reason[x y]” of an invalid one."""
    if problem.startswith(("is ", "lies ")):
        sentence, code = f"The geometry {problem}; correct it in the layer.", "geometry-unfit"
    else:
        reason, _, place = problem.removesuffix("]").partition("[")
        sentence = f"The geometry is invalid: {reason} at {place}; mend it in the layer."
        code = "geometry-invalid"
    return Refusal(row, code, sentence, {"kind": contract.kind, "reason": problem})
