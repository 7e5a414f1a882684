"""Plans: which columns of a file say the id and the place of a point, and in which system."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from geo.contracts import ENTERPRISES, GEOMETRY_HEADERS, LATITUDE_HEADERS, LONGITUDE_HEADERS, STATIONS
from geo.errors import MissingColumn
from geo.index.raster import Floats
from geo.read.columns import headers
from geo.read.geometry.systems import System, looks_like_degrees, missing, system_of

Kind = Literal["enterprises", "points"]

_ASSUMED = "EPSG:4326"


@dataclass(frozen=True)
class Plan:
    """Where a file says what.

    Parameters
    ----------
    id : int or None
        The position of the id's column.
    place : tuple of int
        The positions of x and y, or of one column of geometry.
    system : System
        The coordinate system of the place.
    """

    id: int | None
    place: tuple[int, ...]
    system: System


def plan_of(names: Sequence[str], kind: Kind, *, crs: str | None, shape: int | None = None) -> Plan:
    """Find the columns by their headers.

    The id of ``enterprises`` stands under a header such as 企业编号 or id, else under that of their credit
    code; that of ``points`` under one such as 编号 or id.

    Parameters
    ----------
    names : sequence of str
        The headers.
    kind : {"enterprises", "points"}
        What the rows are.
    crs : str or None
        What is said of the coordinate system, by a person or the file; None for EPSG:4326.
    shape : int, optional
        The position of the geometry, where the file says it.

    Raises
    ------
    CrsUnknown
        Where the system is not known or refused.
    MissingColumn
        Where no header means a place.
    """
    system = system_of(crs or _ASSUMED)
    if shape is None:
        shape = headers.find(names, GEOMETRY_HEADERS)
    place = _pair(names, system) if shape is None else (shape,)
    free = ["" if position in place else name for position, name in enumerate(names)]
    contract = ENTERPRISES if kind == "enterprises" else STATIONS
    found = headers.match(free, contract)
    number = found.get("source_id", found.get("credit_code"))
    return Plan(number, place, system)


def require_degrees(xy: Floats) -> None:
    """Refuse coordinates of a file that names no system where they cannot be degrees.

    Parameters
    ----------
    xy : ndarray of shape (n, 2)
        Some of them, as they stand in the file.

    Raises
    ------
    CrsUnknown
        Which says what they look like.
    """
    if not looks_like_degrees(xy[np.isfinite(xy).all(axis=1)]):
        raise missing(xy)


def _pair(names: Sequence[str], system: System) -> tuple[int, int]:
    """Return the positions of x and y, which stand last among the headers that mean a place."""
    step = 1 if system.crs.is_geographic else -1
    x = headers.find(names, LONGITUDE_HEADERS[::step])
    y = headers.find(names, LATITUDE_HEADERS[::step])
    if x is None or y is None:
        there = ", ".join(name for name in names[:20] if name)
        raise MissingColumn(
            f"The points have no columns for their place among {there or 'no headers'}; head them 经度 and "
            "纬度, or lon and lat.",
            kind="points",
            column="longitude" if x is None else "latitude",
        )
    return x, y
