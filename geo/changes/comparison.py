"""Changes: two states of one partition compared, told so that a person can check them.

Each grid's coming, going or redrawing is told once: what was split or merged is not told again as added,
retired or reshaped. A grid that is called otherwise is told beside that.
"""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.changes.exchange import Pieces, cut
from geo.changes.lineage import LINEAGE_SHARE, Lineage, descend
from geo.changes.pairing import Pairs, pair
from geo.changes.telling import KINDS, Change, label, own_pieces, renamings, tell
from geo.errors import CrsUnknown, MissingColumn
from geo.frames import CRS
from geo.partition.outlines import BoolArray, GeometryArray, IntArray

ATTRIBUTES = ("code", "name", "kind", "parent_code", "park_code", "chief")
"""What a grid is called and belongs to; a difference in one of them is a renaming."""


@dataclass(frozen=True, eq=False)
class Changes:
    """All that differs between two states.

    Parameters
    ----------
    rows : tuple of Change
        By kind in the order of `ChangeKind`, then by code.
    ground : GeoDataFrame
        The ground that changes hands, in EPSG:4326: ``before`` and ``after`` (codes, None for nobody) and
        ``area_m2``; by both.
    descents : DataFrame
        Ancestors and descendants among grids that are not one: ``before`` and ``after`` (codes),
        ``before_row`` and ``after_row`` (index of the frames), ``kind`` (``split``, ``merge`` or
        ``redraw``), ``area_m2``, ``of_before`` and ``of_after`` (shares).
    pairs : Pairs
        Which grids are one, by their positions in the two frames.
    gained_m2, lost_m2, handed_m2 : float
        Ground that nobody had, that nobody has any more, and that went from one grid to another. The
        areas of all grids before, and gained, without lost, are the areas of all grids afterwards.
    """

    rows: tuple[Change, ...]
    ground: gpd.GeoDataFrame
    descents: pd.DataFrame
    pairs: Pairs
    gained_m2: float
    lost_m2: float
    handed_m2: float

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind."""
        kinds = [one.change for one in self.rows]
        return {kind: kinds.count(kind) for kind in KINDS if kind in kinds}


def compare(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, *, crs: str, share: float = LINEAGE_SHARE
) -> Changes:
    """Compare two states of one partition.

    Which grids are one is told by `geo.changes.pairing.pair`, what was split or merged by
    `geo.changes.lineage.descend`. Only grids whose outlines differ in any bit are cut with one another, so
    that one moved border costs no more in a large partition than in a small one.

    Parameters
    ----------
    before, after : GeoDataFrame
        Grids in EPSG:4326 with any index: ``code``; where known ``grid_id``, ``source`` and
        ``source_id``, and any of `ATTRIBUTES`, of which those that both have are compared.
    crs : str
        The metric system in which areas are measured.
    share : float
        See `geo.changes.lineage.descend`.

    Raises
    ------
    CrsUnknown
        Where a frame is in no or in another coordinate system.
    MissingColumn
        Where a frame has no codes.
    """
    for frame in (before, after):
        _check(frame)
    pairs = pair(before, after)
    shapes, others_shapes = before.geometry.to_numpy(), after.geometry.to_numpy()
    same = same_outlines(shapes[pairs.before], others_shapes[pairs.after])
    moving = _only(pairs, ~same)
    rows = np.sort(np.concatenate([moving.before, pairs.gone]))
    others = np.sort(np.concatenate([moving.after, pairs.new]))
    pieces = cut(shapes[rows], others_shapes[others], crs)
    inner = replace(
        moving,
        before=np.searchsorted(rows, moving.before),
        after=np.searchsorted(others, moving.after),
        gone=np.searchsorted(rows, pairs.gone),
        new=np.searchsorted(others, pairs.new),
    )
    lineage = descend(pieces, inner, share=share)
    one, other = before.iloc[rows], after.iloc[others]
    found = [*tell(one, other, pieces, inner, lineage), *renamings(before, after, pairs, ATTRIBUTES)]
    return Changes(
        tuple(sorted(found, key=lambda row: (KINDS.index(row.change), row.code, row.codes))),
        _ground(one, other, pieces, inner),
        _descents(one, other, lineage),
        pairs,
        **_sums(pieces, inner),
    )


def _check(frame: gpd.GeoDataFrame) -> None:
    if frame.crs is None or frame.crs != CRS:
        found = None if frame.crs is None else frame.crs.to_string()
        raise CrsUnknown(
            f"The grids are in {found or 'no coordinate system'}; convert them to {CRS}.", crs=found
        )
    if "code" not in frame:
        raise MissingColumn("The grids have no column “code”; add it.", column="code")


def same_outlines(one: GeometryArray, other: GeometryArray) -> BoolArray:
    """Tell of each two outlines, both (n,), whether they are equal in every bit; both missing is equal."""
    flags: BoolArray = shapely.equals_identical(one, other) | (
        shapely.is_missing(one) & shapely.is_missing(other)
    )
    return flags


def _only(pairs: Pairs, flags: BoolArray) -> Pairs:
    return replace(pairs, before=pairs.before[flags], after=pairs.after[flags], how=pairs.how[flags])


def _ground(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, pieces: Pieces, pairs: Pairs) -> gpd.GeoDataFrame:
    foreign = ~own_pieces(pieces, pairs)
    table = pd.DataFrame(
        {
            "before": _labels(one, pieces.before[foreign]),
            "after": _labels(other, pieces.after[foreign]),
            "area_m2": pieces.area_m2[foreign],
        }
    )
    order = np.lexsort((table["after"].fillna("").to_numpy(), table["before"].fillna("").to_numpy()))
    ground = gpd.GeoDataFrame(table, geometry=pieces.shapes[foreign], crs=CRS)
    return ground.iloc[order].reset_index(drop=True)


def _labels(frame: gpd.GeoDataFrame, rows: IntArray) -> "pd.Series[Any]":
    return pd.Series([None if row < 0 else label(frame, row) for row in rows.tolist()], dtype=object)


def _descents(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame, lineage: Lineage) -> pd.DataFrame:
    links = lineage.links[~lineage.links["own"].astype(bool)]
    i, j = links["before"].to_numpy(dtype=np.int64), links["after"].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "before": _labels(one, i),
            "after": _labels(other, j),
            "before_row": one.index[i],
            "after_row": other.index[j],
            "kind": [lineage.kind(a, b) for a, b in zip(i.tolist(), j.tolist(), strict=True)],
            **{name: links[name].to_numpy() for name in ("area_m2", "of_before", "of_after")},
        }
    )


def _sums(pieces: Pieces, pairs: Pairs) -> dict[str, float]:
    foreign = ~own_pieces(pieces, pairs)
    new, gone = pieces.before < 0, pieces.after < 0
    return {
        "gained_m2": float(pieces.area_m2[new].sum()),
        "lost_m2": float(pieces.area_m2[gone].sum()),
        "handed_m2": float(pieces.area_m2[foreign & ~new & ~gone].sum()),
    }
