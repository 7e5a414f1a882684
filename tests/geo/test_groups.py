"""Groups: every unit in one of them, and their sums those of the whole."""

from dataclasses import asdict

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.groups import SEVERAL, WITHOUT, by_group, named, one_of, shared_out, size_class
from geo.coverage.tally import denominators

NAMES = ("enterprises", "workers", "grids", "area_m2")


def sums(groups, name):
    rows = [asdict(one) for group in groups if (one := getattr(group, name)) is not None]
    return {key: sum(row[key] for row in rows) for key in rows[0]} if rows else None


rows = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from(["assigned", "ambiguous", "unassigned"]),
        st.sampled_from([0.0, 15.0, 15.1, np.inf]),
        st.sampled_from([None, 0, 7, 40, 5000]),
        st.lists(st.sampled_from("abc"), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=30,
)
grounds = st.lists(
    st.tuples(st.floats(0, 1e6), st.floats(0, 1), st.sampled_from([3.0, np.inf]), st.sampled_from("abc")),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(rows, grounds)
def test_totals_add_up_in_every_grouping(points, ground):
    demand = pd.DataFrame(points, columns=["located", "status", "minutes", "workers", "chains"])
    demand["workers"] = demand["workers"].astype("Int64")
    grids = pd.DataFrame(ground, columns=["area_m2", "area_share", "minutes", "name"])
    whole = denominators(demand, grids, limit_minutes=15)
    labels = {
        "chain": one_of(demand["chains"]),
        "size": size_class(demand["workers"], [10, 50]),
        "place": named(pd.Series([c[0] if c else None for c in demand["chains"]], dtype="str")),
        "zone": pd.Series(["zone"] * len(demand)),
    }
    for label in labels.values():
        for grid_labels in (grids["name"], None):
            groups = by_group(demand, label, grids, grid_labels, limit_minutes=15)
            for name in NAMES:
                expected = None if whole[name] is None else asdict(whole[name])
                if name in ("grids", "area_m2") and grid_labels is None:
                    assert sums(groups, name) is None
                else:
                    assert sums(groups, name) == expected
            for group in groups:
                for one in filter(None, (getattr(group, name) for name in NAMES)):
                    parts = (one.covered, one.out_of_reach, one.outside, one.no_location)
                    assert min(parts) >= 0
                    assert sum(parts) == one.total


def test_the_rest_has_groups_of_its_own_at_the_end():
    demand = pd.DataFrame({"located": [True] * 4, "minutes": [1.0, 1, 99, 1]})
    labels = one_of(pd.Series([["b"], [], ["a", "b"], ["a"]]))
    groups = by_group(demand, labels, limit_minutes=15)
    assert [one.name for one in groups] == ["a", "b", SEVERAL, WITHOUT]
    assert [one.enterprises.covered for one in groups] == [1, 1, 0, 1]
    assert all(one.workers is None for one in groups)


@settings(deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=9), st.integers(0, 30))
def test_shares_are_whole_numbers_of_a_given_sum(amounts, slack):
    most = np.ceil(np.array(amounts)).astype(np.int64) + slack
    total = min(round(sum(amounts)), int(most.sum()))
    parts = shared_out(np.array(amounts), total, most=most)
    assert parts.sum() == total
    assert ((parts >= 0) & (parts <= most)).all()
