"""Classes of road have speeds of their own, for those who do not walk, and the answer says which."""

import numpy as np
import pytest

from geo.read.columns.roads import DEFAULTS
from geo.streets.paces import PLAIN_KM_H, SPEEDS_KM_H, paces, speeds_km_h


def test_a_pace_is_the_plain_speed_over_that_of_the_class():
    words = ["motorway_link", "主干路", "residential", "", None, np.nan, "no such class"]
    assert paces(words, "drive").tolist() == pytest.approx([30 / 80, 30 / 40, 30 / 20, 1, 1, 1, 30 / 25])
    assert paces(["track", "cycleway"], "ebike").tolist() == [1.5, 1]
    assert paces(["steps", "path", "track"], "walk").tolist() == [1, 1, 1]


def test_speeds_follow_the_plain_speed_of_the_profile():
    assert speeds_km_h("walk", speed_m_per_min=80) is None
    slow = speeds_km_h("drive", speed_m_per_min=15_000 / 60)
    assert slow is not None
    assert slow["motorway"] == 40


def test_every_speed_is_of_a_class_that_the_mode_may_use():
    for mode, speeds in SPEEDS_KM_H.items():
        assert all(getattr(DEFAULTS[name], mode) == "yes" for name in speeds)
        assert mode in PLAIN_KM_H
