"""Placing: in which coordinate system a layer may lie, ranked by where it would land."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import shapely

from geo.findings import Finding
from geo.frames import Said

Extent = tuple[float, float, float, float]


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
