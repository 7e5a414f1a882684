"""The desk's routes: a file sent, chosen, mended, drawn on, published; and what is said when it cannot be."""

import hashlib
import io
import json
import re
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from clients import client_of
from districts import SMALL, cloned, csv, geojson, square
from httpx import Client, Response
from test_openapi import differences

from geo.store.originals import place

pytestmark = pytest.mark.usefixtures("quick_reading")

API = "/api/v1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def client(small_url: str, home: Path) -> Iterator[Client]:
    """The samples, for all tests; each has drafts of its own."""
    with cloned(small_url) as url, client_of(url, home=home) as client:
        yield client


def on_desk(client: Client) -> list[int]:
    return [one["id"] for one in client.get(f"{API}/drafts").json()["drafts"]]


def settled(client: Client, answer: Response) -> dict[str, Any]:
    """The draft of an answer, once its job has ended."""
    assert answer.status_code in (200, 201, 202), answer.text
    draft: dict[str, Any] = answer.json()["draft"]
    until = time.monotonic() + 30
    while draft["job"]["state"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.05)
        draft = client.get(f"{API}/drafts/{draft['id']}").json()
    return draft


def send(client: Client, path: Path, kind: str = "grids", **form: str) -> dict[str, Any]:
    form = {"kind": kind, "crs": "EPSG:4326", **form}
    return settled(
        client, client.post(f"{API}/drafts", data=form, files={"file": (path.name, path.read_bytes())})
    )


def pair(folder: Path, east: float = 1, code: str = "A") -> Path:
    """Two grids side by side, in a place of their own; ``east`` begins the second one."""
    rows = [
        (square(90, 90, 1, 2), {"id": f"{code}1", "code": f"{code}1", "name": "甲"}),
        (square(90 + east, 90, 2 - east, 2), {"id": f"{code}2", "code": f"{code}2", "name": "乙"}),
    ]
    return geojson(folder / "pair.geojson", rows)


