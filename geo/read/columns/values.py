"""Values: what the text in a cell says, as integers, numbers, lists and days."""

import math
import re
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

BoolArray = npt.NDArray[np.bool_]

_NOTHING = frozenset(
    ("", "-", "--", "—", "——", "/", "无", "不详", "暂无", "空", "null", "none", "nan", "n/a", "#n/a")
)
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_INTEGER = rf"[+-]?{_DIGITS}(?:\.0*)?(?:人|名)?"
_NUMBER = rf"[+-]?(?:{_DIGITS}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?"
_SLOPE = rf"^({_NUMBER})\s*([%°度]?)$"
_WHITHER = frozenset(("up", "down", "上", "下", "上坡", "下坡"))
STEEPEST = 1.0
"""No street rises by more than its run; what says so is no slope."""
_BETWEEN = re.compile(r"[、,，;；|｜]")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T\s].*)?")
_MAX_INTEGER = 2**31 - 1


def cell(value: Any) -> str | None:
    """Return a typed cell as the text that a person would have typed.

    Examples
    --------
    >>> cell(1204.0), cell(0.5), cell(True), cell(["rest", "meals"]), cell(None)
    ('1204', '0.5', 'true', 'rest、meals', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        number = float(value)
        if math.isnan(number):
            return None
        whole = number.is_integer() and abs(number) < 1e15
        return str(int(number)) if whole else repr(number)
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value).replace("T", " ")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, list | tuple):
        return "、".join(text for item in value if (text := cell(item)))
    return str(value)


def texts(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Strip text; what is blank becomes missing."""
    stripped = cells.str.strip()
    return stripped.mask(stripped == "")


def integers(cells: "pd.Series[str]") -> tuple["pd.Series[int]", BoolArray]:
    """Read whole numbers, with or without thousands commas, ``.0`` and 人 behind.

    Returns
    -------
    Series of Int64, (n,) bool array
        The values, and which cells say something that is no whole number of 31 bits.
    """
    plain = _figures(cells)
    good = plain.str.fullmatch(_INTEGER).fillna(value=False).to_numpy(bool)
    digits = plain.where(good).str.replace(r"[,人名]|\.0*", "", regex=True)
    # Through float64, which holds every integer of 31 bits exactly and overflows without an error.
    values = pd.to_numeric(digits, errors="coerce").astype("float64")
    good = good & (values.abs() <= _MAX_INTEGER).to_numpy(bool)
    return values.where(good).astype("Int64"), plain.notna().to_numpy(bool) & ~good


def numbers(cells: "pd.Series[str]") -> tuple["pd.Series[float]", BoolArray]:
    """Read numbers.

    Returns
    -------
    Series of float64, (n,) bool array
        The values, and which cells say something that is no finite number.
    """
    plain = _figures(cells)
    good = plain.str.fullmatch(_NUMBER).fillna(value=False).to_numpy(bool)
    digits = plain.where(good).str.replace(",", "", regex=False)
    values = _exact(digits)
    good = good & np.isfinite(values.to_numpy())
    return values.where(good), plain.notna().to_numpy(bool) & ~good


def slopes(cells: "pd.Series[str]") -> tuple["pd.Series[float]", BoolArray]:
    """Read slopes in percent or, where they say so, in degrees; a word such as ``up`` states none.

    Returns
    -------
    Series of float64, (n,) bool array
        Fractions, positive where it goes up, and which cells say something that is no slope.

    Examples
    --------
    >>> slopes(pd.Series(["5%", "-45°", "up", "0.5", "steep"], dtype="str"))[0].round(9).tolist()
    [0.05, -1.0, nan, 0.005, nan]
    """
    plain = _figures(cells).str.replace("\u2212", "-", regex=False)
    plain = plain.mask(plain.str.casefold().isin(_WHITHER))
    parts = plain.str.extract(_SLOPE)
    figures = _exact(parts[0].str.replace(",", "", regex=False))
    degrees = parts[1].isin(("°", "度")).to_numpy(bool)
    # At most a right angle, so that the tangent of a steeper one does not come round to a small number.
    rise = np.where(degrees, np.tan(np.radians(figures.clip(-90, 90))), figures / 100)
    good = np.abs(rise) <= STEEPEST + 1e-12
    values = pd.Series(np.clip(rise, -STEEPEST, STEEPEST), index=cells.index).where(good)
    return values, plain.notna().to_numpy(bool) & ~good


def lists(cells: "pd.Series[str]") -> list[list[str]]:
    """Split cells at 、 , ; and |; a missing cell is an empty list."""
    parts = {
        text: [item for part in _BETWEEN.split(text) if (item := part.strip())]
        for text in cells.dropna().unique()
    }
    return [list(parts.get(text, ())) for text in cells.tolist()]


def days(cells: "pd.Series[str]") -> tuple["pd.Series[Any]", BoolArray]:
    """Read civil days: 2023-07-01, 2023/7/1, 2023.7.1, 2023年7月1日, 20230701.

    Returns
    -------
    Series of datetime.date or None, (n,) bool array
        The days, and which cells say something that is no day.
    """
    plain = _figures(cells)
    read = [None if pd.isna(text) else _day(text) for text in plain]
    bad = np.array([day is None for day in read], dtype=bool) & plain.notna().to_numpy(bool)
    return pd.Series(read, index=cells.index, dtype="object"), bad


def _figures(cells: "pd.Series[str]") -> "pd.Series[str]":
    plain = cells.str.normalize("NFKC").str.strip()
    return plain.mask(plain.str.casefold().isin(_NOTHING))


def _exact(digits: "pd.Series[str]") -> "pd.Series[float]":
    """Parse with Python's correctly rounding parser: stored coordinates must not lose a bit."""
    plain = digits.to_numpy(dtype=object, na_value=math.nan)
    return pd.Series(plain.astype(np.float64), index=digits.index)


def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, *parts = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, parts[0], parts[1])
    except ValueError:  # The 30th of February: the caller says so in a remark.
        return None
