"""Mending: the fixes that a person has agreed to, done so that shared edges stay shared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.findings import CUT, FILL, FIXES, MAKE_VALID, MERGE, SNAP, Finding, Tolerances, labels
from geo.holes import covers_of
from geo.mosaic import NOBODY, Mosaic, give_away, make_mosaic, put_together
from geo.outlines import GeometryArray, Outlines, make_outlines, only_polygons, slivers
from geo.partition import examine
from geo.stitching import stitch

_TOLERANCES = Tolerances()
_ROUNDS = 5


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
    left : list of Finding
        Findings that were not chosen, or that only a person can mend.
    """

    frame: gpd.GeoDataFrame
    moves: pd.DataFrame
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

    Parameters
    ----------
    grids : GeoDataFrame
        As examined by `geo.partition.examine`.
    findings : sequence of Finding
        What it found; hand over some of them to mend those alone.
    choices : collection of str
        The fixes agreed to, of `geo.findings.FIXES`.
    crs : str
        A metric system of the place.
    standing : GeoDataFrame, optional
        The grids that hold today: ``code`` and polygons in EPSG:4326.
    tolerances : Tolerances
        As in the examination; no vertex is snapped further than ``snap_m`` in a round, of which there are
        mostly one or two, and at most five.
    """
    chosen = [finding for finding in findings if finding.fix in choices]
    left = [finding for finding in findings if finding.fix not in choices]
    valid_now = {row for finding in chosen for row in finding.rows if finding.fix == MAKE_VALID}
    names = labels(grids["code"].tolist(), grids.index.tolist())
    before = make_outlines(names, grids.geometry.to_numpy(), crs)
    holders = _Standing(grids["code"].tolist(), standing)
    shapes = before.shapes
    for _ in range(_ROUNDS):
        outlines = Outlines(before.names, shapes, before.transformer)
        shapes = _mended(outlines, chosen, holders, tolerances, snapping=SNAP in choices)
        mended = grids.set_geometry(shapes, crs=grids.crs)
        # A moved edge may come close to another one; what this opens between the same grids is closed too.
        touched = {row for finding in chosen for row in finding.rows}
        again = examine(mended, crs=crs, tolerances=tolerances)
        chosen_now = [f for f in again if f.fix in choices and touched.issuperset(f.rows)]
        if all((shapes[row] is outlines.shapes[row]) for row in touched) or not chosen_now:
            break
        chosen = chosen_now
    geometry = grids.geometry.to_numpy().copy()
    changed = [row for row in range(len(shapes)) if row in valid_now or _differs(shapes, before.shapes, row)]
    geometry[changed] = shapes[changed]
    moved = before.areas(shapely.symmetric_difference(before.shapes[changed], shapes[changed]))
    table = {"grid": [names[row] for row in changed], "area_moved_m2": moved}
    return Mended(
        grids.set_geometry(geometry, crs=grids.crs), pd.DataFrame(table, grids.index[changed]), left
    )


@dataclass(frozen=True)
class _Standing:
    """Who holds a place in the standing release, by the codes of the grids being mended."""

    codes: Sequence[object]
    grids: gpd.GeoDataFrame | None

    def holders(self, points: GeometryArray) -> dict[int, set[object]]:
        """Return for each point the codes of the grids that cover it today."""
        held: dict[int, set[object]] = {}
        if self.grids is None or not len(points):
            return held
        tree = shapely.STRtree(self.grids.geometry.to_numpy())
        codes = self.grids["code"].tolist()
        for point, grid in tree.query(points, predicate="covered_by").T.tolist():
            held.setdefault(point, set()).add(codes[grid])
        return held


def _differs(shapes: GeometryArray, before: GeometryArray, row: int) -> bool:
    if shapes[row] is before[row]:
        return False
    now, then = (shapely.normalize(only_polygons(shape)) for shape in (shapes[row], before[row]))
    return not shapely.equals_identical(now, then)


def _mended(
    before: Outlines,
    chosen: Sequence[Finding],
    standing: _Standing,
    tolerances: Tolerances,
    *,
    snapping: bool,
) -> GeometryArray:
    # A pair that overlaps here may run side by side there, and is told as overlapping alone.
    pairs = [f.rows for f in chosen if f.fix == SNAP or (f.fix == CUT and snapping)]
    stitched = Outlines(before.names, stitch(before.shapes, pairs, tolerances.snap_m), before.transformer)
    dirty = sorted({row for f in chosen if f.fix != MAKE_VALID for row in f.rows})
    if not dirty:
        return stitched.shapes
    tree = shapely.STRtree(stitched.shapes)
    # Neighbours too: an edge that gets a vertex gets it on both sides.
    rows = np.unique(tree.query(stitched.shapes[dirty], predicate="dwithin", distance=1e-9)[1])
    mosaic = make_mosaic(stitched, rows)
    cut = {f.rows for f in chosen if f.fix == CUT} | _new_overlaps(mosaic, before, tolerances)
    owners = _without_overlaps(mosaic, stitched, cut, standing, tolerances)
    pending = _slivers(mosaic, stitched, owners, chosen, tolerances)
    give_away(mosaic, owners, pending | _holes(mosaic, before, owners, chosen, tolerances))
    shapes = stitched.shapes.copy()
    for row, shape in put_together(mosaic, owners, rows).items():
        shapes[row] = shape
    return shapes


def _new_overlaps(mosaic: Mosaic, before: Outlines, tolerances: Tolerances) -> set[tuple[int, ...]]:
    """Return the pairs that overlap now and did not before an edge was moved."""
    pairs = np.array(sorted({pair for those in mosaic.owners for pair in combinations(sorted(those), 2)}))
    if not len(pairs):
        return set()
    i, j = pairs.T
    areas = before.areas(shapely.intersection(before.shapes[i], before.shapes[j]))
    return {tuple(pair) for pair in pairs[areas <= tolerances.overlap_m2].tolist()}


def _without_overlaps(
    mosaic: Mosaic,
    outlines: Outlines,
    cut: Collection[tuple[int, ...]],
    standing: _Standing,
    tolerances: Tolerances,
) -> list[frozenset[int]]:
    """Say who keeps each face; a grid that would lose all of them goes first in another round."""
    held = standing.holders(mosaic.points)
    areas = outlines.areas(outlines.shapes).tolist()
    rows = set().union(*mosaic.owners) if mosaic.owners else set()
    first: set[int] = set()
    owners: list[frozenset[int]] = []
    for _ in range(len(rows) + 1):
        owners = []
        for face, those in enumerate(mosaic.owners):
            dust = mosaic.areas[face] <= tolerances.overlap_m2
            here = held.get(face, set())
            ranked = sorted(
                those, key=lambda r: (r not in first, standing.codes[r] not in here, -areas[r], r)
            )
            owners.append(frozenset(_winners(ranked, cut, dust=bool(dust))))
        vanished = rows - set().union(*owners) - first
        if not vanished:
            break
        first |= vanished
    return owners


def _winners(ranked: Sequence[int], cut: Collection[tuple[int, ...]], *, dust: bool) -> list[int]:
    """Return who keeps a face: the first, and whoever's overlap with one before was not chosen."""
    kept: list[int] = []
    for row in ranked:
        if not any(dust or (min(row, other), max(row, other)) in cut for other in kept):
            kept.append(row)
    return kept


