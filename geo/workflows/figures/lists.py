"""Lists: the rows behind every figure, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from geo.coverage.tally import boxes
from geo.profile import Level
from geo.store import boundaries
from geo.store import lists as store
from geo.store import organisations as covering_store
from geo.store.engine import reading
from geo.workflows.ground.district import Stamp
from geo.workflows.ground.wording import plain
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import Coverage, cover
from geo.workflows.reach.doubting import certainties, worst
from geo.workflows.reach.grouping import By, members
from geo.workflows.resident import Resident

PAGE_ROWS = 100


@dataclass(frozen=True)
class Filter:
    """Which enterprises a list shows; None for all.

    Parameters
    ----------
    status : str, optional
        Of the assignment.
    located, reached : bool, optional
        With or without a location; with or without a station in the promised time.
    box : str, optional
        ``covered``, ``out_of_reach``, ``outside`` or ``no_location``, as the figures count.
    grid : str, optional
        The code of the counted grid.
    ids : frozenset of int, optional
        The enterprises themselves.
    certainty : str, optional
        ``sure``, ``maybe`` or ``no``.
    worst : bool, optional
        Whether it is among the tenth with the longest ways.
    by, group : str, optional
        The way of grouping, and the group.
    words : str, optional
        What the name, credit code, id or address holds.
    """

    status: str | None = None
    located: bool | None = None
    reached: bool | None = None
    box: Literal["covered", "out_of_reach", "outside", "no_location"] | None = None
    grid: str | None = None
    ids: frozenset[int] | None = None
    certainty: Literal["sure", "maybe", "no"] | None = None
    worst: bool | None = None
    by: By | None = None
    group: str | None = None
    words: str | None = None


def enterprises(
    resident: Resident,
    wanted: Stamp,
    question: Question,
    filters: Filter,
    *,
    page: int = 1,
    size: int = PAGE_ROWS,
) -> dict[str, Any]:
    """Return one page of the enterprises that a filter lets through.

    Returns
    -------
    dict
        ``total``, ``page``, ``pages`` and ``rows``; see the API's description.
    """
    coverage = cover(resident, wanted, question)
    demand = coverage.demand
    flags = _matches(demand, filters, question.minutes, in_grids=not coverage.grids.empty)
    demand = demand[flags & _of_groups(resident, coverage, filters)]
    with reading(resident.engine) as connection:
        if filters.words:
            demand = demand[demand.index.isin(store.search(connection, filters.words))]
        shown = _page(demand, page, size)
        ids = [int(number) for number in shown.index]
        details = store.enterprises(connection, ids)
        several = _candidates(connection, resident.profile.counting, shown, wanted)
    limit = question.minutes
    rows = [
        details[number]
        | {
            "grid": plain(row["code"]),
            "status": row["status"],
            "rule": row["rule"],
            "candidates": several.get(number, []),
            "minutes": tenths(row["minutes"]),
            "reached": bool(row["minutes"] <= limit),
        }
        for number, row in zip(ids, shown.to_dict("records"), strict=True)
    ]
    return _table(rows, len(demand), page, size)


def _candidates(
    connection: Connection, level: Level, shown: pd.DataFrame, wanted: Stamp
) -> dict[int, list[str]]:
    """Return the codes of the several grids that cover an enterprise: as stored, or as worked out again."""
    if "candidates" in shown:
        return {int(str(number)): codes for number, codes in shown["candidates"].items()}
    partition = boundaries.partitions(connection).get((level.basis, level.name))
    if partition is None:
        return {}
    ids = [int(number) for number in shown.index]
    # Somebody may have published since the district was read, so the release is named.
    return store.candidates(connection, ids, partition=partition, on=wanted.on, release=wanted.release or 0)


def stations(resident: Resident, wanted: Stamp, *, kind: str | None = None, page: int = 1) -> dict[str, Any]:
    """Return one page of the stations and centres."""
    frame = resident.district(wanted).stations
    if kind is not None:
        frame = frame[frame["kind"] == kind]
    columns = ["source_id", "name", "kind", "category", "functions", "opening_hours", "address"]
    columns += ["status", "lon", "lat"]
    shown = _page(frame, page)
    rows = [
        {"id": number, **{name: plain(row[name]) for name in columns}, "grid": plain(row["code"])}
        for number, row in records(shown)
    ]
    return _table(rows, len(frame), page)


def grids(
    resident: Resident,
    wanted: Stamp,
    question: Question,
    *,
    organised: bool | None = None,
    reached: bool | None = None,
    page: int = 1,
) -> dict[str, Any]:
    """Return one page of the grids of the counting level, with their figures.

    ``organised`` and ``reached`` narrow the list down to those with or without an organisation, and with
    or without a station in time, by the grid's representative point.
    """
    coverage = cover(resident, wanted, question)
    with reading(resident.engine) as connection:
        covering = covering_store.by_grid(connection, wanted.on)
    frame = coverage.district.grids
    if organised is not None:
        has = frame["grid_id"].map(lambda number: int(number) in covering).astype(bool)
        frame = frame[has if organised else ~has]
    if reached is not None:
        frame = frame[coverage.grids["reached"].reindex(frame.index).eq(reached)]
    shown = _page(frame, page)
    figures = dict(records(coverage.grids))
    rows = [
        {
            "id": int(row["grid_id"]),
            "code": row["code"],
            "name": plain(row["name"]),
            "kind": plain(row["kind"]),
            "area_m2": round(float(row["area_m2"])),
            "organisations": [one["name"] for one in covering.get(int(row["grid_id"]), [])],
            "enterprises": figures[version]["enterprises_total"],
            "workers": plain(figures[version]["workers_total"]),
            "minutes": tenths(figures[version]["minutes"]),
            "reached": figures[version]["reached"],
        }
        for version, row in records(shown)
    ]
    return _table(rows, len(frame), page)


def organisations(resident: Resident, wanted: Stamp, *, page: int = 1) -> dict[str, Any]:
    """Return one page of the organisations that hold on the day."""
    with reading(resident.engine) as connection:
        found = store.organisations(connection, wanted.on, release=wanted.release or 0)
    for row in found:
        for day in ("valid_from", "valid_to"):
            row[day] = row[day].isoformat() if row[day] else None
    return _table(found[(page - 1) * PAGE_ROWS : page * PAGE_ROWS], len(found), page)


def _matches(demand: pd.DataFrame, filters: Filter, minutes: float, *, in_grids: bool) -> "pd.Series[bool]":
    flags = pd.Series(data=True, index=demand.index)
    if filters.status is not None:
        flags &= demand["status"] == filters.status
    if filters.located is not None:
        flags &= demand["located"] == filters.located
    if filters.reached is not None:
        flags &= (demand["minutes"] <= minutes) == filters.reached
    if filters.box is not None:
        flags &= boxes(demand, limit_minutes=minutes, in_grids=in_grids) == filters.box
    if filters.grid is not None:
        flags &= demand["code"].eq(filters.grid).fillna(value=False).astype(bool)
    if filters.ids is not None:
        flags &= demand.index.isin(filters.ids)
    return flags


def _of_groups(resident: Resident, coverage: Coverage, filters: Filter) -> "pd.Series[bool]":
    """Flag what is as sure as asked for, among the worst served, and in the group."""
    flags = pd.Series(data=True, index=coverage.demand.index)
    if filters.certainty is not None:
        flags &= certainties(resident, coverage) == filters.certainty
    if filters.worst is not None:
        flags &= worst(resident, coverage).flags == filters.worst
    if filters.by is not None and filters.group is not None:
        flags &= members(resident, coverage, filters.by, filters.group)
    return flags


def records(frame: pd.DataFrame) -> list[tuple[int, dict[Any, Any]]]:
    """Return (index, row) of a frame, the row as a dictionary."""
    return list(zip(frame.index.tolist(), frame.to_dict("records"), strict=True))


def tenths(value: float) -> float | None:
    """Return minutes to a tenth, None where no way leads."""
    return round(value, 1) if np.isfinite(value) else None


def _page(frame: pd.DataFrame, page: int, size: int = PAGE_ROWS) -> pd.DataFrame:
    return frame.iloc[(page - 1) * size : page * size]


def _table(rows: Sequence[Mapping[str, Any]], total: int, page: int, size: int = PAGE_ROWS) -> dict[str, Any]:
    return {"total": total, "page": page, "pages": max(1, -(-total // size)), "rows": list(rows)}
