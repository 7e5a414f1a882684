"""Spelling: the one way in which an address is compared, whoever wrote it down.

Full width and half width, 十二号 and 12号, 幢, 座, 号楼 and 栋, 3F and 三层, dashes, blanks and points
become one; a point between two house numbers becomes 及, and a blank between two digits a dash, since without
it they would be one. Nothing is
looked up: what two offices write differently without meaning it becomes equal, and nothing else.
"""

import re
import unicodedata

_SIMPLE = str.maketrans(
    "號樓棟層區園廈廣場東縣鎮鄉產業國際電創軟門單環開發術學長龍華馬興橋灣室弐",
    "号楼栋层区园厦广场东县镇乡产业国际电创软门单环开发术学长龙华马兴桥湾室二",
)
_DIGITS = {one: n for n, one in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}

_NUMERAL = "零〇一二两三四五六七八九十百千"
_GAP = r"[^\w()#-]*"
_ONE = rf"[附之]?[{_NUMERAL}0-9]+"
_HOUSES = rf"(?:{_ONE}[号#]?{_GAP}[、,;/&+]{_GAP})*{_ONE}[号#](?!楼)"
_COUNTED = "号弄巷栋幢座楼层室房段期区组门塔馆路街环道"
_COUNTING = re.compile(
    rf"(?<![{_NUMERAL}0-9])[{_NUMERAL}]+(?=[{_COUNTED}#]|单元|组团|大道|大街|及[{_NUMERAL}0-9])"
)
_AFTER = re.compile(rf"(?<=[之附])[{_NUMERAL}]+(?![{_NUMERAL}0-9])")
_POSITIONAL = re.compile(
    r"(?:[一二两三四五六七八九]千)?[零〇]?(?:[一二两三四五六七八九]百)?[零〇]?"
    r"(?:[一二两三四五六七八九]?十)?[零〇]?[一二两三四五六七八九]?"
)

_RULES = (
    (re.compile(r"[‐‑‒–—―−~～_]+"), "-"),
    (re.compile(r"[\[{【〔〈《「『]"), "("),
    (re.compile(r"[\]}】〕〉》」』]"), ")"),
    (re.compile(rf"(?<=[号院#]){_GAP}[、,;/&+]{_GAP}(?={_HOUSES})"), "及"),
    (re.compile(rf"(?<=[{_NUMERAL}0-9]){_GAP}[、,;&+]{_GAP}(?={_HOUSES})"), "及"),
    (re.compile(r"(?<=[A-Z])[、,/;&+](?=[A-Z](?:[座栋幢塔楼]|号楼))"), "及"),
    (re.compile(r"(?<=[0-9])[^\w()#-]+(?=[0-9])"), "-"),
    (re.compile(r"[^\w()#-]+"), ""),
    (re.compile(r"NO(?=[0-9])([0-9]+)号?"), r"\1号"),
    (re.compile(r"(?<![0-9])0+(?=[0-9])"), ""),
    (re.compile(r"#"), "号"),
    (re.compile(r"(?<=[0-9A-Z])(?:号楼|[幢座栋]楼?)"), "栋"),
    (re.compile(r"(?<=[A-Z])(?:号?楼)"), "栋"),
    (re.compile(r"(?<=[0-9])(?:楼|F(?![A-Z0-9]))"), "层"),
    (re.compile(r"(?<=[0-9])(?:房间?|室)"), "室"),
    (re.compile(r"-{2,}"), "-"),
)
"""What is put in the place of what, one after the other."""
_NUMERALS_AFTER = 8
"""So many of them come before the numerals are read."""


def spelled(text: str) -> str:
    """Return an address, or the name of a place, in its one spelling.

    Spelling what is spelled already changes nothing.

    Examples
    --------
    >>> spelled("示例路 １２號三号楼"), spelled("示例路十二号3幢"), spelled("示例一路12#-3Ｆ")
    ('示例路12号3栋', '示例路12号3栋', '示例1路12号-3层')
    """
    while (one := _once(text)) != text:
        text = one
    return text


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).upper().translate(_SIMPLE)
    for pattern, instead in _RULES[:_NUMERALS_AFTER]:
        text = pattern.sub(instead, text)
    text = _AFTER.sub(_arabic, _COUNTING.sub(_arabic, text))
    for pattern, instead in _RULES[_NUMERALS_AFTER:]:
        text = pattern.sub(instead, text)
    return text


def _arabic(found: re.Match[str]) -> str:
    """Return 十二 and 一百零五 by their value, 二〇一 digit by digit, and what is no number as it is."""
    text = found[0]
    if not set(text) & set(_TENS):
        return "".join(str(_DIGITS[one]) for one in text)
    return str(_value(text)) if _POSITIONAL.fullmatch(text) else text


def _value(text: str) -> int:
    total, digit = 0, None
    for one in text:
        if one in _TENS:
            total += (1 if digit is None else digit) * _TENS[one]
            digit = None
        else:
            digit = _DIGITS[one] or None
    return total + (digit or 0)
