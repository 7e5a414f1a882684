"""Placing: in which coordinate system a layer may lie, ranked by where it would land."""

from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.findings import Finding
from geo.frames import Said
from geo.placing.astray import astray
from geo.placing.guesses import guesses
from geo.placing.landing import Landing, describe, land, sample_of
from geo.placing.reference import Reference, refer
from geo.read.survey import Stated

Extent = tuple[float, float, float, float]

_SHOWN = 40
_CLEAR = 0.1
_NEAR_M = 20_000.0


@dataclass(frozen=True)
class Trusted:
    """What is known already of the place, all of it in EPSG:4326.

    Parameters
    ----------
    extent : tuple of float, optional
        West, south, east, north of the zone.
    grids, parks : GeoDataFrame, optional
        What stands today, with ``code`` and ``name``.
    streets : GeoDataFrame, optional
        Street lines.
    """

    extent: Extent | None = None
    grids: gpd.GeoDataFrame | None = None
    parks: gpd.GeoDataFrame | None = None
    streets: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Candidate:
    """One way to read the coordinates of a layer.

    Parameters
    ----------
    key : str
        Names it among the candidates of a file, such as ``4544`` or ``stated-gcj02``.
    label : str
        For a person, such as ``EPSG:4544, axes swapped``.
    said : Said
        What a person would say to have it read so: system, axes and offset alone.
    score : float
        From 0 to 1; the candidates are ranked by it.
    reason : str
        Why it has that score, as a sentence.
    extent : tuple of float
        West, south, east, north in degrees of where the layer would land.
    outline : Geometry
        The same as a polygon, in EPSG:4326.
    distance_m : float or None
        From there to the trusted extent, 0 where they meet; None without one.
    """

    key: str
    label: str
    said: Said
    score: float
    reason: str
    extent: Extent
    outline: shapely.Geometry
    distance_m: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return what programs are told, without the outline."""
        return {
            "key": self.key,
            "label": self.label,
            "said": {"crs": self.said.crs, "axes": self.said.axes, "offset": self.said.offset},
            "score": round(self.score, 3),
            "reason": self.reason,
            "extent": list(self.extent),
            "distance_m": None if self.distance_m is None else round(self.distance_m, 1),
        }


@dataclass(frozen=True)
class Placing:
    """Where a layer may lie.

    Parameters
    ----------
    candidates : tuple of Candidate
        The likeliest first; none where the file's system is refused, or nothing has a place.
    findings : tuple of Finding
        What is wrong with its coordinates, or has to be asked.
    decided : bool
        Whether the first candidate can be taken without asking a person.
    """

    candidates: tuple[Candidate, ...]
    findings: tuple[Finding, ...]
    decided: bool


def candidates(outlines: gpd.GeoDataFrame, stated: Stated, trusted: Trusted) -> list[Candidate]:
    """Return in which systems a layer may lie, the likeliest first; see `place`."""
    return list(place(outlines, stated, trusted).candidates)


def place(
    outlines: gpd.GeoDataFrame, stated: Stated, trusted: Trusted, *, said: Said | None = None
) -> Placing:
    """Find out where a layer may lie.

    Parameters
    ----------
    outlines : GeoDataFrame
        As in `geo.read.survey.Survey`: ``code``, ``name`` and the geometry in the file's own numbers.
    stated : Stated
        What the file says of its system.
    trusted : Trusted
        What is known of the place; may be empty.
    said : Said, optional
        What a person says; its system stands first then.

    Raises
    ------
    CrsUnknown
        Where a person says a system that is none, or one that needs parameters.

    Notes
    -----
    A system that needs parameters (Xian 80, Beijing 54, a local one) leaves no candidates, unless what is
    trusted shows that the layer is in another one than it states.
    """
    said = said or Said()
    sample = sample_of(outlines)
    landings: list[Landing] = []
    if len(sample.outlines):
        extent, reference = _extent(trusted), _reference(trusted)
        middle = None if extent is None else ((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2)
        found = guesses(sample.xy, stated, said=said, place=middle)
        landings = _admitted(land(found, sample, reference, extent), stated, said)
    decided = _decided(landings, stated, said, placed=len(sample.outlines) > 0)
    return Placing(
        tuple(_candidate(landing) for landing in landings[:_SHOWN]),
        astray(landings, sample, stated, said, decided=decided),
        decided,
    )


def _extent(trusted: Trusted) -> Extent | None:
    if trusted.extent is not None:
        return trusted.extent
    layers = [one for one in (trusted.grids, trusted.parks, trusted.streets) if one is not None]
    bounds = np.array([layer.total_bounds for layer in layers if len(layer)])
    bounds = bounds[np.isfinite(bounds).all(axis=1)] if len(bounds) else bounds
    if not len(bounds):
        return None
    west, south = bounds[:, :2].min(axis=0).tolist()
    east, north = bounds[:, 2:].max(axis=0).tolist()
    return west, south, east, north


def _reference(trusted: Trusted) -> Reference | None:
    layers = [one for one in (trusted.grids, trusted.parks) if one is not None and len(one)]
    lines = trusted.streets if trusted.streets is not None and len(trusted.streets) else None
    if not layers and lines is None:
        return None
    bounds = np.array([layer.total_bounds for layer in (*layers, *([] if lines is None else [lines]))])
    return refer(layers, lines, (bounds[0, :2] + bounds[0, 2:]) / 2)


def _admitted(landings: list[Landing], stated: Stated, said: Said) -> list[Landing]:
    """Put first what a person says; leave nothing unproven where the file's system is refused."""
    if said.crs or said.axes or said.offset:
        spoken = [one for one in landings if one.guess.key in ("said", "stated")]
        chosen = [one for one in spoken if one.offset == said.offset]
        return [*chosen, *(one for one in landings if not any(one is other for other in chosen))]
    if stated.refused:
        return [one for one in landings if one.fits and not one.offset]
    return landings


def _decided(landings: list[Landing], stated: Stated, said: Said, *, placed: bool) -> bool:
    """Tell whether the first landing may be taken: said, confirmed, or stated with nothing against it."""
    if stated.refused and not said.crs:
        return False
    if not landings:
        return not placed  # What has no place cannot be misplaced.
    first = landings[0]
    if first.guess.key == "said" or said.offset or said.axes:
        return True
    rivals = [one for one in landings[1:] if one.guess is not first.guess]
    if first.fits:
        return not rivals or rivals[0].score < first.score - _CLEAR
    near = first.distance_m is None or first.distance_m <= _NEAR_M
    return first.guess.key == "stated" and first.offset is None and near and not _asked(first, landings)


def _asked(first: Landing, landings: list[Landing]) -> bool:
    if first.evidence is not None and first.evidence.verdict == "within":
        return False
    return first.guess.degrees and any(one.offset for one in landings if one.guess is first.guess)


def _candidate(landing: Landing) -> Candidate:
    label, reason = describe(landing)
    finite = landing.lonlat[np.isfinite(landing.lonlat).all(axis=1)]
    west, south = finite.min(axis=0).tolist()
    east, north = finite.max(axis=0).tolist()
    key = landing.guess.key + (f"-{landing.offset}" if landing.offset else "")
    return Candidate(
        key,
        label,
        replace(landing.guess.said, offset=landing.offset),
        landing.score,
        reason,
        (west, south, east, north),
        shapely.MultiPoint(finite).convex_hull,
        landing.distance_m,
    )
