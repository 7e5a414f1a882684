"""Nesting: grids within their park, blocks that are the union of their grids, micro-grids that divide one."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.findings import Finding, Tolerances, list_briefly
from geo.partition.outlines import GeometryArray, Outlines, place, valid_polygons


def find_outside_parks(
    outlines: Outlines, park_codes: "pd.Series[str]", parks: gpd.GeoDataFrame, tolerances: Tolerances
) -> list[Finding]:
    """Find the grids of which a part lies outside of their park.

    A grid that names no park may belong to a street or a community, and is left out.

    Parameters
    ----------
    outlines : Outlines
        The grids.
    park_codes : (n,) Series of str
        The park that each grid names.
    parks : GeoDataFrame
        ``code`` and multi-polygons in EPSG:4326.
    tolerances : Tolerances
        ``outside_m2``: parts up to this area are not told.
    """
    grounds = valid_polygons(parks.geometry.to_numpy())
    position = {code: i for i, code in enumerate(parks["code"].tolist()) if isinstance(code, str)}
    findings = _unknown(outlines, park_codes, set(position))
    named = np.array([position.get(code, -1) for code in park_codes.tolist()], dtype=np.int64)
    rows = np.flatnonzero(named >= 0)
    outside = shapely.difference(outlines.shapes[rows], grounds[named[rows]])
    areas = outlines.areas(outside)
    for i in np.flatnonzero(areas > tolerances.outside_m2).tolist():
        row = int(rows[i])
        name, area = outlines.named([row]), float(areas[i])
        message = (
            f"{area:,.1f} m² of {outlines.noun} {name[0]} lie outside of park {park_codes.iloc[row]}; "
            "correct its outline or its park."
        )
        at = place(outside[i])
        findings.append(
            Finding("outside-park", "error", name, round(area, 6), "m²", at, None, message, (row,))
        )
    return findings


def find_unlike_parents(
    outlines: Outlines, parent_codes: "pd.Series[str]", parents: gpd.GeoDataFrame, tolerances: Tolerances
) -> list[Finding]:
    """Find the parents that are not the union of the grids that name them.

    Parameters
    ----------
    outlines : Outlines
        The grids.
    parent_codes : (n,) Series of str
        The parent that each grid names.
    parents : GeoDataFrame
        ``code``, multi-polygons in EPSG:4326, and ``level`` or ``kind``: where one says ``block`` the
        finding is ``block-not-union``, elsewhere ``micro-not-division``.
    tolerances : Tolerances
        ``outside_m2``: differences up to this area are not told.
    """
    shapes = valid_polygons(parents.geometry.to_numpy())
    codes = parents["code"].tolist()
    blocks = _are_blocks(parents)
    members = pd.Series(range(len(parent_codes))).groupby(parent_codes.to_numpy(dtype=object)).indices
    findings = _unknown(outlines, parent_codes, {c for c in codes if isinstance(c, str)}, word="parent")
    rows = [np.asarray(members.get(code, ()), dtype=np.int64) for code in codes]
    unions: GeometryArray = np.array([shapely.union_all(outlines.shapes[r]) for r in rows], dtype=object)
    unlike = shapely.symmetric_difference(shapes, unions)
    areas = outlines.areas(unlike)
    for i in np.flatnonzero((areas > tolerances.outside_m2) & np.array([len(r) > 0 for r in rows])).tolist():
        names = outlines.named([int(row) for row in rows[i]])
        code = "block-not-union" if blocks[i] else "micro-not-division"
        message = (
            f"“{codes[i]}” and the {outlines.noun}s in it ({list_briefly(names)}) differ by "
            f"{areas[i]:,.1f} m²; redraw the one or the other."
        )
        at, area = place(unlike[i]), round(float(areas[i]), 6)
        findings.append(Finding(code, "error", (str(codes[i]),), area, "m²", at, None, message))
    return findings


def _are_blocks(parents: gpd.GeoDataFrame) -> list[bool]:
    said = [parents[name].tolist() for name in ("level", "kind") if name in parents]
    return [any(words[i] == "block" for words in said) for i in range(len(parents))]


def _unknown(
    outlines: Outlines, codes: "pd.Series[str]", known: set[str], *, word: str = "park"
) -> list[Finding]:
    """Find the grids that name a park or parent that is not there."""
    return [
        Finding(
            f"unknown-{word}",
            "error",
            outlines.named([row]),
            1.0,
            "count",
            place(outlines.shapes[row]),
            None,
            f"{outlines.called([row])} names the {word} “{code}”, which is not there; "
            f"correct it or load the {word}.",
            (row,),
        )
        for row, code in enumerate(codes.tolist())
        if isinstance(code, str) and code not in known
    ]
