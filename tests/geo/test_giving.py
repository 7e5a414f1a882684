"""What is given out of a database and loaded again changes nothing, in every format, system and encoding."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from districts import cloned, geojson, opened, square
from sqlalchemy import Engine

from geo.errors import InputError, NotFound
from geo.frames import Said
from geo.profile import load_profile
from geo.read.door import read_file
from geo.workflows.figures.gathering import Wish
from geo.workflows.figures.giving import give, stem
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions
from geo.write.form import ENDINGS, Form, WriteReport

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("demo")
DEGREES = ("EPSG:4326", "EPSG:4490")
SYSTEMS = (*DEGREES, "EPSG:4544", "EPSG:4523")
POLYGONS = [
    *(("gpkg", crs, None) for crs in SYSTEMS),
    *(("geojson", crs, None) for crs in DEGREES),
    *(("kml", crs, None) for crs in DEGREES),
    *(("shapefile", crs, encoding) for crs in SYSTEMS for encoding in ("utf-8", "gbk")),
]
TABLES = [("csv", "EPSG:4490", "utf-8"), ("csv", "EPSG:4490", "gbk"), ("xlsx", "EPSG:4326", None)]
METRES = [("csv", "EPSG:4544", "utf-8"), ("xlsx", "EPSG:4523", None)]


@pytest.fixture(scope="module")
def engine(small_url: str) -> Iterator[Engine]:
    with cloned(small_url) as url, opened(url) as engine:
        yield engine


def given_out(engine: Engine, folder: Path, wish: Wish, format_name: Any, **form: Any) -> WriteReport:
    path = folder / f"out{ENDINGS[format_name]}"
    return give(engine, ZONE, wish, path, form=Form(**form), format_name=format_name)


def loaded(engine: Engine, report: WriteReport, kind: str, **options: Any) -> dict[str, Any]:
    return load_file(engine, ZONE, report.path, kind, options=LoadOptions(**options)).to_dict()


def assert_nothing_changed(told: dict[str, Any], rows: int, *, absent: int = 0) -> None:
    counts = {name: told[name] for name in ("rows", "unchanged", "added", "updated", "absent_count")}
    assert counts == {"rows": rows, "unchanged": rows, "added": 0, "updated": 0, "absent_count": absent}
    assert (told["refused"], told["remarks"], told["codes_given"]) == ([], [], 0)


@pytest.mark.parametrize(("format_name", "crs", "encoding"), POLYGONS)
def test_grids_of_all_levels_come_back_as_they_were(
    engine: Engine, tmp_path: Path, format_name: str, crs: str, encoding: Any
) -> None:
    wish = Wish("grids", level="all")
    report = given_out(engine, tmp_path, wish, format_name, crs=crs, encoding=encoding)
    assert report.warnings == ()
    assert_nothing_changed(loaded(engine, report, "grids"), report.features)


@pytest.mark.parametrize("format_name", ["gpkg", "shapefile", "kml"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("what", ["parks", "general-grids", "grids"])
def test_headers_of_either_language_are_read_again(
    engine: Engine, tmp_path: Path, what: str, language: Any, format_name: str
) -> None:
    report = given_out(engine, tmp_path, Wish(what, language=language), format_name)
    assert_nothing_changed(loaded(engine, report, what), report.features)


@pytest.mark.parametrize(("format_name", "crs", "encoding"), [*POLYGONS[::3], *TABLES])
@pytest.mark.parametrize("what", ["stations", "enterprises"])
def test_points_come_back_as_they_were(
    engine: Engine, tmp_path: Path, what: str, format_name: str, crs: str, encoding: Any
) -> None:
    report = given_out(engine, tmp_path, Wish(what), format_name, crs=crs, encoding=encoding)
    told = loaded(engine, report, what)
    # CSV says nowhere that it is in GBK, and a wrong credit code was wrong before.
    known = {"credit-code-wrong", "encoding-guessed"}
    assert {one["code"] for one in told["remarks"]} <= known
    assert_nothing_changed(told | {"remarks": []}, report.features)
    # KML has a name of its own, and GDAL adds two columns to it.
    ignored = {name[:3] for name in told["ignored"]} - {"id", "des", "企业名", "驿站名"}
    assert ignored == {"网格编", "网格名", "归属状"}


@pytest.mark.parametrize(("format_name", "crs", "encoding"), METRES)
def test_tables_in_metres_come_back_where_their_system_is_said(
    engine: Engine, tmp_path: Path, format_name: str, crs: str, encoding: Any
) -> None:
    report = given_out(engine, tmp_path, Wish("stations"), format_name, crs=crs, encoding=encoding)
    assert [one.code for one in report.warnings] == ["crs-not-in-table"]
    assert_nothing_changed(loaded(engine, report, "stations", crs=crs), report.features)


def by_sources(engine: Engine, folder: Path) -> None:
    """Two offices number their grids alike, at two levels."""
    for source, x in (("甲", 0), ("乙", 5)):
        for level in ("grid", "block"):
            code = f"{source}-{level}"
            path = geojson(folder / f"{code}.geojson", [(square(x, 0), {"编号": "1", "网格编码": code})])
            load_file(engine, ZONE, path, "grids", options=LoadOptions(source=source, level=level))


def test_rows_of_several_sources_are_told_and_come_back_one_by_one(template_url: str, tmp_path: Path) -> None:
    with cloned(template_url) as url, opened(url) as engine:
        by_sources(engine, tmp_path)
        both = given_out(engine, tmp_path, Wish("grids"), "gpkg")
        assert [one.code for one in both.warnings] == ["several-sources"]
        assert both.sources == ("乙", "甲")
        with closing(sqlite3.connect(both.path)) as file:
            assert {row[0] for row in file.execute("select 数据来源 from grids")} == {"甲", "乙"}
        one = given_out(engine, tmp_path, Wish("grids", source="甲"), "gpkg")
        assert (one.features, one.warnings, one.sources) == (1, (), ("甲",))
        assert_nothing_changed(loaded(engine, one, "grids", source="甲"), 1)
        every = given_out(engine, tmp_path, Wish("grids", source="甲", level="all"), "gpkg")
        assert [one.code for one in every.warnings] == ["ids-shared"]


def test_an_older_release_and_an_earlier_day_are_given_as_they_were(
    template_url: str, tmp_path: Path
) -> None:
    with cloned(template_url) as url, opened(url) as engine:
        for name, since in (("旧", None), ("新", date(2026, 6, 1))):
            path = geojson(tmp_path / "g.geojson", [(square(0, 0), {"编号": "1", "code": "A", "name": name})])
            load_file(engine, ZONE, path, "grids", options=LoadOptions(since=since))

        def name_of(**scope: Any) -> str:
            report = given_out(engine, tmp_path, Wish("grids", **scope), "geojson")
            (feature,) = json.loads(report.path.read_text("utf-8"))["features"]
            return str(feature["properties"]["网格名称"])

        assert name_of() == "新"
        assert name_of(release=1) == "旧"
        assert name_of(on=date(2026, 5, 31)) == "旧"
        assert name_of(release=1, on=date(2026, 12, 1)) == "旧"
        with pytest.raises(NotFound, match="no release 7"):
            name_of(release=7)


@pytest.mark.parametrize("offset", ["gcj02", "bd09"])
def test_an_offset_is_said_by_the_name_and_undone_when_it_is_said(
    engine: Engine, tmp_path: Path, offset: Any
) -> None:
    report = given_out(engine, tmp_path, Wish("stations"), "geojson", offset=offset)
    assert report.path.name == f"out-{offset}.geojson"
    shifted = read_file(report.path, "stations").frame.geometry.to_numpy()
    plain = given_out(engine, tmp_path, Wish("stations"), "geojson")
    true = read_file(plain.path, "stations").frame.geometry.to_numpy()
    assert shapely.distance(shifted, true).min() > 0.001
    undone = read_file(report.path, "stations", said=Said(offset=offset)).frame.geometry.to_numpy()
    assert shapely.distance(undone, true).max() < 1e-10


def test_what_cannot_be_given_out_is_said(engine: Engine, tmp_path: Path, database_url: str) -> None:
    cases: list[tuple[Wish, str, dict[str, Any], str]] = [
        (Wish("grids"), "geojson", {"crs": "EPSG:4544"}, "always in degrees"),
        (Wish("grids"), "gpkg", {"crs": "EPSG:2343"}, "Nothing can be given out"),
        (Wish("grids"), "gpkg", {"crs": "EPSG:4544 us-ft"}, "Nothing can be given out"),
        (Wish("grids"), "gpkg", {"crs": "EPSG:4544", "offset": "gcj02"}, "offset of degrees"),
        (Wish("grids"), "gpkg", {"encoding": "gbk"}, "always UTF-8"),
        (Wish("grids"), "csv", {}, "holds points"),
        (Wish("stations", release=1), "csv", {}, "not released"),
        (Wish("streets"), "gpkg", {}, "not given out"),
        (Wish("grids", level="county"), "gpkg", {}, "no level"),
        (Wish("grids", source="nobody"), "gpkg", {}, "no grids"),
    ]
    for wish, format_name, form, sentence in cases:
        with pytest.raises((InputError, NotFound), match=sentence):
            given_out(engine, tmp_path, wish, format_name, **form)
    with opened(database_url) as empty, pytest.raises(NotFound, match="Nothing is published"):
        given_out(empty, tmp_path, Wish("grids"), "gpkg")
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_file_says_what_is_in_it() -> None:
    day = date(2026, 12, 1)
    name = stem(ZONE, Wish("grids", level="micro"), Form(crs="EPSG:4544"), release=12, on=day)
    assert name == "微网格-第12版-2026-12-01-EPSG4544"
    name = stem(ZONE, Wish("stations"), Form(offset="bd09"), release=12, on=day)
    assert name == "驿站-2026-12-01-EPSG4326-bd09"
    assert stem(ZONE, Wish("grids", level="all"), Form(), release=1, on=day).startswith("全部网格-第1版")
