"""Steps: the layer and the findings that one step of a draft came to."""

from typing import Any

import geopandas as gpd
from sqlalchemy import Connection, select

from geo.errors import NotFound
from geo.store.desk import draft_step
from geo.store.parquet import unpack

DROPPED = b""
"""In the place of the frame of a step that an ended draft does not keep."""


def frame_of(connection: Connection, draft_id: int, number: int) -> gpd.GeoDataFrame:
    """Return the frame of a step.

    Raises
    ------
    NotFound
        Where the draft has no such step, or has ended and let its frame go.
    """
    packed = _cell(connection, draft_step.c.frame, draft_id, number)
    if packed == DROPPED:
        message = f"The layer of step {number} was let go when draft {draft_id} ended; a later one is kept."
        raise NotFound(message, reason="step-let-go", draft=draft_id, step=number)
    return unpack(packed)


def findings_of(connection: Connection, draft_id: int, number: int) -> list[dict[str, Any]]:
    """Return the findings on a step; NotFound where the draft has none of that number."""
    found: list[dict[str, Any]] = _cell(connection, draft_step.c.findings, draft_id, number)
    return found


def _cell(connection: Connection, column: Any, draft_id: int, number: int) -> Any:
    query = select(column).where(draft_step.c.draft_id == draft_id, draft_step.c.number == number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            f"Draft {draft_id} has no step {number}.", reason="step-unknown", draft=draft_id, step=number
        )
    return row[0]
