"""The audit: who did what to the boundaries, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from geo.store.desk import audit


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did."""

    at: datetime
    by: str
    action: str
    subject: str
    details: dict[str, Any]


def enter(
    connection: Connection, *, by: str, action: str, subject: str, details: Mapping[str, Any] | None = None
) -> None:
    """Enter what somebody did; it counts if the transaction does.

    Parameters
    ----------
    action : str
        A verb, such as ``publish``.
    subject : str
        What it was done to, such as ``release 3``.
    """
    row = insert(audit).values(by=by, action=action, subject=subject, details=dict(details or {}))
    connection.execute(row)


def entries(connection: Connection, subject: str) -> list[Entry]:
    """Return what was done to a subject, in the order in which it was."""
    query = select(audit.c.at, audit.c.by, audit.c.action, audit.c.subject, audit.c.details)
    rows = connection.execute(query.where(audit.c.subject == subject).order_by(audit.c.id))
    return [Entry(**row._mapping) for row in rows]
