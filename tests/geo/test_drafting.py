"""From a file to a release: received, checked, mended, drawn, published; and nothing lost on the way."""

import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from districts import SMALL, cloned, csv, geojson, opened, point, square
from sqlalchemy import Engine

from geo.errors import Cancelled, ConflictError, InputError, NotFound, ProfileError
from geo.frames import Said
from geo.profile import load_profile
from geo.redrawing.strokes import Add, Merge, Name, Remove, Reshape, Split
from geo.store import audit, boundaries, drafts, geocodes, jobs, originals, releases, steps
from geo.store.boundaries import GRID
from geo.store.drafts import Draft
from geo.store.engine import reading, writing
from geo.workflows.drafts import bulletin
from geo.workflows.drafts.checking import check
from geo.workflows.drafts.drafting import Desk, Sent, discard, find, receive, reconsider
from geo.workflows.drafts.issuing import Issue, publish_draft
from geo.workflows.drafts.remedies import Choice
from geo.workflows.drafts.revising import draw_draft, mend_draft, preview_mending, turn
from geo.workflows.drafts.sketching import sketch
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")
SAID = Said(crs="EPSG:4326")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, ZONE, tmp_path / "home")


def sent(desk: Desk, file: Path, kind: str = "grids", **more: Any) -> Draft:
    with file.open("rb") as stream:
        return receive(desk, stream, Sent(kind, file.name, **{"said": SAID, **more}))


def opened_draft(desk: Desk, file: Path, kind: str = "grids", **more: Any) -> Draft:
    return check(desk, sent(desk, file, kind, **more).id)


def pair(folder: Path, border: float = 1, east: float | None = None) -> Path:
    """Two grids side by side, each two steps high; ``east`` begins the second one elsewhere."""
    start = border if east is None else east
    rows = [
        (square(0, 0, border, 2), {"id": "1", "code": "0001", "name": "甲"}),
        (square(start, 0, 3 - start, 2), {"id": "2", "code": "0002", "name": "乙"}),
    ]
    return geojson(folder / "网格.geojson", rows)


def standing(engine: Engine) -> dict[str, Any]:
    with reading(engine) as connection:
        grids = boundaries.versions(connection, GRID, on=date(2026, 12, 1))
    return dict(zip(grids["code"], grids.geometry, strict=True))


def verdicts(engine: Engine, draft: Draft) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return steps.findings_of(connection, draft.id, draft.step or 0)


def frame_of(engine: Engine, draft: Draft) -> Any:
    with reading(engine) as connection:
        return steps.frame_of(connection, draft.id, draft.step or 0)


