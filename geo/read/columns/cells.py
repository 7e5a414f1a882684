"""Columns: the cells of a file as the typed columns of a contract, with remarks on what was left out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.codes import check_credit_code, wrong_credit_codes
from geo.contracts import Column, Contract
from geo.frames import Refusal
from geo.read.columns import roads, values, words

BoolArray = npt.NDArray[np.bool_]

_SIGNED = frozenset(("layer", "slope"))
_SENTENCES = {
    "integer": "is no whole number of 0 or more",
    "number": "is no number above 0",
    "percent": "is no slope such as 5% or -3%, at most 100% up or down",
    "date": "is no day such as 2023-07-01",
}


def typed(
    cells: pd.DataFrame, positions: Mapping[str, int], contract: Contract
) -> tuple[pd.DataFrame, tuple[Refusal, ...]]:
    """Return the contract's columns from cells of text.

    What cannot be read becomes missing, and a remark says so; a credit code is kept as it stands, and
    a remark says where its check digits are wrong. Known words become keys (`geo.read.columns.words`).

    Parameters
    ----------
    cells : DataFrame
        As in `geo.read.records.Records`.
    positions : mapping of str to int
        Column → position of its header; columns that are not there are missing throughout.
    contract : Contract
        The columns wanted.

    Returns
    -------
    DataFrame, tuple of Refusal
        Exactly the contract's columns, in its order, on the index of the cells; and the remarks.
    """
    dictionaries = words.dictionaries(contract.kind)
    blank = pd.Series(None, index=cells.index, dtype="str")
    columns: dict[str, Any] = {}
    remarks: list[Refusal] = []
    for column in contract.columns:
        at = positions.get(column.name)
        text = blank if at is None else values.texts(cells[at])
        columns[column.name], bad = _read(text, column, dictionaries.get(column.name, {}))
        remarks += _remarks(text, bad, column)
    frame = pd.DataFrame(columns, index=cells.index)
    if "credit_code" in frame:
        frame["credit_code"] = frame["credit_code"].str.upper()
        remarks += _credit_remarks(frame["credit_code"])
    finish = {"streets": _with_access, "base": _with_gates}.get(contract.kind)
    return (frame if finish is None else finish(frame)), tuple(remarks)


def _read(
    text: "pd.Series[str]", column: Column, dictionary: Mapping[str, str]
) -> tuple["pd.Series[Any]", BoolArray]:
    good = np.zeros(len(text), dtype=bool)
    if column.type == "integer":
        numbers, bad = values.integers(text)
        if column.name not in _SIGNED:
            negative = (numbers < 0).fillna(value=False).to_numpy(bool)
            numbers, bad = numbers.mask(negative), bad | negative
        return numbers, bad
    if column.type == "number":
        figures, bad = values.numbers(text)
        # Only accuracies are such numbers, and none is exact.
        none = (figures <= 0).to_numpy(bool)
        return figures.mask(none), bad | none
    if column.type == "percent":
        figures, bad = values.slopes(text)
        return (figures if column.name in _SIGNED else figures.abs()), bad
    if column.type == "date":
        return values.days(text)
    if column.type == "list":
        items = words.translate_lists(values.lists(text), dictionary)
        return pd.Series(items, index=text.index, dtype="object"), good
    return (words.translate(text, dictionary) if dictionary else text), good


def _remarks(text: "pd.Series[str]", bad: BoolArray, column: Column) -> list[Refusal]:
    rows = text.index.to_numpy()
    return [
        Refusal(
            int(rows[i]),
            f"{column.name.replace('_', '-')}-unreadable",
            f"“{text.iloc[i][:40]}” under {column.name} {_SENTENCES[column.type]}; "
            "it was left out, correct it.",
            {"column": column.name, "value": text.iloc[i][:200]},
        )
        for i in np.flatnonzero(bad)
    ]


def _credit_remarks(codes: "pd.Series[str]") -> list[Refusal]:
    given = codes.dropna()
    wrong = given[wrong_credit_codes(given.tolist())]
    return [
        Refusal(
            int(row),
            "credit-code-wrong",
            f"The credit code “{code[:40]}” cannot be right: {check_credit_code(code)}; look it up.",
            {"value": code[:200]},
        )
        for row, code in zip(wrong.index, wrong.tolist(), strict=True)
    ]


def _with_access(streets: pd.DataFrame) -> pd.DataFrame:
    """Fill in who may use a street by its class, and the layer 0, where the file does not say."""
    by_class = {name: roads.access(name) for name in streets["road_class"].dropna().unique()}
    defaults = [by_class.get(name) or roads.access(None) for name in _optional(streets["road_class"])]
    filled = {
        mode: _said(streets[mode], [getattr(default, mode) for default in defaults])
        for mode in ("walk", "ebike", "drive")
    }
    filled["oneway"] = _texts([roads.oneway(w) for w in _optional(streets["oneway"])], streets.index)
    return streets.assign(**filled, layer=streets["layer"].fillna(0))


def _with_gates(ground: pd.DataFrame) -> pd.DataFrame:
    """Let a barrier be the kind of its row, and say of each gate who may pass, all where nothing is said."""
    told = ground["barrier"].isin(("wall", "gate"))
    kind = ground["kind"].mask(told, ground["barrier"])
    gate = kind.eq("gate").fillna(value=False)
    open_to_all = ["yes"] * len(ground)
    access = {mode: _said(ground[mode], open_to_all).where(gate) for mode in ("walk", "ebike", "drive")}
    return ground.assign(kind=kind, **access)


def _said(given: "pd.Series[str]", defaults: Sequence[str]) -> "pd.Series[str]":
    pairs = zip(_optional(given), defaults, strict=True)
    return _texts([roads.permission(word, default) for word, default in pairs], given.index)


def _texts(items: list[str], index: pd.Index) -> "pd.Series[str]":
    return pd.Series(items, index=index, dtype="str")


def _optional(text: "pd.Series[str]") -> list[str | None]:
    return [None if pd.isna(item) else str(item) for item in text]
