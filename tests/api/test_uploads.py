"""Files sent to the service: every kind and format, bad rows, and what cannot be taken."""

import io
import json
from collections.abc import Iterator

import openpyxl
import pytest
from clients import client_of, error_of
from districts import SMALL, cloned
from httpx import Client, Response

API = "/api/v1"


@pytest.fixture
def desk(small_url: str) -> Iterator[Client]:
    """The samples, for a test that loads."""
    with cloned(small_url) as url, client_of(url) as client:
        yield client


def upload(client: Client, kind: str, name: str, body: bytes, **form: str) -> Response:
    return client.post(f"{API}/loads", data={"kind": kind, **form}, files={"file": (name, body)})


def test_uploads_of_each_kind_of_table(desk: Client) -> None:
    csv = upload(desk, "enterprises", "企业.csv", "编号,名称,经度,纬度\n1,甲,104.06,30.57\n".encode("gbk"))
    assert csv.status_code == 200, csv.text
    told = csv.json()
    assert (told["file"], told["format"], told["encoding"], told["added"]) == (
        "企业.csv",
        "csv",
        "gb18030",
        1,
    )
    shape = {"type": "Point", "coordinates": [104.06, 30.57]}
    collection = {"type": "FeatureCollection", "features": []}
    collection["features"] = [{"type": "Feature", "geometry": shape, "properties": {"id": "g", "name": "乙"}}]
    geojson = upload(desk, "stations", "s.geojson", json.dumps(collection).encode())
    assert (geojson.json()["format"], geojson.json()["added"]) == ("geojson", 1)
    book = openpyxl.Workbook()
    book.active.append(["企业编号", "企业名称"])
    book.active.append(["x", "丙"])
    stream = io.BytesIO()
    book.save(stream)
    excel = upload(desk, "enterprises", "e.xlsx", stream.getvalue())
    assert (excel.json()["format"], excel.json()["added"]) == ("excel", 1)
    assert desk.get(f"{API}/enterprises").json()["total"] == 202
    # The file is known by its own name, not by that of the copy which was read.
    assert desk.get(f"{API}/status").json()["versions"]["enterprises"]["source"] == "e.xlsx"


def test_bad_rows_are_told_and_the_rest_is_loaded(desk: Client) -> None:
    answer = upload(desk, "enterprises", "e.csv", "编号,名称,经度,纬度\n1,甲,104,30\n2,乙,104,130\n".encode())
    told = answer.json()
    assert answer.status_code == 422
    assert (told["ok"], told["added"], [one["row"] for one in told["refused"]]) == (False, 1, [2])
    assert desk.get(f"{API}/enterprises").json()["total"] == 201


@pytest.mark.parametrize(
    ("name", "kind", "format_name"),
    [
        ("grids.zip", "grids", "shapefile"),
        ("streets.gpkg", "streets", "geopackage"),
    ],
)
def test_every_format_is_taken_on_the_web(desk: Client, name: str, kind: str, format_name: str) -> None:
    told = upload(desk, kind, name, (SMALL / name).read_bytes()).json()
    assert (told["ok"], told["format"], told["added"], told["updated"]) == (True, format_name, 0, 0)


@pytest.mark.parametrize(
    ("kind", "name", "body", "code"),
    [
        ("roads", "e.csv", b"id,name\n1,a\n", "input-error"),
        ("enterprises", "e.exe", b"MZ", "file-refused"),
        ("enterprises", "e.csv", b"", "file-refused"),
        ("enterprises", "../../etc/passwd", b"root", "missing-column"),
        ("enterprises", "e.xlsx", b"PK\x03\x04", "file-refused"),
        ("grids", "g.geojson", b"{", "file-refused"),
        ("parks", "p.csv", b"name\nx\n", "missing-column"),
    ],
)
def test_files_that_cannot_be_taken(desk: Client, kind: str, name: str, body: bytes, code: str) -> None:
    answer = upload(desk, kind, name, body)
    assert answer.status_code == 422, answer.text
    assert error_of(answer)["code"] == code


def test_a_form_that_lacks_something(desk: Client) -> None:
    answer = desk.post(f"{API}/loads", data={"kind": "grids"})
    details = {"reason": "field-invalid", "field": "file"}
    assert (answer.status_code, error_of(answer)["details"]) == (422, details)
    answer = upload(desk, "grids", "g.geojson", b"{}", level="x" * 201)
    assert (answer.status_code, error_of(answer)["details"]) == (422, details | {"field": "level"})


def test_a_load_changes_what_depends_on_it(desk: Client) -> None:
    paths = {name: f"{API}/{name}" for name in ("coverage", "enterprises", "status", "parks.geojson")}
    before = {name: desk.get(path).headers["etag"] for name, path in paths.items()}
    assert upload(desk, "enterprises", "e.csv", "编号,名称\nnew,新\n".encode()).status_code == 200
    after = {
        name: desk.get(path, headers={"If-None-Match": before[name]}).status_code
        for name, path in paths.items()
    }
    assert {after[name] for name in ("coverage", "enterprises", "status")} == {200}
    assert desk.get(f"{API}/enterprises").json()["total"] == 201
