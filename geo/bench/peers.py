"""Peers: other programs that answer the same question, each as a function from places to the first grid.

Each takes the grids and points in the form that it likes best, made before the clock runs, and ends
with one array: the position of the first grid that covers each point, −1 for none.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.frames import CRS
from geo.index.choice import locate_once
from geo.index.raster import Cells, Floats

OURS = "gridcircle"


@dataclass(frozen=True)
class Question:
    """Grids and points; `fresh` forgets what GEOS has kept beside a geometry that was asked before."""

    grids: npt.NDArray[Any]
    x: Floats
    y: Floats

    @cached_property
    def points(self) -> npt.NDArray[Any]:
        """The points as shapely's."""
        return np.asarray(shapely.points(self.x, self.y))

    def fresh(self) -> npt.NDArray[Any]:
        """Return the grids as new geometries."""
        return np.asarray(shapely.from_wkb(shapely.to_wkb(self.grids)))

    def first(self, point: npt.NDArray[Any], grid: npt.NDArray[Any]) -> Cells:
        """Return the least grid of each point from pairs of a point and a grid that covers it."""
        found = np.full(len(self.x), len(self.grids), dtype=np.int32)
        np.minimum.at(found, point, grid.astype(np.int32))
        found[found == len(self.grids)] = -1
        return found


Run = Callable[[], Cells]
Method = Callable[[Question], Run]
"""Prepares a question, outside the clock, and returns what is to be timed."""


def gridcircle(question: Question) -> Run:
    """Ask as `geo.assignment.rule` does: build the index, or take the tree."""
    grids = question.fresh()
    return lambda: locate_once(grids, question.x, question.y).first


def tree_of_polygons(question: Question) -> Run:
    """Ask shapely's tree of the grids, then GEOS's prepared test."""
    grids, points = question.fresh(), question.points

    def run() -> Cells:
        point, grid = shapely.STRtree(grids).query(points)
        shapely.prepare(grids)
        covered = shapely.intersects(grids[grid], points[point])
        return question.first(point[covered], grid[covered])

    return run


def tree_of_points(question: Question) -> Run:
    """Ask shapely's tree of the points with the predicate ``covers``."""
    grids, points = question.fresh(), question.points

    def run() -> Cells:
        grid, point = shapely.STRtree(points).query(grids, predicate="covers")
        return question.first(point, grid)

    return run


def sjoin(question: Question) -> Run:
    """Ask geopandas' spatial join."""
    grids = gpd.GeoDataFrame({"grid": np.arange(len(question.grids))}, geometry=question.fresh(), crs=CRS)
    points = gpd.GeoDataFrame(geometry=question.points, crs=CRS)

    def run() -> Cells:
        joined = gpd.sjoin(points, grids, predicate="intersects", how="inner")
        return question.first(joined.index.to_numpy(), joined["grid"].to_numpy())

    return run


def sedona(question: Question) -> Run:
    """Ask SedonaDB, with both tables in its memory."""
    session = import_module("sedonadb").connect()
    grids = gpd.GeoDataFrame({"grid": np.arange(len(question.grids))}, geometry=question.grids, crs=CRS)
    points = gpd.GeoDataFrame({"point": np.arange(len(question.x))}, geometry=question.points, crs=CRS)
    session.create_data_frame(grids).to_memtable().to_view("grids", overwrite=True)
    session.create_data_frame(points).to_memtable().to_view("points", overwrite=True)
    text = "SELECT point, grid FROM points JOIN grids ON ST_Covers(grids.geometry, points.geometry)"

    def run() -> Cells:
        pairs: pd.DataFrame = session.sql(text).to_pandas()
        return question.first(pairs["point"].to_numpy(), pairs["grid"].to_numpy())

    return run


def duckdb(question: Question) -> Run:
    """Ask DuckDB's extension ``spatial``, with both tables in its memory."""
    session = _duckdb_session()
    grids = pd.DataFrame({"grid": np.arange(len(question.grids)), "wkb": shapely.to_wkb(question.grids)})
    points = pd.DataFrame({"point": np.arange(len(question.x)), "x": question.x, "y": question.y})
    for name, frame, shape in (("grids", grids, "ST_GeomFromWKB(wkb)"), ("points", points, "ST_Point(x, y)")):
        session.register(f"{name}_given", frame)
        session.execute(f"CREATE TABLE {name} AS SELECT *, {shape} AS shape FROM {name}_given")  # noqa: S608
    text = "SELECT point, grid FROM points JOIN grids ON ST_Covers(grids.shape, points.shape)"

    def run() -> Cells:
        pairs = session.execute(text).df()
        return question.first(pairs["point"].to_numpy(), pairs["grid"].to_numpy())

    return run


def _duckdb_session() -> Any:
    session = import_module("duckdb").connect()
    session.execute("LOAD spatial")
    # A bar would be drawn between our own lines.
    session.execute("SET enable_progress_bar = false")
    return session


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        OURS: gridcircle,
        "shapely tree of polygons": tree_of_polygons,
        "shapely tree of points": tree_of_points,
        "geopandas.sjoin": sjoin,
        "SedonaDB": sedona,
        "DuckDB spatial": duckdb,
    }
)


def absent() -> dict[str, str]:
    """Return the methods that this machine has not, and why."""
    missing = {
        method: f"the Python package {package} is not installed"
        for method, package in (("SedonaDB", "sedonadb"), ("DuckDB spatial", "duckdb"))
        if find_spec(package) is None
    }
    if "DuckDB spatial" not in missing:
        try:
            _duckdb_session()
        except import_module("duckdb").Error:
            missing["DuckDB spatial"] = "its extension is not there; run INSTALL spatial in DuckDB once"
    return missing
