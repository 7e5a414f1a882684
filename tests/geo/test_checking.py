"""The check of a file that was sent: what it is asked, what is remembered, and stopped or killed halfway."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from districts import csv, square
from drawn_drafts import ZONE, frame_of, opened_draft, pair, sent
from sqlalchemy import Engine

from geo.errors import Cancelled
from geo.frames import Said
from geo.store import jobs
from geo.store.engine import writing
from geo.workflows.drafts import bulletin
from geo.workflows.drafts.checking import check
from geo.workflows.drafts.drafting import Desk, find, reconsider
from geo.workflows.drafts.issuing import Issue, publish_draft
from geo.workflows.drafts.remedies import Choice
from geo.workflows.drafts.revising import mend_draft
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions

pytestmark = pytest.mark.usefixtures("quick_reading")


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