def _holes(
    mosaic: Mosaic,
    before: Outlines,
    owners: Sequence[frozenset[int]],
    chosen: Sequence[Finding],
    tolerances: Tolerances,
) -> dict[int, int]:
    """Return the holes to be given away: those that were chosen, and those that a moved edge has left."""
    holes = [set(finding.rows) for finding in chosen if finding.fix == FILL]
    free = [face for face, those in enumerate(owners) if those == NOBODY]
    covered = set(covers_of(mosaic.points[free], before.shapes)[0].tolist())
    pending: dict[int, int] = {}
    for i, face in enumerate(free):
        around = {row for other in mosaic.beside.get(face, {}) for row in mosaic.owners[other]}
        meant = mosaic.areas[face] <= tolerances.hole_m2 and any(around <= hole for hole in holes)
        if meant or i in covered or mosaic.areas[face] <= tolerances.overlap_m2:
            pending[face] = -1
    return pending


def _slivers(
    mosaic: Mosaic,
    outlines: Outlines,
    owners: Sequence[frozenset[int]],
    chosen: Sequence[Finding],
    tolerances: Tolerances,
) -> dict[int, int]:
    """Return the faces of slivers that were chosen, with the grid that each is taken from."""
    pending: dict[int, int] = {}
    merged = sorted({row for finding in chosen if finding.fix == MERGE for row in finding.rows})
    if merged:
        parts, owner = shapely.get_parts(outlines.shapes[merged], return_index=True)
        thin = slivers(outlines, parts, tolerances)
        part, face_of = shapely.STRtree(mosaic.points).query(parts[thin], predicate="covers")
        for i, face in zip(part.tolist(), face_of.tolist(), strict=True):
            row = merged[owner[thin[i]]]
            if owners[face] == frozenset((row,)):
                pending[face] = row
    return pending
