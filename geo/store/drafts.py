"""Drafts: files and drawings on their way to publication, as chains of steps that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import geopandas as gpd
from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from geo.errors import ConflictError, NotFound
from geo.store.desk import draft, draft_step
from geo.store.parquet import pack
from geo.store.steps import DROPPED

OPEN_STATES = ("reading", "choosing", "open", "refused")
"""States of the drafts that a person still sees on the desk."""


@dataclass(frozen=True)
class Step:
    """One step of a draft, without its frame and findings."""

    number: int
    action: str
    at: datetime
    by: str
    details: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """One draft; the columns of its table, and its steps in order."""

    id: int
    kind: str
    state: str
    name: str
    sha256: str | None
    source: str
    basis: str | None
    level: str | None
    since: date | None
    said: dict[str, Any]
    facts: dict[str, Any]
    candidates: list[dict[str, Any]]
    error: dict[str, Any] | None
    base_number: int | None
    step: int | None
    release_number: int | None
    created_at: datetime
    created_by: str
    changed_at: datetime
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class NewStep:
    """A step to be added.

    Parameters
    ----------
    action : {"read", "mend", "draw"}
        What it did.
    frame : GeoDataFrame
        What it made.
    findings : sequence of mapping
        What is wrong with that, as JSON holds it.
    by : str
        Who did it.
    details : mapping
        What was asked, as JSON holds it.
    """

    action: str
    frame: gpd.GeoDataFrame
    findings: Sequence[Mapping[str, Any]]
    by: str
    details: Mapping[str, Any] = field(default_factory=dict)


def create(connection: Connection, **columns: Any) -> int:
    """Enter a draft by the columns of its table, and return its id."""
    return int(connection.execute(insert(draft).values(**columns).returning(draft.c.id)).scalar_one())


def find(connection: Connection, draft_id: int, *, lock: bool = False) -> Draft:
    """Return a draft with its steps.

    Parameters
    ----------
    lock : bool
        Whether others have to wait with theirs until this transaction ends.

    Raises
    ------
    NotFound
        Where there is none of that id.
    """
    query = select(draft).where(draft.c.id == draft_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    if row is None:
        raise NotFound(
            f"There is no draft {draft_id}; the desk lists those that are open.",
            reason="draft-unknown",
            draft=draft_id,
        )
    return _draft(connection, row)


def listed(connection: Connection, *, limit: int = 200) -> list[Draft]:
    """Return the drafts that are neither published nor discarded, the newest first."""
    query = select(draft).where(draft.c.state.in_(OPEN_STATES)).order_by(draft.c.id.desc()).limit(limit)
    return [_draft(connection, row) for row in connection.execute(query).mappings().all()]


def _draft(connection: Connection, row: RowMapping) -> Draft:
    c = draft_step.c
    query = select(c.number, c.action, c.made_at, c.made_by, c.details).where(c.draft_id == row["id"])
    steps = tuple(Step(*step) for step in connection.execute(query.order_by(c.number)).all())
    return Draft(**row, steps=steps)


def change(connection: Connection, draft_id: int, **columns: Any) -> None:
    """Set columns of a draft."""
    values = {**columns, "changed_at": func.now()}
    connection.execute(update(draft).where(draft.c.id == draft_id).values(**values))


def end(
    connection: Connection, draft_id: int, state: Literal["published", "discarded"], **columns: Any
) -> None:
    """End a draft: of its frames that of the file as it was read and that of the step that counts stay.

    What each of the other steps did, by whom and when, and what was found on it, stays too; the original
    is kept apart.
    """
    change(connection, draft_id, state=state, **columns)
    now = find(connection, draft_id)
    c = draft_step.c
    between = (c.draft_id == draft_id) & c.number.not_in([0, now.step or 0])
    connection.execute(update(draft_step).where(between).values(frame=DROPPED))


def restart(connection: Connection, draft_id: int) -> None:
    """Take away all steps, since the file is read anew."""
    change(connection, draft_id, step=None)
    connection.execute(delete(draft_step).where(draft_step.c.draft_id == draft_id))


def add_step(connection: Connection, draft_id: int, new: NewStep, *, seen: int | None = None) -> int:
    """Add a step after the one that counts, which it replaces; what was undone is cut off.

    Parameters
    ----------
    seen : int, optional
        The step that the asker saw.

    Returns
    -------
    int
        The number of the step.

    Raises
    ------
    ConflictError
        Where the draft stands at another step than the asker saw.
    """
    now = find(connection, draft_id, lock=True)
    refuse_other_step(now, seen)
    number = 0 if now.step is None else now.step + 1
    later = (draft_step.c.draft_id == draft_id) & (draft_step.c.number >= number)
    connection.execute(delete(draft_step).where(later))
    values = {
        "draft_id": draft_id,
        "number": number,
        "action": new.action,
        "details": dict(new.details),
        "findings": [dict(one) for one in new.findings],
        "frame": pack(new.frame),
        "made_by": new.by,
    }
    connection.execute(insert(draft_step).values(**values))
    change(connection, draft_id, step=number)
    return number


def refuse_other_step(now: Draft, seen: int | None) -> None:
    """Refuse to go on where a draft stands at another step than the asker saw.

    Raises
    ------
    ConflictError
        Which says who made the step that stands.
    """
    if seen is None or seen == now.step:
        return
    made = next((step for step in now.steps if step.number == now.step), None)
    who = f", made by {made.by} at {made.at:%Y-%m-%d %H:%M} UTC" if made else ""
    raise ConflictError(
        f"Draft {now.id} is at step {now.step} by now{who}, and no longer at {seen}; look at it again, then "
        "repeat what you did.",
        reason="draft-moved-on",
        draft=now.id,
        step=now.step,
        seen=seen,
        by=made.by if made else None,
    )


def point(connection: Connection, draft_id: int, number: int, *, seen: int | None = None) -> None:
    """Let another step of a draft count.

    Raises
    ------
    ConflictError
        Where the draft has no such step, or stands at another than the asker saw.
    """
    now = find(connection, draft_id, lock=True)
    refuse_other_step(now, seen)
    if number not in [step.number for step in now.steps]:
        what = "undo" if now.step is not None and number < now.step else "redo"
        raise ConflictError(
            f"There is nothing to {what} in draft {draft_id}.",
            reason="no-turn",
            draft=draft_id,
            step=now.step,
        )
    change(connection, draft_id, step=number)
