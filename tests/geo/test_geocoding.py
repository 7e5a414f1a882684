"""Places found by addresses: taken on terms, chosen by people, kept through loads, and given up."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from districts import cloned, opened, point, square
from publications import ZONE, ask, publish
from sqlalchemy import Engine

from geo.assignment.receipt import accuracies
from geo.errors import ConflictError, InputError, NotFound
from geo.store import audit
from geo.store.engine import reading
from geo.workflows.assignment import geocoding, lacking
from geo.workflows.assignment.assigning import reassign_all
from geo.workflows.assignment.explaining import explain
from geo.workflows.assignment.gazetteer import Gazetteer
from geo.workflows.assignment.geocoding import ATTEMPTS, Place, place, take_back, take_certain
from geo.workflows.assignment.lacking import candidates, survey
from geo.workflows.figures.status import status
from geo.workflows.resident import Resident
from maps.receipt import sentences

LEFT, RIGHT = ({"source_id": n, "code": f"000{n}", "name": f"网格{n}"} for n in "12")
KNOWN = [
    (point(0.3, 0.5), {"source_id": "k1", "address": "高新区示例路12号3栋"}),
    (point(0.3004, 0.5), {"source_id": "k2", "address": "示例路12号3栋5楼"}),
    (point(1.5, 0.5), {"source_id": "k3", "address": "示例路16号"}),
    (point(0.2, 0.2), {"source_id": "k4", "address": "示例街1号"}),
    (point(1.8, 0.8), {"source_id": "k5", "address": "示例街1号"}),
]
SOUGHT = [
    (None, {"source_id": "same", "address": "示例路 十二号三号楼"}),
    (None, {"source_id": "tower", "address": "示例大厦8楼"}),
    (None, {"source_id": "cut", "address": "示例中心8楼"}),
    (None, {"source_id": "park", "address": "示例软件园"}),
    (None, {"source_id": "two", "address": "示例街1号"}),
    (None, {"source_id": "none", "address": "别处路7号"}),
    (None, {"source_id": "blank"}),
]
BASE = [
    (square(0.88, 0.4, 0.1, 0.1), {"source_id": "b1", "name": "示例大厦", "kind": "building"}),
    (square(0.7, 0.6, 0.5, 0.1), {"source_id": "b2", "name": "示例中心", "kind": "building"}),
]


@pytest.fixture(scope="module")
def drawn_url(template_url: str) -> Iterator[str]:
    """Two grids, a tower near their border and one across it, a park, and enterprises without a place."""
    with cloned(template_url) as url:
        with opened(url) as engine:
            publish(engine, [(square(0, 0, 2), {"source_id": "p", "name": "示例软件园"})], kind="parks")
            publish(engine, [(square(0, 0), LEFT), (square(1, 0), RIGHT)])
            publish(engine, BASE, kind="base")
            publish(engine, [*KNOWN, *SOUGHT], kind="enterprises")
        yield url


@pytest.fixture
def engine(drawn_url: str) -> Iterator[Engine]:
    with cloned(drawn_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture
def resident(engine: Engine) -> Resident:
    return Resident(engine, ZONE)


def number(resident: Resident, source_id: str) -> int:
    return int(ask(resident.engine, "select id from enterprise where source_id = :one", one=source_id)[0][0])


def stands(resident: Resident, source_id: str) -> tuple[str | None, str, bool]:
    """Return the grid, the rule, and whether there is a place."""
    told = explain(resident, number(resident, source_id))
    (row,) = (one for one in told["assignments"] if one["level"] == "grid")
    return row["grid"], row["rule"], told["location"] is not None


def test_the_certain_are_taken_and_everybody_is_counted_once(resident: Resident) -> None:
    before = survey(resident)
    assert before["counts"] == {"total": 7, "certain": 3, "to_choose": 2, "nothing": 2}
    assert [row["outcome"] for row in before["rows"]] == ["choose"] * 2 + ["certain"] * 3 + ["nothing"] * 2
    told = take_certain(resident, by="王")
    assert (told["taken"], told["to_choose"], told["nothing"]) == (3, 2, 2)
    assert stands(resident, "same") == ("0001", "inside", True)
    assert stands(resident, "park") == (None, "no-location", False)
    assert survey(resident)["counts"] == {"total": 4, "certain": 0, "to_choose": 2, "nothing": 2}
    assert take_certain(resident)["taken"] == 0
    assert reassign_all(resident.engine, ZONE) == 0
    counts = status(resident, resident.stamp())["enterprises"]
    assert (counts["total"], counts["no_location"]) == (12, 4)
    with reading(resident.engine) as connection:
        (entry,) = audit.entries(connection, f"enterprise {number(resident, 'same')}")
    assert (entry.action, entry.by, entry.details["reason"]) == ("geocode", "王", "same-address")


def test_whoever_turns_the_pages_waits_once(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    search = lacking.row_of

    def counted(known: Gazetteer, one: Mapping[str, Any]) -> dict[str, Any]:
        searched.append(one["id"])
        return search(known, one)

    monkeypatch.setattr(lacking, "row_of", counted)
    pages = [survey(resident, page=page, size=3)["rows"] for page in (1, 2, 3)]
    assert [len(rows) for rows in pages] == [3, 3, 1]
    in_two = [row["source_id"] for row in survey(resident, grid="0002")["rows"]]
    assert in_two == [one for rows in pages for one in names_in(rows, "0002")] != []
    assert len(searched) == 7
    place(resident, number(resident, "none"), Place(lonlat=tuple(point(0.5, 0.5)["coordinates"])))
    assert survey(resident)["total"] == 6, "what was placed since is seen"
    assert len(searched) == 13


def names_in(rows: Sequence[Mapping[str, Any]], grid: str) -> list[str]:
    return [row["source_id"] for row in rows if grid in [one["grid"] for one in row["candidates"]]]


def test_the_receipt_says_how_it_was_found_and_by_which_building(resident: Resident) -> None:
    take_certain(resident, by="王")
    same = explain(resident, number(resident, "same"))
    assert (same["location"]["path"], same["location"]["accuracy_basis"]) == ("found", "found")
    assert same["location"]["geocode"]["label"] in ("高新区示例路12号3栋", "示例路12号3栋5楼")
    assert (same["location"]["geocode"]["places"], same["location"]["geocode"]["score"]) == (2, 1.0)
    tower, cut = (grid_of(explain(resident, number(resident, one))) for one in ("tower", "cut"))
    assert (tower["grid"], tower["rule"], tower["doubtful"]) == ("0001", "building", False)
    assert tower["building"] == {"name": "示例大厦", "shares": {"0001": 1.0}}
    assert (cut["rule"], cut["doubtful"], cut["building"]["shares"]) == (
        "building", True, {"0001": 0.6, "0002": 0.4},
    )  # fmt: skip
    for language, words in (("zh", "楼宇“示例中心”跨越边界：0001 占 60%"), ("en", "score 0.95")):
        told = sentences(explain(resident, number(resident, "cut")), language, ZONE.zone_info)
        assert any(words in sentence for sentence in told), told


def grid_of(receipt: dict[str, Any]) -> dict[str, Any]:
    (row,) = (one for one in receipt["assignments"] if one["level"] == "grid")
    return dict(row)


def test_a_person_chooses_or_points_and_takes_back(resident: Resident) -> None:
    enterprise = number(resident, "two")
    found = candidates(resident, enterprise)
    assert [one["reason"] for one in found["candidates"]] == ["same-address", "same-address"]
    assert found["certain"] is None
    for one, grid in zip(found["candidates"], ("0001", "0002"), strict=True):
        told = place(resident, enterprise, Place(key=one["key"], by="李"))
        assert (told["how"], told["label"], stands(resident, "two")[0]) == ("chosen", "示例街1号", grid)
    assert candidates(resident, enterprise)["geocode"]["by"] == "李"
    place(resident, enterprise, Place(lonlat=tuple(point(0.5, 0.5)["coordinates"])))
    assert stands(resident, "two") == ("0001", "inside", True)
    take_back(resident, enterprise)
    assert stands(resident, "two") == (None, "no-location", False)
    ended = ask(resident.engine, "select how, ended_why from geocode order by id")
    assert ended == [("chosen", "replaced"), ("chosen", "replaced"), ("placed", "taken-back")]
    assert reassign_all(resident.engine, ZONE) == 0


def test_what_was_taken_back_is_not_taken_again_by_itself(resident: Resident) -> None:
    take_certain(resident)
    take_back(resident, number(resident, "same"))
    assert survey(resident)["counts"]["certain"] == 0
    assert take_certain(resident)["taken"] == 0
    # Another address is another question.
    publish(resident.engine, [(None, {"source_id": "same", "address": "示例路16号"})], kind="enterprises")
    assert take_certain(resident)["taken"] == 1


def test_a_choice_outlives_the_same_file_and_gives_way_to_a_coordinate(resident: Resident) -> None:
    place(
        resident,
        number(resident, "two"),
        Place(key=candidates(resident, number(resident, "two"))["candidates"][1]["key"]),
    )
    take_certain(resident)
    before = ask(resident.engine, "select source_id, ST_AsText(geom) from enterprise order by 1")
    publish(resident.engine, [*KNOWN, *SOUGHT], kind="enterprises")
    assert ask(resident.engine, "select source_id, ST_AsText(geom) from enterprise order by 1") == before
    # The same row with a new head count, with another address, and with a coordinate of its own.
    rows = [
        (None, {"source_id": "two", "address": "示例街1号", "workers": 7}),
        (None, {"source_id": "tower", "address": "示例路99号"}),
        (point(1.2, 0.2), {"source_id": "same", "address": "示例路 十二号三号楼"}),
    ]
    publish(resident.engine, rows, kind="enterprises")
    assert stands(resident, "two") == ("0002", "inside", True)
    assert stands(resident, "tower") == (None, "no-location", False)
    assert stands(resident, "same") == ("0002", "inside", True)
    assert explain(resident, number(resident, "same"))["location"]["geocode"] is None
    ended = ask(resident.engine, "select how, ended_why from geocode where ended_at is not null order by 2")
    assert ended == [("taken", "address"), ("taken", "coordinate")]
    assert reassign_all(resident.engine, ZONE) == 0


def test_no_guess_rests_on_another(resident: Resident) -> None:
    place(resident, number(resident, "none"), Place(lonlat=tuple(point(0.5, 0.5)["coordinates"])))
    publish(resident.engine, [(None, {"source_id": "later", "address": "别处路7号"})], kind="enterprises")
    assert candidates(resident, number(resident, "later"))["candidates"] == []


def test_an_accuracy_that_the_file_states(resident: Resident) -> None:
    rows = [
        (point(0.5, 0.5), {"source_id": "a", "accuracy_m": 60}),
        (point(0.5, 0.5), {"source_id": "b", "accuracy_m": 40}),
        (point(0.5, 0.5), {"source_id": "c"}),
    ]
    publish(resident.engine, rows, kind="enterprises")
    told = [explain(resident, number(resident, one)) for one in "abc"]
    assert [(one["location"]["accuracy_m"], one["location"]["accuracy_basis"]) for one in told] == [
        (60, "stated"), (40, "stated"), (11.1, "digits"),
    ]  # fmt: skip
    known = accuracies(resident.sources(), ZONE.accuracy_m)
    assert [one["location"]["accuracy_m"] for one in told] == pytest.approx(known[-3:], abs=0.1)
    # The nearest border is some 48 m away.
    assert [grid_of(one)["doubtful"] for one in told] == [True, False, False]


TABLE = [
    (point(0.4, 0.4), {"source_id": "t1", "address": "别处路7号", "accuracy_m": 12.0}),
    (point(0.6, 0.6), {"source_id": "t2", "address": "示例路99号"}),
    (point(0.6, 0.6), {"source_id": "t3", "address": "高新区"}),
    (point(0.6, 0.6), {"source_id": "t4"}),
]


def test_a_table_of_addresses_is_known_until_another_takes_its_place(resident: Resident) -> None:
    found = publish(resident.engine, TABLE, kind="addresses")
    assert [(one.row, one.code) for one in found.refused] == [(3, "address-nowhere"), (4, "address-missing")]
    assert found.added == 2
    (best,) = (one for one in candidates(resident, number(resident, "none"))["candidates"])
    assert (best["reason"], best["source"], best["accuracy_m"]) == ("same-address", "drawing", 50.0)
    # Another office's table stands beside it; a newer one of the same office takes its place.
    publish(resident.engine, TABLE[1:2], kind="addresses", source="other")
    (word,) = publish(resident.engine, TABLE[1:2], kind="addresses").remarks
    assert (word.code, word.details["count"]) == ("addresses-replaced", 1)
    assert candidates(resident, number(resident, "none"))["candidates"] == []
    publish(resident.engine, TABLE, kind="addresses")
    assert candidates(resident, number(resident, "none"))["candidates"] == [best]


def test_the_receipt_names_the_table(resident: Resident) -> None:
    publish(resident.engine, TABLE, kind="addresses")
    assert "none" in {row["source_id"] for row in survey(resident)["rows"] if row["outcome"] == "certain"}
    take_certain(resident)
    told = explain(resident, number(resident, "none"))
    assert told["location"]["geocode"]["source"] == "drawing"
    assert "该地址及坐标来自地址表 drawing。" in "".join(sentences(told, "zh", ZONE.zone_info))
    # What was found stays when the table is gone, and says what it rests on.
    publish(resident.engine, TABLE[1:2], kind="addresses")
    assert stands(resident, "none") == ("0001", "inside", True)


def test_what_cannot_be_placed(resident: Resident) -> None:
    with pytest.raises(ConflictError, match="A file brings the location"):
        place(resident, number(resident, "k1"), Place(lonlat=(104.0, 30.5)))
    with pytest.raises(ConflictError, match="no candidate any more"):
        place(resident, number(resident, "two"), Place(key="0"))
    with pytest.raises(InputError, match="one of the two"):
        place(resident, number(resident, "two"), Place())
    with pytest.raises(NotFound, match="no enterprise with the id 999"):
        candidates(resident, 999)
    with pytest.raises(NotFound, match="nothing to take back"):
        take_back(resident, number(resident, "two"))


def overtaken(monkeypatch: pytest.MonkeyPatch, resident: Resident, times: int) -> None:
    """Let a load move two houses, as often, right after what is known was read."""
    read = geocoding.gazetteer
    moved = iter(range(times))

    def late(*asked: Any) -> Gazetteer:
        known = read(*asked)
        if (nth := next(moved, None)) is not None:
            rows = [
                (point(1.3 + nth / 10, 0.3), {"source_id": f"k{n}", "address": "示例路12号3栋"}) for n in "12"
            ]
            publish(resident.engine, rows, kind="enterprises")
        return known

    monkeypatch.setattr(geocoding, "gazetteer", late)


def test_others_may_publish_while_candidates_are_worked_out(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    free: list[bool] = []
    look = Gazetteer.candidates

    def watched(known: Gazetteer, address: str | None) -> Any:
        query = "select pg_try_advisory_xact_lock(hashtext('gridcircle publication'))"
        free.append(bool(ask(resident.engine, query)[0][0]))
        return look(known, address)

    monkeypatch.setattr(Gazetteer, "candidates", watched)
    assert take_certain(resident)["taken"] > 0
    assert len(free) == len(SOUGHT)
    assert all(free)


def test_a_load_in_between_is_seen(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    overtaken(monkeypatch, resident, 1)
    take_certain(resident)
    assert stands(resident, "same") == ("0002", "inside", True)


def test_nothing_is_placed_while_loads_come_between_again_and_again(
    resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = number(resident, "two")
    key = candidates(resident, two)["candidates"][0]["key"]
    overtaken(monkeypatch, resident, ATTEMPTS)
    with pytest.raises(ConflictError, match="nothing was placed"):
        place(resident, two, Place(key=key))
    assert ask(resident.engine, "select count(*) from geocode") == [(0,)]
    # What is known holds still now; of the address of that candidate nothing has changed.
    assert place(resident, two, Place(key=key))["label"] == "示例街1号"
