"""The tables, up and down, with rows in them; and the wrong states that they refuse."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic import command
from districts import cloned, load_small, opened
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from geo.profile import load_profile
from geo.store import schema
from geo.store.engine import reading, writing
from geo.workflows.figures.status import count

pytestmark = pytest.mark.usefixtures("quick_reading")

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def engine(small_url: str) -> Iterator[Engine]:
    """The samples; a test that writes takes its writing back."""
    with cloned(small_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture
def attempt(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def tables(engine: Engine) -> list[str]:
    query = "select table_name from information_schema.tables where table_schema = 'gridcircle' order by 1"
    with reading(engine) as connection:
        return list(connection.scalars(text(query)))


def figures(engine: Engine) -> dict[str, Any]:
    with reading(engine) as connection:
        found = count(connection, load_profile("demo"), on=DAY)
    found.pop("versions")
    if found["streets"]:
        found["streets"] = (found["streets"]["count"], found["streets"]["length_m"])
    return found


def test_down_and_up_on_a_filled_database(small_url: str) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        before = figures(engine)
        assert before["enterprises"]["total"] == 200
        schema.downgrade(url)
        assert tables(engine) == ["alembic_version"]
        schema.upgrade(url)
        assert figures(engine)["enterprises"]["total"] == 0
        reports = load_small(engine)
        assert all(report.ok for report in reports)
        assert figures(engine) == before


def test_duties_from_before_there_were_releases_of_them(small_url: str) -> None:
    others = """
        select count(*) from duty as d where to_release is not null or from_release <>
            (select min(v.from_release) from grid_version as v where v.grid_id = d.grid_id)
    """
    query = text("select grid_id, role, person, valid, load_id from duty order by id")
    with cloned(small_url) as url, opened(url) as engine:
        with reading(engine) as connection:
            before = connection.execute(query).all()
        assert before
        schema.downgrade(url, "0001")
        schema.upgrade(url)
        with reading(engine) as connection:
            assert connection.execute(query).all() == before
            assert connection.scalar(text(others)) == 0


def test_going_up_twice_changes_nothing(small_url: str) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        before = figures(engine)
        schema.upgrade(url)
        with reading(engine) as connection:
            assert schema.revision(connection) == schema.head()
        assert figures(engine) == before


def test_the_models_are_what_the_migrations_make(engine: Engine) -> None:
    with writing(engine) as connection:
        command.check(schema._config(connection))


def test_every_geometry_has_one_spatial_index(engine: Engine) -> None:
    query = """
        select c.relname, count(i.indexrelid) from pg_class as c
        join pg_attribute as a on a.attrelid = c.oid and a.attname = 'geom'
        left join pg_index as i on i.indrelid = c.oid and i.indkey::text = a.attnum::text
        where c.relkind = 'r' and c.relnamespace = 'gridcircle'::regnamespace
        group by 1 order by 1
    """
    with reading(engine) as connection:
        found = dict(connection.execute(text(query)).all())
    names = {"base_feature", "enterprise", "grid_version", "known_address", "park_version", "station"}
    names |= {"street", "street_correction"}
    assert found == dict.fromkeys(sorted(names), 1)


WRONG = {
    "a point twice on one partition at one time": (
        "assignment_enterprise_once",
        "insert into assignment (enterprise_id, partition_id, status, rule, from_release)"
        " select enterprise_id, partition_id, 'unassigned', 'outside', from_release from assignment"
        " where enterprise_id is not null limit 1",
    ),
    "a station twice": (
        "assignment_station_once",
        "insert into assignment (station_id, partition_id, status, rule, from_release)"
        " select station_id, partition_id, 'unassigned', 'outside', from_release from assignment"
        " where station_id is not null limit 1",
    ),
    "an assignment of nothing": (
        "assignment_one_point_check",
        "insert into assignment (partition_id, status, rule, from_release)"
        " select partition_id, status, rule, from_release from assignment"
        " where status = 'unassigned' limit 1",
    ),
    "an assignment to no grid": (
        "assignment_grid_check",
        "update assignment set grid_version_id = null where status = 'assigned'",
    ),
    "two grids of one code": (
        "grid_version_code_once",
        "with one as (select min(grid_id) as low, max(grid_id) as high, partition_id from grid_version"
        " group by partition_id having count(*) > 1 limit 1)"
        " update grid_version as v set code = (select code from grid_version where grid_id = one.low)"
        " from one where v.grid_id = one.high",
    ),
    "two versions of a grid at one time": (
        "grid_version_one_at_a_time",
        "insert into grid_version (grid_id, partition_id, code, from_release, valid)"
        " select grid_id, partition_id, 'another', from_release, '[2027-01-01,)' from grid_version limit 1",
    ),
    "two versions of a park at one time": (
        "park_version_one_at_a_time",
        "insert into park_version (park_id, name, geom, from_release)"
        " select park_id, name, geom, from_release from park_version limit 1",
    ),
    "a second release after the same one": (
        "release_pkey",
        "insert into release (number, base_number, published_by)"
        " select max(number), max(number) - 1, 'another' from release",
    ),
    "a second first release": (
        "release_pkey",
        "insert into release (number, base_number, published_by) values (1, null, 'another')",
    ),
    "a release that skips a number": (
        "release_chain_check",
        "insert into release (number, base_number, published_by)"
        " select max(number) + 2, max(number), 'another' from release",
    ),
    "one organisation twice on one grid": (
        "organisation_grid_once",
        "insert into organisation_grid (organisation_id, grid_id, valid)"
        " select organisation_id, grid_id, '[2027-01-01,)' from organisation_grid limit 1",
    ),
    "two chiefs at one time": (
        "duty_one_chief_at_a_time",
        "insert into duty (grid_id, role, person, load_id, from_release)"
        " select g.id, 'chief', person, l.id, 1 from (select min(id) as id from grid) as g,"
        " (select min(id) as id from load) as l, (values ('甲'), ('乙')) as named (person)",
    ),
    "a range of no day": (
        "organisation_valid_check",
        "update organisation set valid = 'empty'",
    ),
    "a negative head count": ("enterprise_workers_check", "update enterprise set workers = -1"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_states_are_impossible(attempt: Connection, wrong: str) -> None:
    constraint, statement = WRONG[wrong]
    with pytest.raises(IntegrityError) as refused:
        attempt.execute(text(statement))
    assert refused.value.orig.diag.constraint_name == constraint


def test_what_was_known_in_another_release_is_no_second_assignment(attempt: Connection) -> None:
    # The same point may have had another grid until the release that knows better.
    attempt.execute(text("insert into release (number, base_number, published_by) values (6, 5, 'somebody')"))
    attempt.execute(text("update assignment set to_release = 6 where enterprise_id is not null"))
    attempt.execute(
        text(
            "insert into assignment (enterprise_id, partition_id, status, rule, from_release)"
            " select enterprise_id, partition_id, 'unassigned', 'outside', 6 from assignment"
            " where enterprise_id is not null"
        )
    )
    total = attempt.scalar(text("select count(*) from assignment where enterprise_id is not null"))
    assert total == 2 * 4 * 200
