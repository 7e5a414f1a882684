"""Files of grids, loaded: their codes, levels, parents and parks."""

from datetime import date
from pathlib import Path

import pytest
from districts import geojson, square
from loads import ROW_OF_THREE, Load, codes
from publications import ask
from sqlalchemy import Engine

pytestmark = pytest.mark.usefixtures("quick_reading")


def test_grids_without_a_code_are_given_one_as_one_reads(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(
        tmp_path / "g.geojson",
        [
            (square(1, 0), {"id": "south-east"}),
            (square(0, 1), {"id": "north-west"}),
            (square(1, 1), {"id": "north-east"}),
            (square(0, 0), {"id": "south-west", "code": "0002"}),
        ],
    )
    report = load(file, "grids")
    assert report.outcome.codes_given == 3
    given = {"north-west": "0001", "north-east": "0003", "south-east": "0004", "south-west": "0002"}
    assert codes(engine) == given
    again = load(file, "grids")
    assert (again.outcome.codes_given, again.outcome.unchanged, again.outcome.release) == (0, 4, 1)
    assert codes(engine) == given


def test_a_code_that_was_used_is_never_given_again(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", [(square(0, 0), {"id": "a"}), (square(1, 0), {"id": "b"})])
    load(file, "grids")
    assert codes(engine) == {"a": "0001", "b": "0002"}
    geojson(file, [(square(0, 0), {"id": "a", "code": "Z9"}), (square(1, 0), {"id": "b"})])
    load(file, "grids")
    geojson(file, [(square(2, 0), {"id": "c"})])
    report = load(file, "grids")
    assert codes(engine) == {"a": "Z9", "b": "0002", "c": "0003"}
    assert report.outcome.absent == ["a", "b"]


def test_double_codes_are_refused(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", [*ROW_OF_THREE, (square(3, 0), {"id": "d", "code": "0002"})])
    report = load(file, "grids")
    assert [(one.row, one.code) for one in report.refused] == [(4, "duplicate-code")]
    assert "row 2" in report.refused[0].message
    taken = load(geojson(file, [(square(5, 0), {"id": "e", "code": "0003"})]), "grids")
    assert [(one.row, one.code) for one in taken.refused] == [(1, "duplicate-code")]
    assert (taken.outcome.added, taken.outcome.release) == (0, 1)


def test_another_office_may_not_take_a_code_under_the_same_id(load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", ROW_OF_THREE)
    load(file, "grids", source="one office")
    report = load(file, "grids", source="another")
    assert [one.code for one in report.refused] == ["duplicate-code"] * 3


def test_two_grids_may_change_their_codes_in_one_file(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", ROW_OF_THREE)
    load(file, "grids")
    swapped = [(ROW_OF_THREE[0][0], {"id": "a", "code": "0002"})]
    swapped += [(ROW_OF_THREE[1][0], {"id": "b", "code": "0001"}), ROW_OF_THREE[2]]
    report = load(geojson(file, swapped), "grids")
    assert report.ok, report.refused
    assert report.outcome.updated == 2
    assert codes(engine) == {"a": "0002", "b": "0001", "c": "0003"}


def test_the_same_code_may_stand_at_two_levels(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", ROW_OF_THREE[:1])
    assert load(file, "grids").ok
    assert load(file, "grids", level="micro").ok
    assert load(file, "general-grids").ok
    assert ask(engine, "select count(*), count(distinct partition_id) from grid_version") == [(3, 3)]


def test_a_file_may_name_the_level_of_each_row(engine: Engine, load: Load, tmp_path: Path) -> None:
    rows = [
        (square(0, 0, 2), {"id": "B", "code": "B", "level": "街（片）区"}),
        (square(0, 0), {"id": "a", "code": "0001", "level": "专属网格", "parent_code": "B"}),
        (square(1, 0), {"id": "m", "code": "0001-1", "level": "micro"}),
    ]
    report = load(geojson(tmp_path / "g.geojson", rows), "grids")
    assert report.outcome.added == 3
    query = "select p.level, v.code from grid_version as v join partition as p on p.id = v.partition_id"
    assert ask(engine, f"{query} order by 1") == [("block", "B"), ("grid", "0001"), ("micro", "0001-1")]


def test_parents_and_parks_are_known_by_their_names(engine: Engine, load: Load, tmp_path: Path) -> None:
    load(geojson(tmp_path / "p.geojson", [(square(0, 0, 3), {"id": "1", "name": "软件园"})]), "parks")
    blocks = geojson(tmp_path / "b.geojson", [(square(0, 0, 2), {"id": "1", "code": "B1"})])
    load(blocks, "grids", level="block")
    rows = [
        (square(0, 0), {"id": "a", "code": "0001", "上级编码": "B1", "所属园区": "软件园"}),
        (square(1, 0), {"id": "b", "code": "0002", "上级编码": "B9", "所属园区": "无名园"}),
    ]
    report = load(geojson(tmp_path / "g.geojson", rows), "grids")
    assert report.ok
    assert [(one.row, one.code) for one in report.remarks] == [(2, "parent-unknown"), (2, "park-unknown")]
    query = (
        "select code, parent_id is not null, park_id is not null from grid_version"
        " where code like '0%' order by 1"
    )
    assert ask(engine, query) == [("0001", True, True), ("0002", False, False)]


def test_a_grid_without_a_polygon_is_refused_where_grids_are_drawn(load: Load, tmp_path: Path) -> None:
    rows = [*ROW_OF_THREE[:1], (None, {"id": "b", "code": "0002"})]
    report = load(geojson(tmp_path / "g.geojson", rows), "grids")
    assert [(one.row, one.code) for one in report.refused] == [(2, "polygon-missing")]
    assert report.outcome.added == 1


def test_blocks_and_their_grids_may_come_in_one_file(engine: Engine, load: Load, tmp_path: Path) -> None:
    rows = [
        (square(0, 0), {"id": "a", "code": "0001", "parent_code": "B"}),
        (square(0, 0, 2), {"id": "B", "code": "B", "level": "block"}),
        (square(3, 0), {"id": "b", "code": "0002", "level": "社区"}),
    ]
    report = load(geojson(tmp_path / "g.geojson", rows), "grids")
    assert [(one.row, one.code) for one in report.remarks] == [(3, "level-unknown")]
    query = (
        "select v.code, p.code from grid_version as v left join grid_version as p on p.grid_id = v.parent_id"
    )
    assert ask(engine, f"{query} order by 1") == [("0001", "B"), ("0002", None), ("B", None)]
    assert load(tmp_path / "g.geojson", "grids").outcome.unchanged == 3


def test_a_grid_keeps_the_code_that_it_has_now(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = tmp_path / "g.geojson"
    load(geojson(file, [(square(0, 0), {"id": "a", "code": "0009"})]), "grids")
    load(geojson(file, [(square(0, 0), {"id": "a", "code": "0001"})]), "grids", since=date(2026, 1, 1))
    report = load(geojson(file, [(square(0, 0), {"id": "a"})]), "grids")
    assert (report.outcome.unchanged, report.outcome.codes_given) == (1, 0)


def test_a_code_may_pass_on_as_of_a_day(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", ROW_OF_THREE)
    load(file, "grids")
    swapped = [(ROW_OF_THREE[0][0], {"id": "a", "code": "0002"})]
    swapped += [(ROW_OF_THREE[1][0], {"id": "b", "code": "0001"})]
    assert load(geojson(file, swapped), "grids", since=date(2026, 1, 1)).ok
    again = load(file, "grids", since=date(2026, 1, 1))
    assert (again.ok, again.outcome.unchanged) == (True, 2)
    # A row that is refused leaves its grid the code, and that refuses the next one.
    chain = [(square(0, 0), {"id": "a", "code": "0001"}), (square(1, 0), {"id": "b", "code": "0003"})]
    report = load(geojson(file, chain), "grids")
    assert [(one.row, one.details["code"]) for one in report.refused] == [(1, "0001"), (2, "0003")]


def test_more_grids_than_four_digits_can_number(engine: Engine, load: Load, tmp_path: Path) -> None:
    rows = [(square(i % 100, i // 100), {"id": str(i)}) for i in range(10_000)]
    report = load(geojson(tmp_path / "g.geojson", rows), "general-grids")
    assert (report.outcome.added, report.outcome.codes_given) == (10_000, 10_000)
    assert {len(code) for code in codes(engine).values()} == {5}
