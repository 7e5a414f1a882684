"""Certainty: who is reached for sure, who perhaps, and who is the tenth with the longest ways."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import InputError

CERTAINTIES = ("sure", "maybe", "no")

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Doubt:
    """What may be otherwise than it was reckoned with.

    Parameters
    ----------
    slow, fast : float
        The speeds of slow and of fast people, as shares of the speed that the times were made with:
        4 and 6 km/h beside 5 are 0.8 and 1.2.
    long_access_m : float
        A longer way from a point to its street leads over ground that nobody knows: not sure.
    detour : float
        So much longer than the straight line a way is; a place that is some metres off may be so many times
        as far to walk.
    """

    slow: float = 0.8
    fast: float = 1.2
    long_access_m: float = 100.0
    detour: float = 1.0


def certainty(  # noqa: PLR0913 – a time, how it was made, and each thing that may be wrong with it
    minutes: Floats,
    *,
    limit_minutes: float,
    speed_m_per_min: float,
    doubt: Doubt,
    accuracy_m: Floats,
    access_m: Floats,
    beyond_data: Flags,
) -> "pd.Series[str]":
    """Say whether each point is in reach: ``sure``, ``maybe`` or ``no``.

    Sure are those that slow people reach, from the far end of the accuracy of the place, over a short way to
    the street. No are those that fast people do not reach, from its near end, unless a way beyond the edge of
    the street data might lead there. The others are maybe. From either end the accuracy is walked along the
    detour.

    Parameters
    ----------
    minutes : ndarray (n,)
        Of the whole way, inf or NaN where none leads.
    limit_minutes : float
        The promise, border included.
    speed_m_per_min : float
        That of the times.
    doubt : Doubt
        What may be otherwise.
    accuracy_m : ndarray (n,)
        How far each place may be off.
    access_m : ndarray (n,)
        The way from each point to its street; NaN is none, and says nothing where there are no streets.
    beyond_data : ndarray (n,) bool
        Which points a way beyond the data might bring into reach.

    Raises
    ------
    InputError
        Where the speeds are not in order.
    """
    if not 0 < doubt.slow <= 1 <= doubt.fast:
        raise InputError(
            f"Slow people go at {doubt.slow:g} and fast ones at {doubt.fast:g} times the speed; the first "
            "must be at most 1 and the second at least 1.",
            reason="paces-crossed",
            slow=doubt.slow,
            fast=doubt.fast,
        )
    times = np.where(np.isnan(minutes), np.inf, minutes)
    off = accuracy_m * doubt.detour / speed_m_per_min
    sure = ((times + off) / doubt.slow <= limit_minutes) & ~(access_m > doubt.long_access_m)
    no = ~(np.maximum(times - off, 0.0) / doubt.fast <= limit_minutes) & ~beyond_data
    words = np.select([sure, no], ["sure", "no"], "maybe")
    return pd.Series(pd.array(words, dtype="str"), name="certainty")


@dataclass(frozen=True, eq=False)
class Worst:
    """The part of the demand with the longest ways.

    Parameters
    ----------
    minutes : float or None
        Whoever is among them has at least this way; None where no way leads that far, or there is nobody.
    flags : ndarray (n,)
        Who they are.
    weight : int
        Their workers, or enterprises where no head count is known.
    total : int
        Those of all that have a location.
    """

    minutes: float | None
    flags: Flags
    weight: int
    total: int


def worst_served(minutes: Floats, located: Flags, workers: "pd.Series[int]", *, share: float = 0.1) -> Worst:
    """Find the share of the workers with the longest ways.

    They are the fewest who make up the share: less than it have a longer way than the threshold. Those of
    equal minutes are in it together, so that it may be a little more than the share.

    Parameters
    ----------
    minutes : ndarray (n,)
        Of the whole way, inf where none leads.
    located : ndarray (n,) bool
        Whoever has no location has no way, and is not counted.
    workers : Series (n,) of Int64
        NA weighs 0; where no head count is known at all, each enterprise weighs 1.
    share : float
        Between 0 and 1.
    """
    known = workers.notna().any()
    weight = workers.fillna(0).to_numpy(dtype=np.int64) if known else np.ones(len(workers), dtype=np.int64)
    weight = np.where(located, weight, 0)
    total = int(weight.sum())
    if not total:
        return Worst(None, np.zeros(len(weight), dtype=bool), 0, 0)
    times = np.where(np.isnan(minutes), np.inf, minutes)
    order = np.argsort(times, kind="stable")
    before = np.cumsum(weight[order])
    # The first in order of minutes who, with all before, makes up more than the rest.
    begin = int(np.searchsorted(before, total - share * total, side="right"))
    threshold = times[order][min(begin, len(order) - 1)]
    flags = located & (times >= threshold)
    return Worst(float(threshold) if np.isfinite(threshold) else None, flags, int(weight[flags].sum()), total)
