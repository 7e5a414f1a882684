"""Siting: where the next stations should stand, and which to give which function."""

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.answers import JSON, json_bytes
from api.auth import Role, User, reader, require
from api.examples import described, kept, proposed
from api.inquiry import InquiryDep
from api.jobs.queue import submit
from api.jobs.siting import SITE, SUBJECT, told_of
from api.questions import QuestionDep
from geo.read.door import read_file
from geo.read.sandbox.limits import WEB
from geo.workflows.plan.candidates import MOST_CANDIDATES, candidates_of
from geo.workflows.plan.equipping import MOST, equip
from geo.workflows.plan.proposals import describe
from geo.workflows.plan.siting import MOST_SITES, answer_at_once, places_of, prepare, wish_of

router = APIRouter(tags=["siting"], dependencies=[reader])


MOST_REFUSED = 200
Words = Annotated[str | None, Form(max_length=200)]


class Place(BaseModel):
    """A place where a station could be."""

    model_config = ConfigDict(extra="forbid")

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    name: str | None = Field(None, max_length=200)
    cost: float = Field(1.0, ge=0, allow_inf_nan=False)
    capacity: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="How many workers it can serve; none for any."
    )


class Wish(BaseModel):
    """What is wished for."""

    model_config = ConfigDict(extra="forbid")

    most: int = Field(10, ge=1, le=MOST_SITES, description="How many sites.")
    objective: Literal["workers", "walking"] = Field(
        "workers",
        description="The most workers within reach, or the most minutes spared for the tenth that walks "
        "furthest; of enterprises where no head count is known, as `unit` says.",
    )
    budget: float | None = Field(None, ge=0, allow_inf_nan=False, description="What they may cost together.")
    candidates: list[Place] = Field(
        default_factory=list,
        max_length=MOST_CANDIDATES,
        description="The places; without them H3 cells around the demand that is out of reach.",
    )
    resolution: int | None = Field(None, ge=5, le=11, description="Of the cells.")
    gap: float = Field(0.0, ge=0, lt=1, description="The share by which an exact answer may miss the best.")
    seconds: float = Field(60.0, gt=0, le=600, description="How long an exact answer is searched for.")
    exact: bool = Field(default=False, description="Whether to begin the search for an exact answer as well.")


@router.post("/siting", summary="Where the next stations should stand", responses=proposed())
def post_siting(
    inquiry: InquiryDep,
    question: QuestionDep,
    user: Annotated[User, Depends(require(Role.PLANNER, Role.GIS_STAFF))],
    wish: Wish,
) -> Response:
    """Return the greedy answer at once, with the reasons for each site; the stations that stand stay.

    What `value` and `reached` count is said by `unit`. Where no head count is known they count enterprises,
    and `workers` is null.

    With `exact` a job searches on. Its message is the best value so far, what no choice goes beyond (or -),
    and the numbers of the sites among `places`; its result is an answer of the same form.
    """
    said = wish.model_dump(exclude={"exact"})
    search = prepare(inquiry.resident, inquiry.stamp, question, wish_of(said))
    told: dict[str, Any] = {"answer": describe(search, answer_at_once(search), method="greedy"), "job": None}
    if wish.exact:
        when = {"release": inquiry.stamp.release, "on": inquiry.stamp.on.isoformat()}
        given = {"question": told_of(question), "wish": said, **when}
        job = submit(inquiry.resident.engine, SITE, SUBJECT, given, user.name)
        told |= {"job": job.to_dict()}
    told["places"] = places_of(search) if wish.exact else []
    return Response(json_bytes(told), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.post(
    "/siting/candidates",
    summary="Candidates from a file",
    responses=kept("site_candidates.json", 200),
    dependencies=[Depends(require(Role.PLANNER, Role.GIS_STAFF))],
)
def post_candidates(
    file: Annotated[UploadFile, File(description="Points with name, cost, capacity: CSV, Excel, GeoJSON.")],
    crs: Words = None,
    encoding: Words = None,
) -> Response:
    """Read places from a file, such as vacant rooms, for the `candidates` of a wish; nothing is kept.

    The file goes through the door for strangers' files; rows that cannot be taken are listed.
    """
    with tempfile.TemporaryDirectory(prefix="gridcircle-candidates-") as folder:
        path = Path(folder) / f"candidates{Path(file.filename or '').suffix.lower()[:12]}"
        with path.open("wb") as target:
            shutil.copyfileobj(file.file, target)
        reading = read_file(path, "candidates", crs=crs or None, encoding=encoding or None, limits=WEB)
    places, refused = candidates_of(reading)
    told = {
        "candidates": [asdict(place) for place in places[:MOST_CANDIDATES]],
        "total": len(places),
        "most": MOST_CANDIDATES,
        "refused": [asdict(one) for one in refused[:MOST_REFUSED]],
        "refused_total": len(refused),
    }
    return Response(json_bytes(told), media_type=JSON, headers={"Cache-Control": "no-store"})


@router.get(
    "/siting/functions", summary="Which station to give which function", responses=described("equipping.json")
)
def get_functions(
    inquiry: InquiryDep,
    question: QuestionDep,
    most: Annotated[int, Query(ge=1, le=MOST, description="How many lines.")] = 10,
) -> Response:
    """Return pairs of a station and a function, each with its gain of `unit` beyond those before it.

    Where no head count is known `unit` is enterprises, and `workers` is null.
    """
    return inquiry.json(lambda: equip(inquiry.resident, inquiry.stamp, question, most=most))
