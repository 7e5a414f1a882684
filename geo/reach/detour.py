"""The detour: how much longer the ways of a network are than their straight lines, measured on itself."""

from dataclasses import dataclass

import numpy as np

from geo.reach.matrix import travel_matrix
from geo.streets.network import Floats, Network
from geo.streets.snapping import Snapped

SHORTEST_M = 200.0
"""Of shorter straight lines the access legs decide, not the streets."""

MOST_SOURCES = 40
MOST_TARGETS = 2_000


@dataclass(frozen=True)
class Detour:
    """The ratio of network to straight line over sampled pairs.

    Parameters
    ----------
    median, low, high : float or None
        The median and the 10th and 90th percentiles; None where too many of the pairs are not connected.
    pairs : int
        How many pairs were measured.
    unconnected : int
        Those of them that no street connects within the search.
    """

    median: float | None
    low: float | None
    high: float | None
    pairs: int
    unconnected: int


def measure_detour(
    network: Network,
    sources: tuple[Snapped, Floats],
    targets: Snapped,
    targets_xy: Floats,
    *,
    radius_m: float,
    seed: int = 1,
) -> Detour | None:
    """Measure the detour over pairs of a station and a point, at most so far apart in a straight line.

    The ends are drawn by a seed. A pair that no way of four times the radius connects counts as the longest,
    so the median stands where fewer than half are cut off.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    sources : Snapped, ndarray (s, 2)
        The stations on it, and where they are in metres.
    targets, targets_xy
        The points, likewise.
    radius_m : float
        The longest straight line: minutes × speed.
    seed : int
        The same seed draws the same pairs.

    Returns
    -------
    Detour or None
        None where there is no pair with a street at both ends.
    """
    chance = np.random.default_rng(seed)
    snapped, sources_xy = sources
    rows = _drawn(chance, np.flatnonzero(snapped.edge >= 0), MOST_SOURCES)
    columns = _drawn(chance, np.flatnonzero(targets.edge >= 0), MOST_TARGETS)
    if not len(rows) or not len(columns):
        return None
    ways = travel_matrix(
        network,
        snapped.take(rows),
        targets.take(columns),
        speed_m_per_min=1.0,
        limit_minutes=4 * radius_m,
    )
    metres = np.full((len(rows), len(columns)), np.inf)
    row = np.repeat(np.arange(len(rows)), np.diff(ways.indptr))
    metres[row, ways.indices] = ways.data
    apart = sources_xy[rows][:, None, :] - targets_xy[columns][None, :, :]
    straight = np.hypot(apart[..., 0], apart[..., 1])
    pair = (straight >= SHORTEST_M) & (straight <= radius_m)
    if not pair.any():
        return None
    ratio = np.sort(metres[pair] / straight[pair])
    low, median, high = (_at(ratio, share) for share in (0.1, 0.5, 0.9))
    return Detour(median, low, high, len(ratio), int(np.isinf(ratio).sum()))


def _drawn(chance: np.random.Generator, rows: np.ndarray, most: int) -> np.ndarray:
    return rows if len(rows) <= most else np.sort(chance.choice(rows, most, replace=False))


def _at(ratio: Floats, share: float) -> float | None:
    value = float(ratio[int(share * (len(ratio) - 1))])
    return value if np.isfinite(value) else None
