"""Custody: a scenario as whoever changes or publishes it saw it, or the word that it is so no longer."""

from sqlalchemy import Connection

from geo.errors import ConflictError, NotFound
from geo.store import scenarios
from geo.store.scenarios import Scenario


def refuse_touched(connection: Connection, held: Scenario, named: list[int]) -> None:
    """Make sure that nobody changed the stations of a scenario since it was kept.

    Raises
    ------
    ConflictError
        Where somebody did; it names them.
    """
    touched = scenarios.touched_since(connection, named, held.stations_version)
    if touched:
        numbers = ", ".join(map(str, touched[:5]))
        raise ConflictError(
            f"The stations {numbers} were changed or taken out of the plan since “{held.name}” was kept; "
            "look at the scenario again, keep it, and publish it then.",
            reason="stations-changed",
            name=held.name,
            stations=touched,
        )


def found_open(connection: Connection, scenario_id: int, revision: int) -> Scenario:
    """Return an open scenario at a revision, locked; ConflictError where it is another by now, or over."""
    held = found(scenarios.find(connection, scenario_id, lock=True), scenario_id)
    if held.state != "open":
        raise ConflictError(
            f"The scenario “{held.name}” was {held.state} by {held.changed_by} on "
            f"{held.changed_at:%Y-%m-%d %H:%M} UTC; copy it to go on with it.",
            reason="scenario-over",
            name=held.name,
            state=held.state,
            by=held.changed_by,
        )
    if held.revision != revision:
        raise ConflictError(
            f"The scenario “{held.name}” was changed by {held.changed_by} meanwhile; load it again.",
            reason="scenario-moved-on",
            name=held.name,
            revision=held.revision,
            by=held.changed_by,
        )
    return held


def found(one: Scenario | None, scenario_id: int) -> Scenario:
    """Return a scenario that was looked for; NotFound where there is none."""
    if one is None:
        raise NotFound(
            f"There is no scenario {scenario_id}.", reason="scenario-unknown", scenario=scenario_id
        )
    return one
