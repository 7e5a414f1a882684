"""Lineage: which grids came out of which, by splitting, merging and redrawing."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, text

from geo.store.tables import lineage


class Descent(NamedTuple):
    """A grid that came out of another; ``kind`` is ``split``, ``merge`` or ``redraw``."""

    ancestor_id: int
    descendant_id: int
    kind: str


def enter(connection: Connection, release: int, descents: Iterable[Descent]) -> int:
    """Enter what a release split and merged; return how many pairs that are."""
    rows = [{**one._asdict(), "release_number": release} for one in sorted(set(descents))]
    if rows:
        connection.execute(insert(lineage), rows)
    return len(rows)


def of_release(connection: Connection, release: int) -> list[dict[str, Any]]:
    """Return what a release split and merged: ``kind`` and the codes ``ancestor`` and ``descendant``.

    An ancestor has the code that it had last before the release, a descendant the one that it got.
    """
    rows = connection.execute(text(_CODES), {"release": release})
    return [dict(row._mapping) for row in rows]


_CODES = """
select l.kind,
       (select v.code from grid_version as v where v.grid_id = l.ancestor_id and v.from_release < :release
        order by v.from_release desc, lower(v.valid) desc nulls last limit 1) as ancestor,
       (select v.code from grid_version as v where v.grid_id = l.descendant_id and v.from_release <= :release
        order by v.from_release desc, lower(v.valid) desc nulls last limit 1) as descendant
from lineage as l
where l.release_number = :release
order by 2, 3
"""
