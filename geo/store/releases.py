"""Releases: the numbered, immutable states of the boundaries, in one chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text, update

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
        raise NotFound(
            f"There is no release {number}; {have}.", reason="release-unknown", release=number, current=newest
        )
    return number


def describe(connection: Connection, number: int) -> Release:
    """Return one release."""
    row = connection.execute(select(release).where(release.c.number == number)).one()
    return Release(**row._mapping)


def newest_first(connection: Connection, *, limit: int, offset: int = 0) -> list[Release]:
    """Return releases from the current one backwards."""
    query = select(release).order_by(release.c.number.desc()).limit(limit).offset(offset)
    return [Release(**row._mapping) for row in connection.execute(query)]


def demand_base(connection: Connection, base: int | None) -> None:
    """Let nobody go on whose change is based on another release than the current one.

    Parameters
    ----------
    base : int or None
        The release that the change was compared with; None where nothing was published.

    Raises
    ------
    ConflictError
        Where somebody published after it; it says who, what and when.
    """
    newest = current(connection)
    if newest == base:
        return
    if newest is None or (base is not None and not 1 <= base < newest):
        have = "nothing is published yet" if newest is None else f"the current one is {newest}"
        raise ConflictError(
            f"The change is based on release {base}, which there is not; {have}. Compare again.",
            reason="base-unknown",
            base=base,
            current=newest,
        )
    other = describe(connection, newest)
    after = "although the change says that nothing was published" if base is None else f"after release {base}"
    raise ConflictError(
        f"Release {newest} was published by {other.published_by} at {other.published_at:%Y-%m-%d %H:%M} UTC "
        f"({summary(other)}), {after}, which this change is based on; compare again and publish once more.",
        reason="published-between",
        base=base,
        current=newest,
        by=other.published_by,
        at=f"{other.published_at:%Y-%m-%dT%H:%M:%SZ}",
        note=other.note,
    )


def summary(one: Release) -> str:
    """Return in a few words what a release did."""
    if one.restores is not None:
        said = f"roll-back to release {one.restores}"
    else:
        counts = one.details.get("counts", {})
        parts = [f"{counts[name]} {name}" for name in ("added", "updated", "retired") if counts.get(name)]
        said = ", ".join(parts) or "boundaries"
    return f"{said}; “{one.note}”" if one.note else said


def publish(
    connection: Connection,
    *,
    base: int | None,
    by: str,
    effective_on: date | None,
    note: str = "",
    restores: int | None = None,
) -> int:
    """Add a release after ``base`` and return its number; it is the current one from the commit on.

    Parameters
    ----------
    base : int or None
        The release before it; None for the first.
    by : str
        Who publishes.
    effective_on : date or None
        The first civil day that it changes; None for all days.
    note : str
        Why.
    restores : int, optional
        The older release that a roll-back brings back.

    Raises
    ------
    ConflictError
        Where somebody published after ``base``.
    """
    demand_base(connection, base)
    row = insert(release).values(
        number=(base or 0) + 1,
        base_number=base,
        kind="publication" if restores is None else "rollback",
        effective_on=effective_on,
        published_by=by,
        note=note,
        restores=restores,
    )
    return int(connection.execute(row.returning(release.c.number)).scalar_one())


def explain(connection: Connection, number: int, details: Mapping[str, Any]) -> None:
    """Write down what a release did, in the transaction that makes it."""
    row = update(release).where(release.c.number == number).values(details=dict(details))
    connection.execute(row)
