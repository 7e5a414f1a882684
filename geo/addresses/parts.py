"""Parts: what an address says – division, road, house number, name of a place, block, room.

::

    四川省 成都市 高新区   天府大道北段   1700 号   示例科技园   A区 3栋   12层 1201室
    divisions             road          number     names       blocks    room

An address in words such as 对面 or 交叉口 does not say where its place is but what is near: it is *vague*, as
is one that leaves open which of several it means: 12号、14号, 12号 14号, 3-5栋, or a note between the road
and the number.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from geo.addresses.numbers import UNSAID, Number, number_of
from geo.addresses.spelling import spelled

_HAN = "\u4e00-\u9fff"
# Words that belong to roads and names, in which no division ends.
_NAMED = re.compile(r"[0-9A-Z]|园|广场|中心|大厦|大道|路|街(?!道)|小区|社区|校区|厂区|库区|景区|街区|片区")
_LEVELS = (
    re.compile(rf"[{_HAN}]{{2,7}}?(?:省|自治区|特别行政区)"),
    re.compile(rf"[{_HAN}]{{2,8}}?(?:自治州|地区|市)(?!场|民|政|府|委|广场|花园|之心)"),
    re.compile(rf"[{_HAN}]{{1,14}}?(?:(?:开发|高新|经开|保税|新)?区|县|旗)"),
    re.compile(rf"[{_HAN}]{{1,8}}?(?:街道(?:办事处)?|镇|乡)"),
    re.compile(rf"[{_HAN}]{{1,10}}?(?:社区|居委会)"),
)
_STREET_OFFICE, _COMMUNITY = 3, 4

_VAGUE = re.compile(
    r"附近|旁边?|斜?对面|隔壁|交叉口|交叉路口|交汇处?|路口|转角|[东南西北]侧|以[东南西北]|背后|后面|[0-9]+米|与(?=.*[路街道巷])"
)
_SECTION = r"[东南西北中上下]{0,2}[0-9]*段"
_ROAD = re.compile(
    rf"(?P<road>[{_HAN}A-Z0-9]{{1,12}}?(?:大道|大街|胡同|公路|路|街(?!道)|巷|道|村(?=[0-9])|环线)"
    rf"(?:{_SECTION}|[东南西北中](?=[0-9]))?(?:[0-9]+(?:组|社)(?=[0-9]))?)"
)
_SIDES = tuple("东南西北中")
_ROAD_ENDS = re.compile(r"[路街道巷线]$|胡同$|段$")
_FORMER = re.compile(r"原|曾")
_OTHER_ROAD = re.compile(r"(?:路|街|大道|巷|胡同|段)[0-9]+号")
_BLOCK = re.compile(
    r"(?P<mark>[A-Z]{1,2}[0-9]{0,2}|(?<![0-9])[0-9]{1,3}|[东西南北中])(?P<kind>区|栋|期|组团|塔|馆|号)"
)
_BLOCKS = re.compile(r"[0-9]+栋?[及和至到或跟-][0-9]+栋|[A-Z]栋?[及和至到或跟-][A-Z]栋")
_ROOM = re.compile(r"(?:[0-9]+单元|-?[0-9]+层|[A-Z]?-?[0-9]{2,5}(?:-[0-9]+)*室?$|[0-9]+门)")
_SHORT = re.compile(r"(?P<block>[A-Z]|[0-9]{1,3})-(?:[0-9]{1,2}-)?(?P<room>[0-9]{3,4})(?:室|号)?$")

LEAST_NAME = 3
"""A shorter name, such as 大厦, is what many places are called."""


@dataclass(frozen=True)
class Address:
    """The parts of an address, each in the one spelling; an empty text or tuple where it says nothing.

    Parameters
    ----------
    text : str
        The whole.
    divisions : tuple of str
        Province, city, district, street office, community, as far as they are said.
    road, number : str
        Such as 天府大道北段 and ``1700``; a lane counts to the number (``100弄12``), and so does what is
        attached (``12-3``, and ``12~3`` where 号 is left out).
    names : tuple of str
        How the place may be called: 示例科技园.
    blocks : tuple of str
        Such as ``("A区", "3栋")``.
    room : str
        Storey, unit, room.
    vague : bool
        Whether it only says what is near, or leaves open which of several it means.
    others : tuple of str
        House numbers that it may mean as well; see `geo.addresses.numbers`.
    """

    text: str
    divisions: tuple[str, ...] = ()
    road: str = ""
    number: str = ""
    names: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    room: str = ""
    vague: bool = False
    others: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in it could be found anywhere."""
        return not (self.names or self.road)

    @property
    def names_a_building(self) -> bool:
        """Whether its blocks end in a single building, and not in a part of a park such as A区."""
        return bool(self.blocks) and self.blocks[-1].endswith(("栋", "馆"))

    @property
    def readings(self) -> "tuple[Address, ...]":
        """What it says if another of its numbers is meant: of 12-3 without 号 also 12号3栋."""
        house, _, block = self.number.partition(UNSAID)
        blocks = (f"{block}栋",) if re.fullmatch("[0-9]{1,2}", block) and not self.blocks else self.blocks
        return tuple(
            replace(self, number=one, blocks=blocks if one == house else self.blocks, others=())
            for one in self.others
        )


