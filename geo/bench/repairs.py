"""Repairs: what several programs move to mend the same file, and what they leave."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.bench.doctors import absent, maup_repair
from geo.bench.turns import Tell
from geo.china import metric_crs
from geo.findings import FIXES, WIDE, Tolerances
from geo.frames import CRS
from geo.mending.fixes import mend
from geo.partition.examination import examine
from geo.partition.outlines import valid_polygons
from geo.read.door import read_file

Repair = Callable[[gpd.GeoDataFrame, str], gpd.GeoDataFrame]
"""Takes grids in EPSG:4326 and a metric system; returns them mended, in EPSG:4326."""

_SAMPLE_M = 1.0


@dataclass(frozen=True)
class Outcome:
    """What one method made of one file.

    Parameters
    ----------
    case, method : str
        The file's name, and who repaired it.
    seconds : float
        The median, examination included.
    repeats : int
        Rounds.
    overlaps, holes : int
        What is left: pairs of grids, and holes up to 100 m².
    moved_m2 : float
        The area that grids gained and lost, against the outlines made valid by the structure method.
    farthest_m : float
        The largest distance of a new border, looked at each metre, from the border of the grid before.
    """

    case: str
    method: str
    seconds: float
    repeats: int
    overlaps: int
    holes: int
    moved_m2: float
    farthest_m: float


def compare_repairs(
    files: tuple[Path, ...], without: set[str], *, repeats: int, tell: Tell
) -> dict[str, Any]:
    """Repair files of grids by all methods in turns.

    Parameters
    ----------
    files : tuple of Path
        Files of grids that ``gridcircle check`` reads.
    without : set of str
        Methods to leave out.
    repeats : int
        Rounds; the median time is told.
    tell : callable
        Is told each outcome as it stands.

    Returns
    -------
    dict
        ``rows``: the fields of `Outcome` for each file and method.
    """
    rows = []
    for file in files:
        grids = read_file(file, "grids", keep_invalid=True).frame
        west, south, east, north = grids.total_bounds.tolist()
        crs = metric_crs((west + east) / 2, (south + north) / 2)
        for name, repair in _methods(without).items():
            outcome = _outcome(grids, crs, (file.name, name), repair, repeats)
            tell(_line(outcome))
            rows.append(outcome)
    return {"rows": [asdict(row) for row in rows]}


def _methods(without: set[str]) -> dict[str, Repair]:
    left_out = {*without, *absent()}
    return {name: repair for name, repair in REPAIRS.items() if name not in left_out}


def _line(row: Outcome) -> str:
    return (
        f"{row.case:<36} {row.method:<22} {row.seconds:8.3f} s  {row.overlaps:5} overlaps "
        f"{row.holes:5} holes left  {row.moved_m2:14,.2f} m² moved, by {row.farthest_m:9.3f} m at most"
    )


def _ours(choices: tuple[str, ...], grids: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    return mend(grids, examine(grids, crs=crs), choices, crs=crs).frame


def _maup(repair: str, grids: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    plain = grids[["geometry"]].to_crs(crs).set_crs(None, allow_override=True)
    mended = maup_repair(repair, plain).set_crs(crs).to_crs(CRS)
    return grids.set_geometry(mended.geometry)


REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        "gridcircle, automatic": partial(_ours, FIXES),
        "gridcircle, all chosen": partial(_ours, (*FIXES, WIDE)),
        "maup.quick_repair": partial(_maup, "quick_repair"),
        "maup.smart_repair": partial(_maup, "smart_repair"),
    }
)


def _outcome(
    grids: gpd.GeoDataFrame, crs: str, label: tuple[str, str], repair: Repair, repeats: int
) -> Outcome:
    spent = []
    for _ in range(repeats):
        started = time.perf_counter()
        mended = repair(grids, crs)
        spent.append(time.perf_counter() - started)
    told = examine(mended.assign(code=pd.Series(None, index=grids.index, dtype="str")), crs=crs)
    before, after = (
        gpd.GeoSeries(valid_polygons(frame.geometry.to_numpy()), crs=CRS).to_crs(crs).to_numpy()
        for frame in (grids, mended)
    )
    small = Tolerances().hole_m2
    return Outcome(
        *label,
        round(median(spent), 4),
        repeats,
        sum(one.code == "overlap" for one in told),
        sum(one.code == "hole" and one.measure <= small for one in told),
        round(float(shapely.area(shapely.symmetric_difference(before, after)).sum()), 2),
        round(_farthest_m(before, after), 3),
    )


def _farthest_m(before: npt.NDArray[Any], after: npt.NDArray[Any]) -> float:
    """Return how far a point of a new border, looked at each metre, is from the grid's border before."""
    farthest = 0.0
    for old, new in zip(shapely.boundary(before), shapely.boundary(after), strict=True):
        if new.is_empty or old.is_empty or new == old:
            continue
        shapely.prepare(old)
        points = shapely.points(shapely.get_coordinates(shapely.segmentize(new, _SAMPLE_M)))
        farthest = max(farthest, float(np.max(shapely.distance(points, old))))
    return farthest
