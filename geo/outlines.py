"""Outlines: what is wrong with the polygon of one grid, taken by itself."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from geo.findings import MAKE_VALID, MERGE, Finding, Tolerances
from geo.frames import CRS

GeometryArray = npt.NDArray[np.object_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_EMPTY = shapely.MultiPolygon()


@dataclass(frozen=True)
class Outlines:
    """The polygons of one partition, made ready to be compared.

    Parameters
    ----------
    names : tuple of str
        A code or ``row 7`` for each.
    shapes : (n,) object array
        Valid multi-polygons in EPSG:4326, empty where there is nothing; those that were valid and not
        missing keep every bit.
    transformer : Transformer
        To a metric system, in which areas and lengths are measured.
    """

    names: tuple[str, ...]
    shapes: GeometryArray
    transformer: Transformer

    def metric(self, geometry: GeometryArray) -> GeometryArray:
        """Return geometries in metres."""
        moved: GeometryArray = shapely.transform(
            geometry, lambda xy: np.column_stack(self.transformer.transform(xy[:, 0], xy[:, 1]))
        )
        return moved

    def areas(self, geometry: GeometryArray) -> FloatArray:
        """Return areas in m²."""
        areas: FloatArray = shapely.area(self.metric(geometry))
        return areas

    def named(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Return the names of rows, sorted."""
        return tuple(sorted(self.names[row] for row in rows))


def make_outlines(names: Sequence[str], geometry: GeometryArray, crs: str) -> Outlines:
    """Make polygons valid by the structure method, so that they can be compared."""
    transformer = Transformer.from_crs(CRS, crs, always_xy=True)
    return Outlines(tuple(names), valid_polygons(geometry), transformer)


def valid_polygons(geometry: GeometryArray) -> GeometryArray:
    """Return valid multi-polygons, of the area of each; what is valid keeps every bit.

    The structure method of GEOS first makes rings valid, then joins shells and cuts out holes, as the
    person who drew them meant; parts of no area are left out.
    """
    shapes = geometry.copy()
    shapes[shapely.is_missing(shapes) | shapely.is_empty(shapes)] = _EMPTY
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    for row, mended in zip(bad, shapely.make_valid(shapes[bad], method="structure"), strict=True):
        shapes[row] = only_polygons(mended)
    return shapes


