"""The board: how many stations reach each place, so that one more or less is a pass over what it reaches.

The places are the enterprises, the representative points of the grids and the points of a lattice, one behind
the other. What a single station reaches within the promise is a row; a place is reached while at least one
counted row holds it. Closing a station takes its row off, a new one adds a row, and a station that moves does
both. The figures are those of `geo.coverage.tally` to the last unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coverage.tally import Denominator

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Times = npt.NDArray[np.int16]
Row = npt.NDArray[np.intp]

NO_LOCATION, OUTSIDE, INSIDE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class Demand:
    """What is counted at the places.

    Parameters
    ----------
    box : ndarray (e,) int8
        Of each enterprise: 0 without a location, 1 outside every grid, 2 neither.
    workers : ndarray (e,) int64
        Unknown ones weigh 0.
    workers_unknown : int or None
        How many are unknown; None where all are.
    enterprise_grid : ndarray (e,)
        The row of the grid of each enterprise, −1 for none.
    grid_area : ndarray (g,)
        Square metres.
    lattice_grid : ndarray (l,)
        The row of the grid of each lattice point, −1 for none.
    """

    box: npt.NDArray[np.int8]
    workers: Ints
    workers_unknown: int | None
    enterprise_grid: Row
    grid_area: npt.NDArray[np.float64]
    lattice_grid: Row

    @property
    def sizes(self) -> tuple[int, int, int]:
        """How many enterprises, grids and lattice points there are."""
        return len(self.box), len(self.grid_area), len(self.lattice_grid)


@dataclass(frozen=True, eq=False)
class Board:
    """The places with the number of stations that reach each."""

    demand: Demand
    times: Times

    def moved(self, away: Iterable[Row], added: Iterable[Row]) -> "Board":
        """Return the board with the rows of some stations taken off and those of others added."""
        times = self.times.copy()
        for row in away:
            times[row] -= 1
        for row in added:
            times[row] += 1
        return replace(self, times=times)

    @property
    def reached(self) -> Flags:
        """Flag the enterprises that a station reaches (e,)."""
        flags: Flags = self.times[: len(self.demand.box)] > 0
        return flags

    def totals(self) -> dict[str, Denominator | None]:
        """Return the four denominators; see `geo.coverage.tally.denominators`."""
        demand, reach = self.demand, self.reached
        with_grids = len(demand.grid_area) > 0
        counts: dict[str, Denominator | None] = {"area_m2": None, "grids": None}
        if with_grids:
            covered, share = self._grids
            total, within = _whole(demand.grid_area.sum()), _whole((demand.grid_area * share).sum())
            within = min(total, within)
            counts["area_m2"] = Denominator(total, within, total - within)
            counts["grids"] = Denominator(len(share), int(covered.sum()), int((~covered).sum()))
        counts["enterprises"] = _count(demand.box, reach, np.ones(len(reach), dtype=np.int64))
        counts["workers"] = None
        if demand.workers_unknown is not None:
            counts["workers"] = _count(demand.box, reach, demand.workers, unknown=demand.workers_unknown)
        return counts

    def by_grid(self) -> pd.DataFrame:
        """Return ``enterprises``, ``workers``, ``area_share`` and ``reached`` of each grid (g,), covered."""
        demand, reach = self.demand, self.reached
        covered, share = self._grids
        row, count = demand.enterprise_grid, len(demand.grid_area)
        inside = reach & (row >= 0)
        return pd.DataFrame(
            {
                "enterprises": np.bincount(row[inside], minlength=count),
                "workers": _sum(row[inside], demand.workers[inside], count),
                "area_share": share,
                "reached": covered,
            }
        )

    @cached_property
    def _grids(self) -> tuple[Flags, npt.NDArray[np.float64]]:
        """Return which representative points are reached, and the share of each grid's area."""
        enterprises, grids, _ = self.demand.sizes
        covered: Flags = self.times[enterprises : enterprises + grids] > 0
        lattice, row = self.times[enterprises + grids :] > 0, self.demand.lattice_grid
        held = np.bincount(row[row >= 0], minlength=grids)
        within = np.bincount(row[lattice & (row >= 0)], minlength=grids)
        return covered, np.where(held > 0, within / np.maximum(held, 1), covered)


@dataclass(frozen=True, eq=False)
class Change:
    """Who gains and who loses between two boards.

    ``gained`` and ``lost`` are the rows of the enterprises, ascending; with the workers of each side.
    """

    gained: Row
    lost: Row
    workers_gained: int
    workers_lost: int


def empty_board(demand: Demand) -> Board:
    """Return the board that no station reaches."""
    return Board(demand, np.zeros(sum(demand.sizes), dtype=np.int16))


def change(before: Board, after: Board) -> Change:
    """Compare two boards of the same demand."""
    was, now = before.reached, after.reached
    gained, lost = np.flatnonzero(now & ~was), np.flatnonzero(was & ~now)
    workers = before.demand.workers
    return Change(gained, lost, int(workers[gained].sum()), int(workers[lost].sum()))


def box_numbers(located: Flags, outside: Flags) -> npt.NDArray[np.int8]:
    """Return the box of each enterprise: 0 without a location, 1 outside every grid, 2 neither."""
    box = np.where(outside, OUTSIDE, INSIDE).astype(np.int8)
    box[~located] = NO_LOCATION
    return box


def _count(box: npt.NDArray[np.int8], reach: Flags, amount: Ints, *, unknown: int = 0) -> Denominator:
    sums = _sum(box.astype(np.int64) * 2 + reach, amount, 6)
    return Denominator(
        total=int(amount.sum()),
        covered=int(sums[5]),
        out_of_reach=int(sums[4]),
        outside=int(sums[2] + sums[3]),
        no_location=int(sums[0] + sums[1]),
        outside_reached=int(sums[3]),
        unknown=unknown,
    )


def _sum(row: Row | Ints, amount: Ints, count: int) -> Ints:
    # Doubles hold whole numbers exactly far beyond any head count.
    return np.bincount(row, weights=amount, minlength=count).astype(np.int64)


def _whole(value: float) -> int:
    return round(float(value))
