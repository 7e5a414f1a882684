"""Roads: who may use a class of road where nothing else is said.

The defaults follow the table of access restrictions of OpenStreetMap, with the expressways of Chinese
cities (快速路) closed to walkers and riders.
"""

from collections.abc import Mapping
from typing import NamedTuple

from geo.read.columns.headers import normalise


class Access(NamedTuple):
    """Who may use a road, each ``yes`` or ``no``."""

    walk: str
    ebike: str
    drive: str


_ALL = Access("yes", "yes", "yes")
_DRIVERS = Access("no", "no", "yes")
_WALKERS = Access("yes", "no", "no")
_NO_CARS = Access("yes", "yes", "no")
_RIDERS = Access("no", "yes", "no")

DEFAULTS: Mapping[str, Access] = {
    "motorway": _DRIVERS,
    "trunk": _DRIVERS,
    "primary": _ALL,
    "secondary": _ALL,
    "tertiary": _ALL,
    "unclassified": _ALL,
    "residential": _ALL,
    "living_street": _ALL,
    "service": _ALL,
    "road": _ALL,
    "pedestrian": _WALKERS,
    "footway": _WALKERS,
    "steps": _WALKERS,
    "corridor": _WALKERS,
    "platform": _WALKERS,
    "path": _NO_CARS,
    "track": _NO_CARS,
    "bridleway": _WALKERS,
    "cycleway": _RIDERS,
}
"""Class of road → access. A link (``primary_link``) is as its road."""

GATES: Mapping[str, Access] = {
    "gate": _ALL,
    "lift_gate": _ALL,
    "swing_gate": _ALL,
    "sliding_gate": _ALL,
    "entrance": _ALL,
    "bollard": _NO_CARS,
    "cycle_barrier": _NO_CARS,
    "kissing_gate": _WALKERS,
    "turnstile": _WALKERS,
    "full-height_turnstile": _WALKERS,
    "stile": _WALKERS,
}
"""Kind of gate → who may pass it, where it is not said."""

WALLS = frozenset(("wall", "fence", "city_wall", "hedge"))
"""What OpenStreetMap calls a barrier that nobody passes but by a gate."""

_CHINESE: Mapping[str, str] = {
    "高速": "motorway",
    "快速": "trunk",
    "主干": "primary",
    "次干": "secondary",
    "支路": "tertiary",
    "街巷": "service",
    "国道": "primary",
    "省道": "secondary",
    "县道": "tertiary",
    "乡道": "unclassified",
    "步行街": "pedestrian",
    "人行": "footway",
    "步行": "footway",
    "步道": "footway",
    "绿道": "path",
    "台阶": "steps",
    "梯道": "steps",
    "天桥": "footway",
    "非机动车": "cycleway",
    "自行车": "cycleway",
    "expressway": "trunk",
    "freeway": "motorway",
}

_ONEWAY: Mapping[str, str] = {
    **dict.fromkeys(
        ("yes", "true", "1", "f", "ft", "forward", "是", "单行", "单向", "正向", "顺向"), "forward"
    ),
    **dict.fromkeys(("1back", "reverse", "backward", "t", "tf", "反向", "逆向"), "backward"),
}
_YES = frozenset(("yes", "true", "1", "y", "t", "是", "可", "允许", "designated", "permissive"))
_NO = frozenset(("no", "false", "0", "n", "f", "否", "不可", "禁止", "private"))


def access(road_class: str | None) -> Access:
    """Return who may use a class of road by default; an unknown class is open to all.

    Examples
    --------
    >>> access("motorway_link"), access("城市快速路").walk, access("支路").walk
    (Access(walk='no', ebike='no', drive='yes'), 'no', 'yes')
    """
    return DEFAULTS[plain_class(road_class)] if road_class else _ALL


def plain_class(road_class: str) -> str:
    """Return the key of `DEFAULTS` that a class of road means; ``road`` for one that is not known.

    Examples
    --------
    >>> plain_class("primary_link"), plain_class("城市快速路"), plain_class("巷子")
    ('primary', 'trunk', 'road')
    """
    plain = road_class.strip().casefold().removesuffix("_link")
    if plain in DEFAULTS:
        return plain
    return next((english for word, english in _CHINESE.items() if word in plain), "road")


def oneway(word: str | None) -> str:
    """Return ``forward``, ``backward`` or ``no`` for what a file says of one way.

    Examples
    --------
    >>> oneway("yes"), oneway("-1"), oneway("是"), oneway(None)
    ('forward', 'backward', 'forward', 'no')
    """
    if not word:
        return "no"
    return "backward" if word.strip() == "-1" else _ONEWAY.get(normalise(word), "no")


def permission(word: str | None, default: str) -> str:
    """Return ``yes`` or ``no`` for what a file says, else the default."""
    plain = (word or "").strip().casefold()
    return "yes" if plain in _YES else "no" if plain in _NO else default
