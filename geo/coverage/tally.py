"""Demand in reach of a station on four denominators, whose totals add up (rules 2 and 3)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import MissingColumn

Amounts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BOXES = ("covered", "out_of_reach", "outside", "no_location")


@dataclass(frozen=True)
class Denominator:
    """One denominator of service coverage: every unit in exactly one of four boxes.

    ``covered + out_of_reach + outside + no_location == total``, always and exactly.

    Parameters
    ----------
    total : int
        All units: enterprises, workers, grids, or square metres.
    covered : int
        In reach of a station.
    out_of_reach : int
        Neither covered nor in one of the next two.
    outside : int
        In no grid, reached or not.
    no_location : int
        Without a location.
    outside_reached : int
        Those of ``outside`` that a station reaches.
    unknown : int
        Workers only: enterprises with an unknown head count, which weigh 0 here.
    """

    total: int
    covered: int
    out_of_reach: int
    outside: int = 0
    no_location: int = 0
    outside_reached: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """Covered ÷ total; None of nothing."""
        return self.covered / self.total if self.total else None


def boxes(demand: pd.DataFrame, *, limit_minutes: float, in_grids: bool) -> pd.Series:
    """Say for each demand point which box it is counted in.

    The first that holds, in this order: ``no_location``; ``outside`` (where grids are given, and none
    covers it; a point in several grids is inside); ``covered`` (``minutes`` ≤ the limit);
    ``out_of_reach``.

    Parameters
    ----------
    demand : DataFrame
        Index of the points; ``located`` (bool), ``minutes`` (inf or NaN where out of reach), and
        ``status`` of the assignment where ``in_grids``.
    limit_minutes : float
        The promise, border included.
    in_grids : bool
        Whether there are grids that a point can be outside of.
    """
    _require(demand, ["located", "minutes"] + ["status"] * in_grids)
    outside = (demand["status"] == "unassigned") if in_grids else np.zeros(len(demand), dtype=bool)
    box = np.select(
        [~demand["located"].to_numpy(dtype=bool), outside, reached(demand, limit_minutes)],
        ["no_location", "outside", "covered"],
        "out_of_reach",
    )
    return pd.Series(pd.array(box, dtype="str"), index=demand.index, name="box")


def denominators(
    demand: pd.DataFrame, grids: pd.DataFrame | None = None, *, limit_minutes: float
) -> dict[str, Denominator | None]:
    """Count service coverage by area, grids, enterprises and workers.

    Parameters
    ----------
    demand : DataFrame
        The enterprises: ``located``, ``minutes``, with grids also ``status`` (see `boxes`), and
        ``workers`` (Int64, NA for unknown) where it is known at all.
    grids : DataFrame, optional
        The grids of the counting level: ``area_m2``, ``minutes`` of the representative point, and
        ``area_share``, the share of the area in reach (see `area_shares`). Without it nothing is
        outside.
    limit_minutes : float
        The promise, border included.

    Returns
    -------
    dict
        ``area_m2`` (in whole square metres) and ``grids``, None without grids; ``enterprises``;
        ``workers``, None where no head count is known.
    """
    box = boxes(demand, limit_minutes=limit_minutes, in_grids=grids is not None)
    reach = reached(demand, limit_minutes)
    ones = np.ones(len(demand), dtype=np.int64)
    counts: dict[str, Denominator | None] = {"area_m2": None, "grids": None}
    if grids is not None:
        counts = {"area_m2": _area(grids), "grids": _grids(grids, limit_minutes)}
    counts["enterprises"] = _count(box, reach, ones)
    counts["workers"] = None
    if "workers" in demand and demand["workers"].notna().any():
        known = demand["workers"].fillna(0).to_numpy(dtype=np.int64)
        counts["workers"] = _count(box, reach, known, unknown=int(demand["workers"].isna().sum()))
    return counts


def by_grid(demand: pd.DataFrame, grids: pd.DataFrame, *, limit_minutes: float) -> pd.DataFrame:
    """Count service coverage in each grid.

    An ambiguous point counts in the grid that it was provisionally given, so that the rows add up to
    what is inside the grids.

    Parameters
    ----------
    demand : DataFrame
        ``version`` (Int64, the grid's, NA for none), ``located``, ``minutes``, and ``workers`` where
        it is known at all.
    grids : DataFrame
        Index of the versions; ``area_m2``, ``minutes`` of the representative point, ``area_share``.
    limit_minutes : float
        The promise, border included.

    Returns
    -------
    DataFrame
        Index of the grids; ``enterprises_total``, ``enterprises_covered``, ``workers_total``,
        ``workers_covered``, ``workers_unknown`` (NA where no head count is known at all),
        ``area_m2``, ``area_share``, ``minutes``, and ``reached``, by the representative point.
    """
    _require(demand, ["version", "minutes"])
    _require(grids, ["area_m2", "minutes", "area_share"])
    row = _rows(grids, demand["version"])
    reach = reached(demand, limit_minutes)
    columns: dict[str, object] = {
        "enterprises_total": _sum(row, np.ones(len(row), dtype=np.int64), len(grids)),
        "enterprises_covered": _sum(row, reach.astype(np.int64), len(grids)),
    }
    workers = demand.get("workers", pd.Series(pd.NA, index=demand.index, dtype="Int64"))
    known = workers.fillna(0).to_numpy(dtype=np.int64)
    parts = {"total": known, "covered": known * reach, "unknown": workers.isna().to_numpy(dtype=np.int64)}
    for name, amount in parts.items():
        sums = pd.array(_sum(row, amount, len(grids)), dtype="Int64")
        if not workers.notna().any():
            sums[:] = pd.NA
        columns[f"workers_{name}"] = sums
    columns |= {name: grids[name] for name in ("area_m2", "area_share", "minutes")}
    return pd.DataFrame(columns, index=grids.index).assign(reached=reached(grids, limit_minutes))


def area_shares(
    grids: pd.DataFrame,
    point_version: pd.Series,
    point_minutes: npt.NDArray[np.float64],
    *,
    limit_minutes: float,
) -> pd.Series:
    """Return the share of each grid's area in reach, by its points of a lattice.

    A grid that holds no point of the lattice is judged by its representative point.

    Parameters
    ----------
    grids : DataFrame
        Index of the versions; ``minutes`` of the representative point.
    point_version : Series (p,)
        The grid of each lattice point (`geo.assignment.rule.assign`), NA for none.
    point_minutes : ndarray (p,)
        Its travel time.
    limit_minutes : float
        The promise, border included.
    """
    row = _rows(grids, point_version)
    held = _sum(row, np.ones(len(row), dtype=np.int64), len(grids))
    within = _sum(row, (point_minutes <= limit_minutes).astype(np.int64), len(grids))
    share = np.where(held > 0, within / np.maximum(held, 1), reached(grids, limit_minutes))
    return pd.Series(share, index=grids.index, name="area_share", dtype=float)


def reached(frame: pd.DataFrame, limit_minutes: float) -> Flags:
    """Flag the rows whose ``minutes`` are within the limit; NaN and inf are not."""
    flags: Flags = frame["minutes"].to_numpy(dtype=float, na_value=np.nan) <= limit_minutes
    return flags


def _require(frame: pd.DataFrame, columns: list[str]) -> None:
    for column in columns:
        if column not in frame:
            raise MissingColumn(
                f"The coverage cannot be counted without a column “{column}”; add it.", column=column
            )


def _count(box: pd.Series, reach: Flags, amount: Amounts, *, unknown: int = 0) -> Denominator:
    """Sum an amount by box."""
    sums = {name: int(amount[(box == name).to_numpy(dtype=bool)].sum()) for name in BOXES}
    outside_reached = int(amount[(box == "outside").to_numpy(dtype=bool) & reach].sum())
    return Denominator(int(amount.sum()), **sums, outside_reached=outside_reached, unknown=unknown)


def _grids(grids: pd.DataFrame, limit_minutes: float) -> Denominator:
    covered = int(reached(grids, limit_minutes).sum())
    return Denominator(len(grids), covered, len(grids) - covered)


def _area(grids: pd.DataFrame) -> Denominator:
    """Sum the area in whole square metres, which a float holds exactly."""
    area = grids["area_m2"].fillna(0.0).to_numpy(dtype=float)
    within = area * grids["area_share"].fillna(0.0).to_numpy(dtype=float)
    total = round(float(area.sum()))
    covered = min(total, round(float(within.sum())))
    return Denominator(total, covered, total - covered)


def _rows(grids: pd.DataFrame, version: pd.Series) -> npt.NDArray[np.intp]:
    """Return the position of each version among the grids, -1 for none."""
    rows: npt.NDArray[np.intp] = grids.index.get_indexer(pd.Index(version, dtype="Int64"))
    return rows


def _sum(row: npt.NDArray[np.intp], amount: Amounts, n: int) -> Amounts:
    """Sum an amount by row, leaving out row -1."""
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, row[row >= 0], amount[row >= 0])
    return sums
