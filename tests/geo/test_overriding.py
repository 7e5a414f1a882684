"""What people say of an enterprise's grid: until when, through redrawings and roll-backs, and taken back."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from districts import cloned, opened, point, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import ZONE, ask, assignments, publish, read, restore
from sqlalchemy import Engine

from geo.errors import InputError, NotFound
from geo.store import audit
from geo.store.engine import reading
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.assignment.overriding import Word, override, undo
from geo.workflows.figures.status import status
from geo.workflows.ground.calendar import today
from geo.workflows.publication.planning import Change
from geo.workflows.publication.previewing import preview
from geo.workflows.publication.report import Terms
from geo.workflows.resident import Resident

LEFT, RIGHT, BEYOND = ({"source_id": n, "code": f"000{n}"} for n in "123")
# Each a quarter of a step right of the middle of a grid: in the first, the second, none; and nowhere.
POINTS = [(point(x + 0.5, 0.5), {"source_id": f"{x}"}) for x in range(4)]
TODAY = today(ZONE)
STANDS = """
select a.valid::text, v.code, a.status, a.rule, a.candidates
from assignment as a
join enterprise as e on e.id = a.enterprise_id
left join grid_version as v on v.id = a.grid_version_id
where a.to_release is null and e.source_id = :one order by a.valid
"""


@pytest.fixture(scope="module")
def drawn_url(template_url: str) -> Iterator[str]:
    """Three grids beside each other, a point in each, one beyond them, and one without a location."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            publish(engine, [*POINTS, (None, {"source_id": "nowhere"})], kind="enterprises")
            publish(engine, [(square(x, 0), one) for x, one in enumerate((LEFT, RIGHT, BEYOND))])
        yield url


@pytest.fixture
def engine(drawn_url: str) -> Iterator[Engine]:
    with cloned(drawn_url) as url, opened(url) as engine:
        yield engine


def number(engine: Engine, source_id: str) -> int:
    return ask(engine, "select id from enterprise where source_id = :one", one=source_id)[0][0]


def stands(engine: Engine, source_id: str) -> list[tuple[Any, ...]]:
    return ask(engine, STANDS, one=source_id)


def say(engine: Engine, source_id: str, grid: str, days: int = 30, **more: Any) -> dict[str, Any]:
    word = Word(grid, "its gate is there", TODAY + timedelta(days), by="王")
    return override(engine, ZONE, number(engine, source_id), word, **more)


def test_a_word_stands_on_its_days_and_what_the_rule_says_stands_beside_it(engine: Engine) -> None:
    made = say(engine, "0", "0002")
    end = TODAY + timedelta(30)
    assert (made["grid"], made["lawful"], made["replaces"], made["reassigned"]) == ("0002", "0001", [], 3)
    assert stands(engine, "0") == [
        (f"(,{TODAY})", "0001", "assigned", "inside", []),
        (f"[{TODAY},{end})", "0002", "assigned", "override", ["0001"]),
        (f"[{end},)", "0001", "assigned", "inside", []),
    ]
    assert reassign_all(engine, ZONE) == 0


def test_outside_and_without_a_location_one_can_be_given_a_grid_too(engine: Engine) -> None:
    say(engine, "3", "0003")
    say(engine, "nowhere", "0003")
    assert [one[1:] for one in stands(engine, "3")][1] == ("0003", "assigned", "override", [])
    assert [one[1:] for one in stands(engine, "nowhere")][1] == ("0003", "assigned", "override", [])
    resident = Resident(engine, ZONE)
    counts = status(resident, resident.stamp())["enterprises"]
    assert (counts["assigned"], counts["overridden"], counts["no_location"]) == (5, 2, 0)
    assert counts["assigned"] + counts["ambiguous"] + counts["unassigned"] == counts["total"] == 5


