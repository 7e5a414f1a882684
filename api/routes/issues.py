"""A draft compared with what stands, and published."""

import uuid
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import GEOJSON, answer, json_bytes
from api.auth import Role, User, require, uploader
from api.deps import ResidentDep
from api.examples import compared, described, given, issued
from api.jobs.drafts import COMPARE, PUBLISH
from api.questions import IdempotencyKey, PageNumber
from api.work import DeskDep, asked, result_response
from geo.workflows.drafts import appraisal, drafting
from geo.workflows.drafts.appraisal import Appraisal
from geo.write.form import MEDIA
from maps.titles import ledger_titles

router = APIRouter(tags=["drafts"], dependencies=[uploader])

COMPARING_S = PUBLISHING_S = 2.0

DraftId = Annotated[int, Path(alias="id", description="The draft's number.", examples=[12])]


class Terms(BaseModel):
    """On what terms a draft is published."""

    model_config = ConfigDict(extra="forbid")

    since: date | None = Field(None, description="The first day on which it holds; by default today.")
    base: int | Literal["draft"] | None = Field(
        "draft", description="The release that it was compared with; by default that of the draft."
    )
    note: str = Field("", max_length=2000, description="Why.")
    retire: list[str] = Field([], max_length=10_000, description="Codes of grids that hold no more.")
    accept: list[str] = Field([], max_length=100, description="Codes of findings that are let pass.")
    step: int | None = Field(None, ge=0, description="The step that was seen.")


def get_appraisal(
    resident: ResidentDep,
    draft_id: DraftId,
    since: Annotated[date | None, Query(description="The first day; by default today.")] = None,
    retire: Annotated[
        list[str] | None, Query(description="Codes of grids that would hold no more.", max_length=1000)
    ] = None,
) -> Appraisal:
    """Return the question that an address asks about a draft."""
    return appraisal.appraisal_of(resident, draft_id, since=since, retire=tuple(retire or ()))


AppraisalDep = Annotated[Appraisal, Depends(get_appraisal)]


@router.get(
    "/drafts/{id}/comparison",
    summary="What publishing a draft would change",
    responses=compared("comparison.json"),
)
def get_comparison(
    request: Request,
    desk: DeskDep,
    resident: ResidentDep,
    user: Annotated[User, Depends(require(Role.GIS_STAFF))],
    asked_of: AppraisalDep,
) -> Response:
    """Return the grids that change, who would change hands, each chief's load, and the figures that change.

    The status is 200 where it was done within two seconds, and 202 while the job goes on.
    """
    if not resident.holds(asked_of.key):
        since = asked_of.since and asked_of.since.isoformat()
        arguments = {"since": since, "retire": list(asked_of.retire)}
        job = asked(desk.engine, COMPARE, asked_of.draft, arguments, by=user.name, seconds=COMPARING_S)
        if not resident.holds(asked_of.key):
            return result_response(job, 200)
    return answer(request, asked_of, lambda: json_bytes(appraisal.appraise(resident, asked_of)))


@router.get(
    "/drafts/{id}/comparison.xlsx",
    summary="What publishing a draft would change, as a workbook",
    response_class=Response,
    responses=given(),
)
def get_workbook(
    request: Request,
    resident: ResidentDep,
    asked_of: AppraisalDep,
    lang: Annotated[Literal["zh", "en"], Query(description="Of the headers.")] = "zh",
) -> Response:
    """Return the comparison as an Excel workbook: grids, movers, loads, chiefs, figures."""
    titles = ledger_titles(lang)
    found = answer(request, asked_of, lambda: appraisal.workbook(resident, asked_of, titles), MEDIA["xlsx"])
    found.headers["Content-Disposition"] = f'attachment; filename="comparison-{asked_of.draft}.xlsx"'
    return found


@router.get("/drafts/{id}/moving", summary="Who would change hands", responses=described("moving.json"))
def get_moving(
    request: Request, resident: ResidentDep, asked_of: AppraisalDep, page: PageNumber = 1
) -> Response:
    """Return one page of the enterprises and stations that would get another grid."""
    return answer(request, asked_of, lambda: json_bytes(appraisal.moving_page(resident, asked_of, page)))


@router.get(
    "/drafts/{id}/moving.geojson",
    summary="Who would change hands, for a map",
    response_class=Response,
    responses=described("moving.geojson"),
)
def get_moving_layer(request: Request, resident: ResidentDep, asked_of: AppraisalDep) -> Response:
    """Return the enterprises and stations that would get another grid."""
    return answer(request, asked_of, lambda: appraisal.moving_layer(resident, asked_of), GEOJSON)


@router.get(
    "/drafts/{id}/ground.geojson",
    summary="The ground that would change hands",
    response_class=Response,
    responses=described("ground.geojson"),
)
def get_ground_layer(request: Request, resident: ResidentDep, asked_of: AppraisalDep) -> Response:
    """Return the ground that another grid, or nobody, would have, with who has it today."""
    return answer(request, asked_of, lambda: appraisal.ground_layer(resident, asked_of), GEOJSON)


@router.post("/drafts/{id}/publish", summary="Publish a draft", status_code=201, responses=issued())
def post_publish(
    desk: DeskDep,
    user: Annotated[User, Depends(require(Role.GIS_STAFF))],
    draft_id: DraftId,
    terms: Terms,
    key: IdempotencyKey = None,
) -> Response:
    """Publish the step that counts as the next release, or load it where it holds no boundaries.

    Errors that are left and not accepted stop it. The status is 201 where it was done within two seconds,
    and 202 while the job goes on.
    """
    drafting.find(desk.engine, draft_id)
    arguments = terms.model_dump(mode="json") | {"key": key or f"draft-{draft_id}-{uuid.uuid4()}"}
    job = asked(desk.engine, PUBLISH, draft_id, arguments, by=user.name, seconds=PUBLISHING_S)
    return result_response(job, 201)
