"""Opening hours at a moment: the syntax, the week of offices, the holidays of a zone."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.hours import openness, plain_hours, shift_times
from geo.promise import Calendar

on = datetime.fromisoformat

# In 2026 the National Day's week has a Saturday of work.
YEAR = Calendar(
    holidays=(date(2026, 10, 1), date(2026, 10, 2)), workdays=(date(2026, 10, 10), date(2026, 9, 20))
)
TUESDAY_NIGHT = on("2026-12-01T22:00")


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("24/7", TUESDAY_NIGHT, "open"),
        ("Mo-Fr 08:30-18:00", TUESDAY_NIGHT, "closed"),
        ("Mo-Fr 20:00-06:00", TUESDAY_NIGHT, "open"),
        ("全天开放", TUESDAY_NIGHT, "open"),
        ("周一至周五 8:30-18:00", on("2026-12-01T09:00"), "open"),
        ("周六、周日 8:30-18:00", on("2026-12-01T09:00"), "closed"),
        ("", TUESDAY_NIGHT, "unknown"),
        (None, TUESDAY_NIGHT, "unknown"),
        ("看情况", TUESDAY_NIGHT, "unknown"),
        ("Mo-Fr 08:00-24:00 unknown", TUESDAY_NIGHT, "unknown"),
        # A holiday: its own rule, else the weekday's, as the syntax has it.
        ("Mo-Su 08:00-18:00; PH off", on("2026-10-01T09:00"), "closed"),
        ("Mo-Su 08:00-18:00; PH off", on("2026-10-05T09:00"), "open"),
        ("Mo-Fr 08:00-18:00; PH 10:00-12:00", on("2026-10-02T11:00"), "open"),
        ("Mo-Fr 08:00-18:00", on("2026-10-01T09:00"), "open"),
        ("Oct 08:00-18:00; PH off", on("2026-10-01T09:00"), "unknown"),
        # New Year's Day is no holiday here, since the zone does not say so.
        ("Mo-Su 08:00-18:00; PH off", on("2026-01-01T09:00"), "open"),
        # A holiday is no workday.
        ("工作日 8:00-18:00", on("2026-10-01T09:00"), "closed"),
        ("工作日 8:00-18:00", on("2026-10-10T09:00"), "open"),
        # An adjusted workday: a Saturday is as the Friday before, a Sunday as the Monday after.
        ("Mo-Fr 08:00-18:00", on("2026-10-10T09:00"), "open"),
        ("Mo 08:00-18:00", on("2026-09-20T09:00"), "open"),
        ("Mo-Fr 08:00-18:00", on("2026-10-11T09:00"), "closed"),
    ],
)
def test_standing(text, at, expected):
    assert openness(text, at, YEAR) == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("周一至周五 8:30-18:00；节假日休息", "Mo-Fr 08:30-18:00; PH off"),
        ("每天9:00—17:00", "Mo-Su 09:00-17:00"),
        ("工作日 08:30-12:00，13:30-17:30", "Mo-Fr 08:30-12:00,13:30-17:30; PH off"),
        ("Mo-Fr 09:00-12:00,13:30-17:30", "Mo-Fr 09:00-12:00,13:30-17:30"),
        ("按预约", None),
    ],
)
def test_the_week_of_offices(text, plain):
    assert plain_hours(text) == plain


def test_shifts_name_their_changes():
    assert shift_times(["三班 6:00/14:00/22:00"]) == ("06:00", "14:00", "22:00")
    assert shift_times(["长白班", "25:00", "2026-12-01"]) == ()


@given(st.text(max_size=30))
def test_whatever_is_written_is_never_open_in_silence(text):
    assert openness(text, TUESDAY_NIGHT, YEAR) in ("open", "closed", "unknown")
    if plain_hours(text) is None:
        assert openness(text, TUESDAY_NIGHT, YEAR) == "unknown"
