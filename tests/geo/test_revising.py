"""Drafts revised: mended, drawn on, undone and done again, by one person or two."""

from pathlib import Path

import pytest
import shapely
from districts import geojson, point, square
from drawn_drafts import ZONE, frame_of, opened_draft, pair, standing, verdicts
from sqlalchemy import Engine

from geo.errors import ConflictError, InputError, NotFound
from geo.redrawing.strokes import Add, Merge, Name, Remove, Reshape, Split
from geo.store import releases
from geo.store.engine import reading
from geo.workflows.drafts.drafting import Desk, find, reconsider
from geo.workflows.drafts.issuing import Issue, publish_draft
from geo.workflows.drafts.remedies import Choice
from geo.workflows.drafts.revising import draw_draft, mend_draft, preview_mending, turn
from geo.workflows.drafts.sketching import sketch
from geo.workflows.publication.loading import load_file

pytestmark = pytest.mark.usefixtures("quick_reading")


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


def test_two_people_at_one_draft(desk: Desk, tmp_path: Path) -> None:
    draft = opened_draft(desk, pair(tmp_path))
    draw_draft(desk, draft.id, [Name(1, {"name": "新"})], step=0, by="li")
    with pytest.raises(ConflictError, match="at step 1 by now, made by li"):
        draw_draft(desk, draft.id, [Name(1, {"name": "旧"})], step=0, by="wang")
    with pytest.raises(ConflictError, match="at step 1 by now"):
        publish_draft(desk, draft.id, Issue(step=0))


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
