"""Downloads of a release: the file, its name, its state; and the same on the command line."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from clients import client_of
from districts import SMALL, cloned
from httpx import Client

from api.auth import Role
from api.cli.main import gridcircle
from api.routes import exports

PATH = "/api/v1/releases/current/export"


@pytest.fixture(scope="module")
def url(small_url: str) -> Iterator[str]:
    with cloned(small_url) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Client]:
    with client_of(url) as client:
        yield client


def test_a_release_is_a_download_with_a_chinese_name(client: Client) -> None:
    answer = client.get(PATH, params={"format": "shapefile", "encoding": "gbk", "crs": "EPSG:4544"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    plain, named = answer.headers["content-disposition"].split("; ")[1:]
    assert plain == 'filename="grids.zip"'
    name = unquote(named.removeprefix("filename*=UTF-8''"))
    release = client.get("/api/v1/status").json()["release"]
    assert name.startswith(f"专属网格-第{release}版-")
    assert name.endswith("-EPSG4544.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        endings = [Path(one).suffix for one in archive.namelist()]
        assert endings == [".shp", ".shx", ".dbf", ".prj", ".cpg"]
        assert archive.read("grids.cpg") == b"GBK"


def test_a_download_that_the_client_has_is_not_sent_again(client: Client) -> None:
    query = {"what": "parks", "format": "kml"}
    first = client.get(PATH, params=query)
    assert first.content.startswith(b"<?xml")
    again = client.get(PATH, params=query, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(PATH, params=query | {"format": "geojson"})
    assert other.headers["etag"] != first.headers["etag"]
    assert client.get(PATH, params=query).content == first.content


def test_what_a_file_cannot_hold_is_named_in_a_header(client: Client) -> None:
    answer = client.get(PATH, params={"what": "stations", "format": "csv", "crs": "EPSG:4544"})
    assert answer.headers[exports.WARNINGS] == "crs-not-in-table"
    assert exports.WARNINGS not in client.get(PATH, params={"what": "stations", "format": "csv"}).headers


@pytest.mark.parametrize(
    ("address", "query", "status"),
    [
        ("/api/v1/releases/99/export", {}, 404),
        ("/api/v1/releases/0/export", {}, 404),
        ("/api/v1/releases/-1/export", {}, 422),
        (f"/api/v1/releases/{'9' * 5000}/export", {}, 422),
        ("/api/v1/releases/1/export", {"what": "stations", "format": "csv"}, 422),
        (PATH, {"format": "geojson", "crs": "EPSG:4544"}, 422),
        (PATH, {"format": "dxf"}, 422),
        (PATH, {"level": "county"}, 422),
    ],
)
def test_what_cannot_be_given_out_is_an_error(
    client: Client, address: str, query: dict[str, str], status: int
) -> None:
    answer = client.get(address, params=query)
    assert answer.status_code == status
    assert answer.json()["error"]["message"].endswith(".")


def test_chiefs_names_are_not_for_everybody() -> None:
    (dependency,) = exports.router.dependencies
    allowed = dependency.dependency.roles
    assert Role.PUBLIC not in allowed
    assert Role.CHIEF not in allowed


@pytest.fixture
def run(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("GRIDCIRCLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRIDCIRCLE_DATABASE_URL", url)
    monkeypatch.setenv("GRIDCIRCLE_PROFILE", "demo")

    def command(*words: str) -> Any:
        return CliRunner().invoke(gridcircle, list(words), standalone_mode=False)

    return command


def test_the_command_writes_what_it_says(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "微网格.gpkg"
    done = run("export", "grids", "-o", str(path), "--level", "micro", "--crs", "EPSG:4523", "--json")
    told = json.loads(done.stdout)
    assert (told["file"], told["format"], told["crs"]) == (str(path), "gpkg", "EPSG:4523")
    assert told["bytes"] == path.stat().st_size
    assert [one.name for one in tmp_path.iterdir() if one.name != "home"] == [path.name]
    back = json.loads(run("load", "grids", str(path), "--json").stdout)
    assert (back["unchanged"], back["added"], back["updated"]) == (told["features"], 0, 0)


def test_the_command_says_an_offset_in_the_name(run: Any, tmp_path: Path) -> None:
    done = run("export", "stations", "-o", str(tmp_path / "驿站.csv"), "--offset", "gcj02")
    assert done.return_value == 0
    assert "驿站-gcj02.csv" in done.stdout
    assert (tmp_path / "驿站-gcj02.csv").is_file()


def test_the_command_leaves_what_is_there_where_it_fails(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    path.write_bytes((SMALL / "parks.geojson").read_bytes())
    before = path.read_bytes()
    done = run("export", "parks", "-o", str(path), "--crs", "EPSG:4544")
    assert "always in degrees" in done.exception.message
    assert path.read_bytes() == before
    assert "no release" in run("export", "parks", "-o", str(path), "--release", "9").exception.message
    assert "is no release" in str(run("export", "parks", "-o", str(path), "--release", "x").exception)
