"""Addresses: the doors of the demo district, as its offices write them and as they write them otherwise."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.demo.names import MARK, ZONE, coined_words

_FRONT_M = 20.0
"""How much of a street one door takes on each side."""

_WAYS = (
    "respelled",
    "tower",
    "park",
    "beside",
    "unknown",
    "respelled",
    "respelled",
    "near",
    "tower",
    "elsewhere",
)
"""How the addresses of enterprises without a place are written, in turn."""

_NUMERALS = "零一二三四五六七八九"
_THOUSAND = 1000


@dataclass(frozen=True)
class Doors:
    """Where the doors of the district are.

    Parameters
    ----------
    names : ndarray of str
        The streets that have a name.
    lines : ndarray of LineString or MultiLineString
        Each of them whole, in metres.
    """

    names: NDArray[np.object_]
    lines: NDArray[np.object_]

    def at(self, xy: NDArray[np.float64]) -> pd.DataFrame:
        """Return the door of each place: ``street``, ``number``, and ``away_m`` from the street.

        Numbers grow along the street, odd ones on its left and even ones on its right.
        """
        points = np.asarray(shapely.points(xy), dtype=object)
        nearest = shapely.STRtree(self.lines).nearest(points)
        lines = self.lines[nearest]
        along = shapely.line_locate_point(lines, points)
        here, there = (
            shapely.get_coordinates(shapely.line_interpolate_point(lines, along + step))
            for step in (-1.0, 1.0)
        )
        ahead, aside = there - here, xy - here
        right = ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0] < 0
        number = 2 * (along // _FRONT_M).astype(np.int64) + 1 + right
        away_m = shapely.distance(lines, points)
        return pd.DataFrame({"street": self.names[nearest], "number": number, "away_m": away_m})

    def addresses(self, xy: NDArray[np.float64], *, blocks: bool = False) -> NDArray[np.object_]:
        """Return addresses of places; with ``blocks`` those at one door are numbered, the nearest first."""
        doors = self.at(xy)
        same = doors.groupby(["street", "number"], sort=False)["away_m"]
        several = (same.transform("size") > 1).to_numpy() & blocks
        rank = same.rank(method="first").astype(int).to_numpy()
        return np.array(
            [
                f"{ZONE}{street}{number}号" + (f"{n}栋" if many else "")
                for street, number, n, many in zip(
                    doors["street"], doors["number"], rank, several, strict=True
                )
            ],
            dtype=object,
        )


def doors_of(streets: gpd.GeoDataFrame) -> Doors:
    """Return the doors along the named streets."""
    named = streets[streets["name"].notna()]
    grouped = named.geometry.groupby(named["name"], sort=True)
    lines = [shapely.line_merge(shapely.multilinestrings(pieces.to_numpy())) for _, pieces in grouped]
    return Doors(np.array([name for name, _ in grouped], dtype=object), np.array(lines, dtype=object))


def written_otherwise(
    count: int, known: Sequence[str], towers: Sequence[str], parks: Sequence[str], rng: np.random.Generator
) -> list[str]:
    """Return addresses of enterprises whose place nobody sent.

    Parameters
    ----------
    count : int
        How many.
    known : sequence of str
        Addresses of enterprises that have a place.
    towers, parks : sequence of str
        The names of buildings and parks.

    Returns
    -------
    list of str
        In turn: a known door in another spelling, the name of a tower, a park, a door beside a known one, an
        unknown street, something near a known door, and a known door in another district.
    """
    bare = [one.removeprefix(ZONE) for one in known]
    taken = {_split(one)[:2] for one in bare}
    words = coined_words(min(count, 900), rng)
    return [
        _written(_WAYS[turn % len(_WAYS)], bare[door], taken, (towers, parks, words), turn)
        for turn, door in enumerate(rng.integers(0, len(known), count).tolist())
    ]


def _written(
    way: str,
    door: str,
    taken: Set[tuple[str, int]],
    places: tuple[Sequence[str], Sequence[str], Sequence[str]],
    turn: int,
) -> str:
    towers, parks, words = places
    street, number, block = _split(door)
    if way == "tower":
        return f"{towers[turn % len(towers)]}{turn % 20 + 2}楼"
    if way == "park":
        return f"{parks[turn % len(parks)]}{turn % 8 + 31}号楼"
    if way == "beside":
        while (street, number) in taken:
            number += 2
        return f"{street}{number}号"
    if way == "unknown":
        return f"{MARK}{words[turn % len(words)]}弯{number}号"
    if way == "near":
        return f"{door}对面"
    if way == "elsewhere":
        return f"{MARK}邻区{door}"
    other = _numeral(number) if turn % 2 == 0 and number < _THOUSAND else _wide(number)
    return f"{street} {other}号{block.replace('栋', '号楼')}"


def _wide(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


def _split(address: str) -> tuple[str, int, str]:
    """Return street, number and block of an address as `Doors.addresses` writes them."""
    door, block = address.split("号", 1)
    digits = len(door) - len(door.rstrip("0123456789"))
    return door[:-digits], int(door[-digits:]), block


def _numeral(number: int) -> str:
    """Return 1 to 999 as 九百九十九."""
    hundreds, rest = divmod(number, 100)
    tens, units = divmod(rest, 10)
    text = f"{_NUMERALS[hundreds]}百" if hundreds else ""
    if tens:
        text += "十" if tens == 1 and not hundreds else f"{_NUMERALS[tens]}十"
    elif hundreds and units:
        text += "零"
    return text + (_NUMERALS[units] if units else "")
