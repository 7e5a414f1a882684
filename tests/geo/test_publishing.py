"""Releases and days: what held then, as known then; and figures of either that agree with one another."""

import threading
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from districts import csv, geojson, point, square
from sqlalchemy import Engine, text

from geo.errors import ConflictError, NotFound
from geo.profile import load_profile
from geo.store import boundaries, releases
from geo.store.engine import reading, writing
from geo.workflows.figures import drawing, grid, lists
from geo.workflows.figures.lists import Filter
from geo.workflows.figures.status import status
from geo.workflows.ground.calendar import today
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover, describe
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")
COUNTED = ZONE.counting
DAY, BEFORE = date(2026, 7, 1), date(2026, 6, 30)
DISC = Question(minutes=15, method="disc")


@pytest.fixture
def redrawn(engine: Engine, tmp_path: Path) -> Resident:
    """Two grids whose border moved a step to the east on a day, known from release 2 on.

    ::

        before  │ 0001 │ 0002        │        the points lie in the middle of each step;
        since   │ 0001        │ 0002 │        the second one changes its grid
    """
    rows = [(point(x + 0.5, 0.5), {"id": f"e{x}", "name": f"e{x}"}) for x in range(4)]
    load_file(engine, ZONE, geojson(tmp_path / "e.geojson", rows), "enterprises")
    stations = [(point(0.5, 0.5), {"id": "s", "name": "s"}), (point(1.5, 0.5), {"id": "c", "kind": "centre"})]
    load_file(engine, ZONE, geojson(tmp_path / "s.geojson", stations), "stations")
    for border, since in ((1, None), (2, DAY)):
        grids = [
            (square(0, 0, border), {"id": "1", "code": "0001"}),
            (square(border, 0, 3 - border), {"id": "2", "code": "0002"}),
        ]
        file = geojson(tmp_path / "g.geojson", grids)
        load_file(engine, ZONE, file, "grids", options=LoadOptions(since=since))
    return Resident(engine, ZONE)


def grids_of(resident: Resident, **at: Any) -> list[str | None]:
    table = lists.enterprises(resident, resident.stamp(**at), DISC, Filter())
    return [row["grid"] for row in table["rows"]]


NEW, OLD = ["0001", "0001", "0002", None], ["0001", "0002", "0002", None]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ({"on": DAY}, NEW),
        ({"on": BEFORE}, OLD),
        ({"on": DAY, "release": 1}, OLD),
        ({"on": BEFORE, "release": 1}, OLD),
        ({"on": DAY, "release": 2}, NEW),
        ({"on": BEFORE, "release": 2}, OLD),
    ],
)
def test_what_held_on_a_day_as_known_at_a_release(
    redrawn: Resident, at: dict[str, Any], expected: list[str | None]
) -> None:
    assert grids_of(redrawn, **at) == expected
    wanted = redrawn.stamp(**at)
    figures = status(redrawn, wanted)
    assert figures["release"] == at.get("release", 2)
    assert figures["grids"] == 2
    assert {key: figures["enterprises"][key] for key in ("assigned", "unassigned", "ambiguous")} == {
        "assigned": 3,
        "unassigned": 1,
        "ambiguous": 0,
    }
    assert (figures["stations"]["assigned"], figures["centres"]["assigned"]) == (1, 1)
    first = grid.describe(redrawn, wanted, DISC, COUNTED, "0001")
    assert first["enterprises"]["total"] == expected.count("0001")
    west, _, east, _ = first["bounds"]
    assert round((east - west) * 1000) == expected.count("0001")
    coverage = describe(redrawn, cover(redrawn, wanted, DISC))
    assert coverage["stamp"]["release"] == figures["release"]


def test_a_release_that_is_not_there(redrawn: Resident) -> None:
    for number in (0, 3, 99):
        with pytest.raises(NotFound, match=f"There is no release {number}; the releases are 1 to 2"):
            redrawn.stamp(release=number)


def test_before_the_first_release_everything_is_unassigned(engine: Engine, tmp_path: Path) -> None:
    file = geojson(tmp_path / "e.geojson", [(point(0, 0), {"id": "1"})])
    load_file(engine, ZONE, file, "enterprises")
    resident = Resident(engine, ZONE)
    wanted = resident.stamp()
    figures = status(resident, wanted)
    assert (wanted.release, figures["release"], figures["grids"]) == (None, None, 0)
    assert figures["enterprises"]["unassigned"] == 1
    with pytest.raises(NotFound, match="nothing is published yet"):
        resident.stamp(release=1)


