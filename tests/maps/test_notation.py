"""Numbers, shares, areas and days as people write them."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.notation import area, day, length, minutes, number, percent


def test_marks_thousands() -> None:
    assert number(412345, "zh") == number(412345, "en") == "412,345"
    assert number(1.26, "en", digits=1) == "1.3"


@pytest.mark.parametrize(
    ("part", "total", "text"),
    [
        (1097, 1358, "80.8%"),
        (0, 10, "0%"),
        (10, 10, "100%"),
        (9999, 10000, "99.9%"),
        (1, 100000, "0.1%"),
        (0, 0, "–"),
    ],
)
def test_share_is_whole_only_where_all_is_covered(part: int, total: int, text: str) -> None:
    assert percent(part, total, "zh") == text


@given(st.integers(1, 10**6), st.data())
def test_share_tells_all_and_nothing_apart(total: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, total))
    text = percent(part, total, "en")
    assert (text == "100%") == (part == total)
    assert (text == "0%") == (part == 0)


def test_areas_and_lengths_choose_their_unit() -> None:
    assert area(87_000_000, "en") == "87 km²"
    assert area(64_000, "en") == "6.4 ha"
    assert length(950.4, "en") == "950 m"
    assert length(612_345, "en") == "612.3 km"


def test_minutes_are_rounded_up() -> None:
    assert minutes(15.0, "en") == "15"
    assert minutes(15.01, "en") == "15.1"
    assert minutes(7.2, "en") == "7.2"


def test_days_by_language() -> None:
    assert day("2026-11-22", "zh") == "2026年11月22日"
    assert day(date(2026, 11, 22), "en") == "22 Nov 2026"
    assert day("2026-11-01T08:00:00+00:00", "en") == "1 Nov 2026"
    assert day("2026-11-22T17:10:41Z", "en", zone=ZoneInfo("Asia/Shanghai")) == "23 Nov 2026"
    assert day("2026-11-22", "en", zone=ZoneInfo("Asia/Shanghai")) == "22 Nov 2026"
    assert day(None, "en") == "–"
    assert day("{{7*7}}", "en") == "{{7*7}}"
