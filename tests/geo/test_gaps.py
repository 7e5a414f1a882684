"""Cells of unreached demand hold all of it, once."""

import h3
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.gaps import gap_cells


def frame(*rows: tuple[float, float, float, int | None]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["lon", "lat", "minutes", "workers"])
    return table.astype({"lon": float, "lat": float, "minutes": float, "workers": "Int64"})


def test_what_a_cell_says():
    here, there = (104.06, 30.6), (104.10, 30.6)
    cells = gap_cells(
        frame(
            (*here, 17.0, 10),
            (*here, 25.0, None),
            (*here, 20.0, 5),
            (*here, np.inf, 1),
            (*here, 15.0, 99),
            (*there, np.inf, None),
            (np.nan, 30.6, np.inf, 50),
        ),
        limit_minutes=15,
    )
    assert cells.crs == "EPSG:4326"
    first = cells.loc[h3.latlng_to_cell(here[1], here[0], 10)]
    assert (first["enterprises"], first["workers"], first["workers_unknown"]) == (4, 16, 1)
    assert (first["unconnected"], first["missing_min"], first["missing_median"]) == (1, 2, 5)
    assert first.geometry.covers(shapely.Point(here))
    other = cells.loc[h3.latlng_to_cell(there[1], there[0], 10)]
    assert (other["enterprises"], other["workers"], other["workers_unknown"]) == (1, 0, 1)
    assert np.isnan(other["missing_min"])


@pytest.mark.parametrize(("limit", "resolution"), [(5, 11), (10, 10), (15, 10)])
def test_cells_fit_the_circle(limit, resolution):
    cells = gap_cells(frame((104.0, 30.0, 99.0, 1)), limit_minutes=limit)
    assert h3.get_resolution(cells.index[0]) == resolution


def test_no_gap_and_no_workers():
    table = frame((104.0, 30.0, 1.0, 1))
    assert len(gap_cells(table, limit_minutes=15)) == 0
    (workers,) = gap_cells(table.drop(columns="workers"), limit_minutes=0.5)["workers"]
    assert pd.isna(workers)


def test_a_gap_of_unknown_head_counts_among_known_ones_has_no_workers():
    here, there = (104.06, 30.6), (104.10, 30.6)
    cells = gap_cells(frame((*here, 20, None), (*there, 1, 7)), limit_minutes=15)
    assert cells["workers"].tolist() == [0]
    assert cells["workers_unknown"].tolist() == [1]


def test_finer_cells_divide_coarser_ones_and_hold_the_same():
    rows = [(104.0 + n / 3000, 30.6, 20.0 + n, n) for n in range(12)]
    coarse, fine = (gap_cells(frame(*rows), limit_minutes=15, resolution=size) for size in (9, 10))
    assert len(fine) > len(coarse) > 1
    # H3 assigns a place to the cell around it at each size, and these lie well within.
    for name in ("enterprises", "workers", "unconnected"):
        assert fine[name].sum() == coarse[name].sum()
    assert coarse["missing_min"].min() == fine["missing_min"].min() == 5
    assert not shapely.overlaps(coarse.geometry.iloc[0], coarse.geometry.iloc[1])


points = st.tuples(
    st.floats(104.0, 104.02),
    st.floats(30.0, 30.02),
    st.one_of(st.just(np.inf), st.floats(0, 60)),
    st.one_of(st.none(), st.integers(0, 5000)),
)


@settings(deadline=None)
@given(st.lists(points, max_size=25), st.randoms())
def test_sums_add_up_in_any_order(rows, random):
    demand = frame(*rows)
    unreached = demand[~(demand["minutes"] <= 15)]
    cells = gap_cells(demand, limit_minutes=15)
    assert cells["enterprises"].sum() == len(unreached)
    assert cells["workers"].sum() == unreached["workers"].sum()
    assert cells["workers_unknown"].sum() == unreached["workers"].isna().sum()
    random.shuffle(rows)
    pd.testing.assert_frame_equal(
        pd.DataFrame(gap_cells(frame(*rows), limit_minutes=15)), pd.DataFrame(cells)
    )
