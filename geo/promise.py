"""The promise of a zone: within how many minutes, by which facilities, on which days."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from math import inf
from typing import Any

FACILITIES = ("station", "centre")
"""The kinds of facility; a zone may call them as it likes."""

_SPEEDS_M_PER_MIN: Mapping[str, float] = {"walk": 5000 / 60, "ebike": 15000 / 60, "drive": 30000 / 60}
"""By mode, where the profile says nothing else."""

_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True)
class Circle:
    """The promise: who is promised a station, within how many minutes, by which facilities.

    ``speed_m_per_min`` is 5 km/h unless the profile says otherwise; ``detour`` divides the radius of
    the disc that stands in where no streets are loaded. ``radii_m`` are the radii that a standard names for
    some minutes, by default those of GB 50180-2018. ``slow`` and ``fast`` are the speeds of slow and of fast
    people as shares of the speed, and a way to the street above ``long_access_m`` is not sure to lead there.
    """

    minutes: float = 15.0
    kinds: tuple[str, ...] = FACILITIES
    speed_m_per_min: dict[str, float] | None = None
    detour: float = 1.3
    max_access_m: float = 250.0
    radii_m: dict[str, float] = field(default_factory=lambda: {"5": 300.0, "10": 500.0, "15": 1000.0})
    slow: float = 0.8
    fast: float = 1.2
    long_access_m: float = 100.0

    @property
    def radii(self) -> tuple[tuple[float, float], ...]:
        """The radii of the standard: (minutes, metres), from the shortest."""
        return tuple(sorted((float(minutes), float(metres)) for minutes, metres in self.radii_m.items()))

    def radius_m(self, minutes: float) -> float:
        """Return the radius of the standard for a time, in between along a straight line."""
        known = [(0.0, 0.0), *self.radii]
        for (early, near), (late, far) in pairwise(known):
            if minutes <= late:
                return near + (far - near) * (minutes - early) / (late - early)
        last, metres = known[-1]
        return metres * minutes / last if last else 0.0

    def speed(self, mode: str) -> float:
        """Return the speed of a mode in metres per minute."""
        return {**_SPEEDS_M_PER_MIN, **(self.speed_m_per_min or {})}[mode]


def named(table: Mapping[str, Any], names: Collection[str], where: str) -> None:
    """Make sure that a table of a profile says nothing but what is known.

    Raises
    ------
    ValueError
        Where it has another name, such as a misspelt one.
    """
    strange = sorted(set(table) - set(names))
    if strange:
        raise ValueError(f"“{where}” has no “{strange[0]}”; it takes {', '.join(names)}")


def circle_of(table: Mapping[str, Any]) -> Circle:
    """Return a profile's circle.

    Raises
    ------
    ValueError
        Where it says what no circle has, promises a kind of facility that there is not, gives a speed to no
        mode, or a number is not above 0.
    """
    named(table, [one.name for one in fields(Circle)], "circle")
    circle = Circle(**{**table, "kinds": tuple(table.get("kinds", FACILITIES))})
    strange = [kind for kind in circle.kinds if kind not in FACILITIES]
    if strange or not circle.kinds:
        raise ValueError(
            f"“circle” promises {', '.join(strange) or 'no kind'}; a facility is one of "
            f"{', '.join(FACILITIES)}, and what a zone calls them stands in [kinds]"
        )
    for name in ("minutes", "detour", "max_access_m", "slow", "fast", "long_access_m"):
        _above_0(getattr(circle, name), f"“{name}” in “circle”")
    speeds = circle.speed_m_per_min or {}
    named(speeds, tuple(_SPEEDS_M_PER_MIN), "circle.speed_m_per_min")
    for mode, speed in speeds.items():
        _above_0(speed, f"“{mode}” in “circle.speed_m_per_min”")
    for minutes, metres in circle.radii_m.items():
        _above_0(float(minutes) if _PLAIN.fullmatch(minutes) else minutes, "a time in “circle.radii_m”")
        _above_0(metres, f"“{minutes}” in “circle.radii_m”")
    return circle


def _above_0(value: Any, what: str) -> None:
    if not isinstance(value, int | float) or not 0 < value < inf:
        raise ValueError(f"{what} is a number above 0, not {value!r}")


@dataclass(frozen=True)
class Calendar:
    """The days on which a zone does not keep its usual week.

    Parameters
    ----------
    holidays : tuple of date
        Public holidays: the rules ``PH`` of opening hours hold.
    workdays : tuple of date
        Saturdays and Sundays on which people work instead; they count as the Friday before, or the Monday
        after.
    """

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


def calendar_of(table: dict[str, Any]) -> Calendar:
    """Return a profile's calendar: the days of its country, and its own beside them.

    Parameters
    ----------
    table : dict
        ``of`` (a name in ``geo/calendars``), ``holidays`` and ``workdays``, each as good as missing.

    Raises
    ------
    ValueError
        Where it says anything else, or there is no such country.
    """
    days = {name: set(table.get(name, ())) for name in ("holidays", "workdays")}
    if unknown := set(table) - {"of", *days}:
        raise ValueError(
            f"“calendar” has no {', '.join(sorted(unknown))}; it takes of, holidays and workdays"
        )
    if "of" in table:
        shipped = resources.files("geo") / "calendars" / f"{table['of']}.toml"
        if not shipped.is_file():
            raise ValueError(f"there is no calendar of “{table['of']}”; leave it out, or say china")
        for year in tomllib.loads(shipped.read_text("utf-8"))["years"]:
            for first, last in year["holidays"]:
                days["holidays"] |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
            days["workdays"] |= set(year["workdays"])
    return Calendar(**{name: tuple(sorted(found)) for name, found in days.items()})
