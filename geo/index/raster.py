"""The raster: which cell a point is in, as a function that never falls as a coordinate grows.

::

    row 3 ┌──┬──┬──┬──┐   The outermost cells hold no polygon: whatever is outside the bounds, not a
        2 │  │▒▒│▒▒│  │   number or not finite is pushed into one of them, so that no look-up needs
        1 │  │▒▒│▒▒│  │   a test of its own.
        0 └──┴──┴──┴──┘
    column 0  1  2  3
"""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int32]

MOST_CELLS = 1 << 26
_ULPS_IN_A_CELL = 1 << 10
_SMALLEST = 1e-150
# An edge may touch the cell beside its own, by the margin of its span; the outermost cells are no use.
_AROUND_A_WINDOW = 2


@dataclass(frozen=True)
class Axis:
    """One direction of a raster: cell = ⌊(coordinate − origin) · scale⌋, from 0 to cells − 1.

    Parameters
    ----------
    origin : float
        Where cell 0 begins, in the unit of the coordinates.
    scale : float
        Cells for a unit.
    limit : float
        The middle of the last cell, in the unit of the coordinates.
    cells : int
        How many there are, the one outside at each end among them.
    skipped : int
        Of a window: how many cells of the whole axis lie before it. Its outermost cells stand for all
        that lies beyond them.
    """

    origin: float
    scale: float
    limit: float
    cells: int
    skipped: int = 0

    def position(self, values: Floats) -> Floats:
        """Return where values lie, in cells; what lies outside is moved into the cells outside."""
        # fmax passes over a NaN: it lands in cell 0, which is outside.
        at = np.fmax(values, self.origin)
        np.fmin(at, self.limit, out=at)
        at -= self.origin
        at *= self.scale
        return at - self.skipped if self.skipped else at

    def cell(self, values: Floats) -> Cells:
        """Return the cells that values fall into; never falling as the values grow."""
        return self.cell_of(self.position(values))

    def cell_of(self, positions: Floats) -> Cells:
        """Return the cells of positions, those beyond a window in its outermost ones."""
        # Rounding towards zero is rounding down, but before the window, where cell 0 is the answer anyway.
        cell = positions.astype(np.int32)
        return np.clip(cell, 0, self.cells - 1, out=cell)

    def cell_at(self, value: float) -> int:
        """Return the cell of one finite value, the same without an array."""
        return int((min(max(value, self.origin), self.limit) - self.origin) * self.scale)

    def window(self, low: float, high: float) -> "Axis":
        """Return the cells from that of low to that of high, and some more at each end."""
        first = max(self.cell_at(low) - _AROUND_A_WINDOW, 0)
        last = min(self.cell_at(high) + _AROUND_A_WINDOW, self.cells - 1)
        return replace(self, cells=last - first + 1, skipped=first)

    def holds(self, low: float, high: float) -> bool:
        """Tell whether all from low to high lies in cells that are not the outermost."""
        inside = low > self.origin and high < self.limit
        return inside and self.cell_at(low) > 0 and self.cell_at(high) < self.cells - 1


@dataclass(frozen=True)
class Raster:
    """Columns and rows; the number of a cell is row · columns + column."""

    x: Axis
    y: Axis

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return self.x.cells * self.y.cells

    def array(self) -> Floats:
        """Return both axes as rows: origin, scale, limit, cells, skipped."""
        return np.array([[a.origin, a.scale, a.limit, a.cells, a.skipped] for a in (self.x, self.y)])

    def cell(self, x: Floats, y: Floats) -> Cells:
        """Return the number of the cell of each point."""
        number = self.y.cell(y)
        number *= np.int32(self.x.cells)
        number += self.x.cell(x)
        return number

    def cell_at(self, x: float, y: float) -> int:
        """Return the number of the cell of one finite point."""
        return self.y.cell_at(y) * self.x.cells + self.x.cell_at(x)


def fitted(x: Floats, y: Floats, cells: int) -> Raster:
    """Return a raster of about so many nearly square cells over the vertices' bounds.

    Parameters
    ----------
    x, y : ndarray
        The vertices; without one, the raster has nothing but outside.
    cells : int
        The wish; `MOST_CELLS` is the limit.
    """
    if not len(x):
        return Raster(Axis(0.0, 1.0, 0.5, 1), Axis(0.0, 1.0, 0.5, 1))
    bounds = float(x.min()), float(x.max()), float(y.min()), float(y.max())
    width, height = max(bounds[1] - bounds[0], _SMALLEST), max(bounds[3] - bounds[2], _SMALLEST)
    cells = min(cells, MOST_CELLS // 4)
    columns = min(max(sqrt(cells) * sqrt(width / height), 1.0), cells)
    return Raster(_axis(bounds[0], bounds[1], columns), _axis(bounds[2], bounds[3], cells / columns))


def _axis(low: float, high: float, wish: float) -> Axis:
    """Return an axis with a cell and a half to spare at each end."""
    # A cell must be wide against the spacing of the numbers, or its margin would be lost in rounding.
    ulp = float(np.spacing(max(abs(low), abs(high))))
    inner = max(1, min(int(wish), int(min((high - low) / ulp / _ULPS_IN_A_CELL, 1e9))))
    size = max((high - low) / inner, ulp * _ULPS_IN_A_CELL, _SMALLEST)
    origin, scale, cells = low - 1.5 * size, 1.0 / size, inner + 4
    return Axis(origin, scale, origin + (cells - 0.5) / scale, cells)
