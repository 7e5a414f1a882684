"""Ground: the zone's outline, its river and railway, the avenues, and the land that they leave."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.demo.cuts import Ring
from geo.demo.plan import Plan, Points

GRID_M = 0.01
"""All coordinates are multiples of a centimetre, so that equal places are equal numbers."""

_RIVER_HALF_M = 42.0
_RAILWAY_HALF_M = 20.0


@dataclass(frozen=True)
class Trace:
    """A line that borders land.

    Parameters
    ----------
    line : LineString
        In the plan's metres.
    rank : str
        ``primary``, ``secondary``, ``tertiary``, ``residential``, ``inner`` (a way within a lot),
        ``bank``, ``fence`` (along the railway), ``outline``, ``bridge`` or ``underpass``.
    street : int
        Traces of one street share this number.
    """

    line: LineString
    rank: str
    street: int


@dataclass(frozen=True)
class Ground:
    """What lies there before anything is divided.

    Parameters
    ----------
    outline, river, railway : shapely geometry
        The zone; the river and the railway's reserve within it (empty where there is none).
    track : shapely geometry
        The railway's centre line.
    traces : tuple of Trace
        Outline, banks, fences, avenues, bridges and underpasses.
    land : tuple of ndarray (n, 2)
        Rings of the land between them.
    nodes : ndarray (m, 2)
        Where traces meet.
    """

    outline: Polygon
    river: BaseGeometry
    railway: BaseGeometry
    track: BaseGeometry
    traces: tuple[Trace, ...]
    land: tuple[Ring, ...]
    nodes: NDArray[np.float64]


def lay_ground(plan: Plan) -> Ground:
    """Draw a plan's outline, waters, railway and avenues, and cut the land along them."""
    outline = Polygon(_smooth(plan.outline, closed=True))
    stream, reserve = _strip(plan.river, _RIVER_HALF_M), _strip(plan.railway, _RAILWAY_HALF_M)
    river = shapely.intersection(stream, outline)
    railway = shapely.difference(shapely.intersection(reserve, outline), river)
    track = shapely.intersection(_curve(plan.railway), outline)
    banks = shapely.intersection(stream.boundary, outline)
    fences = shapely.intersection(reserve.boundary, outline)
    traces = (
        Trace(outline.exterior, "outline", 0),
        *(Trace(line, "bank", 1) for line in _lines(banks)),
        *(Trace(line, "fence", 2) for line in _lines(shapely.difference(fences, river))),
        *_avenues(plan, outline, river, railway),
    )
    noded = node_traces(traces)
    pieces = np.array([trace.line for trace in noded])
    faces = shapely.get_parts(shapely.polygonize(pieces))
    inside = shapely.point_on_surface(faces)
    dry = ~shapely.intersects(shapely.union(river, railway), inside)
    rings = tuple(shapely.get_coordinates(face.exterior)[:-1] for face in faces[dry])
    ends = np.unique(shapely.get_coordinates(shapely.boundary(pieces)), axis=0)
    return Ground(outline, river, railway, track, noded, rings, ends)


def node_traces(traces: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Cut traces at every place where they meet, on a grid of one centimetre."""
    lines = np.array([trace.line for trace in traces])
    pieces = shapely.normalize(shapely.get_parts(shapely.union_all(lines, grid_size=GRID_M)))
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    origin = shapely.STRtree(lines).nearest(middles)
    return tuple(
        Trace(piece, traces[n].rank, traces[n].street)
        for piece, n in zip(pieces, origin.tolist(), strict=True)
    )


def warp(xy: NDArray[np.float64], phases: NDArray[np.float64], *, size_m: float) -> NDArray[np.float64]:
    """Bend the plan as a whole, so that no street is quite straight and none crosses another anew.

    Parameters
    ----------
    xy : ndarray (n, 2)
        Places in the plan's metres.
    phases : ndarray (3, 2, 2)
        Phases in radians of three waves, long to short, in two directions.
    size_m : float
        The size of the district, to which the waves are fitted.

    Returns
    -------
    ndarray (n, 2)
        The places moved, rounded to a centimetre. The waves' gradients add up to less than 0.6, which
        keeps the map one to one.
    """
    moved = xy.copy()
    for (wave, shift), phase in zip(((0.62, 0.02), (0.21, 0.0045), (0.08, 0.0006)), phases, strict=True):
        k = 2 * np.pi / (wave * size_m)
        u, v = k * (xy[:, 0] * 0.35 + xy[:, 1]), k * (xy[:, 0] - xy[:, 1] * 0.4)
        moved[:, 0] += shift * size_m * (np.sin(u + phase[0, 0]) + 0.3 * np.sin(v + phase[0, 1]))
        moved[:, 1] += shift * size_m * (np.sin(v + phase[1, 0]) + 0.3 * np.sin(u + phase[1, 1]))
    return np.round(moved, 2)


def _smooth(points: Points, *, closed: bool = False, rounds: int = 3) -> Ring:
    """Cut corners (Chaikin 1974), keeping the ends of an open line."""
    line = np.array(points, dtype=np.float64)
    for _ in range(rounds):
        following = np.roll(line, -1, axis=0) if closed else line[1:]
        before = line if closed else line[:-1]
        cut = np.stack([0.75 * before + 0.25 * following, 0.25 * before + 0.75 * following], axis=1)
        line = cut.reshape(-1, 2) if closed else np.vstack([line[:1], cut.reshape(-1, 2), line[-1:]])
    return np.round(line, 2)


def _curve(points: Points) -> LineString:
    return LineString(_smooth(points)) if points else LineString()


def _strip(points: Points, half_m: float) -> Polygon:
    """Return the strip along a line, which reaches beyond the zone."""
    strip = shapely.buffer(_curve(points), half_m, cap_style="flat", quad_segs=4)
    return shapely.simplify(strip, 0.8)


def _lines(geometry: shapely.Geometry) -> list[LineString]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if part.geom_type == "LineString" and not part.is_empty]


def _avenues(plan: Plan, outline: Polygon, river: BaseGeometry, railway: BaseGeometry) -> list[Trace]:
    traces = []
    for number, points in enumerate(plan.avenues):
        street, rank = 10 + number, "primary" if number in plan.crossings else "secondary"
        line = shapely.intersection(_curve(points), outline)
        dry = shapely.difference(shapely.difference(line, river), railway)
        traces += [Trace(part, rank, street) for part in _lines(shapely.line_merge(dry))]
        if number in plan.crossings:
            over = _lines(shapely.intersection(line, river))
            under = _lines(shapely.intersection(line, railway))
            traces += [Trace(part, "bridge", street) for part in over]
            traces += [Trace(part, "underpass", street) for part in under]
    return traces
