"""Lacking: the enterprises without a location, and where each may be by its address."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from geo.assignment.rule import assign
from geo.errors import NotFound
from geo.store import geocodes, lists
from geo.store.engine import reading
from geo.workflows.assignment.gazetteer import Gazetteer, gazetteer
from geo.workflows.ground.district import District, Stamp
from geo.workflows.resident import Resident

ROWS = 50
"""Of a page of the list."""

_ORDER = {"choose": 0, "certain": 1, "nothing": 2}


def survey(resident: Resident, *, grid: str | None = None, page: int = 1, size: int = ROWS) -> dict[str, Any]:
    """Return the enterprises without a location, with their candidates, a page at a time.

    Parameters
    ----------
    grid : str, optional
        Only those of which a candidate lies in this counted grid.

    Returns
    -------
    dict
        ``counts``: ``total``, of which ``certain`` (one place would be taken by itself), ``to_choose`` (there
        are candidates) and ``nothing``; ``terms``; ``total``, ``page``, ``pages`` and ``rows``: ``id``,
        ``source_id``, ``name``, ``address``, ``workers``, ``outcome``, ``candidates``, each with ``grid``,
        the counted grid that it lies in, and ``certain``, the key of what would be taken. Those that a person
        has to choose for stand first.
    """
    stamp = resident.stamp()
    known = gazetteer(resident, stamp)
    rows = resident.remember(("lacking", stamp), lambda: _all(resident, stamp, known))
    if grid is not None:
        rows = [row for row in rows if any(one["grid"] == grid for one in row["candidates"])]
    return {
        "counts": counts_of(rows),
        "terms": vars(known.terms).copy(),
        "total": len(rows),
        "page": page,
        "pages": max(1, -(-len(rows) // size)),
        "rows": rows[(page - 1) * size : page * size],
    }


def _all(resident: Resident, stamp: Stamp, known: Gazetteer) -> list[dict[str, Any]]:
    """Return all rows of the list in their order."""
    rows = _with_grids(resident.district(stamp), sought(resident, known))
    return sorted(rows, key=lambda row: (_ORDER[row["outcome"]], row["id"]))


def sought(resident: Resident, known: Gazetteer) -> list[dict[str, Any]]:
    """Return the enterprises without a location, with their candidates; see `row_of`.

    Each row costs a search, so that they are worked out once for what is known.
    """

    def build() -> list[dict[str, Any]]:
        with reading(resident.engine) as connection:
            lacking = geocodes.lacking(connection)
        return [row_of(known, one) for one in lacking]

    return resident.remember(("sought", known.version), build)


def candidates(resident: Resident, enterprise: int) -> dict[str, Any]:
    """Return where one enterprise may be.

    Returns
    -------
    dict
        As a row of `survey`; where it has a location, ``outcome`` is ``located``, and ``geocode`` what it was
        found by, None where a file brought it.

    Raises
    ------
    NotFound
        Where there is no such enterprise.
    """
    stamp = resident.stamp()
    known = gazetteer(resident, stamp)
    with reading(resident.engine) as connection:
        found = enterprise_of(connection, enterprise)
        lacking = geocodes.lacking(connection, enterprise)
        standing = geocodes.standing(connection, [enterprise]).get(enterprise)
    one = lacking[0] if lacking else {**found, "refused": False}
    (row,) = _with_grids(resident.district(stamp), [row_of(known, one)])
    if lacking:
        return row | {"geocode": None}
    return row | {
        "outcome": "located",
        "certain": None,
        "geocode": None if standing is None else geocode_as_told(standing),
    }


def row_of(known: Gazetteer, one: Mapping[str, Any]) -> dict[str, Any]:
    """Return an enterprise with its candidates, and what becomes of it by the terms."""
    found, certain = known.candidates(one["address"])
    if one["refused"]:
        certain = None
    outcome = "certain" if certain else "choose" if found else "nothing"
    names = ("id", "source_id", "name", "address", "workers")
    return {
        **{name: one[name] for name in names},
        "outcome": outcome,
        "certain": certain and certain["key"],
        "candidates": found,
    }


def _with_grids(district: District, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each candidate the counted grid that it lies in, None outside."""
    places = [(one["lon"], one["lat"]) for row in rows for one in row["candidates"]]
    if not places:
        return rows
    found = assign(np.array(places, dtype=np.float64), district.grids)["code"]
    codes = iter(found.astype(object).where(found.notna(), None))
    return [
        {**row, "candidates": [{**one, "grid": next(codes)} for one in row["candidates"]]} for row in rows
    ]


def counts_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many enterprises have which outcome."""
    outcomes = [row["outcome"] for row in rows]
    return {
        "total": len(rows),
        "certain": outcomes.count("certain"),
        "to_choose": outcomes.count("choose"),
        "nothing": outcomes.count("nothing"),
    }


def geocode_as_told(geocode: Mapping[str, Any]) -> dict[str, Any]:
    """Return a place that was found as the API tells it."""
    values = {name: geocode[name] for name in geocodes.VALUES}
    return {"how": geocode["how"], "by": geocode["by"], "at": f"{geocode['at']:%Y-%m-%dT%H:%M:%SZ}", **values}


def enterprise_of(connection: Connection, enterprise: int) -> dict[str, Any]:
    """Return what an enterprise says of itself; NotFound where there is none."""
    row = lists.enterprises(connection, [enterprise]).get(enterprise)
    if row is None:
        raise NotFound(
            f"There is no enterprise with the id {enterprise}.",
            reason="enterprise-unknown",
            enterprise=enterprise,
        )
    return row
