"""Groups: the four denominators of each part of a zone, whose sums are those of the whole.

Every unit is in exactly one group. What a unit does not say, or says several times, is in a group of its own:
``without`` and ``several``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.coverage.tally import BOXES, Denominator, boxes, reached

WITHOUT, SEVERAL = "without", "several"

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """The denominators of one group; None where they are not known, or the group has no ground."""

    name: str
    enterprises: Denominator
    workers: Denominator | None = None
    grids: Denominator | None = None
    area_m2: Denominator | None = None


def one_of(lists: "pd.Series[Any]") -> "pd.Series[str]":
    """Return the only item of each list, `WITHOUT` of an empty one, `SEVERAL` of a longer one."""
    words = [row[0] if len(row) == 1 else SEVERAL if row else WITHOUT for row in lists]
    return pd.Series(pd.array(words, dtype="str"), index=lists.index)


def named(words: "pd.Series[str]") -> "pd.Series[str]":
    """Return words as the names of groups, `WITHOUT` where one is missing."""
    return words.astype("str").fillna(WITHOUT)


def size_class(workers: "pd.Series[int]", bounds: Sequence[int]) -> "pd.Series[str]":
    """Return the class of each head count: ``1-9``, ``10-49`` … and ``1000+``, `WITHOUT` of an unknown one.

    Examples
    --------
    >>> size_class(pd.Series([0, 9, 10, 400, None], dtype="Int64"), [10, 50]).tolist()
    ['0-9', '0-9', '10-49', '50+', 'without']
    """
    low = [0, *bounds]
    names = np.array([f"{a}-{b - 1}" for a, b in zip(low, bounds, strict=False)] + [f"{low[-1]}+", WITHOUT])
    known = workers.notna().to_numpy(dtype=bool)
    place = np.searchsorted(bounds, workers.fillna(0).to_numpy(dtype=np.int64), side="right")
    found = names[np.where(known, place, len(names) - 1)]
    return pd.Series(pd.array(found, dtype="str"), index=workers.index)


def by_group(
    demand: pd.DataFrame,
    labels: "pd.Series[str]",
    grids: pd.DataFrame | None = None,
    grid_labels: "pd.Series[str] | None" = None,
    *,
    limit_minutes: float,
) -> list[Group]:
    """Count service coverage in each group.

    Parameters
    ----------
    demand : DataFrame
        As for `geo.coverage.tally.denominators`.
    labels : Series of str
        The group of each enterprise.
    grids : DataFrame, optional
        The grids, as for `geo.coverage.tally.denominators`; without them nothing is outside.
    grid_labels : Series of str, optional
        The group of each grid, where the groups have ground.
    limit_minutes : float
        The promise, border included.

    Returns
    -------
    list of Group
        By name, the rest (`SEVERAL`, `WITHOUT`) last. Their sums are those of
        `geo.coverage.tally.denominators`.
    """
    ground = grids if grid_labels is not None else None
    words = [labels, *([] if grid_labels is None else [grid_labels])]
    names = sorted({word for one in words for word in one}, key=_order)
    group = _places(names, labels)
    box = boxes(demand, limit_minutes=limit_minutes, in_grids=grids is not None)
    reach = reached(demand, limit_minutes)
    enterprises = _counted(group, box, reach, np.ones(len(demand), dtype=np.int64), len(names))
    workers: list[Denominator] | None = None
    if "workers" in demand and demand["workers"].notna().any():
        amount = demand["workers"].fillna(0).to_numpy(dtype=np.int64)
        unknown = demand["workers"].isna().to_numpy(dtype=bool)
        workers = _counted(group, box, reach, amount, len(names), unknown=unknown)
    on_ground = (
        None if ground is None or grid_labels is None else _ground(ground, grid_labels, names, limit_minutes)
    )
    return [
        Group(
            name,
            enterprises[i],
            None if workers is None else workers[i],
            *((None, None) if on_ground is None else on_ground[i]),
        )
        for i, name in enumerate(names)
    ]


def _order(name: str) -> tuple[bool, list[tuple[int, str]]]:
    """Return what groups are sorted by: numbers by their value, the rest behind."""
    parts = re.findall(r"\d+|\D+", name)
    return name in (SEVERAL, WITHOUT), [(int(p) if p.isdecimal() else -1, p) for p in parts]


def _places(names: Sequence[str], labels: "pd.Series[str]") -> Ints:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[label] for label in labels], dtype=np.int64)


def _counted(
    group: Ints,
    box: "pd.Series[str]",
    reach: npt.NDArray[np.bool_],
    amount: Ints,
    n: int,
    *,
    unknown: npt.NDArray[np.bool_] | None = None,
) -> list[Denominator]:
    place = np.array([BOXES.index(one) for one in box], dtype=np.int64)
    sums = np.zeros((n, len(BOXES)), dtype=np.int64)
    np.add.at(sums, (group, place), amount)
    outside = (place == BOXES.index("outside")) & reach
    out_reached = np.zeros(n, dtype=np.int64)
    np.add.at(out_reached, group[outside], amount[outside])
    missing = np.bincount(group, weights=unknown, minlength=n) if unknown is not None else np.zeros(n)
    return [
        Denominator(
            int(sums[i].sum()),
            covered=int(sums[i, 0]),
            out_of_reach=int(sums[i, 1]),
            outside=int(sums[i, 2]),
            no_location=int(sums[i, 3]),
            outside_reached=int(out_reached[i]),
            unknown=int(missing[i]),
        )
        for i in range(n)
    ]


def _ground(
    grids: pd.DataFrame, labels: "pd.Series[str]", names: Sequence[str], limit_minutes: float
) -> list[tuple[Denominator | None, Denominator | None]]:
    """Count grids and area; a group without a grid has none."""
    group, n = _places(names, labels), len(names)
    covered = reached(grids, limit_minutes)
    total, within = (np.bincount(group, weights=w, minlength=n).astype(int) for w in (None, covered))
    area = grids["area_m2"].fillna(0.0).to_numpy(dtype=float)
    in_reach = area * grids["area_share"].fillna(0.0).to_numpy(dtype=float)
    size = shared_out(np.bincount(group, weights=area, minlength=n).astype(float), round(float(area.sum())))
    reached_size = shared_out(
        np.bincount(group, weights=in_reach, minlength=n).astype(float),
        min(int(size.sum()), round(float(in_reach.sum()))),
        most=size,
    )
    return [
        (
            Denominator(int(total[i]), int(within[i]), int(total[i] - within[i])),
            Denominator(int(size[i]), int(reached_size[i]), int(size[i] - reached_size[i])),
        )
        if total[i]
        else (None, None)
        for i in range(n)
    ]


def shared_out(amounts: npt.NDArray[np.float64], total: int, *, most: Ints | None = None) -> Ints:
    """Round amounts to whole numbers of a given sum, by the largest remainders (Hamilton's method).

    Parameters
    ----------
    amounts : ndarray (n,)
        Not negative; they sum up to about ``total``.
    total : int
        What the whole numbers sum up to.
    most : ndarray (n,), optional
        What none may exceed; their sum is at least ``total``.

    Examples
    --------
    >>> shared_out(np.array([1.4, 1.4, 0.2]), 3).tolist()
    [2, 1, 0]
    """
    whole = np.floor(amounts).astype(np.int64)
    if most is not None:
        whole = np.minimum(whole, most)
    order = np.argsort(-(amounts - np.floor(amounts)), kind="stable")
    left = total - int(whole.sum())
    while left:
        step = 1 if left > 0 else -1
        for i in order[::step]:
            room = (most is None or whole[i] < most[i]) if step > 0 else whole[i] > 0
            if left and room:
                whole[i] += step
                left -= step
    return whole
