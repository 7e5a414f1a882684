"""Inspection: what is wrong with a frame, level by level, in the light of what is known of the zone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.addresses.table import nameless
from geo.china import metric_crs
from geo.doctor.attributes import Used, examine_chains, examine_grid_attributes
from geo.findings import Finding, Tolerances, of_refusals, ordered
from geo.frames import CRS, Progress, no_progress
from geo.levels import by_level, level_above
from geo.partition.examination import Whole, examine
from geo.partition.meridian import find_across
from geo.profile import Level, Profile

PARTITIONS = ("grids", "general-grids", "parks")
"""Kinds of file whose outlines divide an area."""

_TOLERANCES = Tolerances()
_NOWHERE = (105.0, 35.0)


@dataclass(frozen=True)
class Known:
    """What is known of the zone before a file comes; every part may be missing.

    Parameters
    ----------
    profile : Profile or None
        Without it every grid of the file counts as one of one level, and its tiling is unknown.
    parks : GeoDataFrame or None
        ``code``, ``name`` and polygons in EPSG:4326.
    standing : mapping of (basis, level) to GeoDataFrame
        The grids that hold today: ``source``, ``source_id``, ``code``, and polygons in EPSG:4326.
    ever : mapping of (basis, level) to collection of str
        All codes that grids of the partition ever had.
    enterprises : (n,) array of points or None
        Where the enterprises are, in EPSG:4326.
    chains : collection of str
        The names, aliases and codes of the industry chains; empty where nobody has said them.
    streets : GeoDataFrame or None
        Lines in EPSG:4326.
    """

    profile: Profile | None = None
    parks: gpd.GeoDataFrame | None = None
    standing: Mapping[tuple[str, str], gpd.GeoDataFrame] = field(default_factory=dict)
    ever: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    enterprises: Any = None
    chains: Collection[str] = ()
    streets: gpd.GeoDataFrame | None = None


@dataclass(frozen=True)
class Subject:
    """What a frame is said to be: its kind, the office it comes from, and of grids the basis and level."""

    kind: str
    source: str = "main"
    basis: str | None = None
    level: str | None = None


def inspect(
    frame: gpd.GeoDataFrame,
    subject: Subject,
    known: Known,
    *,
    tolerances: Tolerances = _TOLERANCES,
    on_progress: Progress = no_progress,
) -> list[Finding]:
    """Find what is wrong with the rows of a frame, as they would stand beside what is not in it.

    Grids are examined level by level, each together with the standing grids that the frame does not
    replace: a file may bring ten of a thousand. Faults among those alone are not told, and a fault that
    one of those has a part in is not mended by itself.

    Parameters
    ----------
    frame : GeoDataFrame
        By the contract of its kind, in EPSG:4326.
    subject : Subject
        What it is.
    known : Known
        What is known of the zone.
    tolerances : Tolerances
        From which size on something is a fault.
    on_progress : Progress
        Told how far it is.

    Returns
    -------
    list of Finding
        Errors first; ``rows`` are positions in the frame.
    """
    if subject.kind == "enterprises":
        return examine_chains(frame, known.chains) if known.chains else []
    if subject.kind == "addresses":
        return of_refusals(nameless(frame["address"]), "error")
    if subject.kind not in PARTITIONS:
        return []
    if across := find_across(frame, noun="park" if subject.kind == "parks" else "grid"):
        return across  # Nothing can be said of borders in a plane that is torn.
    crs = metric_crs(*middle(frame))
    if subject.kind == "parks":
        named = frame.assign(**{c: None for c in ("park_code", "parent_code") if c not in frame})
        return examine(named, crs=crs, tolerances=tolerances, noun="park", on_progress=on_progress)
    if known.profile is None:
        return examine(frame, crs=crs, tolerances=tolerances, on_progress=on_progress)
    groups, unknown = by_level(
        known.profile, frame, kind=subject.kind, basis=subject.basis, level=subject.level
    )
    findings = of_refusals(unknown, "remark")
    drawn = {(level.basis, level.name): rows for level, rows in groups}
    for number, (level, rows) in enumerate(groups):
        if not level.geometry:
            continue
        view = _View(level, rows, _beside(rows, subject.source, known, level), _over(drawn, known, level))
        told = partial(_tell_share, on_progress, number / len(groups), 1 / len(groups))
        found = _examine_level(view, known, crs, tolerances, told)
        positions = np.flatnonzero(frame.index.isin(rows.index))
        findings += [replace(one, rows=tuple(int(positions[row]) for row in one.rows)) for one in found]
    return ordered(findings)


def _tell_share(on_progress: Progress, start: float, share: float, fraction: float, message: str) -> None:
    on_progress(start + share * fraction, message)


def middle(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    """Return the longitude and latitude in the middle of a frame, of China where it has no place."""
    bounds = frame.geometry.bounds.to_numpy()
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(bounds):
        return _NOWHERE
    west, south = np.median(bounds[:, :2], axis=0)
    east, north = np.median(bounds[:, 2:], axis=0)
    return float((west + east) / 2), float((south + north) / 2)


@dataclass(frozen=True)
class _View:
    """The rows of one level, the standing grids beside them, and the grids above."""

    level: Level
    rows: gpd.GeoDataFrame
    beside: gpd.GeoDataFrame
    over: gpd.GeoDataFrame | None


def _beside(rows: gpd.GeoDataFrame, source: str, known: Known, level: Level) -> gpd.GeoDataFrame:
    """Return the standing grids of a level that a frame leaves as they are."""
    standing = known.standing.get((level.basis, level.name))
    if standing is None:
        return rows.iloc[:0]
    same = (standing["source"] == source) & standing["source_id"].isin(rows["source_id"])
    beside = standing[~same & ~standing["code"].isin(rows["code"].dropna()) & standing.geometry.notna()]
    # Their numbers must not be those of rows: −1, −2, …
    table = beside.reindex(columns=rows.columns).set_index(-1 - np.arange(len(beside)))
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS)


def _over(
    drawn: Mapping[tuple[str, str], gpd.GeoDataFrame], known: Known, level: Level
) -> gpd.GeoDataFrame | None:
    """Return the grids of the level above: those of this frame, and the standing ones it leaves."""
    above = level_above(known.profile, level) if known.profile else None
    if above is None or not above.geometry:
        return None
    key = (above.basis, above.name)
    parts = [drawn[key]] if key in drawn else []
    standing = known.standing.get(key)
    if standing is not None:
        taken = parts[0]["code"] if parts else pd.Series(dtype="str")
        parts.append(standing[~standing["code"].isin(taken)])
    frames = [part[["code", "geometry"]] for part in parts if len(part)]
    if not frames:
        return None
    over = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=CRS)
    return over[over.geometry.notna()].assign(level=above.name)


def _examine_level(
    view: _View, known: Known, crs: str, tolerances: Tolerances, on_progress: Progress
) -> list[Finding]:
    whole = Whole(known.parks, view.over, _tiling(view, known))
    together = _with_park_codes(view.rows, known.parks)
    if len(view.beside):
        together = gpd.GeoDataFrame(pd.concat([together, view.beside]), geometry="geometry", crs=CRS)
    found = examine(together, crs=crs, whole=whole, tolerances=tolerances, on_progress=on_progress)
    own = len(view.rows)
    kept = [_with_strangers(one, own) for one in found if not one.rows or min(one.rows) < own]
    key = (view.level.basis, view.level.name)
    standing = known.standing.get(key)
    used = Used(
        () if standing is None else set(standing["code"]),
        known.ever.get(key, ()),
    )
    if known.profile is not None:
        kept += examine_grid_attributes(view.rows, view.level, known.profile, used, known.enterprises)
    return kept


def _with_park_codes(rows: gpd.GeoDataFrame, parks: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """Return rows whose parks are named by code; a file may give a park's name as well."""
    if parks is None:
        return rows
    # A park without a name is not that of the grids that name none.
    named = parks[parks["name"].notna()] if "name" in parks else parks.iloc[:0].assign(name=None)
    codes = dict(zip(named["name"], named["code"], strict=True))
    known = set(parks["code"].dropna())
    return rows.assign(park_code=[p if p in known else codes.get(p, p) for p in rows["park_code"].tolist()])


def _tiling(view: _View, known: Known) -> Any:
    """Return the level's tiling where what is to be filled is known; else holes are remarks."""
    if view.level.tiling == "disjoint":
        return "disjoint"
    return None if view.over is None and known.parks is None else "complete"


def _with_strangers(finding: Finding, own: int) -> Finding:
    """Take the fix from a finding in which grids beside the frame have a part."""
    if all(row < own for row in finding.rows):
        return finding
    message = f"{finding.message} Some of these grids are not in the file: draw them too, or send them."
    return replace(finding, fix=None, message=message, rows=tuple(r for r in finding.rows if r < own))
