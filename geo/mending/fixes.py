"""Mending: the fixes that a person has agreed to, done so that shared edges stay shared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.findings import FIXES, MAKE_VALID, WIDE, Finding, Tolerances, labels
from geo.mending.law import Task, changed_rows, mend_within_law, still_there
from geo.mending.movement import Movement, moved_ground, movement
from geo.mending.settlement import StandingGrids
from geo.partition.outlines import GeometryArray, IntArray, Outlines, make_outlines

_TOLERANCES = Tolerances()
_MARGIN = 1e-5
"""In degrees, a metre: far more than anything is snapped."""


@dataclass(frozen=True)
class Mended:
    """Grids after mending.

    Parameters
    ----------
    frame : GeoDataFrame
        The grids as they were given, with the mended geometry; what is not concerned keeps every bit.
    moves : DataFrame
        On the index of the grids that changed: ``grid`` (its name) and ``area_moved_m2``, the area
        that it gained and lost.
    moved : GeoDataFrame
        The ground that changed hands, in EPSG:4326: ``row`` (of the index), ``grid``, ``kind``
        (``gained`` or ``lost``) and ``area_m2``.
    left : list of Finding
        The findings that were not chosen, that only a person can mend, or that could not be mended:
        nobody beside a sliver, or a border that would have moved further than ``move_m``.
    """

    frame: gpd.GeoDataFrame
    moves: pd.DataFrame
    moved: gpd.GeoDataFrame
    left: list[Finding]


def mend(
    grids: gpd.GeoDataFrame,
    findings: Sequence[Finding],
    choices: Collection[str] = FIXES,
    *,
    crs: str,
    standing: gpd.GeoDataFrame | None = None,
    tolerances: Tolerances = _TOLERANCES,
) -> Mended:
    """Mend what was chosen: rings, edges, overlaps, holes and slivers.

    An overlap goes to the grid that held the place in the standing release, else to the larger of the
    two, unless the other would vanish. A hole, and a sliver, goes to the neighbour with the longest
    edge. The same grids, findings and choices give the same bytes; mending twice is mending once.

    Only findings that are ``automatic`` are mended, and together they keep the law of
    `Tolerances.move_m`: the result is measured, and the findings whose fix would break it are left. A
    person who has looked at findings hands over those with the choice `WIDE`, to which no limit applies.

    Parameters
    ----------
    grids : GeoDataFrame
        As examined by `geo.partition.examination.examine`.
    findings : sequence of Finding
        What it found; hand over some of them to mend those alone.
    choices : collection of str
        The fixes agreed to, of `geo.findings.FIXES`, and `geo.findings.WIDE`.
    crs : str
        A metric system of the place.
    standing : GeoDataFrame, optional
        The grids that hold today: ``code`` and polygons in EPSG:4326.
    tolerances : Tolerances
        As in the examination; no vertex is snapped further than ``snap_m`` in a round, of which there are
        mostly one or two, and at most five.
    """
    names = labels(grids["code"].tolist(), grids.index.tolist())
    before = make_outlines(names, grids.geometry.to_numpy(), crs)
    consented = [f for f in findings if f.fix in choices and (f.automatic or WIDE in choices)]
    rows = _in_order(before, _neighbourhood(before.shapes, consented))
    task = Task(
        replace(before, names=tuple(names[row] for row in rows), shapes=before.shapes[rows]),
        StandingGrids(grids["code"].iloc[rows].tolist(), standing),
        choices,
        tolerances,
    )
    position = {row: i for i, row in enumerate(rows.tolist())}
    chosen = [replace(f, rows=tuple(sorted(position[row] for row in f.rows))) for f in consented]
    kept, after = mend_within_law(task, chosen)
    shapes = before.shapes.copy()
    shapes[rows] = after
    valid_now = {row for i in kept if consented[i].fix == MAKE_VALID for row in consented[i].rows}
    changed = np.array(sorted({*valid_now, *rows[changed_rows(task.outlines.shapes, after)].tolist()}), int)
    change = movement(before.shapes, shapes, changed)
    geometry = grids.geometry.to_numpy().copy()
    geometry[changed] = shapes[changed]
    mended = {id(consented[i]) for i in kept} - {id(consented[i]) for i in still_there(task, chosen, after)}
    return Mended(
        grids.set_geometry(geometry, crs=grids.crs),
        _moves(change, before, grids.index),
        moved_ground(change, before, grids.index.tolist(), tolerances),
        [finding for finding in findings if id(finding) not in mended],
    )


def _neighbourhood(shapes: GeometryArray, chosen: Sequence[Finding]) -> IntArray:
    """Return the grids that can be concerned: those near the grids to be mended."""
    rows = sorted({row for finding in chosen for row in finding.rows})
    if not rows:
        return np.empty(0, dtype=np.int64)
    grounds = [finding.shape for finding in chosen if finding.shape is not None]
    west, south, east, north = shapely.bounds(np.array([*shapes[rows], *grounds], dtype=object)).T
    boxes = shapely.box(west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    near = shapely.STRtree(shapes).query(boxes)[1]
    # What has no polygon is in no tree.
    return np.union1d(near, rows).astype(np.int64)


def _in_order(outlines: Outlines, rows: IntArray) -> IntArray:
    """Sort grids by what they are, so that the order of rows in a file changes nothing."""
    outline = shapely.to_wkb(outlines.shapes[rows]).tolist()
    names = [outlines.names[row] for row in rows.tolist()]
    ranked: IntArray = rows[sorted(range(len(rows)), key=lambda i: (outline[i], names[i]))]
    return ranked


def _moves(change: Movement, outlines: Outlines, index: pd.Index) -> pd.DataFrame:
    areas = outlines.areas(change.gained) + outlines.areas(change.lost)
    table = {"grid": [outlines.names[row] for row in change.rows], "area_moved_m2": areas}
    return pd.DataFrame(table, index[change.rows])
