"""Who moves in a redrawing: drawings checked by hand, and the law that it is what full assignment says."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.assignment.rule import assign
from geo.changes.moves import LOAD, Redrawing, loads, moving, redraw


def grids(rows: dict[int, tuple[str, Any]]) -> gpd.GeoDataFrame:
    """Grids by their id, each with a code and a box (west, south, east, north)."""
    shapes = [None if box is None else shapely.box(*box) for _, box in rows.values()]
    table = pd.DataFrame({"code": pd.Series([code for code, _ in rows.values()], dtype="str")})
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=4326)).set_index(pd.Index(list(rows)))


def places(*xy: tuple[float, float], workers: list[int | None] | None = None) -> pd.DataFrame:
    table = pd.DataFrame(xy, columns=["lon", "lat"], index=range(100, 100 + len(xy)), dtype=float)
    return table.assign(workers=pd.array(workers or [1] * len(xy), dtype="Int64"))


BEFORE = grids({1: ("A", (0, 0, 2, 1)), 2: ("B", (2, 0, 4, 1)), 3: ("C", (9, 0, 10, 1))})
AFTER = grids({1: ("A", (0, 0, 3, 1)), 2: ("B", (3, 0, 4, 1)), 3: ("C", (9, 0, 10, 1))})
POINTS = places((1, 0.5), (2.5, 0.5), (3.5, 0.5), (9.5, 0.5), (np.nan, np.nan), workers=[5, 7, None, 2, 3])


def test_a_moved_border() -> None:
    drawn = redraw(BEFORE, AFTER)
    moved = moving(drawn, POINTS)
    assert moved.index.tolist() == [101]
    assert moved.iloc[0].to_dict() == {
        "before": 2,
        "after": 1,
        "code_before": "B",
        "code_after": "A",
        "status_before": "assigned",
        "status_after": "assigned",
    }
    stations = places((2.5, 0.5), (9.5, 0.5))
    table = loads(
        drawn,
        {"enterprises": POINTS, "stations": stations},
        {"enterprises": moved, "stations": moving(drawn, stations)},
    )
    assert table.to_dict("index") == {
        1: carried("A", (1, 5, 0), (2, 12, 1)),
        2: carried("B", (2, 7, 1), (1, 0, 0)),
    }


def carried(code: str, before: tuple[int, int, int], after: tuple[int, int, int]) -> dict[str, Any]:
    return (
        {"code": code}
        | {f"{name}_before": n for name, n in zip(LOAD, before, strict=True)}
        | {f"{name}_after": n for name, n in zip(LOAD, after, strict=True)}
    )


def test_a_grid_that_comes_and_one_that_goes() -> None:
    drawn = redraw(BEFORE, grids({1: ("A", (0, 0, 2, 1)), 2: ("B", (2, 0, 4, 1)), -1: ("D", (0, 0, 1.5, 1))}))
    moved = moving(drawn, POINTS)
    assert moved[["before", "after"]].astype(object).where(moved.notna(), None).to_numpy().tolist() == [
        [1, 1],
        [3, None],
    ]
    assert moved["status_after"].tolist() == ["ambiguous", "unassigned"]
    table = loads(drawn, {"enterprises": POINTS}, {"enterprises": moved})
    assert table.loc[3, "code"] == "C"
    assert table.loc[3, ["workers_before", "workers_after", "stations_after"]].tolist() == [2, 0, 0]


def test_another_code_moves_who_lies_on_the_border() -> None:
    points = places((2, 0.5))
    other = grids({1: ("Z", (0, 0, 2, 1)), 2: ("B", (2, 0, 4, 1)), 3: ("C", (9, 0, 10, 1))})
    assert moving(redraw(BEFORE, other), points)[["before", "after"]].to_numpy().tolist() == [[1, 2]]


def test_nothing_moves() -> None:
    drawn = redraw(BEFORE, BEFORE)
    moved = moving(drawn, POINTS)
    assert (len(drawn.changed), len(moved)) == (0, 0)
    assert loads(drawn, {"enterprises": POINTS}, {"enterprises": moved}).empty
    bare = grids({1: ("A", None)})
    assert moving(redraw(bare, bare), POINTS).empty
    assert len(moving(redraw(bare, grids({})), POINTS)) == 0


CELLS = st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 4), st.integers(1, 4))


@st.composite
def states(draw: st.DrawFn) -> gpd.GeoDataFrame:
    """Boxes on a coarse lattice, so that borders, overlaps and ties are frequent."""
    ids = draw(st.lists(st.integers(1, 6), unique=True, max_size=5))
    codes = draw(st.permutations("ABCDEF"))
    rows = {}
    for number, code in zip(ids, codes, strict=False):
        x, y, wide, high = draw(CELLS)
        rows[number] = (code, (x, y, x + wide, y + high))
    return grids(rows)


@settings(max_examples=80, deadline=None)
@given(
    before=states(),
    after=states(),
    xy=st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16)), max_size=12),
)
def test_it_is_what_full_assignment_says(
    before: gpd.GeoDataFrame, after: gpd.GeoDataFrame, xy: list[tuple[int, int]]
) -> None:
    points = places(*((x / 2, y / 2) for x, y in xy))
    drawn = redraw(before, after)
    full = [
        assign(points[["lon", "lat"]].to_numpy(), state).set_axis(points.index) for state in (before, after)
    ]
    moved = moving(drawn, points)
    was, now = (one["version"].fillna(0).astype(int) for one in full)
    differ = (was != now) | (full[0]["status"] != full[1]["status"])
    assert moved.index.tolist() == points.index[differ].tolist()
    assert moved["before"].fillna(0).tolist() == was[differ].tolist()
    assert moved["after"].fillna(0).tolist() == now[differ].tolist()
    check_loads(drawn, points, moved, was, now)


def check_loads(
    drawn: Redrawing, points: pd.DataFrame, moved: pd.DataFrame, was: "pd.Series[int]", now: "pd.Series[int]"
) -> None:
    table = loads(drawn, {"enterprises": points}, {"enterprises": moved})
    for number, row in table.iterrows():
        assert row["enterprises_before"] == (was == number).sum()
        assert row["workers_after"] == (now == number).sum()
    changed = table["enterprises_after"] - table["enterprises_before"]
    outside = (was == 0).sum() - (now == 0).sum()
    assert changed.sum() == outside
