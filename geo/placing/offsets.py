"""Offsets: the displacement of a layer against what is trusted, compared with those of the web maps.

The rule. Compared are, in this order: the middles of polygons with a code, or a name, that both have once; of
polygons alike in area and perimeter, within a hundredth, that both have once; vertices against trusted edges
and streets. "As it is", GCJ-02 and BD-09 are each undone at each place for itself, and *fit* the share of
places that this brings to within 5 m (vertices: 3 m) of what is trusted.

- An offset is named where it fits two thirds and "as it is" a twentieth at most, and no constant displacement
  fits ten times better: so a layer that was redrawn, or moved in part, or lies on another datum, is not.
- A common displacement of 2 m to 3 km that two thirds have, and no offset explains, is an unknown datum.
- Points, which have no outline, are never named an offset; `geo.placing.within` says when none is likely.
- Vertices name an offset where it fits three tenths of them and "as it is" a third of that at most; they
  never name an unknown datum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely import STRtree

from geo import china
from geo.placing.reference import Reference, Shapes, metres, sizes
from geo.placing.within import covered, judge

FloatArray = npt.NDArray[np.float64]
Offset = Literal["gcj02", "bd09"]
Verdict = Literal["fits", "within", "gcj02", "bd09", "unknown", "unclear"]
Way = Literal["codes", "names", "shapes", "edges", "inside"]

OFFSETS: tuple[Offset, ...] = ("gcj02", "bd09")
NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}

_PLACE_M, _EDGE_M = 5.0, 3.0
_MOST, _FEW = 2 / 3, 1 / 20
_EDGES, _EDGES_BESIDE = 0.3, 1 / 3
_DATUM_M, _EXACT_M = 2.0, 0.5
_ALIKE = 0.01
_NEAR_M = 3_000.0
_PAIRS = 3
_VERTICES = 12


@dataclass(frozen=True)
class Evidence:
    """How a layer lies against what is trusted.

    Parameters
    ----------
    way : {"codes", "names", "shapes", "edges", "inside"}
        What was compared; ``inside`` of points, which lie in trusted polygons or not.
    places : int
        How many polygons or vertices were.
    fits : dict
        ``None`` (as it is), ``gcj02`` and ``bd09`` → the share that fits, from 0 to 1.
    verdict : {"fits", "within", "gcj02", "bd09", "unknown", "unclear"}
        What follows; ``within`` where nothing speaks for an offset, ``unclear`` where nothing follows.
    moved_m : tuple of float
        The median displacement to the east and to the north, in metres; 0 for edges.
    exactly : dict
        As ``fits``, to within a tenth of the distance: what tells feet from US survey feet.
    """

    way: Way
    places: int
    fits: dict[Offset | None, float]
    verdict: Verdict
    moved_m: tuple[float, float]
    exactly: dict[Offset | None, float]


def undo(lonlat: FloatArray, offset: Offset | None) -> FloatArray:
    """Return (n, 2) degrees with an offset undone; positions that are not finite stay."""
    if offset is None:
        return lonlat
    back = china.gcj02_to_wgs84 if offset == "gcj02" else china.bd09_to_wgs84
    result, finite = np.array(lonlat), np.isfinite(lonlat).all(axis=1)
    result[finite] = back(lonlat[finite])
    return result


def compare(shapes: Shapes, vertices: FloatArray, reference: Reference) -> Evidence | None:
    """Compare a layer with what is trusted; None where there is too little to compare.

    Parameters
    ----------
    shapes : Shapes
        The layer's polygons.
    vertices : (n, 2) float array
        A sample of its vertices in degrees.
    reference : Reference
        What is trusted.

    Notes
    -----
    The rule stands at the top of the module.
    """
    if reference.shapes and (shapely.get_dimensions(shapes.outline) == 0).all():
        return _of_points(shapes.middle, reference)
    for trusted in reference.shapes:
        for way, ours, theirs in _pairs(shapes, trusted, reference.origin):
            evidence = _of_pairs(way, shapes.middle[ours], trusted.middle[theirs], reference.origin)
            if way != "shapes" or evidence.verdict != "unclear":
                return evidence
    return _of_edges(vertices, reference)


def _pairs(
    ours: Shapes, theirs: Shapes, origin: FloatArray
) -> Iterator[tuple[Way, npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield the ways to match polygons that give enough pairs, the surest first."""
    ways: tuple[tuple[Way, npt.NDArray[np.object_], npt.NDArray[np.object_]], ...] = (
        ("codes", ours.code, theirs.code),
        ("names", ours.name, theirs.name),
    )
    for way, left, right in ways:
        known, at = _once(left), _once(right)
        keys = sorted(known.keys() & at.keys())
        if len(keys) >= _PAIRS or (keys and len(keys) * 2 >= min(len(known), len(at))):
            yield way, np.array([known[k] for k in keys]), np.array([at[k] for k in keys])
    left_at, right_at = _same_size(sizes(ours), sizes(theirs))
    apart = metres(ours.middle[left_at], origin) - metres(theirs.middle[right_at], origin)
    near = np.hypot(*apart.T) <= _NEAR_M
    if near.sum() >= _PAIRS and near.sum() * 2 >= len(ours.code):
        yield "shapes", left_at[near], right_at[near]


