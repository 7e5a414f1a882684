"""Redrawing: what a person does to a layer of grids on a map; shared borders stay shared.

What is drawn wrongly in itself is an error; what does not fit its neighbours is not: the doctor tells it.
"""

import hashlib
from collections.abc import Iterable, Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geo.errors import InputError
from geo.findings import Tolerances
from geo.partition.outlines import GeometryArray, only_polygons, valid_polygons
from geo.redrawing import borders, cutting
from geo.redrawing.strokes import (
    NAMED,
    Add,
    Merge,
    Name,
    Remove,
    Reshape,
    Split,
    Stroke,
    is_on_earth,
    outline,
)
from geo.redrawing.tracing import snap

_TOLERANCES = Tolerances()
_OWN = ("code", "chief")
"""What a piece of a grid does not get from it."""


def redraw(
    grids: gpd.GeoDataFrame, strokes: Iterable[Stroke], *, tolerances: Tolerances = _TOLERANCES
) -> gpd.GeoDataFrame:
    """Carry out strokes one after the other.

    Parameters
    ----------
    grids : GeoDataFrame
        Grids of one level by their contract, in EPSG:4326; the index ``row`` names each once.
    strokes : iterable of Stroke
        What to do; rows that a stroke adds are numbered on from the last.
    tolerances : Tolerances
        ``snap_m``: how close to a border is on it.

    Returns
    -------
    GeoDataFrame
        The grids afterwards; those that are not concerned keep every bit.

    Raises
    ------
    InputError
        Where a row is not there, or an outline or a line cannot be drawn.
    """
    for stroke in strokes:
        grids = _changed(grids, stroke, tolerances.snap_m)
    return grids


def _changed(grids: gpd.GeoDataFrame, stroke: Stroke, snap_m: float) -> gpd.GeoDataFrame:
    match stroke:
        case Reshape():
            return _reshaped(grids, stroke, snap_m)
        case Split():
            return _split(grids, stroke, snap_m)
        case Merge():
            return _merged(grids, stroke)
        case Add():
            return _added(grids, stroke, snap_m)
        case Remove():
            _position(grids, stroke.row)
            return grids.drop(index=stroke.row)
        case Name():
            return _named(grids, stroke)


def _position(grids: gpd.GeoDataFrame, row: int) -> int:
    if row not in grids.index:
        raise InputError(
            f"There is no row {row} in this draft; look at its layer again.", reason="row-unknown", row=row
        )
    return int(grids.index.get_loc(row))


def _reshaped(grids: gpd.GeoDataFrame, stroke: Reshape, snap_m: float) -> gpd.GeoDataFrame:
    at = _position(grids, stroke.row)
    drawn = outline(stroke.geometry)
    shapes = _shapes(grids)
    drawn, shapes = snap(drawn, shapes, snap_m, own=shapes[at])
    return _with_shapes(grids, borders.reshape(shapes, at, drawn))


def _split(grids: gpd.GeoDataFrame, stroke: Split, snap_m: float) -> gpd.GeoDataFrame:
    at = _position(grids, stroke.row)
    if not isinstance(stroke.line, shapely.LineString) or not is_on_earth(stroke.line):
        raise InputError(
            "A grid is split by a line; draw one from border to border.",
            reason="split-without-line",
            row=stroke.row,
        )
    shapes = _shapes(grids)
    line, shapes = cutting.draw_through(stroke.line, shapes, at, snap_m)
    pieces = cutting.split(shapes[at], line)
    if len(pieces) < 2:
        raise InputError(
            f"The line does not divide {_called(grids, stroke.row)}; draw it from border to border.",
            reason="line-divides-nothing",
            grid=_called(grids, stroke.row),
            row=stroke.row,
        )
    shapes = cutting.with_vertices(shapes, shapes[at], cutting.new_vertices(pieces, shapes[at]))
    shapes[at] = pieces[0]
    kept = _with_shapes(grids, shapes)
    cells = {**grids.drop(columns="geometry").loc[stroke.row].to_dict(), **dict.fromkeys(_OWN)}
    return _with_rows(kept, cells, pieces[1:])


