"""Candidates: the places among which the next stations are chosen, given or made of H3 cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import h3
import numpy as np
import pandas as pd

from geo.errors import InputError
from geo.frames import Reading, Refusal

MOST_CANDIDATES = 5000
_MOST_CELLS = 3000
_RESOLUTIONS = (10, 9, 8, 7)
_RINGS = 2

COLUMNS = ("name", "lon", "lat", "cost", "capacity")


@dataclass(frozen=True)
class Candidate:
    """A place where a station could be.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    name : str or None
        Such as that of a vacant room.
    cost : float
        In any one unit.
    capacity : float or None
        The workers that it can serve; None for any number.
    """

    lon: float
    lat: float
    name: str | None = None
    cost: float = 1.0
    capacity: float | None = None


def given(places: Sequence[Candidate | Mapping[str, Any]]) -> pd.DataFrame:
    """Return given places as a frame, in an order that does not depend on theirs.

    Returns
    -------
    DataFrame
        ``name``, ``lon``, ``lat``, ``cost``, ``capacity`` (inf for any), sorted by all of them.

    Raises
    ------
    InputError
        Where there are none, or too many.
    """
    if not 0 < len(places) <= MOST_CANDIDATES:
        raise InputError(
            f"{len(places)} candidates cannot be chosen from; give 1 to {MOST_CANDIDATES:,} of them.",
            reason="candidates-out-of-range",
            most=MOST_CANDIDATES,
            candidates=len(places),
        )
    rows = [place if isinstance(place, Candidate) else Candidate(**place) for place in places]
    frame = pd.DataFrame(
        {
            "name": [row.name for row in rows],
            "lon": [float(row.lon) for row in rows],
            "lat": [float(row.lat) for row in rows],
            "cost": [float(row.cost) for row in rows],
            "capacity": [np.inf if row.capacity is None else float(row.capacity) for row in rows],
        }
    )
    order = ["lon", "lat", "cost", "capacity"]
    return (
        frame.assign(_=frame["name"].fillna(""))
        .sort_values([*order, "_"])[list(COLUMNS)]
        .reset_index(drop=True)
    )


def candidates_of(reading: Reading) -> tuple[tuple[Candidate, ...], tuple[Refusal, ...]]:
    """Return the candidates of a file, and the rows that were refused; a cost that is missing is 1."""
    frame = reading.frame
    costs = frame["cost"].fillna(1.0).to_numpy(dtype=float)
    rooms = frame["capacity"].to_numpy(dtype=float, na_value=np.nan)
    rows = zip(frame.geometry, frame["name"], costs.tolist(), rooms.tolist(), strict=True)
    places = [
        Candidate(p.x, p.y, None if pd.isna(name) else str(name), cost, None if np.isnan(room) else room)
        for p, name, cost, room in rows
    ]
    return tuple(places), reading.refused


def cells(lonlat: np.ndarray, *, resolution: int | None = None) -> pd.DataFrame:
    """Return the middles of the H3 cells (https://h3geo.org) in which places lie, and of those around them.

    Parameters
    ----------
    lonlat : ndarray (n, 2)
        Longitude and latitude in degrees, such as those of demand that no station reaches.
    resolution : int, optional
        Of the cells; by default the finest of 10 to 7 at which there are at most 3,000.

    Returns
    -------
    DataFrame
        As `given`; ``name`` is the cell.

    Raises
    ------
    InputError
        Where there is no place, or the cells of a resolution are too many to choose from.
    """
    found: list[str] = []
    for step in _RESOLUTIONS if resolution is None else (resolution,):
        holding = {h3.latlng_to_cell(lat, lon, step) for lon, lat in lonlat.tolist()}
        found = sorted({near for cell in holding for near in h3.grid_disk(cell, _RINGS)})
        if len(found) <= _MOST_CELLS:
            break
    if not 0 < len(found) <= MOST_CANDIDATES:
        raise InputError(
            f"There are {len(found):,} cells to choose from; at most {MOST_CANDIDATES:,} can be, and one at "
            "least. Choose a coarser resolution, or a shorter promise where nobody is out of reach.",
            reason="cells-out-of-range",
            most=MOST_CANDIDATES,
            cells=len(found),
        )
    middles = [h3.cell_to_latlng(cell) for cell in found]
    lat, lon = (np.array(part) for part in zip(*middles, strict=True))
    return pd.DataFrame({"name": found, "lon": lon, "lat": lat, "cost": 1.0, "capacity": np.inf})