def test_an_older_release_knows_fewer_grids(redrawn: Resident, tmp_path: Path) -> None:
    rows = [(square(3, 0), {"id": "3", "code": "0003"})]
    file = geojson(tmp_path / "more.geojson", rows)
    load_file(redrawn.engine, ZONE, file, "grids", options=LoadOptions(since=BEFORE))
    now, then = (status(redrawn, redrawn.stamp(on=DAY, release=n)) for n in (3, 2))
    assert (now["grids"], now["levels"]["area/grid"]) == (3, 3)
    assert (then["grids"], then["levels"]["area/grid"]) == (2, 2)
    assert (now["enterprises"]["assigned"], then["enterprises"]["assigned"]) == (4, 3)
    assert grids_of(redrawn, on=DAY, release=2) == NEW
    assert grids_of(redrawn, on=BEFORE - timedelta(1)) == OLD


def test_a_grid_of_an_older_release_has_what_its_list_has(redrawn: Resident, tmp_path: Path) -> None:
    # The points that came after the older release count in it too, on the page as in the lists.
    rows = [(point(0.2, 0.2 + n / 10), {"id": f"late{n}", "name": f"late{n}"}) for n in range(3)]
    load_file(redrawn.engine, ZONE, geojson(tmp_path / "late.geojson", rows), "enterprises")
    for release in (1, 2):
        wanted = redrawn.stamp(on=DAY, release=release)
        listed = lists.enterprises(redrawn, wanted, DISC, Filter(grid="0001"))
        members = grid.members(redrawn, wanted, DISC, COUNTED, Filter(grid="0001"))
        counted = lists.grids(redrawn, wanted, DISC)["rows"][0]
        page = grid.describe(redrawn, wanted, DISC, COUNTED, "0001")
        assert [row["id"] for row in members["rows"]] == [row["id"] for row in listed["rows"]]
        assert counted["enterprises"] == page["enterprises"]["total"] == listed["total"] == 3 + release
        assert {one["name"] for one in page["stations"]} == {1: {"s"}, 2: {"s", "c"}}[release]


def test_a_load_between_the_stamp_and_the_answer(redrawn: Resident, tmp_path: Path) -> None:
    wanted = redrawn.stamp(on=DAY)
    redrawn.district(wanted)
    rows = [(point(0.2, 0.2), {"id": "late", "name": "late"})]
    load_file(redrawn.engine, ZONE, geojson(tmp_path / "late.geojson", rows), "enterprises")
    assert grid.describe(redrawn, wanted, DISC, COUNTED, "0001")["enterprises"]["total"] == 2
    later = redrawn.stamp(on=DAY)
    assert grid.describe(redrawn, later, DISC, COUNTED, "0001")["enterprises"]["total"] == 3


