"""Sure, maybe, no; and the tenth with the longest ways."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.coverage.certainty import CERTAINTIES, Doubt, certainty, worst_served
from geo.errors import InputError


def asked(minutes, *, limit=15, accuracy=0.0, access=0.0, beyond=False, doubt=None):
    n = len(minutes)
    return certainty(
        np.array(minutes, dtype=float),
        limit_minutes=limit,
        speed_m_per_min=80,
        doubt=doubt or Doubt(),
        accuracy_m=np.full(n, accuracy),
        access_m=np.full(n, access),
        beyond_data=np.full(n, beyond),
    ).tolist()


def test_slow_people_and_fast_ones():
    assert asked([12, 12.01, 18, 18.01, np.inf, np.nan]) == ["sure", "maybe", "maybe", "no", "no", "no"]


def test_what_is_not_known_is_neither_sure_nor_no():
    # 80 m are a minute more for the slow, a minute less for the fast.
    assert asked([11, 11.5, 19, 19.5], accuracy=80) == ["sure", "maybe", "maybe", "no"]
    # Of a place that is 80 m off the way may be 1.5 times as much longer or shorter.
    winding = Doubt(detour=1.5)
    found = asked([10.5, 10.51, 19.5, 19.51], accuracy=80, doubt=winding)
    assert found == ["sure", "maybe", "maybe", "no"]
    assert asked([1], access=101) == ["maybe"]
    assert asked([1], access=np.nan) == ["sure"]
    assert asked([99], beyond=True) == ["maybe"]


def test_speeds_that_are_in_no_order():
    with pytest.raises(InputError, match="at most 1"):
        asked([1], doubt=Doubt(1.1, 1.2))


times = st.lists(st.floats(0, 60) | st.just(np.inf), min_size=1, max_size=20)


@given(times, st.floats(1, 30), st.floats(0, 20))
def test_more_minutes_never_make_it_less_sure(minutes, limit, more):
    rank = {word: place for place, word in enumerate(reversed(CERTAINTIES))}
    before, after = asked(minutes, limit=limit), asked(minutes, limit=limit + more)
    assert all(rank[a] <= rank[b] for a, b in zip(before, after, strict=True))


def test_the_worst_tenth_by_workers():
    minutes = np.array([3.0, 20, 9, np.inf, 5, 1])
    located = np.array([True, True, True, True, True, False])
    workers = pd.Series([50, 9, 40, 1, None, 500], dtype="Int64")
    found = worst_served(minutes, located, workers)
    assert (found.minutes, found.weight, found.total) == (20.0, 10, 100)
    alone = worst_served(minutes, located, workers, share=0.01)
    assert (alone.minutes, alone.flags.tolist()) == (None, [False, False, False, True, False, False])


def test_without_head_counts_each_enterprise_weighs_one():
    found = worst_served(np.arange(20.0), np.ones(20, bool), pd.Series([None] * 20, dtype="Int64"))
    assert (found.minutes, int(found.flags.sum()), found.total) == (18.0, 2, 20)
    assert worst_served(np.array([1.0]), np.zeros(1, bool), pd.Series([1], dtype="Int64")).minutes is None


@given(times, st.floats(0.01, 0.5))
def test_at_most_the_share_has_a_longer_way(minutes, share):
    found = worst_served(
        np.array(minutes),
        np.ones(len(minutes), bool),
        pd.Series([1] * len(minutes), dtype="Int64"),
        share=share,
    )
    threshold = np.inf if found.minutes is None else found.minutes
    longer = (np.array(minutes) > threshold).sum()
    assert longer < share * len(minutes) <= found.flags.sum() + 1e-9
