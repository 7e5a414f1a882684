"""Naming: what offices in China call their coordinate systems, as the codes that are meant.

A name is understood as a whole or not at all: of “2000国家大地坐标系 3度带 35带” every word is known, and a
name with a word that is not is left to be refused, since it may be the one that matters.
"""

import re
import unicodedata
from typing import NamedTuple

from geo.errors import CrsUnknown

_CGCS2000 = re.compile(
    r"(?:gcs)?cgcs2000|(?:gcs)?chinageodeticcoordinatesystem2000|中国大地坐标系2000|中国大地2000|"
    r"2000(?:中国|国家)?大地|(?:国家|大地)2000(?:大地)?|2000国家|china2000|^2000(?=坐标)"
)
_WGS84 = re.compile(r"(?:gcs)?wgs(?:19)?84|世界大地坐标系1984|worldgeodeticsystem1984|gps坐标")
_MERCATOR = re.compile(r"(?:wgs(?:19)?84)?(?:web|pseudo|网络)(?:mercator|墨卡托)(?:auxiliarysphere)?")
_OFFSETS = (
    (re.compile(r"gcj-?02|火星|国测局|高德|腾讯"), "GCJ-02", "gcj02"),
    (re.compile(r"bd-?09(?:ll)?|百度"), "BD-09", "bd09"),
)
_WIDTH = re.compile(r"([36三六])(?:度分?带|°带|degrees?)")
_ZONE = re.compile(r"(?:zone|带号|第)(\d{2})带?|(\d{2})(?:带|号带|n带)")
_MERIDIAN = re.compile(
    r"(?:cm|中央子午线|中央经线|中央经度|l0)=?(?:东经)?(\d{2,3})(?:度|°|e|$|(?=\D))|东经(\d{2,3})度?|(\d{2,3})(?:°e?|e)"
)
_PROJECTION = re.compile(r"gausskr[uü]ger|gausskrueger|gk|高斯克吕格|高斯|克吕格|transversemercator")
_FILLER = re.compile(
    r"坐标系统?|坐标|投影|平面|直角|地理|经纬度|大地|国家|geographic|latlon|lonlat|longlat|degrees?|2d|度|[的系]"
)
_JOINTS = re.compile(r"[\s_/\\,，、;；:：()\[\]{}（）【】\-–—.。\"'“”|]+")
_NARROW, _WIDE = range(25, 46), range(13, 24)


class _Told(NamedTuple):
    """What stands in a name besides the system: all None for longitude and latitude."""

    width: int | None
    zone: int | None
    meridian: int | None
    projected: bool


def code_of(name: str) -> str | None:
    """Return the EPSG code that a name in words means, None where it is not understood as a whole.

    A zone means eastings that begin with its number, a central meridian such as do not. A zone of 25 to 45
    is one of 3 degrees, of 13 to 23 one of 6; a meridian alone has the same numbers in both.

    Parameters
    ----------
    name : str
        Such as ``2000国家大地坐标系``, ``CGCS2000_3_Degree_GK_CM_105E`` or ``WGS84经纬度``.

    Raises
    ------
    CrsUnknown
        Where it names a projection without its zone, or the offset of a web map, which is no system.

    Examples
    --------
    >>> code_of("2000国家大地坐标系"), code_of("国家2000 3度带 35带"), code_of("CGCS2000 / CM 105E")
    ('EPSG:4490', 'EPSG:4523', 'EPSG:4544')
    >>> code_of("WGS84经纬度"), code_of("某某坐标系") is None
    ('EPSG:4326', True)
    """
    plain = _JOINTS.sub("", unicodedata.normalize("NFKC", name).casefold())
    _refuse_offset(plain, name)
    if _is_all(_MERCATOR, plain):
        return "EPSG:3857"
    world, rest = _without(_WGS84, plain)
    if world and not _FILLER.sub("", rest):
        return "EPSG:4326"
    china, rest = _without(_CGCS2000, plain)
    told, rest = _told(rest)
    if not china or _FILLER.sub("", rest):
        return None
    return _of_china(told, name)


def _of_china(told: _Told, name: str) -> str:
    zone, meridian = told.zone, told.meridian
    if zone is not None and zone in _NARROW and told.width != 6:
        return f"EPSG:{4513 + zone - 25}"
    if zone is not None and zone in _WIDE and told.width != 3:
        return f"EPSG:{4491 + zone - 13}"
    if meridian is not None and zone is None and 75 <= meridian <= 135:
        if told.width == 6 and meridian % 6 == 3:
            return f"EPSG:{4502 + (meridian + 3) // 6 - 13}"
        if told.width != 6 and meridian % 3 == 0:
            return f"EPSG:{4534 + meridian // 3 - 25}"
    if told == _Told(None, None, None, projected=False):
        return "EPSG:4490"
    raise CrsUnknown(
        f"“{name[:60]}” is a projection of CGCS2000, but not which: say its zone or its central meridian, "
        "such as “CGCS2000 3度带 35带”, “CGCS2000 中央经线105度” or EPSG:4544.",
        reason="crs-of-no-zone",
        crs=name[:200],
    )


def _told(text: str) -> tuple[_Told, str]:
    """Return what a text says of a projection, and what is left of it."""
    width, text = _number(_WIDTH, text)
    meridian, text = _number(_MERIDIAN, text)
    zone, text = _number(_ZONE, text)
    projected, text = _without(_PROJECTION, text)
    return _Told(width, zone, meridian, projected), text


def _number(pattern: re.Pattern[str], text: str) -> tuple[int | None, str]:
    found = pattern.search(text)
    if found is None:
        return None, text
    said = next(group for group in found.groups() if group is not None)
    return int({"三": "3", "六": "6"}.get(said, said)), text[: found.start()] + text[found.end() :]


def _without(pattern: re.Pattern[str], text: str) -> tuple[bool, str]:
    left = pattern.sub("", text)
    return left != text, left


def _is_all(pattern: re.Pattern[str], text: str) -> bool:
    return bool(text) and not _FILLER.sub("", pattern.sub("", text)) and bool(pattern.search(text))


def _refuse_offset(plain: str, name: str) -> None:
    for pattern, title, option in _OFFSETS:
        if _is_all(pattern, plain):
            raise CrsUnknown(
                f"“{name[:60]}” is {title}, the offset of a web map and no coordinate system; say --offset "
                f"{option}, and --crs EPSG:4326 beside it.",
                reason="crs-is-offset",
                crs=name[:200],
                offset=option,
            )
