"""Houses: where a number may be on a street of which other numbers are known.

::

    ──●───────────○──────────────●──   even side: 12 and 20 are known, so 14 lies between them, a quarter
     12          14             20     of the way, and no further off than the further of the two
"""

from collections.abc import Iterator, Sequence
from math import hypot

from geo.addresses.book import Book, Known
from geo.addresses.candidate import LOT_M, SCORES, TOGETHER_M, Candidate
from geo.addresses.parts import Address, apart

GAP = 40
"""Numbers that lie further apart than this do not tell what is between them."""
GAP_M = 600.0
NEAR = 10
"""A single number that is known tells of others within this."""
FRONT_M = 20.0
"""A house takes so much of a street for each number, at the most, as a rule."""

_Spot = tuple[float, float, float]


def between(address: Address, book: Book) -> Iterator[Candidate]:
    """Return where a house number may be by the numbers beside it: at most one candidate.

    Between two numbers of its side of the street, odd or even, it is where it is by counting; its accuracy
    is the way to the further of the two. Else the nearest number stands in, with so much for each number
    between.
    """
    if not address.road or not address.number.isdigit():
        return
    number = int(address.number)
    rows = [
        (n, one)
        for n, one in book.roads.get(address.road, [])
        if n != number and not apart(address, one.address)
    ]
    side = [(n, one) for n, one in rows if n % 2 == number % 2]
    low = max((n for n, _ in side if n < number), default=None)
    high = min((n for n, _ in side if n > number), default=None)
    if low is not None and high is not None and high - low <= GAP:
        found = _interpolated(address.road, number, (low, _spot(side, low)), (high, _spot(side, high)))
        if found is not None:
            yield found
            return
    nearest = min((n for n, _ in rows), key=lambda n: (abs(n - number), n), default=None)
    if nearest is not None and abs(nearest - number) <= NEAR:
        spot = _spot(rows, nearest)
        if spot is not None:
            accuracy_m = max(2 * LOT_M, abs(nearest - number) * FRONT_M) + spot[2]
            yield _street(address.road, "near-number", spot[:2], accuracy_m, f"{nearest}号")


def _interpolated(
    road: str, number: int, low: tuple[int, _Spot | None], high: tuple[int, _Spot | None]
) -> Candidate | None:
    (first, a), (last, b) = low, high
    if a is None or b is None or hypot(a[0] - b[0], a[1] - b[1]) > GAP_M:
        return None
    share = (number - first) / (last - first)
    xy = a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])
    away_m = max(share, 1 - share) * hypot(a[0] - b[0], a[1] - b[1])
    return _street(road, "between", xy, max(away_m + max(a[2], b[2]), LOT_M), f"{first}号-{last}号")


def _spot(rows: Sequence[tuple[int, Known]], number: int) -> _Spot | None:
    """Return where a number is and how exactly, None where its places lie too far from one another."""
    places = [one for n, one in rows if n == number]
    x = sum(one.x for one in places) / len(places)
    y = sum(one.y for one in places) / len(places)
    reach_m = max(hypot(one.x - x, one.y - y) + one.reach_m for one in places)
    return (x, y, reach_m) if reach_m <= 2 * TOGETHER_M else None


def _street(road: str, reason: str, xy: tuple[float, float], accuracy_m: float, numbers: str) -> Candidate:
    return Candidate(reason, SCORES[reason], *xy, accuracy_m, f"{road}{numbers}", "address")
