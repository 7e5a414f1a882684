"""Demand finds room at the nearest station, else at the next, and every total adds up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.reach.allotment import allot, fill, overflows
from geo.reach.queue import queue


def ways(table) -> csr_array:
    """Make a matrix of minutes, None where a station is out of reach."""
    cells = [[(j, m) for j, m in enumerate(row) if m is not None] for row in table]
    begin = np.cumsum([0, *map(len, cells)])
    flat = [cell for row in cells for cell in row]
    data, columns = np.array([m for _, m in flat], dtype=float), np.array([j for j, _ in flat], dtype=int)
    return csr_array((data, columns, begin), shape=(len(table), len(table[0]) if table else 0))


def test_what_is_too_much_for_one_goes_to_the_next_in_reach():
    found = allot(ways([[2, 1, None], [5, 3, None]]), np.array([10, 7, 4]), np.array([8.0, 6.0]))
    # The nearer point fills the first station but for one; the other's rest goes on, and 3 find no room.
    assert found.flows.toarray().tolist() == [[1, 7, 0], [6, 0, 0]]
    assert found.load.tolist() == [8, 6]
    assert found.unserved.tolist() == [3, 0, 0]
    assert found.out_of_reach.tolist() == [0, 0, 4]


def test_equally_near_stations_and_points_go_from_the_lowest():
    found = allot(ways([[1, 1], [1, 1]]), np.array([3, 3]), np.array([4, np.nan]))
    assert found.flows.toarray().tolist() == [[3, 1], [0, 2]]


def test_a_way_of_no_length_is_a_way():
    assert allot(ways([[0]]), np.array([2]), np.array([np.inf])).served.tolist() == [2]


@pytest.mark.parametrize(
    ("demand", "capacity", "sentence"),
    [
        ([1], [-1.0], "capacity of the station at position 0 is -1"),
        ([-2], [1.0], "demand of the point at position 0 is -2"),
        ([1, 1], [1.0], "give all of the same"),
    ],
)
def test_what_cannot_be_is_refused(demand, capacity, sentence):
    with pytest.raises(InputError, match=sentence):
        allot(ways([[1]]), np.array(demand), np.array(capacity))


sizes = st.tuples(st.integers(1, 4), st.integers(1, 6))
cases = sizes.flatmap(
    lambda size: st.tuples(
        st.lists(
            st.lists(st.none() | st.integers(0, 4), min_size=size[1], max_size=size[1]),
            min_size=size[0],
            max_size=size[0],
        ),
        st.lists(st.integers(0, 9), min_size=size[1], max_size=size[1]),
        st.lists(st.integers(0, 20) | st.just(np.nan), min_size=size[0], max_size=size[0]),
    )
)


@settings(deadline=None)
@given(cases)
def test_totals_add_up_and_nobody_waits_before_an_open_door(case):
    table, demand, capacity = case
    found = allot(ways(table), np.array(demand), np.array(capacity, dtype=float))
    flows = found.flows.toarray()
    assert (found.served + found.unserved + found.out_of_reach).tolist() == demand
    assert found.load.sum() == found.served.sum() == flows.sum()
    for s, most in enumerate(capacity):
        room = np.inf if np.isnan(most) else most
        assert found.load[s] <= room
        for p, minutes in enumerate(table[s]):
            assert flows[s, p] == 0 or minutes is not None
            # Whoever is not wholly served at a station in reach, or nearer, found it full.
            before = sum(flows[k, p] for k, row in enumerate(table) if _nearer(row[p], k, minutes, s))
            if minutes is not None and before + flows[s, p] < demand[p]:
                assert found.load[s] == room
    for p in range(len(demand)):
        if all(np.isnan(c) for c in capacity):
            near = (
                min((m, s) for s, row in enumerate(table) if (m := row[p]) is not None)
                if any(row[p] is not None for row in table)
                else None
            )
            assert near is None or flows[near[1], p] == demand[p]


@settings(deadline=None, max_examples=60)
@given(cases, st.data())
def test_stations_that_have_gone_or_come_are_filled_as_if_anew(case, data):
    table, demand, capacity = case
    flags = st.lists(st.sampled_from(["stays", "moves", "goes"]), min_size=len(table), max_size=len(table))
    does = np.array(data.draw(flags))
    then = [row if what == "stays" else row[::-1] for row, what in zip(table, does, strict=True)]
    # A station that is gone is out of everybody's reach.
    wanted = allot(
        ways([[None] * len(demand) if what == "goes" else row for row, what in zip(then, does, strict=True)]),
        np.array(demand),
        np.array(capacity, dtype=float),
    )
    come = [row if what == "moves" else [None] * len(demand) for row, what in zip(then, does, strict=True)]
    for compiled in (True, False):
        with pytest.MonkeyPatch.context() as patch:
            if not compiled:
                patch.setattr("geo.reach.allotment.available", lambda: False)
            found = fill(
                queue(ways(table)),
                np.array(demand),
                np.array(capacity, dtype=float),
                kept=does == "stays",
                more=queue(ways(come)),
            )
        for name in ("load", "served", "elsewhere", "first", "unserved", "out_of_reach"):
            assert getattr(found, name).tolist() == getattr(wanted, name).tolist(), name


def test_who_overflows_from_where_to_where():
    minutes = ways([[2, 1, None], [5, 3, None], [9, None, 4]])
    found = allot(minutes, np.array([10, 7, 4]), np.array([8.0, 4.0, 5.0]))
    # The second point fills the first station but for one; the first one goes on, and 4 find no room.
    point, station, amount = overflows(found)
    assert point.tolist() == [0, 0, 0]
    assert station.tolist() == [1, 2, -1]
    assert amount.tolist() == [4, 1, 4]
    assert found.first.tolist() == [0, 0, 2]
    assert found.elsewhere.tolist() == [5, 0, 0]
    assert found.unserved.tolist() == [4, 0, 0]


def test_without_the_compiler_it_is_the_same(monkeypatch):
    drawn = np.random.default_rng(5)
    minutes = csr_array(drawn.integers(0, 6, (12, 80)) * drawn.integers(0, 2, (12, 80)), dtype=float)
    demand, capacity = drawn.integers(0, 40, 80), np.where(np.arange(12) % 3, 50.0, np.nan)
    compiled = allot(minutes, demand, capacity)
    monkeypatch.setattr("geo.reach.allotment.available", lambda: False)
    plain = allot(minutes, demand, capacity)
    assert (compiled.flows != plain.flows).nnz == 0
    assert compiled.load.sum() == plain.load.sum() > 0


def _nearer(minutes, station, than, other) -> bool:
    return minutes is not None and than is not None and (minutes, station) < (than, other)
