"""Landing: where each guess would put a layer, and how well that fits what is trusted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.placing import offsets
from geo.placing.guesses import CHINA, Guess, inside
from geo.placing.offsets import NAMES, OFFSETS, Evidence, Offset
from geo.placing.reference import Reference, metres, shapes_of

FloatArray = npt.NDArray[np.float64]
Extent = tuple[float, float, float, float]

_LOOKED_AT = 10
_BEYOND = 1e9
"""No system has coordinates as large."""
_VERTICES = 2_000
_NEAR_M = 100_000.0
_LIMIT_M = 50_000.0
_EDGES_GOOD = 0.5
_ASKED = {None: 1.0, "gcj02": 0.6, "bd09": 0.5}


@dataclass(frozen=True)
class Sample:
    """The rows of a layer that have a place, and its places in the file's own numbers.

    ``xy`` holds the middle of each row of ``outlines`` and then some of its vertices.
    """

    outlines: gpd.GeoDataFrame
    xy: FloatArray


@dataclass(frozen=True)
class Landing:
    """One guess, an offset undone or none, and how well it fits.

    Parameters
    ----------
    guess : Guess
        The system.
    offset : {None, "gcj02", "bd09"}
        What is undone besides.
    lonlat : (n, 2) float array
        Where the layer's vertices would lie.
    near : float
        From 0 to 1: how much of it lies in the trusted extent, or without one in China.
    distance_m : float or None
        To the trusted extent.
    evidence : Evidence or None
        How the guess lies against what is trusted, with nothing undone.
    score : float
        From 0 to 1.
    """

    guess: Guess
    offset: Offset | None
    lonlat: FloatArray
    near: float
    distance_m: float | None
    evidence: Evidence | None = None
    score: float = 0.0

    @property
    def fits(self) -> bool:
        """Whether what is trusted confirms it."""
        return self.evidence is not None and self.evidence.verdict == (self.offset or "fits")


def sample_of(outlines: gpd.GeoDataFrame) -> Sample:
    """Return the places of a layer; rows without a finite one, or beyond all systems, are left out."""
    placed = outlines[(np.abs(shapely.bounds(outlines.geometry.to_numpy())) < _BEYOND).all(axis=1)]
    shapes = placed.geometry.to_numpy()
    vertices = shapely.get_coordinates(shapes)
    vertices = vertices[np.isfinite(vertices).all(axis=1)]
    taken = np.unique(np.linspace(0, max(len(vertices) - 1, 0), _VERTICES).astype(np.int64))
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    return Sample(placed, np.vstack((middles, vertices[taken] if len(vertices) else vertices)))


def land(
    guesses: Sequence[Guess], sample: Sample, reference: Reference | None, extent: Extent | None
) -> list[Landing]:
    """Return where the guesses would put a layer, the likeliest first.

    Of the ten that land best, each that lands in China, or whose offset is seen, comes thrice: as it is and
    with each offset undone.

    Parameters
    ----------
    guesses : sequence of Guess
        As `geo.placing.guesses.guesses` gives them.
    sample : Sample
        The layer whose ``xy`` they were made of.
    reference : Reference, optional
        What is trusted.
    extent : tuple of float, optional
        The trusted extent in degrees.
    """
    landed = [one for guess in guesses if (one := _landed(guess, extent)) is not None]
    landed.sort(key=lambda one: (-one.score, one.guess.key))
    shown = [
        replace(one, evidence=_evidence(one, sample, reference)) if i < _LOOKED_AT else one
        for i, one in enumerate(landed)
    ]
    return sorted(
        (variant for i, one in enumerate(shown) for variant in _variants(one, extent, whole=i < _LOOKED_AT)),
        key=lambda one: (-one.score, one.guess.key, one.offset or ""),
    )


def _landed(guess: Guess, extent: Extent | None) -> Landing | None:
    """Return a guess's landing, or None where nobody would believe it."""
    share = float(np.isfinite(guess.lonlat).all(axis=1).mean())
    if share < 0.5:
        return None
    in_china = inside(guess.lonlat, CHINA)
    distance = None if extent is None else _distance_m(guess.lonlat, extent)
    if distance is None:
        near = 1.0 if in_china > 0.5 else 0.6 * inside(guess.lonlat, (-180, -90, 180, 90))
        believed = in_china > 0.5 or guess.key in ("said", "stated", "4326")
    else:
        near = max(_within(guess.lonlat, extent), 0.5 * float(np.exp(-distance / _LIMIT_M)))
        believed = distance <= _NEAR_M or guess.key in ("said", "stated", "4326", "4490")
    if not believed:
        return None
    return Landing(guess, None, guess.lonlat, near, distance, score=guess.prior * near)


