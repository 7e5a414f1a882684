"""Releases: the numbered, immutable states of the boundaries, in one chain."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from geo.errors import ConflictError, NotFound
from geo.store.tables import release


@dataclass(frozen=True)
class Release:
    """One published set of boundaries."""

    number: int
    base_number: int | None
    kind: str
    effective_on: date | None
    published_at: datetime
    published_by: str
    note: str
    restores: int | None
    details: dict[str, Any]


def lock(connection: Connection) -> None:
    """Let one transaction at a time publish or load; the lock ends with the transaction."""
    connection.execute(text("select pg_advisory_xact_lock(hashtext('gridcircle publication'))"))


def current(connection: Connection) -> int | None:
    """Return the number of the current release, None before the first."""
    newest: int | None = connection.scalar(select(func.max(release.c.number)))
    return newest


def resolve(connection: Connection, number: int | None) -> int | None:
    """Return the release asked for, or the current one for None.

    Raises
    ------
    NotFound
        Where there is no release of that number.
    """
    newest = current(connection)
    if number is None or number == newest:
        return newest
    if newest is None or not 1 <= number <= newest:
        have = "nothing is published yet" if newest is None else f"the releases are 1 to {newest}"
        raise NotFound(f"There is no release {number}; {have}.", release=number, current=newest)
    return number


def describe(connection: Connection, number: int) -> Release:
    """Return one release."""
    row = connection.execute(select(release).where(release.c.number == number)).one()
    return Release(**row._mapping)


def publish(
    connection: Connection,
    *,
    base: int | None,
    by: str,
    effective_on: date | None,
    note: str = "",
    kind: str = "publication",
) -> int:
    """Add a release after ``base`` and return its number; it is the current one from the commit on.

    Raises
    ------
    ConflictError
        Where somebody published after ``base``.
    """
    newest = current(connection)
    if newest != base:
        other = describe(connection, newest) if newest else None
        who = f" by {other.published_by} at {other.published_at:%Y-%m-%d %H:%M} UTC" if other else ""
        raise ConflictError(
            f"Release {newest} was published{who} after release {base}, which this change is based on; "
            "compare again and publish once more.",
            base=base,
            current=newest,
        )
    number = (base or 0) + 1
    connection.execute(
        insert(release).values(
            number=number, base_number=base, kind=kind, effective_on=effective_on, published_by=by, note=note
        )
    )
    return number