def _merged(grids: gpd.GeoDataFrame, stroke: Merge) -> gpd.GeoDataFrame:
    rows = tuple(dict.fromkeys(stroke.rows))
    positions = [_position(grids, row) for row in rows]
    if len(rows) < 2:
        raise InputError("Choose at least two grids to be merged.", reason="merge-of-one", rows=list(rows))
    shapes = _shapes(grids)
    shapes[positions[0]] = only_polygons(shapely.union_all(shapes[positions]))
    return _with_shapes(grids, shapes).drop(index=list(rows[1:]))


def _added(grids: gpd.GeoDataFrame, stroke: Add, snap_m: float) -> gpd.GeoDataFrame:
    drawn, shapes = snap(outline(stroke.geometry), _shapes(grids), snap_m)
    cells = {name: value for name, value in stroke.values.items() if name in NAMED}
    return _with_rows(_with_shapes(grids, shapes), cells, [drawn])


def _named(grids: gpd.GeoDataFrame, stroke: Name) -> gpd.GeoDataFrame:
    at = _position(grids, stroke.row)
    named = grids.copy()
    for name, value in stroke.values.items():
        if name not in NAMED or name not in grids:
            raise InputError(
                f"“{name}” cannot be filled in here; {', '.join(NAMED)} can.",
                reason="cell-fixed",
                column=name,
            )
        cells = named[name].to_numpy(dtype=object).copy()
        cells[at] = value.strip() or None if value else None
        named[name] = pd.Series(cells, index=named.index, dtype=grids[name].dtype)
    return named


def _called(grids: gpd.GeoDataFrame, row: int) -> str:
    code = grids.loc[row, "code"]
    return f"grid {code}" if isinstance(code, str) and code else f"row {row}"


def _shapes(grids: gpd.GeoDataFrame) -> GeometryArray:
    return valid_polygons(grids.geometry.to_numpy())


def _with_shapes(grids: gpd.GeoDataFrame, shapes: GeometryArray) -> gpd.GeoDataFrame:
    """Return the grids with other outlines; one that only had to be made valid keeps what was drawn."""
    given = grids.geometry.to_numpy().copy()
    before = _shapes(grids)
    for at, (old, new) in enumerate(zip(before, shapes, strict=True)):
        if not shapely.equals_identical(old, new):
            given[at] = new
    return grids.set_geometry(given, crs=grids.crs)


def _with_rows(
    grids: gpd.GeoDataFrame, cells: Mapping[str, object], shapes: list[shapely.MultiPolygon]
) -> gpd.GeoDataFrame:
    """Append grids with the same cells and ids of their own."""
    first = int(grids.index.max()) + 1 if len(grids) else 1
    index = pd.RangeIndex(first, first + len(shapes), name=grids.index.name)
    table = {
        name: pd.Series([cells.get(name)] * len(shapes), index=index, dtype=grids[name].dtype)
        for name in grids.columns.drop("geometry")
    }
    ids = pd.Series(_ids(grids, shapes), index=index, dtype=grids["source_id"].dtype)
    rows = pd.DataFrame({**table, "source_id": ids, "geometry": shapes}, index=index)
    joined = pd.concat([pd.DataFrame(grids), rows[list(grids.columns)]])
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=grids.crs)


def _ids(grids: gpd.GeoDataFrame, shapes: list[shapely.MultiPolygon]) -> list[str]:
    """Return an id for each new grid, by what was drawn: the same drawing makes the same bytes."""
    taken = set(grids["source_id"])
    ids: list[str] = []
    for shape in shapes:
        digest = hashlib.sha256(shapely.to_wkb(shape, byte_order=1)).hexdigest()
        names = (f"d-{digest[start : start + 16]}" for start in range(len(digest)))
        ids.append(next(name for name in names if name not in taken))
        taken.add(ids[-1])
    return ids
