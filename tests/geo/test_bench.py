"""The measurements: that they measure the same question, and tell it in the agreed form."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.bench import doctors
from geo.bench.border import REASSIGNMENT, UPDATE, WHOLE, measure_border
from geo.bench.examination import race_doctors
from geo.bench.peers import METHODS, OURS, Question, absent
from geo.bench.race import race
from geo.bench.repairs import compare_repairs
from geo.bench.terrain import partition, places, spoil
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


def test_faults_are_known_and_the_same_each_time():
    grids = partition(400)
    spoiled = spoil(grids)
    assert (spoiled == spoil(grids)).all()
    assert int((spoiled != grids).sum()) == 10
    assert shapely.is_valid(spoiled).all()


@pytest.mark.parametrize("name", [*doctors.CHECKS])
def test_every_doctor_that_is_here_finds_the_same(name):
    if name in doctors.absent():
        pytest.skip(doctors.absent()[name])
    patient = doctors.Patient(spoil(partition(400)), "EPSG:4544")
    found = doctors.CHECKS[name](patient)()
    assert (len(found.pairs), len(found.holes)) == (5, 5)
    ours = doctors.CHECKS[OURS](patient)()
    assert found.pairs == ours.pairs
    assert np.allclose(found.holes, ours.holes, rtol=1e-3, atol=0)


def test_a_race_of_doctors_tells_rows_ratios_and_memory():
    told: list[str] = []
    without = {name for name in (*doctors.CHECKS, *doctors.REPAIRS) if name.startswith("maup")}
    result = race_doctors(("100", "100+repair"), without, repeats=1, tell=told.append)
    assert set(result) == {"rows", "ratios", "peak_mb"}
    assert result["ratios"]["100+repair"] is None
    assert 50 < result["peak_mb"]["100"] < 1000
    with pytest.raises(InputError, match="is no case"):
        race_doctors(("many",), set(), repeats=1, tell=print)


def test_repairs_are_compared_by_what_they_move(tmp_path):
    grids = spoil(partition(100))
    gpd.GeoDataFrame({"code": [f"G{i}" for i in range(100)]}, geometry=grids, crs=4326).to_file(
        tmp_path / "grids.geojson"
    )
    peers = {name for name in doctors.REPAIRS if name.startswith("maup")}
    result = compare_repairs((tmp_path / "grids.geojson",), peers, repeats=1, tell=print)
    automatic, chosen = result["rows"]
    assert (chosen["overlaps"], chosen["holes"]) == (0, 0)
    assert automatic["farthest_m"] <= 0.5 < chosen["farthest_m"]
    assert automatic["moved_m2"] < chosen["moved_m2"]


def test_a_moved_border_is_measured_and_held_against_a_full_run():
    told: list[str] = []
    result = measure_border(100, 2_000, repeats=2, tell=told.append)
    assert [row["method"] for row in result["rows"]] == [UPDATE, REASSIGNMENT, WHOLE]
    assert len(told) == 3
    assert len(result["moved"]) == 2
    assert sum(result["moved"]) > 0
