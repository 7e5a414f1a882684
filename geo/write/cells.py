"""Cells: the columns of a frame as texts, whole numbers and numbers that any format can hold."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from geo.frames import Refusal
from geo.write.form import Field

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fields_of(frame: pd.DataFrame, headers: Mapping[str, str]) -> tuple[Field, ...]:
    """Return the columns that have a header, in its order.

    Parameters
    ----------
    frame : DataFrame
        Lists become text with 、 between their items, days ISO dates, missing and infinite values None.
    headers : mapping of str to str
        Column → header.
    """
    return tuple(_field(frame[column], column, header) for column, header in headers.items())


def without_controls(fields: Sequence[Field]) -> tuple[tuple[Field, ...], tuple[Refusal, ...]]:
    """Replace characters that XML cannot hold by U+FFFD, and say so."""
    return changed(
        fields,
        lambda text: _CONTROL.sub("\ufffd", text),
        lambda count, first: Refusal(
            0,
            "characters-replaced",
            f"{count} texts hold control characters, which this format cannot; they were replaced. "
            f"The first is “{first[:40]}”.",
            {"count": count, "first": first[:200]},
        ),
    )


def changed(
    fields: Sequence[Field], change: Callable[[str], str], warning: Callable[[int, str], Refusal]
) -> tuple[tuple[Field, ...], tuple[Refusal, ...]]:
    """Change each text, and return a warning of how many became another, with the first of them."""
    result, touched = [], []
    for field in fields:
        if field.kind == "text":
            texts = {text: change(text) for text in dict.fromkeys(field.values) if text is not None}
            other = [text for text in field.values if text is not None and texts[text] != text]
            if other:
                touched += other
                field = replace(field, values=[texts.get(text) for text in field.values])  # noqa: PLW2901
        result.append(field)
    return tuple(result), (warning(len(touched), touched[0]),) if touched else ()


def _field(column: "pd.Series[Any]", name: str, header: str) -> Field:
    if pd.api.types.is_bool_dtype(column.dtype):
        return Field(name, header, "text", [_text(value) for value in column.tolist()])
    if pd.api.types.is_integer_dtype(column.dtype):
        whole = [None if pd.isna(value) else int(value) for value in column.tolist()]
        return Field(name, header, "integer", whole)
    if pd.api.types.is_float_dtype(column.dtype):
        numbers = [float(v) if not pd.isna(v) and math.isfinite(v) else None for v in column.tolist()]
        return Field(name, header, "number", numbers)
    return Field(name, header, "text", [_text(value) for value in column.tolist()])


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, list | tuple):
        return "、".join(text for item in value if (text := _text(item))) or None
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if value is None or pd.isna(value):
        return None
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
