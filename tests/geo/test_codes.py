import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import codes
from geo.errors import InputError

ORGANISATION = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
REGISTRATION = st.text("0123456789", min_size=6, max_size=6)


def credit_code(registration, organisation):
    body = f"91{registration}{organisation}{codes.organisation_code_check_digit(organisation)}"
    return body + codes.credit_code_check_digit(body)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B"])
def test_right_codes(code):
    assert codes.check_credit_code(code) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91350100M000100Y4Z", "holds Z"),
        ("91350100M000100Y44", "should be 3, not 4"),
        ("91350100M000100Y53", "M000100Y5, should end in 4"),
        ("91350100M000100Y4", "17 characters"),
        ("", "0 characters"),
        ("91350100m000100Y43", "holds m"),
    ],
)
def test_wrong_codes_say_why(code, reason):
    assert reason in (codes.check_credit_code(code) or "")


@given(REGISTRATION, ORGANISATION)
def test_made_codes_hold_and_one_changed_character_breaks_them(registration, organisation):
    code = credit_code(registration, organisation)
    assert codes.check_credit_code(code) is None
    for place in (2, 8, 17):
        other = "1" if code[place] == "0" else "0"
        assert codes.check_credit_code(code[:place] + other + code[place + 1 :]) is not None


@given(st.lists(st.one_of(st.text(max_size=20), st.builds(credit_code, REGISTRATION, ORGANISATION))))
def test_many_at_once_equal_one_by_one(many):
    expected = [codes.check_credit_code(code) is not None for code in many]
    assert codes.wrong_credit_codes(many).tolist() == expected


def test_bodies_of_wrong_length_are_refused():
    with pytest.raises(InputError, match="first 17 characters"):
        codes.credit_code_check_digit("123")
    with pytest.raises(InputError, match="first 8 characters"):
        codes.organisation_code_check_digit("123")


def test_numbering_reads_as_a_page():
    # Two rows of three, the middle of the upper row a little lower than its neighbours.
    points = np.array([[0, 9], [1, 8.5], [2, 9], [0, 0], [1, 0.5], [2, 0]], dtype=float)
    points[:, 1] *= 2 / 9
    given_codes = codes.allocate_codes(points, prefix="G", width=2, taken=())
    assert given_codes == ["G01", "G02", "G03", "G04", "G05", "G06"]


def test_taken_codes_are_passed_over():
    points = np.array([[0.0, 0.0], [1.0, 0.0]])
    assert codes.allocate_codes(points, prefix="", width=1, taken={"1", "3"}) == ["2", "4"]


def test_too_few_digits():
    with pytest.raises(InputError, match="allow more digits"):
        codes.allocate_codes(np.zeros((10, 2)), prefix="G", width=1, taken=())


def test_nothing_to_number():
    assert codes.allocate_codes(np.empty((0, 2)), prefix="G", width=1, taken=()) == []


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), unique=True, min_size=1, max_size=30),
    st.randoms(),
    st.sets(st.integers(1, 40).map(lambda n: f"G{n:03d}")),
)
def test_order_of_input_changes_nothing(places, random, taken):
    first = codes.allocate_codes(np.array(places, float), prefix="G", width=3, taken=taken)
    assert len(set(first)) == len(places)
    assert not taken & set(first)
    shuffled = list(places)
    random.shuffle(shuffled)
    second = codes.allocate_codes(np.array(shuffled, float), prefix="G", width=3, taken=taken)
    assert dict(zip(places, first, strict=True)) == dict(zip(shuffled, second, strict=True))
