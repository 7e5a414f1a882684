"""The doctor of attributes: codes, kinds and chains that contradict the profile or what is known already."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.findings import Finding, labels, list_briefly
from geo.profile import Level, Profile


@dataclass(frozen=True)
class Used:
    """The codes of one partition, before the file.

    Parameters
    ----------
    standing : collection of str
        Of the grids that hold today.
    ever : collection of str
        Of all grids that there ever were; a code of these that none holds today is retired.
    """

    standing: Collection[str] = ()
    ever: Collection[str] = ()

    @property
    def retired(self) -> frozenset[str]:
        """The codes that are not to be used again."""
        return frozenset(self.ever) - frozenset(self.standing)


def examine_grid_attributes(
    grids: gpd.GeoDataFrame, level: Level, profile: Profile, used: Used, locations: Any = None
) -> list[Finding]:
    """Find what the codes and kinds of the grids of one level contradict.

    Parameters
    ----------
    grids : GeoDataFrame
        ``code`` and ``kind``; polygons in EPSG:4326.
    level : Level
        Says which kinds there are, and the scheme of the codes.
    profile : Profile
        Says how many units a grid of a kind has.
    used : Used
        The codes of the partition before the file.
    locations : (n,) array of points, optional
        Of the enterprises, in EPSG:4326; without them no units are counted.

    Returns
    -------
    list of Finding
        ``code-of-wrong-scheme``, ``retired-code``, ``unknown-kind`` and ``units-unlike-kind``, in the order
        of the rows.
    """
    rows = _Rows(grids)
    findings = [*_codes(rows, level, used.retired), *_kinds(rows, level)]
    return findings if locations is None else [*findings, *_units(rows, profile, locations)]


def examine_chains(enterprises: pd.DataFrame, known: Collection[str]) -> list[Finding]:
    """Find the industry chains that enterprises name and the zone does not have.

    Parameters
    ----------
    enterprises : DataFrame
        ``chains``, lists of names or their aliases; index the row in the file.
    known : collection of str
        The names, aliases and codes of the zone's chains.
    """
    rows: dict[str, list[int]] = {}
    for row, names in enterprises["chains"].items():
        for name in names:
            if name not in known:
                rows.setdefault(name, []).append(int(str(row)))
    return [
        Finding(
            "unknown-chain",
            "warning",
            tuple(f"row {row}" for row in those[:100]),
            float(len(those)),
            "count",
            None,
            None,
            f"{len(those):,} enterprises, the first in row {those[0]}, name the industry chain “{name}”, "
            "which the zone does not have; correct the name, or add it to the profile as an alias.",
            details={"chain": name},
        )
        for name, those in sorted(rows.items())
    ]


class _Rows:
    """Grids by position, as findings name them."""

    def __init__(self, grids: gpd.GeoDataFrame) -> None:
        self.codes = grids["code"].tolist()
        self.kinds = grids["kind"].tolist()
        self.shapes = grids.geometry.to_numpy()
        self.names = labels(self.codes, grids.index.tolist())

    def finding(self, code: str, row: int, message: str, *, severity: Any, measure: float = 1.0) -> Finding:
        shape = self.shapes[row]
        drawn = shape is not None and not shape.is_empty
        # Of an invalid outline GEOS may know no inner point; the middle of its bounds will do.
        west, south, east, north = shape.bounds if drawn else (0.0, 0.0, 0.0, 0.0)
        at = ((west + east) / 2, (south + north) / 2) if drawn else None
        return Finding(code, severity, (self.names[row],), measure, "count", at, None, message, (row,))


def _codes(rows: _Rows, level: Level, retired: Collection[str]) -> Iterable[Finding]:
    scheme = re.compile(level.codes) if level.codes else None
    for row, code in enumerate(rows.codes):
        if not isinstance(code, str) or not code:
            continue
        if scheme and not scheme.fullmatch(code):
            message = f"The code “{code}” does not follow the zone's scheme “{level.codes}”; correct it."
            yield rows.finding("code-of-wrong-scheme", row, message, severity="warning")
        if code in retired:
            message = f"The code “{code}” was that of a grid now retired; give the grid a code of its own."
            yield rows.finding("retired-code", row, message, severity="error")


def _kinds(rows: _Rows, level: Level) -> Iterable[Finding]:
    for row, kind in enumerate(rows.kinds):
        if level.kinds and isinstance(kind, str) and kind not in level.kinds:
            message = (
                f"Grid {rows.names[row]} is of the kind “{kind}”, but the zone has "
                f"{list_briefly(level.kinds)}; correct it."
            )
            yield rows.finding("unknown-kind", row, message, severity="warning")


def _units(rows: _Rows, profile: Profile, locations: Any) -> Iterable[Finding]:
    bound = [
        row
        for row, kind in enumerate(rows.kinds)
        if kind in profile.units and rows.shapes[row] is not None and rows.shapes[row].is_valid
    ]
    placed = locations[~shapely.is_missing(locations)]
    inside = shapely.STRtree(placed).query(rows.shapes[bound], predicate="covers")[0]
    counted = np.bincount(inside, minlength=len(bound)).tolist()
    for row, units in zip(bound, counted, strict=True):
        kind = rows.kinds[row]
        least, most = profile.units[kind]
        if least <= units and (most is None or units <= most):
            continue
        wanted = f"at least {least}" if units < least else f"at most {most}"
        message = (
            f"Grid {rows.names[row]} is of the kind “{kind}”, which has {wanted} enterprises, but {units} "
            "lie in it; correct its kind or its outline."
        )
        yield rows.finding("units-unlike-kind", row, message, severity="remark", measure=float(units))
