"""Redraw: one moved border compared, previewed and published, beside what one would do with GeoPandas.

Half of the grid with the most enterprises goes to the neighbour with the longest common border.
"""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from sqlalchemy import Engine

from geo.bench.peers import OURS
from geo.bench.terrain import partition
from geo.bench.turns import Tell, ratio, rows_of, take_turns
from geo.changes.comparison import compare
from geo.contracts import GRIDS
from geo.demo.files import write_district
from geo.frames import CRS, Facts
from geo.profile import Profile
from geo.store import boundaries, loads
from geo.store.boundaries import GRID, PARK
from geo.store.engine import reading, writing
from geo.workflows.ground.district import District
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.planning import Change
from geo.workflows.publication.previewing import preview
from geo.workflows.publication.publishing import publish
from geo.workflows.publication.report import LoadOptions, Terms
from geo.workflows.resident import Resident

GEOPANDAS = "geopandas: overlay and two sjoins"
PUBLICATION = "gridcircle, publication"
_CRS = "EPSG:4544"


def load_demo(engine: Engine, profile: Profile) -> None:
    """Draw the demo district in its full size, and load it into an empty database."""
    with tempfile.TemporaryDirectory(prefix="gridcircle-bench-") as folder:
        for file in write_district(Path(folder), scale="chengdu"):
            options = LoadOptions(source="demo", **file.options)  # type: ignore[arg-type]
            load_file(engine, profile, file.path, file.kind, options=options)


def measure_redrawing(engine: Engine, profile: Profile, *, repeats: int, tell: Tell) -> dict[str, Any]:
    """Measure the preview and the publication of one moved border in a zone that is loaded.

    The preview is timed with the district in memory, as the service has it. A publication is rolled back
    in the place of its commit, so that each round finds the same state.

    Parameters
    ----------
    engine : Engine
        A database with grids of the counted level and enterprises.
    profile : Profile
        The zone's.
    repeats : int
        Rounds.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows`` and ``ratios`` as of `geo.bench.race.race`; ``moving``, how many enterprises change hands.

    Raises
    ------
    RuntimeError
        Where the preview and GeoPandas differ in who moves.
    """
    resident = Resident(engine, profile)
    resident.warm()
    district = resident.district(resident.stamp())
    frame, change = _moved_border(engine, district)
    preview(resident, frame, change)
    by_hand = _by_hand(district, frame)
    methods: dict[str, Callable[[None], Callable[[], frozenset[int]]]] = {
        OURS: lambda _: (
            lambda: frozenset(preview(resident, frame, change).levels[0].moves["enterprises"].index.tolist())
        ),
        GEOPANDAS: lambda _: by_hand,
    }
    case = f"{len(district.grids)}x{len(district.enterprises)}"
    rows = rows_of(case, take_turns(None, methods, repeats=repeats, compare=_require_same), tell)
    publishing: Mapping[str, Any] = {
        PUBLICATION: lambda _: lambda: _published(engine, profile, frame, change)
    }
    took = take_turns(None, publishing, repeats=repeats, compare=lambda *_: None)
    return {
        "rows": [asdict(row) for row in [*rows, *rows_of(case, took, tell)]],
        "ratios": {case: ratio(rows, OURS)},
        "moving": len(methods[OURS](None)()),
    }


def measure_comparison(grids: int, *, repeats: int, tell: Tell) -> dict[str, Any]:
    """Measure the comparison of two states of a made-up partition in which one border moved."""
    shapes = partition(grids)
    table = pd.DataFrame({"code": [f"{n:06d}" for n in range(grids)]})
    before = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
    moved = shapes.copy()
    one = grids // 2
    moved[[one, one + 1]] = _halved(shapes[one], shapes[one + 1])
    after = gpd.GeoDataFrame(table, geometry=moved, crs=CRS)
    methods: dict[str, Any] = {OURS: lambda _: lambda: compare(before, after, crs=_CRS).counts}
    times = take_turns(None, methods, repeats=repeats, compare=lambda *_: None)
    return {"rows": [asdict(row) for row in rows_of(f"{grids}, compared", times, tell)]}


