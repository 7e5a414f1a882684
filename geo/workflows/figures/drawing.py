"""Drawing: the layers of a map as GeoJSON, from what is in memory."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.coverage.gaps import gap_cells
from geo.features import feature_collection, simplified
from geo.profile import Level
from geo.store import boundaries, organisations, releases, tiles
from geo.store import district as store
from geo.store.boundaries import GRID, PARK
from geo.store.engine import reading
from geo.workflows.ground.district import Stamp
from geo.workflows.reach.asking import Question
from geo.workflows.reach.circling import Figure, circle, describe
from geo.workflows.reach.covering import cover
from geo.workflows.resident import Resident

TOLERANCE_M = 1.0


def grids(resident: Resident, wanted: Stamp, level: Level) -> bytes:
    """Return the grids of a level, simplified for display."""

    def build() -> bytes:
        at: dict[str, Any] = {"release": wanted.release or 0, "on": wanted.on}
        with reading(resident.engine) as connection:
            scope = {"partition_id": boundaries.partitions(connection).get((level.basis, level.name))}
            frame = boundaries.versions(connection, GRID, where=scope, **at)
            everything = boundaries.versions(connection, GRID, geometry=False, **at)
            parks = boundaries.versions(connection, PARK, geometry=False, **at)
            covering = organisations.by_grid(connection, wanted.on)
        codes, park_names = _names(everything, "grid_id", "code"), _names(parks, "park_id", "name")
        frame = frame[frame.geometry.notna()]
        rows = [
            {
                "id": int(row.grid_id),
                "code": row.code,
                "name": row.name,
                "kind": row.kind,
                "parent": _named(codes, row.parent_id),
                "park": _named(park_names, row.park_id),
                "organisations": [one["name"] for one in covering.get(int(row.grid_id), [])],
            }
            for row in frame.drop(columns="geometry").itertuples(index=False)
        ]
        return feature_collection(simplified(frame, tolerance_m=TOLERANCE_M), rows)

    key = ("grids", wanted.release, wanted.on, wanted.organisations, level.basis, level.name)
    return resident.remember(key, build)


def parks(resident: Resident, wanted: Stamp) -> bytes:
    """Return the parks."""

    def build() -> bytes:
        with reading(resident.engine) as connection:
            frame = boundaries.versions(connection, PARK, release=wanted.release or 0, on=wanted.on)
        rows = [
            {"id": int(row.park_id), "code": row.code, "name": row.name}
            for row in frame.drop(columns="geometry").itertuples(index=False)
        ]
        return feature_collection(frame, rows)

    return resident.remember(("parks", wanted.release, wanted.on), build)


def base(resident: Resident, wanted: Stamp) -> bytes:
    """Return water, railway, buildings and what else was loaded to be drawn beneath."""

    def build() -> bytes:
        with reading(resident.engine) as connection:
            frame = store.base_features(connection)
        return feature_collection(frame, frame[["kind", "name"]].to_dict("records"))

    return resident.remember(("base", wanted.base), build)


def stations(resident: Resident, wanted: Stamp) -> bytes:
    """Return the stations and centres that have a location."""
    frame = resident.district(wanted).stations
    frame = frame[frame["lon"].notna()]
    points = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]), crs="EPSG:4326")
    rows = [
        {
            "id": int(str(number)),
            "name": row["name"] or row["source_id"],
            "kind": row["kind"],
            "category": row["category"],
            "functions": row["functions"],
            "opening_hours": row["opening_hours"],
            "capacity": None if pd.isna(row["capacity"]) else int(row["capacity"]),
            "address": row["address"],
            "grid": None if pd.isna(row["code"]) else row["code"],
        }
        for number, row in frame.iterrows()
    ]
    return feature_collection(points, rows)


def gaps(resident: Resident, wanted: Stamp, question: Question) -> bytes:
    """Return the H3 cells of the demand that no station reaches in time."""
    coverage = cover(resident, wanted, question)

    def build() -> bytes:
        cells = gap_cells(coverage.demand, limit_minutes=question.minutes)
        rows = [
            {
                "cell": str(cell),
                "enterprises": int(row["enterprises"]),
                "workers": None if pd.isna(row["workers"]) else int(row["workers"]),
                "minutes_missing": _finite(row["missing_median"]),
            }
            for cell, row in cells.drop(columns="geometry").iterrows()
        ]
        return feature_collection(cells, rows)

    return resident.remember(("gaps", wanted, coverage.question), build)


def circles(
    resident: Resident,
    wanted: Stamp,
    question: Question,
    limits: Sequence[float],
    figure: Figure,
) -> bytes:
    """Return the service areas within each of the limits: of all chosen facilities, or of one.

    See `geo.workflows.reach.circling.circle`.

    Raises
    ------
    NotFound
        Where the zone has no such station, or it has no location.
    """
    drawn = circle(resident, wanted, question, limits, figure)

    def build() -> bytes:
        said = describe(resident, drawn)
        properties = [
            {
                "minutes": row.minutes,
                "method": said["method"],
                "slopes": said["slopes"]["counted"],
                "area_m2": round(row.area_m2),
                "station": None if pd.isna(row.station) else int(row.station),
            }
            for row in drawn.areas.drop(columns="geometry").itertuples(index=False)
        ]
        return feature_collection(drawn.areas, properties)

    key = ("drawn circles", wanted, drawn.question, tuple(limits), figure)
    return resident.remember(key, build)


def street_tile(resident: Resident, tile: tuple[int, int, int]) -> bytes:
    """Return the vector tile (zoom, column, row) of the streets."""
    with reading(resident.engine) as connection:
        return tiles.streets(connection, *tile)


def enterprise_tile(resident: Resident, wanted: Stamp, tile: tuple[int, int, int]) -> bytes:
    """Return the vector tile (zoom, column, row) of the enterprises, with their assignment."""
    level = resident.profile.counting
    with reading(resident.engine) as connection:
        partition = boundaries.partitions(connection).get((level.basis, level.name))
        if wanted.release != releases.current(connection):
            return tiles.enterprises_at(
                connection, tile, partition=partition, on=wanted.on, release=wanted.release or 0
            )
        return tiles.enterprises(connection, *tile, partition=partition, on=wanted.on)


def _names(frame: gpd.GeoDataFrame, key: str, column: str) -> dict[int, str]:
    return dict(zip(frame[key].astype(int), frame[column], strict=True))


def _named(names: dict[int, str], key: Any) -> str | None:
    return None if pd.isna(key) else names.get(int(key))


def _finite(value: float) -> float | None:
    return round(float(value), 1) if np.isfinite(value) else None
