"""Addresses: one spelling, the parts, what is known, and the law that nothing is taken silently wrong."""

from dataclasses import replace
from math import hypot

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.addresses.book import Book, make_book
from geo.addresses.candidate import CAPPED, Candidate
from geo.addresses.choice import Terms, choose
from geo.addresses.finding import MOST, find
from geo.addresses.parts import Address, apart, parse
from geo.addresses.spelling import spelled

Row = tuple[str, str, float, float, float, float]


def book_of(*rows: Row) -> Book:
    columns = ["kind", "text", "x", "y", "radius_m", "accuracy_m"]
    return make_book(pd.DataFrame(rows, columns=columns).assign(source=""))


def address(text: str, x: float, y: float, accuracy_m: float = 10.0) -> Row:
    return "address", text, x, y, 0.0, accuracy_m


@pytest.mark.parametrize(
    "texts",
    [
        ("示例路12号3栋", "示例路 １２ 号三号楼", "示例路十二号３幢", "示例路12#3座", "示例路０12号3号楼"),
        ("示例路12号附3号", "示例路十二号附三号"),
        ("示例大厦A栋3层", "示例大厦Ａ座３Ｆ", "示例大厦a楼三楼"),
        ("示例1路5号", "示例一路五号"),
        ("示例路120号", "示例路一百二十号", "示例路一二〇号"),
        ("示例廣場3棟", "示例广场3栋"),
    ],
)
def test_what_means_the_same_is_spelled_the_same(texts: tuple[str, ...]) -> None:
    assert len({spelled(text) for text in texts}) == 1


@pytest.mark.parametrize("name", ["三里屯广场", "十字街口", "五金机电城", "万达广场", "百年老店"])
def test_a_numeral_that_counts_nothing_stays(name: str) -> None:
    assert spelled(name) == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "四川省成都市武侯区高新区示例大道北段1700号示例中心W6区12层1201室",
            Address(
                "", ("四川省", "成都市", "武侯区", "高新区"), "示例大道北段", "1700", ("示例中心",),
                ("W6区",), "12层1201室",
            ),
        ),
        ("示例高新区（虚构）示例路12号3栋", Address("", ("示例高新区",), "示例路", "12", (), ("3栋",))),
        ("示例路100弄12号", Address("", (), "示例路", "100弄12")),
        ("示例路12号附3号", Address("", (), "示例路", "12-3", others=("12",))),
        ("示例路12-3号", Address("", (), "示例路", "12-3", others=("12",))),
        ("示例路甲12号", Address("", (), "示例路", "12甲")),
        ("马鞍街道示例村3组12号", Address("", ("马鞍街道",), "示例村3组", "12")),
        ("示例软件园（A区）3号楼", Address("", (), "", "", ("示例软件园",), ("A区", "3栋"))),
        ("示例大厦3-2-1201", Address("", (), "", "", ("示例大厦",), ("3栋",), "1201室")),
        ("丝路大厦12楼", Address("", (), "丝路", "", ("丝路大厦",), (), "12层")),
        ("成都市成都市示例路3栋", Address("", ("成都市",), "示例路", "", (), ("3栋",))),
        ("示例路12号对面", Address("", (), "示例路", "12", vague=True)),
        ("示例路12号（示例大厦旁）", Address("", (), "示例路", "12", vague=True)),
        ("示例路（南段）12号", Address("", (), "示例路南段", "12")),
        ("示例路(三段)12号", Address("", (), "示例路3段", "12")),
        ("示例大道（北）12号", Address("", (), "示例大道北", "12")),
        ("示例路12号（南段）", Address("", (), "示例路", "12", vague=True)),
        ("示例路（东延线）12号", Address("", (), "示例路", "12", vague=True)),
        ("示例路（原澄衡路）12号", Address("", (), "示例路", "12")),
        (
            "示例路十二号、十四号示例大厦",
            Address("", (), "示例路", "12", ("示例大厦",), vague=True, others=("14",)),
        ),
        ("示例路12#、 14#", Address("", (), "示例路", "12", vague=True, others=("14",))),
        ("示例路12号至14号", Address("", (), "示例路", "12", vague=True, others=("14",))),
        ("示例路12号，3号楼", Address("", (), "示例路", "12", (), ("3栋",))),
        ("示例路12号附3号、附4号", Address("", (), "示例路", "12-3", vague=True, others=("12", "12-4"))),
        ("高新区", Address("", ("高新区",))),
        ("", Address("")),
    ],
)  # fmt: skip
def test_an_address_is_split_into_its_parts(text: str, parts: Address) -> None:
    assert parse(text) == replace(parts, text=spelled(text))


