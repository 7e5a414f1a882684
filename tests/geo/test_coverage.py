"""Every unit is counted once, and every total adds up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.tally import BOXES, Denominator, area_shares, boxes, by_grid, denominators
from geo.errors import MissingColumn

# place, located, status, grid, minutes, workers
ROWS = [
    ("no location", False, "unassigned", None, np.inf, 7),
    ("outside, reached", True, "unassigned", None, 3.0, 20),
    ("outside", True, "unassigned", None, np.inf, None),
    ("inside, on the limit", True, "assigned", 1, 15.0, 100),
    ("inside, unknown head count", True, "assigned", 1, 2.0, None),
    ("inside, too far", True, "assigned", 2, 15.1, 50),
    ("in two grids, reached", True, "ambiguous", 2, 9.0, 5),
    ("inside, no street", True, "assigned", 2, np.nan, 1),
]


@pytest.fixture
def demand() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["place", "located", "status", "version", "minutes", "workers"])
    return frame.astype({"version": "Int64", "workers": "Int64"}).set_index("place")


@pytest.fixture
def grids() -> pd.DataFrame:
    return pd.DataFrame(
        {"area_m2": [100.4, 50.0, 10.0], "minutes": [15.0, 20.0, np.inf], "area_share": [0.5, 0.1, 0]},
        index=[1, 2, 3],
    )


def test_the_four_denominators(demand, grids):
    assert denominators(demand, grids, limit_minutes=15) == {
        "area_m2": Denominator(160, 55, 105),
        "grids": Denominator(3, 1, 2),
        "enterprises": Denominator(8, 3, 2, 2, 1, outside_reached=1),
        "workers": Denominator(183, 105, 51, 20, 7, outside_reached=20, unknown=2),
    }


def test_without_grids_nothing_is_outside(demand):
    counts = denominators(demand.drop(columns="status"), limit_minutes=15)
    assert (counts["area_m2"], counts["grids"]) == (None, None)
    assert counts["enterprises"] == Denominator(8, 4, 3, 0, 1)


@pytest.mark.parametrize("unknown", [True, False])
def test_without_head_counts_there_is_no_such_denominator(demand, grids, unknown):
    bare = demand.assign(workers=pd.NA) if unknown else demand.drop(columns="workers")
    assert denominators(bare, grids, limit_minutes=15)["workers"] is None
    table = by_grid(bare, grids, limit_minutes=15)
    assert table[["workers_total", "workers_covered", "workers_unknown"]].isna().all(axis=None)


def test_of_nothing_there_is_no_share(grids):
    assert Denominator(4, 1, 3).share == 0.25
    assert Denominator(0, 0, 0).share is None


def test_the_box_of_each_row(demand):
    assert boxes(demand, limit_minutes=15, in_grids=True).tolist() == [
        "no_location",
        "outside",
        "outside",
        "covered",
        "covered",
        "out_of_reach",
        "covered",
        "out_of_reach",
    ]


def test_by_grid(demand, grids):
    table = by_grid(demand, grids, limit_minutes=15)
    assert table.index.tolist() == [1, 2, 3]
    assert table["enterprises_total"].tolist() == [2, 3, 0]
    assert table["enterprises_covered"].tolist() == [2, 1, 0]
    assert table["workers_total"].tolist() == [100, 56, 0]
    assert table["workers_covered"].tolist() == [100, 5, 0]
    assert table["workers_unknown"].tolist() == [1, 0, 0]
    assert table["reached"].tolist() == [True, False, False]


def test_area_shares_by_lattice_or_by_the_representative_point(grids):
    version = pd.Series([1, 1, 1, 1, 2, None, 9], dtype="Int64")
    minutes = np.array([1, 15, 16, np.inf, 20, 3, 3])
    within = grids.assign(minutes=[99.0, 1.0, 15.0])
    share = area_shares(within, version, minutes, limit_minutes=15)
    assert share.to_dict() == {1: 0.5, 2: 0.0, 3: 1.0}


def test_a_grid_without_geometry_has_no_area(demand, grids):
    grids.loc[3, ["area_m2", "area_share"]] = np.nan
    assert denominators(demand, grids, limit_minutes=15)["area_m2"] == Denominator(150, 55, 95)


def test_a_missing_column_is_named(demand, grids):
    with pytest.raises(MissingColumn, match="status"):
        denominators(demand.drop(columns="status"), grids, limit_minutes=15)
    with pytest.raises(MissingColumn, match="area_share"):
        by_grid(demand, grids.drop(columns="area_share"), limit_minutes=15)


minutes = st.one_of(st.sampled_from([np.inf, np.nan, 15.0]), st.floats(0, 40))
rows = st.lists(
    st.tuples(
        st.booleans(),
        st.sampled_from([("assigned", 1), ("ambiguous", 2), ("unassigned", None)]),
        minutes,
        st.one_of(st.none(), st.integers(0, 10**6)),
    ),
    max_size=30,
)
areas = st.lists(st.tuples(st.floats(0, 1e9), minutes, st.floats(0, 1)), min_size=2, max_size=6)


@settings(deadline=None)
@given(rows, areas, st.sampled_from([5, 15, 15.5]))
def test_totals_add_up(rows, areas, limit):
    demand = pd.DataFrame(
        {
            "located": pd.array([row[0] for row in rows], dtype=bool),
            # Without a location there is no grid.
            "status": [row[1][0] if row[0] else "unassigned" for row in rows],
            "version": pd.array([row[1][1] if row[0] else None for row in rows], dtype="Int64"),
            "minutes": np.array([row[2] if row[0] else np.inf for row in rows], dtype=float),
            "workers": pd.array([row[3] for row in rows], dtype="Int64"),
        }
    )
    grids = pd.DataFrame(areas, columns=["area_m2", "minutes", "area_share"])
    grids.index = pd.RangeIndex(1, len(grids) + 1)
    counts = denominators(demand, grids, limit_minutes=limit)
    for one in filter(None, counts.values()):
        assert sum(getattr(one, box) for box in BOXES) == one.total
        assert 0 <= one.outside_reached <= one.outside
        assert min(one.covered, one.out_of_reach) >= 0
    table = by_grid(demand, grids, limit_minutes=limit)
    enterprises, workers = counts["enterprises"], counts["workers"]
    assert table["enterprises_total"].sum() == enterprises.covered + enterprises.out_of_reach
    assert table["enterprises_covered"].sum() == enterprises.covered
    assert table["reached"].sum() == counts["grids"].covered
    if workers is not None:
        assert table["workers_total"].sum() == workers.covered + workers.out_of_reach
        assert table["workers_covered"].sum() == workers.covered
    farther = denominators(demand, grids, limit_minutes=limit + 10)["enterprises"]
    assert farther.covered >= enterprises.covered
