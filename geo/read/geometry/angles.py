"""Angles: coordinates in cells as people write them, with degrees, minutes and seconds or in one cell."""

import re

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.read.columns.values import numbers

BoolArray = npt.NDArray[np.bool_]
GeometryArray = npt.NDArray[np.object_]

_MARKS = str.maketrans({
    "″": '"', "”": '"', "“": '"', "′": "'", "’": "'", "‘": "'", "º": "°", "˚": "°", "度": "°", "分": "'",
    "秒": '"', "，": ",", "；": ";", "：": ":", "（": "(", "）": ")",
})  # fmt: skip
_SIDE = r"(?P<{0}>[EWNS]|东经|西经|北纬|南纬)?"
_SEXAGESIMAL = re.compile(
    rf"{_SIDE.format('before')}\s*(?P<sign>[+-]?)(?P<d>\d{{1,3}}(?:\.\d+)?)\s*°\s*"
    r"(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*'\s*)?(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|'')?\s*)?"
    rf"{_SIDE.format('after')}",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?P<sign>[+-]?)(?P<d>\d{1,3})(?:\s+|:)(?P<m>\d{1,2})(?:\s+|:)(?P<s>\d{1,2}(?:\.\d+)?)")
_COMMA = re.compile(r"(?P<sign>[+-]?)(?P<d>\d{1,3}),(?P<f>\d{1,2}|\d{4,})")
_NEGATIVE = ("w", "s", "西经", "南纬")
_NUMBER = r"([+-]?\d+(?:\.\d+)?)"
_PAIR = re.compile(rf"[\[(]?\s*{_NUMBER}\s*(?:[,;、]|\s)\s*{_NUMBER}\s*[\])]?")


def angles(cells: "pd.Series[str]") -> tuple["pd.Series[float]", BoolArray]:
    """Read coordinates: numbers, degrees with minutes and seconds, or with a comma for the point.

    Returns
    -------
    Series of float64, (n,) bool array
        The values, and which cells say something that is none.

    Examples
    --------
    >>> angles(pd.Series(["104.5", "104°30′00″", "东经104度30分", "30 30 00", "104,5"]))[0].tolist()
    [104.5, 104.5, 104.5, 30.5, 104.5]
    """
    found, bad = numbers(cells)
    for i in np.flatnonzero(bad).tolist():
        value = _angle(str(cells.iloc[i]))
        if value is not None:
            found.iloc[i], bad[i] = value, False
    return found, bad


def pairs(cells: "pd.Series[str]") -> GeometryArray:
    """Read points from cells that hold both coordinates, such as ``104.05,30.6``; None for others.

    The column says which comes first: what is beyond 90 in most rows is the longitude, else the first.
    """
    matched = [
        None if pd.isna(text) else _PAIR.fullmatch(str(text).translate(_MARKS).strip()) for text in cells
    ]
    xy = np.array([(float(m[1]), float(m[2])) if m else (np.nan, np.nan) for m in matched]).reshape(-1, 2)
    beyond = (np.abs(xy) > 90).sum(axis=0)
    if beyond[1] > beyond[0]:
        xy = xy[:, ::-1]
    points = np.full(len(xy), None, dtype=object)
    whole = np.isfinite(xy).all(axis=1)
    points[whole] = shapely.points(xy[whole])
    return points


def _angle(text: str) -> float | None:
    plain = text.translate(_MARKS).strip()
    if comma := _COMMA.fullmatch(plain):
        return float(f"{comma['sign']}{comma['d']}.{comma['f']}")
    found = _SEXAGESIMAL.fullmatch(plain) or _SPACED.fullmatch(plain)
    if found is None:
        return None
    parts = found.groupdict()
    minutes, seconds = float(parts["m"] or 0), float(parts["s"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    sides = [side for side in (parts.get("before"), parts.get("after")) if side]
    negative = (parts["sign"] == "-") != any(side.casefold() in _NEGATIVE for side in sides)
    value = float(parts["d"]) + minutes / 60 + seconds / 3600
    return -value if negative else value
