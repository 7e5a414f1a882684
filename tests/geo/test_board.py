"""The board counts as the coverage does, and a station taken off is a station that was never there."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.coverage.board import Demand, box_numbers, change, empty_board
from geo.coverage.tally import area_shares, by_grid, denominators

ROWS = st.lists(st.integers(0, 13), unique=True, max_size=14)


@st.composite
def drawings(draw):
    """Six enterprises, three grids, five lattice points; rows of stations over all fourteen."""
    grids = draw(st.integers(0, 3))
    some = st.lists(st.integers(-1, grids - 1), min_size=6, max_size=6)
    enterprise_grid, lattice_grid = draw(some), draw(some)[:5]
    workers = draw(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=6, max_size=6))
    located = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    return (
        grids,
        np.array(enterprise_grid),
        np.array(lattice_grid),
        workers,
        np.array(located),
        draw(st.lists(ROWS, max_size=4)),
    )


def limited(rows, grids):
    places = 6 + grids + (5 if grids else 0)
    return [np.array([one for one in row if one < places], dtype=np.intp) for row in rows]


@settings(max_examples=60, deadline=None)
@given(drawings())
def test_a_board_counts_as_the_coverage_does(drawing) -> None:
    grids, enterprise_grid, lattice_grid, workers, located, rows = drawing
    outside = (enterprise_grid < 0) & (grids > 0)
    known = pd.array(workers, dtype="Int64")
    demand = Demand(
        box=box_numbers(located, outside),
        workers=np.array([one or 0 for one in workers], dtype=np.int64),
        workers_unknown=workers.count(None) if any(one is not None for one in workers) else None,
        enterprise_grid=enterprise_grid.astype(np.intp),
        grid_area=np.arange(grids) * 100.5 + 7.25,
        lattice_grid=lattice_grid.astype(np.intp) if grids else np.empty(0, dtype=np.intp),
    )
    board = empty_board(demand).moved((), limited(rows, grids))
    minutes = np.where(board.times > 0, 1.0, np.inf)
    frame = pd.DataFrame(
        {
            "located": located,
            "minutes": minutes[:6],
            "status": np.where(enterprise_grid < 0, "unassigned", "assigned"),
            "version": pd.array([None if one < 0 else one for one in enterprise_grid], dtype="Int64"),
            "workers": known,
        }
    )
    measured = pd.DataFrame({"area_m2": demand.grid_area, "minutes": minutes[6 : 6 + grids]})
    points = pd.Series([None if one < 0 else one for one in demand.lattice_grid], dtype="Int64")
    measured["area_share"] = area_shares(measured, points, minutes[6 + grids :], limit_minutes=5)
    assert board.totals() == denominators(frame, measured if grids else None, limit_minutes=5)
    if grids:
        wanted, found = by_grid(frame, measured, limit_minutes=5), board.by_grid()
        assert found["enterprises"].tolist() == wanted["enterprises_covered"].tolist()
        assert found["workers"].tolist() == wanted["workers_covered"].fillna(0).tolist()
        assert found["area_share"].tolist() == wanted["area_share"].tolist()
        assert found["reached"].tolist() == wanted["reached"].tolist()


@settings(max_examples=40, deadline=None)
@given(drawings())
def test_one_more_never_covers_less_and_taking_it_off_restores(drawing) -> None:
    grids, enterprise_grid, lattice_grid, workers, located, rows = drawing
    demand = Demand(
        box_numbers(located, enterprise_grid < 0),
        np.array([one or 0 for one in workers], dtype=np.int64),
        0,
        enterprise_grid.astype(np.intp),
        np.ones(grids),
        lattice_grid.astype(np.intp) if grids else np.empty(0, dtype=np.intp),
    )
    board = empty_board(demand)
    for row in limited(rows, grids):
        more = board.moved((), [row])
        gained = change(board, more)
        assert len(gained.lost) == gained.workers_lost == 0
        assert gained.workers_gained == demand.workers[gained.gained].sum()
        assert (more.moved([row], ()).times == board.times).all()
        back = change(more, board)
        assert back.lost.tolist() == gained.gained.tolist()
        board = more
