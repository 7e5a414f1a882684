"""One border of a large partition moves: the index brought up to date, and the points near it assigned."""

import time
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.assignment.incremental import Held, Renewal, hold, reassign
from geo.assignment.locator import Locator, ask, make_locator
from geo.bench.terrain import partition, places
from geo.bench.turns import Row, Tell, rows_of
from geo.frames import CRS
from geo.index.renewal import renewed

UPDATE, REASSIGNMENT, WHOLE = "index update", "reassignment", "all anew, index ready"
_SHARE = 0.3


def moved_border(west: Any, east: Any, *, share: float = _SHARE) -> npt.NDArray[Any]:
    """Return two neighbours whose common border has moved, but for its ends, by a share of a width.

    Without a common border they are returned as they are.
    """
    mine, other = shapely.get_coordinates(west), shapely.get_coordinates(east)
    common = {tuple(xy) for xy in mine.tolist()} & {tuple(xy) for xy in other.tolist()}
    inner = sorted(common, key=lambda xy: xy[1])[1:-1]
    step = share * float(np.ptp(other[:, 0]))
    shapes = []
    for ring in (mine, other):
        moves = np.array([tuple(xy) in inner for xy in ring.tolist()])
        shapes.append(shapely.Polygon(np.column_stack([ring[:, 0] + step * moves, ring[:, 1]])))
    return np.array(shapes)


def measure_border(grids: int, points: int, *, repeats: int, tell: Tell) -> dict[str, Any]:
    """Measure what one moved border takes, with grids and points in memory as a service has them.

    Parameters
    ----------
    grids, points : int
        How many.
    repeats : int
        Rounds; each moves another border.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows``: case, method, seconds, repeats; ``moved``: how many points changed hands in each round.

    Raises
    ------
    RuntimeError
        Where the points are not as if all had been assigned anew.
    """
    shapes = partition(grids)
    codes = [f"{i:07}" for i in range(grids)]
    locator = make_locator(gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=CRS), points=points)
    held = hold(locator, *places(points, shapes))
    times: dict[str, list[float]] = {UPDATE: [], REASSIGNMENT: [], WHOLE: []}
    moved = []
    for turn in range(repeats):
        held, locator, count = _one_border(held, locator, grids // 2 + 2 * turn, times)
        moved.append(count)
    rows: list[Row] = rows_of(f"{grids}x{points}", times, tell)
    return {"rows": [vars(row) for row in rows], "moved": moved}


def _one_border(
    held: Held, locator: Locator, grid: int, times: dict[str, list[float]]
) -> tuple[Held, Locator, int]:
    which = np.array([grid, grid + 1])
    shapes = moved_border(*locator.polygons[which])
    if locator.index is None:
        raise RuntimeError("The grids have no index.")
    renewal = _timed(times[UPDATE], partial(renewed, locator.index, which, shapes))
    if renewal is None:
        raise RuntimeError("The index could not be brought up to date.")
    polygons = locator.polygons.copy()
    polygons[which] = shapes
    now = Locator(locator.grids, polygons, locator.codes, renewal.index)
    after, moved = _timed(times[REASSIGNMENT], partial(reassign, held, Renewal(now, renewal.cells)))
    whole = _timed(times[WHOLE], partial(ask, now, held.x, held.y))
    kept = after.answer
    if not (np.array_equal(whole.first, kept.first) and np.array_equal(whole.rule, kept.rule)):
        raise RuntimeError("The points are not as if all had been assigned anew.")
    return after, now, len(moved)


def _timed(times: list[float], run: Any) -> Any:
    started = time.perf_counter()
    result = run()
    times.append(time.perf_counter() - started)
    return result
