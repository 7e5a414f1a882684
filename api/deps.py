"""What routes are handed: the settings, the database, the district in memory, the question's scope."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Request
from sqlalchemy import Engine

from api.jobs.events import Events
from api.settings import Settings
from geo.errors import InputError
from geo.profile import Profile
from geo.workflows.assignment.locating import Whereabouts
from geo.workflows.resident import Resident

_DIGITS = 9
"""Of the largest number that a release can have."""


def get_settings(request: Request) -> Settings:
    """Return the settings that the app was made with."""
    settings: Settings = request.app.state.settings
    return settings


def get_engine(request: Request) -> Engine:
    """Return the app's engine."""
    engine: Engine = request.app.state.engine
    return engine


def get_resident(request: Request) -> Resident:
    """Return what the app keeps in memory."""
    resident: Resident = request.app.state.resident
    return resident


def get_events(request: Request) -> Events:
    """Return what follows the jobs."""
    events: Events = request.app.state.events
    return events


def get_whereabouts(request: Request) -> Whereabouts:
    """Return what says where places are."""
    whereabouts: Whereabouts = request.app.state.whereabouts
    return whereabouts


def get_profile(settings: Annotated[Settings, Depends(get_settings)]) -> Profile:
    """Return the zone's profile."""
    return settings.zone


@dataclass(frozen=True)
class Scope:
    """Which release, known then, and which civil day a question is about; None for the current ones."""

    release: int | None
    on: date | None


def get_scope(
    release: Annotated[
        str, Query(description="A release's number, or “current”.", examples=["current", "12"])
    ] = "current",
    on: Annotated[date | None, Query(description="A civil day of the zone; by default today.")] = None,
) -> Scope:
    """Read the release and the day from the address.

    Raises
    ------
    InputError
        Where the release is neither a number nor “current”.
    """
    if release == "current":
        return Scope(None, on)
    if not release.isascii() or not release.isdigit() or len(release) > _DIGITS:
        raise InputError(
            f"“{release[:40]}” is no release; give its number or “current”.",
            reason="release-unreadable",
            release=release[:40],
        )
    return Scope(int(release), on)


SettingsDep = Annotated[Settings, Depends(get_settings)]
EngineDep = Annotated[Engine, Depends(get_engine)]
EventsDep = Annotated[Events, Depends(get_events)]
ResidentDep = Annotated[Resident, Depends(get_resident)]
ProfileDep = Annotated[Profile, Depends(get_profile)]
ScopeDep = Annotated[Scope, Depends(get_scope)]
