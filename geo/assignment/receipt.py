"""Receipts: how exactly a point is known, and whether that is enough to say whose it is.

What a file states of a point's accuracy counts, and of a place that was found by an address what its
finding says. Else how exactly is seldom said. A coordinate that is stored as its file has it shows it by
its digits: one with four decimals may stand for any place some ten metres about it. For the rest the
profile says what is usual of each kind of source.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

Kind = Literal["degrees", "projected", "offset"]

DEGREE_M = 111_195.0
"""A degree of latitude, on a sphere of 6,371 km."""

_WHOLE = 0.999
_UNDONE = " undone"
# Longitude and latitude of WGS 84 and CGCS2000, which are stored as they stand.
_STORED = (("EPSG", "4326"), ("EPSG", "4490"), ("OGC", "CRS84"))


@dataclass(frozen=True)
class Path:
    """How the coordinates of a file became longitude and latitude.

    Parameters
    ----------
    crs : str
        The system in which they were read.
    kind : {"degrees", "projected", "offset"}
        Degrees that were stored as they are; metres, or degrees of another datum, that were converted; or
        positions of a web map whose offset was undone.
    offset : str or None
        The offset that was undone, such as ``GCJ-02``.
    swapped : bool
        Whether y stood before x.
    """

    crs: str
    kind: Kind
    offset: str | None = None
    swapped: bool = False


@dataclass(frozen=True)
class Accuracy:
    """How far a point may be off.

    Parameters
    ----------
    metres : float
        As far as that.
    basis : {"stated", "found", "digits", "usual"}
        Whether its file says so, how it was found, its digits, or the profile of such sources.
    decimals : int or None
        The decimals that its coordinates have; None where they were converted and show nothing.
    """

    metres: float
    basis: Literal["stated", "found", "digits", "usual"]
    decimals: int | None = None


def path_of(label: str) -> Path:
    """Return the path that the facts of a load tell, from what they call its system.

    Examples
    --------
    >>> path_of("EPSG:4326, GCJ-02 undone")
    Path(crs='EPSG:4326', kind='offset', offset='GCJ-02', swapped=False)
    """
    crs, *said = label.split(", ")
    offset = next((one.removesuffix(_UNDONE) for one in said if one.endswith(_UNDONE)), None)
    kind: Kind = "offset" if offset else "degrees" if _in_degrees(crs) else "projected"
    return Path(crs, kind, offset, "axes swapped" in said)


def accuracy_of(
    lonlat: tuple[float, float],
    path: Path,
    usual_m: Mapping[str, float],
    *,
    stated_m: float | None = None,
    found_m: float | None = None,
) -> Accuracy:
    """Return how far a point may be off.

    Parameters
    ----------
    lonlat : tuple of float
        As stored.
    path : Path
        Where it comes from.
    usual_m : mapping of str to float
        Metres by the kind of path, as the profile says.
    stated_m : float, optional
        What the file says of the point.
    found_m : float, optional
        Of a place that was found by an address, what its finding says; the file's coordinates are none then.

    Notes
    -----
    Undoing the offset of a web map leaves a residue that a file cannot know of, so what it states is taken
    as no less than what is usual there.
    """
    if found_m is not None:
        return Accuracy(found_m, "found")
    usual = usual_m[path.kind]
    if stated_m is not None:
        least = usual if path.kind == "offset" else 0.0
        return Accuracy(max(stated_m, least), "stated" if stated_m >= least else "usual")
    if path.kind != "degrees":
        return Accuracy(usual, "usual")
    decimals = max(decimals_of(one) for one in lonlat)
    last_m = DEGREE_M * 10.0**-decimals
    return Accuracy(last_m, "digits", decimals) if last_m > usual else Accuracy(usual, "usual", decimals)


def accuracies(points: pd.DataFrame, usual_m: Mapping[str, float]) -> npt.NDArray[np.float64]:
    """Return how far each of many points may be off, in metres; NaN where one has no location.

    Parameters
    ----------
    points : DataFrame (n,)
        ``lon``, ``lat`` (degrees, as stored), ``stated_m``, ``found_m`` (NaN where nobody says) and ``crs``:
        what the facts of the load call its system.
    usual_m : mapping of str to float
        As for `accuracy_of`.
    """
    paths = {label: path_of(label) for label in points["crs"].unique()}
    said = points[["stated_m", "found_m"]].astype(object).where(points[["stated_m", "found_m"]].notna(), None)
    rows = zip(points["lon"], points["lat"], points["crs"], said["stated_m"], said["found_m"], strict=True)
    metres = [
        np.nan
        if np.isnan(lon)
        else accuracy_of((lon, lat), paths[label], usual_m, stated_m=stated_m, found_m=found_m).metres
        for lon, lat, label, stated_m, found_m in rows
    ]
    return np.array(metres, dtype=np.float64)


def decimals_of(degrees: float) -> int:
    """Return how many decimals a number has in the shortest text that means it.

    Examples
    --------
    >>> decimals_of(104.05), decimals_of(104.0)
    (2, 0)
    """
    _, _, exponent = Decimal(repr(float(degrees))).normalize().as_tuple()
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_doubtful(rule: str, border_m: float | None, accuracy_m: float | None) -> bool:
    """Tell whether a point may lie on the other side of the border, by how exactly it is known.

    What a person said, and what is decided by a name, is in no such doubt.
    """
    if rule in ("override", "table") or border_m is None or accuracy_m is None:
        return False
    return accuracy_m > border_m


def is_cut(shares: Mapping[str, float], code: str | None) -> bool:
    """Tell whether a building lies in more than one grid, by the share that each has of its ground.

    Parameters
    ----------
    shares : mapping of str to float
        From 0 to 1, by the grid's code; what is missing to 1 lies in none.
    code : str or None
        The grid that the building is assigned to.
    """
    return code is None or shares.get(code, 0.0) < _WHOLE


def disagrees(made: Mapping[str, Any], lawful: int | None, distance_m: float | None) -> bool:
    """Tell whether the rule speaks more against an override than when it was made.

    Parameters
    ----------
    made : mapping
        ``grid_id``: the grid that was given; ``lawful_grid_id`` and ``distance_m``: what the rule said at
        the time, and how far the grid was.
    lawful : int or None
        The grid that the rule gives now.
    distance_m : float or None
        How far the point is from the grid now.

    Returns
    -------
    bool
        True where the rule now names a grid that it did not name then and that was not given either, or
        the grid is further away by more than a metre.
    """
    if lawful == made["grid_id"]:
        return False
    if lawful != made["lawful_grid_id"]:
        return True
    then = made["distance_m"]
    return then is not None and distance_m is not None and distance_m > then + 1.0


def _in_degrees(crs: str) -> bool:
    try:
        return CRS.from_user_input(crs).to_authority() in _STORED
    except CRSError:
        return False
