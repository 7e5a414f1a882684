"""Borders: the outline of one grid drawn anew, the neighbours' borders going with it.

A vertex that is moved is moved in every grid that has it. Where that is not enough (a border with more or
fewer vertices, or edges that did not match before) the ground decides: what the grid gains is taken from its
neighbours, what it loses goes to the neighbour along whose border it lay.
"""

from collections.abc import Collection, Iterator

import numpy as np
import shapely

from geo.mending.stitching import Position, redrawn
from geo.partition.holes import covers_of, faces, segment_lines, segments_of
from geo.partition.outlines import GeometryArray, IntArray, only_polygons
from geo.redrawing.tracing import flat, position

NEAR = 1e-9
"""In degrees, a tenth of a millimetre: what overlay has rounded still touches."""


def reshape(shapes: GeometryArray, row: int, drawn: shapely.Geometry) -> GeometryArray:
    """Give one grid another outline, and let its neighbours follow.

    Grids that share no edge with it are not cut, and a grid that would vanish stays: both then overlap it,
    which is for the doctor to tell.

    Parameters
    ----------
    shapes : (n,) object array
        Valid multi-polygons in EPSG:4326.
    row : int
        Which of them.
    drawn : MultiPolygon
        Its new outline, valid, its vertices snapped by `geo.redrawing.tracing.snap`.

    Returns
    -------
    (n,) object array
        Valid multi-polygons; those that are not concerned keep every bit.
    """
    moved = _with_moved_vertices(shapes, row, drawn)
    return _with_ground(shapes, row, drawn) if moved is None else moved


def _with_moved_vertices(shapes: GeometryArray, row: int, drawn: shapely.Geometry) -> GeometryArray | None:
    """Move vertices in every grid that has them; None where that does not do what was drawn."""
    moves = vertex_moves(shapes[row], drawn)
    if not moves:
        return None
    result = redrawn(shapes, moves, {})
    result[row] = drawn
    touched = [k for k in range(len(shapes)) if result[k] is not shapes[k]]
    around = _around(shapes, [*shapes[touched], *result[touched]])
    fits = shapely.is_valid(result[around]).all() and not shapely.is_empty(result[around]).any()
    if not fits or not all(shapely.coverage_is_valid(state[around]) for state in (shapes, result)):
        return None
    return unless_same(result, shapes)


def vertex_moves(old: shapely.Geometry, new: shapely.Geometry) -> dict[Position, Position] | None:
    """Say which vertex of an outline was moved where; None where more than that was done."""
    rings = [shapely.get_rings(shapely.get_parts(shapely.orient_polygons(one))) for one in (old, new)]
    if len(rings[0]) != len(rings[1]):
        return None
    moves: dict[Position, Position] = {}
    for before, after in zip(*rings, strict=True):
        then, now = ([position(xy) for xy in shapely.get_coordinates(ring)[:-1]] for ring in (before, after))
        if then == now:
            continue
        kept = set(then) & set(now)
        if not kept or len(then) != len(now) or len({*then}) < len(then):
            return None
        start = next(place for place in then if place in kept)
        then, now = _from(then, start), _from(now, start)
        for old_place, new_place in zip(then, now, strict=True):
            if (old_place in kept or new_place in kept) and old_place != new_place:
                return None
            if old_place != new_place:
                moves[old_place] = new_place
    return moves


def _from(ring: list[Position], start: Position) -> list[Position]:
    at = ring.index(start)
    return ring[at:] + ring[:at]


def unless_same(result: GeometryArray, before: GeometryArray) -> GeometryArray:
    """Put back, in the result itself, what has the very same outline, so that it keeps every bit."""
    for row in range(len(before)):
        if result[row] is not before[row] and _same(result[row], before[row]):
            result[row] = before[row]
    return result


def _same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    parts = (shapely.normalize(only_polygons(shape)) for shape in (one, other))
    return bool(shapely.equals_identical(*parts))


