"""Lineage: what a publication splits and merges is written down, by grids and with their codes."""

from collections.abc import Iterator
from datetime import date

import pytest
from districts import opened, square
from publications import publish, restore
from sqlalchemy import Engine

from geo.errors import NotFound
from geo.workflows.publication import chronicle
from geo.workflows.publication.report import Terms

DAY = date(2026, 7, 1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Three grids side by side, each two steps wide."""
    with opened(database_url) as engine:
        publish(engine, [(square(2 * i, 0, 2), {"source_id": f"{i}", "code": f"A{i}"}) for i in range(3)])
        yield engine


def descents(engine: Engine, number: int) -> list[tuple[str, str, str]]:
    rows = chronicle.describe(engine, number)["lineage"]
    return [(row["ancestor"], row["descendant"], row["kind"]) for row in rows]


def test_the_first_release_descends_from_nothing(engine: Engine) -> None:
    assert descents(engine, 1) == []
    with pytest.raises(NotFound):
        chronicle.describe(engine, 2)


def test_a_grid_that_goes_on_and_gives_a_part_away(engine: Engine) -> None:
    rows = [
        (square(0, 0, 1), {"source_id": "0", "code": "A0"}),
        (square(1, 0, 1), {"source_id": "9", "code": "A9"}),
    ]
    publish(engine, rows, since=DAY)
    assert descents(engine, 2) == [("A0", "A9", "split")]


def test_a_grid_that_is_retired_and_becomes_two(engine: Engine) -> None:
    rows = [(square(i, 0, 1), {"source_id": f"n{i}", "code": f"B{i}"}) for i in range(2)]
    publish(engine, rows, since=DAY, terms=Terms(retire=("A0",)))
    assert descents(engine, 2) == [("A0", "B0", "split"), ("A0", "B1", "split")]
    # A roll-back makes nothing out of anything, and what was once said of a release stays.
    restore(engine, 1)
    assert (descents(engine, 3), len(descents(engine, 2))) == ([], 2)


def test_a_grid_that_is_merged_into_its_neighbour(engine: Engine) -> None:
    rows = [(square(0, 0, 4), {"source_id": "0", "code": "C0"})]
    publish(engine, rows, since=DAY, terms=Terms(retire=("A1",)))
    assert descents(engine, 2) == [("A1", "C0", "merge")]


def test_a_moved_border_is_no_descent(engine: Engine) -> None:
    rows = [
        (square(0, 0, 1), {"source_id": "0", "code": "A0"}),
        (square(1, 0, 3), {"source_id": "1", "code": "A1"}),
    ]
    publish(engine, rows, since=DAY)
    publish(engine, [(square(9, 9), {"source_id": "7", "code": "A7"})], since=DAY)
    assert (descents(engine, 2), descents(engine, 3)) == ([], [])
