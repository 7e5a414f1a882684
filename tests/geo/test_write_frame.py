"""Export then import is the identity, the same rows give the same bytes, and a file appears whole."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from drawn_grids import HEADERS, TROUBLE, grids
from hypothesis import HealthCheck, given, settings

from geo.changes.sameness import settled
from geo.errors import Cancelled, InputError
from geo.frames import Said
from geo.read.reader import read_here
from geo.write.form import ENDINGS, Form, format_of
from geo.write.frame import write_frame

WRITTEN = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
FORMS = [
    ("gpkg", Form()),
    ("gpkg", Form(crs="EPSG:4490")),
    ("gpkg", Form(crs="EPSG:4544")),
    ("gpkg", Form(crs="EPSG:4523")),
    ("gpkg", Form(offset="gcj02")),
    ("geojson", Form()),
    ("geojson", Form(offset="bd09")),
    ("kml", Form()),
    ("shapefile", Form(encoding="gbk")),
    ("shapefile", Form(encoding="utf-8")),
    ("shapefile", Form(encoding="gbk", crs="EPSG:4544")),
    ("shapefile", Form(encoding="utf-8", crs="EPSG:4523")),
]
EXACT = {("gpkg", "EPSG:4326"), ("gpkg", "EPSG:4490"), ("geojson", "EPSG:4326"), ("kml", "EPSG:4326")}


def three() -> gpd.GeoDataFrame:
    rows = {name: [f"{name}{i}" for i in range(3)] for name in HEADERS} | {"basis": "area", "level": "grid"}
    boxes = [shapely.MultiPolygon([shapely.box(104 + i, 30, 104.5 + i, 31)]) for i in range(3)]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=boxes, crs="EPSG:4326")


def cells(frame: pd.DataFrame) -> dict[str, list[Any]]:
    table = frame[list(HEADERS)].astype(object)
    return table.where(table.notna(), None).to_dict("list")


@pytest.mark.parametrize(("format_name", "form"), FORMS, ids=str)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=grids())
def test_export_then_import_is_the_identity(
    frame: gpd.GeoDataFrame, format_name: Any, form: Form, tmp_path: Path
) -> None:
    before = frame.copy(deep=True)
    report = write_frame(
        frame, tmp_path / f"out{ENDINGS[format_name]}", format_name, headers=HEADERS, form=form
    )
    assert frame.equals(before)
    assert {one.code for one in report.warnings} <= {"beyond-gbk"}
    back = read_here(report.path, "grids", said=Said(offset=form.offset), keep_invalid=True)
    assert back.refused == ()
    assert cells(back.frame) == cells(frame)
    came, went = back.frame.geometry.to_numpy(), frame.geometry.to_numpy()
    if (format_name, form.crs) in EXACT and form.offset is None:
        assert shapely.to_wkb(came).tolist() == shapely.to_wkb(went).tolist()
    assert shapely.to_wkb(settled(came, went, went)).tolist() == shapely.to_wkb(went).tolist()


@pytest.mark.parametrize("format_name", ["gpkg", "geojson", "kml", "shapefile"])
def test_the_same_rows_give_the_same_bytes(format_name: Any, tmp_path: Path) -> None:
    form = Form(name="grids", written=WRITTEN)
    one, two = (
        write_frame(three(), tmp_path / f"{n}{ENDINGS[format_name]}", headers=HEADERS, form=form).path
        for n in ("one", "二")
    )
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("format_name", list(ENDINGS))
def test_a_frame_without_rows_is_a_file_without_rows(format_name: Any, tmp_path: Path) -> None:
    path = tmp_path / f"empty{ENDINGS[format_name]}"
    report = write_frame(three()[:0], path, headers=HEADERS, form=Form(geometry="Point"))
    assert report.features == 0
    assert len(read_here(path, "grids").frame) == 0


def test_what_stands_under_the_name_is_replaced_at_the_end_alone(tmp_path: Path) -> None:
    path = tmp_path / "grids.gpkg"
    path.write_bytes(b"before")

    def stop(fraction: float, message: str) -> None:
        if fraction > 0.9:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        write_frame(three(), path, headers=HEADERS, on_progress=stop)
    assert [one.name for one in tmp_path.iterdir()] == ["grids.gpkg"]
    assert path.read_bytes() == b"before"
    write_frame(three(), path, headers=HEADERS)
    assert path.read_bytes()[:6] == b"SQLite"


@pytest.mark.parametrize(
    ("name", "form", "sentence"),
    [
        ("out.kml", Form(crs="EPSG:4544"), "KML is always in degrees"),
        ("out.gpkg", Form(crs="nonsense"), "Nothing can be given out"),
        ("out.gpkg", Form(crs="EPSG:2437"), "Nothing can be given out"),
        ("out.gpkg", Form(encoding="gbk"), "always UTF-8"),
        ("out.xlsx", Form(), "A table holds points"),
        ("out.dxf", Form(), "means no format"),
        ("none/out.gpkg", Form(), "folder that is there"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, name: str, form: Form, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        write_frame(three(), tmp_path / name, headers=HEADERS, form=form)
    assert list(tmp_path.iterdir()) == []


def test_a_system_that_cannot_hold_the_layer_is_refused(tmp_path: Path) -> None:
    far = three().set_geometry(gpd.GeoSeries([shapely.Point(15, 0)] * 3, crs="EPSG:4326"))
    with pytest.raises(InputError, match="outside of what EPSG:4523 can hold"):
        write_frame(far, tmp_path / "far.gpkg", headers=HEADERS, form=Form(crs="EPSG:4523"))


def test_rows_without_places_are_a_table_alone(tmp_path: Path) -> None:
    table = pd.DataFrame({"code": list(TROUBLE), "moved": [1.5, np.inf] * 7, "held": [True, False] * 7})
    headers = {name: name for name in table}
    with pytest.raises(InputError, match="no places"):
        write_frame(table, tmp_path / "rows.gpkg", headers=headers)
    for ending in (".csv", ".xlsx"):
        path = write_frame(table, tmp_path / f"rows{ending}", headers=headers | {"code": "组织名称"}).path
        assert read_here(path, "organisations").frame["name"].tolist() == list(TROUBLE)


def test_the_ending_means_the_format() -> None:
    found = {format_of(Path(f"甲{ending.upper()}")) for ending in (*ENDINGS.values(), ".json")}
    assert found == set(ENDINGS)


def test_single_and_multiple_outlines_are_all_multiple_and_other_mixtures_are_kept(tmp_path: Path) -> None:
    box = shapely.box(104, 30, 105, 31)
    frame = three().set_geometry(gpd.GeoSeries([box, shapely.MultiPolygon([box]), None], crs="EPSG:4326"))
    path = write_frame(frame, tmp_path / "one.gpkg", headers=HEADERS).path
    assert gpd.read_file(path).geom_type.dropna().unique().tolist() == ["MultiPolygon"]
    mixed = three().set_geometry(gpd.GeoSeries([box, shapely.Point(104, 30), None], crs="EPSG:4326"))
    path = write_frame(mixed, tmp_path / "mixed.gpkg", headers=HEADERS).path
    assert set(gpd.read_file(path).geom_type.dropna()) == {"Polygon", "Point"}
    with pytest.raises(InputError, match="one type"):
        write_frame(mixed, tmp_path / "mixed.zip", headers=HEADERS)


def test_nothing_but_the_file_is_left_behind() -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = write_frame(three(), Path(folder) / "甲.zip", headers=HEADERS)
        assert [one.name for one in Path(folder).iterdir()] == ["甲.zip"]
        assert report.bytes == report.path.stat().st_size
