"""Loading: what goes in, what stays, what is refused, and what a load that fails leaves behind."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from districts import SMALL, SMALL_FILES, cloned, csv, geojson, load_small, opened, point, square
from sqlalchemy import Engine, text

from geo.errors import GeoError, InputError
from geo.profile import load_profile
from geo.store import boundaries, duties
from geo.store.engine import reading, writing
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions, LoadReport

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")
Load = Callable[..., LoadReport]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def load(engine: Engine) -> Load:
    def load(path: Path, kind: str, **options: Any) -> LoadReport:
        return load_file(engine, ZONE, path, kind, options=LoadOptions(**options))

    return load


def ask(engine: Engine, query: str) -> list[Any]:
    with reading(engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def contents(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    names = [row[0] for row in ask(engine, "select tablename from pg_tables where schemaname = 'gridcircle'")]
    return {name: ask(engine, f"select * from {name} ") for name in names}


def codes(engine: Engine) -> dict[str, str]:
    query = (
        "select g.source_id, v.code from grid_version as v join grid as g on g.id = v.grid_id"
        " where v.to_release is null order by 1"
    )
    return dict(ask(engine, query))


ROW_OF_THREE = [
    (square(0, 0), {"id": "a", "code": "0001"}),
    (square(1, 0), {"id": "b", "code": "0002"}),
    (square(2, 0), {"id": "c", "code": "0003"}),
]


def test_the_samples(small_url: str) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        before = contents(engine)
        again = load_small(engine)
        after = contents(engine)
    assert [report.kind for report in again] == [kind for _, kind, _ in SMALL_FILES]
    for report in again:
        told = report.to_dict()
        assert report.ok
        assert (told["added"], told["updated"], told["reassigned"], told["codes_given"]) == (0, 0, 0, 0), told
        assert (told["unchanged"], told["absent"]) == (told["rows"], []), told
    # Nothing but the list of loads has grown.
    assert len(after.pop("load")) == 2 * len(before.pop("load"))
    assert after == before
    assert [row[0] for row in before["release"]] == [1, 2, 3, 4, 5]


def test_a_changed_row_updates_and_an_absent_one_stays(engine: Engine, load: Load, tmp_path: Path) -> None:
    header = "企业编号,企业名称,经度,纬度,职工人数"
    file = csv(tmp_path / "e.csv", header, "1,甲,104.0005,30.5005,10", "2,乙,,,", "3,丙,104.0015,30.5005,30")
    first = load(file, "enterprises").to_dict()
    assert (first["added"], first["rows"]) == (3, 3)
    csv(file, header, "3,丙,104.0015,30.5005,31", "1,甲,104.0005,30.5005,10", "4,丁,,,4")
    second = load(file, "enterprises").to_dict()
    assert (second["added"], second["updated"], second["unchanged"]) == (1, 1, 1)
    assert (second["absent"], second["absent_count"]) == (["2"], 1)
    query = "select source_id, workers, load_id from enterprise order by 1"
    numbers = [row[0] for row in ask(engine, "select id from load order by id")]
    assert ask(engine, query) == [
        ("1", 10, numbers[0]),
        ("2", None, numbers[0]),
        ("3", 31, numbers[1]),
        ("4", 4, numbers[1]),
    ]


def test_sources_do_not_meet(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = csv(tmp_path / "e.csv", "id,name", "1,甲")
    load(file, "enterprises", source="one office")
    report = load(csv(file, "id,name", "2,乙"), "enterprises", source="another")
    assert report.outcome.absent == []
    assert len(ask(engine, "select from enterprise")) == 2


def test_bad_rows_are_refused_and_the_rest_goes_in(engine: Engine, load: Load, tmp_path: Path) -> None:
    file = csv(
        tmp_path / "e.csv",
        "企业编号,企业名称,经度,纬度,职工人数",
        "1,甲,104.0005,30.5005,10",
        "2,乙,104.0005,130.5,10",
        "3,丙,104.0005,,many",
        "1,丁,104.0005,30.5005,10",
        "5,戊,,,",
    )
    report = load(file, "enterprises")
    assert not report.ok
    assert [one.row for one in report.refused] == [2, 3, 4]
    assert all(one.message.endswith(".") and ";" in one.message for one in report.refused)
    assert report.outcome.added == 2
    told = report.to_dict()
    assert told["rows"] == told["added"] + told["updated"] + told["unchanged"] + len(told["refused"])
    assert ask(engine, "select source_id from enterprise order by 1") == [("1",), ("5",)]
    assert ask(engine, "select counts from load") == [
        ({"added": 2, "updated": 0, "unchanged": 0, "absent": 0, "refused": 3},)
    ]


def test_a_row_that_was_refused_is_not_absent(load: Load, tmp_path: Path) -> None:
    file = geojson(tmp_path / "g.geojson", ROW_OF_THREE)
    load(file, "grids")
    report = load(geojson(file, [*ROW_OF_THREE[:2], (None, {"id": "c", "code": "0003"})]), "grids")
    assert [one.code for one in report.refused] == ["polygon-missing"]
    assert report.outcome.absent == []


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


def test_chiefs(engine: Engine, load: Load, tmp_path: Path) -> None:
    def chiefs(on: date) -> list[str | None]:
        with reading(engine) as connection:
            numbers = connection.scalars(text("select id from grid order by id")).all()
            return [duties.chief(connection, number, on) for number in numbers]

    def rows(*names: str | None) -> list[Any]:
        return [
            (shape, properties | {"网格长": name})
            for (shape, properties), name in zip(ROW_OF_THREE, names, strict=True)
        ]

    file = geojson(tmp_path / "g.geojson", rows("甲", "乙", None))
    load(file, "grids")
    assert chiefs(date(2020, 1, 1)) == ["甲", "乙", None]
    geojson(file, rows("丙", None, "丁"))
    report = load(file, "grids", since=date(2026, 3, 1))
    # Who is chief since when is a release of its own; nobody named is nobody dismissed.
    assert (report.outcome.updated, report.outcome.unchanged, report.outcome.release) == (2, 1, 2)
    assert chiefs(date(2026, 2, 28)) == ["甲", "乙", None]
    assert chiefs(date(2026, 3, 1)) == ["丙", "乙", "丁"]
    before = contents(engine)["duty"]
    load(file, "grids", since=date(2026, 3, 1))
    load(file, "grids", since=date(2026, 8, 1))
    assert contents(engine)["duty"] == before


def test_organisations_and_the_grids_that_they_cover(engine: Engine, load: Load, tmp_path: Path) -> None:
    load(geojson(tmp_path / "g.geojson", ROW_OF_THREE), "grids")
    header = "组织编号,组织名称,覆盖网格"
    file = csv(tmp_path / "o.csv", header, "1,联合委员会,0001、0002", "2,支部,0002;9999", "3,筹备,")
    report = load(file, "organisations")
    assert report.ok
    assert [(one.row, one.code) for one in report.remarks] == [(0, "encoding-guessed"), (2, "grid-unknown")]
    links = (
        "select o.source_id, v.code from organisation_grid as g join organisation as o"
        " on o.id = g.organisation_id join grid_version as v using (grid_id) order by 1, 2"
    )
    assert ask(engine, links) == [("1", "0001"), ("1", "0002"), ("2", "0002")]
    csv(file, header, "1,联合委员会,0002、0003", "2,支部,0002;9999", "3,筹备,")
    again = load(file, "organisations")
    assert (again.outcome.updated, again.outcome.unchanged) == (1, 2)
    assert ask(engine, links) == [("1", "0002"), ("1", "0003"), ("2", "0002")]


def test_organisations_hold_from_one_day_to_another(engine: Engine, load: Load, tmp_path: Path) -> None:
    load(geojson(tmp_path / "g.geojson", ROW_OF_THREE), "grids")
    file = csv(
        tmp_path / "o.csv",
        "组织编号,组织名称,覆盖网格,成立日期,撤销日期",
        "1,,0001,2024-01-01,2025-01-01",
        "2,,0002,2025-01-01,2024-01-01",
        "3,,0003,2024-01-01,2024-01-01",
        "4,,0003,,",
    )
    report = load(file, "organisations")
    assert [one.row for one in report.refused] == [2, 3]
    assert "2024-01-01" in report.refused[0].message
    assert ask(engine, "select source_id, valid::text from organisation order by 1") == [
        ("1", "[2024-01-01,2025-01-01)"),
        ("4", "(,)"),
    ]


@pytest.mark.parametrize("kind", ["grids", "enterprises", "organisations"])
def test_a_load_that_fails_leaves_everything_as_it_was(
    small_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    files = {
        "grids": geojson(tmp_path / "g.geojson", ROW_OF_THREE),
        "enterprises": geojson(tmp_path / "e.geojson", [(point(0, 0), {"id": "new"})]),
        "organisations": csv(tmp_path / "o.csv", "组织编号,组织名称", "9,新"),
    }

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with cloned(small_url) as url, opened(url) as engine:
        before = contents(engine)
        # The last that a load does is to write down its counts.
        monkeypatch.setattr("geo.store.loads.finish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            load_file(engine, load_profile("demo"), files[kind], kind)
        assert contents(engine) == before


def test_a_file_that_cannot_be_read_leaves_no_trace(engine: Engine, load: Load, tmp_path: Path) -> None:
    (tmp_path / "g.geojson").write_text("{", "utf-8")
    with pytest.raises(InputError):
        load(tmp_path / "g.geojson", "grids")
    with pytest.raises(InputError, match="“roads” is no kind of file"):
        load(tmp_path / "g.geojson", "roads")
    with pytest.raises(GeoError, match="no level area/cell"):
        load(geojson(tmp_path / "g.geojson", ROW_OF_THREE), "grids", level="cell")
    assert ask(engine, "select from load") == []


def test_what_was_loaded_is_written_down(engine: Engine, load: Load) -> None:
    load(SMALL / "stations.xlsx", "stations", by="somebody")
    (row,) = ask(engine, "select kind, source, file_name, sha256, facts, loaded_by from load")
    assert row[:3] == ("stations", "main", "stations.xlsx")
    assert len(row[3]) == 64
    assert row[4]["format"] == "excel"
    assert row[5] == "somebody"


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


def test_more_identities_than_a_statement_has_parameters(engine: Engine) -> None:
    names = [str(number) for number in range(40_000)]
    with writing(engine) as connection:
        assert len(boundaries.identities(connection, boundaries.PARK, "main", names)) == 40_000
