"""How fast each class of road is: metres at a mode's plain speed for one metre of it.

Walkers keep one speed everywhere. The plain speed of the other modes is the profile's (15 and 30 km/h), and
the classes stand to it as the usual speeds in towns, lights and turns counted, stand to each other.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from geo.read.columns.roads import plain_class
from geo.streets.network import Floats, Mode

SPEEDS_KM_H: Mapping[Mode, Mapping[str, float]] = MappingProxyType(
    {
        "ebike": {
            "living_street": 12,
            "service": 12,
            "path": 10,
            "track": 10,
        },
        "drive": {
            "motorway": 80,
            "trunk": 55,
            "primary": 40,
            "secondary": 35,
            "tertiary": 30,
            "unclassified": 25,
            "residential": 20,
            "living_street": 10,
            "service": 15,
            "road": 25,
        },
    }
)
"""Class of road → km/h; a class that is missing has the plain speed."""

PLAIN_KM_H: Mapping[Mode, float] = MappingProxyType({"walk": 5, "ebike": 15, "drive": 30})
"""What the speeds are measured by."""


def paces(road_class: Iterable[object], mode: Mode) -> Floats:
    """Return for each road how many metres at plain speed one metre of it takes as long as.

    Parameters
    ----------
    road_class : iterable of str or None
        As the file says it, OpenStreetMap's words or Chinese ones; a missing class has the plain speed.
    mode : {"walk", "ebike", "drive"}
        Who moves.

    Examples
    --------
    >>> paces(["高速公路", "service", None], "drive").tolist(), paces(["steps"], "walk").tolist()
    ([0.375, 2.0, 1.0], [1.0])
    """
    plain, speeds = PLAIN_KM_H[mode], SPEEDS_KM_H.get(mode, {})
    known: dict[object, float] = {}
    for name in road_class:
        if name not in known:
            speed = speeds.get(plain_class(name), plain) if isinstance(name, str) and name else plain
            known[name] = plain / speed
    return np.array([known[name] for name in road_class], dtype=float)


def speeds_km_h(mode: Mode, *, speed_m_per_min: float) -> dict[str, float] | None:
    """Return the km/h of the classes that do not have the plain speed, None where the mode has one speed.

    Parameters
    ----------
    mode : {"walk", "ebike", "drive"}
        Who moves.
    speed_m_per_min : float
        The plain speed, by which the others are scaled.
    """
    if mode not in SPEEDS_KM_H:
        return None
    scale = speed_m_per_min * 60 / 1000 / PLAIN_KM_H[mode]
    return {name: round(speed * scale, 2) for name, speed in SPEEDS_KM_H[mode].items()}