def test_it_can_be_taken_back_and_is_kept(engine: Engine) -> None:
    before = assignments(engine)
    made = say(engine, "0", "0002")
    told = undo(engine, ZONE, number(engine, "0"), by="李")
    assert told["undone"] == [made["id"]]
    assert assignments(engine) == before
    assert ask(engine, "select made_by, undone_by, undone_at is not null from override") == [
        ("王", "李", True)
    ]
    with reading(engine) as connection:
        entries = audit.entries(connection, f"enterprise {number(engine, '0')}")
    assert [(one.action, one.by) for one in entries] == [("override", "王"), ("undo override", "李")]
    with pytest.raises(NotFound, match="nothing to undo"):
        undo(engine, ZONE, number(engine, "0"))


def test_the_last_word_stands(engine: Engine) -> None:
    first = say(engine, "0", "0002")
    second = say(engine, "0", "0003")
    assert second["replaces"] == [first["id"]]
    assert [one[1] for one in stands(engine, "0")] == ["0001", "0003", "0001"]


def test_it_outlives_a_redrawing_of_either_grid(engine: Engine) -> None:
    say(engine, "0", "0002")
    publish(engine, [(square(0, 0, 1.25), LEFT), (square(1.25, 0, 0.75), RIGHT)])
    assert [one[1:] for one in stands(engine, "0")][1] == ("0002", "assigned", "override", ["0001"])
    assert reassign_all(engine, ZONE) == 0
    # Its own place is given to the other side, far from the grid that it was given.
    say(engine, "2", "0001")
    publish(engine, [(square(0, 0, 1), LEFT | {"name": "renamed"})])
    assert [one[1:] for one in stands(engine, "2")][1] == ("0001", "assigned", "override", ["0003"])
    assert reassign_all(engine, ZONE) == 0


def test_where_the_grid_is_retired_the_rule_decides_again(engine: Engine) -> None:
    say(engine, "0", "0003")
    publish(engine, [(square(0, 0), LEFT)], since=TODAY + timedelta(9), terms=Terms(retire=("0003",)))
    assert [one[:2] for one in stands(engine, "0")] == [
        (f"(,{TODAY})", "0001"),
        (f"[{TODAY},{TODAY + timedelta(9)})", "0003"),
        (f"[{TODAY + timedelta(9)},)", "0001"),
    ]
    assert reassign_all(engine, ZONE) == 0
    restore(engine, 1)
    assert [one[1] for one in stands(engine, "0")] == ["0001", "0003", "0001"]
    assert reassign_all(engine, ZONE) == 0


def test_publishing_and_rolling_back_keeps_what_was_said(engine: Engine) -> None:
    say(engine, "0", "0002")
    before = assignments(engine)
    publish(engine, [(square(0, 0, 0.25), LEFT), (square(0.25, 0, 1.75), RIGHT)])
    assert assignments(engine) != before
    restore(engine, 1)
    assert assignments(engine) == before


def test_an_older_release_is_shown_with_what_was_said(engine: Engine) -> None:
    say(engine, "0", "0002")
    publish(engine, [(square(0, 0, 1.25), LEFT), (square(1.25, 0, 0.75), RIGHT)])
    resident = Resident(engine, ZONE)
    for release in (1, 2):
        rows = resident.district(resident.stamp(release=release)).enterprises
        row = rows.loc[number(engine, "0")]
        assert (row["code"], row["status"], row["rule"]) == ("0002", "assigned", "override")
        counts = status(resident, resident.stamp(release=release))["enterprises"]
        assert counts["overridden"] == 1


def test_a_word_changes_the_stamp(engine: Engine) -> None:
    resident = Resident(engine, ZONE)
    stamps = [resident.stamp()]
    say(engine, "0", "0002")
    stamps.append(resident.stamp())
    undo(engine, ZONE, number(engine, "0"))
    stamps.append(resident.stamp())
    assert len(set(stamps)) == 3


