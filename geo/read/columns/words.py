"""Words: what offices write for kinds, bases, levels and functions, and the key that means it.

The words are those of the default profile in both languages, and those below; an unknown word stays
as it is, for the profile of the zone to judge.
"""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from geo.profile import Profile, load_profile
from geo.read.columns.headers import normalise
from geo.read.columns.roads import GATES

_GRID_KINDS = {
    "点": "independent", "独立": "independent", "独立式": "independent", "点状": "independent",
    "面": "aggregated", "聚集": "aggregated", "聚集式": "aggregated", "面状": "aggregated",
    "片": "block", "街片区": "block", "街区": "block", "片区": "block", "街区型": "block",
}  # fmt: skip
_BASES = {
    "区域": "area", "地域": "area", "按区域": "area", "片区": "area",
    "行业": "industry", "按行业": "industry",
    "产业链": "chain", "链": "chain", "按产业链": "chain",
}  # fmt: skip
_LEVELS = {"网格": "grid", "片": "block", "片区": "block", "街片区": "block", "微网格": "micro"}
_STATION_KINDS = {
    "服务站": "station", "党群服务站": "station", "暖心驿站": "station", "服务驿站": "station",
    "服务中心": "centre", "center": "centre", "servicecenter": "centre",
}  # fmt: skip
_BASE_KINDS = {
    "水": "water", "水系": "water", "水面": "water", "水域": "water", "河流": "water", "湖泊": "water",
    "河": "water", "湖": "water", "river": "water", "lake": "water",
    "铁路": "railway", "铁道": "railway", "rail": "railway",
    "建筑": "building", "建筑物": "building", "房屋": "building", "buildings": "building",
    **dict.fromkeys(("围墙", "墙", "围栏", "栅栏", "护栏", "篱笆", "fence", "city_wall", "hedge"), "wall"),
    **dict.fromkeys(("大门", "门", "园门", "出入口", "门禁", *GATES), "gate"),
    "绿地": "green", "公园": "green", "林地": "green", "park": "green", "grass": "green",
}  # fmt: skip


def dictionaries(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return, for each column of a kind of frame that holds words, the key by normalised word.

    Parameters
    ----------
    kind : str
        A key of `geo.contracts.CONTRACTS`.
    """
    profile = load_profile("default")
    titles = _titles(profile.kind_titles)
    if kind in ("grids", "general-grids"):
        named = {title: level.name for level in profile.levels for title in level.title.values()}
        columns = {"kind": titles | _GRID_KINDS, "basis": _bases(profile), "level": named | _LEVELS}
    elif kind == "stations":
        columns = {"kind": titles | _STATION_KINDS, "functions": _titles(profile.functions)}
    else:
        columns = {"kind": _BASE_KINDS, "barrier": _BASE_KINDS} if kind == "base" else {}
    return MappingProxyType({name: _plain(words) for name, words in columns.items()})


def translate(cells: "pd.Series[str]", words: Mapping[str, str]) -> "pd.Series[str]":
    """Return text with known words replaced by their keys; unknown and missing ones stay."""
    keys = {word: words.get(_key(word), word) for word in cells.dropna().unique()}
    return cells.map(keys).astype("str")


def translate_lists(cells: list[list[str]], words: Mapping[str, str]) -> list[list[str]]:
    """Return lists with known words replaced by their keys; the order stays, repeats go."""
    keys = {word: words.get(_key(word), word) for word in {word for row in cells for word in row}}
    return [list(dict.fromkeys(keys[word] for word in row)) for row in cells]


def _titles(titles: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {title: key for key, by_language in titles.items() for title in by_language.values()}


def _bases(profile: Profile) -> dict[str, str]:
    return {basis: basis for basis in profile.bases} | _BASES


def _plain(words: Mapping[str, str]) -> Mapping[str, str]:
    return {_key(word): key for word, key in [*words.items(), *((k, k) for k in words.values())]}


def _key(word: str) -> str:
    """Normalise as a header, but keep what stands in brackets: 街（片）区 is 街片区."""
    return normalise("".join(c for c in word if c not in "()（）[]【】“”\"'"))
