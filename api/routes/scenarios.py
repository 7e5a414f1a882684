"""Scenarios: what if stations were opened, moved, closed or converted."""

import tempfile
from pathlib import Path as File
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import JSON, json_bytes
from api.auth import Role, User, reader, require
from api.deps import EngineDep, ResidentDep
from api.examples import described, given, kept
from api.inquiry import Inquiry, InquiryDep
from api.questions import IdempotencyKey, PageNumber, QuestionDep
from geo.errors import GeoError
from geo.workflows.plan import overflowing, scenarios, sides
from geo.workflows.plan.edits import MOST_EDITS, MOST_SERVED, Draft, Edit
from geo.workflows.plan.whatif import Effect, describe, weigh
from geo.write.form import ENDINGS, MEDIA, Format

router = APIRouter(tags=["scenarios"], dependencies=[reader])

ScenarioId = Annotated[int, Path(alias="id", description="The scenario's number.", examples=[3])]
Planner = Annotated[User, Depends(require(Role.PLANNER, Role.GIS_STAFF))]
SideDep = Annotated[sides.Side, Query(description="Those that gain, or those that lose.")]
Word = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=scenarios.LONGEST_NAME)]


class Said(BaseModel):
    """What is done to one station; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    station: int | None = Field(None, ge=1, lt=2**63, description="The station's id; none for a new one.")
    new: str | None = Field(
        None, min_length=1, max_length=40, description="What a new one goes by, such as n1."
    )
    closed: bool = False
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    name: Word | None = None
    kind: Literal["station", "centre"] | None = None
    functions: list[Word] | None = Field(None, max_length=50, description="All that it offers.")
    opening_hours: Word | None = None
    capacity: int | None = Field(None, ge=0, le=MOST_SERVED, description="How many it can serve.")

    def edit(self) -> Edit:
        """Return the edit that is said."""
        return Edit.from_dict(self.model_dump())


Edits = Annotated[list[Said], Field(max_length=MOST_EDITS)]


Seen = Annotated[
    int | None,
    Field(
        ge=0, lt=2**63, description="`stamp.stations_version` of the effect that its author saw; the last."
    ),
]


class Question(BaseModel):
    """Edits that are asked about and not kept."""

    model_config = ConfigDict(extra="forbid")

    edits: Edits


class New(Question):
    """A scenario to be kept."""

    name: Name
    stations_version: Seen = None


class Changed(BaseModel):
    """What becomes different of a scenario; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    revision: int = Field(description="The revision that is changed, so that nobody else's is lost.")
    name: Name | None = None
    edits: Edits | None = None
    stations_version: Seen = None


class Published(BaseModel):
    """Which revision is published."""

    model_config = ConfigDict(extra="forbid")

    revision: int


@router.post("/scenarios/effect", summary="What edits would bring", responses=described("effect.json"))
def post_effect(inquiry: InquiryDep, question: QuestionDep, asked: Question) -> Response:
    """Count the four denominators before and after, who gains and who loses; nothing is kept.

    Where no head count is known, `workers` is null.
    """
    return _fresh(describe(inquiry.resident, _effect(inquiry, question, asked)))


@router.post(
    "/scenarios/effect/enterprises",
    summary="Who gains or loses by edits",
    responses=described("sides.json"),
)
def post_side(
    inquiry: InquiryDep, question: QuestionDep, side: SideDep, asked: Question, page: PageNumber = 1
) -> Response:
    """Return one page of those that gain or lose, the largest first, with their ways before and after."""
    return _fresh(sides.listed(inquiry.resident, _effect(inquiry, question, asked), side, page=page))


@router.post(
    "/scenarios/effect/overflow",
    summary="Whose demand the nearest station has no room for",
    responses=described("overflow.json"),
)
def post_overflow(
    inquiry: InquiryDep, question: QuestionDep, asked: Question, page: PageNumber = 1
) -> Response:
    """Return one page of who overflows after edits, from which station to which, the largest first.

    `amount` counts `of`; where `station_to` is null no station in reach has room. `pairs` are the sums from
    station to station. Without edits it is so today.
    """
    return _fresh(overflowing.listed(inquiry.resident, _effect(inquiry, question, asked), page=page))


