"""Each row of a matrix is the run from its source alone, entry by entry."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from street_drawings import bring, nets, network_of, spots

from geo.reach.matrix import disc_matrix, travel_matrix
from geo.reach.times import disc_minutes, travel_minutes
from geo.travel import search
from geo.travel.nodes import kernels


def entries(row: csr_array) -> dict[int, float]:
    return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))


def within(minutes, limit) -> dict[int, float]:
    return {i: m for i, m in enumerate(minutes.tolist()) if m <= limit and m < np.inf}


limits = st.integers(0, 12) | st.just(np.inf)
paces = st.none() | st.lists(st.sampled_from([0.3, 0.5, 1.0, 1.7]), min_size=1, max_size=3)


@settings(deadline=None)
@given(nets, spots, spots, limits, st.sampled_from(["walk", "drive"]), paces)
def test_a_row_is_the_run_from_its_source_alone(lines, stations, points, limit, mode, pace):
    network = network_of(lines, mode, pace)
    sources, targets = bring(network, stations), bring(network, points)
    matrix = travel_matrix(network, sources, targets, speed_m_per_min=1, limit_minutes=limit)
    assert matrix.shape == (len(sources), len(targets))
    assert matrix.has_canonical_format
    for i in range(len(sources)):
        alone = travel_minutes(network, sources.take(np.array([i])), targets, speed_m_per_min=1)
        assert entries(matrix[[i]]) == within(alone.minutes, limit)
    least = np.full(len(targets), np.inf)
    np.minimum.at(least, matrix.indices, matrix.data)
    together = travel_minutes(network, sources, targets, speed_m_per_min=1, limit_minutes=limit)
    assert np.array_equal(least, together.minutes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "available", lambda: False)
        plain = travel_matrix(network, sources, targets, speed_m_per_min=1, limit_minutes=limit)
    assert [a.tolist() for a in parts(plain)] == [a.tolist() for a in parts(matrix)]


def test_rows_that_reach_far_are_taken_a_few_at_a_time(monkeypatch):
    ticks = np.arange(6)
    network = network_of(
        [([(x, 0), (x, 5)], "no") for x in ticks] + [([(0, y), (5, y)], "no") for y in ticks]
    )
    spots = bring(network, np.random.default_rng(3).uniform(0, 5, (40, 2)))
    times = {"speed_m_per_min": 1, "limit_minutes": np.inf}
    at_once = travel_matrix(network, spots, spots, **times)
    # A compiled loop keeps the number that it was compiled with.
    monkeypatch.setattr(kernels, "each", kernels.each.py_func)
    monkeypatch.setattr(kernels, "ENOUGH", 3)
    few = travel_matrix(network, spots, spots, **times)
    assert few.shape == (40, 40)
    assert [np.array_equal(a, b) for a, b in zip(parts(few), parts(at_once), strict=True)] == [True] * 3


def parts(matrix: csr_array) -> tuple[np.ndarray, ...]:
    return matrix.indptr, matrix.indices, matrix.data


@settings(deadline=None)
@given(spots, spots, limits)
def test_a_row_of_discs_is_the_disc_of_its_source_alone(stations, points, limit):
    stations = np.vstack([stations, [[np.nan, 0]]])
    options = {"speed_m_per_min": 0.7, "detour": 1.3}
    matrix = disc_matrix(stations, points, **options, limit_minutes=limit)
    assert matrix.shape == (len(stations), len(points))
    for i in range(len(stations)):
        alone = disc_minutes(stations[[i]], points, **options)
        assert entries(matrix[[i]]) == within(alone.minutes, limit)


def test_a_way_of_no_length_is_an_entry():
    network = network_of([([(0, 0), (4, 0)], "no")])
    spot = bring(network, np.array([[1.0, 0.0]]))
    matrix = travel_matrix(network, spot, spot, speed_m_per_min=1, limit_minutes=0)
    assert (matrix.indices.tolist(), matrix.data.tolist()) == ([0], [0.0])
