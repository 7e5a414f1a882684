"""Numbers: the house number at the front of a text, and what else it may mean.

::

    12号          one house                         12
    12号附3号      what is attached to one           12-3,   or 12
    12-3号        likewise                          12-3,   or 12
    12-16号       attached, or a range of houses    12-16,  or 12, 14, 16
    12号至16号     a range                           12,     or 14, 16       open which
    12、14号       two houses                        12,     or 14           open which
    12号 14号      two houses, or a house and block  12,     or 14           open which
    12-3          attached, or a house and block    12~3,   or 12-3, 12
    12-301        a house and a room, or a block    12~,    or 12

Where 号 is left out, nobody but the office knows what was meant. Such a number is one of its own: surely that
of the same spelling, and perhaps any that it may mean.
"""

import re
from dataclasses import dataclass

_NUMBER = re.compile(
    r"(?:(?P<lane>[0-9]+)弄)?"
    r"(?:(?P<number>[甲乙丙丁]?[0-9]+[甲乙丙丁A-Z]?)"
    r"(?:号院?|(?=附|之)|(?=(?:-[0-9]+)+号)|(?=-?$)|(?=[^\W0-9A-Z_栋层室期区组单弄段-]))"
    r"(?:(?P<mark>[附之-])(?P<sub>[0-9]+(?:-[0-9]+(?=-|号))*)号?(?![0-9栋层室]))?(?P<letter>[甲乙丙丁])?)?"
)
_ANOTHER = re.compile(
    r"(?P<join>[及和至到或跟])?(?P<mark>附)?(?P<number>[0-9]+)(?:(?P<house>号)(?!楼)|(?![0-9号楼栋层室]))"
)
_TO = ("至", "到")

_UNSAID = re.compile(
    r"(?:(?P<lane>[0-9]+)弄)?(?P<number>[0-9]+)(?P<subs>(?:-[0-9]{1,4})+)(?P<room>室)?"
    r"(?=$|[^\W0-9A-Z_号附之栋层室期区组单弄段-])"
)
_LEAST_ROOM = 3
UNSAID = "~"
"""Joins what a number without 号 is made of."""

RANGE = 40
"""House numbers further apart than this are no range."""


@dataclass(frozen=True)
class Number:
    """A house number.

    Parameters
    ----------
    text : str
        In its one spelling; a lane counts to it (``100弄12``), and so does what is attached (``12-3``).
    others : tuple of str
        The numbers that may be meant as well, in their order.
    is_open : bool
        Whether it is left open which of them is meant.
    rest : str
        What follows.
    """

    text: str
    others: tuple[str, ...] = ()
    is_open: bool = False
    rest: str = ""


def number_of(text: str) -> Number:
    """Take the house number from the front of a text; an empty one where there is none.

    Examples
    --------
    >>> number_of("12号附3号示例大厦")
    Number(text='12-3', others=('12',), is_open=False, rest='示例大厦')
    >>> number_of("12号至16号").others
    ('14', '16')
    """
    unsaid = _UNSAID.match(text)
    if unsaid is not None:
        return _unsaid(unsaid, text[unsaid.end() :])
    house = _NUMBER.match(text)
    if house is None or not house[0]:
        return Number("", rest=text)
    lane, number, letter, sub = (house[name] or "" for name in ("lane", "number", "letter", "sub"))
    before = f"{lane}弄" if lane else ""
    base = before + "".join(sorted(number + letter, key=lambda one: not one.isdigit())) if number else before
    whole = base + (f"-{sub}" if sub else "")
    also = [] if not sub else [base]
    if sub and house["mark"] == "-" and not letter:
        also += _several(number, sub.split("-"), before)
    in_yard = house[0].endswith("院")
    rest, more = _more(
        text[house.end() :], base, attached=bool(sub) and house["mark"] != "-", in_yard=in_yard
    )
    others = tuple(dict.fromkeys(one for one in (*also, *more) if one != whole))
    return Number(whole, others, bool(more), rest)


def _unsaid(house: re.Match[str], rest: str) -> Number:
    """Return numbers joined by dashes behind which no 号 says what they are; a room is none of a house."""
    number, subs = house["number"], house["subs"][1:].split("-")
    before = f"{house['lane']}弄" if house["lane"] else ""
    also = _several(number, subs, before)
    room = subs.pop() if house["room"] or (len(subs[-1]) >= _LEAST_ROOM and not also) else ""
    heads = ["-".join([number, *subs[:end]]) for end in range(len(subs), -1, -1)]
    others = dict.fromkeys([*(before + one for one in heads), *also])
    text = f"{before}{number}{UNSAID}{'-'.join(subs)}"
    return Number(text, tuple(others), rest=f"{rest}{room}室" if room else rest)


def _several(first: str, subs: list[str], before: str) -> list[str]:
    """Return what numbers joined by dashes mean if they are houses: a range, where they are two."""
    if not first.isdigit() or not all(int(a) < int(b) for a, b in zip([first, *subs], subs, strict=False)):
        return []
    ends = [first, *subs]
    if len(ends) == 2 and int(ends[1]) - int(ends[0]) > RANGE:
        return []
    return [before + one for one in (_range(*ends) if len(ends) == 2 else ends)]


def _range(first: str, last: str) -> list[str]:
    """Return the numbers of a range, those of one side of the street where both ends are of it."""
    low, high = int(first), int(last)
    if not low < high <= low + RANGE:
        return [first, last]
    return [str(one) for one in range(low, high + 1, 1 if (high - low) % 2 else 2)]


def _more(rest: str, base: str, *, attached: bool, in_yard: bool) -> tuple[str, list[str]]:
    """Take the further numbers that follow one; return the rest and them.

    A number without a word between is one of a house only if it says so, and only where no yard is named,
    whose numbers are those of its buildings.
    """
    found: list[str] = []
    last = base
    while base and (another := _ANOTHER.match(rest)) is not None:
        if not another["join"] and (in_yard or not another["house"]):
            break
        lane = base[: base.find("弄") + 1]
        to_it = another["mark"] or attached
        one = f"{base}-{another['number']}" if to_it else lane + another["number"]
        plain = last.removeprefix(lane), another["number"]
        if another["join"] in _TO and not to_it and all(part.isdigit() for part in plain):
            found += [lane + each for each in _range(*plain)[1:-1]]
        found.append(one)
        last, rest = one, rest[another.end() :]
    return rest, found
