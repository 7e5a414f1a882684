"""Rings: what is wrong with the polygon of one grid, taken by itself."""

import numpy as np
import shapely

from geo.findings import MAKE_VALID, MERGE, Finding, Tolerances
from geo.partition.copies import equal
from geo.partition.outlines import (
    METRES_PER_DEGREE,
    BoolArray,
    FloatArray,
    GeometryArray,
    IntArray,
    Outlines,
    are_narrow,
    are_polygons,
    place,
)

_TOLD_ONE_BY_ONE = 10
"""Up to so many grids without a polygon are told each by itself."""
_NAMED = 4


def examine_rings(outlines: Outlines, geometry: GeometryArray, tolerances: Tolerances) -> list[Finding]:
    """Find invalid rings, what is no polygon, equal outlines, several parts, slivers and small grids.

    Parameters
    ----------
    outlines : Outlines
        The polygons, valid.
    geometry : (n,) object array
        The polygons as they were given.
    tolerances : Tolerances
        From which size on.
    """
    parts, owners = shapely.get_parts(outlines.shapes, return_index=True)
    # From degrees first: areas good to a hundredth, lengths never short. What is near a limit is measured.
    areas, longest = _square_metres(parts), shapely.length(parts) * METRES_PER_DEGREE
    sizes = np.bincount(owners, areas, len(outlines.shapes))
    small = np.flatnonzero((sizes < 1.1 * tolerances.smallest_m2) & ~shapely.is_empty(outlines.shapes))
    thin = np.flatnonzero(_thin(areas, longest, 1.1 * tolerances.sliver_m))
    thin = thin[slivers(outlines, parts[thin], tolerances)]
    return [
        *_invalid(outlines, geometry),
        *_without_polygon(outlines, geometry),
        *_heights(outlines, geometry),
        *_duplicates(outlines),
        *_small(outlines, small, tolerances),
        *_multipart(outlines),
        *_slivers(outlines, (parts[thin], owners[thin], outlines.areas(parts[thin])), tolerances),
    ]


def slivers(outlines: Outlines, parts: GeometryArray, tolerances: Tolerances) -> IntArray:
    """Return which polygons are thinner in the mean (2 × area ÷ perimeter) than a sliver may be."""
    metric = outlines.metric(parts)
    thin: IntArray = np.flatnonzero(_thin(shapely.area(metric), shapely.length(metric), tolerances.sliver_m))
    return thin


def _square_metres(polygons: GeometryArray) -> FloatArray:
    """Return areas in m², each stretched by its own latitude."""
    _, south, _, north = shapely.bounds(polygons).T
    stretch = np.cos(np.radians((south + north) / 2))
    areas: FloatArray = shapely.area(polygons) * stretch * METRES_PER_DEGREE**2
    return areas


def _thin(areas: FloatArray, lengths: FloatArray, width_m: float) -> BoolArray:
    thin: BoolArray = 2 * areas < width_m * lengths
    return thin


def _invalid(outlines: Outlines, geometry: GeometryArray) -> list[Finding]:
    # What was valid is the very same object; the others are looked at once more, for the reason.
    pairs = zip(geometry.tolist(), outlines.shapes.tolist(), strict=True)
    redrawn = [row for row, (given, shape) in enumerate(pairs) if given is not shape]
    rows = np.array(redrawn, dtype=np.int64)[~shapely.is_valid(geometry[redrawn])]
    rows = rows[are_polygons(geometry[rows])]
    reasons = shapely.is_valid_reason(geometry[rows])
    return [
        _invalid_ring(outlines, row, told) for row, told in zip(rows.tolist(), reasons.tolist(), strict=True)
    ]


def _invalid_ring(outlines: Outlines, row: int, told: str) -> Finding:
    reason, _, position = told.removesuffix("]").partition("[")
    x, y = (float(number) for number in position.split()[:2])
    name = outlines.named([row])
    if not np.isfinite((x, y)).all():
        message = f"{outlines.called([row])} has a vertex that is not a number; draw it anew."
        return Finding("not-finite", "error", name, 1.0, "count", None, None, message, (row,))
    said = "a bow-tie (its outline crosses itself)" if reason == "Self-intersection" else reason.lower()
    message = f"{outlines.called([row])} is invalid at {x:.6f}, {y:.6f}: {said}; mend its outline."
    at = (round(x, 9), round(y, 9))
    return Finding(
        "invalid-ring", "error", name, 1.0, "count", at, MAKE_VALID, message, (row,), automatic=True
    )


def _without_polygon(outlines: Outlines, geometry: GeometryArray) -> list[Finding]:
    empty = shapely.is_missing(geometry) | shapely.is_empty(geometry)
    others = np.flatnonzero(~empty & ~are_polygons(geometry)).tolist()
    return [
        *_empty(outlines, np.flatnonzero(empty).tolist()),
        *(_other_shape(outlines, row, geometry[row].geom_type) for row in others),
    ]


