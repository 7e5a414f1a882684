"""Levels: to which partition each row of a grid file belongs."""

from typing import Any

import geopandas as gpd
import pandas as pd

from geo.frames import Refusal
from geo.profile import GENERAL, Level, Profile


def by_level(
    profile: Profile, frame: gpd.GeoDataFrame, *, kind: str, basis: str | None, level: str | None
) -> tuple[list[tuple[Level, gpd.GeoDataFrame]], list[Refusal]]:
    """Part the rows by level: what a row says, else what the user says, else the counting one.

    Parameters
    ----------
    frame : GeoDataFrame
        By the contract of grids.
    kind : str
        ``grids`` or ``general-grids``.
    basis, level : str, optional
        What the user says.

    Returns
    -------
    list of (Level, GeoDataFrame), list of Refusal
        From the top down, so that parents come before their grids; and a remark on each row that names
        a level or basis which the profile does not have.

    Raises
    ------
    ProfileError
        Where the profile has no such level as the user says.
    """
    if kind == "general-grids":
        return [(profile.level(GENERAL, "grid"), frame)], []
    default = _default(profile, basis, level)
    found, remarks = [], []
    for row, said_basis, said_level in zip(frame.index, frame["basis"], frame["level"], strict=True):
        one, unknown = _level_of(profile, default, said_basis, said_level)
        found.append(profile.levels.index(one))
        if unknown is not None:
            remarks.append(_unknown(int(row), unknown, one, profile))
    numbers = pd.Series(found, index=frame.index, dtype="int64")
    return [(profile.levels[n], frame[numbers == n]) for n in sorted(set(found))], remarks


def level_above(profile: Profile, level: Level) -> Level | None:
    """Return the level above in the same basis, None for the topmost."""
    same_basis = [one for one in profile.levels if one.basis == level.basis]
    place = same_basis.index(level)
    return same_basis[place - 1] if place else None


def _default(profile: Profile, basis: str | None, level: str | None) -> Level:
    """Return the level of rows that say none; of another basis than the counted one, its lowest."""
    counting = profile.counting
    if level is None and basis not in (None, counting.basis):
        last = [one for one in profile.levels if one.basis == basis][-1:]
        return last[0] if last else profile.level(str(basis), counting.name)
    return profile.level(basis or counting.basis, level or counting.name)


def _level_of(profile: Profile, default: Level, basis: Any, level: Any) -> tuple[Level, str | None]:
    """Return the level of a row, and the word in it that the profile does not know."""
    unknown = None
    if not pd.isna(basis) and basis != default.basis:
        if basis in profile.bases:
            default = _default(profile, str(basis), None)
        else:
            unknown = str(basis)
    if pd.isna(level):
        return default, unknown
    for one in profile.levels:
        if one.basis == default.basis and level in (one.name, *one.title.values()):
            return one, unknown
    return default, str(level)


def _unknown(row: int, word: str, taken: Level, profile: Profile) -> Refusal:
    known = ", ".join(f"{one.basis}/{one.name}" for one in profile.levels)
    sentence = (
        f"The row says “{word}”, which is no level or basis of the profile “{profile.name}”; it was taken "
        f"as {taken.basis}/{taken.name}. The profile has {known}."
    )
    return Refusal(row, "level-unknown", sentence, {"word": word, "level": f"{taken.basis}/{taken.name}"})
