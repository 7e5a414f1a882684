"""Duties: who is chief of a grid, from one civil day to another."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

from geo.store.staging import copy_rows


def appoint_chiefs(
    connection: Connection, chiefs: Iterable[tuple[int, str]], *, since: date | None, load_id: int
) -> None:
    """Make these persons chiefs of these grids from a day on; who is chief already stays so.

    Parameters
    ----------
    chiefs : iterable of (grid id, person)
        One for each grid.
    since : date or None
        The first civil day; None for always.
    """
    parameters = {"since": since, "load": load_id}
    connection.execute(text("create temporary table staged_chief (grid_id bigint, person text)"))
    copy_rows(connection, "staged_chief", ["grid_id", "person"], chiefs)
    connection.execute(
        text(
            "delete from staged_chief as s using duty as d where d.grid_id = s.grid_id and d.role = 'chief'"
            " and d.person = s.person and upper_inf(d.valid)"
            " and d.valid @> coalesce(cast(:since as date), '-infinity'::date)"
        ),
        parameters,
    )
    connection.execute(
        text(
            "delete from duty as d using staged_chief as s where d.grid_id = s.grid_id and d.role = 'chief'"
            " and isempty(d.valid * daterange(null, cast(:since as date)))"
        ),
        parameters,
    )
    connection.execute(
        text(
            "update duty as d set valid = d.valid * daterange(null, cast(:since as date))"
            " from staged_chief as s where d.grid_id = s.grid_id and d.role = 'chief'"
        ),
        parameters,
    )
    connection.execute(
        text(
            "insert into duty (grid_id, role, person, valid, load_id)"
            " select grid_id, 'chief', person, daterange(cast(:since as date), null), :load"
            " from staged_chief order by grid_id"
        ),
        parameters,
    )
    connection.execute(text("drop table staged_chief"))


def chief(connection: Connection, grid_id: int, on: date) -> str | None:
    """Return the chief of a grid on a day."""
    query = text("select person from duty where grid_id = :grid and role = 'chief' and valid @> :on")
    person: str | None = connection.scalar(query, {"grid": grid_id, "on": on})
    return person
