"""Cutting: one grid divided by a line, the neighbours' edges getting the vertices of the cut."""

from collections.abc import Collection

import numpy as np
import shapely

from geo.mending.stitching import Position, Segment, redrawn
from geo.partition.outlines import GeometryArray, only_polygons
from geo.redrawing.borders import NEAR, unless_same
from geo.redrawing.tracing import along, edges, foot, nearest, on_edges, position, vertices_of


def draw_through(
    line: shapely.Geometry, shapes: GeometryArray, row: int, snap_m: float
) -> tuple[shapely.LineString, GeometryArray]:
    """Bring the ends of a line on to the border of a grid that they come close to.

    Parameters
    ----------
    line : LineString
        In EPSG:4326.
    shapes : (n,) object array
        Valid multi-polygons.
    row : int
        The grid to be cut.
    snap_m : float
        How close, in metres.

    Returns
    -------
    (LineString, (n,) object array)
        The line, and the grids with the vertices that their edges were given.
    """
    xy = [position(one) for one in shapely.get_coordinates(line)]
    ends = [xy[0], xy[-1]]
    places = nearest(ends, vertices_of(shapes[row]), snap_m)
    inserts: dict[Segment, list[Position]] = {}
    left = [end for end in ends if end not in places]
    for place, segment, share in on_edges(left, sorted(set(edges(shapes[row]))), snap_m):
        places[place] = foot(place, segment, share)
        inserts.setdefault(segment, []).append(places[place])
    drawn = [places.get(xy[0], xy[0]), *xy[1:-1], places.get(xy[-1], xy[-1])]
    ordered = {segment: along(segment, those) for segment, those in inserts.items()}
    return shapely.LineString(drawn), unless_same(redrawn(shapes, {}, ordered), shapes)


def split(shape: shapely.Geometry, line: shapely.Geometry) -> list[shapely.MultiPolygon]:
    """Cut a polygon along a line; the largest piece comes first, with the parts that the line leaves alone.

    Parameters
    ----------
    shape : MultiPolygon
        Valid, in EPSG:4326.
    line : LineString
        Drawn through from border to border.

    Returns
    -------
    list of MultiPolygon
        One where the line does not divide the polygon.
    """
    parts = shapely.get_parts(shape)
    pieces = [_divided(part, line) for part in parts]
    cut = [piece for those in pieces if len(those) > 1 for piece in those]
    whole = [those[0] for those in pieces if len(those) == 1]
    if not cut:
        return [only_polygons(shape)]
    cut.sort(key=lambda piece: (-piece.area, *piece.bounds))
    return [shapely.MultiPolygon([cut[0], *whole]), *(shapely.MultiPolygon([piece]) for piece in cut[1:])]


def _divided(part: shapely.Polygon, line: shapely.Geometry) -> list[shapely.Polygon]:
    noded = shapely.union_all([shapely.boundary(part), line])
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(np.array([noded], dtype=object))))
    inside = shapely.covers(part, shapely.point_on_surface(cells))
    return cells[inside].tolist() or [part]


def new_vertices(pieces: Collection[shapely.Geometry], shape: shapely.Geometry) -> list[Position]:
    """Return the vertices that a cut put on the border of a polygon."""
    own = set(vertices_of(shape))
    added = sorted({place for piece in pieces for place in vertices_of(piece)} - own)
    if not added:
        return []
    border = shapely.boundary(shape)
    return [place for place in added if shapely.dwithin(border, shapely.Point(place), NEAR)]


def with_vertices(shapes: GeometryArray, shape: shapely.Geometry, places: list[Position]) -> GeometryArray:
    """Give every polygon that shares an edge with one the vertices that this edge was given."""
    inserts: dict[Segment, list[Position]] = {}
    for segment in edges(shape) if places else ():
        line = shapely.LineString(segment)
        on = [place for place in places if shapely.dwithin(line, shapely.Point(place), NEAR)]
        if ordered := along(segment, on):
            inserts[segment] = ordered
    return unless_same(redrawn(shapes, {}, inserts), shapes) if inserts else shapes