def test_a_file_becomes_a_draft_a_release_and_a_memory(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    entered = sent(desk, pair(tmp_path), source="planning", by="li")
    assert (entered.state, entered.name, entered.step) == ("reading", "网格.geojson", None)
    draft = check(desk, entered.id)
    assert (draft.state, draft.step, draft.error) == ("open", 0, None)
    assert draft.facts["format"] == "geojson"
    assert draft.facts["extent"] == pytest.approx([104.0, 30.5, 104.003, 30.502])
    answer = publish_draft(desk, draft.id, Issue(note="first", by="li", key="k1"))
    assert (answer["release"], answer["added"]) == (1, 2)
    done = find(engine, draft.id)
    assert (done.state, done.release_number) == ("published", 1)
    with reading(engine) as connection:
        told = releases.describe(connection, 1)
        assert [one.by for one in audit.entries(connection, "release 1")] == ["li"]
    assert (told.note, told.details["draft"], told.details["file"]["name"]) == ("first", draft.id, done.name)
    # The same request is answered again; another one comes too late.
    assert publish_draft(desk, draft.id, Issue(note="first", by="li", key="k1")) == answer
    with pytest.raises(ConflictError, match="was published"):
        publish_draft(desk, draft.id, Issue(base=1))
    again = opened_draft(desk, pair(tmp_path, 2), source="planning", said=Said())
    assert (again.said["crs"], again.facts["remembered"]) == ("EPSG:4326", True)
    assert not opened_draft(desk, pair(tmp_path, 2), source="others", said=Said()).facts["remembered"]


def test_the_layer_that_a_person_chose_is_remembered(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "月报.gpkg"
    for name, columns in (("网格", {"code": ["A"], "name": ["甲"]}), ("草案", {"note": ["乙"]})):
        shape = shapely.geometry.shape(square(0, 0, 1, 1))
        gpd.GeoDataFrame(columns, geometry=[shape], crs=4326).to_file(file, layer=name, driver="GPKG")
    draft = opened_draft(desk, file)
    assert (draft.facts["layer"], [one["name"] for one in draft.facts["layers"]]) == (
        "网格",
        ["网格", "草案"],
    )
    reconsider(desk, draft.id, {"layer": "道路"})
    lost = check(desk, draft.id)
    assert (lost.state, lost.error and lost.error["code"]) == ("choosing", "input-error")
    reconsider(desk, draft.id, {"layer": "草案"})
    chosen = check(desk, draft.id)
    assert (chosen.state, chosen.facts["layer"]) == ("open", "草案")
    publish_draft(desk, draft.id, Issue())
    again = opened_draft(desk, file, said=Said())
    assert (again.facts["layer"], again.facts["remembered"]) == ("草案", True)


def test_an_office_is_asked_for_its_offset_once(desk: Desk, tmp_path: Path) -> None:
    first = csv(tmp_path / "企业.csv", "企业名称,经度,纬度", "甲,104.06,30.6", "乙,104.07,30.61")
    other = csv(tmp_path / "名单.csv", "编号,企业名称,经度,纬度", "1,丙,104.08,30.6")
    draft = opened_draft(desk, first, "enterprises", said=Said())
    assert draft.state == "choosing"
    chosen = next(one["said"] for one in draft.candidates if one["said"]["offset"] == "gcj02")
    reconsider(desk, draft.id, chosen)
    assert check(desk, draft.id).state == "open"
    publish_draft(desk, draft.id, Issue())
    again = opened_draft(desk, other, "enterprises", said=Said())
    assert (again.state, again.said["offset"], again.facts["remembered"]) == ("open", "gcj02", True)
    assert opened_draft(desk, other, "enterprises", said=Said(), source="others").state == "choosing"


def test_the_original_is_kept_before_anything_is_read(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "g.zip"
    file.write_bytes(b"PK\x03\x04 and then nothing of the kind")
    draft = opened_draft(desk, file)
    assert (draft.state, draft.error["code"]) == ("refused", "file-refused")  # type: ignore[index]
    assert originals.place(desk.home, draft.sha256 or "").read_bytes() == file.read_bytes()


def test_a_check_that_was_stopped_or_killed_can_be_begun_again(desk: Desk, tmp_path: Path) -> None:
    draft = sent(desk, pair(tmp_path))

    def stop(fraction: float, message: str) -> None:
        if fraction > 0.3:
            raise Cancelled("Stopped.")

    def kill(fraction: float, message: str) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(Cancelled):
        check(desk, draft.id, stop)
    waiting = find(desk.engine, draft.id)
    assert (waiting.state, waiting.error["code"]) == ("choosing", "cancelled")  # type: ignore[index]
    reconsider(desk, draft.id, {})
    with pytest.raises(KeyboardInterrupt):
        check(desk, draft.id, kill)
    assert (find(desk.engine, draft.id).state, find(desk.engine, draft.id).steps) == ("reading", ())
    assert check(desk, draft.id).state == "open"


def test_what_a_person_says_while_a_file_is_read_counts(desk: Desk, tmp_path: Path) -> None:
    draft = sent(desk, pair(tmp_path))

    def say(fraction: float, message: str) -> None:
        if find(desk.engine, draft.id).source == "main":
            reconsider(desk, draft.id, {"crs": "EPSG:4490", "source": "planning"})

    late = check(desk, draft.id, say)
    assert (late.state, late.said["crs"], late.source, late.steps) == ("reading", "EPSG:4490", "planning", ())
    done = check(desk, draft.id)
    assert (done.state, done.said["crs"], len(done.steps)) == ("open", "EPSG:4490", 1)


def test_a_stop_that_comes_after_other_words_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    draft = sent(desk, pair(tmp_path))

    def stop(fraction: float, message: str) -> None:
        reconsider(desk, draft.id, {"crs": "EPSG:4490"})
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        check(desk, draft.id, stop)
    assert find(desk.engine, draft.id).state == "reading"
    assert check(desk, draft.id).said["crs"] == "EPSG:4490"


def test_a_check_that_is_begun_again_takes_no_step_away(desk: Desk, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path, east=0.999997))
    mended = mend_draft(desk, draft.id, Choice())
    assert (mended.step, check(desk, draft.id).step) == (1, 1)


def test_a_draft_that_nobody_will_read_waits_for_a_person(desk: Desk, tmp_path: Path) -> None:
    draft = sent(desk, pair(tmp_path))

    def told() -> tuple[str, str | None]:
        found = bulletin.describe(desk.engine, draft.id)
        assert bulletin.listed(desk.engine)[0] == found
        return found["state"], found["error"] and found["error"]["code"]

    assert told() == ("choosing", "cancelled"), "the service ended before the job was entered"
    with writing(desk.engine) as connection:
        job = jobs.enter(connection, "check-draft", bulletin.subject(draft.id), {}, by="li")
    assert told() == ("reading", None)
    with writing(desk.engine) as connection:
        jobs.stop(connection, job.id)
    assert told() == ("choosing", "cancelled")
    with writing(desk.engine) as connection:
        lost = {"code": "interrupted", "message": "The service ended.", "details": {}}
        jobs.change(connection, jobs.job.c.id == job.id, state="failed", error=lost)
    assert told() == ("choosing", "interrupted")
    check(desk, draft.id)
    assert told() == ("open", None)


def test_a_file_comes_from_the_office_that_sent_the_last_of_its_kind(
    desk: Desk, engine: Engine, tmp_path: Path
) -> None:
    file = pair(tmp_path)
    assert sent(desk, file).source == "main"
    load_file(engine, ZONE, file, "grids", options=LoadOptions(source="规划局"))
    assert sent(desk, file).source == "规划局"
    assert sent(desk, file, source="other").source == "other"
    assert sent(desk, file, "parks").source == "main"


def test_what_only_a_person_can_know_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    file = csv(tmp_path / "企业.csv", "编号,片,职工人数", "1,甲,3", "2,乙,5")
    draft = opened_draft(desk, file, "enterprises")
    assert (draft.state, draft.error["code"]) == ("choosing", "missing-column")  # type: ignore[index]
    assert [one["header"] for one in draft.facts["fields"]] == ["编号", "片", "职工人数"]
    said = reconsider(desk, draft.id, {"fields": {"name": "片"}, "source": "tax"})
    assert (said.state, said.source, said.error) == ("reading", "tax", None)
    opened_now = check(desk, draft.id)
    assert opened_now.state == "open", opened_now.error
    assert frame_of(desk.engine, opened_now)["name"].tolist() == ["甲", "乙"]
    answer = publish_draft(desk, draft.id, Issue())
    assert (answer["release"], answer["added"]) == (None, 2)


def test_a_candidate_that_a_person_takes_is_asked_for_no_more(desk: Desk, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path), said=Said())
    assert draft.state == "choosing"
    assert json.loads(draft.candidates[0]["outline"])["type"] == "Polygon"
    reconsider(desk, draft.id, draft.candidates[0]["said"])
    assert check(desk, draft.id).state == "open"


def test_an_overlap_is_mended_undone_and_mended_again(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path, 2, east=1.999997))
    assert "overlap" in {one["code"] for one in verdicts(engine, draft)}
    with pytest.raises(InputError, match="overlap 1"):
        publish_draft(desk, draft.id, Issue())
    preview = preview_mending(desk, draft.id, Choice(step=0))
    assert (preview.step, len(find(engine, draft.id).steps)) == (0, 1)
    revision = mend_draft(desk, draft.id, Choice(step=0, by="li"))
    assert revision.step == 1
    assert len(revision.remedy.moves) == len(preview.remedy.moves) > 0
    assert not [one for one in revision.verdicts if one["severity"] == "error"]
    assert turn(desk, draft.id, -1).step == 0
    with pytest.raises(ConflictError, match="nothing to undo"):
        turn(desk, draft.id, -1)
    assert turn(desk, draft.id, 1).step == 1
    with pytest.raises(ConflictError, match="nothing to redo"):
        turn(desk, draft.id, 1)
    # Mending what is mended makes no step.
    assert mend_draft(desk, draft.id, Choice()).step == 1
    publish_draft(desk, draft.id, Issue(by="li"))
    shapes = list(standing(engine).values())
    assert shapely.coverage_is_valid(shapes)
    with reading(engine) as connection:
        (step,) = releases.describe(connection, 1).details["steps"]
    assert (step["action"], step["by"], step["fixes"]) == ("mend", "li", ["all"])