def _around(shapes: GeometryArray, places: Collection[shapely.Geometry]) -> IntArray:
    """Return the rows that touch any of some geometries, sorted."""
    tree = shapely.STRtree(shapes)
    found = tree.query(np.array([*places], dtype=object), predicate="dwithin", distance=NEAR)
    rows: IntArray = np.unique(found[1])
    return rows


def _with_ground(shapes: GeometryArray, row: int, drawn: shapely.Geometry) -> GeometryArray:
    """Cut the grids around into faces, and say whose each is."""
    rows = [int(k) for k in _around(shapes, [shapes[row], drawn]) if k != row]
    held = shapes[[row, *rows]]
    cut = faces(segment_lines(np.array([drawn, *held], dtype=object)))
    inside = shapely.point_on_surface(cut)
    owners: list[set[int]] = [set() for _ in cut]
    for face, k in zip(*(found.tolist() for found in covers_of(inside, held)), strict=True):
        owners[face].add([row, *rows][k])
    mine = set(covers_of(inside, np.array([drawn], dtype=object))[0].tolist())
    neighbours = _neighbours(shapes, row, rows)
    after = _taken(owners, mine, row, neighbours)
    lost = [f for f, those in enumerate(owners) if those == {row} and f not in mine]
    for face, heir in _heirs(cut, lost, after, shapes[row]).items():
        after[face] = {heir}
    result = shapes.copy()
    for k in [row, *rows]:
        # A neighbour that keeps its ground may get vertices all the same, where the new border meets it.
        if k in neighbours or [k in those for those in after] != [k in those for those in owners]:
            result[k] = only_polygons(shapely.coverage_union_all(cut[[k in those for those in after]]))
    return unless_same(result, shapes)


def _neighbours(shapes: GeometryArray, row: int, rows: list[int]) -> set[int]:
    """Return the grids that share an edge, and not a point alone, with one."""
    if not rows:
        return set()
    shared = shapely.intersection(shapely.boundary(shapes[row]), shapely.boundary(shapes[rows]))
    return {k for k, length in zip(rows, shapely.length(shared).tolist(), strict=True) if length > 0}


def _taken(owners: list[set[int]], mine: set[int], row: int, neighbours: set[int]) -> list[set[int]]:
    """Give the grid the faces that it gained; its neighbours lose them, unless they would vanish."""
    kept = set().union(*(those for face, those in enumerate(owners) if face not in mine or row in those))
    yielding = neighbours & kept
    after = []
    for face, those in enumerate(owners):
        if face not in mine:
            after.append(those - {row})
        elif row in those:
            after.append(set(those))
        else:
            after.append((those - yielding) | {row})
    return after


def _heirs(
    cut: GeometryArray, lost: list[int], after: list[set[int]], old: shapely.Geometry
) -> dict[int, int]:
    """Return who gets each face that was lost: whose border the old one mostly was.

    Where the old border was mostly nobody's, the ground is nobody's either.
    """
    if not lost:
        return {}
    whose: dict[tuple[float, ...], set[int]] = {}
    for face, segment in _sides(cut, [f for f in range(len(cut)) if f not in lost]):
        whose.setdefault(segment, set()).update(after[face])
    border = shapely.boundary(old)
    heirs: dict[int, int] = {}
    for face in lost:
        lengths: dict[int, float] = {}
        for _, segment in _sides(cut, [face]):
            line = np.array(segment).reshape(2, 2)
            if not shapely.dwithin(border, shapely.Point(line.mean(axis=0)), NEAR):
                continue
            length = float(np.hypot(*np.diff(flat(line, line), axis=0)[0]))
            for heir in whose.get(segment) or {-1}:
                lengths[heir] = lengths.get(heir, 0.0) + length
        best = min(lengths, key=lambda heir: (-lengths[heir], heir), default=-1)
        if best >= 0:
            heirs[face] = best
    return heirs


def _sides(cut: GeometryArray, chosen: list[int]) -> Iterator[tuple[int, tuple[float, ...]]]:
    """Yield each segment of some faces, the lesser end first."""
    for face in chosen:
        for segment in segments_of(cut[[face]])[0].tolist():
            yield face, tuple(segment)