def error_of(answer: Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["message"].strip().endswith("."), error
    return error


def errors_in(client: Client, draft: dict[str, Any]) -> list[str]:
    found = client.get(f"{API}/drafts/{draft['id']}/findings").json()["findings"]
    return sorted({one["code"] for one in found if one["severity"] == "error"})


def test_a_file_is_sent_mended_undone_and_published(client: Client, tmp_path: Path) -> None:
    draft = send(client, pair(tmp_path, 0.999997))
    at = f"{API}/drafts/{draft['id']}"
    assert (draft["state"], draft["step"], draft["name"], draft["ok"]) == ("open", 0, "pair.geojson", False)
    assert draft["counts"]["overlap"] == 1
    assert draft["facts"]["format"] == "geojson"
    assert on_desk(client)[0] == draft["id"]

    told = client.get(f"{at}/findings").json()
    assert told["step"] == 0
    (number,) = [one["id"] for one in told["findings"] if one["code"] == "overlap"]
    preview = client.post(f"{at}/mend?preview=true", json={"findings": [number], "step": 0}).json()
    assert (preview["step"], len(preview["moves"]) > 0) == (0, True)
    ground = client.get(f"{at}/moves.geojson", params={"findings": [number]}).json()
    assert {one["properties"]["kind"] for one in ground["features"]} <= {"gained", "lost"}

    error = error_of(client.post(f"{at}/publish", json={}), 422)
    assert error["details"]["errors"]["overlap"] == 1
    mended = client.post(f"{at}/mend", json={"fixes": ["all"], "step": 0}).json()
    assert (mended["step"], "overlap" in mended["counts"]) == (1, False)
    layer = client.get(f"{at}/features.geojson").json()
    assert {one["properties"]["change"] for one in layer["features"]} >= {"reshaped"}
    assert client.get(f"{at}/features.geojson?step=0").json()["features"][0]["properties"]["change"] is None
    assert client.post(f"{at}/undo").json()["step"] == 0
    assert client.post(f"{at}/redo", json={"step": 0}).json()["step"] == 1
    error_of(client.post(f"{at}/redo"), 409)

    accept = errors_in(client, draft)
    headers = {"Idempotency-Key": "once"}
    terms = {"note": "测试", "accept": accept, "base": draft["base"]}
    first = client.post(f"{at}/publish", json=terms, headers=headers)
    assert first.status_code == 201, first.text
    assert first.json()["release"] == draft["base"] + 1
    assert client.post(f"{at}/publish", json=terms, headers=headers).json() == first.json()
    assert client.get(at).json()["state"] == "published"
    assert error_of(client.post(f"{at}/publish", json=terms), 409)["code"] == "conflict-error"
    release = client.get(f"{API}/releases/{first.json()['release']}").json()
    assert release["note"] == "测试"


def test_a_second_publisher_is_told_of_the_first(client: Client, tmp_path: Path) -> None:
    one, other = (send(client, pair(tmp_path, code=code)) for code in ("X", "Y"))
    accept = {"accept": errors_in(client, one)}
    assert client.post(f"{API}/drafts/{one['id']}/publish", json=accept).status_code == 201
    accept = {"accept": errors_in(client, other)}
    error = error_of(client.post(f"{API}/drafts/{other['id']}/publish", json=accept), 409)
    assert "by local" in error["message"]


def test_rows_that_cannot_be_taken_stop_all_of_it(client: Client, tmp_path: Path) -> None:
    first = send(client, pair(tmp_path, code="D"), source="x")
    assert client.post(
        f"{API}/drafts/{first['id']}/publish", json={"accept": errors_in(client, first)}
    ).is_success
    second = send(client, pair(tmp_path, code="D"), source="y")
    at = f"{API}/drafts/{second['id']}"
    compared = client.get(f"{at}/comparison").json()
    assert (compared["refused"], len(compared["refused_rows"])) == (2, 2)
    assert compared["refused_rows"][0]["details"] == {"code": "D1", "value": "D1", "office": "x"}
    accept = [code for code in errors_in(client, second) if code != "duplicate-code"]
    error = error_of(client.post(f"{at}/publish", json={"accept": accept}), 422)
    assert error["details"]["errors"] == {"duplicate-code": 2}
    assert client.get(at).json()["state"] == "open"
    left_out = client.post(f"{at}/publish", json={"accept": [*accept, "duplicate-code"]}).json()
    assert (left_out["added"], len(left_out["refused"])) == (0, 2)


def test_a_border_is_drawn(client: Client) -> None:
    answer = client.post(f"{API}/drafts/drawn", json={"level": "grid"})
    assert answer.status_code == 201, answer.text
    draft = answer.json()
    at = f"{API}/drafts/{draft['id']}"
    layer = client.get(f"{at}/features.geojson").json()["features"]
    feature = layer[0]
    row, ring = feature["properties"]["row"], feature["geometry"]["coordinates"][0][0]
    ring[1] = [ring[1][0] + 2e-5, ring[1][1] + 2e-5]
    ring[-1] = ring[0]
    changes = [
        {"op": "reshape", "row": row, "geometry": feature["geometry"]},
        {"op": "name", "row": row, "name": "新名"},
    ]
    drawn = client.post(f"{at}/draw", json={"changes": changes, "step": 0})
    assert drawn.status_code == 200, drawn.text
    assert drawn.json()["step"] == 1
    told = {
        one["properties"]["row"]: one["properties"]
        for one in client.get(f"{at}/features.geojson").json()["features"]
    }
    assert (told[row]["change"], told[row]["name"]) == ("reshaped", "新名")
    error_of(client.post(f"{at}/draw", json={"changes": changes, "step": 0}), 409)
    merged = client.post(
        f"{at}/draw", json={"changes": [{"op": "merge", "rows": [row, layer[1]["properties"]["row"]]}]}
    )
    assert merged.json()["step"] == 2
    removed = client.delete(at).json()
    assert removed["state"] == "discarded"
    assert draft["id"] not in on_desk(client)


def joined(client: Client) -> str:
    """A drawing in which all grids become one; the address of its draft."""
    draft = client.post(f"{API}/drafts/drawn", json={"level": "grid"}).json()
    at = f"{API}/drafts/{draft['id']}"
    rows = [one["properties"]["row"] for one in client.get(f"{at}/features.geojson").json()["features"]]
    answer = client.post(f"{at}/draw", json={"changes": [{"op": "merge", "rows": rows}]})
    assert answer.status_code == 200, answer.text
    return at


def comparison(client: Client, at: str, **query: Any) -> Response:
    """The comparison of a draft, once its job has ended."""
    until = time.monotonic() + 30
    while True:
        answer = client.get(f"{at}/comparison", params=query)
        if answer.status_code != 202 or time.monotonic() > until:
            return answer
        time.sleep(0.1)


def test_what_a_drawing_would_change(client: Client) -> None:
    at = joined(client)
    answer = comparison(client, at)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["counts"] == {"merged": 1}
    assert told["moving"]["enterprises"] > 0
    assert told["base"] == client.get(at).json()["base"]
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(f"{at}/comparison", headers=tag).status_code == 304
    movers = client.get(f"{at}/moving").json()
    points = client.get(f"{at}/moving.geojson").json()["features"]
    assert movers["total"] == len(points) == told["moving"]["enterprises"] + told["moving"]["stations"]
    assert client.get(f"{at}/ground.geojson").json()["features"]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{at}/comparison.xlsx?lang=en").content))
    assert book.sheetnames == [
        "Changes",
        "Who changes hands",
        "Loads of grids",
        "Loads of chiefs",
        "Indicators",
    ]
    assert book["Changes"]["C2"].value in {one["code"] for one in told["changes"]}
    codes = [told["changes"][0]["code"]]
    error_of(comparison(client, at, retire=codes), 422)
    later = comparison(client, at, since="2030-01-01").json()
    assert later["on"] == "2030-01-01"


def test_what_a_table_would_change(client: Client, tmp_path: Path) -> None:
    file = csv(tmp_path / "e.csv", "编号,企业名称,职工人数", "n1,甲,3", "n2,乙,5")
    draft = send(client, file, "enterprises", source="new")
    at = f"{API}/drafts/{draft['id']}"
    assert comparison(client, at).json()["counts"]["added"] == 2
    assert comparison(client, at).json()["counts"]["added"] == 2
    error_of(client.get(f"{at}/moving"), 422)
    assert client.post(f"{at}/publish", json={}).json()["added"] == 2
    error_of(client.get(f"{at}/comparison"), 409)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"op": "melt", "row": 1}],
        [{"op": "reshape", "row": 1, "geometry": {"type": "Polygon"}}],
        [{"op": "reshape", "row": 1, "geometry": {"type": "Point", "coordinates": [1, 2]}}],
        [{"op": "reshape", "row": 99_999, "geometry": square(0, 0)}],
        [{"op": "split", "row": 1, "line": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}}],
        [{"op": "merge", "rows": [1]}],
        [{"op": "name", "row": 1, "source_id": "x"}],
    ],
)
def test_what_cannot_be_drawn_is_told(client: Client, changes: list[Any]) -> None:
    draft = client.post(f"{API}/drafts/drawn", json={}).json()
    answer = client.post(f"{API}/drafts/{draft['id']}/draw", json={"changes": changes})
    error_of(answer, 422)
    assert client.get(f"{API}/drafts/{draft['id']}").json()["step"] == 0


