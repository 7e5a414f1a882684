"""Remedies: the findings that a person has agreed to have mended, and what that does to a layer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.china import metric_crs
from geo.doctor.inspection import Known, Subject, middle
from geo.errors import InputError
from geo.findings import FIXES, WIDE, Finding
from geo.frames import CRS
from geo.levels import by_level
from geo.mending.fixes import mend
from geo.workflows.drafts.verdicts import Verdict, finding_of

Ints = npt.NDArray[np.int64]

ALL = "all"
"""In the place of fixes: every one that moves no border further than is allowed."""


@dataclass(frozen=True)
class Choice:
    """What is to be mended, and who chose it.

    Parameters
    ----------
    fixes : collection of str
        Of `geo.findings.FIXES`, or `ALL`: whatever these mend without moving a border too far.
    findings : sequence of int, optional
        In their place the ids of single findings that a person has looked at.
    step : int, optional
        The step at which the person saw them.
    by : str
        Who chose.
    """

    fixes: Collection[str] = (ALL,)
    findings: Sequence[int] | None = None
    step: int | None = None
    by: str = "local"


@dataclass(frozen=True)
class Layer:
    """A layer that is to be mended.

    Parameters
    ----------
    frame : GeoDataFrame
        Parks or grids, of one or several levels.
    verdicts : list of dict
        The findings on it.
    subject : Subject
        What it is.
    zone : Known
        What is known of the zone.
    """

    frame: gpd.GeoDataFrame
    verdicts: list[Verdict]
    subject: Subject
    zone: Known


@dataclass(frozen=True)
class Remedy:
    """What a mending does.

    Parameters
    ----------
    frame : GeoDataFrame
        The rows afterwards.
    moves : DataFrame
        Index ``row``; ``grid`` and ``area_moved_m2`` of each grid whose ground changes.
    moved : GeoDataFrame
        The ground that changes hands: ``row``, ``grid``, ``kind`` and ``area_m2``, in EPSG:4326.
    """

    frame: gpd.GeoDataFrame
    moves: pd.DataFrame
    moved: gpd.GeoDataFrame


def unmoved(frame: gpd.GeoDataFrame) -> Remedy:
    """Return what changes no ground."""
    moves = pd.DataFrame({"grid": [], "area_moved_m2": []})
    table: dict[str, list[object]] = {"row": [], "grid": [], "kind": [], "area_m2": []}
    return Remedy(frame, moves, gpd.GeoDataFrame(table, geometry=gpd.GeoSeries([], crs=CRS)))


def remedy(layer: Layer, choice: Choice) -> Remedy:
    """Mend what was chosen, level by level, since the grids of two levels lie over one another.

    Raises
    ------
    InputError
        Where there is no such fix or finding.
    """
    chosen = chosen_of(layer.verdicts, choice)
    choices = _choices(choice)
    crs = metric_crs(*middle(layer.frame))
    frame = layer.frame.copy()
    mended = []
    for rows, standing in _partitions(layer):
        place = {int(at): number for number, at in enumerate(rows)}
        own = [
            replace(one, rows=tuple(place[row] for row in one.rows))
            for one in chosen
            if one.rows and place.keys() >= {*one.rows}
        ]
        if own:
            mended.append(mend(layer.frame.iloc[rows], own, choices, crs=crs, standing=standing))
            geometry = frame.geometry.to_numpy().copy()
            geometry[rows] = mended[-1].frame.geometry.to_numpy()
            frame = frame.set_geometry(geometry, crs=frame.crs)
    changed = [one for one in mended if len(one.moves)]
    if not changed:
        return unmoved(layer.frame)
    moves = pd.concat([one.moves for one in changed]).sort_index()
    moved = gpd.GeoDataFrame(pd.concat([one.moved for one in changed]), geometry="geometry", crs=CRS)
    return Remedy(frame, moves, moved)


def _partitions(layer: Layer) -> list[tuple[Ints, gpd.GeoDataFrame | None]]:
    """Return the positions of the rows of each layer, and the grids that hold there today."""
    if layer.subject.kind == "parks" or layer.zone.profile is None:
        return [(np.arange(len(layer.frame)), layer.zone.parks)]
    subject = layer.subject
    groups, _ = by_level(
        layer.zone.profile, layer.frame, kind=subject.kind, basis=subject.basis, level=subject.level
    )
    return [
        (
            np.flatnonzero(layer.frame.index.isin(rows.index)),
            layer.zone.standing.get((level.basis, level.name)),
        )
        for level, rows in groups
        if level.geometry
    ]


def chosen_of(verdicts: Sequence[Verdict], choice: Choice) -> list[Finding]:
    """Return the findings that a choice is about; those of a file have no fix.

    Raises
    ------
    InputError
        Where there is no such finding, or only a person can mend it.
    """
    if choice.findings is None:
        return [finding_of(one) for one in verdicts if one["fix"] is not None]
    for number in choice.findings:
        if not 0 <= number < len(verdicts):
            raise InputError(
                f"There is no finding {number}; look at the findings again.",
                reason="finding-unknown",
                finding=number,
            )
        if verdicts[number]["fix"] is None:
            message = f"{verdicts[number]['message']} No fix is known for it but a person's own."
            raise InputError(message, reason="no-fix-known", finding=number, code=verdicts[number]["code"])
    return [finding_of(verdicts[number]) for number in sorted({*choice.findings})]


def _choices(choice: Choice) -> list[str]:
    """Return the fixes that were agreed to; single findings were looked at, however wide they are."""
    if choice.findings is not None:
        return [*FIXES, WIDE]
    unknown = [fix for fix in choice.fixes if fix not in (*FIXES, ALL)]
    if unknown:
        raise InputError(
            f"“{unknown[0]}” is no fix; choose of {', '.join(FIXES)}, or {ALL}.",
            reason="fix-unknown",
            fix=unknown[0],
        )
    return list(FIXES) if ALL in choice.fixes else [fix for fix in FIXES if fix in choice.fixes]


def without(zone: Known, subject: Subject, frame: gpd.GeoDataFrame) -> Known:
    """Return what is known of the zone without the office's grids that were taken out of a drawing."""
    kept = {}
    for key, grids in zone.standing.items():
        gone = (grids["source"] == subject.source) & ~grids["source_id"].isin(frame["source_id"])
        kept[key] = grids[~gone] if key == (subject.basis, subject.level) else grids
    return replace(zone, standing=kept)
