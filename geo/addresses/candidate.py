"""A candidate: a place where an address may be, with the reason, a score and an accuracy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot

from geo.addresses.book import Known
from geo.addresses.parts import Address, apart

SCORES = {
    "same-address": 1.0,
    "same-building": 0.95,
    "same-house": 0.9,
    "same-park": 0.8,
    "same-name": 0.8,
    "other-block": 0.7,
    "between": 0.7,
    "near-number": 0.55,
    "similar-name": 0.5,
    "similar-street": 0.5,
    "same-street": 0.3,
}
"""Reason → score: how surely the place is the one that is meant, whatever its accuracy.

``same-address``: road, number and block, or name and block, are the same. ``same-building``: a building of
that name. ``same-house``: one of the two names no block. ``same-park``: within a park of that name.
``same-name``: an address of that name, whose extent is not known.
``other-block``: the same house or name, but another block. ``between``: numbers on both sides are known.
``near-number``: a number near by is. ``similar-…``: a name or a street is, but for a character or what stands
before it. ``same-street``: the street alone.
"""

CAPPED = 0.6
"""The most for an address that only says what is near, or names another division than what is known, or a
city or district where nothing is known."""

TOGETHER_M = 100.0
"""Known places of one reason within this distance are one candidate, and further apart several."""
LOT_M = 50.0
"""How far buildings of one house number usually lie from one another."""


@dataclass(frozen=True)
class Candidate:
    """A place where an address may be.

    Parameters
    ----------
    reason : str
        A key of `SCORES`.
    score : float
        From 0 to 1.
    x, y : float
        In metres.
    accuracy_m : float
        How far from there the enterprise may be, if the reason holds.
    label : str
        The address or the name that was found, as it is written.
    kind : {"address", "building", "park", "street"}
        What was found.
    count : int
        How many known places say so.
    sources : tuple of str
        The tables of addresses that say so, in their order.
    """

    reason: str
    score: float
    x: float
    y: float
    accuracy_m: float
    label: str
    kind: str
    count: int = 1
    sources: tuple[str, ...] = ()


def together(
    address: Address, reason: str, places: Sequence[Known], least_m: float = 0.0
) -> Iterator[Candidate]:
    """Return known places that give one reason as one candidate for each spot.

    The accuracy is what holds all of them, and ``least_m`` at least.
    """
    spots: list[list[Known]] = []
    for one in sorted(places, key=lambda one: (one.x, one.y, one.text)):
        near = (spot for spot in spots if hypot(one.x - spot[0].x, one.y - spot[0].y) <= TOGETHER_M)
        spot = next(near, None)
        if spot is None:
            spots.append([one])
        else:
            spot.append(one)
    for spot in spots:
        yield _candidate(address, reason, spot, least_m)


def _candidate(address: Address, reason: str, spot: Sequence[Known], least_m: float) -> Candidate:
    x = sum(one.x for one in spot) / len(spot)
    y = sum(one.y for one in spot) / len(spot)
    reach_m = max(hypot(one.x - x, one.y - y) + one.reach_m for one in spot)
    first, sources = spot[0], tuple(sorted({one.source for one in spot if one.source}))
    least_m = max(reach_m, least_m)
    found = Candidate(reason, SCORES[reason], x, y, least_m, first.text, first.kind, len(spot), sources)
    return capped(found) if all(apart(address, one.address) for one in spot) else found


def capped(one: Candidate) -> Candidate:
    """Return a candidate with the most that one can have whose address says too little."""
    return replace(one, score=min(one.score, CAPPED))
