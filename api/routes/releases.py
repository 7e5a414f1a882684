"""Releases: what was published, by whom; and the way back to an older one."""

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Request, Response
from pydantic import BaseModel, Field

from api.answers import JSON, answer, json_bytes
from api.auth import Role, User, reader, require, uploader
from api.deps import ResidentDep
from api.examples import described, published
from api.questions import IdempotencyKey, PageNumber
from geo.workflows.publication import chronicle, restoring
from geo.workflows.publication.report import Terms

router = APIRouter(tags=["releases"])

Number = Annotated[int, Path(description="The release's number.", examples=[12])]


class Wish(BaseModel):
    """A wish to go back to an older release."""

    base: int = Field(description="The release that is current to the knowledge of whoever asks.")
    note: str = Field("", max_length=2000, description="Why.")


@router.get(
    "/releases",
    summary="The releases, the newest first",
    responses=described("releases.json"),
    dependencies=[reader],
)
def get_releases(request: Request, resident: ResidentDep, page: PageNumber = 1) -> Response:
    """Return one page: what each release is, since when it holds, who published it, and what it changed."""
    stamp = resident.stamp()
    return answer(request, stamp, lambda: json_bytes(chronicle.listed(resident.engine, page=page)))


@router.get(
    "/releases/{number}", summary="One release", responses=described("release.json"), dependencies=[reader]
)
def get_release(number: Number, request: Request, resident: ResidentDep) -> Response:
    """Return a release with what was mended and retired, and which grids came out of which."""
    stamp = resident.stamp()
    return answer(request, stamp, lambda: json_bytes(chronicle.describe(resident.engine, number)))


@router.post(
    "/releases/{number}/restore",
    summary="Roll back to a release",
    status_code=201,
    responses=published("restored.json"),
    dependencies=[uploader],
)
def post_restore(
    number: Number,
    wish: Wish,
    resident: ResidentDep,
    later: BackgroundTasks,
    user: Annotated[User, Depends(require(Role.GIS_STAFF))],
    key: IdempotencyKey = None,
) -> Response:
    """Publish an older release as the next one: parks, grids, chiefs and assignments are as they were then.

    The releases in between stay as they were, and the roll-back can be taken back likewise.
    """
    terms = Terms(base=wish.base, by=user.name, note=wish.note)
    made = restoring.restore(resident.engine, resident.profile, number, terms=terms, key=key)
    later.add_task(resident.warm)
    return Response(json_bytes(made), 201, media_type=JSON)
