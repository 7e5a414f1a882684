"""Rolling back: the older release again, whole, as a release of its own that can be taken back as well."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from districts import cloned, opened, point, square
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from publications import ZONE, ask, assignments, contents, publish, restore
from sqlalchemy import Engine

from geo.errors import ConflictError, InputError, NotFound
from geo.store import audit, boundaries, duties, releases
from geo.store.engine import reading
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.ground.calendar import today
from geo.workflows.publication import restoring
from geo.workflows.publication.report import Terms

DAY = date(2026, 7, 1)
LEFT, RIGHT, BEYOND = ({"source_id": n, "code": f"000{n}"} for n in "123")
POINTS = [(point(x / 2, y), {"source_id": f"{x}-{y}"}) for x in range(9) for y in (0, 1)]


@pytest.fixture(scope="module")
def points_url(template_url: str) -> Iterator[str]:
    """Points on the borders and between them, and one without a location; nothing is published yet."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            publish(engine, [*POINTS, (None, {"source_id": "nowhere"})], kind="enterprises")
            publish(engine, [(point(1.25, 1), {"source_id": "s", "kind": "station"})], kind="stations")
        yield url


@pytest.fixture
def engine(points_url: str) -> Iterator[Engine]:
    with cloned(points_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture
def twice(engine: Engine) -> Engine:
    """Two grids and their chiefs; in release 2 the border moves and the chief of the first changes."""
    publish(engine, [(square(0, 0), LEFT | {"chief": "甲"}), (square(1, 0), RIGHT | {"chief": "乙"})])
    publish(
        engine,
        [(square(0, 0, 1.5), LEFT | {"chief": "丙"}), (square(1.5, 0, 0.5), RIGHT)],
        since=DAY,
        terms=Terms(by="王", note="new border"),
    )
    return engine


def test_a_roll_back_is_the_next_release(twice: Engine) -> None:
    before = contents(twice, 1)
    made = restoring.restore(twice, ZONE, 1, terms=Terms(base=2, by="李", note="too early"))
    assert (made["release"], made["restores"], made["base"]) == (3, 1, 2)
    assert made["reassigned"] > 0
    with reading(twice) as connection:
        newest = releases.describe(connection, 3)
        (entry,) = audit.entries(connection, "release 3")
        numbers = [one.number for one in releases.newest_first(connection, limit=2)]
    assert (newest.kind, newest.restores, newest.base_number) == ("rollback", 1, 2)
    assert (newest.published_by, newest.note, newest.effective_on) == ("李", "too early", None)
    counts = newest.details["counts"]
    # Two grids have four versions between them, and the new chief of one follows the old.
    assert {name: counts[name] for name in ("parks", "grids", "chiefs")} == {
        "parks": 0,
        "grids": 6,
        "chiefs": 3,
    }
    assert (entry.by, entry.action, entry.details["restores"]) == ("李", "restore", 1)
    assert numbers == [3, 2]
    assert contents(twice, 3) == before
    assert contents(twice, 1) == before
    assert contents(twice, 2) != before


def test_what_was_planned_is_known_in_the_releases_between_alone(twice: Engine) -> None:
    restore(twice, 1)
    with reading(twice) as connection:
        chiefs = [duties.chief(connection, 1, DAY, release=n) for n in (1, 2, 3, None)]
        starts = [
            boundaries.versions(connection, boundaries.GRID, release=n, on=DAY).geometry.iloc[0].bounds[2]
            for n in (1, 2, 3)
        ]
    assert chiefs == ["甲", "丙", "甲", "甲"]
    assert [round((one - 104) * 1000, 6) for one in starts] == [1, 1.5, 1]


def test_what_nobody_can_restore(twice: Engine) -> None:
    for number in (0, 3):
        with pytest.raises(NotFound, match=f"no release {number}"):
            restore(twice, number)
    with pytest.raises(InputError, match="Release 2 is the current one"):
        restore(twice, 2)
    with pytest.raises(ConflictError, match=r"Release 2 was published by 王 at .*; “new border”\), after"):
        restore(twice, 1, terms=Terms(base=1))
    restore(twice, 1)
    with pytest.raises(InputError, match="Release 3 says the same as release 1"):
        restore(twice, 1)
    assert ask(twice, "select max(number) from release") == [(3,)]


def test_nothing_can_be_restored_before_the_first_release(engine: Engine) -> None:
    with pytest.raises(NotFound, match="nothing is published yet"):
        restore(engine, 1)


def test_a_request_that_is_sent_again_restores_once(twice: Engine) -> None:
    terms = Terms(base=2, by="李")
    first, again = (restoring.restore(twice, ZONE, 1, terms=terms, key="k") for _ in range(2))
    assert first == again
    assert ask(twice, "select count(*) from release") == [(3,)]
    with pytest.raises(InputError, match="“k” was given to another request"):
        restoring.restore(twice, ZONE, 2, terms=terms, key="k")


def test_a_grid_that_was_retired_comes_back_with_its_code(twice: Engine) -> None:
    before = contents(twice, 2), assignments(twice)
    publish(twice, [(square(0, 0, 2), LEFT)], since=DAY, terms=Terms(retire=("0002",)))
    assert {code for *_, code, _, _, _, _ in assignments(twice) if code} >= {"0001"}
    restore(twice, 2)
    assert (contents(twice, 4), assignments(twice)) == before
    assert reassign_all(twice, ZONE) == 0


days = st.one_of(st.none(), st.integers(-40, 40).map(lambda n: today(ZONE) + timedelta(n)))
redraws = st.fixed_dictionaries(
    {
        "borders": st.lists(st.integers(0, 8), min_size=2, max_size=3, unique=True).map(sorted),
        "overlap": st.sampled_from([0, 0, 1]),
        "chiefs": st.lists(st.sampled_from([None, "甲", "乙", "丙"]), min_size=4, max_size=4),
        "names": st.lists(st.sampled_from([None, "东", "西"]), min_size=4, max_size=4),
        "retire": st.booleans(),
        "park": st.booleans(),
        "since": days,
    }
)


def strip(redraw: dict[str, Any]) -> list[Any]:
    """Grids from each border to the next, from west to east; overlapping ones reach into the next."""
    edges = [0, *redraw["borders"], 9]
    return [
        (
            square(low / 2, 0, (high - low + redraw["overlap"]) / 2, 2),
            {
                "source_id": str(i),
                "code": f"{9 - i}",
                "name": redraw["names"][i],
                "chief": redraw["chiefs"][i],
                "park_code": "P",
            },
        )
        for i, (low, high) in enumerate(pairwise(edges))
        if high > low
    ]


def carry_out(engine: Engine, redraw: dict[str, Any]) -> None:
    """Publish a strip; with ``retire`` without its last grid, which is retired where it stands."""
    rows = strip(redraw)
    gone: tuple[str, ...] = ()
    if redraw["park"]:
        park = [(square(0, 0, redraw["borders"][0] + 1), {"source_id": "p", "code": "P"})]
        publish(engine, park, kind="parks", since=redraw["since"])
    if redraw["retire"]:
        code = rows.pop()[1]["code"]
        since = redraw["since"] or today(ZONE)
        held = "daterange(:day, null) && valid"
        query = f"select 1 from grid_version where code = :code and to_release is null and {held}"
        gone = (code,) if ask(engine, query, code=code, day=since) else ()
    publish(engine, rows, since=redraw["since"], terms=Terms(retire=gone))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(redraws, min_size=2, max_size=4), st.data())
def test_publishing_and_rolling_back_restores_everything(
    points_url: str, steps: list[dict[str, Any]], data: st.DataObject
) -> None:
    with cloned(points_url) as url, opened(url) as engine:
        stood: dict[int, Any] = {}

        def look() -> int:
            """Note what stands; what was noted of older releases must still be so."""
            assert reassign_all(engine, ZONE) == 0
            ((newest,),) = ask(engine, "select max(number) from release")
            stood[newest] = (contents(engine, newest), assignments(engine))
            for number, (known, _) in stood.items():
                assert contents(engine, number) == known, number
            return int(newest)

        for step in steps:
            carry_out(engine, step)
            newest = look()
        older = data.draw(st.sampled_from([n for n in stood if n < newest] or [newest]))
        if stood[older] == stood[newest]:
            with pytest.raises(InputError, match="nothing to restore"):
                restore(engine, older)
            return
        assert restore(engine, older) == newest + 1
        assert look() == newest + 1
        assert stood[newest + 1] == stood[older]
        assert restore(engine, newest) == newest + 2
        look()
        assert stood[newest + 2] == stood[newest]