def _once(keys: npt.NDArray[np.object_]) -> dict[str, int]:
    """Return the position of each key that is there once."""
    values = pd.Series(keys, dtype=object).dropna()
    return {str(key): int(at) for at, key in values[~values.duplicated(keep=False)].items()}  # type: ignore[call-overload]


def _same_size(ours: FloatArray, theirs: FloatArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the pairs of polygons that are alike in area and perimeter, and like no other."""
    a, b = (np.log(np.maximum(one, 1e-9)) for one in (ours, theirs))
    tree = STRtree(_points(b))
    left, right = tree.query(_points(a), predicate="dwithin", distance=_ALIKE)
    alone = (np.bincount(left, minlength=len(a))[left] == 1) & (
        np.bincount(right, minlength=len(b))[right] == 1
    )
    return left[alone], right[alone]


def _of_pairs(way: Way, ours: FloatArray, theirs: FloatArray, origin: FloatArray) -> Evidence:
    target = metres(theirs, origin)
    apart = {o: metres(undo(ours, o), origin) - target for o in (None, *OFFSETS)}
    far = {o: np.hypot(*d.T) for o, d in apart.items()}
    fits = {o: float((distance <= _PLACE_M).mean()) for o, distance in far.items()}
    exactly = {o: float((distance <= _PLACE_M / 10).mean()) for o, distance in far.items()}
    middle = np.median(apart[None], axis=0)
    around = np.hypot(*(apart[None] - middle).T)
    best: Offset = max(OFFSETS, key=lambda o: fits[o])
    verdict: Verdict = "unclear"
    if fits[None] >= _MOST and np.median(far[None]) < _DATUM_M:
        verdict = "fits"
    elif fits[best] >= _MOST and fits[None] <= _FEW:
        exact = float(np.median(far[best]))
        constant = exact > _EXACT_M and float(np.median(around)) * 10 < exact and len(ours) >= _PAIRS
        verdict = "unknown" if constant else best
    elif len(ours) >= _PAIRS and _DATUM_M <= np.hypot(*middle) <= _NEAR_M:
        verdict = "unknown" if (around <= _steady(middle)).mean() >= _MOST else "unclear"
    return Evidence(way, len(ours), fits, verdict, (float(middle[0]), float(middle[1])), exactly)


def _of_points(lonlat: FloatArray, reference: Reference) -> Evidence:
    layers = [one.outline for one in reference.shapes]
    ways: tuple[Offset | None, ...] = (None, *OFFSETS)
    moved = {offset: undo(lonlat, offset) for offset in ways}
    inside = [{offset: covered(moved[offset], layer) for offset in ways} for layer in layers]
    together = {o: np.any([one[o] for one in inside], axis=0) for o in ways}
    verdict: Verdict = judge(together)
    if verdict == "within" and any(judge(one) == "fits" for one in inside):
        verdict = "fits"  # The finer layer tells what the wider one cannot.
    fits: dict[Offset | None, float] = {offset: float(together[offset].mean()) for offset in ways}
    return Evidence("inside", len(lonlat), fits, verdict, (0.0, 0.0), dict.fromkeys(ways, 0.0))


def _steady(moved_m: FloatArray) -> float:
    """Return how far displacements may lie apart and still be one: a quarter of it, at most 5 m."""
    return min(_PLACE_M, float(np.hypot(*moved_m)) / 4)


def _points(xy: FloatArray) -> npt.NDArray[np.object_]:
    return np.asarray(shapely.points(xy), dtype=object)


def _of_edges(vertices: FloatArray, reference: Reference) -> Evidence | None:
    if reference.edges is None or len(vertices) < _VERTICES:
        return None
    fits: dict[Offset | None, float] = {}
    exactly: dict[Offset | None, float] = {}
    for offset in (None, *OFFSETS):
        points = _points(metres(undo(vertices, offset), reference.origin))
        for shares, distance in ((fits, _EDGE_M), (exactly, _EDGE_M / 10)):
            close = reference.edges.query(points, predicate="dwithin", distance=distance)[0]
            shares[offset] = len(np.unique(close)) / len(points)
    best: Offset = max(OFFSETS, key=lambda o: fits[o])
    verdict: Verdict = "unclear"
    if fits[best] >= _EDGES and fits[None] <= fits[best] * _EDGES_BESIDE:
        verdict = best
    elif fits[None] >= _EDGES and fits[best] <= fits[None] * _EDGES_BESIDE:
        verdict = "fits"
    return Evidence("edges", len(vertices), fits, verdict, (0.0, 0.0), exactly)
