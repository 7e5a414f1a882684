from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.read.columns import values


def series(*items):
    return pd.Series(items, dtype="str")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,204", 1204), ("1204.0", 1204), ("１２０４", 1204), (" 12 人", None), ("12人", 12),
        ("+5", 5), ("-3", -3), ("1,20", None), ("12.5", None), ("约50", None), ("", None), ("-", None),
        ("99999999999", None), ("9" * 400, None), ("0", 0),
    ],
)  # fmt: skip
def test_integers(text, number):
    read, bad = values.integers(series(text))
    assert (None if pd.isna(read[0]) else read[0]) == number
    assert bad[0] == (number is None and text not in ("", "-"))


@given(st.integers(-(2**31) + 1, 2**31 - 1))
def test_integers_come_back_however_written(number):
    for text in (str(number), f"{number:,}", f"{number}.0", f" {number} "):
        read, bad = values.integers(series(text))
        assert read[0] == number
        assert not bad[0]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_every_bit(number):
    read, bad = values.numbers(series(repr(number)))
    assert read[0] == number
    assert not bad[0]


@pytest.mark.parametrize("text", ["inf", "1e999", "12,5", "104°03′", "abc", ".", "e5", "1_000"])
def test_what_is_no_number(text):
    read, bad = values.numbers(series(text))
    assert np.isnan(read[0])
    assert bad[0]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_text_breaks_a_reader(items):
    cells = series(*items)
    for reader in (values.integers, values.numbers, values.days):
        read, bad = reader(cells)
        assert len(read) == len(bad) == len(items)
    assert len(values.lists(cells)) == len(values.texts(cells)) == len(items)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-07-01", date(2023, 7, 1)), ("2023/7/1", date(2023, 7, 1)),
        ("2023.7.1", date(2023, 7, 1)), ("2023年7月1日", date(2023, 7, 1)),
        ("20230701", date(2023, 7, 1)), ("2023-07-01 08:30:00", date(2023, 7, 1)),
        ("2023-02-30", None), ("去年", None), ("2023-07", None),
    ],
)  # fmt: skip
def test_days(text, day):
    read, bad = values.days(series(text))
    assert read[0] == day
    assert bad[0] == (day is None)


def test_lists():
    read = values.lists(series("歇脚、 热水;充电|急救，厕所", None, "、"))
    assert read == [["歇脚", "热水", "充电", "急救", "厕所"], [], []]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (91350100.0, "91350100"), (0.5, "0.5"), (1e300, "1e+300"), (float("nan"), None),
        (True, "true"), (12, "12"), (date(2023, 7, 1), "2023-07-01"),
        (datetime(2023, 7, 1, 8, 30), "2023-07-01 08:30:00"),  # noqa: DTZ001
        (datetime(2023, 7, 1), "2023-07-01"),  # noqa: DTZ001
        (np.float64(3.0), "3"), (np.datetime64("NaT"), None), (["a", None, 1.0], "a、1"),
    ],
)  # fmt: skip
def test_cell(value, text):
    assert values.cell(value) == text


def test_texts_strip_also_the_wide_space():
    assert values.texts(series("\u3000甲 ", " ", None)).tolist()[0] == "甲"
    assert values.texts(series(" ", None)).isna().all()
