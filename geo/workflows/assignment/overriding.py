"""Overriding: a person says whose an enterprise is, until when and why, and may take it back.

What is said outlives recomputations and redrawings. It ends on its day or when it is taken back, and rests
while its grid does not hold; the rule decides again then.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from geo.errors import InputError, NotFound
from geo.profile import Level, Profile
from geo.store import audit, boundaries, lists, overrides
from geo.store.engine import writing
from geo.workflows.answering import once
from geo.workflows.assignment import assigning
from geo.workflows.assignment.lawful import law
from geo.workflows.ground.calendar import today

USUAL_DAYS = 365
"""How long an override holds where nobody says until when."""


@dataclass(frozen=True)
class Word:
    """What a person says of an enterprise.

    Parameters
    ----------
    grid : str
        The code of the grid that it is given, as it is today.
    reason : str
        Why, for whoever asks later.
    until : date, optional
        The day on which it ends, from which on the rule decides again; by default a year from today.
    by : str
        Who says so.
    """

    grid: str
    reason: str
    until: date | None = None
    by: str = "local"


def override(
    engine: Engine,
    profile: Profile,
    enterprise: int,
    word: Word,
    *,
    level: Level | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Give an enterprise to a grid from today on; what was said of it before is taken back.

    Parameters
    ----------
    level : Level, optional
        Of the grid; by default the counted.
    key : str, optional
        An idempotency key; see `geo.workflows.answering.once`.

    Returns
    -------
    dict
        ``id``, ``enterprise``, ``basis``, ``level``, ``grid``, ``reason``, ``since``, ``until``, ``by``,
        ``lawful`` (the code by the rule, or None), ``replaces`` (ids) and ``reassigned``.

    Raises
    ------
    NotFound
        Where there is no such enterprise or grid.
    InputError
        Where the reason is empty, or the end is no day to come.
    """
    level = level or profile.counting
    request = {"override": enterprise, **vars(word), "level": [level.basis, level.name]}
    with writing(engine) as connection:
        return once(connection, key, request, lambda: _make(connection, profile, enterprise, word, level))


def undo(
    engine: Engine,
    profile: Profile,
    enterprise: int,
    *,
    level: Level | None = None,
    by: str = "local",
    key: str | None = None,
) -> dict[str, Any]:
    """Take back what was said of an enterprise; the rule decides again, on all days.

    Returns
    -------
    dict
        ``enterprise``, ``basis``, ``level``, ``undone`` (ids) and ``reassigned``.

    Raises
    ------
    NotFound
        Where there is no such enterprise, or nothing stands that was said of it.
    """
    level = level or profile.counting
    request = {"undo": enterprise, "level": [level.basis, level.name], "by": by}
    with writing(engine) as connection:
        return once(connection, key, request, lambda: _undo(connection, profile, enterprise, level, by))


def _make(
    connection: Connection, profile: Profile, enterprise: int, word: Word, level: Level
) -> dict[str, Any]:
    on = today(profile)
    until = _end(word, on)
    partition, grid_id = _grid(connection, level, word.grid, on)
    _demand(connection, enterprise)
    found = law(connection, profile, level, enterprise, grid_id, on)
    replaced = overrides.undo(connection, enterprise, partition, on=on, by=word.by)
    values = {
        "enterprise_id": enterprise,
        "partition_id": partition,
        "grid_id": grid_id,
        "reason": word.reason.strip(),
        "lawful_grid_id": found.grid_id,
        "distance_m": found.distance_m,
    }
    number = overrides.make(connection, values, since=on, until=until, by=word.by)
    reassigned = assigning.reassign_points(connection, profile, "enterprise", [enterprise])
    told = {
        "id": number,
        "enterprise": enterprise,
        "basis": level.basis,
        "level": level.name,
        "grid": word.grid,
        "reason": word.reason.strip(),
        "since": on.isoformat(),
        "until": until.isoformat(),
        "by": word.by,
        "lawful": found.code,
        "replaces": replaced,
        "reassigned": reassigned,
    }
    audit.enter(connection, by=word.by, action="override", subject=f"enterprise {enterprise}", details=told)
    return told


def _undo(connection: Connection, profile: Profile, enterprise: int, level: Level, by: str) -> dict[str, Any]:
    _demand(connection, enterprise)
    partition = boundaries.partitions(connection).get((level.basis, level.name), 0)
    ids = overrides.undo(connection, enterprise, partition, on=today(profile), by=by)
    if not ids:
        raise NotFound(
            f"Nobody has overridden the grid of enterprise {enterprise}, or it has ended or was taken back "
            "already; there is nothing to undo.",
            reason="override-none",
            enterprise=enterprise,
        )
    reassigned = assigning.reassign_points(connection, profile, "enterprise", [enterprise])
    told = {
        "enterprise": enterprise,
        "basis": level.basis,
        "level": level.name,
        "undone": ids,
        "reassigned": reassigned,
    }
    audit.enter(connection, by=by, action="undo override", subject=f"enterprise {enterprise}", details=told)
    return told


def _end(word: Word, on: date) -> date:
    """Return the day on which a word ends, having made sure that it can be said."""
    if not word.reason.strip():
        raise InputError(
            "An override needs a reason; say in a few words why the rule does not fit.",
            reason="override-without-reason",
        )
    until = word.until or on + timedelta(days=USUAL_DAYS)
    if until <= on:
        raise InputError(
            f"The override would end on {until}, which is not after today, {on}; name a later day.",
            reason="override-ended",
            until=until.isoformat(),
            today=on.isoformat(),
        )
    return until


def _grid(connection: Connection, level: Level, code: str, on: date) -> tuple[int, int]:
    """Return the partition of a level and the id of its grid that has a code."""
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    known = {} if partition is None else boundaries.grid_ids_by_code(connection, partition, on)
    if partition is None or code not in known:
        raise NotFound(
            f"No grid of the level {level.basis}/{level.name} has the code {code} on {on}.",
            reason="grid-unknown",
            code=code,
        )
    return partition, known[code]


def _demand(connection: Connection, enterprise: int) -> None:
    if enterprise not in lists.enterprises(connection, [enterprise]):
        raise NotFound(
            f"There is no enterprise with the id {enterprise}.",
            reason="enterprise-unknown",
            enterprise=enterprise,
        )