@pytest.mark.parametrize(
    ("said", "number", "others", "is_open"),
    [
        ("12号 14号", "12", ("14",), True),
        ("12号14号", "12", ("14",), True),
        ("12号 14号 16号", "12", ("14", "16"), True),
        ("12号、14号", "12", ("14",), True),
        ("12、14号", "12", ("14",), True),
        ("12，14号", "12", ("14",), True),
        ("十二、十四号", "12", ("14",), True),
        ("12、14、16号", "12", ("14", "16"), True),
        ("12号/14号", "12", ("14",), True),
        ("12号和14号", "12", ("14",), True),
        ("12号至16号", "12", ("14", "16"), True),
        ("12至15号", "12", ("13", "14", "15"), True),
        ("12号至412号", "12", ("412",), True),
        ("12-16号", "12-16", ("12", "14", "16"), False),
        ("12号—16号", "12-16", ("12", "14", "16"), False),
        ("12 14号", "12-14", ("12", "14"), False),
        ("12-14-18号", "12-14-18", ("12", "14", "18"), False),
        ("1200-1号", "1200-1", ("1200",), False),
        ("12号附14号", "12-14", ("12",), False),
        ("12号附3号至5号", "12-3", ("12", "12-5"), True),
        ("100弄12号14号", "100弄12", ("100弄14",), True),
        ("12号院14号", "12", (), False),
        ("12号14号楼", "12", (), False),
        ("12-3", "12~3", ("12-3", "12"), False),
        ("12-16", "12~16", ("12-16", "12", "14", "16"), False),
        ("12-301", "12~", ("12",), False),
        ("12-3室", "12~", ("12",), False),
        ("12-3-301", "12~3", ("12-3", "12"), False),
        ("1200-1234", "1200~1234", ("1200-1234", *map(str, range(1200, 1235, 2))), False),
        ("100弄12-301", "100弄12~", ("100弄12",), False),
        ("12号 1404室", "12", (), False),
    ],
)
def test_several_house_numbers_are_told(
    said: str, number: str, others: tuple[str, ...], *, is_open: bool
) -> None:
    found = parse("示例路" + said)
    assert (found.road, found.number, found.others, found.vague) == ("示例路", number, others, is_open)


@pytest.mark.parametrize("said", ["示例路8号3、5号楼", "示例园3-5栋", "示例园3栋至5栋", "示例大厦A、B座"])
def test_several_buildings_are_no_building(said: str) -> None:
    assert parse(said).vague


@pytest.mark.parametrize(
    ("asked", "known", "is_shown"),
    [
        ("示例路14号", "示例路12-16号", True),
        ("示例路12-16号", "示例路14号", True),
        ("示例路13号", "示例路12-16号", False),
        ("示例路12号", "示例路12号附3号", True),
        ("示例路12号附3号", "示例路12号", True),
        ("示例路12号 14号", "示例路14号", True),
        ("示例路14号", "示例路12号 14号", False),
    ],
)
def test_one_of_several_numbers_is_shown_and_not_taken(asked: str, known: str, *, is_shown: bool) -> None:
    found = find(parse(asked), book_of(address(known, 0, 0)))
    assert any(one.reason == "same-address" and one.score == CAPPED for one in found) is is_shown
    assert choose(found, Terms()) is None


def test_a_range_that_is_known_by_its_own_words_is_found() -> None:
    known = book_of(address("示例路12-16号", 0, 0), address("示例路14号", 300, 0))
    assert choose(find(parse("示例路12号—16号"), known), Terms()) is not None


@pytest.mark.parametrize(
    ("one", "other", "are_apart"),
    [
        ("高新区示例路1号", "成都高新区示例路1号", False),
        ("高新区示例路1号", "示例路1号", False),
        ("锦江区示例路1号", "高新区示例路1号", True),
        ("武侯区高新区示例路1号", "高新区示例路1号", False),
        ("甲乙街道示例路1号", "丙丁街道示例路1号", True),
        ("成都市示例路1号", "高新区示例路1号", False),
    ],
)
def test_divisions_of_one_level_that_differ_are_apart(one: str, other: str, *, are_apart: bool) -> None:
    assert apart(parse(one), parse(other)) is are_apart is apart(parse(other), parse(one))


WORDS = st.text("示例澄衡路街道大园区号栋座楼幢弄巷村十二三百零〇一附之甲A3１2Ｆ-（）()、 #", max_size=24)


@given(st.one_of(WORDS, st.text(max_size=40)))
def test_spelling_what_is_spelled_changes_nothing(text: str) -> None:
    assert spelled(spelled(text)) == spelled(text)


@given(st.one_of(WORDS, st.text(max_size=40)))
def test_every_text_has_parts_and_each_spelling_the_same(text: str) -> None:
    assert parse(text) == parse(spelled(text))


