"""Geocoding: places for the enterprises whose files bring none, by their addresses, and taken back.

The law: nothing is silently wrong. By itself a place is taken on stated terms alone
(`geo.addresses.choice.Terms`); for the rest people choose among candidates, or point at the map. What
stands says from what it was found and how exactly, gives way to a coordinate as soon as a file brings one,
ends with the address that it was found by, and can be taken back; what a person took back is not taken
again by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from geo.addresses.choice import Terms
from geo.errors import ConflictError, InputError, NotFound
from geo.profile import Profile
from geo.store import audit, geocodes
from geo.store.engine import writing
from geo.workflows.answering import once
from geo.workflows.assignment import assigning
from geo.workflows.assignment.gazetteer import Gazetteer, gazetteer, version_of
from geo.workflows.assignment.lacking import counts_of, enterprise_of, sought
from geo.workflows.ground.calendar import today
from geo.workflows.ground.district import stamp
from geo.workflows.resident import Resident

POINTED_M = 15.0
"""How exactly people point at a map, as a rule."""
ATTEMPTS = 3
"""So often is begun where loads come between."""

_Work = Callable[[Connection], dict[str, Any]]


@dataclass(frozen=True)
class Place:
    """Where a person says that an enterprise is: one of the candidates, or a point.

    Parameters
    ----------
    key : str, optional
        Of the candidate; see `geo.workflows.assignment.gazetteer.Gazetteer.candidates`.
    lonlat : tuple of float, optional
        The point, in EPSG:4326.
    accuracy_m : float
        How exactly the person knows it.
    by : str
        Who says so.
    """

    key: str | None = None
    lonlat: tuple[float, float] | None = None
    accuracy_m: float = POINTED_M
    by: str = "local"


def take_certain(resident: Resident, *, by: str = "local", key: str | None = None) -> dict[str, Any]:
    """Take every place that is certain by the terms; people choose for the others.

    Returns
    -------
    dict
        ``taken``, ``to_choose`` and ``nothing``, which add up to those without a location before;
        ``reassigned``; ``rows``: of the taken, ``id``, ``name``, ``address`` and the candidate.
    """
    request = {"geocode": "certain", "by": by}

    def prepare(known: Gazetteer) -> _Work:
        return partial(_take, resident.profile, by, known.terms, sought(resident, known))

    return _by_addresses(resident, request, key, prepare)


def place(resident: Resident, enterprise: int, where: Place, *, key: str | None = None) -> dict[str, Any]:
    """Put an enterprise where a person says; what was found for it before is given up.

    Returns
    -------
    dict
        ``enterprise``, ``how`` (``chosen`` or ``placed``), the place, ``by`` and ``reassigned``.

    Raises
    ------
    NotFound
        Where there is no such enterprise.
    InputError
        Where neither a candidate nor a point is named, or both.
    ConflictError
        Where a file brought its location, or the candidate is one no more.
    """
    if (where.key is None) == (where.lonlat is None):
        raise InputError("Name a candidate by its key, or a point; one of the two.", reason="place-unsaid")
    request = {"place": enterprise, **vars(where), "lonlat": list(where.lonlat or ())}

    def prepare(known: Gazetteer) -> _Work:
        return partial(_place, resident.profile, enterprise, where, known)

    return _by_addresses(resident, request, key, prepare)


def take_back(
    resident: Resident, enterprise: int, *, by: str = "local", key: str | None = None
) -> dict[str, Any]:
    """Give up the place that was found for an enterprise; it is without a location again.

    Raises
    ------
    NotFound
        Where there is no such enterprise, or no place that was found by its address.
    """
    request = {"take back": enterprise, "by": by}
    with writing(resident.engine) as connection:
        return once(
            connection, key, request, lambda: _take_back(connection, resident.profile, enterprise, by)
        )


def _by_addresses(
    resident: Resident, request: Mapping[str, Any], key: str | None, prepare: Callable[[Gazetteer], _Work]
) -> dict[str, Any]:
    """Do what rests on what is known of addresses, and on nothing older than what holds when it is done.

    Reading that and searching it takes seconds, and the lock of publications shall not be held so long: both
    are done before, and anew where a load came between.

    Parameters
    ----------
    prepare : callable
        Works out what can be worked out before, and returns what is to be done under the lock.

    Raises
    ------
    ConflictError
        Where loads come between again and again.
    """
    for _ in range(ATTEMPTS):
        known = gazetteer(resident, resident.stamp())
        work = prepare(known)
        try:
            with writing(resident.engine) as connection:
                return once(connection, key, request, partial(_if_held, resident, connection, known, work))
        except _Overtaken:
            continue
    raise ConflictError(
        "What is known of addresses changes with each load, and loads go on at this moment; nothing was "
        "placed. Try again when they are done.",
        reason="loads-go-on",
    )


class _Overtaken(Exception):
    """A load came between reading what is known and placing by it."""


def _if_held(resident: Resident, connection: Connection, known: Gazetteer, work: _Work) -> dict[str, Any]:
    """Do the work under the lock, where no load may come between any more."""
    if known.version != version_of(stamp(connection, release=None, on=today(resident.profile))):
        raise _Overtaken
    return work(connection)


def _take(
    profile: Profile, by: str, terms: Terms, rows: Sequence[Mapping[str, Any]], connection: Connection
) -> dict[str, Any]:
    chosen = [
        (row, next(one for one in row["candidates"] if one["key"] == row["certain"]))
        for row in rows
        if row["certain"]
    ]
    geocodes.make(connection, [_stored(row, one) for row, one in chosen], how="taken", by=by)
    ids = [row["id"] for row, _ in chosen]
    reassigned = assigning.reassign_points(connection, profile, "enterprise", ids)
    counts = counts_of(rows)
    answer = {
        "taken": len(chosen),
        "to_choose": counts["to_choose"],
        "nothing": counts["nothing"],
        "reassigned": reassigned,
        "terms": vars(terms).copy(),
        "rows": [{name: row[name] for name in ("id", "name", "address")} | one for row, one in chosen],
    }
    for row, one in chosen:
        audit.enter(connection, by=by, action="geocode", subject=f"enterprise {row['id']}", details=one)
    return answer


def _place(
    profile: Profile, enterprise: int, where: Place, known: Gazetteer, connection: Connection
) -> dict[str, Any]:
    row = enterprise_of(connection, enterprise)
    stood = geocodes.standing(connection, [enterprise])
    if row["lon"] is not None and not stood:
        raise ConflictError(
            f"A file brings the location of enterprise {enterprise}; correct it there, and load it again.",
            reason="place-from-file",
            enterprise=enterprise,
        )
    drawn = where.lonlat and _pointed(where.lonlat, where.accuracy_m)
    found = drawn or _chosen(known, row["address"], where)
    replaced = geocodes.end(connection, enterprise, by=where.by, why="replaced")
    how = "placed" if where.lonlat else "chosen"
    geocodes.make(connection, [_stored(row, found)], how=how, by=where.by)
    reassigned = assigning.reassign_points(connection, profile, "enterprise", [enterprise])
    answer = {"enterprise": enterprise, "how": how, **found, "by": where.by, "replaces": replaced}
    answer["reassigned"] = reassigned
    audit.enter(connection, by=where.by, action="place", subject=f"enterprise {enterprise}", details=answer)
    return answer


def _take_back(connection: Connection, profile: Profile, enterprise: int, by: str) -> dict[str, Any]:
    enterprise_of(connection, enterprise)
    ended = geocodes.end(connection, enterprise, by=by, why="taken-back")
    if not ended:
        raise NotFound(
            f"No place of enterprise {enterprise} was found by its address; there is nothing to take back.",
            reason="no-place-found",
            enterprise=enterprise,
        )
    reassigned = assigning.reassign_points(connection, profile, "enterprise", [enterprise])
    answer = {"enterprise": enterprise, "ended": ended, "reassigned": reassigned}
    audit.enter(connection, by=by, action="take back", subject=f"enterprise {enterprise}", details=answer)
    return answer


def _chosen(known: Gazetteer, address: str | None, where: Place) -> dict[str, Any]:
    found = next((one for one in known.candidates(address)[0] if one["key"] == where.key), None)
    if found is None:
        raise ConflictError(
            "That place is no candidate any more, since other addresses are known now; look at them again.",
            reason="candidate-gone",
            candidate=where.key,
        )
    return found


def _pointed(lonlat: tuple[float, float], accuracy_m: float) -> dict[str, Any]:
    lon, lat = lonlat
    said = {"reason": "pointed", "label": "", "kind": "point", "score": 1.0, "places": 1, "source": None}
    return {**said, "accuracy_m": accuracy_m, "lon": lon, "lat": lat}


def _stored(row: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "enterprise_id": row["id"],
        "address": row["address"],
        **{name: found[name] for name in geocodes.VALUES},
    }
