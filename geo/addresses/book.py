"""The book: what is known of addresses and named places, opened at a house number, a name or a street.

Known are places with coordinates of their own: addresses of enterprises, stations and tables of addresses,
buildings and parks by their names, streets. What was itself found by an address is never in it, so that no
guess rests on another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from geo.addresses.parts import Address, by_level, parse

Kind = Literal["address", "building", "park", "street"]
COLUMNS = ("kind", "text", "x", "y", "radius_m", "accuracy_m", "source")


@dataclass(frozen=True)
class Known:
    """A place that is known.

    Parameters
    ----------
    kind : {"address", "building", "park", "street"}
        What it is.
    text : str
        Its address, or its name, as written.
    address : Address
        The parts of it.
    x, y : float
        Its representative point, in metres.
    radius_m : float
        How far its furthest part is from there; 0 for a point.
    accuracy_m : float
        How far the point itself may be off.
    source : str
        The table of addresses that it stands in; empty for all else.
    """

    kind: Kind
    text: str
    address: Address
    x: float
    y: float
    radius_m: float = 0.0
    accuracy_m: float = 0.0
    source: str = ""

    @property
    def reach_m(self) -> float:
        """How far from its point anything may be that has this address."""
        return self.radius_m + self.accuracy_m


@dataclass(frozen=True)
class Book:
    """Known places by house, by street and by name; each list in an order that its input has no part in.

    ``perhaps`` are those by the house numbers that their addresses may mean as well, such as 14 of 12-16号.
    ``divisions`` are those that any of them lies in, by level; see `geo.addresses.parts.by_level`.
    """

    houses: Mapping[tuple[str, str], list[Known]] = field(default_factory=dict)
    roads: Mapping[str, list[tuple[int, Known]]] = field(default_factory=dict)
    names: Mapping[str, list[Known]] = field(default_factory=dict)
    streets: Mapping[str, list[Known]] = field(default_factory=dict)
    misspelt: Mapping[str, list[str]] = field(default_factory=dict)
    divisions: Mapping[int, list[str]] = field(default_factory=dict)
    perhaps: Mapping[tuple[str, str], list[Known]] = field(default_factory=dict)


def make_book(known: pd.DataFrame) -> Book:
    """Make the book of what is known.

    Parameters
    ----------
    known : DataFrame
        ``kind``, ``text``, ``x``, ``y`` (metres, in one system), ``radius_m``, ``accuracy_m`` and
        ``source``; rows that say the same may occur often.
    """
    table = known[list(COLUMNS)].drop_duplicates().sort_values(list(COLUMNS), ignore_index=True)
    parsed = {text: parse(text) for text in table["text"].unique()}
    places = [
        Known(kind, text, parsed[text], float(x), float(y), float(radius), float(accuracy), source)
        for kind, text, x, y, radius, accuracy, source in table.itertuples(index=False)
    ]
    return _bound([one for one in places if not one.address.is_empty])


def variants(word: str) -> Iterable[str]:
    """Return a word with each of its characters left open, to find those that differ in one."""
    return (f"{word[:at]}*{word[at + 1 :]}" for at in range(len(word)))


def _bound(places: list[Known]) -> Book:
    houses: dict[tuple[str, str], list[Known]] = defaultdict(list)
    roads: dict[str, list[tuple[int, Known]]] = defaultdict(list)
    names: dict[str, list[Known]] = defaultdict(list)
    streets: dict[str, list[Known]] = defaultdict(list)
    perhaps: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for one in places:
        said = one.address
        if one.kind == "street":
            streets[said.road or said.text].append(one)
            continue
        for name in said.names:
            names[name].append(one)
        if one.kind != "address" or said.vague:
            continue
        for other in said.others:
            perhaps[said.road, other].append(one)
        if said.road and said.number:
            houses[said.road, said.number].append(one)
            if said.number.isdigit():
                roads[said.road].append((int(said.number), one))
    for row in roads.values():
        row.sort(key=lambda pair: pair[0])
    misspelt: dict[str, list[str]] = defaultdict(list)
    for road in sorted({road for road, _ in houses}):
        for variant in variants(road):
            misspelt[variant].append(road)
    divisions = by_level(sorted({name for one in places for name in one.address.divisions}))
    named = (dict(names), dict(streets), dict(misspelt))
    return Book(dict(houses), dict(roads), *named, divisions, dict(perhaps))
