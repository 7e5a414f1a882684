"""Restoring: an older release is published again as the next one, and what that moves is reassigned.

Parks, grids of every level and chiefs become what was known then, on all civil days. Nothing is taken away:
the releases in between stay as they were, and a roll-back can itself be rolled back.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine

from geo.errors import InputError
from geo.profile import Profile
from geo.store import audit, histories, releases
from geo.store.engine import writing
from geo.workflows.answering import once
from geo.workflows.assignment import assigning
from geo.workflows.publication.report import Terms


@dataclass(frozen=True)
class Restoration:
    """What a roll-back did.

    Parameters
    ----------
    release : int
        The new release, which is the current one.
    restores : int
        The older release that it brings back.
    base : int
        The release that was current before.
    restored : int
        How many versions of parks and grids, and duties, were closed or written.
    reassigned : int
        How many assignments were written.
    """

    release: int
    restores: int
    base: int
    restored: int
    reassigned: int


def restore(
    engine: Engine, profile: Profile, number: int, *, terms: Terms, key: str | None = None
) -> dict[str, Any]:
    """Publish an older release as the next one, in one transaction.

    Parameters
    ----------
    number : int
        The older release.
    terms : Terms
        The base that it is compared with, who restores, and why; it retires nothing by name.
    key : str, optional
        An idempotency key; see `geo.workflows.answering.once`.

    Returns
    -------
    dict
        The fields of `Restoration`.

    Raises
    ------
    ConflictError
        Where somebody published after the base.
    InputError
        Where there is no such release (NotFound), or it says what stands already.
    """
    request = {"restore": number, "base": terms.base, "note": terms.note, "by": terms.by}
    with writing(engine) as connection:
        return once(connection, key, request, lambda: vars(write(connection, profile, number, terms)))


def write(connection: Connection, profile: Profile, number: int, terms: Terms) -> Restoration:
    """Write an older release as the next one, under the lock; see `restore`.

    Raises
    ------
    InputError
        Where it is the current one, or nothing differs from it.
    """
    if terms.base != "current":
        releases.demand_base(connection, terms.base)
    base = releases.current(connection)
    releases.resolve(connection, number)
    if base is None or number == base:
        raise InputError(
            f"Release {number} is the current one; there is nothing to restore.",
            reason="release-current",
            release=number,
        )
    new = releases.publish(
        connection, base=base, by=terms.by, effective_on=None, note=terms.note, restores=number
    )
    rows = {
        name: histories.restore(connection, table, known_at=number, release=new)
        for name, table in histories.RELEASED.items()
    }
    if not any(rows.values()):
        raise InputError(
            f"Release {base} says the same as release {number}; there is nothing to restore.",
            reason="release-alike",
            base=base,
            release=number,
        )
    reassigned = assigning.reassign_release(connection, profile, new)
    counts = {**rows, "reassigned": reassigned}
    releases.explain(connection, new, {**terms.details, "counts": counts})
    audit.enter(
        connection,
        by=terms.by,
        action="restore",
        subject=f"release {new}",
        details={"restores": number, "note": terms.note, "counts": counts},
    )
    return Restoration(new, number, base, sum(rows.values()), reassigned)
