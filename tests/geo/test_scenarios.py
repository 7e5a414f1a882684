"""What if, and what becomes of it: the figures foretold are those after publication, to the last unit."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from districts import SMALL, cloned, opened
from sqlalchemy import Engine, text

from geo.errors import ConflictError, InputError, NotFound
from geo.profile import load_profile
from geo.store import audit, loads
from geo.store.engine import reading, writing
from geo.workflows.plan import scenarios
from geo.workflows.plan.allotting import room_told
from geo.workflows.plan.edits import Draft, Edit
from geo.workflows.plan.outlook import edited
from geo.workflows.plan.whatif import Effect, describe, weigh
from geo.workflows.publication.loading import load_file
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")

PARTS = ("served", "unserved", "out_of_reach")
ZONE = load_profile("demo")
STATIONS = SMALL / "stations.xlsx"


@pytest.fixture(scope="module")
def engine(small_url: str) -> Iterator[Engine]:
    with cloned(small_url) as url, opened(url) as engine:
        yield engine


@pytest.fixture(scope="module")
def resident(engine: Engine) -> Resident:
    return Resident(engine, ZONE)


def ids(resident: Resident) -> list[int]:
    return [int(str(one)) for one in resident.district(resident.stamp()).stations.index]


def lonely(resident: Resident) -> tuple[float, float]:
    """The place of the largest enterprise that no station reaches."""
    demand = cover(resident, resident.stamp(), Question(minutes=8)).demand
    one = demand[demand["located"] & (demand["minutes"] > 8)].sort_values("workers").iloc[-1]
    return float(one["lon"]), float(one["lat"])


def ask(resident: Resident, *edits: Edit, question: Question | None = None) -> Effect:
    return weigh(resident, resident.stamp(), question or Question(minutes=8), edits)


@pytest.mark.parametrize("method", ["network", "disc"])
def test_without_edits_it_is_the_coverage(resident: Resident, method: Any) -> None:
    question = Question(minutes=8, method=method)
    effect = ask(resident, question=question)
    wanted = cover(resident, resident.stamp(), question).totals
    assert effect.before.totals() == effect.after.totals() == wanted
    assert describe(resident, effect)["points"] == describe(resident, effect)["grids"] == []


def test_closing_and_opening_at_the_same_place_is_nothing(resident: Resident) -> None:
    first, *_ = ids(resident)
    place = resident.district(resident.stamp()).stations.loc[first]
    again = Edit(new="n1", lon=place["lon"], lat=place["lat"])
    effect = ask(resident, Edit(first, closed=True), again)
    assert effect.after.totals() == effect.before.totals()
    assert (len(effect.change.gained), len(effect.change.lost)) == (0, 0)


def test_what_is_too_much_for_a_station_overflows_and_no_coverage_changes(resident: Resident) -> None:
    stations = ids(resident)
    one = describe(resident, ask(resident, Edit(stations[0], capacity=0)))
    every = describe(resident, ask(resident, *(Edit(station, capacity=3) for station in stations)))
    assert one["before"] == one["after"] == every["after"]
    rooms = [one["allotment"]["before"], one["allotment"]["after"], every["allotment"]["after"]]
    assert len({sum(room[part] for part in PARTS) for room in rooms}) == 1
    assert len({room["out_of_reach"] for room in rooms}) == 1
    # Today those that say what they serve have room; with a limit everywhere some find none anywhere.
    assert rooms[0]["unserved"] == 0 < rooms[2]["unserved"]
    assert rooms[1]["full"] == [{"id": stations[0], "capacity": 0}]
    assert rooms[2]["served"] <= 3 * len(stations)


def test_who_loses_gains_it_back(resident: Resident) -> None:
    everyone = ids(resident)
    closed = ask(resident, *(Edit(one, closed=True) for one in everyone))
    told = describe(resident, closed)
    assert told["stations"] == {"before": len(everyone), "after": 0}
    assert told["after"]["workers"]["covered"] == 0
    # Those outside every grid lose too, though no figure of the grids counts them.
    before = told["before"]["workers"]
    assert told["lost"]["workers"] == before["covered"] + before["outside_reached"]
    assert told["lost"]["outside"] == told["before"]["enterprises"]["outside_reached"]
    assert {side for *_, side in told["points"]} == {-1}
    assert sum(count for *_, count, _ in told["points"]) == told["lost"]["workers"]


def test_a_function_counts_where_it_is_asked_for(resident: Resident) -> None:
    first, *_ = ids(resident)
    functions = resident.district(resident.stamp()).stations.loc[first, "functions"]
    asked = Question(minutes=8, functions=(functions[0],))
    effect = ask(resident, Edit(first, functions=()), question=asked)
    assert effect.stations[1] == effect.stations[0] - 1
    assert ask(resident, Edit(first, functions=())).stations[1] == len(ids(resident))


def test_longer_hours_count_at_night(resident: Resident) -> None:
    everyone = ids(resident)
    night = Question(minutes=8, at=datetime.fromisoformat("2026-11-27T03:00"))
    effect = ask(resident, *(Edit(one, opening_hours="24/7") for one in everyone), question=night)
    assert effect.stations[0] < effect.stations[1] == len(everyone)
    assert len(effect.change.lost) == 0


def test_the_stations_after_the_edits(resident: Resident) -> None:
    district = resident.district(resident.stamp())
    first, second, *others = ids(resident)
    hours, new = Edit(second, opening_hours="24/7"), Edit(new="n1", lon=104.0, lat=30.5, kind="centre")
    frame = edited(district, [Edit(first, closed=True), hours, new])
    assert frame["row"].tolist() == [*range(1, len(others) + 2), -1]
    assert frame.loc[0, "opening_hours"] == "24/7"
    assert frame.iloc[-1][["kind", "functions", "lon"]].tolist() == ["centre", [], 104.0]
    assert set(district.stations.columns) < set(frame.columns)


@pytest.mark.parametrize(
    ("edits", "error", "words"),
    [
        ([Edit(new="n1")], InputError, "has no place"),
        ([Edit(1, closed=True), Edit(1, closed=True)], InputError, "Two edits"),
        ([Edit()], InputError, "names either"),
        ([Edit(1, lon=104.0)], InputError, "lacks a longitude"),
        ([Edit(1, functions=("flying",))], InputError, "no function “flying”"),
        ([Edit(1, kind="kiosk")], InputError, "no kind of station"),
        ([Edit(999_999, closed=True)], NotFound, "is not there"),
        ([Edit(1, capacity=-1)], InputError, "cannot serve -1"),
        ([Edit(1, closed=True, lon=104.0, lat=30.5)], InputError, "something else is said"),
        ([Edit(new="n1", lon=-179.0, lat=-89.0)], InputError, "n1 would stand at .* far outside the zone"),
    ],
)
def test_what_cannot_be_is_refused(resident: Resident, edits: list[Edit], error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        ask(resident, *edits)


def test_published_it_is_as_it_was_foretold(small_url: str) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        resident = Resident(engine, ZONE)
        first, second, third, *_ = ids(resident)
        lon, lat = lonely(resident)
        edits = [
            Edit(first, closed=True),
            Edit(second, lon=lon, lat=lat),
            Edit(third, functions=("rest",), opening_hours="Mo-Fr 08:00-20:00", capacity=0),
            Edit(new="n1", lon=lon + 0.004, lat=lat, name="新驿站", functions=("rest", "meals"), capacity=30),
        ]
        kept = scenarios.make(resident, "  东边  补点 ", Draft(edits), by="planner")
        assert kept.name == "东边 补点"
        assert scenarios.edits_of(scenarios.find(engine, kept.id)) == edits
        question = Question(minutes=8)
        foretold = ask(resident, *edits)
        told = scenarios.publish(resident, kept.id, revision=kept.revision, by="planner", key="once")
        assert (told["closed"], told["changed"], list(told["opened"])) == ([first], [second, third], ["n1"])
        published = cover(resident, resident.stamp(), question)
        assert published.totals == foretold.after.totals() != foretold.before.totals()
        room = describe(resident, foretold)["allotment"]
        assert room["before"]["unserved"] == 0
        assert {"id": third, "capacity": 0} in room["after"]["full"]
        then = room_told(resident, published)
        assert then is not None
        for part in ("served", "unserved", "out_of_reach"):
            assert then[part] == room["after"][part]
        again = scenarios.publish(resident, kept.id, revision=kept.revision, by="planner", key="once")
        assert again == told
        stations = resident.district(resident.stamp()).stations
        assert stations.loc[told["opened"]["n1"], "functions"] == ["rest", "meals"]
        assert stations.loc[third, "opening_hours"] == "Mo-Fr 08:00-20:00"
        with reading(engine) as connection:
            entries = audit.entries(connection, f"scenario {kept.id}")
        assert [entry.action for entry in entries] == ["make scenario", "publish scenario"]
        assert entries[1].details["before"][str(first)]["name"]
        with pytest.raises(ConflictError, match="was published by planner"):
            scenarios.alter(resident, kept.id, revision=2, by="other", name="x")


def test_a_file_that_takes_back_what_was_published_is_told_by_name(small_url: str) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        resident = Resident(engine, ZONE)
        first, second, third, *_ = ids(resident)
        names = resident.district(resident.stamp()).stations["name"]
        lon, lat = lonely(resident)
        edits = [Edit(first, closed=True), Edit(second, lon=lon, lat=lat), Edit(third, functions=("rest",))]
        kept = scenarios.make(resident, "补点", Draft(edits), by="planner")
        scenarios.publish(resident, kept.id, revision=kept.revision, by="planner")
        with reading(engine) as connection:
            assert loads.last_source(connection, "stations") == "main"
        told = load_file(engine, ZONE, STATIONS, "stations").remarks
        assert {(one.code, one.details["name"], *one.details.get("columns", ())) for one in told} == {
            ("station-reopened", names[first]),
            ("station-reverted", names[second], "place"),
            ("station-reverted", names[third], "functions"),
        }
        assert all("补点" in one.message and "planner" in one.message for one in told)
        assert load_file(engine, ZONE, STATIONS, "stations").remarks == ()


def test_two_who_change_one_scenario_find_out(engine: Engine, resident: Resident) -> None:
    kept = scenarios.make(resident, "一", Draft([]), by="a")
    changed = scenarios.alter(resident, kept.id, revision=1, by="b", name="二")
    assert (changed.revision, changed.name, changed.changed_by) == (2, "二", "b")
    with pytest.raises(ConflictError, match="changed by b meanwhile"):
        scenarios.alter(resident, kept.id, revision=1, by="a", name="三")
    with pytest.raises(InputError, match="nothing to publish"):
        scenarios.publish(resident, kept.id, revision=2, by="a")
    assert kept.id in {one.id for one in scenarios.listed(engine)}
    assert scenarios.discard(engine, kept.id, revision=2, by="a").state == "discarded"
    assert kept.id not in {one.id for one in scenarios.listed(engine)}
    with pytest.raises(ConflictError, match="was discarded"):
        scenarios.discard(engine, kept.id, revision=3, by="a")
    with pytest.raises(NotFound):
        scenarios.find(engine, 999)
    with pytest.raises(InputError, match="far outside the zone"):
        scenarios.make(resident, "极", Draft([Edit(new="n1", lon=104.0, lat=32.0)]), by="a")
    with pytest.raises(InputError, match="needs a name"):
        scenarios.make(resident, " ", Draft([]), by="a")


def test_a_station_that_was_loaded_anew_stops_the_publication(engine: Engine, resident: Resident) -> None:
    first, *_ = ids(resident)
    kept = scenarios.make(resident, "一", Draft([Edit(first, closed=True)]), by="a")
    with writing(engine) as connection:
        newer = (
            "insert into load (kind, source, file_name, sha256, facts, counts, loaded_by)"
            " values ('stations', 'x', 'x', 'x', '{}', '{}', 'x') returning id"
        )
        number = connection.execute(text(newer)).scalar_one()
        connection.execute(
            text("update station set load_id = :load where id = :id"), {"load": number, "id": first}
        )
    with pytest.raises(ConflictError, match="changed or taken out"):
        scenarios.publish(resident, kept.id, revision=1, by="a")
    looked = scenarios.alter(resident, kept.id, revision=1, by="a", draft=Draft([Edit(first, closed=True)]))
    assert scenarios.publish(resident, kept.id, revision=looked.revision, by="a")["closed"] == [first]


def test_a_station_that_is_far_by_now_stops_the_publication(engine: Engine, resident: Resident) -> None:
    kept = scenarios.make(resident, "远", Draft([Edit(new="n1", lon=104.0, lat=30.5)]), by="a")
    away = "update scenario set edits = jsonb_set(edits, '{0,lat}', '32.0') where id = :id"
    with writing(engine) as connection:
        connection.execute(text(away), {"id": kept.id})
    with pytest.raises(InputError, match=r"n1 would stand at .* far outside the zone"):
        scenarios.publish(resident, kept.id, revision=1, by="a")
    assert scenarios.find(engine, kept.id).state == "open"


def test_what_its_author_saw_decides_not_when_it_was_kept(engine: Engine, resident: Resident) -> None:
    first, *_ = ids(resident)
    seen = resident.stamp().stations
    with writing(engine) as connection:
        newer = text(
            "with new as (insert into load (kind, source, file_name, sha256, facts, counts, loaded_by)"
            " values ('stations', 'x', 'x', 'x', '{}', '{}', 'x') returning id)"
            " update station set load_id = new.id from new where station.id = :id"
        )
        connection.execute(newer, {"id": first})
    kept = scenarios.make(resident, "旧", Draft([Edit(first, closed=True)], seen), by="a")
    assert kept.stations_version == seen
    with pytest.raises(ConflictError, match="changed or taken out"):
        scenarios.publish(resident, kept.id, revision=1, by="a")
    with pytest.raises(InputError, match="nobody saw"):
        scenarios.make(resident, "早", Draft([], seen + 99), by="a")
