"""Street corrections: what no file says of streets: a path that is walked daily, a gate that is locked.

A correction holds at once for its modes, until its day or until it is taken back; whoever makes it and why
stays on record. Streets that are loaded later do not end it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import shapely
import shapely.geometry
from sqlalchemy import Engine

from geo.errors import InputError, NotFound
from geo.store import audit, street_corrections
from geo.store.engine import reading, writing
from geo.streets.joints import degrees
from geo.streets.links import JOIN_M, loose_ends
from geo.streets.network import Mode
from geo.streets.snapping import snap
from geo.workflows.answering import once
from geo.workflows.ground.calendar import today
from geo.workflows.reach import roads
from geo.workflows.resident import Resident

Kind = Literal["link", "closure"]
MOST_PLACES = 200
MODES: tuple[Mode, ...] = get_args(Mode)


@dataclass(frozen=True)
class Correction:
    """What a person corrects of streets.

    Parameters
    ----------
    kind : {"link", "closure"}
        A path that is missing, or a place that is closed.
    places : sequence of (lon, lat)
        Of a path, two or more; of a closure one, the place of a gate, or a line like a wall.
    reason : str
        Why, for whoever asks later.
    modes : sequence of {"walk", "ebike", "drive"}
        For whom.
    name : str, optional
        What people call it.
    until : date, optional
        The day on which it ends; by default it holds until it is taken back.
    by : str
        Who says so.
    """

    kind: Kind
    places: Sequence[tuple[float, float]]
    reason: str
    modes: Sequence[Mode] = ("walk",)
    name: str | None = None
    until: date | None = None
    by: str = "local"


def make(resident: Resident, said: Correction, *, key: str | None = None) -> dict[str, Any]:
    """Keep what a person corrects of streets.

    Raises
    ------
    InputError
        Where there is no reason, the places make no line, the day is past, or a street is too far away.
    NotFound
        Where no streets are loaded.
    """
    shape = _shape(said)
    _check(resident, said)
    shape = _beside_streets(resident, said, shape)
    values = {
        "kind": said.kind,
        "name": (said.name or "").strip() or None,
        "reason": said.reason.strip(),
        "modes": [mode for mode in MODES if mode in said.modes],
        "until": said.until,
    }
    request = {
        "correction": values | {"until": str(said.until)},
        "places": list(map(list, said.places)),
        "by": said.by,
    }

    with writing(resident.engine) as connection:

        def enter() -> dict[str, Any]:
            number = street_corrections.make(connection, values, shape, by=said.by)
            told = {"id": number, **values, "until": None if said.until is None else said.until.isoformat()}
            audit.enter(
                connection, by=said.by, action=said.kind, subject=f"street correction {number}", details=told
            )
            return told

        return once(connection, key, request, enter)


def undo(engine: Engine, number: int, *, by: str = "local") -> dict[str, Any]:
    """Take a correction back.

    Raises
    ------
    NotFound
        Where nothing of that number stands.
    """
    with writing(engine) as connection:
        if not street_corrections.undo(connection, number, by=by):
            raise NotFound(
                f"No correction of streets has the number {number}, or it was taken back already.",
                reason="correction-unknown",
                id=number,
            )
        audit.enter(
            connection, by=by, action="undo", subject=f"street correction {number}", details={"id": number}
        )
    return {"id": number, "undone": True}


def rows(resident: Resident) -> list[dict[str, Any]]:
    """Return all that stands, whether it has ended or not, as the API tells it."""
    on = today(resident.profile)
    with reading(resident.engine) as connection:
        frame = street_corrections.standing(connection)
    return [
        {
            "id": int(str(number)),
            "kind": row["kind"],
            "name": row["name"],
            "reason": row["reason"],
            "modes": list(row["modes"]),
            "until": None if pd.isna(row["until"]) else row["until"].isoformat(),
            "holds": bool(pd.isna(row["until"]) or row["until"] > on),
            "made_at": row["made_at"].isoformat(timespec="seconds"),
            "made_by": row["made_by"],
            "geometry": shapely.geometry.mapping(row["geometry"]),
        }
        for number, row in frame.iterrows()
    ]


def _shape(said: Correction) -> shapely.Geometry:
    places = list(dict.fromkeys((float(lon), float(lat)) for lon, lat in said.places))
    if not all(math.isfinite(degree) for place in places for degree in place) or len(places) > MOST_PLACES:
        raise InputError(
            f"A line of a street has at most {MOST_PLACES} places, in degrees.",
            reason="correction-places",
            most=MOST_PLACES,
        )
    if len(places) == 1 and said.kind == "closure":
        return shapely.Point(places[0])
    if len(places) < 2:
        raise InputError(
            "A path has two different places at least: where it begins, and where it ends.",
            reason="correction-short",
        )
    return shapely.LineString(places)


def _check(resident: Resident, said: Correction) -> None:
    if not said.reason.strip():
        raise InputError(
            "A correction of streets needs a reason, such as “this path is walked daily”.",
            reason="correction-without-reason",
        )
    if not said.modes or not set(said.modes) <= set(MODES):
        raise InputError(
            f"Say for whom: one or several of {', '.join(MODES)}.", reason="correction-without-mode"
        )
    day = today(resident.profile)
    if said.until is not None and said.until <= day:
        raise InputError(
            f"It would end on {said.until}, which is not after today, {day}; name a later day.",
            reason="correction-ended",
            until=said.until.isoformat(),
            today=day.isoformat(),
        )


def _beside_streets(resident: Resident, said: Correction, shape: shapely.Geometry) -> shapely.Geometry:
    """Make sure that there is a street to join, or to close; return a gate's place on the street itself."""
    district = resident.district(resident.stamp())
    for mode in said.modes:
        network = roads.network(resident, district, mode)
        if network is None:
            raise NotFound(
                "No streets are loaded; load some, and say then what they lack.",
                reason="correction-no-streets",
            )
        xy = district.metres(shapely.get_coordinates(shape))
        away = loose_ends(network, xy[[0, -1]] if said.kind == "link" else xy)
        if said.kind == "link" and (away > JOIN_M).any():
            raise InputError(
                f"An end of the path lies {away.max():.0f} m from the nearest street for “{mode}”; draw it "
                f"to within {JOIN_M:g} m of one.",
                reason="correction-link-off",
                distance_m=round(float(np.minimum(away.max(), 1e9))),
                most_m=round(JOIN_M),
            )
        if said.kind == "closure" and away.min() > JOIN_M:
            raise InputError(
                f"The closed place lies {away.min():.0f} m from the nearest street for “{mode}”; point at "
                "the street.",
                reason="correction-closure-off",
                distance_m=round(float(np.minimum(away.min(), 1e9))),
            )
        if shapely.get_type_id(shape) == shapely.GeometryType.POINT:
            foot = snap(network, xy, max_access_m=JOIN_M).xy
            shape = shapely.Point(degrees(network, foot)[0])
    return shape
