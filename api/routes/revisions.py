"""What is wrong with a draft, and the steps that a person adds to it: mending and drawing."""

import tempfile
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GEOJSON, JSON, answer, json_bytes
from api.auth import Role, User, require, uploader
from api.deps import EngineDep
from api.examples import described, given, revised
from api.strokes import Drawing
from api.work import DeskDep, draft_response
from geo.workflows.drafts import bulletin
from geo.workflows.drafts.remedies import ALL, Choice
from geo.workflows.drafts.revising import Revision, draw_draft, mend_draft, preview_mending, turn
from geo.workflows.drafts.verdicts import counted
from geo.write.findings import write_findings
from geo.write.form import MEDIA

router = APIRouter(tags=["drafts"], dependencies=[uploader])

DraftId = Annotated[int, Path(alias="id", description="The draft's number.", examples=[12])]
Staff = Annotated[User, Depends(require(Role.GIS_STAFF))]
StepNumber = Annotated[int | None, Query(ge=0, description="The step; by default the one that counts.")]


class Mending(BaseModel):
    """What is to be mended: by fix, or single findings that a person has looked at."""

    model_config = ConfigDict(extra="forbid")

    fixes: list[str] = Field([ALL], max_length=20, description="“all”, or names of fixes.")
    findings: list[int] | None = Field(None, max_length=100_000, description="Ids of findings, instead.")
    step: int | None = Field(None, ge=0, description="The step on which they were seen.")

    def choice(self, user: User) -> Choice:
        """Return what was chosen, and by whom."""
        chosen = None if self.findings is None else tuple(self.findings)
        return Choice(tuple(self.fixes), chosen, self.step, user.name)


class Seen(BaseModel):
    """The step that a person saw."""

    model_config = ConfigDict(extra="forbid")

    step: int | None = Field(None, ge=0, description="The step that counted then.")


@router.get(
    "/drafts/{id}/findings", summary="What is wrong with a draft", responses=described("findings.json")
)
def get_findings(request: Request, engine: EngineDep, draft_id: DraftId) -> Response:
    """Return the findings on the step that counts; their ids hold for that step."""
    key = bulletin.version(engine, draft_id)
    return answer(request, ("findings", *key), lambda: json_bytes(bulletin.findings(engine, *key[:2])))


@router.get(
    "/drafts/{id}/findings.{format}",
    summary="The findings as a file",
    response_class=Response,
    responses=given(),
)
def get_findings_file(
    request: Request,
    engine: EngineDep,
    draft_id: DraftId,
    ending: Annotated[
        Literal["geojson", "csv", "xlsx", "gpkg"], Path(alias="format", description="Its ending.")
    ],
) -> Response:
    """Return the findings as a table, or as a layer of the places to look at."""
    key = bulletin.version(engine, draft_id)

    def build() -> bytes:
        with tempfile.TemporaryDirectory(prefix="gridcircle-findings-") as folder:
            path = FilePath(folder) / f"findings.{ending}"
            write_findings(bulletin.findings_of(engine, *key[:2]), path, ending)
            return path.read_bytes()

    found = answer(request, ("file", *key), build, MEDIA[ending])
    found.headers["Content-Disposition"] = f'attachment; filename="findings-{draft_id}.{ending}"'
    return found


@router.get(
    "/drafts/{id}/features.geojson",
    summary="The layer of a draft",
    response_class=Response,
    responses=described("features.geojson"),
)
def get_features(request: Request, engine: EngineDep, draft_id: DraftId, step: StepNumber = None) -> Response:
    """Return the rows of a step, and what became of each since the file was read."""
    key = bulletin.version(engine, draft_id, step)
    return answer(request, key, lambda: bulletin.layer(engine, draft_id, key[1]), GEOJSON)


@router.get(
    "/drafts/{id}/moves.geojson",
    summary="What ground a mending would move",
    response_class=Response,
    responses=described("moves.geojson"),
)
def get_moves(
    request: Request,
    desk: DeskDep,
    user: Staff,
    draft_id: DraftId,
    choice: Annotated[Mending, Query()],
) -> Response:
    """Return the ground that would change hands, grid by grid: gained or lost."""
    key = ("moves", *bulletin.version(desk.engine, draft_id), choice.model_dump_json())
    return answer(
        request,
        key,
        lambda: bulletin.ground(preview_mending(desk, draft_id, choice.choice(user)).remedy.moved),
        GEOJSON,
    )


@router.post("/drafts/{id}/mend", summary="Mend a draft", responses=revised("mending.json"))
def post_mend(
    desk: DeskDep,
    user: Staff,
    draft_id: DraftId,
    mending: Annotated[Mending | None, Body()] = None,
    preview: Annotated[bool, Query(description="Whether to say only what would move.")] = False,  # noqa: FBT002
) -> Response:
    """Mend what was agreed to and look at the result again; a step is added where anything moved."""
    choice = (mending or Mending.model_validate({})).choice(user)
    made = preview_mending(desk, draft_id, choice) if preview else mend_draft(desk, draft_id, choice)
    return Response(json_bytes(_moves(made)), media_type=JSON)


@router.post("/drafts/{id}/draw", summary="Draw on a draft", responses=revised("draft.json"))
def post_draw(desk: DeskDep, user: Staff, draft_id: DraftId, drawing: Drawing) -> Response:
    """Carry out what was drawn, in order, and look at the result again; neighbours follow a shared border."""
    draw_draft(desk, draft_id, drawing.strokes(), step=drawing.step, by=user.name)
    return draft_response(desk.engine, draft_id)


@router.post("/drafts/{id}/undo", summary="Undo a step", responses=revised("draft.json"))
def post_undo(desk: DeskDep, draft_id: DraftId, seen: Annotated[Seen | None, Body()] = None) -> Response:
    """Let the step before count."""
    turn(desk, draft_id, -1, seen=seen.step if seen else None)
    return draft_response(desk.engine, draft_id)


@router.post("/drafts/{id}/redo", summary="Redo a step", responses=revised("draft.json"))
def post_redo(desk: DeskDep, draft_id: DraftId, seen: Annotated[Seen | None, Body()] = None) -> Response:
    """Let the step that was undone count again."""
    turn(desk, draft_id, 1, seen=seen.step if seen else None)
    return draft_response(desk.engine, draft_id)


def _moves(made: Revision) -> dict[str, Any]:
    moves = made.remedy.moves
    areas = [round(float(area), 6) for area in moves["area_moved_m2"]]
    rows = zip(moves.index.tolist(), moves["grid"].tolist(), areas, strict=True)
    return {
        "moves": [{"row": int(row), "grid": grid, "area_moved_m2": area} for row, grid, area in rows],
        "area_moved_m2": round(sum(areas), 6),
        "left": len(made.verdicts),
        "counts": counted(made.verdicts),
        "step": made.step,
    }