ROADS = ("示例澄衡路", "示例岚舟大道北段", "示例2街")
HOUSES = st.builds(
    "{}{}{}号{}{}".format,
    st.sampled_from(["", "高新区", "四川省成都市高新区"]),
    st.sampled_from(ROADS),
    st.integers(1, 60),
    st.sampled_from(["", "示例软件园"]),
    st.sampled_from(["", "1栋", "3号楼", "A座", "A区3栋"]),
)
NAMED = st.builds(
    "{}{}".format, st.sampled_from(["示例软件园", "示例湖大厦"]), st.sampled_from(["1栋", "A座", "B区2栋"])
)
METRES = st.floats(-2000, 2000)
KNOWN = st.lists(
    st.builds(address, st.one_of(HOUSES, NAMED), METRES, METRES, st.floats(1, 60)), min_size=1, max_size=8
)


@given(KNOWN, st.data())
def test_an_address_that_is_known_is_found(rows: list[Row], data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows))
    text = row[1].replace("号楼", " 幢").translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    best = find(parse(text), book_of(*rows))
    surest = [one for one in best if one.score == 1.0]
    assert surest
    # One of them says how far it may be, and it is not further.
    within = any(hypot(one.x - row[2], one.y - row[3]) <= one.accuracy_m + 1e-6 for one in surest)
    assert within or len(best) == MOST


@given(st.one_of(HOUSES, NAMED), KNOWN, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_changes_nothing(text: str, rows: list[Row], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert find(parse(text), book_of(*rows)) == find(parse(text), book_of(*shuffled, *rows))


PLACE = st.tuples(st.floats(0, 1), METRES, METRES, st.floats(0, 400))
CANDIDATES = st.lists(PLACE, max_size=5).map(
    lambda found: [Candidate("same-house", *one, "", "address") for one in sorted(found, reverse=True)]
)


@given(CANDIDATES, st.builds(Terms, st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 500)))
def test_nothing_is_taken_below_the_score_or_against_another(found: list[Candidate], terms: Terms) -> None:
    taken = choose(found, terms)
    if taken is None:
        return
    assert taken.score == max(one.score for one in found) >= terms.least_score
    assert taken.accuracy_m <= terms.most_m
    for one in found:
        away_m = hypot(one.x - taken.x, one.y - taken.y)
        assert taken.score - one.score >= terms.lead - 1e-9 or away_m <= max(one.accuracy_m, taken.accuracy_m)


TOWN = book_of(
    address("高新区示例路12号1栋", 0, 0),
    address("示例路12号2栋", 60, 0),
    address("示例路16号", 200, 0),
    address("示例路24号", 300, 0),
    address("示例路13号", 0, 40),
    address("示例湖路8号", 900, 900),
    ("building", "示例大厦", 500.0, 500.0, 30.0, 1.0),
    ("park", "示例软件园", 700.0, 700.0, 220.0, 1.0),
    address("示例软件园3栋", 650, 690),
    ("street", "示例路", 150.0, 0.0, 260.0, 1.0),
)


@pytest.mark.parametrize(
    ("text", "reason", "score", "xy", "accuracy_m"),
    [
        ("示例路12号2幢301室", "same-address", 1.0, (60, 0), 10.0),
        ("示例路16号", "same-address", 1.0, (200, 0), 50.0),
        ("示例路16号4栋", "same-house", 0.9, (200, 0), 50.0),
        ("示例路12号", "same-house", 0.9, (30, 0), 50.0),
        ("示例路12号7栋", "other-block", 0.7, (30, 0), 50.0),
        ("示例大厦12楼", "same-building", 0.95, (500, 500), 31.0),
        ("示例大厦A座", "same-house", 0.9, (500, 500), 50.0),
        ("示例软件园3号楼", "same-address", 1.0, (650, 690), 10.0),
        ("示例软件园5号楼", "same-park", 0.8, (700, 700), 221.0),
        ("示例软件园", "same-park", 0.8, (700, 700), 221.0),
        ("示例路20号", "between", 0.7, (250, 0), 60.0),
        ("示例路41号", "same-street", 0.3, (150, 0), 261.0),
        ("示例湖路10号", "near-number", 0.55, (900, 900), 110.0),
        ("示列路16号", "similar-street", 0.5, (200, 0), 50.0),
        ("高新示例大厦", "similar-name", 0.5, (500, 500), 50.0),
        ("锦江区示例路12号1栋", "same-address", CAPPED, (0, 0), 10.0),
        ("示例路16号对面", "same-address", CAPPED, (200, 0), 50.0),
    ],
)
def test_each_reason_has_its_score_and_accuracy(
    text: str, reason: str, score: float, xy: tuple[float, float], accuracy_m: float
) -> None:
    best = find(parse(text), TOWN)[0]
    assert (best.reason, best.score, (best.x, best.y)) == (reason, score, xy)
    assert best.accuracy_m == pytest.approx(accuracy_m)


def test_what_is_unknown_has_no_candidates() -> None:
    assert find(parse("别处街7号"), TOWN) == find(parse(""), TOWN) == find(parse("高新区"), TOWN) == []


UNSAID = book_of(
    address("示例路12-3号", 0, 0), address("示例路12号3栋", 200, 0), address("示例路12号5栋", 400, 0),
    address("示例路14-3", 600, 0), address("示例路14号", 800, 0),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("示例路12-3", {(0, "same-address"), (200, "same-address"), (400, "other-block")}),
        ("示例路１２－３（临街）", {(0, "same-address"), (200, "same-address"), (400, "other-block")}),
        ("示例路12-301", {(200, "same-house"), (400, "same-house")}),
        ("示例路14-3号", {(600, "same-address"), (800, "same-address")}),
        ("示例路14-5", {(800, "same-house")}),
    ],
)
def test_a_number_without_its_sign_is_shown_in_all_that_it_may_mean(
    asked: str, shown: set[tuple[int, str]]
) -> None:
    found = find(parse(asked), UNSAID)
    assert {(one.x, one.reason) for one in found if one.score == CAPPED} == shown
    assert choose(found, Terms()) is None
    same = find(parse("示例路14-3"), UNSAID)
    assert choose(same, Terms()) == same[0]
    assert (same[0].x, same[0].score) == (600, 1.0)


