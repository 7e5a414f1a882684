"""Overrides: where a person's word stands in the place of the rule, on the days for which it was given.

A word names a grid, not one of its versions, so that it stays through a redrawing. On a day on which the
grid does not hold there is nothing to give the point to, and the rule decides. What the rule says is kept
beside the word, among the candidates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

RULE = "override"

_BEGINNING, _END = date.min, date.max


@dataclass(frozen=True)
class Held:
    """A version of the grid that a point was given, on the days on which the word and the version hold."""

    low: date
    high: date
    version: int
    code: str


def overruled(found: pd.DataFrame, words: "pd.Series[Any]", grids: pd.DataFrame) -> pd.DataFrame:
    """Put the words that stand on one day in the place of what the rule says on it.

    Parameters
    ----------
    found : DataFrame
        What `geo.assignment.rule.assign` returns for points with ids.
    words : Series of int
        The id of the grid that a point was given, by the point's id; points that are not in ``found`` are
        passed over.
    grids : DataFrame
        The grids of the day; index the version, ``grid_id`` and ``code``.

    Returns
    -------
    DataFrame
        As ``found``, with ``assigned`` and the rule ``override`` where a word stands; ``candidates`` are
        there what the rule would have.
    """
    known = pd.Series(grids.index, index=grids["grid_id"].astype("int64"))
    words = words[words.isin(known.index) & words.index.isin(found.index)]
    if words.empty:
        return found
    result = found.copy()
    versions = known.loc[words.astype("int64")].to_numpy()
    lawful = [said(*row) for row in found.loc[words.index, ["code", "candidates"]].itertuples(index=False)]
    result.loc[words.index, "version"] = versions
    result.loc[words.index, "code"] = grids["code"].loc[versions].to_numpy()
    result.loc[words.index, "status"] = "assigned"
    result.loc[words.index, "rule"] = RULE
    result["candidates"] = result["candidates"].mask(
        result.index.isin(words.index), pd.Series(lawful, index=words.index, dtype=object)
    )
    return result


def overridden(parts: pd.DataFrame, words: pd.DataFrame, versions: pd.DataFrame) -> pd.DataFrame:
    """Put words in the place of what the rule says, each on its own days.

    Parameters
    ----------
    parts : DataFrame
        What the rule says: ``point``, ``valid_from``, ``valid_to`` (dates, None for open), ``version``,
        ``code``, ``status``, ``rule``, ``candidates``; the parts of a point follow one another.
    words : DataFrame
        ``point``, ``grid_id``, ``valid_from``, ``valid_to``; of one point never two on a day.
    versions : DataFrame
        Of all grids of the partition; index the version, ``grid_id``, ``code``, ``valid_from``,
        ``valid_to``.

    Returns
    -------
    DataFrame
        The same columns and ``order``, for the points that have a word, cut where a word begins or ends;
        neighbours that say the same are not joined.
    """
    held: dict[int, list[Held]] = {}
    for point, word in _grouped(words, "point"):
        held.setdefault(point, []).extend(_held(word, versions))
    rows = []
    for point, mine in _grouped(parts[parts["point"].isin(list(held))], "point"):
        rows += [{**cut, "order": place} for place, cut in enumerate(_cut(mine, held[point]))]
    return pd.DataFrame(rows, columns=[*parts.columns.drop("order", errors="ignore"), "order"]).astype(
        {"version": "Int64"}
    )


def said(code: object, candidates: Sequence[str]) -> list[str]:
    """Return the codes that the rule names: all candidates, or the one, or none."""
    return list(candidates) or ([] if pd.isna(code) else [str(code)])  # type: ignore[call-overload]


def _grouped(frame: pd.DataFrame, key: str) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    for number, group in frame.groupby(key, sort=True):
        yield int(str(number)), group.to_dict("records")  # type: ignore[misc]


def _held(words: list[dict[str, Any]], versions: pd.DataFrame) -> list[Held]:
    """Return the days on which the words hold, in their order."""
    found = []
    for word in words:
        mine = versions[versions["grid_id"] == word["grid_id"]]
        for version, row in zip(mine.index, mine.to_dict("records"), strict=True):
            low = max(_low(word["valid_from"]), _low(row["valid_from"]))
            high = min(_high(word["valid_to"]), _high(row["valid_to"]))
            if low < high:
                found.append(Held(low, high, int(version), row["code"]))
    return sorted(found, key=lambda one: one.low)


def _cut(parts: list[dict[str, Any]], held: list[Held]) -> Iterator[dict[str, Any]]:
    """Cut the parts of one point at the days on which it is held, and write the words in."""
    for part in sorted(parts, key=lambda one: _low(one["valid_from"])):
        day, last = _low(part["valid_from"]), _high(part["valid_to"])
        for one in held:
            low, high = max(one.low, day), min(one.high, last)
            if low >= high:
                continue
            if day < low:
                yield part | _days(day, low)
            word = {"version": one.version, "code": one.code, "status": "assigned", "rule": RULE}
            yield part | word | {"candidates": said(part["code"], part["candidates"])} | _days(low, high)
            day = high
        if day < last:
            yield part | _days(day, last)


def _low(day: Any) -> date:
    return _BEGINNING if day is None or pd.isna(day) else day


def _high(day: Any) -> date:
    return _END if day is None or pd.isna(day) else day


def _days(low: date, high: date) -> dict[str, date | None]:
    return {"valid_from": None if low == _BEGINNING else low, "valid_to": None if high == _END else high}
