"""Explaining: the receipt of an assignment – which rule and release, how near to whom, how exactly known."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Engine

from geo.assignment.receipt import accuracy_of, path_of
from geo.errors import InputError, NotFound
from geo.profile import Level
from geo.store import geocodes, overrides, receipts
from geo.store.engine import reading
from geo.workflows.assignment.lacking import geocode_as_told
from geo.workflows.assignment.marks import known_of, marks, rounded_m
from geo.workflows.resident import Resident

MOST_FOUND = 20


def find(engine: Engine, words: str) -> int:
    """Return the id of the one enterprise that has an id, an id in its source, a credit code or a name.

    Raises
    ------
    NotFound
        Where there is none.
    InputError
        Where there are several; ``details["found"]`` lists them.
    """
    with reading(engine) as connection:
        found = receipts.find(connection, words.strip())
    if not found:
        raise NotFound(
            f"No enterprise has the id, the id in its source, the credit code or the name “{words}”.",
            reason="enterprise-unknown",
            enterprise=words,
        )
    if len(found) > 1:
        shown = ", ".join(f"id:{one['id']} {one['name'] or one['source_id']}" for one in found[:MOST_FOUND])
        raise InputError(
            f"“{words}” may be any of {len(found)} enterprises: {shown}; name one by its id, such as "
            f"id:{found[0]['id']}.",
            reason="enterprise-ambiguous",
            count=len(found),
            enterprise=words,
            found=found[:MOST_FOUND],
        )
    return int(found[0]["id"])


def explain(resident: Resident, enterprise: int, *, on: date | None = None) -> dict[str, Any]:
    """Return the receipt of an enterprise's assignments on a day, as known now.

    Parameters
    ----------
    on : date, optional
        A civil day; by default today.

    Returns
    -------
    dict
        ``enterprise``, ``on``, ``release``, ``location`` (None without one), ``assignments``: one for each
        level that decides of enterprises, in the profile's order; and ``overrides``, the newest first.

    Raises
    ------
    NotFound
        Where there is no such enterprise.
    """
    wanted = resident.stamp(on=on)
    with reading(resident.engine) as connection:
        found = receipts.find(connection, f"id:{enterprise}")
        if not found:
            raise NotFound(
                f"There is no enterprise with the id {enterprise}.",
                reason="enterprise-unknown",
                enterprise=enterprise,
            )
        origin = receipts.origins(connection, [enterprise])[enterprise]
        rows = {
            (row["basis"], row["level"]): row for row in receipts.decided(connection, enterprise, wanted.on)
        }
        said = overrides.history(connection, enterprise, wanted.on)
        geocode = geocodes.standing(connection, [enterprise]).get(enterprise)
    levels = [level for level in resident.profile.levels if (level.basis, level.name) in rows]
    return {
        "enterprise": {**found[0], "lon": origin["lon"], "lat": origin["lat"]},
        "on": wanted.on.isoformat(),
        "release": wanted.release,
        "location": _location(resident, origin, geocode),
        "assignments": [
            _assignment(level, rows[level.basis, level.name], marks(resident, wanted, level, [enterprise]))
            for level in levels
        ],
        "overrides": [_word(one, wanted.on) for one in said],
    }


def _location(
    resident: Resident, origin: Mapping[str, Any], geocode: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Return where the coordinates come from and how exact they are, None where there are none."""
    if origin["lon"] is None:
        return None
    path = path_of(origin["crs"])
    place = (origin["lon"], origin["lat"])
    accuracy = accuracy_of(place, **known_of({**origin, "path": path}), usual_m=resident.profile.accuracy_m)
    return {
        "file": origin["file"],
        "source": origin["source"],
        "format": origin["format"],
        "loaded_at": f"{origin['loaded_at']:%Y-%m-%dT%H:%M:%SZ}",
        "loaded_by": origin["loaded_by"],
        "path": path.kind if geocode is None else "found",
        "geocode": None if geocode is None else geocode_as_told(geocode),
        "crs": path.crs,
        "offset": path.offset,
        "axes_swapped": path.swapped,
        "accuracy_m": rounded_m(accuracy.metres),
        "accuracy_basis": accuracy.basis,
        "decimals": accuracy.decimals,
    }


def _assignment(
    level: Level, row: Mapping[str, Any], found: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    (mark,) = found.values()
    return {
        "basis": level.basis,
        "level": level.name,
        "title": level.title,
        "by_name": not level.geometry,
        "grid": row["code"],
        "name": row["name"],
        "status": row["status"],
        "candidates": row["candidates"],
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "since_release": row["from_release"],
        "published_at": f"{row['published_at']:%Y-%m-%dT%H:%M:%SZ}",
        **mark,
    }


def _word(one: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return what somebody said of the enterprise, and what became of it."""
    state = "standing" if one["grid_holds"] else "grid-gone"
    if one["undone_at"]:
        state = "undone"
    elif one["until"] <= on:
        state = "ended"
    return {
        "id": one["id"],
        "basis": one["basis"],
        "level": one["level"],
        "grid": one["code"],
        "reason": one["reason"],
        "since": _day(one["since"]),
        "until": _day(one["until"]),
        "by": one["made_by"],
        "at": f"{one['made_at']:%Y-%m-%dT%H:%M:%SZ}",
        "state": state,
        "undone_by": one["undone_by"],
        "undone_at": f"{one['undone_at']:%Y-%m-%dT%H:%M:%SZ}" if one["undone_at"] else None,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
