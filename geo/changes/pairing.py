"""Pairing: which grid of one state is which grid of another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.partition.outlines import BoolArray, IntArray, valid_polygons

SAME_GROUND = 0.9
"""Grids that have neither an id nor a code are one where they share so much of the larger one's ground."""

_MADE_UP = "h-"
"""How ids begin that were made of a row's content, for want of any; they are no one's word."""


@dataclass(frozen=True)
class Pairs:
    """Which rows are one grid, by their positions.

    Parameters
    ----------
    before, after : (n,) int array
        The positions of the same grid in either state, in the order of ``before``.
    how : (n,) object array of str
        By what it was known: ``id``, ``code`` or ``ground``.
    gone, new : int array
        The positions of the grids that have no other half, in order.
    """

    before: IntArray
    after: IntArray
    how: "np.ndarray[Any, np.dtype[np.object_]]"
    gone: IntArray
    new: IntArray


def pair(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> Pairs:
    """Find for each grid of one state the same grid in another.

    The first that holds: equal ids (``grid_id``; else ``source`` with ``source_id``); equal codes, unless
    one office says by two ids that they are two grids; and for a grid that has neither an id nor a code,
    the ground: at least `SAME_GROUND` of the larger of the two is common. Exchanging the two states
    exchanges the halves of each pair and nothing else.

    Parameters
    ----------
    before, after : GeoDataFrame
        One partition each, in EPSG:4326 with any index; ``code``, and where they are known ``grid_id``
        (negative for a grid that has no id yet), ``source`` and ``source_id``. Of several rows with one
        id or code the first counts.
    """
    one, other = _Side(before), _Side(after)
    found: list[tuple[IntArray, IntArray, str]] = []
    shared = [name for name in ("grid_id", "source_id") if name in before and name in after]
    for name in shared:
        if one.open.any() and other.open.any():
            found.append((*_matched(one, other, one.ids(name), other.ids(name)), "id"))
            _take(one, other, *found[-1][:2])
    i, j = _matched(one, other, one.codes, other.codes)
    for name in shared if len(i) else ():
        apart = _apart(one.ids(name).iloc[i], other.ids(name).iloc[j])
        i, j = i[~apart], j[~apart]
    found.append((i, j, "code"))
    _take(one, other, i, j)
    found.append((*_by_ground(one, other), "ground"))
    first, second = (np.concatenate([part[side] for part in found]) for side in (0, 1))
    how = np.repeat(np.array([part[2] for part in found], dtype=object), [len(part[0]) for part in found])
    order = np.argsort(first)
    gone, new = np.flatnonzero(one.open), np.flatnonzero(other.open)
    return Pairs(first[order], second[order], how[order], gone, new)


class _Side:
    """One of the two states, and which of its rows are open yet."""

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self.frame = frame
        self.open: BoolArray = np.ones(len(frame), dtype=bool)
        self.codes: pd.Series[Any] = frame["code"].astype(object)

    def ids(self, name: str) -> "pd.Series[Any]":
        """Return the ids that somebody gave, NaN elsewhere; those of a source with its name."""
        ids: pd.Series[Any] = self.frame[name]
        if name == "grid_id":
            return ids.astype("Int64").where(lambda numbers: numbers >= 0)
        ids = ids.astype(object)
        ids = ids.where(ids.notna() & ~ids.astype(str).str.startswith(_MADE_UP))
        if "source" in self.frame:
            ids = ids.where(ids.isna(), self.frame["source"].astype(str) + "\x00" + ids.astype(str))
        return ids

    @property
    def nameless(self) -> BoolArray:
        """Flag the rows that have neither an id nor a code."""
        bare = self.codes.isna().to_numpy()
        for name in ("grid_id", "source_id"):
            if name in self.frame:
                bare = bare & self.ids(name).isna().to_numpy()
        return np.asarray(bare, dtype=bool)


def _take(one: _Side, other: _Side, i: IntArray, j: IntArray) -> None:
    one.open[i] = False
    other.open[j] = False


def _matched(
    one: _Side, other: _Side, keys: "pd.Series[Any]", others: "pd.Series[Any]"
) -> tuple[IntArray, IntArray]:
    """Pair the open rows with equal keys, each once."""
    left, right = _first(one, keys), _first(other, others)
    where = pd.Index(others.iloc[right]).get_indexer(pd.Index(keys.iloc[left]))
    return left[where >= 0], right[where[where >= 0]]


def _first(side: _Side, keys: "pd.Series[Any]") -> IntArray:
    """Return the open rows that are the first with their key."""
    rows = np.flatnonzero(side.open & keys.notna().to_numpy())
    first: IntArray = rows[~keys.iloc[rows].duplicated().to_numpy()]
    return first


def _apart(ids: "pd.Series[Any]", others: "pd.Series[Any]") -> BoolArray:
    """Flag the pairs whose ids are both known and of one office, and are two."""
    flags = [
        not pd.isna(one) and not pd.isna(other) and one != other and _office(one) == _office(other)
        for one, other in zip(ids.tolist(), others.tolist(), strict=True)
    ]
    return np.array(flags, dtype=bool)


def _office(key: Any) -> str:
    """Return the source in a key, empty where it has none."""
    source, mark, _ = str(key).partition("\x00")
    return source if mark else ""


def _by_ground(one: _Side, other: _Side) -> tuple[IntArray, IntArray]:
    found = []
    for _, i, j in sorted(_shares(one, other)):
        if one.open[i] and other.open[j]:
            found.append((i, j))
            one.open[i] = other.open[j] = False
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _shares(one: _Side, other: _Side) -> Iterator[tuple[float, int, int]]:
    """Yield the pairs with enough common ground, the share negative, so that the largest sorts first."""
    left, right = np.flatnonzero(one.open), np.flatnonzero(other.open)
    bare_left, bare_right = one.nameless[left], other.nameless[right]
    if not len(left) or not len(right) or not (bare_left.any() or bare_right.any()):
        return
    shapes = valid_polygons(one.frame.geometry.to_numpy()[left])
    others = valid_polygons(other.frame.geometry.to_numpy()[right])
    i, j = shapely.STRtree(others).query(shapes, predicate="intersects")
    eligible = bare_left[i] | bare_right[j]
    i, j = i[eligible], j[eligible]
    common = shapely.area(shapely.intersection(shapes[i], others[j]))
    larger = np.maximum(shapely.area(shapes[i]), shapely.area(others[j]))
    share = np.divide(common, larger, out=np.zeros(len(i)), where=larger > 0)
    near = share >= SAME_GROUND
    yield from zip((-share[near]).tolist(), left[i[near]].tolist(), right[j[near]].tolist(), strict=True)
