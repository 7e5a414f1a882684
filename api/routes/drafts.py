"""Drafts: files that were sent, looked at, and what a person says of them."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Path, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.answers import JSON, json_bytes
from api.auth import Role, User, require, uploader
from api.deps import EngineDep
from api.examples import checked, described, sketched
from api.jobs.drafts import CHECK
from api.work import DeskDep, asked, checked_response, draft_response
from geo.frames import Said
from geo.workflows.drafts import bulletin, drafting
from geo.workflows.drafts.drafting import Sent
from geo.workflows.drafts.sketching import sketch

router = APIRouter(tags=["drafts"], dependencies=[uploader])

DraftId = Annotated[int, Path(alias="id", description="The draft's number.", examples=[12])]
Staff = Annotated[User, Depends(require(Role.GIS_STAFF))]
Words = Annotated[str | None, Form(max_length=200)]
Text = Annotated[str | None, Field(max_length=200)]


class Telling(BaseModel):
    """What a person says of a file; null takes a word back, what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    crs: str | None = Field(None, max_length=4000, description="By its EPSG code, or WKT.")
    encoding: Text = None
    layer: Text = Field(None, description="The layer or sheet to read.")
    offset: Literal["gcj02", "bd09"] | None = None
    axes: Literal["swapped"] | None = None
    fields: dict[str, str | None] | None = Field(None, description="Our column → the file's header.")
    level: Text = None
    basis: Text = None
    source: Text = None


class Wish(BaseModel):
    """What is to be drawn on."""

    kind: Literal["grids"] = "grids"
    basis: Text = None
    level: Text = None
    source: Text = Field(None, description="The office; by default that with the most grids.")


def get_place(
    source: Words = None, basis: Words = None, level: Words = None
) -> tuple[str | None, str | None, str | None]:
    """Return the office, the basis and the level that the form says."""
    return source or None, basis or None, level or None


@dataclass(frozen=True)
class Upload:
    """A file, and what came with it."""

    file: UploadFile
    sent: Sent


def get_said(crs: Words = None, encoding: Words = None, layer: Words = None) -> Said:
    """Return how the form says that the file is to be read."""
    return Said(crs=crs or None, encoding=encoding or None, layer=layer or None)


def get_upload(
    user: Staff,
    said: Annotated[Said, Depends(get_said)],
    file: Annotated[UploadFile, File(description="GeoJSON, CSV, Excel, Shapefile or another format.")],
    kind: Annotated[str, Form(description="What the rows are.", examples=["grids"])],
    place: Annotated[tuple[str | None, str | None, str | None], Depends(get_place)],
) -> Upload:
    """Return the file and what the form says about it."""
    source, basis, level = place
    name = file.filename or "file"
    return Upload(file, Sent(kind, name, source=source, basis=basis, level=level, said=said, by=user.name))


@router.post("/drafts", summary="Send a file", status_code=201, responses=checked())
def post_draft(desk: DeskDep, upload: Annotated[Upload, Depends(get_upload)]) -> Response:
    """Keep a file and look at it; nothing is loaded.

    The status is 201 where the looking was done within a moment, and 202 while the job goes on.
    """
    draft = drafting.receive(desk, upload.file.file, upload.sent)
    job = asked(desk.engine, CHECK, draft.id, {}, by=upload.sent.by)
    return checked_response(desk.engine, draft.id, job, 201)


@router.post("/drafts/drawn", summary="Begin a drawing", status_code=201, responses=sketched())
def post_drawn(desk: DeskDep, user: Staff, wish: Wish) -> Response:
    """Make a draft of the grids of a level as they stand today, to be drawn on."""
    draft = sketch(desk, basis=wish.basis, level=wish.level, source=wish.source, by=user.name)
    return draft_response(desk.engine, draft.id, 201)


@router.get("/drafts", summary="The drafts on the desk", responses=described("drafts.json"))
def get_drafts(engine: EngineDep) -> Response:
    """Return the drafts that are neither published nor discarded, the newest first."""
    told = {"drafts": bulletin.listed(engine)}
    return Response(json_bytes(told), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get("/drafts/{id}", summary="One draft", responses=described("draft.json"))
def get_draft(engine: EngineDep, draft_id: DraftId) -> Response:
    """Return what its file is, how it was read, its steps, how many findings it has, and its last job."""
    return draft_response(engine, draft_id)


@router.patch("/drafts/{id}", summary="Say how a file is to be read", responses=checked(200))
def patch_draft(desk: DeskDep, user: Staff, draft_id: DraftId, telling: Telling) -> Response:
    """Take down what a person says, and look at the file again; what was mended or drawn goes.

    The status is 200 where the looking was done within a moment, and 202 while the job goes on.
    """
    words: dict[str, Any] = telling.model_dump(exclude_unset=True)
    drafting.reconsider(desk, draft_id, words)
    job = asked(desk.engine, CHECK, draft_id, {}, by=user.name)
    return checked_response(desk.engine, draft_id, job, 200)


@router.delete("/drafts/{id}", summary="Put a draft away", responses=described("draft.json"))
def delete_draft(desk: DeskDep, draft_id: DraftId) -> Response:
    """Take a draft off the desk; its file is kept, with what was done to it."""
    drafting.discard(desk, draft_id)
    return draft_response(desk.engine, draft_id)


@router.get(
    "/drafts/{id}/candidates/{key}.geojson",
    summary="Where a file would land",
    response_class=Response,
    responses=described("candidate.geojson"),
)
def get_candidate(
    engine: EngineDep,
    draft_id: DraftId,
    key: Annotated[str, Path(description="Of the candidate.", examples=["4544"], max_length=100)],
) -> Response:
    """Return the outline of the layer, read as a candidate would have it."""
    body = bulletin.candidate(engine, draft_id, key)
    return Response(body, media_type="application/geo+json", headers={"Cache-Control": "no-store"})
