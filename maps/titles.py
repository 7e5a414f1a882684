"""Titles: what the sheets, columns and values of a workbook are called in a language."""

from collections.abc import Iterable
from itertools import chain

from geo.changes.ledger import COLUMNS
from geo.changes.telling import KINDS
from maps.words import words

VALUES = (*KINDS, "enterprise", "station", "assigned", "ambiguous", "unassigned", "share", "count")
INDICATOR = "change.indicator_"


def ledger_titles(language: str) -> dict[str, str]:
    """Return the titles of the workbook of a comparison, for `geo.changes.ledger.comparison_workbook`."""
    t = words(language)
    found = {key: t.known(f"ledger.{key}", key) for key in keys()}
    figures = {
        key.removeprefix(INDICATOR): said for key, said in t.table.items() if key.startswith(INDICATOR)
    }
    return {**figures, **found}


def keys() -> Iterable[str]:
    """Return the keys of all sheets, columns and values, each once."""
    return dict.fromkeys((*COLUMNS, *chain.from_iterable(COLUMNS.values()), *VALUES))
