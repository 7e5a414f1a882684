"""The catalogue: every word that a person reads, in Chinese and in English."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("zh", "en")
"""The languages, the default first."""

TAGS: Mapping[str, str] = MappingProxyType({"zh": "zh-Hans", "en": "en"})
"""Language → the tag for ``<html lang>``, which also chooses the script's number formats."""

_PLACE = re.compile(r"\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}")


@dataclass(frozen=True)
class Words:
    """One language's catalogue; called with a key, it gives the sentence.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    table : mapping of str to str
        Dotted key → sentence, with ``{name}`` where a value goes, and ``{name|worker|workers}`` for the word
        that goes with it: the first with 1, else the second.
    """

    language: str
    table: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the sentence of a key with its values filled in; KeyError where there is none."""

        def fill(place: re.Match[str]) -> str:
            value = values.get(place[1], place[0])
            if place[2] is None or value == place[0]:
                return str(value)
            return place[2] if str(value) == "1" else place[3]

        # In one pass, so that braces in a value stay what they are.
        return _PLACE.sub(fill, self.table[key])

    def known(self, key: str, otherwise: str, **values: object) -> str:
        """Return the sentence of a key made from data, or what stands in where there is none."""
        return self(key, **values) if key in self.table else otherwise

    def sections(self, names: Sequence[str]) -> dict[str, str]:
        """Return the part of the catalogue whose keys begin with one of these names and a dot."""
        return {k: v for k, v in self.table.items() if k.split(".", 1)[0] in names}


@cache
def words(language: str) -> Words:
    """Return the catalogue of a language; of the default one where it is none of ours."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    file = Path(__file__).parent / "words" / f"{known}.json"
    return Words(known, MappingProxyType(json.loads(file.read_text("utf-8"))))


def title_of(titles: Mapping[str, str] | None, language: str, otherwise: str) -> str:
    """Return a profile's title in a language, in any language, or what stands in for it."""
    if not titles:
        return otherwise
    return titles.get(language) or next(iter(titles.values()))
