"""Text that a spreadsheet would run is escaped, and every text comes back."""

from hypothesis import given
from hypothesis import strategies as st

from geo.formulas import escaped, restored

TEXTS = st.text(st.sampled_from("'=+-@\t\r\n1网 "), max_size=8) | st.text(max_size=8)


@given(TEXTS)
def test_what_was_escaped_comes_back(text: str) -> None:
    assert restored(escaped(text)) == text


@given(TEXTS)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_plain_text_is_left_alone() -> None:
    for text in ("网格", "'s", "0412", "a=b", "", "'"):
        assert escaped(text) == restored(text) == text
