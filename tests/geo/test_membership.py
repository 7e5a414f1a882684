import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.assignment.membership import assign_by_name

GRIDS = pd.DataFrame({"code": ["C2", "C1", "C3"], "name": ["新材料", "智能制造", None]}, index=[7, 8, 9])

WORDS = st.lists(st.sampled_from(["C1", "C2", "C3", "新材料", "智能制造", "绿色能源", ""]), max_size=4)


def given_to(*names: list[str]) -> list[tuple[object, ...]]:
    table = assign_by_name(pd.Series(list(names), dtype=object), GRIDS)
    return [
        (None if pd.isna(version) else version, status, rule, candidates)
        for version, status, rule, candidates in zip(
            table["version"], table["status"], table["rule"], table["candidates"], strict=True
        )
    ]


def test_by_code_by_name_and_by_none() -> None:
    assert given_to(["智能制造"], ["C2"], ["绿色能源"], []) == [
        (8, "assigned", "table", []),
        (7, "assigned", "table", []),
        (None, "unassigned", "outside", []),
        (None, "unassigned", "outside", []),
    ]


def test_several_grids_give_the_lowest_code_for_the_time_being() -> None:
    assert given_to(["新材料", "智能制造"]) == [(8, "ambiguous", "overlap", ["C1", "C2"])]
    assert given_to(["智能制造", "C1"]) == [(8, "assigned", "table", [])]


def test_a_grid_without_a_name_is_named_by_its_code() -> None:
    assert given_to(["C3"]) == [(9, "assigned", "table", [])]


@given(st.lists(WORDS, max_size=6), st.permutations([0, 1, 2]))
def test_no_row_is_dropped_and_no_order_shows(names: list[list[str]], order: list[int]) -> None:
    rows = pd.Series(names, index=range(100, 100 + len(names)), dtype=object)
    table = assign_by_name(rows, GRIDS)
    assert list(table.index) == list(rows.index)
    other = assign_by_name(rows.map(lambda words: words[::-1]), GRIDS.iloc[order])
    pd.testing.assert_frame_equal(table, other)
    assert (table["version"].isna() == (table["status"] == "unassigned")).all()
    assert [len(one) > 1 for one in table["candidates"]] == (table["status"] == "ambiguous").tolist()
