"""The chronicle: which releases there are, who published each, and what it did."""

from typing import Any

from sqlalchemy import Engine

from geo.store import lineage, releases
from geo.store.engine import reading
from geo.store.releases import Release

PAGE_ROWS = 50


def listed(engine: Engine, *, page: int = 1) -> dict[str, Any]:
    """Return one page of the releases, the current one first.

    Returns
    -------
    dict
        ``current`` (number, None before the first), ``total``, ``page``, ``pages`` and ``rows``.
    """
    with reading(engine) as connection:
        newest = releases.current(connection)
        found = releases.newest_first(connection, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
    # The chain has no gaps, so the newest number is how many there are.
    total = newest or 0
    return {
        "current": newest,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // PAGE_ROWS)),
        "rows": [_row(one) for one in found],
    }


def describe(engine: Engine, number: int) -> dict[str, Any]:
    """Return one release with what explains it, and which grids came out of which.

    Raises
    ------
    NotFound
        Where there is no release of that number.
    """
    with reading(engine) as connection:
        releases.resolve(connection, number)
        one = releases.describe(connection, number)
        descents = lineage.of_release(connection, number)
    return _row(one) | {"base": one.base_number, "details": one.details, "lineage": descents}


def _row(one: Release) -> dict[str, Any]:
    return {
        "number": one.number,
        "kind": one.kind,
        "restores": one.restores,
        "effective_on": one.effective_on.isoformat() if one.effective_on else None,
        "published_at": f"{one.published_at:%Y-%m-%dT%H:%M:%SZ}",
        "by": one.published_by,
        "note": one.note,
        "counts": one.details.get("counts", {}),
    }