def test_a_wide_overlap_is_mended_by_a_person_alone(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path, 2, east=1.5))
    assert mend_draft(desk, draft.id, Choice()).step == 0
    number = next(n for n, one in enumerate(verdicts(engine, draft)) if one["code"] == "overlap")
    assert mend_draft(desk, draft.id, Choice(findings=(number,), step=0)).step == 1
    for wrong in (Choice(findings=(99,)), Choice(fixes=("everything",))):
        with pytest.raises(InputError):
            mend_draft(desk, draft.id, wrong)


def test_an_error_can_be_published_by_name(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path, 2, east=1.5))
    publish_draft(desk, draft.id, Issue(accept=("overlap",)))
    with reading(engine) as connection:
        assert releases.describe(connection, 1).details["accepted"] == ["overlap"]


def test_known_addresses_in_a_zip_come_through_the_desk(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    rows = "标准地址,经度,纬度\n天府大道1700号,104.07,30.55\n,104.05,30.53\n软件园,104.06,30.54\n"
    with zipfile.ZipFile(tmp_path / "地址.zip", "w") as archive:
        archive.writestr("交付/标准地址.csv", rows)
        archive.writestr("说明.txt", "x")
    draft = opened_draft(desk, tmp_path / "地址.zip", "addresses", source="police")
    assert (draft.state, draft.facts["format"], draft.facts["entry"]) == ("open", "csv", "交付/标准地址.csv")
    errors = [one for one in verdicts(engine, draft) if one["severity"] == "error"]
    assert [(one["code"], one["grids"]) for one in errors] == [("address-missing", ["row 2"])]
    with pytest.raises(InputError, match="address-missing 1"):
        publish_draft(desk, draft.id, Issue())
    answer = publish_draft(desk, draft.id, Issue(accept=["address-missing"]))
    assert (answer["added"], answer["release"]) == (2, None)
    with reading(engine) as connection:
        known = geocodes.known(connection)
    assert sorted(known["text"]) == ["天府大道1700号", "软件园"]


def test_two_people_at_one_draft(desk: Desk, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path))
    draw_draft(desk, draft.id, [Name(1, {"name": "新"})], step=0, by="li")
    with pytest.raises(ConflictError, match="at step 1 by now, made by li"):
        draw_draft(desk, draft.id, [Name(1, {"name": "旧"})], step=0, by="wang")
    with pytest.raises(ConflictError, match="at step 1 by now"):
        publish_draft(desk, draft.id, Issue(step=0))