def _within(lonlat: FloatArray, extent: Extent | None) -> float:
    """Return the share within an extent, widened by a tenth: a new park may lie beside those that stand."""
    if extent is None:
        return 0.0
    west, south, east, north = extent
    wide, high = (east - west) / 10 + 0.001, (north - south) / 10 + 0.001
    return inside(lonlat, (west - wide, south - high, east + wide, north + high))


def _distance_m(lonlat: FloatArray, extent: Extent) -> float:
    """Return the metres from the middle half of a layer to an extent, on a sphere; 0 where they meet."""
    finite = lonlat[np.isfinite(lonlat).all(axis=1)]
    low, high = np.quantile(finite, 0.25, axis=0), np.quantile(finite, 0.75, axis=0)
    west, south, east, north = extent
    gaps = np.maximum(0, np.maximum(np.array([west, south]) - high, low - np.array([east, north])))
    across = np.radians(min(gaps[0], 360 - gaps[0])) * np.cos(np.radians((south + north) / 2))
    return float(6_371_000 * np.hypot(across, np.radians(gaps[1])))


def _evidence(landing: Landing, sample: Sample, reference: Reference | None) -> Evidence | None:
    if reference is None:
        return None
    count = len(sample.outlines)
    middle, vertices = landing.lonlat[:count], landing.lonlat[count:]
    flat = metres(landing.lonlat, reference.origin)
    shapes = shapes_of(sample.outlines, middle, _linear(sample.xy, flat))
    return offsets.compare(shapes, vertices, reference)


def _linear(xy: FloatArray, flat: FloatArray) -> FloatArray:
    """Return the (2, 2) matrix that comes nearest to turning the one into the other, but for a shift."""
    good = np.isfinite(flat).all(axis=1)
    a, b = xy[good] - xy[good].mean(axis=0), flat[good] - flat[good].mean(axis=0)
    solved: FloatArray = np.linalg.lstsq(a, b, rcond=None)[0].T
    return solved


def _variants(landing: Landing, extent: Extent | None, *, whole: bool) -> Iterator[Landing]:
    yield _scored(landing)
    named = landing.evidence is not None and landing.evidence.verdict in OFFSETS
    if not whole or (not named and inside(landing.lonlat, CHINA) <= 0.5):
        return
    for offset in OFFSETS:
        lonlat = offsets.undo(landing.lonlat, offset)
        near = landing.near if extent is None else _within(lonlat, extent) or landing.near
        yield _scored(replace(landing, offset=offset, lonlat=lonlat, near=near))


def _scored(landing: Landing) -> Landing:
    """Score by how usual the system is and how near it lands; where it can be told, mostly by how it fits."""
    usual = landing.guess.prior * landing.near
    evidence = landing.evidence
    if evidence is None or evidence.verdict in ("unclear", "within"):
        return replace(landing, score=0.75 * usual * _ASKED[landing.offset])
    share = evidence.fits[landing.offset]
    if evidence.way == "edges":
        share = min(1.0, share / _EDGES_GOOD)
    if evidence.verdict == "unknown":
        return replace(landing, score=0.75 * usual * _ASKED[landing.offset])
    return replace(landing, score=0.2 * usual + 0.7 * share + 0.1 * evidence.exactly[landing.offset])


def describe(landing: Landing) -> tuple[str, str]:
    """Return a landing's label and the reason for its score, for a person."""
    label = landing.guess.label
    if landing.offset:
        label += f", {NAMES[landing.offset]} undone"
    reason = landing.guess.why
    if landing.offset:
        reason += f", with the offset of {NAMES[landing.offset]} undone"
    if landing.distance_m is not None:
        reason += (
            f"; it lands {landing.distance_m / 1000:,.0f} km from the zone"
            if landing.distance_m > 500
            else "; it lands in the zone"
        )
    evidence = landing.evidence
    if evidence is not None and evidence.verdict != "unclear":
        what = {
            "edges": "vertices lie on known edges",
            "inside": "points lie within what is known",
        }.get(evidence.way, "polygons lie where they are known")
        reason += f", and {evidence.fits[landing.offset]:.0%} of {evidence.places:,} {what}"
    return label, f"{reason}."