def test_a_person_chooses_where_a_file_lies(client: Client, tmp_path: Path) -> None:
    file = csv(tmp_path / "s.csv", "编号,驿站名称,经度,纬度", "n1,甲,104.8,30.9", "n2,乙,104.81,30.91")
    draft = send(client, file, "stations", crs="", source="another office")
    at = f"{API}/drafts/{draft['id']}"
    assert draft["state"] == "choosing"
    first = draft["candidates"][0]
    assert "outline" not in first
    outline = client.get(f"{at}/candidates/{first['key']}.geojson").json()
    assert outline["features"][0]["properties"]["label"] == first["label"]
    error_of(client.get(f"{at}/candidates/none.geojson"), 404)
    chosen = settled(client, client.patch(at, json=first["said"]))
    assert (chosen["state"], chosen["said"]["crs"]) == ("open", first["said"]["crs"])
    answer = client.post(f"{at}/publish", json={"accept": errors_in(client, chosen)})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["release"], answer.json()["added"]) == (None, 2)


@pytest.mark.parametrize("ending", ["geojson", "csv", "xlsx", "gpkg"])
def test_findings_as_files(client: Client, tmp_path: Path, ending: str) -> None:
    draft = send(client, pair(tmp_path, 0.5))
    answer = client.get(f"{API}/drafts/{draft['id']}/findings.{ending}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].endswith(f'.{ending}"')
    if ending == "geojson":
        assert len(json.loads(answer.content)["features"]) == sum(draft["counts"].values())
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert book.active.max_row == sum(draft["counts"].values()) + 1


def test_what_a_step_holds_is_asked_for_once(client: Client, tmp_path: Path) -> None:
    draft = send(client, pair(tmp_path, 0.999997))
    at = f"{API}/drafts/{draft['id']}"
    for name in ("findings", "features.geojson", "findings.csv"):
        tag = client.get(f"{at}/{name}").headers["etag"]
        assert client.get(f"{at}/{name}", headers={"If-None-Match": tag}).status_code == 304
    before = client.get(f"{at}/findings").headers["etag"]
    client.post(f"{at}/mend")
    assert client.get(f"{at}/findings").headers["etag"] != before


def test_a_file_that_is_none_is_refused_and_kept(client: Client, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.zip"
    file.write_bytes(b"PK\x03\x04 no zip")
    draft = send(client, file)
    assert (draft["state"], draft["error"]["code"]) == ("refused", "file-refused")
    assert draft["facts"] == {}
    assert error_of(client.get(f"{API}/drafts/{draft['id']}/findings"), 404)
    assert error_of(client.post(f"{API}/drafts/{draft['id']}/mend"), 409)
    assert place(home, hashlib.sha256(file.read_bytes()).hexdigest()).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "drafts/99", None, 404),
        ("PATCH", "drafts/99", {}, 404),
        ("DELETE", "drafts/99", None, 404),
        ("GET", "drafts/99/findings", None, 404),
        ("GET", "drafts/99/features.geojson", None, 404),
        ("POST", "drafts/99/mend", {}, 404),
        ("POST", "drafts/99/undo", None, 404),
        ("POST", "drafts/99/publish", {}, 404),
        ("GET", "drafts/x", None, 422),
        ("PATCH", "drafts/99", {"colour": "red"}, 422),
        ("POST", "drafts/drawn", {"level": "deep"}, 422),
        ("POST", "drafts/drawn", {"source": "nobody"}, 404),
    ],
)
def test_what_is_not_there(client: Client, method: str, path: str, body: Any, status: int) -> None:
    error_of(client.request(method, f"{API}/{path}", json=body), status)


