"""Incremental: what a redrawing can have changed is looked at, and nothing else.

::

    make_locator ─► Locator ──renew(…, grids as they are now)──► Renewal: Locator, changed cells
                       │                                            │
                    hold(…, points) ─► Held ──reassign(…)───────────┴─► Held, the points that moved

The law: it is what `geo.assignment.locator.ask` says of all points and the grids as they are now. Points are
kept sorted by cell, so that those in the changed cells are found without looking at the others.
"""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from geo.assignment.locator import MANY, Answer, Locator, ask, make_locator
from geo.assignment.rule import in_code_order
from geo.index.choice import takes
from geo.index.location import Location
from geo.index.ragged import Index, spread
from geo.index.raster import Cells, Floats
from geo.index.renewal import renewed
from geo.index.shelf import Shelf


@dataclass(frozen=True, eq=False)
class Renewal:
    """Grids that are ready, after others.

    Parameters
    ----------
    locator : Locator
        The grids as they are now.
    cells : ndarray of int32 or None
        The cells of the index in which a place may have another grid than before, ascending; None where
        the grids were made ready from the beginning, and every place may.
    """

    locator: Locator
    cells: Cells | None


@dataclass(frozen=True, eq=False)
class Held:
    """Points with their grids, kept by the cell that they lie in.

    Parameters
    ----------
    x, y : ndarray of float64, shape (n,)
        Longitude and latitude; NaN for no location.
    answer : Answer
        Where they are.
    order : ndarray of int32, shape (n,)
        The points sorted by cell.
    cell : ndarray of int32, shape (n,)
        The cell of each of these.
    """

    x: Floats
    y: Floats
    answer: Answer
    order: Cells
    cell: Cells

    def within(self, cells: Cells) -> Index:
        """Return the points in some cells, ascending."""
        begin = np.searchsorted(self.cell, cells, side="left")
        _, place = spread(begin, np.searchsorted(self.cell, cells, side="right") - begin)
        return np.sort(self.order[place]).astype(np.int64)


def renew(
    locator: Locator, polygons: gpd.GeoDataFrame, *, points: int = MANY, shelf: Shelf | None = None
) -> Renewal:
    """Make grids ready, from those that were ready before where only outlines have changed.

    Parameters
    ----------
    locator : Locator
        The grids as they were; it does not change.
    polygons : GeoDataFrame
        The grids as they are now, as for `geo.assignment.locator.make_locator`.
    points, shelf
        As for `geo.assignment.locator.make_locator`, where that has to be called.

    Raises
    ------
    CrsUnknown, MissingColumn
        As `geo.assignment.rule.assign` does.
    """
    grids = in_code_order(polygons)
    codes, shapes = grids["code"].to_numpy(dtype=object), grids.geometry.to_numpy()
    if locator.index is not None and np.array_equal(codes, locator.codes) and takes(shapes):
        which = np.flatnonzero(~shapely.equals_identical(shapes, locator.polygons))
        if not len(which):
            return Renewal(Locator(grids, shapes, codes, locator.index), np.empty(0, dtype=np.int32))
        found = renewed(locator.index, which, shapes[which])
        if found is not None:
            return Renewal(Locator(grids, shapes, codes, found.index), found.cells)
    return Renewal(make_locator(polygons, points=points, shelf=shelf), None)


def hold(locator: Locator, x: Floats, y: Floats) -> Held:
    """Say where points are, and keep them by cell.

    Parameters
    ----------
    locator : Locator
        The grids.
    x, y : ndarray of float64, shape (n,)
        Longitude and latitude; a pair of which one is not finite is no location.
    """
    index = locator.index
    cell = np.zeros(len(x), dtype=np.int32) if index is None else index.raster.cell(x, y)
    # Sorting cell and number as one is several times as fast as sorting the numbers by cell.
    key = np.sort((cell.astype(np.int64) << 32) | np.arange(len(x)))
    return Held(x, y, ask(locator, x, y), key.astype(np.int32), (key >> 32).astype(np.int32))


def reassign(held: Held, renewal: Renewal) -> tuple[Held, Index]:
    """Say where points are after a redrawing.

    Parameters
    ----------
    held : Held
        The points with the grids as they were.
    renewal : Renewal
        The grids as they are now, renewed from those.

    Returns
    -------
    Held
        The points with the grids as they are now.
    ndarray of int64
        The points of which the grid or the rule is another, ascending. Where the grids were made ready from
        the beginning a grid may be the same under another number; then all points are returned.
    """
    if renewal.cells is None:
        return hold(renewal.locator, held.x, held.y), np.arange(len(held.x))
    points = held.within(renewal.cells)
    found = ask(renewal.locator, held.x[points], held.y[points])
    before = held.answer
    first, rule = before.first.copy(), before.rule.copy()
    moved = (first[points] != found.first) | (rule[points] != found.rule)
    first[points], rule[points] = found.first, found.rule
    location = _merged(before.location, found.location, points, first)
    return replace(held, answer=Answer(location, rule)), points[moved]


def _merged(before: Location, now: Location, points: Index, first: Cells) -> Location:
    """Return what several grids cover: of the points looked at as it is now, of the others as before."""
    stays = ~np.isin(before.point, points)
    point = np.concatenate([before.point[stays], points[now.point]])
    order = np.argsort(point, kind="stable")
    polygon = np.concatenate([before.polygon[stays], now.polygon])
    interior = np.concatenate([before.interior[stays], now.interior])
    return Location(first, point[order], polygon[order], interior[order])
