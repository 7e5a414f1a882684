"""Routine: which firms of the demo district work in shifts, and how many people its stations can serve."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_SHIFTS = (("08:00、20:00", 0.5), ("06:00、14:00、22:00", 0.35), ("07:30、15:30、23:30", 0.15))
"""When shifts change, and how often it is so."""

_IN_SHIFTS = {"C": 0.45, "G": 0.3, "H": 0.12, "I": 0.03}
"""Share of the firms that work in shifts, by the section of GB/T 4754-2017: makers, post, kitchens, desks."""

_SAYS_SHARE = 0.7
_STATION_STEPS, _CENTRE_STEPS = (4, 17), (30, 61)
_STEP = 50


def shifts_of(industry: pd.Series, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return when the shifts of each firm change, as offices write it; None where it has none."""
    share = industry.str[0].map(_IN_SHIFTS).fillna(0.0).to_numpy(dtype=float)
    weight = np.array([weight for _, weight in _SHIFTS])
    chosen = rng.choice(len(_SHIFTS), len(industry), p=weight)
    words = np.array([word for word, _ in _SHIFTS], dtype=object)[chosen]
    words[rng.random(len(industry)) >= share] = None
    return words


def capacity_of(centre: NDArray[np.bool_], rng: np.random.Generator) -> pd.Series:
    """Return how many people each station can serve, missing where it does not say; centres serve more."""
    low, high = np.where(centre[:, None], _CENTRE_STEPS, _STATION_STEPS).T
    people = pd.Series(_STEP * rng.integers(low, high), dtype="Int64")
    return people.mask(rng.random(len(centre)) >= _SAYS_SHARE)
