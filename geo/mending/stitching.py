"""Stitching: two edges that run side by side get the same vertices, and none is moved far."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from geo.partition.outlines import METRES_PER_DEGREE, GeometryArray, valid_polygons

FloatArray = npt.NDArray[np.float64]
Position = tuple[float, float]
Segment = tuple[Position, Position]


def stitch(shapes: GeometryArray, pairs: Iterable[tuple[int, ...]], snap_m: float) -> GeometryArray:
    """Give pairs of polygons the same vertices where they run side by side.

    A vertex of the second that is close to one of the first takes its place; one that is close to an
    edge becomes a vertex of that edge. What moves, moves in every polygon that has it.

    Parameters
    ----------
    shapes : (n,) object array
        Valid multi-polygons in EPSG:4326.
    pairs : iterable of (int, int)
        Positions.
    snap_m : float
        How far a vertex or an edge may move, in metres.

    Returns
    -------
    (n,) object array
        Valid multi-polygons; those that are not concerned keep every bit.
    """
    couples = sorted({(min(pair), max(pair)) for pair in pairs if len(pair) > 1})
    if not couples:
        return shapes
    moves = _moves(shapes, couples, snap_m)
    moved = redrawn(shapes, moves, {})
    inserts = _inserts(moved, couples, snap_m)
    return valid_polygons(redrawn(moved, {}, inserts))


def _plane(xy: FloatArray) -> FloatArray:
    """Return positions in a plane of metres, good for short distances and never short of them."""
    stretch = np.array([np.cos(np.radians(xy[:, 1].mean())) if len(xy) else 1.0, 1.0])
    plane: FloatArray = xy * stretch * METRES_PER_DEGREE
    return plane


def _array(made: object) -> GeometryArray:
    return np.asarray(made, dtype=object)


def _vertices(shape: shapely.Geometry) -> FloatArray:
    return np.unique(shapely.get_coordinates(shape), axis=0)


def _moves(shapes: GeometryArray, couples: list[tuple[int, int]], snap_m: float) -> dict[Position, Position]:
    """Say which vertex takes the place of which; a vertex that is taken as a place stays itself."""
    moves: dict[Position, Position] = {}
    fixed: set[Position] = set()
    for i, j in couples:
        mine, other = _vertices(shapes[i]), _vertices(shapes[j])
        together = _plane(np.concatenate((mine, other)))
        tree = shapely.STRtree(_array(shapely.points(together[: len(mine)])))
        places = shapely.points(together[len(mine) :])
        near, distance = tree.query_nearest(
            places, max_distance=snap_m, all_matches=False, return_distance=True
        )
        for (vertex, place), apart in zip(near.T.tolist(), distance.tolist(), strict=True):
            old, new = _position(other[vertex]), _position(mine[place])
            if apart > 0 and old not in moves and old not in fixed and new not in moves:
                moves[old] = new
            if new not in moves:
                fixed.add(new)
    return moves


def _inserts(
    shapes: GeometryArray, couples: list[tuple[int, int]], snap_m: float
) -> dict[Segment, list[Position]]:
    """Say which edges get which vertices of their neighbours."""
    inserts: dict[Segment, set[Position]] = {}
    for i, j in [*couples, *((j, i) for i, j in couples)]:
        segments = _segments(shapes[i])
        own = {_position(xy) for xy in _vertices(shapes[i])}
        vertices = np.array([xy for xy in _vertices(shapes[j]) if _position(xy) not in own]).reshape(-1, 2)
        plane = _plane(np.concatenate((segments.reshape(-1, 2), vertices)))
        lines = _array(shapely.linestrings(plane[: 2 * len(segments)].reshape(-1, 2, 2)))
        points = shapely.points(plane[2 * len(segments) :])
        point, line = shapely.STRtree(lines).query_nearest(points, max_distance=snap_m, all_matches=False)
        for vertex, segment in zip(point.tolist(), line.tolist(), strict=True):
            begin, end = (_position(xy) for xy in segments[segment].reshape(2, 2))
            key = (min(begin, end), max(begin, end))
            inserts.setdefault(key, set()).add(_position(vertices[vertex]))
    return {key: sorted(places, key=lambda p: _along(key, p)) for key, places in inserts.items()}


def _segments(shape: shapely.Geometry) -> FloatArray:
    rings = shapely.get_rings(shapely.get_parts(shape))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    return np.column_stack((xy[:-1][same], xy[1:][same]))


def _position(xy: FloatArray) -> Position:
    return float(xy[0]), float(xy[1])


def _along(segment: Segment, place: Position) -> float:
    (x, y), (right, top) = segment
    return (place[0] - x) * (right - x) + (place[1] - y) * (top - y)


def redrawn(
    shapes: GeometryArray, moves: Mapping[Position, Position], inserts: Mapping[Segment, list[Position]]
) -> GeometryArray:
    """Draw polygons anew with vertices moved and inserted; those without one keep every bit.

    Parameters
    ----------
    shapes : (n,) object array
        Multi-polygons.
    moves : mapping of position to position
        What moves, moves in every polygon that has it.
    inserts : mapping of segment to list of position
        A segment begins with its lesser end; the positions stand in order from there.
    """
    result = shapes.copy()
    changed = {*moves, *(end for segment in inserts for end in segment)}
    if not changed:
        return result
    places = shapely.points(np.array(sorted(changed)))
    for row in np.unique(shapely.STRtree(shapes).query(places, predicate="intersects")[1]).tolist():
        parts = [
            shapely.Polygon(shell, [hole for hole in holes if len(hole) > 3])
            for part in shapely.get_parts(shapes[row])
            for shell, *holes in [[_ring(r, moves, inserts) for r in shapely.get_rings(part)]]
            if len(shell) > 3
        ]
        result[row] = shapely.MultiPolygon(parts)
    return result


def _ring(
    ring: shapely.Geometry, moves: Mapping[Position, Position], inserts: Mapping[Segment, list[Position]]
) -> list[Position]:
    """Return the positions of a ring, closed, without the same position twice in a row."""
    drawn: list[Position] = []
    positions = [_position(xy) for xy in shapely.get_coordinates(ring)]
    for begin, end in pairwise(positions):
        between = inserts.get((min(begin, end), max(begin, end)), [])
        for place in (moves.get(begin, begin), *(between if begin < end else between[::-1])):
            if not drawn or drawn[-1] != place:
                drawn.append(place)
    if drawn and drawn[-1] == drawn[0] and len(drawn) > 1:
        drawn.pop()
    return [*drawn, drawn[0]]