@router.post(
    "/scenarios/effect/export",
    summary="Who gains, loses or overflows by edits, as a file",
    response_class=Response,
    responses=given(),
)
def post_export(
    inquiry: InquiryDep,
    question: QuestionDep,
    asked: Question,
    format_name: Annotated[Format, Query(alias="format", description="Of the file.")] = "xlsx",
    what: Annotated[Literal["sides", "overflow"], Query(description="Who is in it.")] = "sides",
) -> Response:
    """Return both sides, or whose demand overflows, as a download with Chinese headers and words."""
    effect = _effect(inquiry, question, asked)
    name = f"{'what-if' if what == 'sides' else what}{ENDINGS[format_name]}"
    write = sides.write_sides if what == "sides" else overflowing.write_overflow
    with tempfile.TemporaryDirectory(prefix="gridcircle-export-") as folder:
        path = File(folder) / name
        write(inquiry.resident, effect, path, format_name)
        body = path.read_bytes()
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=MEDIA[format_name], headers=headers)


@router.get("/scenarios", summary="The scenarios that are open", responses=described("scenarios.json"))
def get_list(engine: EngineDep) -> Response:
    """Return those neither published nor thrown away, the one that was changed last first."""
    return _fresh({"scenarios": [one.to_dict() for one in scenarios.listed(engine)]})


@router.post("/scenarios", summary="Keep a scenario", status_code=201, responses=kept("scenario.json", 201))
def post_one(resident: ResidentDep, user: Planner, new: New) -> Response:
    """Keep edits under a name; its number makes the link that is shared."""
    draft = Draft([said.edit() for said in new.edits], new.stations_version)
    return _fresh(scenarios.make(resident, new.name, draft, by=user.name).to_dict(), 201)


@router.get("/scenarios/{id}", summary="One scenario", responses=described("scenario_effect.json"))
def get_one(inquiry: InquiryDep, question: QuestionDep, scenario_id: ScenarioId) -> Response:
    """Return a scenario in whatever state, with what it brings as things stand now.

    Where it cannot be carried out any more, such as when a station is gone, `effect` is null and `problem`
    says why.
    """
    found = scenarios.find(inquiry.resident.engine, scenario_id)
    told: dict[str, Any] = {"scenario": found.to_dict(), "effect": None, "problem": None}
    if found.state == "open":
        try:
            effect = weigh(inquiry.resident, inquiry.stamp, question, scenarios.edits_of(found))
            told["effect"] = describe(inquiry.resident, effect)
        except GeoError as error:
            told["problem"] = error.message
    return _fresh(told)


@router.patch("/scenarios/{id}", summary="Change a scenario", responses=kept("scenario.json", 200))
def patch_one(resident: ResidentDep, user: Planner, scenario_id: ScenarioId, changed: Changed) -> Response:
    """Change the name or the edits of an open scenario."""
    draft = None
    if changed.edits is not None:
        draft = Draft([said.edit() for said in changed.edits], changed.stations_version)
    done = scenarios.alter(
        resident, scenario_id, revision=changed.revision, by=user.name, name=changed.name, draft=draft
    )
    return _fresh(done.to_dict())


@router.delete("/scenarios/{id}", summary="Throw a scenario away", responses=kept("scenario.json", 200))
def delete_one(
    engine: EngineDep,
    user: Planner,
    scenario_id: ScenarioId,
    revision: Annotated[int, Query(description="The revision that is thrown away.")],
) -> Response:
    """Throw an open scenario away; its link says so from then on."""
    return _fresh(scenarios.discard(engine, scenario_id, revision=revision, by=user.name).to_dict())


@router.post(
    "/scenarios/{id}/publish",
    summary="Publish a scenario into the plan",
    status_code=201,
    responses=kept("scenario_published.json", 201),
)
def post_publication(
    resident: ResidentDep,
    user: Planner,
    scenario_id: ScenarioId,
    published: Published,
    key: IdempotencyKey = None,
) -> Response:
    """Carry out the edits on the stations, all or none, as a new load."""
    done = scenarios.publish(resident, scenario_id, revision=published.revision, by=user.name, key=key)
    return _fresh(done, 201)


def _effect(inquiry: Inquiry, question: QuestionDep, asked: Question) -> Effect:
    edits = [said.edit() for said in asked.edits]
    return weigh(inquiry.resident, inquiry.stamp, question, edits)


def _fresh(value: dict[str, Any], code: int = 200) -> Response:
    return Response(json_bytes(value), code, media_type=JSON, headers={"Cache-Control": "no-store"})
