"""Retiring by name: the grid, its duties and its points end on a day; what is wrongly named is told."""

from collections.abc import Iterator
from datetime import date

import pytest
from districts import opened, point, square
from publications import ZONE, ask, publish
from sqlalchemy import Engine

from geo.errors import ConflictError, InputError
from geo.store import audit, releases
from geo.store.engine import reading
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.publication.report import Terms

DAY, LATER = date(2026, 7, 1), date(2027, 1, 1)
LEFT = {"source_id": "1", "code": "0001", "chief": "甲"}
RIGHT = {"source_id": "2", "code": "0002", "chief": "乙"}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Two grids and a point in each."""
    with opened(database_url) as engine:
        places = [(point(x + 0.5, 0.5), {"source_id": f"{x}"}) for x in range(2)]
        publish(engine, places, kind="enterprises")
        publish(engine, [(square(0, 0), LEFT), (square(1, 0), RIGHT)])
        yield engine


def test_a_retired_grid_ends_on_the_day_and_so_do_its_duties(engine: Engine) -> None:
    terms = Terms(base=1, by="王", note="merged", retire=("0002",), details={"draft": 7})
    made = publish(engine, [(square(0, 0, 2), LEFT)], since=DAY, terms=terms)
    assert (made.release, made.updated, made.retired, made.absent) == (2, 1, ("0002",), [])
    held = "select code, valid::text from grid_version where to_release is null order by 1, 2"
    assert ask(engine, held) == [
        ("0001", "(,2026-07-01)"),
        ("0001", "[2026-07-01,)"),
        ("0002", "(,2026-07-01)"),
    ]
    duty = "select person, valid::text from duty where to_release is null order by 1"
    assert ask(engine, duty) == [("乙", "(,2026-07-01)"), ("甲", "(,)")]
    moved = (
        "select v.code, a.valid::text from assignment as a join enterprise as e on e.id = enterprise_id"
        " join grid_version as v on v.id = grid_version_id"
        " where e.source_id = '1' and a.to_release is null order by 2"
    )
    assert ask(engine, moved) == [("0002", "(,2026-07-01)"), ("0001", "[2026-07-01,)")]
    assert reassign_all(engine, ZONE) == 0
    with reading(engine) as connection:
        release = releases.describe(connection, 2)
        (entry,) = audit.entries(connection, "release 2")
    assert (release.published_by, release.note, release.effective_on) == ("王", "merged", DAY)
    assert (release.details["draft"], release.details["retired"]) == (7, ["0002"])
    assert release.details["counts"] == {
        "added": 0, "updated": 1, "retired": 1, "unchanged": 0, "refused": 0, "reassigned": 4,
    }  # fmt: skip
    assert (entry.by, entry.action, entry.details["counts"]["retired"]) == ("王", "publish", 1)


def test_what_was_planned_for_a_retired_grid_is_void(engine: Engine) -> None:
    publish(engine, [(square(1, 0, 3), RIGHT | {"chief": "丙"})], since=LATER)
    assert publish(engine, [], since=DAY, terms=Terms(retire=("0002",))).release == 3
    held = (
        "select valid::text from {} join grid on grid.id = grid_id"
        " where source_id = '2' and to_release is null"
    )
    for table in ("grid_version", "duty"):
        assert ask(engine, held.format(table)) == [("(,2026-07-01)",)]
    assert reassign_all(engine, ZONE) == 0


def test_a_grid_that_begins_later_can_be_retired_before_it_did(engine: Engine) -> None:
    publish(engine, [(square(5, 0), {"source_id": "3", "code": "0003"})], since=LATER)
    publish(engine, [], since=DAY, terms=Terms(retire=("0003",)))
    assert ask(engine, "select code from grid_version where to_release is null order by 1") == [
        ("0001",),
        ("0002",),
    ]
    assert reassign_all(engine, ZONE) == 0


def test_wrong_names(engine: Engine) -> None:
    with pytest.raises(InputError, match="No grid of area/grid has the code 0009 on 2026-07-01 or later"):
        publish(engine, [], since=DAY, terms=Terms(retire=("0009",)))
    with pytest.raises(InputError, match="The grid 0001 is to be retired, and the file holds it"):
        publish(engine, [(square(0, 0), LEFT)], since=DAY, terms=Terms(retire=("0001",)))
    park = [(square(0, 0), {"source_id": "p"})]
    with pytest.raises(InputError, match="A publication of parks retires no grid"):
        publish(engine, park, kind="parks", since=DAY, terms=Terms(retire=("0001",)))
    publish(engine, [], since=DAY, terms=Terms(retire=("0002",)))
    with pytest.raises(InputError, match="code 0002"):
        publish(engine, [], since=DAY, terms=Terms(retire=("0002",)))
    assert ask(engine, "select max(number) from release") == [(2,)]


def test_a_retired_code_is_not_used_again(engine: Engine) -> None:
    publish(engine, [], since=DAY, terms=Terms(retire=("0002",)))
    made = publish(engine, [(square(1, 0), {"source_id": "3", "code": "0002"})], since=LATER)
    assert [(one.row, one.code) for one in made.refused] == [(1, "retired-code")]
    assert made.release == 2
    # Nor is it given out; the grid itself may come back with it, and before it ended it is in use.
    assert publish(engine, [(square(1, 0), {"source_id": "3"})], since=LATER).codes_given == 1
    assert publish(engine, [(square(1, 0), RIGHT)], since=LATER).refused == ()
    codes = "select distinct code from grid_version where to_release is null order by 1"
    assert ask(engine, codes) == [("0001",), ("0002",), ("0003",)]


def test_who_published_in_between_is_named(engine: Engine) -> None:
    publish(engine, [(square(0, 0, 0.5), LEFT)], since=DAY, terms=Terms(base=1, by="王", note="rim"))
    with pytest.raises(ConflictError) as refused:
        publish(engine, [(square(0, 0, 0.7), LEFT)], since=DAY, terms=Terms(base=1, by="李"))
    said = refused.value
    assert said.message.startswith("Release 2 was published by 王 at 20")
    assert "(1 updated; “rim”), after release 1, which this change is based on" in said.message
    assert {name: said.details[name] for name in ("base", "current", "by", "note")} == {
        "base": 1, "current": 2, "by": "王", "note": "rim",
    }  # fmt: skip
    for base in (None, 9):
        with pytest.raises(ConflictError, match=r"Release 2|release 9, which there is not"):
            # Even what changes nothing was compared with something else than what stands.
            publish(engine, [], terms=Terms(base=base))
    assert ask(engine, "select max(number) from release") == [(2,)]
