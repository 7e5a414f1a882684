"""Numbers, shares, areas and days as people in an office write them, by language."""

import math
from datetime import date, datetime, tzinfo

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}


def number(value: float, language: str, *, digits: int = 0) -> str:
    """Return a number with its thousands marked, and so many digits after the point at most."""
    pattern = "#,##0" + ("." + "#" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language])


def percent(part: float, total: float, language: str) -> str:
    """Return part ÷ total with one decimal; never 100 % or 0 % unless it is exactly that.

    Without a total there is no share, and a dash stands for it.
    """
    if not total:
        return "–"
    tenths = round(1000 * part / total)
    if part < total:
        tenths = min(tenths, 999)
    if part > 0:
        tenths = max(tenths, 1)
    return f"{number(tenths / 10, language, digits=1)}%"


def length(metres: float, language: str) -> str:
    """Return a length in metres, or in kilometres from one kilometre on."""
    if metres < 1000:
        return f"{number(metres, language)} m"
    return f"{number(metres / 1000, language, digits=1)} km"


def area(square_metres: float, language: str) -> str:
    """Return an area in square kilometres, or in hectares below one square kilometre."""
    if square_metres >= 1e6:
        return f"{number(square_metres / 1e6, language, digits=2)} km²"
    return f"{number(square_metres / 1e4, language, digits=2)} ha"


def minutes(value: float, language: str) -> str:
    """Return minutes rounded up to a tenth, since nobody arrives before he does."""
    return number(math.ceil(round(value * 10, 6)) / 10, language, digits=1)


def day(value: str | date | None, language: str, *, zone: tzinfo | None = None) -> str:
    """Return a civil day; the text itself where it is not an ISO date, a dash where there is none.

    Parameters
    ----------
    value : str or date or None
        An ISO day or instant.
    language : str
        ``zh`` or ``en``.
    zone : tzinfo, optional
        Where the day of an instant is asked for; by default as the instant is written.
    """
    if not value:
        return "–"
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(zone or value.tzinfo)
    pattern = "y年M月d日" if language == "zh" else "d MMM y"
    return format_date(value, format=pattern, locale=LOCALES[language])
