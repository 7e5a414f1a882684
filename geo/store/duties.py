"""Duties: who is chief of a grid, from one civil day to another and known from one release to another."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, text

from geo.store.staging import copy_rows


def new_chiefs(connection: Connection, chiefs: Mapping[int, str], since: date | None) -> dict[int, str]:
    """Return those who are not known as chief of their grid on a day.

    Parameters
    ----------
    chiefs : mapping of int to str
        Grid id → person.
    since : date or None
        The civil day; None for the beginning.
    """
    query = text(
        "select grid_id, person from duty where role = 'chief' and to_release is null"
        " and grid_id = any(:grids) and valid @> coalesce(cast(:since as date), '-infinity'::date)"
    )
    rows = connection.execute(query, {"grids": list(chiefs), "since": since}).all()
    known: dict[int, str] = dict(rows)
    return {grid: person for grid, person in chiefs.items() if known.get(grid) != person}


def appoint_chiefs(
    connection: Connection, chiefs: Mapping[int, str], *, since: date | None, load_id: int, release: int
) -> None:
    """Make these persons chiefs of these grids from a day on, up to a change that is planned for later.

    Parameters
    ----------
    chiefs : mapping of int to str
        Grid id → person; see `new_chiefs`.
    since : date or None
        The first civil day; None for always.
    release : int
        In which this becomes known.
    """
    values = {"since": since, "load": load_id, "release": release}
    connection.execute(text("create temporary table staged_chief (grid_id bigint, person text)"))
    copy_rows(connection, "staged_chief", ["grid_id", "person"], sorted(chiefs.items()))
    connection.execute(text(_REPLACE), values)
    connection.execute(text(_INSERT), values)
    connection.execute(text("drop table staged_chief"))


_REPLACE = """
with closed as (
    update duty as d set to_release = :release
    from staged_chief as s
    where d.grid_id = s.grid_id and d.role = 'chief' and d.to_release is null
      and d.valid @> coalesce(cast(:since as date), '-infinity'::date)
    returning d.*
)
insert into duty (grid_id, role, person, valid, load_id, from_release)
select grid_id, role, person, valid * daterange(null, cast(:since as date)), load_id, :release
from closed
where cast(:since as date) is not null and not isempty(valid * daterange(null, cast(:since as date)))
"""

# The new chief holds as long as the one before would have, or to the next who is appointed already.
_INSERT = """
insert into duty (grid_id, role, person, valid, load_id, from_release)
select s.grid_id, 'chief', s.person,
       daterange(cast(:since as date), least(
           (select upper(d.valid) from duty as d
            where d.grid_id = s.grid_id and d.role = 'chief' and d.to_release = :release
              and d.valid @> coalesce(cast(:since as date), '-infinity'::date)),
           (select min(lower(d.valid)) from duty as d
            where d.grid_id = s.grid_id and d.role = 'chief' and d.to_release is null
              and lower(d.valid) > coalesce(cast(:since as date), '-infinity'::date)))),
       :load, :release
from staged_chief as s
order by s.grid_id
"""


def chief(connection: Connection, grid_id: int, on: date, *, release: int | None = None) -> str | None:
    """Return the chief of a grid on a day, as known at a release; None for what is known now."""
    query = text(
        "select person from duty where grid_id = :grid and role = 'chief' and valid @> :on and ("
        " to_release is null and cast(:release as int) is null"
        " or from_release <= :release and coalesce(to_release, :release + 1) > :release)"
    )
    person: str | None = connection.scalar(query, {"grid": grid_id, "on": on, "release": release})
    return person


def chiefs(connection: Connection, on: date, *, release: int | None = None) -> dict[int, str]:
    """Return the chiefs of all grids on a day by grid id, as known at a release; None for now."""
    query = text(
        "select grid_id, person from duty where role = 'chief' and valid @> :on and ("
        " to_release is null and cast(:release as int) is null"
        " or from_release <= :release and coalesce(to_release, :release + 1) > :release)"
    )
    return dict(connection.execute(query, {"on": on, "release": release}).all())
