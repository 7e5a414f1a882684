"""Naming: the code that each grid of a file has, keeps or is given, and what its row calls other grids."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.codes import allocate_codes
from geo.frames import Refusal
from geo.workflows.comparing import holding

CODE_WIDTH = 4

Grid = tuple[str, str]
"""A grid by its source and its id there."""


def double_codes(rows: pd.DataFrame, standing: pd.DataFrame, *, source: str) -> tuple[Refusal, ...]:
    """Refuse each row whose code an earlier row claims, or a grid that keeps it.

    A code is free where the grid that has it is given another one by the same file, so that two grids may
    change theirs.

    Parameters
    ----------
    rows : DataFrame
        Rows of one partition; ``source_id`` and ``code``, missing where the row has none.
    standing : DataFrame
        The partition's versions that hold on the first day of the change or later; ``source``,
        ``source_id`` and ``code``.
    source : str
        Of the rows.
    """
    holders: dict[str, set[Grid]] = {}
    for office, source_id, code in standing[["source", "source_id", "code"]].itertuples(index=False):
        holders.setdefault(code, set()).add((office, source_id))
    rows = rows[rows["code"].notna()]
    refused: dict[int, Refusal] = {}
    # A row that is refused leaves its grid the code that it has, which may refuse the next one.
    while True:
        accepted = rows[~rows.index.isin(refused)]
        found = _doubles(accepted, holders, source)
        if not found:
            return tuple(refused[row] for row in sorted(refused))
        refused |= found


def _doubles(rows: pd.DataFrame, holders: Mapping[str, set[Grid]], source: str) -> dict[int, Refusal]:
    claims = {(source, one): code for one, code in zip(rows["source_id"], rows["code"], strict=True)}
    first: dict[str, int] = {}
    found: dict[int, Refusal] = {}
    for row, source_id, code in zip(rows.index, rows["source_id"], rows["code"], strict=True):
        others = holders.get(code, set()) - {(source, source_id)}
        kept = sorted(one for one in others if claims.get(one, code) == code)
        if code in first:
            found[row] = _double(row, code, f"row {first[code]} has already")
        elif kept:
            office, owner = kept[0]
            whose = f"the grid {owner}" if office == source else f"the grid {owner} of “{office}”"
            found[row] = _double(row, code, f"{whose} has", {} if office == source else {"office": office})
        else:
            first[code] = row
    return found


def _double(row: int, code: str, owner: str, whose: Mapping[str, str] = MappingProxyType({})) -> Refusal:
    """Refuse a row; an office that is named may have sent the older file as well."""
    remedy = f"send the file as one of “{whose['office']}” if it is, or " if whose else ""
    message = f"The row has the code {code}, which {owner}; {remedy}give it its own."
    return Refusal(row, "duplicate-code", message, {"code": code, "value": code, **whose})


def retired_codes(rows: pd.DataFrame, ended: pd.DataFrame, *, source: str) -> tuple[Refusal, ...]:
    """Refuse each row whose code is that of another grid, which holds no more; such a code is not used again.

    Parameters
    ----------
    rows : DataFrame
        Rows of one partition; ``source_id`` and ``code``, missing where the row has none.
    ended : DataFrame
        The versions of the partition's grids that hold on no day of the change; as in `double_codes`.
    source : str
        Of the rows.
    """
    owners: dict[str, set[Grid]] = {}
    for office, source_id, code in ended[["source", "source_id", "code"]].itertuples(index=False):
        owners.setdefault(code, set()).add((office, source_id))
    return tuple(
        _retired(int(row), code)
        for row, source_id, code in zip(rows.index, rows["source_id"], rows["code"], strict=True)
        if code in owners and (source, source_id) not in owners[code]
    )


def _retired(row: int, code: str) -> Refusal:
    message = f"The row has the code {code}, which was that of a grid now retired; give it one of its own."
    return Refusal(row, "retired-code", message, {"code": code, "value": code})


def with_codes(
    table: pd.DataFrame, known: gpd.GeoDataFrame, *, since: date | None, used: Collection[str]
) -> tuple[pd.DataFrame, int]:
    """Fill missing codes: with the one that the grid has on the day, else with the next free ones.

    Parameters
    ----------
    table : DataFrame
        ``grid_id``, ``code`` and ``geom``, None for a grid without a polygon.
    known : GeoDataFrame
        The partition's versions; ``grid_id``, ``code``, ``valid_from`` and ``valid_to``.
    since : date or None
        The first day of the change.
    used : collection of str
        Codes that were ever used in the partition; none of them is given.

    Returns
    -------
    (DataFrame, int)
        The table with every code, and how many were given.
    """
    last = dict(zip(known["grid_id"], known["code"], strict=True))
    now = holding(known, since)
    had = last | dict(zip(now["grid_id"], now["code"], strict=True))
    codes = table["code"].where(table["code"].notna(), table["grid_id"].map(had))
    bare = codes.isna().to_numpy()
    given = int(bare.sum())
    taken = {*used, *codes.dropna()}
    digits = max(CODE_WIDTH, len(str(len(taken) + given)))
    codes[bare] = _free_codes(table.loc[bare, "geom"].to_numpy(), taken, digits)
    return table.assign(code=codes), given


def _free_codes(shapes: Any, taken: Collection[str], digits: int) -> list[str]:
    """Return free codes as one reads the map; grids without a polygon follow, in the file's order."""
    middles = shapely.get_coordinates(shapely.point_on_surface(shapes))
    drawn = ~shapely.is_missing(shapes)
    codes = np.full(len(shapes), "", dtype=object)
    codes[drawn] = allocate_codes(middles, prefix="", width=digits, taken=taken)
    rest = np.zeros((int((~drawn).sum()), 2))
    codes[~drawn] = allocate_codes(rest, prefix="", width=digits, taken={*taken, *codes[drawn]})
    return [str(code) for code in codes]


def named(
    names: "pd.Series[str]", known: Mapping[str, int], what: str
) -> tuple["pd.Series[Any]", list[Refusal]]:
    """Return the ids of the parents or parks that rows name, and a remark on each name that is unknown."""
    remarks = []
    for row, name in names.dropna().items():
        if name not in known:
            sentence = (
                f"The row names the {what} {name}, which is not loaded; the grid was taken without it. "
                f"Load the {what}s first, then this file again."
            )
            remarks.append(Refusal(int(str(row)), f"{what}-unknown", sentence, {"code": name}))
    return names.map(known).astype("Int64"), remarks
