"""Opening hours: whether a station is open at a moment, by the syntax of OpenStreetMap.

The syntax is read by opening-hours (https://github.com/remi-dupre/opening-hours-rs); the holidays are those
of the zone's calendar and of no country. Offices' own words (周一至周五 8:30-18:00, 全天) are put into it.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from opening_hours import OpeningHours, State, validate

from geo.promise import Calendar

Openness = Literal["open", "closed", "unknown"]

_DAYS = dict(zip("一二三四五六日天", ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "Su"), strict=True))
_DAY = re.compile("(?:周|星期|礼拜)([一二三四五六日天])")
_WORDS = (
    (re.compile("24小时|全天(?:候)?(?:开放)?|24h", re.IGNORECASE), "24/7"),
    (re.compile("工作日"), "Mo-Fr"),
    (re.compile("周末|双休日"), "Sa-Su"),
    (re.compile("每[天日]|天天"), "Mo-Su"),
    (re.compile("(?:法定)?节假日"), "PH"),
    (re.compile("休息|不开放|关闭|闭馆"), "off"),
    (re.compile("[至到~—–～]+"), "-"),
    (re.compile("[、，]"), ","),
    (re.compile("；"), ";"),
    (re.compile("："), ":"),
)
_MONTHS = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|week|easter|SH|\d{4})\b")

# New Year's Day is a holiday in the parser's own table; each weekday has one, so that a rule for
# holidays can be asked about a holiday of the zone that the table does not know.
_NEW_YEARS: Mapping[int, date] = MappingProxyType(
    {date(year, 1, 1).weekday(): date(year, 1, 1) for year in range(2031, 2019, -1)}
)


def openness(text: str | None, at: datetime, calendar: Calendar) -> Openness:
    """Say whether who writes these hours is open at a moment.

    On a holiday of the calendar the rules for ``PH`` hold, and where there are none those of the weekday, as
    the syntax has it. On a Saturday or Sunday of adjusted work the rules of the nearest workday hold.

    Parameters
    ----------
    text : str or None
        The hours, such as ``Mo-Fr 08:30-18:00; PH off``.
    at : datetime
        The moment in the zone's civil time, without a time zone.
    calendar : Calendar
        The zone's holidays and adjusted workdays.

    Returns
    -------
    {"open", "closed", "unknown"}
        ``unknown`` where nothing is written, where it cannot be read, where it says so itself, or where a
        rule for holidays stands beside one for months, which the calendar of a zone cannot decide.

    Examples
    --------
    >>> openness("Mo-Fr 08:30-18:00", datetime(2026, 12, 1, 22), Calendar())
    'closed'
    """
    hours = plain_hours(text)
    if hours is None:
        return "unknown"
    if at.date() in calendar.holidays and "PH" in hours:
        if _MONTHS.search(hours):
            return "unknown"
        return _asked(hours, datetime.combine(_NEW_YEARS[at.weekday()], at.time()), country="CN")
    if at.date() in calendar.workdays and at.weekday() >= 5:
        at += timedelta(days=-1 if at.weekday() == 5 else 1)
    return _asked(hours, at)


def plain_hours(text: str | None) -> str | None:
    """Return hours in the syntax of OpenStreetMap; None where there are none that can be read.

    Examples
    --------
    >>> plain_hours("周一至周五 8:30－18:00；节假日休息"), plain_hours("看情况")
    ('Mo-Fr 08:30-18:00; PH off', None)
    """
    if not text or text != text or not str(text).strip():
        return None
    words = str(text).strip().replace("－", "-")
    for pattern, word in _WORDS:
        words = pattern.sub(word, words)
    words = _DAY.sub(lambda match: _DAYS[match[1]], words)
    words = re.sub(r"(?<=[a-zH])(?=\d)|(?<=PH)(?=off)", " ", words)
    words = re.sub(r"(?<![\d:/])(\d):(\d\d)", r"0\1:\2", words)
    words = re.sub(r"\s*;\s*", "; ", words).strip("; ")
    if "工作日" in str(text) and "PH" not in words:
        # A holiday is no workday, whatever day of the week it is.
        words += "; PH off"
    return words if validate(words) else None


def shift_times(texts: list[str]) -> tuple[str, ...]:
    """Return the moments of change that shifts name, as HH:MM in order.

    Examples
    --------
    >>> shift_times(["早班 6:00-14:00", "14：00-22：00"])
    ('06:00', '14:00', '22:00')
    """
    found = {
        f"{int(hour):02}:{minute}"
        for text in texts
        for hour, minute in re.findall(r"(?<!\d)(\d{1,2})[:：](\d\d)(?!\d)", str(text))
        if int(hour) < 24 and int(minute) < 60
    }
    return tuple(sorted(found))


def _asked(hours: str, at: datetime, *, country: str | None = None) -> Openness:
    state, _ = OpeningHours(hours, country=country).state(at)
    return "open" if state == State.OPEN else "closed" if state == State.CLOSED else "unknown"
