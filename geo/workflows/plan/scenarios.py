"""Scenarios: named edits of the stations that are kept, compared, published into the plan or thrown away."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from geo.errors import InputError
from geo.frames import CRS, Facts
from geo.profile import Profile
from geo.store import audit, loads, scenarios, stations
from geo.store.engine import reading, writing
from geo.store.scenarios import Scenario
from geo.workflows.answering import once
from geo.workflows.assignment import assigning
from geo.workflows.plan.custody import found, found_open, refuse_touched
from geo.workflows.plan.edits import Draft, Edit, check_edits, check_places
from geo.workflows.resident import Resident

SOURCE = "scenario"
"""The office that the stations of published scenarios come from."""

LONGEST_NAME = 120


def make(resident: Resident, name: str, draft: Draft, *, by: str) -> Scenario:
    """Keep edits under a name.

    Raises
    ------
    InputError
        Where the name is empty or too long, or an edit cannot be taken.
    """
    said = _checked(resident, draft.edits)
    with writing(resident.engine) as connection:
        version = _version(connection, draft.seen)
        kept = scenarios.enter(connection, _named(name), said, version=version, by=by)
        _audit(connection, kept, "make scenario", by)
    return kept


def alter(
    resident: Resident,
    scenario_id: int,
    *,
    revision: int,
    by: str,
    name: str | None = None,
    draft: Draft | None = None,
) -> Scenario:
    """Change the name or the edits of an open scenario; what is None stays.

    Raises
    ------
    NotFound
        Where there is no such scenario.
    ConflictError
        Where it is at another revision by now, or at its end.
    """
    values: dict[str, Any] = {} if name is None else {"name": _named(name)}
    if draft is not None:
        values["edits"] = _checked(resident, draft.edits)
    with writing(resident.engine) as connection:
        found_open(connection, scenario_id, revision)
        if draft is not None:
            values["stations_version"] = _version(connection, draft.seen)
        kept = scenarios.change(connection, scenario_id, by=by, **values)
        _audit(connection, kept, "change scenario", by)
    return kept


def discard(engine: Engine, scenario_id: int, *, revision: int, by: str) -> Scenario:
    """Throw a scenario away; it is kept as thrown away, and its link says so."""
    with writing(engine) as connection:
        found_open(connection, scenario_id, revision)
        kept = scenarios.change(connection, scenario_id, by=by, state="discarded")
        _audit(connection, kept, "discard scenario", by)
    return kept


def find(engine: Engine, scenario_id: int) -> Scenario:
    """Return a scenario in whatever state; NotFound where there is none."""
    with reading(engine) as connection:
        return found(scenarios.find(connection, scenario_id), scenario_id)


def listed(engine: Engine) -> list[Scenario]:
    """Return the open scenarios, the one that was changed last first."""
    with reading(engine) as connection:
        return scenarios.listed(connection)


def edits_of(scenario: Scenario) -> list[Edit]:
    """Return the edits of a scenario."""
    return [Edit.from_dict(edit) for edit in scenario.edits]


def publish(
    resident: Resident, scenario_id: int, *, revision: int, by: str, key: str | None = None
) -> dict[str, Any]:
    """Carry out the edits of a scenario on the stations of the plan, all or none.

    The stations become a new load, so every figure from then on is of the new plan. A station that is
    closed leaves the plan; what was known of it, and of those that were changed, stands in the audit log.

    Parameters
    ----------
    key : str, optional
        An idempotency key; see `geo.workflows.answering.once`.

    Returns
    -------
    dict
        ``scenario``, ``load``, ``opened`` (ids by their name in the scenario), ``changed`` and ``closed``
        (ids), ``reassigned``.

    Raises
    ------
    NotFound
        Where there is no such scenario.
    ConflictError
        Where it is at another revision or at its end, or a load has changed one of its stations since.
    """
    request = {"publish scenario": scenario_id, "revision": revision, "by": by}
    district = resident.district(resident.stamp())

    def work(connection: Connection) -> dict[str, Any]:
        held = found_open(connection, scenario_id, revision)
        # The zone or its profile may have become another one since the scenario was kept.
        check_edits(edits_of(held), resident.profile)
        check_places(edits_of(held), district)
        return _publish(connection, resident.profile, held, by)

    return _once(resident.engine, key, request, work)


def _once(
    engine: Engine,
    key: str | None,
    request: Mapping[str, Any],
    work: Callable[[Connection], dict[str, Any]],
) -> dict[str, Any]:
    with writing(engine) as connection:
        return once(connection, key, request, lambda: work(connection))


def _publish(connection: Connection, profile: Profile, held: Scenario, by: str) -> dict[str, Any]:
    edits = edits_of(held)
    if not edits:
        raise InputError(
            f"The scenario “{held.name}” changes nothing, so there is nothing to publish.",
            reason="scenario-empty",
            name=held.name,
        )
    named = [edit.station for edit in edits if edit.station is not None]
    refuse_touched(connection, held, named)
    before = stations.held(connection, named)
    load_id = loads.begin(connection, "stations", source=SOURCE, facts=_facts(held), by=by)
    told: dict[str, Any] = {"opened": {}, "changed": [], "closed": []}
    for edit in edits:
        _carry_out(connection, held, edit, load_id, told)
    counts = {"added": len(told["opened"]), "updated": len(told["changed"]), "closed": len(told["closed"])}
    loads.finish(connection, load_id, counts)
    moved = [*told["opened"].values(), *told["changed"]]
    told["reassigned"] = assigning.reassign_points(connection, profile, "station", moved)
    scenarios.change(connection, held.id, by=by, state="published", published_as=load_id)
    details = told | {"before": {str(number): row for number, row in before.items()}}
    _audit(connection, held, "publish scenario", by, details)
    return {"scenario": held.id, "load": load_id, **told}


def _carry_out(
    connection: Connection, held: Scenario, edit: Edit, load_id: int, told: dict[str, Any]
) -> None:
    if edit.station is None:
        values = {"kind": "station", "functions": [], "name": edit.new, **edit.values}
        identity = {"source": SOURCE, "source_id": f"{held.id}-{edit.new}"}
        told["opened"][edit.new] = stations.open_new(connection, values | identity, load_id=load_id)
    elif edit.closed:
        stations.close(connection, edit.station)
        told["closed"].append(edit.station)
    else:
        stations.alter(connection, edit.station, edit.values, load_id=load_id)
        told["changed"].append(edit.station)


def _checked(resident: Resident, edits: Sequence[Edit]) -> list[dict[str, Any]]:
    check_edits(edits, resident.profile)
    check_places(edits, resident.district(resident.stamp()))
    return [edit.to_dict() for edit in edits]


def _named(name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME:
        raise InputError(
            f"A scenario needs a name of 1 to {LONGEST_NAME} characters.",
            reason="scenario-unnamed",
            most=LONGEST_NAME,
        )
    return plain


def _version(connection: Connection, seen: int | None) -> int:
    last = int(loads.latest(connection).get("stations", {}).get("version", 0))
    if seen is not None and seen > last:
        raise InputError(
            f"The stations are at version {last}, so nobody saw {seen}; load the page again.",
            reason="version-unseen",
            last=last,
            seen=seen,
        )
    return last if seen is None else seen


def _facts(held: Scenario) -> Facts:
    text = json.dumps([dict(edit) for edit in held.edits], ensure_ascii=False, sort_keys=True)
    return Facts(held.name, "scenario", hashlib.sha256(text.encode()).hexdigest(), CRS)


def _audit(
    connection: Connection,
    kept: Scenario,
    action: str,
    by: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    subject = f"scenario {kept.id}"
    audit.enter(connection, by=by, action=action, subject=subject, details=details or kept.to_dict())
