"""Classes and colours: every share has one class, and the sheets agree with the table."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.assets import static_folder
from maps.style import BANDS, MISSING, NO_DATA, SHARE_CLASSES, THERE, share_class, style_data


@pytest.mark.parametrize(
    ("share", "expected"), [(0, 0), (0.19999, 0), (0.2, 1), (0.4, 2), (0.6, 3), (0.8, 4), (1, 4)]
)
def test_lower_end_belongs_to_the_class(share: float, expected: int) -> None:
    assert share_class(share) == expected


def test_unknown_share_has_no_class() -> None:
    assert share_class(None) is None


@pytest.mark.parametrize("share", [-0.01, 1.01, float("nan")])
def test_what_is_no_share_is_an_error(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        share_class(share)


@given(st.floats(0, 1))
def test_each_share_lies_in_its_class(share: float) -> None:
    number = share_class(share)
    assert number is not None
    step = SHARE_CLASSES[number]
    assert step.lower <= share < step.upper or share == step.upper == 1


def test_classes_join_without_gaps() -> None:
    assert SHARE_CLASSES[0].lower == 0
    assert SHARE_CLASSES[-1].upper == 1
    assert all(a.upper == b.lower for a, b in pairwise(SHARE_CLASSES))


def test_palette_darkens_with_the_share() -> None:
    def light(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    tones = [light(step.colour) for step in SHARE_CLASSES]
    assert tones == sorted(tones, reverse=True)


def test_style_sheet_has_the_colours_of_the_table() -> None:
    sheet = (static_folder() / "css" / "base.css").read_text("utf-8")
    there = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", sheet))
    assert [there[f"share-{i}"] for i in range(5)] == [step.colour for step in SHARE_CLASSES]
    assert [there[f"band-{i}"] for i in range(3)] == list(BANDS)
    named = (there["there"], there["missing"], there["no-data"])
    assert named == (THERE.lower(), MISSING.lower(), NO_DATA.lower())


def test_scripts_read_the_same_table() -> None:
    assert [step["upper"] for step in style_data()["shares"]] == [0.2, 0.4, 0.6, 0.8, 1.0]
