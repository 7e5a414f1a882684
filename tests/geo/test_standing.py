"""What stands after a change is what a search from the beginning finds, to the bit and to the station."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street_drawings import bring, nets, network_of, spots

from geo.errors import InputError
from geo.reach.standing import Standing, closed, placed, stand
from geo.reach.times import travel_minutes
from geo.streets.snapping import Snapped
from geo.travel import search

moves = st.lists(
    st.tuples(st.booleans(), st.integers(0, 9), st.tuples(st.integers(-4, 28), st.integers(-4, 28))),
    min_size=1,
    max_size=4,
)
limits = st.sampled_from([4.0, np.inf])


def answers(reach) -> list[list[float]]:
    return [a.tolist() for a in (reach.minutes, reach.nearest, reach.second_minutes, reach.second)]


def whole(standing: Standing) -> list[list[float]]:
    return answers(
        travel_minutes(
            standing.network,
            standing.sources,
            standing.targets,
            speed_m_per_min=standing.speed_m_per_min,
            limit_minutes=standing.limit_minutes,
        )
    )


@settings(deadline=None, max_examples=60)
@given(nets, spots, spots, moves, st.sampled_from(["walk", "drive"]), limits, st.booleans())
def test_step_by_step_is_as_from_the_beginning(lines, stations, points, steps, mode, limit, compiled):
    network = network_of(lines, mode)
    sources, targets = bring(network, stations), bring(network, points)
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(search, "available", lambda: False)
        standing = stand(network, sources, targets, speed_m_per_min=1, limit_minutes=limit)
        for opens, position, place in steps:
            count = len(standing.sources)
            if opens:
                spot = bring(network, np.array([place]) / 4)
                standing = placed(standing, position % (count + 1), spot)
            elif count:
                standing = closed(standing, position % count)
            assert answers(standing.reach) == whole(standing)


def test_a_position_that_is_not_there_is_refused():
    network = network_of([([(0, 0), (4, 0)], "no")])
    nobody: Snapped = bring(network, np.empty((0, 2)))
    standing = stand(network, nobody, nobody, speed_m_per_min=1)
    with pytest.raises(InputError, match="no station at position 0"):
        closed(standing, 0)
    with pytest.raises(InputError, match="no station at position 1"):
        placed(standing, 1, bring(network, np.array([[1.0, 0.0]])))
