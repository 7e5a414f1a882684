"""The loops that trace outlines into the cells of a raster, compiled.

What chains, marks and blocks are is told in `geo.index.blocks`; `geo.index.chains` does the same in numpy.
A raster comes as an array of two rows, one for each axis: origin, scale, limit, cells, skipped.
"""

from math import floor
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int32]
Index: TypeAlias = npt.NDArray[np.int64]
Shape: TypeAlias = tuple[Floats, Index, Index]
Work: TypeAlias = tuple[Whole, Whole, npt.NDArray[np.uint8], Whole]

# The columns of a chain, the bits of its mark and the margin: a test holds them to those in numpy.
POLYGON, FIRST, LAST, MARK, AFTER = 0, 1, 2, 3, 4
FIRST_BEYOND, LAST_BEYOND, ODD, COUNT = 1, 2, 4, 3
MARGIN = 1e-6
# The windows of polygons: columns and rows, from and to; and how many chains there may be.
CHAINS = 4


@compiled()
def _position(value: float, axes: Floats, axis: int) -> float:
    """Return where a value lies on an axis, in cells; a NaN lies where everything begins."""
    at = value if value > axes[axis, 0] else axes[axis, 0]
    at = at if at < axes[axis, 2] else axes[axis, 2]
    return float((at - axes[axis, 0]) * axes[axis, 1] - axes[axis, 4])


@compiled()
def _cell(position: float, axes: Floats, axis: int) -> int:
    """Return the column or the row of a position."""
    return min(max(int(position), 0), int(axes[axis, 3]) - 1)


@compiled(
    "Tuple((int64, int64, int64))(float64[:,::1], int64[::1], int64[::1], float64[:,::1], int32[:,::1])"
)
def measure(xy: Floats, ring: Index, owned: Index, axes: Floats, windows: Whole) -> tuple[int, int, int]:
    """Enter of each polygon the least and largest column and row, and how many chains it may have.

    Return how many chains there may be in all, and how many cells the windows and the largest of them have.

    A ring begins with a chain, and an edge in one cell goes on with the chain there. Another touches as many
    more cells as it has more columns and rows; and where it has both, up to two more in each row.
    """
    all_chains, area, largest = 0, 0, 0
    for p in range(len(owned) - 1):
        west, south, east, north, chains = 1 << 30, 1 << 30, -1, -1, 0
        before, below = 0, 0
        for r in range(owned[p], owned[p + 1]):
            chains += 1
            for v in range(ring[r], ring[r + 1]):
                column = _cell(_position(xy[v, 0], axes, 0), axes, 0)
                row = _cell(_position(xy[v, 1], axes, 1), axes, 1)
                if v > ring[r]:
                    wide, high = abs(column - before), abs(row - below)
                    chains += wide + high + (2 * high + 2) * int(wide > 0 and high > 0)
                before, below = column, row
                west, east = min(west, column), max(east, column)
                south, north = min(south, row), max(north, row)
        windows[p, 0], windows[p, 1], windows[p, 2], windows[p, 3] = west, south, east, north
        windows[p, CHAINS] = chains
        all_chains += chains
        if chains:
            area += (east - west + 1) * (north - south + 1)
            largest = max(largest, (east - west + 1) * (north - south + 1))
    return all_chains, area, largest


@compiled()
def _begin(chain: tuple[int, int, int, int], cell: int, work: Work, count: int) -> int:
    """Begin a chain in a cell: polygon, first and last vertex, mark; return the number of chains."""
    kept, latest, _, _ = work
    kept[count, POLYGON], kept[count, FIRST], kept[count, LAST], kept[count, MARK] = chain
    kept[count, AFTER] = latest[cell]
    latest[cell] = count
    return count + 1


@compiled()
def _touch(edge: int, cell: int, mark: int, polygon: int, work: Work, count: int) -> int:
    """Put an edge into a cell, to the chain that it goes on or as a new one; return the number of chains."""
    kept, latest, _, _ = work
    k = latest[cell]
    if k < 0 or kept[k, LAST] != edge:
        return _begin((polygon, edge, edge + 1, mark), cell, work, count)
    kept[k, LAST] = edge + 1
    kept[k, MARK] = (kept[k, MARK] & FIRST_BEYOND) | (mark & LAST_BEYOND)
    return count


@compiled()
def _columns(ends: tuple[float, float, float, float], row: int) -> tuple[int, int]:
    """Return the first and the last column that an edge may touch in a row: `geo.index.spans`."""
    x1, y1, x2, y2 = ends
    if y1 > y2:
        x1, y1, x2, y2 = x2, y2, x1, y1
    slope = (x2 - x1) / (y2 - y1)
    enters = x1 + slope * (max(y1, row - MARGIN) - y1)
    leaves = x1 + slope * (min(y2, row + (1 + MARGIN)) - y1)
    low, high = min(enters, leaves) - MARGIN, max(enters, leaves) + MARGIN
    return floor(low), floor(high)