def test_two_publishers_on_one_base(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    first, second = (opened_draft(desk, pair(tmp_path, border)) for border in (1, 2))
    publish_draft(desk, first.id, Issue(by="li"))
    with pytest.raises(ConflictError, match="by li"):
        publish_draft(desk, second.id, Issue(by="wang"))
    assert find(engine, second.id).state == "open"
    assert publish_draft(desk, second.id, Issue(base=1))["release"] == 2


def test_a_drawing_begins_with_what_stands(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="No grid"):
        sketch(desk)
    load_file(engine, ZONE, pair(tmp_path), "grids")
    points = [(point(x + 0.5, 0.5), {"id": f"e{x}", "name": f"e{x}"}) for x in range(3)]
    load_file(engine, ZONE, geojson(tmp_path / "e.geojson", points), "enterprises")
    draft = sketch(desk, by="li")
    assert (draft.state, draft.step, draft.base_number, draft.sha256) == ("open", 0, 1, None)
    frame = frame_of(engine, draft)
    assert frame["code"].tolist() == ["0001", "0002"]
    before = {code: shape.wkb for code, shape in standing(engine).items()}
    assert {c: s.wkb for c, s in zip(frame["code"], frame.geometry, strict=True)} == before
    with pytest.raises(InputError, match="a drawing"):
        reconsider(desk, draft.id, {"crs": "EPSG:4544"})
    moved = shapely.geometry.shape(square(0, 0, 2, 2))
    draw_draft(desk, draft.id, [Reshape(1, moved)], step=0)
    answer = publish_draft(desk, draft.id, Issue(note="border"))
    assert (answer["release"], answer["updated"]) == (2, 2)
    assert answer["reassigned"] > 0
    after = standing(engine)
    assert after["0001"].equals(moved)
    assert shapely.coverage_is_valid(list(after.values()))


def test_a_grid_that_is_merged_away_is_retired(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    load_file(engine, ZONE, pair(tmp_path), "grids")
    draft = sketch(desk)
    whole = standing(engine)
    cut = shapely.LineString([(104.0, 30.501), (104.0011, 30.501)])
    draw_draft(desk, draft.id, [Split(1, cut)])
    drawn = draw_draft(desk, draft.id, [Merge((1, 2)), Name(3, {"code": "0009", "name": "新"})])
    assert drawn.remedy.frame["code"].tolist() == ["0001", "0009"]
    answer = publish_draft(desk, draft.id, Issue())
    assert (answer["retired"], answer["added"], answer["updated"]) == (["0002"], 1, 1)
    after = standing(engine)
    assert sorted(after) == ["0001", "0009"]
    ground = [shapely.union_all(list(shapes.values())) for shapes in (whole, after)]
    assert shapely.area(shapely.symmetric_difference(*ground)) < 1e-15


def test_drawing_on_a_file(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path))
    wide = shapely.geometry.shape(square(3, 0, 1, 2))
    revision = draw_draft(desk, draft.id, [Add(wide, {"code": "0003"}), Remove(1)])
    assert revision.remedy.frame.index.tolist() == [2, 3]
    with pytest.raises(InputError, match="no row 1"):
        draw_draft(desk, draft.id, [Remove(1)])
    assert publish_draft(desk, draft.id, Issue())["added"] == 2
    assert sorted(standing(engine)) == ["0002", "0003"]


def test_drafts_end(desk: Desk, engine: Engine, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path))
    discard(desk, draft.id)
    for change in (
        lambda: check(desk, draft.id),
        lambda: reconsider(desk, draft.id, {"crs": "EPSG:4544"}),
        lambda: mend_draft(desk, draft.id, Choice()),
        lambda: publish_draft(desk, draft.id, Issue()),
    ):
        with pytest.raises(ConflictError, match="was discarded"):
            change()
    assert originals.place(desk.home, draft.sha256 or "").is_file()
    with reading(engine) as connection:
        assert drafts.listed(connection) == []