def test_the_preview_moves_nobody_who_was_given_a_grid(engine: Engine) -> None:
    say(engine, "1", "0002")
    say(engine, "2", "0001")
    frame = read("grids", [(square(0, 0, 2), LEFT), (square(2, 0, 0.25), RIGHT)]).frame
    found = preview(Resident(engine, ZONE), frame, Change("grids"))
    (level,) = found.levels
    assert level.moves["enterprises"]["source_id"].tolist() == []
    undo(engine, ZONE, number(engine, "1"))
    (level,) = preview(Resident(engine, ZONE), frame, Change("grids")).levels
    assert level.moves["enterprises"]["source_id"].tolist() == ["1"]


def test_a_request_that_is_sent_again_is_carried_out_once(engine: Engine) -> None:
    first, again = (say(engine, "0", "0002", key="k") for _ in range(2))
    assert first == again
    assert ask(engine, "select count(*) from override") == [(1,)]


def test_what_nobody_can_say(engine: Engine) -> None:
    with pytest.raises(NotFound, match="No grid of the level area/grid has the code 0009"):
        say(engine, "0", "0009")
    with pytest.raises(InputError, match="not after today"):
        say(engine, "0", "0002", days=0)
    with pytest.raises(InputError, match="needs a reason"):
        override(engine, ZONE, number(engine, "0"), Word("0002", "  "))
    with pytest.raises(NotFound, match="no enterprise with the id 999"):
        override(engine, ZONE, 999, Word("0002", "x"))
    assert ask(engine, "select count(*) from override") == [(0,)]


borders = st.lists(st.integers(1, 11), min_size=2, max_size=2, unique=True).map(sorted)
words = st.tuples(
    st.just("say"),
    st.sampled_from(["0", "1", "2", "3", "nowhere"]),
    st.sampled_from("123"),
    st.integers(1, 40),
)
undone = st.tuples(st.just("undo"), st.sampled_from(["0", "1", "2", "3", "nowhere"]))
drawings = st.tuples(st.just("draw"), borders, st.integers(-20, 60))
retirements = st.tuples(st.just("retire"), st.sampled_from("123"), st.integers(1, 60))
places = st.tuples(st.just("move"), st.sampled_from("0123"), st.integers(0, 14))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(words, words, undone, drawings, retirements, places), min_size=2, max_size=6))
def test_with_any_words_incremental_is_full(drawn_url: str, steps: list[Any]) -> None:
    with cloned(drawn_url) as url, opened(url) as engine:
        for what, *more in steps:
            carry_out(engine, what, *more)
            assert reassign_all(engine, ZONE) == 0, (what, more)
        total = ask(engine, "select count(*) from enterprise")[0][0]
        resident = Resident(engine, ZONE)
        counts = status(resident, resident.stamp())["enterprises"]
        assert counts["assigned"] + counts["ambiguous"] + counts["unassigned"] == total
        assert counts["overridden"] + counts["ties"] <= counts["assigned"]


def carry_out(engine: Engine, what: str, *more: Any) -> None:
    """Do one step; what cannot be done any more is passed over."""
    if what == "move":
        name, x = more
        publish(engine, [(point(x / 4, 0.5), {"source_id": name})], kind="enterprises")
        return
    if what == "draw":
        (first, second), days = more
        edges = [0, first / 4, second / 4, 3]
        rows = [
            (square(low, 0, high - low), {"source_id": n, "code": f"000{n}"})
            for n, low, high in zip("123", edges[:-1], edges[1:], strict=True)
        ]
        publish(engine, rows, since=TODAY + timedelta(days))
        return
    try:
        if what == "say":
            say(engine, more[0], f"000{more[1]}", more[2])
        elif what == "undo":
            undo(engine, ZONE, number(engine, more[0]))
        else:
            since = TODAY + timedelta(more[1])
            publish(
                engine,
                [(square(9, 9), {"source_id": "9", "code": "0009"})],
                since=since,
                terms=Terms(retire=(f"000{more[0]}",)),
            )
    except InputError:
        return
