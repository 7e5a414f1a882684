"""Cuts: a ring of land divided in two by one straight chord.

Rings are float arrays (n, 2) in metres, open (the first point is not repeated), without holes. The
method is the recursive division of blocks along their oriented box, as in Vanegas et al. (2012),
"Procedural generation of parcels in urban modeling", Computer Graphics Forum 31(2).
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ring = NDArray[np.float64]


@dataclass(frozen=True)
class Cut:
    """A ring divided in two.

    Parameters
    ----------
    line : ndarray (2, 2)
        The chord from border to border.
    parts : tuple of ndarray
        The two rings; each holds both ends of the chord.
    """

    line: Ring
    parts: tuple[Ring, Ring]


def ring_area(ring: Ring) -> float:
    """Return a ring's area in m²."""
    x, y = ring.T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def ring_centre(ring: Ring) -> NDArray[np.float64]:
    """Return the centroid of a ring, (2,)."""
    return np.asarray(shapely.get_coordinates(shapely.centroid(shapely.polygons(ring)))[0])


def best_cut(ring: Ring, *, share: float, nodes: NDArray[np.float64], rng: np.random.Generator) -> Cut | None:
    """Divide a ring across its longer side, at the neatest of several chords.

    Parameters
    ----------
    ring : ndarray (n, 2)
        The land to divide.
    share : float
        The share of the area that the first part is to have, about.
    nodes : ndarray (m, 2)
        Ends of earlier cuts; a chord that ends near one on this ring is moved to it, so that streets
        meet in crossings and not in staggered pairs.
    rng : Generator
        The source of the jitter.

    Returns
    -------
    Cut or None
        None where no chord leaves two sound parts.
    """
    near = _nodes_on(ring, nodes)
    origin, along, length = _long_side(ring)
    best: Cut | None = None
    best_score = -np.inf
    for turn in rng.normal(0.0, 0.09, 6):
        at = origin + along * length * (share - 0.5 + rng.normal(0.0, 0.05))
        across = np.array([-along[1], along[0]])
        direction = across * np.cos(turn) + along * np.sin(turn)
        cut = _cut_at(ring, at, direction, near)
        score = -np.inf if cut is None else _score(ring, cut, share)
        if score > best_score:
            best, best_score = cut, score
    return best


def _long_side(ring: Ring) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the middle, the unit direction and the length of the ring's oriented box."""
    box = shapely.get_coordinates(shapely.minimum_rotated_rectangle(shapely.polygons(ring)))[:4]
    sides = np.array([box[1] - box[0], box[2] - box[1]])
    lengths = np.hypot(*sides.T)
    longer = int(lengths[1] > lengths[0])
    return box.mean(axis=0), sides[longer] / lengths[longer], float(lengths[longer])


def _nodes_on(ring: Ring, nodes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return those of the nodes that lie on the ring's border, and its own corners."""
    low, high = ring.min(axis=0) - 1, ring.max(axis=0) + 1
    inside = nodes[((nodes >= low) & (nodes <= high)).all(axis=1)]
    border = shapely.linearrings(ring)
    on = inside[shapely.distance(border, shapely.points(inside)) < 0.05]
    ahead, behind = np.roll(ring, -1, axis=0) - ring, ring - np.roll(ring, 1, axis=0)
    turn = np.abs(ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0])
    corner = turn > 0.35 * np.hypot(*ahead.T) * np.hypot(*behind.T)
    return np.vstack([on, ring[corner]])


def _cut_at(
    ring: Ring, at: NDArray[np.float64], direction: NDArray[np.float64], nodes: NDArray[np.float64]
) -> Cut | None:
    side = direction[0] * (ring[:, 1] - at[1]) - direction[1] * (ring[:, 0] - at[0])
    ahead = np.roll(side, -1)
    edges = np.flatnonzero((side > 0) != (ahead > 0))
    following = np.roll(ring, -1, axis=0)
    u = side[edges] / (side[edges] - ahead[edges])
    points = ring[edges] + u[:, None] * (following - ring)[edges]
    position = (points - at) @ direction
    order = np.argsort(position)
    pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
    if not len(pairs):
        return None
    # Along a line that passes through a simple ring, crossings alternate between in and out.
    first, second = pairs[np.argmin(np.abs(position[pairs].mean(axis=1)))]
    tolerance = min(max(0.13 * np.sqrt(ring_area(ring)), 14.0), 70.0)
    ends = [_settle(ring, int(edges[k]), points[k], nodes, tolerance) for k in (first, second)]
    return _part(ring, ends)


def _settle(
    ring: Ring, edge: int, point: NDArray[np.float64], nodes: NDArray[np.float64], tolerance: float
) -> tuple[int, NDArray[np.float64]]:
    """Move an end to the nearest node within the tolerance; return it with the edge it lies on."""
    away = np.hypot(*(nodes - point).T)
    if not len(away) or away.min() > tolerance:
        return edge, point
    node = nodes[np.argmin(away)]
    starts, stops = ring, np.roll(ring, -1, axis=0)
    distance = shapely.distance(shapely.linestrings(np.stack([starts, stops], 1)), shapely.points(node))
    return int(np.argmin(distance)), node


def _part(ring: Ring, ends: list[tuple[int, NDArray[np.float64]]]) -> Cut | None:
    (i, a), (j, b) = sorted(ends, key=lambda end: end[0])
    if i == j or np.hypot(*(a - b)) < 5.0:
        return None
    first = _tidy(np.vstack([a, ring[i + 1 : j + 1], b]))
    second = _tidy(np.vstack([b, ring[j + 1 :], ring[: i + 1], a]))
    if min(len(first), len(second)) < 3:
        return None
    if not (shapely.is_valid(shapely.polygons(first)) and shapely.is_valid(shapely.polygons(second))):
        return None
    # A chord that was moved may leave the land; then the parts together are larger than the whole.
    if abs(ring_area(first) + ring_area(second) - ring_area(ring)) > 0.01 * ring_area(ring):
        return None
    return Cut(np.vstack([a, b]), (first, second))


def _tidy(ring: Ring) -> Ring:
    """Drop points that repeat the one before."""
    apart: NDArray[np.bool_] = np.hypot(*(ring - np.roll(ring, 1, axis=0)).T) > 0.02
    return ring[apart]


def _score(ring: Ring, cut: Cut, share: float) -> float:
    """Rate a cut: compact parts, of the shares asked for, met at wide angles."""
    areas = [ring_area(part) for part in cut.parts]
    lengths = [float(np.hypot(*(part - np.roll(part, 1, axis=0)).T).sum()) for part in cut.parts]
    compact = min(4 * np.pi * a / p**2 for a, p in zip(areas, lengths, strict=True))
    wanted = min(share, 1 - share)
    off = abs(min(areas) / sum(areas) - wanted) / wanted
    return compact - 0.35 * off - 0.5 * _sharpness(ring, cut)


def _sharpness(ring: Ring, cut: Cut) -> float:
    """Return how sharply the chord meets the ring: 0 at a right angle, 1 along the border."""
    chord = (cut.line[1] - cut.line[0]) / np.hypot(*(cut.line[1] - cut.line[0]))
    edges = np.asarray(shapely.linestrings(np.stack([ring, np.roll(ring, -1, axis=0)], 1)))
    near = shapely.distance(edges[:, None], np.asarray(shapely.points(cut.line))[None, :]) < 0.05
    sides = np.roll(ring, -1, axis=0) - ring
    cosine = np.abs(sides @ chord) / np.hypot(*sides.T)
    return float(max(cosine[near[:, 0]].max(initial=0.0), cosine[near[:, 1]].max(initial=0.0)))
