"""Names: coined words for places and firms, each marked as an example (示例)."""

import numpy as np
from numpy.typing import NDArray

ZONE = "示例高新区（虚构）"
"""The zone's name: "Example High-tech Zone (invented)"."""

MARK = "示例"
"""Stands before every name, so that none can be taken for a real one."""

_FIRST = "澄岚沐曜珩绮霁澹翎昱瑾钧屿朔筱泓漪煦蓁砚荻峤菁璟泠琮暄苒旸桓"
_SECOND = "衡舟禾序汀垣榆杉芷陌棠渚桐麓野岫溪柚澍葭榕湄椴槿蓼枫笙堤苇樾"
_TRADES = (
    "软件", "智能科技", "生物医药", "电子", "半导体", "精密机械", "信息技术", "数据服务", "航空装备",
    "新材料", "医疗器械", "光电", "文化传播", "商贸", "供应链", "检测技术", "企业管理", "建筑设计",
    "餐饮管理", "物流", "知识产权服务", "人力资源服务", "环境工程", "网络安全",
)  # fmt: skip
_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "工作室", "合伙企业")
_PARK_KINDS = (
    "软件园", "生物医药园", "智能制造产业园", "金融中心", "总部大厦", "双创园", "电子信息产业园",
    "科技广场", "航空产业园", "孵化园", "新经济活力区", "国际商务大厦",
)  # fmt: skip
_STREET_ENDINGS = {
    "primary": "大道",
    "secondary": "路",
    "tertiary": "街",
    "residential": "巷",
}


def coined_words(count: int, rng: np.random.Generator) -> list[str]:
    """Return so many different coined words of two characters (at most 900)."""
    pairs = rng.permutation(len(_FIRST) * len(_SECOND))[:count]
    return [_FIRST[p // len(_SECOND)] + _SECOND[p % len(_SECOND)] for p in pairs.tolist()]


def firm_names(count: int, rng: np.random.Generator) -> NDArray[np.object_]:
    """Return names of firms, (count,); as in life, some occur twice."""
    first = np.array(list(_FIRST))[rng.integers(0, len(_FIRST), count)]
    second = np.array(list(_SECOND))[rng.integers(0, len(_SECOND), count)]
    trade = np.array(_TRADES)[rng.integers(0, len(_TRADES), count)]
    form = np.array(_FORMS)[rng.integers(0, len(_FORMS), count)]
    parts = zip(first.tolist(), second.tolist(), trade.tolist(), form.tolist(), strict=True)
    return np.array([MARK + "".join(part) for part in parts], dtype=object)


def park_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return so many different names of parks, towers and complexes."""
    words = coined_words(count, rng)
    return [f"{MARK}{word}{_PARK_KINDS[n % len(_PARK_KINDS)]}" for n, word in enumerate(words)]


def street_names(ranks: dict[int, str], rng: np.random.Generator) -> dict[int, str]:
    """Return a name for each street, from its number and its rank."""
    words = coined_words(len(_FIRST) * len(_SECOND), rng)
    # There are more lanes than words; from the second round on they are numbered.
    return {
        street: MARK
        + words[n % len(words)]
        + (f"{n // len(words) + 1}" if n >= len(words) else "")
        + _STREET_ENDINGS[rank]
        for n, (street, rank) in enumerate(sorted(ranks.items()))
    }
