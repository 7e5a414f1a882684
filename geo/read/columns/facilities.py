"""Facilities: whether each is a station or a centre, where a file says it in words of its own."""

import pandas as pd

from geo.frames import Refusal
from geo.promise import FACILITIES

_NAMED = 5


def judged(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Refusal, ...], tuple[Refusal, ...]]:
    """Return stations each with a kind that there is, those refused that have another, and remarks.

    A facility that says nothing is a station. Where no word of the column is known, such as ``cafe`` and
    ``library`` under ``type``, it is about something else: all are stations, and the words are their category
    if they have none. Where some are known, a row with another word is refused.

    Parameters
    ----------
    frame : DataFrame
        ``kind`` and ``category`` of stations, known words as keys (`geo.read.columns.words`).
    """
    kind = frame["kind"]
    strange = kind.notna() & ~kind.isin(FACILITIES)
    filled = frame.assign(kind=kind.fillna("station"))
    if not strange.any():
        return filled, (), ()
    if not kind.isin(FACILITIES).any():
        category = frame["category"].fillna(kind)
        return frame.assign(kind="station", category=category), (), (_remark(kind[strange]),)
    words = kind[strange]
    return filled, tuple(map(_refusal, words.index.tolist(), words.tolist())), ()


def _remark(words: "pd.Series[str]") -> Refusal:
    named = [f"“{word[:40]}”" for word in words.unique()[:_NAMED]]
    return Refusal(
        0,
        "facility-kinds",
        f"No kind of facility in the file is known, among them {', '.join(named)}; all {len(words):,} are "
        "taken as stations, and the words as their category. Write 驿站 or 企业服务中心 to tell them apart.",
        {"count": len(words), "words": named},
    )


def _refusal(row: int, word: str) -> Refusal:
    return Refusal(
        row,
        "facility-kind",
        f"The kind “{word[:40]}” is neither a station nor a centre; write 驿站 or 企业服务中心, and words of "
        "your own under 类别.",
        {"value": word[:200]},
    )
