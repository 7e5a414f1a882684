"""Wording: the words of a zone in the place of keys, wherever reading makes the same keys of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.profile import Profile
from geo.read.columns.words import dictionaries, translate


def worded(frame: pd.DataFrame, kind: str, profile: Profile, language: str) -> pd.DataFrame:
    """Return a frame whose kinds and functions are in the zone's words.

    A key stays where the profile has no word for it, or where reading would not make the key of it again.

    Parameters
    ----------
    frame : DataFrame
        By the contract of the kind.
    kind : str
        A key of `geo.contracts.CONTRACTS`.
    profile : Profile
        Of the zone.
    language : {"zh", "en"}
        Of the words.
    """
    titles = {"kind": profile.kind_titles, "functions": profile.functions}
    known = dictionaries(kind)
    changed: dict[str, Any] = {}
    for column in titles.keys() & known.keys() & set(frame.columns):
        words = _returning(titles[column], known[column], language)
        changed[column] = frame[column].map(lambda cell, words=words: _word(cell, words))
    return frame.assign(**changed)


def _returning(
    titles: Mapping[str, Mapping[str, str]], dictionary: Mapping[str, str], language: str
) -> dict[str, str]:
    """Return key → word, for the words that reading takes for that key."""
    words = {key: by_language[language] for key, by_language in titles.items() if language in by_language}
    series = pd.Series(list(words.values()), dtype="str")
    read = dict(zip(words.values(), translate(series, dictionary).tolist(), strict=True))
    return {key: word for key, word in words.items() if read[word] == key and "、" not in word}


def _word(cell: Any, words: Mapping[str, str]) -> Any:
    if isinstance(cell, list):
        return [words.get(item, item) for item in cell]
    return words.get(cell, cell) if isinstance(cell, str) else cell


def plain(value: Any) -> Any:
    """Return a cell as JSON knows it: missing as None, numpy's numbers as Python's."""
    if isinstance(value, list):
        return value
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
