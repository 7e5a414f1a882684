"""The doctor of a partition: what is wrong with a set of grids, found in near-linear time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.errors import CrsUnknown, MissingColumn
from geo.findings import Finding, Tolerances, labels, list_briefly, ordered
from geo.frames import CRS, Progress, no_progress
from geo.partition.copies import Copies, without_copies
from geo.partition.edges import LoneEdges, invalid_edges, lone_edges
from geo.partition.holes import enclosed, find_holes
from geo.partition.mismatches import find_mismatches
from geo.partition.nesting import find_outside_parks, find_unlike_parents
from geo.partition.outlines import GeometryArray, Outlines, make_outlines, valid_polygons
from geo.partition.overlaps import UNTOLD, find_overlaps
from geo.partition.rings import examine_rings


@dataclass(frozen=True)
class Whole:
    """What the grids are to divide.

    Parameters
    ----------
    parks, parents : GeoDataFrame or None
        The parks, and the grids of the level above: ``code`` and polygons in EPSG:4326; of parents also
        ``level`` or ``kind``.
    tiling : {"complete", "disjoint"} or None
        Whether uncovered ground is a fault, or is meant; None where nobody says, and it is a remark.
    """

    parks: gpd.GeoDataFrame | None = None
    parents: gpd.GeoDataFrame | None = None
    tiling: Literal["complete", "disjoint"] | None = None


_NOTHING_SAID = Whole()
_TOLERANCES = Tolerances()


def examine(
    grids: gpd.GeoDataFrame,
    *,
    crs: str,
    whole: Whole = _NOTHING_SAID,
    tolerances: Tolerances = _TOLERANCES,
    noun: str = "grid",
    on_progress: Progress = no_progress,
) -> list[Finding]:
    """Find what is wrong with the grids of one basis and level.

    Whether grids meet is decided in the plane of longitude and latitude, as points are assigned; sizes
    are told in metres. Grids that touch in an edge or a point do not overlap. An invalid polygon is
    told, and compared as the structure method of GEOS makes it valid.

    Parameters
    ----------
    grids : GeoDataFrame
        ``code``, and where they are known ``park_code`` and ``parent_code``; polygons, valid or not, in
        EPSG:4326.
    crs : str
        A metric system of the place, such as `geo.china.metric_crs` names.
    whole : Whole
        Parks, parents and tiling.
    tolerances : Tolerances
        From which size on something is a fault, and how far a fix may move a border by itself.
    noun : str
        What the rows are called in sentences, such as ``park``.
    on_progress : Progress
        Told how far it is.

    Returns
    -------
    list of Finding
        Errors first, in an order that depends on the grids alone.

    Raises
    ------
    MissingColumn
        Where the grids have no column of codes.
    CrsUnknown
        Where the grids are not in EPSG:4326.

    Notes
    -----
    Overlaps: GEOS's coverage validation names the polygons with an edge that no neighbour shares; pairs
    with one of those are intersected, and pairs with one that was found to overlap so. Holes: segments
    that two polygons share cancel, what is left is noded into faces, and those that no polygon covers
    are holes. Of an outline that is there more than eight times one is compared, and the others told with it.
    """
    _check(grids)
    geometry = grids.geometry.to_numpy()
    names = labels(grids["code"].tolist(), grids.index.tolist())
    on_progress(0.0, "Looking at each outline")
    outlines = make_outlines(names, geometry, crs, noun)
    copies, over = without_copies(outlines), _to_fill(whole)
    with ThreadPoolExecutor(1) as beside:
        # GEOS and numpy let other threads run: edges are matched while rings are looked at, and what is
        # enclosed is found while neighbours are compared.
        edges = beside.submit(lone_edges, copies.outlines.shapes)
        findings = [*_codes(grids, outlines), *examine_rings(outlines, geometry, tolerances)]
        on_progress(0.3, "Comparing neighbours")
        lone = edges.result()
        ground = None if whole.tiling == "disjoint" else beside.submit(enclosed, lone, over)
        findings += _fit(copies, lone, tolerances)
        on_progress(0.7, "Looking for holes")
        if ground is not None:
            complete = whole.tiling == "complete"
            findings += find_holes(copies.outlines, ground.result(), over, tolerances, complete=complete)
    on_progress(0.9, "Comparing with parks and parents")
    findings += _nesting(outlines, grids, whole, tolerances)
    on_progress(1.0, f"{len(findings):,} findings")
    return ordered(findings)


def find_mendable(outlines: Outlines, tolerances: Tolerances = _TOLERANCES) -> list[Finding]:
    """Find the faults that can be mended: what `examine` finds between polygons that are valid."""
    copies = without_copies(outlines)
    lone = lone_edges(copies.outlines.shapes)
    found = [
        *examine_rings(outlines, outlines.shapes, tolerances),
        *_fit(copies, lone, tolerances),
        *find_holes(copies.outlines, enclosed(lone, None), None, tolerances, complete=False),
    ]
    return ordered(finding for finding in found if finding.fix is not None)


def _fit(copies: Copies, lone: LoneEdges, tolerances: Tolerances) -> list[Finding]:
    outlines = copies.outlines
    edges = invalid_edges(outlines, lone, gap_m=tolerances.snap_m)
    overlaps = find_overlaps(outlines, lone, edges, tolerances)
    told = copies.told(overlaps)
    if any(one.code == UNTOLD for one in overlaps):
        return told  # Of layers upon layers nearly all edges run beside others.
    return [*told, *find_mismatches(outlines, edges, overlaps, tolerances)]


def _check(grids: gpd.GeoDataFrame) -> None:
    if "code" not in grids:
        raise MissingColumn("The grids have no column “code”; add it, empty where codes are missing.")
    if grids.crs is None or grids.crs.to_epsg() != 4326:
        raise CrsUnknown(f"The grids are in {grids.crs or 'no coordinate system'}; convert them to {CRS}.")


def _to_fill(whole: Whole) -> GeometryArray | None:
    """Return what the grids must fill: their parents, else the parks; nothing unless it is said."""
    if whole.tiling != "complete":
        return None
    over = whole.parks if whole.parents is None else whole.parents
    return None if over is None else valid_polygons(over.geometry.to_numpy())


def _nesting(
    outlines: Outlines, grids: gpd.GeoDataFrame, whole: Whole, tolerances: Tolerances
) -> list[Finding]:
    findings: list[Finding] = []
    if whole.parks is not None:
        findings += find_outside_parks(outlines, _column(grids, "park_code"), whole.parks, tolerances)
    if whole.parents is not None:
        parents = _column(grids, "parent_code")
        findings += find_unlike_parents(outlines, parents, whole.parents, tolerances)
    return findings


def _column(grids: gpd.GeoDataFrame, name: str) -> "pd.Series[str]":
    column: pd.Series[str] = grids.get(name, pd.Series(None, index=grids.index, dtype="str"))
    return column


def _codes(grids: gpd.GeoDataFrame, outlines: Outlines) -> list[Finding]:
    """Find codes that several grids have, and how many have none."""
    said = grids["code"].tolist()
    codes = pd.Series(said, dtype=object)
    given = np.array([isinstance(code, str) and bool(code) for code in said], dtype=bool)
    twice = codes[given & codes.duplicated(keep=False).to_numpy()]
    findings = []
    for code, rows in twice.groupby(twice).indices.items():
        at = tuple(twice.index[rows].tolist())
        rows_said = list_briefly([str(grids.index[i]) for i in at])
        message = f"Rows {rows_said} have the code “{code}”; give each {outlines.noun} a code of its own."
        findings.append(
            Finding("duplicate-code", "error", (str(code),), len(at), "count", None, None, message, at)
        )
    bare = tuple(np.flatnonzero(~given).tolist())
    if bare:
        message = (
            f"{len(bare):,} of {len(codes):,} {outlines.noun}s have no code; "
            "they are given one when they are loaded."
        )
        nameless = tuple(outlines.names[row] for row in bare)
        findings.append(
            Finding("code-missing", "remark", nameless, len(bare), "count", None, None, message, bare)
        )
    return findings