def _moved_border(engine: Engine, district: District) -> tuple[gpd.GeoDataFrame, Change]:
    """Return the two grids as a file of their office would say them, redrawn."""
    counts = district.enterprises["version"].dropna().value_counts()
    one = district.grids.index.get_loc(counts.index[0])
    shapes = district.grids.geometry.to_numpy()
    common = shapely.length(shapely.intersection(shapes, shapes[one]))
    common[one] = 0
    rows = [one, int(np.argmax(common))]
    pair = district.grids.iloc[rows]
    table = pd.DataFrame({name: pd.Series(None, index=[1, 2], dtype="str") for name in GRIDS.names})
    for name in ("source_id", "code", "name", "kind"):
        table[name] = pair[name].astype("str").to_numpy()
    with reading(engine) as connection:
        for name, layer in (("parent", GRID), ("park", PARK)):
            known = boundaries.versions(connection, layer, on=district.stamp.on, geometry=False)
            codes = known.set_index(layer.key)["code"]
            table[f"{name}_code"] = pair[f"{name}_id"].map(codes).astype("str").to_numpy()
    frame = gpd.GeoDataFrame(table.rename_axis("row"), geometry=_halved(*shapes[rows]), crs=CRS)
    return frame, Change("grids", source=str(pair["source"].iloc[0]))


def _halved(one: shapely.Geometry, other: shapely.Geometry) -> list[shapely.MultiPolygon]:
    """Give the half of one grid that lies nearer to the other's middle to the other."""
    west, south, east, north = shapely.bounds(one).tolist()
    middle, to = ((west + east) / 2, (south + north) / 2), shapely.centroid(other)
    across = abs(to.x - middle[0]) > abs(to.y - middle[1])
    if across:
        half = shapely.box(
            *((middle[0], south, east, north) if to.x > middle[0] else (west, south, middle[0], north))
        )
    else:
        half = shapely.box(
            *((west, middle[1], east, north) if to.y > middle[1] else (west, south, east, middle[1]))
        )
    given = shapely.intersection(one, half)
    return [
        shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])
        for shape in (shapely.difference(one, half), shapely.union(other, given))
    ]


def _by_hand(district: District, frame: gpd.GeoDataFrame) -> Callable[[], frozenset[int]]:
    """Return what a person would do: overlay both states, and join the points with each of them."""
    before = district.grids[["code", "geometry"]].reset_index(drop=True)
    drawn = dict(zip(frame["code"], frame.geometry, strict=True))
    shapes = [drawn.get(code, shape) for code, shape in before.itertuples(index=False)]
    after = gpd.GeoDataFrame({"code": before["code"]}, geometry=shapes, crs=CRS)
    located = district.enterprises.dropna(subset=["lon", "lat"])
    points = gpd.GeoDataFrame(
        geometry=gpd.points_from_xy(located["lon"], located["lat"], crs=CRS), index=located.index
    )

    def run() -> frozenset[int]:
        gpd.overlay(before.to_crs(district.crs), after.to_crs(district.crs), keep_geom_type=True)
        codes = [
            gpd.sjoin(points, state, predicate="intersects")
            .groupby(level=0)["code"]
            .min()
            .reindex(points.index)
            for state in (before, after)
        ]
        return frozenset(points.index[codes[0].fillna("") != codes[1].fillna("")].tolist())

    return run


def _require_same(name: str, found: frozenset[int], first: frozenset[int]) -> None:
    if found != first:
        raise RuntimeError(f"{name} differs from {OURS} in who moves.")


class _Undone(Exception):
    """Raised to roll a measured publication back."""


def _published(engine: Engine, profile: Profile, frame: gpd.GeoDataFrame, change: Change) -> int:
    facts = Facts("moved-border", "geojson", "", CRS)
    reassigned = 0
    with suppress(_Undone), writing(engine) as connection:
        load = loads.begin(connection, "grids", source=change.source, facts=facts, by="bench")
        reassigned = publish(
            connection, profile, frame, change, terms=Terms(by="bench"), load_id=load
        ).reassigned
        raise _Undone
    return reassigned
