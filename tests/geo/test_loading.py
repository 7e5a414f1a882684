"""Loading: what goes in, what stays, what is refused, and what a load that fails leaves behind."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from districts import SMALL, SMALL_FILES, cloned, csv, geojson, load_small, opened, point
from loads import ROW_OF_THREE, Load
from publications import ask
from sqlalchemy import Engine, text

from geo.errors import GeoError, InputError
from geo.profile import load_profile
from geo.store import boundaries, duties
from geo.store.engine import reading, writing
from geo.workflows.publication.loading import load_file

pytestmark = pytest.mark.usefixtures("quick_reading")


def contents(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    names = [row[0] for row in ask(engine, "select tablename from pg_tables where schemaname = 'gridcircle'")]
    return {name: ask(engine, f"select * from {name} ") for name in names}


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


def test_more_identities_than_a_statement_has_parameters(engine: Engine) -> None:
    names = [str(number) for number in range(40_000)]
    with writing(engine) as connection:
        assert len(boundaries.identities(connection, boundaries.PARK, "main", names)) == 40_000
