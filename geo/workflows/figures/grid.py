"""One grid of any level, with all that is known of it, and what lies in it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import pandas as pd
from sqlalchemy import Connection

from geo.errors import NotFound
from geo.features import rounded
from geo.frames import CRS
from geo.profile import Level
from geo.store import assignments, boundaries, duties, organisations, overrides, releases
from geo.store.boundaries import GRID, PARK
from geo.store.engine import reading
from geo.workflows.assignment.marks import marks
from geo.workflows.figures.lists import Filter, enterprises, records, tenths
from geo.workflows.ground.district import District, Stamp, assigned
from geo.workflows.ground.wording import plain
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.resident import Resident

GRID_ROWS = 1000
"""A page of a grid's enterprises: a map shows what its list holds, and few grids have more."""


def describe(
    resident: Resident, wanted: Stamp, question: Question, level: Level, code: str
) -> dict[str, Any]:
    """Return one grid with its outline, organisations, chief, figures, stations and children.

    Raises
    ------
    NotFound
        Where no grid of the level has that code on that day.
    """
    at = _at(wanted)
    district = resident.district(wanted)
    with reading(resident.engine) as connection:
        version, row = _standing(connection, wanted, level, code)
        number = int(row["grid_id"])
        others = boundaries.versions(connection, GRID, geometry=False, **at)
        parks = boundaries.versions(connection, PARK, geometry=False, **at)
        covering = organisations.by_grid(connection, wanted.on).get(number, [])
        chief = duties.chief(connection, number, **at)
        ids = {kind: _points_in(connection, district, level, version, kind) for kind in assignments.POINTS}
    shape = row["geometry"]
    children = others[others["parent_id"] == number]
    return {
        "id": number,
        "code": code,
        "name": plain(row["name"]),
        "kind": plain(row["kind"]),
        "basis": level.basis,
        "level": level.name,
        "parent": _lookup(others, "grid_id", row["parent_id"], "code"),
        "park": _lookup(parks, "park_id", row["park_id"], "name"),
        "chief": chief,
        "valid_from": row["valid_from"].isoformat() if row["valid_from"] else None,
        "organisations": [{"name": one["name"], "kind": one["kind"]} for one in covering],
        "children": [{"code": one.code, "name": plain(one.name)} for one in children.itertuples()],
        "geometry": None if shape is None else rounded([shape])[0].__geo_interface__,
        "bounds": None if shape is None else [float(value) for value in shape.bounds],
        "area_m2": _area_m2(district, shape),
        **_figures(resident, wanted, question, version),
        **_inside(resident, wanted, question, ids["enterprise"], ids["station"]),
    }


def members(
    resident: Resident, wanted: Stamp, question: Question, level: Level, only: Filter, *, page: int = 1
) -> dict[str, Any]:
    """Return one page of the enterprises that are assigned to a grid of any level, each with its receipt.

    Parameters
    ----------
    only : Filter
        ``grid`` is the grid's code at the level; the rest narrows its enterprises down.

    Raises
    ------
    NotFound
        Where no grid of the level has that code on that day.
    """
    district = resident.district(wanted)
    with reading(resident.engine) as connection:
        version, _ = _standing(connection, wanted, level, only.grid or "")
        ids = _points_in(connection, district, level, version, "enterprise")
    inside = replace(only, grid=None, ids=frozenset(ids))
    table = enterprises(resident, wanted, question, inside, page=page, size=GRID_ROWS)
    # What is stored are the assignments of the current release; of an older one there is no receipt.
    shown = [row["id"] for row in table["rows"]] if wanted.release == resident.stamp().release else []
    found = marks(resident, wanted, level, shown)
    return table | {"rows": [row | {"receipt": found.get(row["id"])} for row in table["rows"]]}


def _at(wanted: Stamp) -> dict[str, Any]:
    return {"release": wanted.release or 0, "on": wanted.on}


def _standing(
    connection: Connection, wanted: Stamp, level: Level, code: str
) -> tuple[int, Mapping[str, Any]]:
    """Return the version of a grid that holds, and its row."""
    scope = {"partition_id": boundaries.partitions(connection).get((level.basis, level.name)), "code": code}
    frame = boundaries.versions(connection, GRID, where=scope, **_at(wanted))
    if frame.empty:
        raise NotFound(
            f"No grid of the level {level.basis}/{level.name} has the code {code}.",
            reason="grid-unknown",
            code=code,
        )
    return int(frame.index[0]), frame.iloc[0].to_dict()


def _points_in(
    connection: Connection, district: District, level: Level, version: int, kind: str
) -> list[int]:
    """Return the ids of the points of a kind in a grid, in agreement with the lists of the same stamp.

    As there, an older release is given today's points; by name alone, it has those that it knew.
    """
    wanted = district.stamp
    points = district.enterprises if kind == "enterprise" else district.stations
    if level.geometry and wanted.release != releases.current(connection):
        scope = {"partition_id": boundaries.partitions(connection)[level.basis, level.name]}
        grids = boundaries.versions(connection, GRID, where=scope, **_at(wanted))
        partition = scope["partition_id"]
        words = overrides.words(connection, partition, wanted.on) if kind == "enterprise" else None
        points = assigned(points, grids, words)
        return [int(number) for number in points.index[points["version"].eq(version).fillna(value=False)]]
    ids = assignments.members(connection, kind, version, **_at(wanted))
    # A point that was loaded since the district was read belongs to the next stamp.
    return [number for number in ids if number in points.index]


def _area_m2(district: District, shape: Any) -> int | None:
    if shape is None:
        return None
    return round(float(gpd.GeoSeries([shape], crs=CRS).to_crs(district.crs).area.iloc[0]))


def _figures(resident: Resident, wanted: Stamp, question: Question, version: int) -> dict[str, Any]:
    """Return how far a counted grid's own point is from a station; grids of other levels have no such."""
    table = cover(resident, wanted, question).grids
    minutes = tenths(table["minutes"].loc[version]) if version in table.index else None
    return {"promised_minutes": question.minutes, "minutes": minutes}


def _inside(
    resident: Resident, wanted: Stamp, question: Question, enterprise_ids: list[int], station_ids: list[int]
) -> dict[str, Any]:
    """Return the figures of the enterprises in a grid, and its stations."""
    coverage = cover(resident, wanted, question)
    demand = coverage.demand.loc[enterprise_ids]
    covered = int((demand["minutes"] <= question.minutes).sum())
    stations = coverage.district.stations.loc[station_ids]
    return {
        "enterprises": {
            "total": len(demand),
            "covered": covered,
            "out_of_reach": len(demand) - covered,
            "workers": int(demand["workers"].sum()) if demand["workers"].notna().any() else None,
        },
        "stations": [
            {
                "id": number,
                "name": one["name"] or one["source_id"],
                "kind": one["kind"],
                "functions": one["functions"],
                "opening_hours": plain(one["opening_hours"]),
                "lon": one["lon"],
                "lat": one["lat"],
            }
            for number, one in records(stations)
        ],
    }


def _lookup(frame: pd.DataFrame, key: str, value: Any, column: str) -> str | None:
    if pd.isna(value):
        return None
    found = frame.loc[frame[key] == value, column]
    return None if found.empty else str(found.iloc[0])
