"""Finding: where an enterprise may be by its address, the likeliest place first."""

from collections.abc import Iterable, Iterator

from geo.addresses.book import Book, Known, variants
from geo.addresses.candidate import CAPPED, LOT_M, SCORES, Candidate, capped, together
from geo.addresses.houses import between
from geo.addresses.parts import Address, elsewhere

MOST = 8
"""Candidates are shown to people, who choose among a few."""


def find(address: Address, book: Book) -> list[Candidate]:
    """Return where an address may be, the likeliest first; none where nothing of it is known.

    The law: an address that is known, spelled in whatever way, is found with the score 1, if it names a house
    number or the building of a named place, and neither says only what is near nor another division, nor a
    city of which nothing is known. The order of what is known changes nothing.
    """
    found = [*_houses(address, book), *_named(address, book), *_streets(address, book)]
    if not address.vague and not _surely(found):
        found += between(address, book)
    if not _surely(found):
        found += _similar(address, book)
    if address.vague or elsewhere(address, book.divisions):
        found = [capped(one) for one in found]
    return _few(found)


def _surely(found: Iterable[Candidate]) -> bool:
    return any(one.score > CAPPED for one in found)


def _few(found: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates in their order, of equal scores the better reason first; of a place the best."""
    ordered = sorted(
        found,
        key=lambda one: (-one.score, -SCORES[one.reason], one.accuracy_m, one.label, one.x, one.y),
    )
    kept: list[Candidate] = []
    for one in ordered:
        if not any((one.x, one.y, one.label) == (other.x, other.y, other.label) for other in kept):
            kept.append(one)
    return kept[:MOST]


def _houses(address: Address, book: Book) -> Iterator[Candidate]:
    """Return the places at the number, and, capped, at those that may be meant as well on either side."""
    if not (address.road and address.number):
        return
    same = book.houses.get((address.road, address.number), [])
    yield from _grouped(address, ((_at_house(address, one), one) for one in same))
    perhaps = [(address, book.perhaps.get((address.road, address.number), []))]
    perhaps += [(one, book.houses.get((one.road, one.number), [])) for one in address.readings]
    for reading, places in perhaps:
        pairs = ((_at_house(reading, one), one) for one in places)
        yield from map(capped, _grouped(address, pairs))


def _at_house(address: Address, one: Known) -> str:
    """Return the reason for a place with the same road and number."""
    mine, theirs = address.blocks, one.address.blocks
    if mine == theirs:
        return "same-address"
    return "other-block" if mine and theirs else "same-house"


def _named(address: Address, book: Book) -> Iterator[Candidate]:
    same = [one for name in address.names for one in book.names.get(name, [])]
    # The same name at another door is another place.
    door = (address.road, address.number)
    doors = ((one.address.road, one.address.number) for one in same)
    kept = [
        one for one, other in zip(same, doors, strict=True) if door == other or not (door[1] and other[1])
    ]
    yield from _grouped(address, ((_by_name(address, one), one) for one in kept))


def _by_name(address: Address, one: Known) -> str:
    """Return the reason for a place with the same name."""
    mine, theirs = address.blocks, one.address.blocks
    if one.kind == "park":
        return "same-park"
    if theirs and mine != theirs:
        return "other-block"
    if one.kind == "building":
        return "same-building" if mine == theirs else "same-house"
    if mine != theirs or not address.names_a_building:
        # How far such a place extends is not known.
        return "same-name"
    # An address with a road and a number says more than a name, and only these would prove it.
    bare = not address.number and not one.address.number and address.road == one.address.road
    return "same-address" if bare else "same-house"


def _grouped(address: Address, pairs: Iterable[tuple[str, Known]]) -> Iterator[Candidate]:
    reasons: dict[str, list[Known]] = {}
    for reason, one in pairs:
        reasons.setdefault(reason, []).append(one)
    for reason, places in reasons.items():
        exact = reason in ("same-building", "same-park") or (reason == "same-address" and address.blocks)
        yield from together(address, reason, places, 0.0 if exact else LOT_M)


def _streets(address: Address, book: Book) -> Iterator[Candidate]:
    if address.road:
        yield from together(address, "same-street", book.streets.get(address.road, []))


def _similar(address: Address, book: Book) -> Iterator[Candidate]:
    roads = {road for variant in variants(address.road) for road in book.misspelt.get(variant, [])}
    for road in sorted(roads - {address.road}):
        yield from together(address, "similar-street", book.houses.get((road, address.number), []), LOT_M)
    for name in address.names:
        alike = [one for one in book.names if one != name and (one.endswith(name) or name.endswith(one))]
        places = [one for other in sorted(alike) for one in book.names[other]]
        yield from together(address, "similar-name", places, LOT_M)
