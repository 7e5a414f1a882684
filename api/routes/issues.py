"""A draft compared with what stands, and published."""

import uuid
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth import Role, User, require, uploader
from api.examples import issued
from api.jobs.drafts import PUBLISH
from api.work import DeskDep, asked, result_response
from geo.workflows import drafting

router = APIRouter(tags=["drafts"], dependencies=[uploader])

PUBLISHING_S = 2.0

DraftId = Annotated[int, Path(alias="id", description="The draft's number.", examples=[12])]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Chosen by the client; a request that is sent again under it is carried out once.",
    ),
]


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


@router.post("/drafts/{id}/publish", summary="Publish a draft", status_code=201, responses=issued())
def post_publish(
    desk: DeskDep,
    user: Annotated[User, Depends(require(Role.GIS_STAFF))],
    draft_id: DraftId,
    terms: Terms,
    key: Key = None,
) -> Response:
    """Publish the step that counts as the next release, or load it where it holds no boundaries.

    Errors that are left and not accepted stop it. The status is 201 where it was done within two seconds,
    and 202 while the job goes on.
    """
    drafting.find(desk.engine, draft_id)
    arguments = terms.model_dump(mode="json") | {"key": key or f"draft-{draft_id}-{uuid.uuid4()}"}
    job = asked(desk.engine, PUBLISH, draft_id, arguments, by=user.name, seconds=PUBLISHING_S)
    return result_response(job, 201)