@compiled()
def _cross(
    edge: int, polygon: int, ends: tuple[float, float, float, float], axes: Floats, work: Work, count: int
) -> int:
    """Put an edge into all cells that it may touch, its ends given in cells; return the number of chains."""
    _, _, toggles, windows = work
    c1, r1 = _cell(ends[0], axes, 0), _cell(ends[1], axes, 1)
    c2, r2 = _cell(ends[2], axes, 0), _cell(ends[3], axes, 1)
    bottom, top, west, east = min(r1, r2), max(r1, r2), min(c1, c2), max(c1, c2)
    columns = int(axes[0, 3])
    for row in range(bottom, top + 1):
        left, right = west, east
        if west < east and bottom < top:
            low, high = _columns(ends, row)
            left = max(west, min(low, east))
            right = min(east, max(high, left))
        if row < top:
            width = windows[polygon, 2] - windows[polygon, 0] + 1
            toggles[(row - windows[polygon, 1]) * width + left - windows[polygon, 0]] ^= 1
        for column in range(left, right + 1):
            mark = int(r1 == row and c1 > column) * FIRST_BEYOND
            mark |= int(r2 == row and c2 > column) * LAST_BEYOND
            count = _touch(edge, row * columns + column, mark, polygon, work, count)
    return count


@compiled()
def _ring(span: tuple[int, int], polygon: int, xy: Floats, axes: Floats, work: Work, count: int) -> int:
    """Put the edges of a ring into their cells; return the number of chains.

    An edge in the cell of the one before it goes on with the chain there: this is entered once, when an
    edge leaves the cell.
    """
    kept, latest, _, _ = work
    begin, end = span
    columns = int(axes[0, 3])
    x1, y1 = _position(xy[begin, 0], axes, 0), _position(xy[begin, 1], axes, 1)
    cell = _cell(y1, axes, 1) * columns + _cell(x1, axes, 0)
    count = _begin((polygon, begin, begin, 0), cell, work, count)
    for v in range(begin, end - 1):
        x2, y2 = _position(xy[v + 1, 0], axes, 0), _position(xy[v + 1, 1], axes, 1)
        new = _cell(y2, axes, 1) * columns + _cell(x2, axes, 0)
        if new != cell:
            kept[latest[cell], LAST] = v
            count = _cross(v, polygon, (x1, y1, x2, y2), axes, work, count)
            cell = new
        x1, y1 = x2, y2
    kept[latest[cell], LAST] = end - 1
    return count


@compiled()
def _fill(polygon: int, vertex: int, columns: int, work: Work, label: Whole, count: int) -> int:
    """Mark the parity of a polygon in its window, on its chains and on the cells that it fills.

    Its edges are all there, so a cell tells by its latest chain whether one touches it. Return the number
    of chains, or −1 where there is no room for another.
    """
    kept, latest, toggles, windows = work
    west, south = windows[polygon, 0], windows[polygon, 1]
    east, north = windows[polygon, 2], windows[polygon, 3]
    place = 0
    for row in range(south, north + 1):
        odd = 0
        for cell in range(row * columns + west, row * columns + east + 1):
            odd ^= toggles[place]
            toggles[place] = 0
            place += 1
            if not odd:
                continue
            k = latest[cell]
            if k >= 0 and kept[k, POLYGON] == polygon:
                kept[k, MARK] |= ODD
            elif label[cell] < 0:
                label[cell] = polygon
            elif count == len(kept):
                return -1
            else:
                count = _begin((polygon, vertex, vertex, ODD), cell, work, count)
    return count


@compiled(
    "int64(Tuple((float64[:,::1], int64[::1], int64[::1])), float64[:,::1], "
    "Tuple((int32[:,::1], int32[::1], uint8[::1], int32[:,::1])), int32[::1])"
)
def trace(shape: Shape, axes: Floats, work: Work, label: Whole) -> int:
    """Trace all polygons in their order; return the number of chains, −1 where there is no room for them.

    ``shape`` is ``xy``, ``ring`` and ``owned`` of `geo.index.outlines.Outlines`. To be filled are ``work``
    (the chains, each with the number of the one after it in its cell; the latest chain of each cell, −1 so
    far; room for the largest window, 0 so far; and the windows) and ``label`` (the last polygon that fills
    each cell, −1 so far).
    """
    xy, ring, owned = shape
    kept, windows = work[0], work[3]
    count = 0
    for polygon in range(len(owned) - 2, -1, -1):
        if owned[polygon] == owned[polygon + 1]:
            continue
        if count + windows[polygon, CHAINS] > len(kept):
            return -1
        for r in range(owned[polygon], owned[polygon + 1]):
            count = _ring((ring[r], ring[r + 1]), polygon, xy, axes, work, count)
        count = _fill(polygon, ring[owned[polygon]], int(axes[0, 3]), work, label, count)
        if count < 0:
            return -1
    return count


@compiled("int64(int32[:,::1], int32[::1], int64[::1], int32[::1], int32[:,::1])")
def lay_out(kept: Whole, latest: Whole, begins: Index, label: Whole, chain: Whole) -> int:
    """Lay the chains of each cell out beside each other, and label the cell with their place.

    Return the number of chains. A polygon that fills a cell in which others have a chain gets one as well.
    """
    count = 0
    for cell in range(len(label)):
        k = latest[cell]
        if k < 0:
            continue
        begin, filler = count, label[cell]
        while k >= 0 or filler >= 0:
            if filler >= 0 and (k < 0 or filler < kept[k, POLYGON]):
                chain[count, POLYGON], chain[count, MARK] = filler, ODD
                chain[count, FIRST] = chain[count, LAST] = begins[filler]
                filler = -1
            else:
                chain[count, POLYGON], chain[count, FIRST] = kept[k, POLYGON], kept[k, FIRST]
                chain[count, LAST], chain[count, MARK] = kept[k, LAST], kept[k, MARK]
                k = kept[k, AFTER]
            count += 1
        chain[begin, MARK] |= (count - begin) << COUNT
        label[cell] = -2 - begin
    return count
