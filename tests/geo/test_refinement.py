"""Refinement: the same field, looked at more closely where a limit passes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.circles.areas import build_lattice
from geo.circles.refinement import refined

LATTICE = build_lattice((0, 0, 150, 100), crs="EPSG:4544", spacing_m=25)


def field(xy, centre):
    return np.hypot(*(xy - np.array(centre)).T) / 10


@settings(deadline=None)
@given(st.tuples(st.integers(-50, 200), st.integers(-50, 150)), st.integers(2, 5))
def test_every_point_is_on_its_side_of_the_limit(centre, parts):
    asked = []

    def times(xy):
        asked.append(len(xy))
        return field(xy, centre)

    minutes = field(LATTICE.points_xy, centre)
    fine, values = refined(LATTICE, minutes, (5, 8), times, parts=parts)
    exact = field(fine.points_xy, centre)
    for limit in (5, 8):
        # A place on the limit itself, to the last bits, may fall to either side.
        clear = np.abs(exact - limit) > 1e-9
        assert ((values <= limit) == (exact <= limit))[clear].all()
    rows, columns = LATTICE.shape
    assert fine.shape == ((rows - 1) * parts + 1, (columns - 1) * parts + 1)
    coarse = values.reshape(fine.shape)[::parts, ::parts]
    assert coarse.ravel() == pytest.approx(minutes)
    assert sum(asked) < values.size


def test_one_part_changes_nothing():
    minutes = field(LATTICE.points_xy, (50, 50))
    assert refined(LATTICE, minutes, (5,), np.zeros_like, parts=1) == (LATTICE, minutes)
