"""The measurements: that they measure the same question, and tell it in the agreed form."""

import numpy as np
import pytest
import shapely

from geo.bench.peers import METHODS, OURS, Question, absent
from geo.bench.race import race
from geo.bench.terrain import partition, places
from geo.errors import InputError

CASE = "50x3000"


def test_the_terrain_is_a_partition_and_the_same_each_time():
    grids = partition(50)
    assert shapely.coverage_is_valid(grids)
    assert len(grids) == 50
    assert (grids == partition(50)).all()
    assert shapely.get_num_coordinates(grids).tolist() == [81] * 50


@pytest.mark.parametrize("name", METHODS)
def test_every_method_that_is_here_gives_the_same_answer(name):
    if name in absent():
        pytest.skip(absent()[name])
    grids = partition(50)
    question = Question(grids, *places(2_000, grids))
    expected = [np.flatnonzero(shapely.covers(grids, point)) for point in question.points]
    assert METHODS[name](question)().tolist() == [min(found, default=-1) for found in expected]


def test_a_race_tells_rows_and_ratios():
    told: list[str] = []
    racing = {name: METHODS[name] for name in (OURS, "shapely tree of points")}
    result = race((CASE,), racing, repeats=2, tell=told.append)
    assert set(result) == {"rows", "ratios"}
    assert [(row["case"], row["method"], row["repeats"]) for row in result["rows"]] == [
        (CASE, m, 2) for m in racing
    ]
    assert result["ratios"][CASE] > 0
    assert len(told) == 2


def test_a_race_ends_where_answers_differ():
    wrong = {OURS: METHODS[OURS], "liar": lambda question: lambda: np.full(len(question.x), 7)}
    with pytest.raises(RuntimeError, match="liar differs from gridcircle"):
        race((CASE,), wrong, repeats=1, tell=print)


@pytest.mark.parametrize("case", ["1358", "0x5", "axb"])
def test_a_case_is_two_numbers(case):
    with pytest.raises(InputError, match="is no case"):
        race((case,), METHODS, repeats=1, tell=print)