def apart(one: Address, other: Address) -> bool:
    """Tell whether two addresses name different divisions of one level, down to the street office.

    高新区 and 成都高新区 may be one and the same; what only one of them names says nothing.
    """
    mine, theirs = by_level(one.divisions), by_level(other.divisions)
    return any(not _meet(mine[level], theirs[level]) for level in mine.keys() & theirs.keys())


def elsewhere(one: Address, known: Mapping[int, Collection[str]]) -> bool:
    """Tell whether an address names a province, city or district that no known place lies in.

    Nearly every city has a 人民路. An address whose divisions cannot be compared at all, since what is known
    says none of their levels, may be of another city too.

    Parameters
    ----------
    known : mapping of int to collection of str
        The divisions of all known places; see `by_level`.
    """
    mine = {level: names for level, names in by_level(one.divisions).items() if level < _STREET_OFFICE}
    said = mine.keys() & known.keys()
    return bool(mine) and (not said or any(not _meet(mine[level], known[level]) for level in said))


def _meet(some: Collection[str], others: Collection[str]) -> bool:
    return any(a.endswith(b) or b.endswith(a) for a in some for b in others)


def by_level(divisions: Collection[str]) -> dict[int, list[str]]:
    """Return divisions by their level, from 0 for provinces to 3 for street offices."""
    levels: dict[int, list[str]] = {}
    for one in divisions:
        level = next((n for n, pattern in enumerate(_LEVELS) if pattern.fullmatch(one)), _COMMUNITY)
        if level < _COMMUNITY:
            levels.setdefault(level, []).append(one)
    return levels


def parse(text: str) -> Address:
    """Split an address, or the name of a place, into its parts.

    Examples
    --------
    >>> parse("成都市高新区示例大道北段十二号附3号 示例科技园Ａ区3号楼1201室").blocks
    ('A区', '3栋')
    """
    whole = spelled(text)
    rest, notes, is_open = _without_notes(whole)
    vague = is_open or bool(_VAGUE.search(rest) or _VAGUE.search(notes))
    divisions, rest = _divisions(_VAGUE.sub("", rest))
    road, rest = _road(rest)
    house = number_of(rest) if road else Number("", rest=rest)
    vague = vague or house.is_open or bool(house.text and _OTHER_ROAD.search(house.rest))
    vague = vague or bool(_BLOCKS.search(house.rest))
    name, blocks, room = _inside(house.rest)
    # Where no number follows, the road may be a part of the name: 丝路大厦.
    called = (name, road + name) if road and not house.text else (name,)
    names = tuple(one for one in called if name and len(one) >= LEAST_NAME)
    return Address(whole, divisions, road, house.text, names, blocks, room, vague, house.others)


def _without_notes(text: str) -> tuple[str, str, bool]:
    """Take out what stands in brackets, but for a block and the section of a road, which stay.

    Returns
    -------
    str, str, bool
        The text, the notes, and whether one of them may tell this address from another: a section that stands
        behind no road, or whatever stands between the road and the number, unless it is the road's old name.
    """
    notes: list[str] = []
    open_ones: list[str] = []

    def out(found: re.Match[str]) -> str:
        note, before, after = found[1], text[: found.start()], text[found.end() :]
        of_road, numbered = bool(_ROAD_ENDS.search(before)), after[:1].isdigit()
        is_section = bool(re.fullmatch(_SECTION, note))
        if _BLOCK.fullmatch(note) or (of_road and (is_section or (numbered and note in _SIDES))):
            return note
        notes.append(note)
        if is_section or (of_road and numbered and not _FORMER.match(note)):
            open_ones.append(note)
        return ""

    rest = re.sub(r"\(([^()]*)\)", out, text)
    return re.sub(r"[()]", "", rest), " ".join(notes), bool(open_ones)


def _divisions(text: str) -> tuple[tuple[str, ...], str]:
    """Take the divisions from the front, also where they are said twice over."""
    found: list[str] = []
    while (one := _first_division(text)) is not None:
        text = text[len(one) :]
        if one not in found:
            found.append(one)
    return tuple(found), text


def _first_division(text: str) -> str | None:
    """Return the division of the highest level that stands at the front."""
    for level, pattern in enumerate(_LEVELS):
        here = pattern.match(text)
        if here is None:
            continue
        body = here[0].removesuffix("社区") if level == _COMMUNITY else here[0]
        if not _NAMED.search(body):
            return here[0]
    return None


def _road(text: str) -> tuple[str, str]:
    """Take the road from the front; return it and the rest."""
    here = _ROAD.match(text)
    return ("", text) if here is None else (here["road"], text[here.end() :])


def _inside(text: str) -> tuple[str, tuple[str, ...], str]:
    """Split what follows the house number into name, blocks and room."""
    text = text.strip("-")
    short = _SHORT.search(text)
    if short is not None:
        text = f"{text[: short.start()]}{short['block']}栋{short['room']}室"
    room = _ROOM.search(text)
    before, after = (text[: room.start()], text[room.start() :]) if room else (text, "")
    blocks = list(_BLOCK.finditer(before))
    name = before[: blocks[0].start()] if blocks else before
    return name.strip("-号内的"), tuple(_canonical(one) for one in blocks), after.strip("-")


def _canonical(block: re.Match[str]) -> str:
    kind = "栋" if block["kind"] in "号塔" else block["kind"]
    return f"{block['mark']}{kind}"
