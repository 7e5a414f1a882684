"""Strokes: the single things that a person does to a layer of grids on a map."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely

from geo.errors import InputError
from geo.partition.outlines import are_polygons, only_polygons
from geo.read.geometry.shapes import without_empty_rings

NAMED = ("name", "code", "kind", "park_code", "parent_code")
"""The columns that a person may fill in on the map."""


@dataclass(frozen=True)
class Reshape:
    """Give the grid in a row another outline, a Polygon or MultiPolygon in EPSG:4326."""

    row: int
    geometry: shapely.Geometry


@dataclass(frozen=True)
class Split:
    """Cut the grid in a row along a line; the largest piece stays that grid, the others are new."""

    row: int
    line: shapely.Geometry


@dataclass(frozen=True)
class Merge:
    """Join grids; the first row stays, with its id and code, the others go."""

    rows: tuple[int, ...]


@dataclass(frozen=True)
class Add:
    """Draw a new grid; ``values`` fill in columns of `NAMED`."""

    geometry: shapely.Geometry
    values: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Remove:
    """Take a grid out."""

    row: int


@dataclass(frozen=True)
class Name:
    """Fill in columns of `NAMED` of the grid in a row."""

    row: int
    values: Mapping[str, str | None]


Stroke = Reshape | Split | Merge | Add | Remove | Name


def outline(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Return what was drawn as a multi-polygon.

    Raises
    ------
    InputError
        Where it is no polygon, lies outside of the world, or crosses itself.
    """
    drawn = are_polygons(np.array([geometry], dtype=object))[0] and not shapely.is_empty(geometry)
    if not drawn or not is_on_earth(geometry):
        raise InputError(
            "A grid is a polygon in degrees of longitude and latitude; draw its outline.",
            reason="outline-no-polygon",
        )
    (whole,) = without_empty_rings(np.array([geometry], dtype=object))
    flat = shapely.force_2d(whole)
    if not shapely.is_valid(flat):
        reason, _, place = str(shapely.is_valid_reason(flat)).removesuffix("]").partition("[")
        raise InputError(
            f"The outline drawn is no polygon ({reason.lower()} at {place}); draw it "
            "without crossing itself.",
            reason="outline-crosses",
            what=reason,
        )
    return only_polygons(flat)


def is_on_earth(geometry: shapely.Geometry) -> bool:
    """Tell whether every vertex is in degrees of longitude and latitude."""
    xy = shapely.get_coordinates(geometry)
    return bool(np.isfinite(xy).all() and (np.abs(xy) <= (180, 90)).all())
