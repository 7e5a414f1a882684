"""Faults: what went wrong, as a sentence in the reader's language.

An error says by ``details["reason"]`` what it is, and by the other details what stands in the sentence, which
the catalogue has under ``fault.`` and the reason. The scripts do the same (``static/js/service.js``).
"""

import re
from collections.abc import Mapping
from typing import Any

from maps.notation import number
from maps.words import Words

WORDED = {
    "kind": "kind",
    "seems": "kind",
    "column": "column",
    "columns": "column",
    "system": "system",
    "roles": "role",
    "format": "format",
}
"""Detail → the section of the catalogue that has words for its values."""

IDS = frozenset(
    {"draft", "step", "seen", "release", "current", "base", "job", "station", "stations", "enterprise"}
    | {"scenario", "row", "line", "first", "finding"}
)
"""Details whose numbers are names, which no comma divides."""

SAID = "said"
"""The detail that holds what a library says of a file, in its own English."""

LIBRARY = (
    ("not recognized as being in a supported", "unrecognised"),
    (r"\.shx\b", "index"),
    ("(?:parsing kml|well-formed|xml).*line ([0-9]+)", "xml"),
    ("error at line ([0-9]+)", "line"),
    ("malformed|disk image|not a database", "database"),
    ("reading geometry|unexpected eof|truncated file|short read|failed to read", "cut"),
    ("out of memory|cannot allocate|too large|too big", "memory"),
    (r"measured \(m\)", "measured"),
    (r"\brings?\b|organizepolygons|winding", "rings"),
    (r"\butf-?8\b|\bencoding\b|characters? couldn", "letters"),
    ("(?:more than one|mixed|several) geometr", "mixed"),
    ("value .* of field|field .* (?:truncated|overflow|width)", "field"),
)
"""What a library says → what the catalogue has for it under ``library.``; the scripts read this too.

Where a pattern has a group, it is where in the file. What fits none is told as it was said.
"""

_LEFT = re.compile(r"\{\w+\}")
_MOST = 8
"""So many values of a list are named in a sentence."""


def sentence_of(error: Mapping[str, Any], t: Words) -> str:
    """Return what went wrong: our sentence, or the kind of error and what the server says.

    Parameters
    ----------
    error : mapping
        ``code``, ``message`` and ``details``, as in the API's errors.
    t : Words
        The reader's catalogue.
    """
    details = error.get("details") or {}
    values = {name: _told(name, value, t) for name, value in details.items()}
    whole = t.known(f"fault.{details.get('reason', error['code'])}", "", **values)
    if whole and not _LEFT.search(whole):
        return whole
    return " ".join(filter(None, (t.known(f"error.{error['code']}", ""), error.get("message"))))


def _told(name: str, value: Any, t: Words) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        shown = t("error.and").join(_told(name, one, t) for one in value[:_MOST])
        return f"{shown}…" if len(value) > _MOST else shown
    if isinstance(value, int) and name not in IDS:
        return number(value, t.language)
    if name == SAID:
        return _of_library(str(value), t)
    return t.known(f"{WORDED[name]}.{value}", str(value)) if name in WORDED else str(value)


def _of_library(said: str, t: Words) -> str:
    """Return what a library says in the reader's language; where we have no words for it, as it was said."""
    for pattern, name in LIBRARY:
        found = re.search(pattern, said, re.IGNORECASE)
        if found:
            return t(f"library.{name}", at=found[1] if found.lastindex else "")
    return said
