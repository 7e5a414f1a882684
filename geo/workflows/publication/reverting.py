"""Reverting: what a file of stations would take back of what published scenarios decided.

An office's file often still has the state from before. It is loaded all the same, since the office may mean
it; but whoever loads it is told by name what comes back, in the preview and in the report.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.frames import Refusal
from geo.store import audit, scenarios, stations
from geo.store.scenarios import Scenario

Row = Mapping[str, Any]

_COLUMNS = ("kind", "functions", "opening_hours", "capacity", "name")
_NEAR_DEGREES = 1e-9
"""As near as this, a tenth of a millimetre, is the same place; see `geo.store.staging`."""


def reverted(
    connection: Connection, frame: gpd.GeoDataFrame, source: str, *, zone: ZoneInfo
) -> tuple[Refusal, ...]:
    """Return a remark for each row that brings back what a published scenario closed, moved or changed.

    Asked before the file is merged. What a load has brought back already is not told again.

    Parameters
    ----------
    frame : GeoDataFrame
        Stations by their contract; index the row in the file.
    source : str
        The office that it comes from.
    zone : ZoneInfo
        The zone's time zone, in which the day of a publication is told.

    Returns
    -------
    tuple of Refusal
        ``station-reopened`` and ``station-reverted``, with ``name``, ``scenario``, ``by``, ``day`` and, where
        it is no closed one, ``columns``; a row is told once, by the latest scenario that it goes against.
    """
    rows = {str(one): place for place, one in enumerate(frame["source_id"])}
    standing = stations.called(connection, source, list(rows))
    told: dict[int, Refusal] = {}
    for held in scenarios.listed(connection, state="published"):
        for before in _before(connection, held):
            place = rows.get(before["source_id"]) if before["source"] == source else None
            if place is None or place in told:
                continue
            back = _back(_said(frame, place), before, standing.get(before["source_id"]))
            if back is not None:
                day = held.changed_at.astimezone(zone).date().isoformat()
                told[place] = _remark(int(frame.index[place]), before, held, day, back)
    return tuple(told[place] for place in sorted(told))


def _before(connection: Connection, held: Scenario) -> Iterator[Row]:
    """Yield the stations that a scenario closed or changed, as they were."""
    for entry in audit.entries(connection, f"scenario {held.id}"):
        yield from entry.details.get("before", {}).values()


def _said(frame: gpd.GeoDataFrame, place: int) -> Row:
    """Return what a row says of a station, as the plan holds it."""
    point = frame.geometry.iloc[place]
    cells = {name: frame[name].iloc[place] for name in _COLUMNS if name in frame}
    cells = {
        name: cell if isinstance(cell, list) or not pd.isna(cell) else None for name, cell in cells.items()
    }
    return cells | {"lon": None if point is None else point.x, "lat": None if point is None else point.y}


def _back(said: Row, before: Row, now: Row | None) -> list[str] | None:
    """Return the columns that get their old values again: [] of a closed station, None where none do."""
    if now is None:
        return []
    back = [name for name in said if _same(said[name], before.get(name)) and not _same(said[name], now[name])]
    return back or None


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < _NEAR_DEGREES
    return bool(one == other)


def _remark(row: int, before: Row, held: Scenario, day: str, back: list[str]) -> Refusal:
    details = {"name": before["name"], "scenario": held.name, "by": held.changed_by, "day": day}
    decided = f"the scenario “{held.name}”, published on {day} by {held.changed_by},"
    if not back:
        message = f"The row brings back the station “{before['name']}”, which {decided} closed; "
        return Refusal(row, "station-reopened", f"{message}leave it out if that still holds.", details)
    columns = list(dict.fromkeys("place" if name in ("lon", "lat") else name for name in back))
    message = (
        f"The row gives the station “{before['name']}” back its {' and '.join(columns)}, which {decided} "
        "changed; correct it if that still holds."
    )
    return Refusal(row, "station-reverted", message, details | {"columns": columns})