def test_an_address_that_lies_in_two_places_is_left_to_a_person() -> None:
    twice = book_of(address("示例路12号1栋", 0, 0), address("示例路12号1栋", 400, 0))
    found = find(parse("示例路12号1栋"), twice)
    assert [one.score for one in found] == [1.0, 1.0]
    assert choose(found, Terms()) is None


def test_a_tower_that_is_not_at_its_house_number_is_left_to_a_person() -> None:
    rows = (address("示例路12号", 0, 0), ("building", "示例大厦", 900.0, 0.0, 30.0, 1.0))
    assert choose(find(parse("示例路12号示例大厦"), book_of(*rows)), Terms()) is None
    assert choose(find(parse("示例路12号"), book_of(*rows)), Terms()) is not None


def test_a_park_is_no_place_to_be_taken_by_itself() -> None:
    assert choose(find(parse("示例软件园"), TOWN), Terms()) is None


@pytest.mark.parametrize(("division", "vague"), [("", ""), ("锦江区", ""), ("", "对面"), ("锦江区", "对面")])
def test_doubtful_words_are_never_taken(division: str, vague: str) -> None:
    known = book_of(address("高新区示例路12号1栋", 0, 0))
    taken = choose(find(parse(f"{division}示例路12号1栋{vague}"), known), Terms())
    assert (taken is None) is bool(division or vague)


@pytest.mark.parametrize(
    "asked",
    [
        "示例路（南段）12号1栋",
        "示例路12号1栋（北段）",
        "示例路（东延线）12号1栋",
        "示例路12号、14号1栋",
        "示例路12号至16号1栋",
        "示例路12号和14号1栋",
        "示例路12至14号1栋",
        "示例路12号、澄衡路3号1栋",
        "示例路12、14号1栋",
        "示例路12号 14号 1栋",
        "示例路12 14号1栋",
    ],
)
def test_another_section_and_a_second_number_are_left_to_a_person(asked: str) -> None:
    plain = "示例路12号1栋"
    assert choose(find(parse(asked), book_of(address(plain, 0, 0))), Terms()) is None
    # What may be of another place does not prove where the plain one is either.
    assert choose(find(parse(plain), book_of(address(asked, 0, 0))), Terms()) is None


@pytest.mark.parametrize(
    ("known", "asked", "taken"),
    [
        ("成都市高新区示例路12号", "示例路12号", True),
        ("成都市高新区示例路12号", "四川省成都市示例路12号", True),
        ("成都市高新区示例路12号", "成都高新区新街道示例路12号", True),
        ("成都市高新区示例路12号", "上海市浦东新区示例路12号", False),
        ("示例路12号", "上海市浦东新区示例路12号", False),
        ("示例路12号", "上海市示例路12号", False),
    ],
)
def test_the_same_street_in_another_city_is_left_to_a_person(known: str, asked: str, *, taken: bool) -> None:
    book = book_of(address(known, 0, 0), address("示例路12号", 1, 1))
    found = find(parse(asked), book)
    assert found, "it is shown to a person all the same"
    assert (choose(found, Terms()) is not None) is taken