def only_polygons(geometry: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons in a geometry, without its lines and points."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return shapely.MultiPolygon(polygons[~shapely.is_empty(polygons)].tolist())


def place(geometry: shapely.Geometry) -> tuple[float, float] | None:
    """Return longitude and latitude of a point in a geometry; in full, since it may be very thin."""
    if shapely.is_empty(geometry) or shapely.is_missing(geometry):
        return None
    point = shapely.point_on_surface(geometry)
    return (point.x, point.y)


def examine_outlines(outlines: Outlines, geometry: GeometryArray, tolerances: Tolerances) -> list[Finding]:
    """Find invalid rings, empty and equal outlines, several parts, slivers and small grids.

    Parameters
    ----------
    outlines : Outlines
        The polygons, valid.
    geometry : (n,) object array
        The polygons as they were given.
    tolerances : Tolerances
        From which size on.
    """
    return [
        *_invalid(outlines, geometry),
        *_empty(outlines, geometry),
        *_duplicates(outlines),
        *_sizes(outlines, tolerances),
        *_parts(outlines, tolerances),
    ]


def _invalid(outlines: Outlines, geometry: GeometryArray) -> list[Finding]:
    rows = np.flatnonzero(~shapely.is_missing(geometry) & ~shapely.is_valid(geometry))
    reasons = shapely.is_valid_reason(geometry[rows])
    findings = []
    for row, told in zip(rows.tolist(), reasons.tolist(), strict=True):
        reason, _, position = told.removesuffix("]").partition("[")
        x, y = (float(number) for number in position.split()[:2])
        said = "a bow-tie (its outline crosses itself)" if reason == "Self-intersection" else reason.lower()
        message = f"Grid {outlines.names[row]} is invalid at {x:.6f}, {y:.6f}: {said}; mend its outline."
        at = (round(x, 9), round(y, 9))
        name = outlines.named([row])
        findings.append(Finding("invalid-ring", "error", name, 1.0, "count", at, MAKE_VALID, message, (row,)))
    return findings


def _empty(outlines: Outlines, geometry: GeometryArray) -> list[Finding]:
    return [
        Finding(
            "empty",
            "error",
            (name := outlines.named([row])),
            1.0,
            "count",
            None,
            None,
            f"Grid {name[0]} has no polygon; draw it, or take the row out.",
            (row,),
        )
        for row in np.flatnonzero(shapely.is_missing(geometry) | shapely.is_empty(geometry)).tolist()
    ]


def _duplicates(outlines: Outlines) -> list[Finding]:
    """Find polygons that are equal vertex by vertex, whatever vertex they begin with."""
    seen: dict[bytes, list[int]] = {}
    for row, key in enumerate(shapely.to_wkb(shapely.normalize(outlines.shapes)).tolist()):
        if not outlines.shapes[row].is_empty:
            seen.setdefault(key, []).append(row)
    return [
        Finding(
            "duplicate-geometry",
            "error",
            outlines.named(rows),
            float(len(rows)),
            "count",
            place(outlines.shapes[rows[0]]),
            None,
            f"Grids {list_of(outlines, rows)} have the same polygon; keep one of them.",
            tuple(rows),
        )
        for rows in seen.values()
        if len(rows) > 1
    ]


def list_of(outlines: Outlines, rows: Sequence[int]) -> str:
    """Name rows in a sentence."""
    return " and ".join(outlines.named(rows)[:4])


def _sizes(outlines: Outlines, tolerances: Tolerances) -> list[Finding]:
    areas = outlines.areas(outlines.shapes)
    small = np.flatnonzero((areas < tolerances.smallest_m2) & ~shapely.is_empty(outlines.shapes))
    return [
        Finding(
            "below-minimum-area",
            "warning",
            (name := outlines.named([row])),
            round(float(areas[row]), 6),
            "m²",
            place(outlines.shapes[row]),
            None,
            f"Grid {name[0]} has {areas[row]:,.2f} m², less than {tolerances.smallest_m2:,.0f} m²; "
            "check whether it is one.",
            (row,),
        )
        for row in small.tolist()
    ]


def _parts(outlines: Outlines, tolerances: Tolerances) -> list[Finding]:
    counts = shapely.get_num_geometries(outlines.shapes)
    parts, owners = shapely.get_parts(outlines.shapes, return_index=True)
    thin = slivers(outlines, parts, tolerances)
    findings = []
    for row in np.flatnonzero(counts > 1).tolist():
        name = outlines.named([row])
        at = place(outlines.shapes[row])
        message = f"Grid {name[0]} has {counts[row]} parts; check whether they are meant."
        findings.append(
            Finding("multipart", "remark", name, float(counts[row]), "count", at, None, message, (row,))
        )
    areas = outlines.areas(parts[thin])
    for i, area in zip(thin.tolist(), areas.tolist(), strict=True):
        row = int(owners[i])
        name = outlines.named([row])
        # A grid never vanishes by itself: one that is a sliver as a whole is left to a person.
        fix = MERGE if counts[row] > 1 else None
        message = (
            f"Grid {name[0]} has a sliver of {area:,.2f} m²; give it to the neighbour with the longest edge."
        )
        findings.append(
            Finding("sliver", "warning", name, round(area, 6), "m²", place(parts[i]), fix, message, (row,))
        )
    return findings


def slivers(outlines: Outlines, parts: GeometryArray, tolerances: Tolerances) -> IntArray:
    """Return which polygons are thinner in the mean (2 × area ÷ perimeter) than a sliver may be."""
    metric = outlines.metric(parts)
    thin: IntArray = np.flatnonzero(2 * shapely.area(metric) < tolerances.sliver_m * shapely.length(metric))
    return thin
