"""The nearest segment by a raster of cells, compiled.

A cell lists the segments that pass through it. A search looks at the point's own cell, then at the ring of
cells round it, and so on, until no cell of the next ring can hold anything nearer.
"""

import numpy as np

from geo.compiled import compiled
from geo.segments.raster import Floats, Ints, Listed, Numbers, Raster

RASTER = "Tuple((float64, float64, float64, int64, int64))"
CELLS = "Tuple((int64[::1], int32[::1]))"
SLACK = 1e-6
"""Of a cell's width, by which a segment reaches into cells beside it: more than any rounding."""


@compiled("int64(float64, int64)")
def within(at: float, many: int) -> int:
    """Return the cell of a coordinate in widths of cells, the outermost beyond the raster."""
    return int(min(max(np.floor(at), 0.0), float(many - 1)))


@compiled(f"void({RASTER}, float64[:,::1], float64[:,::1], int64[::1], int32[::1], boolean)")
def pass_over(
    raster: Raster,
    start: Floats,
    end: Floats,
    count: Ints,
    listed: Numbers,
    write: bool,  # noqa: FBT001
) -> None:
    """Count the segments of each cell in ``count[cell + 1]``, or list them from ``count[cell]`` on."""
    west, south, width, columns, rows = raster
    for i in range(len(start)):
        x0, y0 = (start[i, 0] - west) / width, (start[i, 1] - south) / width
        x1, y1 = (end[i, 0] - west) / width, (end[i, 1] - south) / width
        if y0 > y1:
            x0, y0, x1, y1 = x1, y1, x0, y0
        low, high = within(y0 - SLACK, rows), within(y1 + SLACK, rows)
        for row in range(low, high + 1):
            left, right = x0, x1
            if high > low and y1 > y0:
                # The part of it between the row's two borders, a little more on either side.
                slope = (x1 - x0) / (y1 - y0)
                left = x0 + (max(row - SLACK, y0) - y0) * slope
                right = x0 + (min(row + 1 + SLACK, y1) - y0) * slope
            first = within(min(left, right) - SLACK, columns)
            for column in range(first, within(max(left, right) + SLACK, columns) + 1):
                cell = row * columns + column
                if write:
                    listed[count[cell]] = i
                    count[cell] += 1
                else:
                    count[cell + 1] += 1


@compiled("float64(float64[:,::1], float64[:,::1], int64, float64, float64)")
def distance(start: Floats, end: Floats, i: int, x: float, y: float) -> float:
    """Return metres from a place to a segment, to the bit as GEOS does (``Distance::pointToSegment``)."""
    ax, ay, bx, by = start[i, 0], start[i, 1], end[i, 0], end[i, 1]
    squared = (bx - ax) * (bx - ax) + (by - ay) * (by - ay)
    if squared == 0.0:
        return float(np.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay)))
    share = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / squared
    if share <= 0.0:
        return float(np.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay)))
    if share >= 1.0:
        return float(np.sqrt((x - bx) * (x - bx) + (y - by) * (y - by)))
    return float(abs(((ay - y) * (bx - ax) - (ax - x) * (by - ay)) / squared) * np.sqrt(squared))


@compiled(
    f"Tuple((int64, float64))({CELLS}, {RASTER}, float64[:,::1], float64[:,::1], float64[::1], float64)"
)
def nearest_one(
    cells: Listed, raster: Raster, start: Floats, end: Floats, point: Floats, most: float
) -> tuple[int, float]:
    """Return the nearest segment within a distance, the lowest of equally near ones, and its distance."""
    begin, listed = cells
    west, south, width, columns, rows = raster
    x, y = (point[0] - west) / width, (point[1] - south) / width
    column, row = int(np.floor(x)), int(np.floor(y))
    inside = min(x - column, column + 1 - x, y - row, row + 1 - y) - SLACK
    best, found, ring = most, -1, 0
    while ring == 0 or (inside + ring - 1) * width <= best:
        for r in range(max(row - ring, 0), min(row + ring + 1, rows)):
            step = 1 if r == row - ring or r == row + ring or ring == 0 else 2 * ring
            for c in range(column - ring, column + ring + 1, step):
                if c < 0 or c >= columns:
                    continue
                cell = r * columns + c
                for k in range(begin[cell], begin[cell + 1]):
                    metres = distance(start, end, listed[k], point[0], point[1])
                    nearer = metres < best or (metres == best and (found < 0 or listed[k] < found))
                    if nearer:
                        best, found = metres, listed[k]
        ring += 1
        if ring > columns + rows + abs(column) + abs(row):
            break
    return found, best


@compiled(f"int64[::1]({CELLS}, {RASTER}, float64[:,::1], float64[:,::1], float64[:,::1], float64)")
def nearest(cells: Listed, raster: Raster, start: Floats, end: Floats, points: Floats, most: float) -> Ints:
    """Return the nearest segment of each point within a distance (n,), -1 where there is none.

    Parameters
    ----------
    cells, raster
        The segments of each cell, as `pass_over` lists them.
    start, end : ndarray (s, 2)
        Metres.
    points : ndarray (n, 2)
        Finite metres.
    most : float
        Metres, border included.
    """
    found = np.empty(len(points), dtype=np.int64)
    for i in range(len(points)):
        found[i] = nearest_one(cells, raster, start, end, points[i], most)[0]
    return found
