"""Doctors: other programs that examine and repair a partition, each as a function of the same grids."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.bench.peers import OURS
from geo.findings import FIXES, WIDE, Finding
from geo.frames import CRS
from geo.mending.fixes import mend
from geo.partition.examination import examine

SMALLEST_DEGREES2 = 1e-16
"""A square millimetre: overlaps and holes below are rounding."""


@dataclass(frozen=True)
class Patient:
    """A partition; each method gets new geometries, for GEOS keeps something beside those it was asked of.

    Parameters
    ----------
    grids : (n,) object array
        Valid polygons in EPSG:4326.
    crs : str
        A metric system of the place.
    """

    grids: npt.NDArray[Any]
    crs: str

    def fresh(self) -> gpd.GeoDataFrame:
        """Return the grids with codes."""
        codes = pd.Series([f"{row:06}" for row in range(len(self.grids))], dtype="str")
        shapes = shapely.from_wkb(shapely.to_wkb(self.grids))
        return gpd.GeoDataFrame({"code": codes}, geometry=shapes, crs=CRS)

    def plain(self) -> gpd.GeoDataFrame:
        """Return the grids as the peers like them: x and y, without a word about what they mean."""
        return self.fresh()[["geometry"]].set_crs(None, allow_override=True)


@dataclass(frozen=True)
class Diagnosis:
    """What was found: the pairs that overlap, and the holes' areas in square degrees, sorted."""

    pairs: frozenset[tuple[int, int]]
    holes: tuple[float, ...]


Run = Callable[[], Diagnosis]
Method = Callable[[Patient], Run]
"""Prepares a patient, outside the clock, and returns what is to be timed."""


def gridcircle(patient: Patient) -> Run:
    """Examine as ``gridcircle check`` does, all that it looks for."""
    grids = patient.fresh()
    return lambda: _told(examine(grids, crs=patient.crs))


def gridcircle_mended(patient: Patient) -> Run:
    """Examine, and mend all that has a fix."""
    grids = patient.fresh()

    def run() -> Diagnosis:
        findings = examine(grids, crs=patient.crs)
        mend(grids, findings, (*FIXES, WIDE), crs=patient.crs)
        return _told(findings)

    return run


def _told(findings: list[Finding]) -> Diagnosis:
    pairs = frozenset((f.rows[0], f.rows[1]) for f in findings if f.code == "overlap")
    return _diagnosis(pairs, np.array([f.shape for f in findings if f.code == "hole"], dtype=object))


def _diagnosis(pairs: frozenset[tuple[int, int]], holes: npt.NDArray[Any]) -> Diagnosis:
    areas = np.sort(shapely.area(holes))
    return Diagnosis(pairs, tuple(areas[areas > SMALLEST_DEGREES2].tolist()))


def _pockets(shapes: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the holes of the union, as everybody does it with shapely alone."""
    rings = [
        ring for part in shapely.get_parts(shapely.union_all(shapes)) for ring in shapely.get_rings(part)[1:]
    ]
    return np.asarray(shapely.polygons(rings), dtype=object)


def overlay(patient: Patient) -> Run:
    """Lay the grids over themselves with geopandas, and look for holes in their union."""
    grids = patient.plain().assign(row=range(len(patient.grids)))

    def run() -> Diagnosis:
        shared = gpd.overlay(grids, grids, how="intersection", keep_geom_type=True)
        shared = shared[(shared["row_1"] < shared["row_2"]) & (shared.area > SMALLEST_DEGREES2)]
        pairs = frozenset(zip(shared["row_1"].tolist(), shared["row_2"].tolist(), strict=True))
        return _diagnosis(pairs, _pockets(grids.geometry.to_numpy()))

    return run


def sjoin(patient: Patient) -> Run:
    """Join the grids with themselves, intersect each pair, and look for holes in their union."""
    grids = patient.plain()

    def run() -> Diagnosis:
        joined = gpd.sjoin(grids, grids, predicate="intersects")
        some, others = joined.index.to_numpy(), joined["index_right"].to_numpy()
        some, others = some[some < others], others[some < others]
        shapes = grids.geometry.to_numpy()
        large = shapely.area(shapely.intersection(shapes[some], shapes[others])) > SMALLEST_DEGREES2
        pairs = frozenset(zip(some[large].tolist(), others[large].tolist(), strict=True))
        return _diagnosis(pairs, _pockets(shapes))

    return run


def maup_doctor(patient: Patient) -> Run:
    """Do what `maup.doctor` does, which counts only, with the functions that it calls."""
    maup, grids = _maup(), patient.plain()
    return lambda: _maup_diagnosis(maup, grids)


def _maup() -> Any:
    # It uses what the libraries below it have announced to take away.
    with _silence():
        return import_module("maup")


def _maup_diagnosis(maup: Any, grids: gpd.GeoDataFrame) -> Diagnosis:
    with _silence():
        grids.is_valid.all()
        shared = maup.adjacencies(grids.geometry, warn_for_islands=False, warn_for_overlaps=False)
        shared = shared[shared.area > SMALLEST_DEGREES2]
        holes = maup.repair.holes_of_union(grids).to_numpy()
    return _diagnosis(frozenset(shared.index.tolist()), holes)


def maup_repaired(repair: str) -> Method:
    """Examine and repair with maup: ``quick_repair`` or ``smart_repair``."""

    def method(patient: Patient) -> Run:
        maup, grids = _maup(), patient.plain()

        def run() -> Diagnosis:
            diagnosis = _maup_diagnosis(maup, grids)
            maup_repair(repair, grids)
            return diagnosis

        return run

    return method


def maup_repair(repair: str, grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Repair grids without a coordinate system by one of maup's two ways, as it is without options."""
    maup = _maup()
    with _silence():
        if repair == "smart_repair":
            mended: gpd.GeoDataFrame = maup.smart_repair(grids)
            return mended
        # Without this option it ends in an error where an intersection has lines.
        return grids.set_geometry(maup.quick_repair(grids, force_polygons=True))


@contextmanager
def _silence() -> Iterator[None]:
    """Let a peer neither print nor warn."""
    with ExitStack() as stack:
        nowhere = stack.enter_context(open(os.devnull, "w", encoding="utf-8"))
        stack.enter_context(redirect_stdout(nowhere))
        stack.enter_context(redirect_stderr(nowhere))
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield


CHECKS: Mapping[str, Method] = MappingProxyType(
    {
        OURS: gridcircle,
        "geopandas.overlay": overlay,
        "geopandas.sjoin": sjoin,
        "maup.doctor": maup_doctor,
    }
)
REPAIRS: Mapping[str, Method] = MappingProxyType(
    {
        OURS: gridcircle_mended,
        "maup.quick_repair": maup_repaired("quick_repair"),
        "maup.smart_repair": maup_repaired("smart_repair"),
    }
)


def absent() -> dict[str, str]:
    """Return the methods that this machine has not, and why."""
    if find_spec("maup"):
        return {}
    reason = "the Python package maup is not installed"
    return {name: reason for name in (*CHECKS, *REPAIRS) if name.startswith("maup")}