def test_several_candidates_of_an_older_release(redrawn: Resident, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", [(square(0, 0, 3), {"id": "2", "code": "0002"})])
    load_file(redrawn.engine, ZONE, file, "grids", options=LoadOptions(since=DAY))
    load_file(redrawn.engine, ZONE, geojson(file, [(square(5, 0), {"id": "2", "code": "0002"})]), "grids")
    for release, expected in ((2, []), (3, ["0001", "0002"])):
        wanted = redrawn.stamp(on=DAY, release=release)
        row = lists.enterprises(redrawn, wanted, DISC, Filter())["rows"][0]
        assert (row["grid"], row["candidates"]) == ("0001", expected)
    assert status(redrawn, redrawn.stamp(on=DAY, release=3))["enterprises"]["ambiguous"] == 2


def test_tiles_of_an_older_release(redrawn: Resident, tmp_path: Path) -> None:
    x, y = 12925, 6733
    assert drawing.enterprise_tile(redrawn, redrawn.stamp(on=DAY), (14, x, y)) == drawing.enterprise_tile(
        redrawn, redrawn.stamp(on=DAY, release=1), (14, x, y)
    )
    file = geojson(tmp_path / "g.geojson", [(square(9, 0), {"id": "1", "code": "0001"})])
    load_file(redrawn.engine, ZONE, file, "grids", options=LoadOptions(since=DAY))
    tiles = {
        n: drawing.enterprise_tile(redrawn, redrawn.stamp(on=DAY, release=n), (14, x, y)) for n in (2, 3)
    }
    assert tiles[2] != tiles[3]
    assert b"unassigned" in tiles[3]


def test_organisations_count_the_grids_of_the_release(redrawn: Resident, tmp_path: Path) -> None:
    load_file(
        redrawn.engine,
        ZONE,
        csv(tmp_path / "o.csv", "组织编号,组织名称,覆盖网格,成立日期", "1,甲,0001,2026-07-01", "2,乙,0002,"),
        "organisations",
    )
    counted = {
        day: status(redrawn, redrawn.stamp(on=day))["grids_with_organisation"] for day in (BEFORE, DAY)
    }
    assert counted == {BEFORE: 1, DAY: 2}
    tables = {
        has: [
            row["code"] for row in lists.grids(redrawn, redrawn.stamp(on=BEFORE), DISC, organised=has)["rows"]
        ]
        for has in (True, False, None)
    }
    assert tables == {True: ["0002"], False: ["0001"], None: ["0001", "0002"]}


def test_what_is_loaded_without_a_day_holds_from_today(redrawn: Resident, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", [(square(9, 9), {"id": "1", "code": "0001"})])
    load_file(redrawn.engine, ZONE, file, "grids")
    with reading(redrawn.engine) as connection:
        newest = releases.describe(connection, 3)
        frame = boundaries.versions(connection, boundaries.GRID, on=today(ZONE))
    assert (newest.base_number, newest.effective_on, newest.published_by) == (2, today(ZONE), "local")
    assert frame.set_index("code").loc["0001", "valid_from"] == today(ZONE)


def test_a_change_may_be_dated_before_another(redrawn: Resident, tmp_path: Path) -> None:
    # What is said as of an earlier day holds until a change that is planned for a later one; what only
    # repeats what held on that day changes nothing.
    file = geojson(tmp_path / "g.geojson", [(square(0, 0, 1), {"id": "1", "code": "0001"})])
    options = LoadOptions(since=BEFORE)
    assert load_file(redrawn.engine, ZONE, file, "grids", options=options).outcome.unchanged == 1
    geojson(file, [(square(0, 0, 1, 2), {"id": "1", "code": "0001"})])
    load_file(redrawn.engine, ZONE, file, "grids", options=LoadOptions(since=BEFORE))
    with reading(redrawn.engine) as connection:
        frame = boundaries.versions(connection, boundaries.GRID, where={"code": "0001"})
    ranges = set(zip(frame["valid_from"], frame["valid_to"], strict=True))
    assert ranges == {(None, BEFORE), (BEFORE, DAY), (DAY, None)}


def test_publishing_after_another_is_a_conflict(redrawn: Resident) -> None:
    with pytest.raises(ConflictError, match="Release 2 was published by local"), writing(redrawn.engine) as c:
        releases.publish(c, base=1, by="late", effective_on=None)
    assert redrawn.stamp().release == 2


def test_two_loads_at_once_wait_for_one_another(redrawn: Resident, tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def load(number: int) -> None:
        file = tmp_path / f"g{number}.geojson"
        geojson(file, [(square(10 + number, 0), {"id": f"n{number}"})])
        try:
            load_file(redrawn.engine, ZONE, file, "grids")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=load, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with reading(redrawn.engine) as connection:
        chain = connection.execute(text("select number, base_number from release order by 1")).all()
        frame = boundaries.versions(connection, boundaries.GRID, on=today(ZONE), geometry=False)
    assert [tuple(row) for row in chain] == [(1, None), (2, 1), (3, 2), (4, 3), (5, 4)]
    assert frame["code"].tolist() == ["0001", "0002", "0003", "0004", "0005"]


def test_a_new_chief_is_a_new_stamp(redrawn: Resident, tmp_path: Path) -> None:
    before = redrawn.stamp()
    rows = [(square(0, 0, 2), {"id": "1", "code": "0001", "网格长": "甲"})]
    report = load_file(redrawn.engine, ZONE, geojson(tmp_path / "g.geojson", rows), "grids")
    assert (report.outcome.release, report.outcome.updated) == (3, 1)
    after = redrawn.stamp()
    assert after != before
    assert grid.describe(redrawn, after, DISC, COUNTED, "0001")["chief"] == "甲"
    assert grid.describe(redrawn, redrawn.stamp(release=2), DISC, COUNTED, "0001")["chief"] is None