def _empty(outlines: Outlines, rows: list[int]) -> list[Finding]:
    """Tell grids without a polygon; many of them at once."""
    if len(rows) > _TOLD_ONE_BY_ONE:
        groups = [rows]
        said = "have no polygon; export the layer with its outlines, or take these rows out."
    else:
        groups = [[row] for row in rows]
        said = "has no polygon; draw it, or take the row out."
    return [
        Finding(
            "empty",
            "error",
            outlines.named(group),
            float(len(group)),
            "count",
            None,
            None,
            f"{outlines.called(group) if len(group) == 1 else f'{len(group):,} {outlines.noun}s'} {said}",
            tuple(group),
        )
        for group in groups
    ]


def _other_shape(outlines: Outlines, row: int, kind: str) -> Finding:
    message = f"{outlines.called([row])} is a {kind}, not a polygon; draw it as one, or take the row out."
    name = outlines.named([row])
    return Finding("not-a-polygon", "error", name, 1.0, "count", None, None, message, (row,))


def _heights(outlines: Outlines, geometry: GeometryArray) -> list[Finding]:
    rows = np.flatnonzero(shapely.has_z(geometry) | shapely.has_m(geometry)).tolist()
    if not rows:
        return []
    message = f"{len(rows):,} {outlines.noun}s have heights or measures, which are left out."
    names = outlines.named(rows)
    return [Finding("heights", "remark", names, float(len(rows)), "count", None, None, message, tuple(rows))]


def _duplicates(outlines: Outlines) -> list[Finding]:
    return [
        Finding(
            "duplicate-geometry",
            "error",
            outlines.named(rows),
            float(len(rows)),
            "count",
            place(outlines.shapes[rows[0]]),
            None,
            f"{_called(outlines, rows)} have the same polygon; keep one of them.",
            tuple(rows),
        )
        for rows in equal(outlines.shapes)
    ]


def _called(outlines: Outlines, rows: list[int]) -> str:
    if len(rows) <= _NAMED:
        return outlines.called(rows)
    return f"{outlines.called(rows[:1])} and {len(rows) - 1:,} others"


def _small(outlines: Outlines, rows: IntArray, tolerances: Tolerances) -> list[Finding]:
    areas = outlines.areas(outlines.shapes[rows])
    return [
        Finding(
            "below-minimum-area",
            "warning",
            outlines.named([row]),
            round(area, 6),
            "m²",
            place(outlines.shapes[row]),
            None,
            f"{outlines.called([row])} has {area:,.2f} m², less than {tolerances.smallest_m2:,.0f} m²; "
            "check whether it is one.",
            (row,),
        )
        for row, area in zip(rows.tolist(), areas.tolist(), strict=True)
        if area < tolerances.smallest_m2
    ]


def _multipart(outlines: Outlines) -> list[Finding]:
    counts = shapely.get_num_geometries(outlines.shapes)
    return [
        Finding(
            "multipart",
            "remark",
            outlines.named([row]),
            float(counts[row]),
            "count",
            place(outlines.shapes[row]),
            None,
            f"{outlines.called([row])} has {counts[row]} parts; check whether they are meant.",
            (row,),
        )
        for row in np.flatnonzero(counts > 1).tolist()
    ]


def _slivers(
    outlines: Outlines, thin: tuple[GeometryArray, IntArray, FloatArray], tolerances: Tolerances
) -> list[Finding]:
    """Tell thin parts, given with the row and the area of each.

    A grid never vanishes by itself: one that is a sliver as a whole, or that no other grid touches, is
    left to a person.
    """
    parts, owners, areas = thin
    counts = shapely.get_num_geometries(outlines.shapes[owners])
    beside = _have_neighbours(outlines.shapes, parts, owners)
    narrow = are_narrow(parts, tolerances.move_m)
    findings = []
    for i, (row, area) in enumerate(zip(owners.tolist(), areas.tolist(), strict=True)):
        fix = MERGE if counts[i] > 1 and beside[i] else None
        advice = (
            "give it to the neighbour with the longest edge"
            if fix
            else "check it; there is nobody to give it to"
        )
        message = f"{outlines.called([row])} has a sliver of {area:,.2f} m²; {advice}."
        name, at = outlines.named([row]), place(parts[i])
        automatic = fix is not None and bool(narrow[i])
        findings.append(
            Finding(
                "sliver", "warning", name, round(area, 6), "m²", at, fix, message, (row,), automatic, parts[i]
            )
        )
    return findings


def _have_neighbours(shapes: GeometryArray, parts: GeometryArray, owners: IntArray) -> BoolArray:
    """Tell which parts touch a grid that they are no part of."""
    beside = np.zeros(len(parts), dtype=bool)
    if len(parts):
        part, row = shapely.STRtree(shapes).query(parts, predicate="intersects")
        beside[part[row != owners[part]]] = True
    return beside