def test_a_draft_of_no_kind_or_level_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no kind of file"):
        sent(desk, pair(tmp_path), "maps")
    with pytest.raises(ProfileError, match="no level"):
        sent(desk, pair(tmp_path), level="deep")
    with pytest.raises(NotFound, match="no draft 7"):
        check(desk, 7)
    file = geojson(tmp_path / "e.geojson", [(point(1, 1), {"name": "e"})])
    enterprises = opened_draft(desk, file, "enterprises")
    with pytest.raises(InputError, match="no borders"):
        mend_draft(desk, enterprises.id, Choice())


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("grids.zip", "grids", {"level": "grid"}),
        ("parks.geojson", "parks", {}),
        ("micro_grids.zip", "grids", {"level": "micro"}),
        ("general_grids.zip", "general-grids", {}),
        ("streets.gpkg", "streets", {}),
        ("base.geojson", "base", {}),
        ("stations.xlsx", "stations", {}),
        ("enterprises.xlsx", "enterprises", {}),
        ("organisations.xlsx", "organisations", {}),
    ],
)
def test_what_stands_sent_again_changes_nothing(
    small_url: str, tmp_path: Path, name: str, kind: str, options: dict[str, str]
) -> None:
    with cloned(small_url) as url, opened(url) as engine:
        desk = Desk(engine, load_profile("demo"), tmp_path / "home")
        draft = opened_draft(desk, SMALL / name, kind, said=SAID, **options)
        assert draft.state == "open", draft.error
        errors = {one["code"] for one in verdicts(engine, draft) if one["severity"] == "error"}
        answer = publish_draft(desk, draft.id, Issue(accept=tuple(errors)))
        assert (answer["added"], answer["updated"], answer["retired"]) == (0, 0, [])
        assert answer["release"] in (None, draft.base_number)
        assert load_file(engine, desk.profile, SMALL / name, kind, options=LoadOptions(**options)).ok
