"""Telling: what became of the grids that changed, each told once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.changes.exchange import Pieces
from geo.changes.lineage import Lineage
from geo.changes.pairing import Pairs
from geo.partition.outlines import BoolArray, place

ChangeKind = Literal["added", "retired", "renamed", "reshaped", "split", "merged"]
KINDS: tuple[ChangeKind, ...] = ("added", "retired", "renamed", "reshaped", "split", "merged")


@dataclass(frozen=True)
class Change:
    """One thing that became of one grid.

    Parameters
    ----------
    change : {"added", "retired", "renamed", "reshaped", "split", "merged"}
        What.
    code : str
        The grid, by the code that it has afterwards, or had where it is gone; ``row 7`` without one.
    codes : tuple of str
        All grids concerned: of a split those that came of it, of a merger those that went into it, of a
        renaming the old code and the new one.
    name : str or None
        Its name.
    area_before_m2, area_after_m2 : float or None
        Its areas; None where it was not or is not.
    difference_m2 : float
        The area of the symmetric difference of its old and its new ground.
    at : tuple of float or None
        Longitude and latitude of a place to look at.
    fields : mapping of str to (old, new)
        What it is called or belongs to otherwise.
    shares : mapping of str to float
        For each of ``codes``: of a split, which share of the old ground went there; of a merger, which
        share of its ground came here.
    known_by : {"id", "code", "ground"} or None
        How the old and the new grid are known to be one; None where there is but one of them.
    """

    change: ChangeKind
    code: str
    codes: tuple[str, ...] = ()
    name: str | None = None
    area_before_m2: float | None = None
    area_after_m2: float | None = None
    difference_m2: float = 0.0
    at: tuple[float, float] | None = None
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)
    known_by: str | None = None


def tell(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, pieces: Pieces, pairs: Pairs, lineage: Lineage
) -> list[Change]:
    """Tell what became of grids: split, merged, reshaped, retired or added, each once.

    Parameters
    ----------
    before, after : GeoDataFrame
        The grids that changed in either state; ``code``, and ``name`` where it is known.
    pieces, pairs, lineage
        Of these grids, by their positions.
    """
    account = _Account(before, after, pieces, pairs)
    split, merged = lineage.split, lineage.merged
    told_before = {*split, *(i for of in merged.values() for i in of)}
    told_after = {*merged, *(j for to in split.values() for j in to)}
    shares = {
        (i, j): (of_before, of_after)
        for i, j, of_before, of_after in lineage.links[
            ["before", "after", "of_before", "of_after"]
        ].itertuples(index=False)
    }
    found = [
        account.change("split", i, account.own.get(i), {account.new_name(j): shares[i, j][0] for j in to})
        for i, to in split.items()
    ]
    found += [
        account.change("merged", account.back.get(j), j, {account.old_name(i): shares[i, j][0] for i in of})
        for j, of in merged.items()
    ]
    found += [
        account.change("reshaped", i, j) for i, j in account.own.items() if i not in split and j not in merged
    ]
    found += [account.change("retired", i, None) for i in pairs.gone.tolist() if i not in told_before]
    found += [account.change("added", None, j) for j in pairs.new.tolist() if j not in told_after]
    return found


class _Account:
    """The names, areas and places of the grids that changed."""

    def __init__(
        self, before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, pieces: Pieces, pairs: Pairs
    ) -> None:
        self.old, self.new, self.pieces = before, after, pieces
        self.own = dict(zip(pairs.before.tolist(), pairs.after.tolist(), strict=True))
        self.back = {j: i for i, j in self.own.items()}
        self.how = dict(zip(pairs.before.tolist(), pairs.how.tolist(), strict=True))
        own = own_pieces(pieces, pairs)
        self.kept = dict(zip(pieces.before[own].tolist(), pieces.area_m2[own].tolist(), strict=True))
        foreign = np.flatnonzero(~own)
        by_size = foreign[np.argsort(pieces.area_m2[foreign], kind="stable")].tolist()
        self.lost_at = {int(pieces.before[k]): k for k in by_size}
        self.won_at = {int(pieces.after[k]): k for k in by_size}

    def old_name(self, i: int) -> str:
        return label(self.old, i)

    def new_name(self, j: int) -> str:
        return label(self.new, j)

    def change(
        self, kind: ChangeKind, i: int | None, j: int | None, shares: Mapping[str, float] | None = None
    ) -> Change:
        """Tell one thing of a grid that was at one position and is at another; None for not at all."""
        was = None if i is None else float(self.pieces.areas_before[i])
        now = None if j is None else float(self.pieces.areas_after[j])
        parts = dict(sorted((shares or {}).items()))
        code = label(self.new, j) if j is not None else label(self.old, i or 0)
        return Change(
            kind,
            code,
            tuple(parts) or (code,),
            name_of(self.new, j) if j is not None else name_of(self.old, i or 0),
            area_before_m2=was,
            area_after_m2=now,
            difference_m2=max(0.0, (was or 0.0) + (now or 0.0) - 2 * self._common(i, j)),
            at=self._at(i, j),
            shares=parts,
            known_by=None if i is None or j is None else self.how[i],
        )

    def _common(self, i: int | None, j: int | None) -> float:
        return 0.0 if i is None or j is None else self.kept.get(i, 0.0)

    def _at(self, i: int | None, j: int | None) -> tuple[float, float] | None:
        """Return a place in the largest piece that the grid lost or won, else in the grid."""
        found = [k for k in (self.lost_at.get(_n(i)), self.won_at.get(_n(j))) if k is not None]
        if found:
            return place(self.pieces.shapes[max(found, key=lambda k: float(self.pieces.area_m2[k]))])
        frame, row = (self.new, j) if j is not None else (self.old, i or 0)
        shape = frame.geometry.iloc[row]
        return None if shape is None else place(shape)


def _n(row: int | None) -> int:
    # No grid has this position, and neither has nobody.
    return -2 if row is None else row


def own_pieces(pieces: Pieces, pairs: Pairs) -> BoolArray:
    """Flag the pieces that stay with their grid."""
    after_of = np.full(len(pieces.areas_before) + 1, -2)
    after_of[pairs.before] = pairs.after
    flags: BoolArray = (pieces.before >= 0) & (after_of[pieces.before] == pieces.after)
    return flags


def label(frame: gpd.GeoDataFrame, row: int) -> str:
    """Return the code of a grid, or ``row 7`` where it has none."""
    code = frame["code"].iloc[row]
    return f"row {frame.index[row]}" if pd.isna(code) else str(code)


def name_of(frame: gpd.GeoDataFrame, row: int) -> str | None:
    """Return the name of a grid, None where it has none."""
    name = frame["name"].iloc[row] if "name" in frame else None
    return None if pd.isna(name) else str(name)


def renamings(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, pairs: Pairs, columns: tuple[str, ...]
) -> Iterator[Change]:
    """Yield the grids that are called otherwise or belong elsewhere, by the columns that both states have."""
    shared = [name for name in columns if name in before and name in after]
    old = {name: _cells(before[name])[pairs.before] for name in shared}
    new = {name: _cells(after[name])[pairs.after] for name in shared}
    differs = np.zeros(len(pairs.before), dtype=bool)
    for name in shared:
        differs |= old[name] != new[name]
    for k in np.flatnonzero(differs).tolist():
        i, j = int(pairs.before[k]), int(pairs.after[k])
        fields = {name: (old[name][k], new[name][k]) for name in shared if old[name][k] != new[name][k]}
        shape = after.geometry.iloc[j]
        yield Change(
            "renamed",
            label(after, j),
            tuple(dict.fromkeys((label(before, i), label(after, j)))),
            name_of(after, j),
            at=None if shape is None else place(shape),
            fields=fields,
            known_by=str(pairs.how[k]),
        )


def _cells(column: "pd.Series[Any]") -> Any:
    """Return a column as an array of objects, None for missing."""
    cells = column.to_numpy(dtype=object).copy()
    cells[pd.isna(cells)] = None
    return cells
