"""Tracing: what a person draws on a screen, brought on to the borders that it was meant to follow."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely

from geo.mending.stitching import Position, Segment, redrawn
from geo.partition.outlines import METRES_PER_DEGREE, GeometryArray, only_polygons

FloatArray = npt.NDArray[np.float64]

_THERE = 1e-12
"""In degrees: less than the width of a molecule."""


def position(xy: FloatArray) -> Position:
    """Return a position (2,) as what can be compared and hashed."""
    return float(xy[0]), float(xy[1])


def vertices_of(shape: shapely.Geometry) -> list[Position]:
    """Return the vertices of a geometry, each once, sorted."""
    return sorted({position(xy) for xy in shapely.get_coordinates(shape)})


def flat(xy: FloatArray, reference: FloatArray) -> FloatArray:
    """Return positions (n, 2) in degrees in a plane of metres, good for short distances near a reference."""
    stretch = np.array([np.cos(np.radians(reference[:, 1].mean())) if len(reference) else 1.0, 1.0])
    plane: FloatArray = xy * stretch * METRES_PER_DEGREE
    return plane


def snap(
    drawn: shapely.Geometry, shapes: GeometryArray, snap_m: float, own: shapely.Geometry | None = None
) -> tuple[shapely.MultiPolygon, GeometryArray]:
    """Bring an outline on to the vertices and edges that it comes close to.

    A vertex takes the place of one of the grid's own former vertices, else of a neighbour's, else the
    nearest place on an edge, which gets a vertex there. Vertices of neighbours close to a new edge become
    vertices of it. What a web map has rounded becomes again what it was.

    Parameters
    ----------
    drawn : Polygon or MultiPolygon
        In EPSG:4326.
    shapes : (n,) object array
        The grids; valid multi-polygons.
    snap_m : float
        How close, in metres.
    own : MultiPolygon, optional
        The outline of the grid so far, which is one of the shapes.

    Returns
    -------
    (MultiPolygon, (n,) object array)
        The outline, and the grids with the vertices that their edges were given.
    """
    near = shapes[shapely.STRtree(shapes).query(drawn, predicate="dwithin", distance=_degrees(drawn, snap_m))]
    vertices = [*([own] if own is not None else []), *near]
    places, inserts = _places(drawn, vertices, snap_m, first=0 if own is None else len(vertices_of(own)))
    moved = redrawn(np.array([only_polygons(drawn)], dtype=object), places, {})
    outline = redrawn(moved, {}, _beside(moved[0], vertices, own, snap_m))[0]
    if not shapely.is_valid(outline) or shapely.is_empty(outline):
        return only_polygons(drawn), shapes
    return outline, redrawn(shapes, {}, inserts)


def _degrees(shape: shapely.Geometry, metres: float) -> float:
    """Return a distance in degrees that is nowhere shorter than the metres."""
    _, south, _, north = shapely.bounds(shape).tolist()
    return metres / METRES_PER_DEGREE / max(0.01, float(np.cos(np.radians(max(abs(south), abs(north))))))


def _places(
    drawn: shapely.Geometry, shapes: list[shapely.Geometry], snap_m: float, *, first: int
) -> tuple[dict[Position, Position], dict[Segment, list[Position]]]:
    """Say which vertex takes which place, and which edges get a vertex there.

    ``first`` tells how many vertices of the first shape go before those of the others.
    """
    given = list(dict.fromkeys(p for shape in shapes for p in vertices_of(shape)))
    loose = [place for place in vertices_of(drawn) if place not in set(given)]
    if not loose or not given:
        return {}, {}
    places: dict[Position, Position] = {}
    for some in (given[:first], given[first:]):
        left = [place for place in loose if place not in places]
        places |= nearest(left, some, snap_m)
    inserts: dict[Segment, list[Position]] = {}
    segments = sorted({segment for shape in shapes for segment in edges(shape)})
    left = [place for place in loose if place not in places]
    for place, segment, share in on_edges(left, segments, snap_m):
        places[place] = foot(place, segment, share)
        inserts.setdefault(segment, []).append(places[place])
    return places, {segment: along(segment, those) for segment, those in inserts.items()}


def _points(xy: FloatArray) -> GeometryArray:
    return np.asarray(shapely.points(xy), dtype=object)


def nearest(places: list[Position], others: list[Position], snap_m: float) -> dict[Position, Position]:
    """Return the places that have others within reach, each with the nearest."""
    if not places or not others:
        return {}
    xy, reference = np.array(others), np.array(places)
    tree = shapely.STRtree(_points(flat(xy, reference)))
    found = tree.query_nearest(_points(flat(reference, reference)), max_distance=snap_m, all_matches=False)
    return {places[i]: others[j] for i, j in found.T.tolist()}


def on_edges(
    places: list[Position], segments: list[Segment], snap_m: float
) -> list[tuple[Position, Segment, float]]:
    """Return the places within reach of an edge, each with the nearest one and the share along it."""
    if not places or not segments:
        return []
    reference = np.array(places)
    plane = flat(np.array(segments).reshape(-1, 2), reference).reshape(-1, 2, 2)
    lines = np.asarray(shapely.linestrings(plane), dtype=object)
    points = _points(flat(reference, reference))
    found = shapely.STRtree(lines).query_nearest(points, max_distance=snap_m, all_matches=False)
    return [
        (places[i], segments[j], float(shapely.line_locate_point(lines[j], points[i], normalized=True)))
        for i, j in found.T.tolist()
    ]


def foot(place: Position, segment: Segment, share: float) -> Position:
    """Return the position on an edge; a place that is there already, but for rounding, stays itself."""
    (x, y), (right, top) = segment
    there = (x + share * (right - x), y + share * (top - y))
    return place if np.hypot(there[0] - place[0], there[1] - place[1]) < _THERE else there


def _beside(
    outline: shapely.Geometry, shapes: list[shapely.Geometry], former: shapely.Geometry | None, snap_m: float
) -> dict[Segment, list[Position]]:
    """Return the vertices of neighbours that the outline's new edges pass by, by edge.

    A vertex that the outline had formerly and has no more was taken away by the person who drew it.
    """
    known = {segment for shape in shapes for segment in edges(shape)}
    fresh = sorted({*edges(outline)} - known)
    own = {*vertices_of(outline), *(() if former is None else vertices_of(former))}
    others = sorted({place for shape in shapes for place in vertices_of(shape)} - own)
    inserts: dict[Segment, list[Position]] = {}
    for place, segment, _ in on_edges(others, fresh, snap_m):
        inserts.setdefault(segment, []).append(place)
    return {segment: along(segment, those) for segment, those in inserts.items()}


def edges(shape: shapely.Geometry) -> list[Segment]:
    """Return the edges of a polygon, each from its lesser end."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return [
        (min(begin, end), max(begin, end))
        for ring in rings
        for begin, end in pairwise(position(xy) for xy in shapely.get_coordinates(ring))
    ]


def along(segment: Segment, places: list[Position]) -> list[Position]:
    """Return the places on a segment in order, without its ends."""
    (x, y), (right, top) = segment
    distinct = {*places} - {*segment}
    return sorted(distinct, key=lambda p: (p[0] - x) * (right - x) + (p[1] - y) * (top - y))
