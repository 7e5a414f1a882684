"""Holes: ground that no grid covers, enclosed by grids, or by the rim of the park that they divide."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.findings import FILL, Finding, Severity, Tolerances, list_briefly
from geo.partition.edges import LoneEdges, lesser_first, lines_of
from geo.partition.outlines import FloatArray, GeometryArray, IntArray, Outlines, are_narrow, place


def segments_of(shapes: GeometryArray) -> tuple[FloatArray, IntArray]:
    """Return the segments of all rings, the lesser end first, and which way each was drawn.

    Returns
    -------
    (m, 4) float array, (m,) int array
        Segments without those of no length; 1 where it was drawn from its lesser end, else −1.
    """
    rings = shapely.get_rings(shapely.get_parts(shapes))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    begin, end = xy[:-1], xy[1:]
    real = (ring[:-1] == ring[1:]) & (begin != end).any(axis=1)
    begin, end = begin[real], end[real]
    return lesser_first(begin, end)


def faces(lines: GeometryArray) -> GeometryArray:
    """Node lines and return the polygons that they enclose, sorted."""
    if not len(lines):
        return np.empty(0, dtype=object)
    noded = shapely.union_all(lines)
    parts = shapely.get_parts(shapely.polygonize(shapely.get_parts(np.array([noded]))))
    ordered: GeometryArray = parts[np.lexsort(shapely.bounds(parts).T[::-1])]
    return ordered


def covers_of(points: GeometryArray, shapes: GeometryArray) -> tuple[IntArray, IntArray]:
    """Return the pairs (position of a point, position of a shape) where a shape covers a point."""
    point, shape = shapely.STRtree(shapes).query(points, predicate="covered_by")
    return point, shape


def enclosed(lone: LoneEdges, over: GeometryArray | None) -> GeometryArray:
    """Return the ground that is enclosed by edges without a polygon on each side, and by the rims.

    Parameters
    ----------
    lone : LoneEdges
        The grids' segments without a polygon on each side.
    over : (p,) object array or None
        The valid polygons that the grids are to fill, such as parks or blocks.
    """
    rims = np.empty(0, dtype=object) if over is None else over
    # Equal lines are noded into one.
    return faces(np.concatenate((lone.lines, segment_lines(rims))))


def find_holes(
    outlines: Outlines,
    ground: GeometryArray,
    over: GeometryArray | None,
    tolerances: Tolerances,
    *,
    complete: bool,
) -> list[Finding]:
    """Find the ground that no grid covers, though it is enclosed.

    Parameters
    ----------
    outlines : Outlines
        The grids of one partition.
    ground : (m,) object array
        What is `enclosed`.
    over : (p,) object array or None
        The valid polygons that the grids are to fill; a hole is what of them no
        grid covers. Without them holes are the pockets that grids enclose.
    tolerances : Tolerances
        Holes up to ``overlap_m2`` are rounding; those up to ``hole_m2`` can be filled.
    complete : bool
        Whether uncovered ground is known to be a fault; else it is a remark.
    """
    rims = np.empty(0, dtype=object) if over is None else over
    inside = shapely.point_on_surface(ground)
    open_ground = np.ones(len(ground), dtype=bool)
    open_ground[covers_of(inside, outlines.shapes)[0]] = False
    if over is not None:
        meant = np.zeros(len(ground), dtype=bool)
        meant[covers_of(inside, over)[0]] = True
        open_ground &= meant
    pockets = ground[open_ground]
    areas = outlines.areas(pockets)
    large = areas > tolerances.overlap_m2
    pockets, areas = pockets[large], areas[large]
    told = zip(
        pockets,
        areas.tolist(),
        _around(pockets, outlines.shapes),
        _on_rim(pockets, rims).tolist(),
        are_narrow(pockets, tolerances.move_m).tolist(),
        strict=True,
    )
    return [
        _hole(outlines, _Pocket(*pocket, small=pocket[1] <= tolerances.hole_m2), complete=complete)
        for pocket in told
    ]


@dataclass(frozen=True)
class _Pocket:
    """A hole: its ground, its area in m², the grids around, whether along the rim, narrow and small."""

    shape: shapely.Geometry
    area: float
    rows: list[int]
    rim: bool
    narrow: bool
    small: bool


def segment_lines(shapes: GeometryArray) -> GeometryArray:
    """Return the borders of polygons, one line for each segment."""
    if not len(shapes):
        return np.empty(0, dtype=object)
    return lines_of(np.unique(segments_of(shapes)[0], axis=0))


def _on_rim(pockets: GeometryArray, rims: GeometryArray) -> npt.NDArray[np.bool_]:
    """Tell which pockets have an edge, not only a point, in common with a rim."""
    touching = np.zeros(len(pockets), dtype=bool)
    if not len(rims):
        return touching
    borders = shapely.boundary(rims)
    i, j = shapely.STRtree(borders).query(pockets, predicate="intersects")
    shared = shapely.length(shapely.intersection(shapely.boundary(pockets[i]), borders[j]))
    touching[i[shared > 0]] = True
    return touching


def _around(pockets: GeometryArray, shapes: GeometryArray) -> list[list[int]]:
    """Return the grids that touch each pocket."""
    around: list[list[int]] = [[] for _ in pockets]
    # What noding has rounded may miss its neighbour by the last bit.
    i, j = shapely.STRtree(shapes).query(pockets, predicate="dwithin", distance=1e-12)
    for pocket, shape in sorted(zip(i.tolist(), j.tolist(), strict=True)):
        around[pocket].append(shape)
    return around


def _hole(outlines: Outlines, pocket: _Pocket, *, complete: bool) -> Finding:
    severity: Severity = "error" if complete and pocket.small else "remark"
    names = outlines.named(pocket.rows)
    who = f"{outlines.noun}s {list_briefly(names)}"
    where = f"along the rim, beside {who}" if pocket.rim else f"enclosed by {who}"
    advice = "check whether it is meant; it is never filled by itself"
    if pocket.small:
        advice = "give it to a neighbour"
    fix = FILL if pocket.small and pocket.rows else None
    return Finding(
        "hole-at-rim" if pocket.rim else "hole",
        severity,
        names,
        round(pocket.area, 6),
        "m²",
        place(pocket.shape),
        fix,
        f"{pocket.area:,.2f} m² {where} are in no {outlines.noun}; {advice}.",
        tuple(pocket.rows),
        fix is not None and pocket.narrow,
        pocket.shape,
    )
