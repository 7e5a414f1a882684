"""Lineage: which grids came out of which, by the ground that went from one to the other.

::

    before │   1   │ 2 │ 3 │        1 was split into 1 and 9: it goes on, and gave a part to a new grid
    after  │ 1 │ 9 │   3   │        2 and 3 were merged into 3: it goes on, and got all of one that is gone
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.changes.exchange import Pieces
from geo.changes.pairing import Pairs

LINEAGE_SHARE = 0.1
"""Of the smaller of two grids; less ground than that between them makes neither the other's descendant."""


@dataclass(frozen=True)
class Lineage:
    """What came out of what.

    Parameters
    ----------
    links : DataFrame
        One row for each ancestor and descendant: ``before`` and ``after`` (positions), ``area_m2`` of the
        ground that they share, ``of_before`` and ``of_after``, its share of either, and ``own``, whether
        the two are one grid. Sorted by both.
    split : mapping of int to tuple of int
        A grid → those that its ground went to; itself among them where it goes on.
    merged : mapping of int to tuple of int
        A grid → those that its ground came from; itself among them where it was there before.
    """

    links: pd.DataFrame
    split: Mapping[int, tuple[int, ...]]
    merged: Mapping[int, tuple[int, ...]]

    def kind(self, before: int, after: int) -> str:
        """Return what became of a link that is not a grid's own: ``split``, ``merge`` or ``redraw``."""
        if after in self.split.get(before, ()):
            return "split"
        return "merge" if before in self.merged.get(after, ()) else "redraw"


def descend(pieces: Pieces, pairs: Pairs, *, share: float = LINEAGE_SHARE) -> Lineage:
    """Find what was split and what was merged.

    A grid that is gone, or one that is new, descends from or to each grid with which it shares at least
    ``share`` of the smaller of the two. Ground that goes from one grid that stays to another that stays
    is a moved border, and no descent. A grid with several descendants was split; one with several
    ancestors was merged. A grid that goes on and only gave parts to grids which were merged of several
    was not split itself, and one that only got parts of grids which were split was not merged.

    Parameters
    ----------
    pieces : Pieces
        Of all grids that changed.
    pairs : Pairs
        Which of them are one grid, by the same positions.
    share : float
        From 0 to 1.
    """
    links = _links(pieces, pairs, share)
    children = _several(links, "before", "after")
    parents = _several(links, "after", "before")
    own = dict(zip(pairs.before.tolist(), pairs.after.tolist(), strict=True))
    back = {j: i for i, j in own.items()}
    split = {i: to for i, to in children.items() if _told(to, own.get(i), parents)}
    merged = {j: of for j, of in parents.items() if _told(of, back.get(j), children)}
    return Lineage(links, split, merged)


def _links(pieces: Pieces, pairs: Pairs, share: float) -> pd.DataFrame:
    both = (pieces.before >= 0) & (pieces.after >= 0)
    before, after, area = pieces.before[both], pieces.after[both], pieces.area_m2[both]
    of_before = area / pieces.areas_before[before]
    of_after = area / pieces.areas_after[after]
    own_of = np.full(len(pieces.areas_before), -1)
    own_of[pairs.before] = pairs.after
    own = own_of[before] == after
    changes_hands = np.isin(before, pairs.gone) | np.isin(after, pairs.new)
    kept = (own | changes_hands) & (np.maximum(of_before, of_after) >= share)
    links = pd.DataFrame(
        {
            "before": before,
            "after": after,
            "area_m2": area,
            "of_before": of_before,
            "of_after": of_after,
            "own": own,
        }
    )
    result: pd.DataFrame = links[kept].reset_index(drop=True)
    return result


def _several(links: pd.DataFrame, one: str, others: str) -> dict[int, tuple[int, ...]]:
    """Return the grids that are linked to more than one, with those."""
    found: dict[int, list[int]] = {}
    for i, j in zip(links[one].tolist(), links[others].tolist(), strict=True):
        found.setdefault(i, []).append(j)
    return {i: tuple(sorted(to)) for i, to in sorted(found.items()) if len(to) > 1}


def _told(others: tuple[int, ...], own: int | None, told: Mapping[int, tuple[int, ...]]) -> bool:
    """Tell whether a grid is gone or new itself, or is linked to one that the other side does not tell."""
    return own is None or any(other != own and other not in told for other in others)
