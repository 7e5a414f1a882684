"""Asking: the question of coverage, and which facilities count for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import pandas as pd

from geo.errors import InputError
from geo.hours import openness
from geo.profile import Profile
from geo.streets.network import Mode
from geo.workflows.ground.district import District

Method = Literal["network", "disc"]

MOST_MINUTES = 60.0


@dataclass(frozen=True)
class Question:
    """What is asked: reached by which facilities, how, within how many minutes.

    Parameters
    ----------
    minutes : float
        The promise, border included; above 0 and at most 60.
    mode : {"walk", "ebike", "drive"}
        How people move.
    method : {"network", "disc"} or None
        Along the streets or on the straight line; None for streets. Without streets it is the line.
    kinds : tuple of str
        Facilities: ``station``, ``centre``.
    functions : tuple of str
        Only facilities with all of these functions; empty for any.
    at : datetime, optional
        Only facilities that are open at this moment of the zone's civil time; those whose hours are not known
        do not count, and are told apart.
    """

    minutes: float
    mode: Mode = "walk"
    method: Method | None = None
    kinds: tuple[str, ...] = ("station", "centre")
    functions: tuple[str, ...] = ()
    at: datetime | None = None

    @classmethod
    def promised(cls, profile: Profile) -> "Question":
        """Return the question that the profile's promise asks."""
        return cls(minutes=profile.circle.minutes, kinds=profile.circle.kinds)


def check(question: Question) -> None:
    """Refuse minutes that are out of range.

    Raises
    ------
    InputError
        Where they are.
    """
    if not 0 < question.minutes <= MOST_MINUTES:
        raise InputError(
            f"{question.minutes:g} minutes cannot be asked for; give more than 0 and at most "
            f"{MOST_MINUTES:g}.",
            reason="minutes-out-of-range",
            most=MOST_MINUTES,
            minutes=question.minutes,
        )


def decided(district: District, question: Question) -> Question:
    """Return the question with its method chosen: streets where they are loaded, unless asked otherwise.

    Without streets the disc stands in, and the answer says that it is one.
    """
    method = (question.method or "network") if district.stamp.streets else "disc"
    return replace(question, method=method)


def openings(district: District, at: datetime) -> "pd.Series[str]":
    """Say of each facility whether it is ``open``, ``closed`` or ``unknown`` at a moment."""
    words = [openness(text, at, district.calendar) for text in district.stations["opening_hours"]]
    return pd.Series(pd.array(words, dtype="str"), index=district.stations.index)


def chosen(district: District, question: Question) -> "pd.Series[bool]":
    """Flag the facilities that count for a question."""
    flags = eligible(district, question)
    return flags if question.at is None else flags & (openings(district, question.at) == "open")


def eligible(district: District, question: Question) -> "pd.Series[bool]":
    """Flag the facilities that would count if they were open."""
    frame = district.stations
    flags = frame["kind"].isin(question.kinds) & frame["lon"].notna()
    for function in question.functions:
        flags &= frame["functions"].map(lambda names, wanted=function: wanted in names).astype(bool)
    return flags
