"""Retiring: the grids that a person names hold no more from a day on; their codes are not used again."""

from datetime import date
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.errors import InputError
from geo.profile import Level, Profile
from geo.store import boundaries
from geo.store.boundaries import GRID
from geo.workflows.publication.planning import Plan

_Scope = tuple[Level | None, gpd.GeoDataFrame, set[int]]
"""A level, what is known of its grids, and the grids that the file holds."""


class Retired(NamedTuple):
    """A grid that is to hold no more."""

    grid_id: int
    code: str
    source_id: str


def retired(connection: Connection, profile: Profile, planned: Plan, codes: tuple[str, ...]) -> list[Retired]:
    """Return the grids that are retired by a publication, in the order of their codes.

    Parameters
    ----------
    planned : Plan
        What else is published; the grids are sought in its levels, from the top down.
    codes : tuple of str
        As they are on the first day of the change, or become later.

    Raises
    ------
    InputError
        Where no grid has a code, or the file holds a grid that is to be retired.
    """
    if not codes:
        return []
    if planned.change.kind == "parks":
        raise InputError(
            "A publication of parks retires no grid; publish grids to retire some.",
            reason="parks-retire-nothing",
        )
    scopes: list[_Scope] = [(part.level, part.known, set(part.table["grid_id"])) for part in planned.parts]
    if not scopes:
        scopes = [_default(connection, profile, planned)]
    found = []
    for code in sorted(set(codes)):
        one = next((one for _, known, _ in scopes if (one := _find(known, code, planned.on))), None)
        if one is None:
            levels = ", ".join(f"{level.basis}/{level.name}" for level, _, _ in scopes if level)
            raise InputError(
                f"No grid of {levels} has the code {code} on {planned.on} or later, so it cannot be retired; "
                "correct the code.",
                reason="retired-unknown",
                code=code,
            )
        if any(one.grid_id in rows for _, _, rows in scopes):
            raise InputError(
                f"The grid {code} is to be retired, and the file holds it; take it out of one of the two.",
                reason="retired-in-file",
                code=code,
            )
        found.append(one)
    return found


def _default(connection: Connection, profile: Profile, planned: Plan) -> _Scope:
    """Return the level that a file without rows is about, with what is known of its grids."""
    change, counting = planned.change, profile.counting
    level = profile.level(change.basis or counting.basis, change.level or counting.name)
    number = boundaries.partitions(connection).get((level.basis, level.name))
    known = boundaries.versions(connection, GRID, where={"partition_id": number or 0}, geometry=False)
    return level, known, set()


def _find(known: gpd.GeoDataFrame, code: str, on: date) -> Retired | None:
    """Return the grid that has a code on a day, else the first that has it later."""
    rows = known[known["code"] == code]
    rows = rows[[pd.isna(day) or day > on for day in rows["valid_to"]]]
    if rows.empty:
        return None
    begun = rows[[pd.isna(day) or day <= on for day in rows["valid_from"]]]
    row = (begun if len(begun) else rows.sort_values("valid_from")).iloc[0]
    return Retired(int(row["grid_id"]), code, str(row["source_id"]))