def sample(name: str) -> Any:
    return json.loads((resources.files("api") / "samples" / name).read_text("utf-8"))


def test_the_examples_have_the_keys_of_real_answers(client: Client, tmp_path: Path) -> None:
    sent = {"file": ("pair.geojson", pair(tmp_path, 0.999997).read_bytes())}
    checked = client.post(f"{API}/drafts", data={"kind": "grids", "crs": "EPSG:4326"}, files=sent)
    draft = settled(client, checked)
    at = f"{API}/drafts/{draft['id']}"
    real = {
        name: client.get(f"{at}/{path}").json()
        for name, path in (
            ("findings.json", "findings"),
            ("moves.geojson", "moves.geojson"),
            ("features.geojson", "features.geojson"),
        )
    }
    real["mending.json"] = client.post(f"{at}/mend").json()
    real["draft.json"] = client.get(at).json()
    real["drafts.json"] = client.get(f"{API}/drafts").json()
    real["checked.json"] = {**checked.json(), "draft": real["draft.json"]}
    chosen = send(client, SMALL / "stations.xlsx", "stations", crs="")
    key = chosen["candidates"][0]["key"]
    real["candidate.geojson"] = client.get(f"{API}/drafts/{chosen['id']}/candidates/{key}.geojson").json()
    # Another test of this module may have published grids of these codes before.
    accept = sorted({*errors_in(client, draft), "duplicate-code"})
    issued = client.post(f"{at}/publish", json={"accept": accept})
    assert issued.status_code == 201, issued.text
    real["issue.json"] = issued.json()
    drawn = joined(client)
    real["comparison.json"] = comparison(client, drawn).json()
    real["moving.json"] = client.get(f"{drawn}/moving").json()
    for name in ("moving.geojson", "ground.geojson"):
        real[name] = client.get(f"{drawn}/{name}").json()
    found = {name: differences(sample(name), value) for name, value in real.items()}
    # Counts are named by what is wrong, shares by the grids, and neither is the same in every draft.
    named = re.compile(r"\.(counts|shares)\.")
    left = {name: [one for one in those if not named.search(one)] for name, those in found.items()}
    assert {name: those for name, those in left.items() if those} == {}


def test_a_page_of_another_site_sends_nothing(client: Client, tmp_path: Path) -> None:
    file = {"file": ("g.geojson", pair(tmp_path).read_bytes())}
    foreign = {"Origin": "http://elsewhere.example"}
    answer = client.post(f"{API}/drafts", data={"kind": "grids"}, files=file, headers=foreign)
    assert answer.status_code == 403
    error_of(client.post(f"{API}/drafts", data={"kind": "maps"}, files=file), 422)
