"""Closing: lines that were drawn around an area, as the polygons that they mean."""

import numpy as np
import pandas as pd
import shapely

from geo.contracts import Contract
from geo.frames import Refusal
from geo.read.records import GeometryArray

_NEARLY = 0.01
"""Up to this share of its length the ends of an outline may lie apart: no vertex moves, one edge is added."""


def closed(
    geometry: GeometryArray, rows: pd.Index, contract: Contract
) -> tuple[GeometryArray, tuple[Refusal, ...]]:
    """Return outlines drawn as lines as polygons, where a contract asks for these and for no lines.

    An outline is a line of four vertices or more that ends where it begins, or nearly so. That lines were
    taken so is told in a remark, and how far the widest was open. Others stay lines.

    Parameters
    ----------
    geometry : (n,) object array
        Geometries of any type, or None.
    rows : Index
        The rows' numbers in the file.
    contract : Contract
        What they are to be.
    """
    if "MultiPolygon" not in contract.geometry or "LineString" in contract.geometry:
        return geometry, ()
    result: GeometryArray = np.array(geometry, dtype=object)
    lone = (shapely.get_type_id(result) == shapely.GeometryType.MULTILINESTRING) & (
        shapely.get_num_geometries(result) == 1
    )
    result[lone] = shapely.get_geometry(result[lone], 0)
    lines = np.flatnonzero(shapely.get_type_id(result) == shapely.GeometryType.LINESTRING)
    gaps = shapely.distance(shapely.get_point(result[lines], 0), shapely.get_point(result[lines], -1))
    whole = shapely.is_closed(result[lines])
    nearly = ~whole & (gaps <= _NEARLY * shapely.length(result[lines]))
    enough = shapely.get_num_points(result[lines]) >= np.where(whole, 4, 3)
    for i in np.flatnonzero((whole | nearly) & enough).tolist():
        result[lines[i]] = shapely.Polygon(shapely.get_coordinates(result[lines[i]]))
    if not (nearly & enough).any():
        return (result, ()) if (whole & enough).any() else (geometry, ())
    open_rows = rows[lines[nearly & enough]].tolist()
    widest = float(gaps[nearly & enough].max())
    return result, (_remark(open_rows, widest),)


def _remark(rows: list[int], widest: float) -> Refusal:
    return Refusal(
        0,
        "outline-closed",
        f"The outlines of {len(rows):,} rows, the first of them row {rows[0]}, were not closed and were "
        f"taken as if they were; their ends lay up to {widest:.3g} apart, in the units of the file.",
        {"count": len(rows), "first": rows[0], "widest": float(f"{widest:.3g}")},
    )
