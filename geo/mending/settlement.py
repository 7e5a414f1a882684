"""Settlement: who gets which piece of ground, where grids overlap, leave a hole or have a sliver."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import shapely

from geo.findings import CUT, FILL, MAKE_VALID, MERGE, SNAP, Finding, Tolerances
from geo.mending.mosaic import NOBODY, Mosaic, give_away, make_mosaic, put_together
from geo.mending.stitching import stitch
from geo.partition.holes import covers_of
from geo.partition.outlines import METRES_PER_DEGREE, GeometryArray, IntArray, Outlines
from geo.partition.rings import slivers


@dataclass(frozen=True)
class StandingGrids:
    """Who holds a place in the standing release.

    Parameters
    ----------
    codes : sequence
        The codes of the grids being mended, by row.
    grids : GeoDataFrame or None
        Those that hold today: ``code`` and polygons in EPSG:4326.
    """

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


def settle(
    before: Outlines,
    chosen: Sequence[Finding],
    standing: StandingGrids,
    tolerances: Tolerances,
    *,
    snapping: bool,
) -> GeometryArray:
    """Mend what was chosen, once.

    Parameters
    ----------
    before : Outlines
        Valid polygons.
    chosen : sequence of Finding
        What is to be mended, by the rows of ``before``.
    standing : StandingGrids
        Who holds a place today.
    tolerances : Tolerances
        ``snap_m``, ``overlap_m2``, ``hole_m2`` and ``sliver_m``.
    snapping : bool
        Whether edges of grids that overlap are snapped too: a pair that overlaps here may run side by
        side there, and is told as overlapping alone.

    Returns
    -------
    (n,) object array
        Valid polygons; those that are not concerned are the same objects.
    """
    pairs = [f.rows for f in chosen if f.fix == SNAP or (f.fix == CUT and snapping)]
    stitched = replace(before, shapes=stitch(before.shapes, pairs, tolerances.snap_m))
    if all(finding.fix == MAKE_VALID for finding in chosen):
        return stitched.shapes
    rows = _to_be_cut(before, stitched, chosen)
    rims = [f.shape for f in chosen if f.code == "hole-at-rim" and f.shape is not None]
    mosaic = make_mosaic(stitched, rows, np.array(rims, dtype=object))
    cut = {f.rows for f in chosen if f.fix == CUT} | _new_overlaps(mosaic, before, tolerances)
    owners = _without_overlaps(mosaic, stitched, cut, standing, tolerances)
    pending = _slivers(mosaic, stitched, owners, chosen, tolerances)
    give_away(mosaic, owners, pending | _holes(mosaic, before, owners, chosen, tolerances))
    shapes = stitched.shapes.copy()
    for row, shape in put_together(mosaic, owners, rows).items():
        shapes[row] = shape
    return shapes


def _to_be_cut(before: Outlines, stitched: Outlines, chosen: Sequence[Finding]) -> IntArray:
    """Return the grids to be mended, and their neighbours where an edge gets a vertex on both sides."""
    concerned = [finding for finding in chosen if finding.fix != MAKE_VALID]
    dirty = {row for finding in concerned for row in finding.rows}
    bare = {row for finding in concerned if finding.shape is None for row in finding.rows}
    snapped = {row for row in dirty if stitched.shapes[row] is not before.shapes[row]}
    grounds = [finding.shape for finding in concerned if finding.shape is not None]
    places = np.array([*stitched.shapes[sorted(bare | snapped)], *grounds], dtype=object)
    near = shapely.STRtree(stitched.shapes).query(places, predicate="dwithin", distance=1e-9)[1]
    return np.union1d(near, sorted(dirty)).astype(np.int64)


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
    standing: StandingGrids,
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
    free = np.array([face for face, those in enumerate(owners) if those == NOBODY], dtype=np.int64)
    covered = set(covers_of(mosaic.points[free], before.shapes)[0].tolist())
    grounds = [finding.shape for finding in chosen if finding.fix == FILL and finding.shape is not None]
    meant = _close(mosaic.points[free], np.array(grounds, dtype=object), tolerances.snap_m)
    return {
        face: -1
        for i, face in enumerate(free.tolist())
        if mosaic.areas[face] <= tolerances.overlap_m2
        or i in covered
        or (i in meant and mosaic.areas[face] <= tolerances.hole_m2)
    }


def _close(points: GeometryArray, grounds: GeometryArray, snap_m: float) -> set[int]:
    """Return the points that lie in a ground, whose border may have been snapped meanwhile."""
    distance = snap_m / METRES_PER_DEGREE
    return set(shapely.STRtree(grounds).query(points, predicate="dwithin", distance=distance)[0].tolist())


def _slivers(
    mosaic: Mosaic,
    outlines: Outlines,
    owners: Sequence[frozenset[int]],
    chosen: Sequence[Finding],
    tolerances: Tolerances,
) -> dict[int, int]:
    """Return the faces of slivers that were chosen, with the grid that each is taken from."""
    pending: dict[int, int] = {}
    for finding in chosen:
        if finding.fix != MERGE or finding.at is None:
            continue
        (row,) = finding.rows
        parts = shapely.get_parts(outlines.shapes[row])
        thin = parts[slivers(outlines, parts, tolerances)]
        near = _close(thin, np.array([shapely.Point(finding.at)], dtype=object), tolerances.snap_m)
        faces = shapely.STRtree(mosaic.points).query(thin[sorted(near)], predicate="covers")[1]
        pending |= {face: row for face in faces.tolist() if owners[face] == frozenset((row,))}
    return pending
