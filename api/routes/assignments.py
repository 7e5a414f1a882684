"""Assignments: whose an enterprise is and why, and what people say against the rule."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from api.answers import answer, json_bytes, uncached
from api.auth import Speaker, reader
from api.deps import ResidentDep
from api.examples import described, said
from api.questions import Body, EnterpriseNumber, IdempotencyKey, LevelDep
from geo.workflows.assignment import overriding
from geo.workflows.assignment.explaining import explain
from geo.workflows.assignment.overriding import Word
from maps.receipt import sentences
from maps.words import LANGUAGES

router = APIRouter(tags=["enterprises"])


class Said(Body):
    """What a person says of an enterprise."""

    grid: str = Field(description="The code of the grid that it belongs to.", max_length=200)
    reason: str = Field(description="Why the rule does not fit.", min_length=1, max_length=2000)
    until: date | None = Field(
        None, description="The day from which on the rule decides again; by default a year from today."
    )


@router.get(
    "/enterprises/{id}/assignment",
    summary="Whose an enterprise is, and why",
    responses=described("assignment.json"),
    dependencies=[reader],
)
def get_assignment(
    request: Request,
    resident: ResidentDep,
    enterprise: EnterpriseNumber,
    on: Annotated[date | None, Query(description="A civil day of the zone; by default today.")] = None,
) -> Response:
    """Return the receipt: the rule and release, the nearest border, who lies beyond, how exactly it is known.

    `sentences` say the same in Chinese and in English.
    """

    def build() -> bytes:
        zone = resident.profile.zone_info
        receipt: dict[str, Any] = explain(resident, enterprise, on=on)
        spoken = {one: sentences(receipt, one, zone) for one in LANGUAGES}
        return json_bytes(receipt | {"sentences": spoken})

    stamp = resident.stamp(on=on)
    return answer(request, (stamp, repr(resident.profile)), build)


@router.post(
    "/enterprises/{id}/override",
    summary="Say whose an enterprise is",
    status_code=201,
    responses=said("override.json", 201),
)
def post_override(
    user: Speaker,
    resident: ResidentDep,
    enterprise: EnterpriseNumber,
    word: Said,
    level: LevelDep,
    key: IdempotencyKey = None,
) -> Response:
    """Give an enterprise to a grid from today on, against the rule, through all redrawings.

    What was said of it before is taken back.
    """
    spoken = Word(word.grid, word.reason, word.until, by=user.name)
    made = overriding.override(resident.engine, resident.profile, enterprise, spoken, level=level, key=key)
    return uncached(made, 201)


@router.delete(
    "/enterprises/{id}/override",
    summary="Take back what was said of an enterprise",
    responses=said("undone.json", 200),
)
def delete_override(
    user: Speaker,
    resident: ResidentDep,
    enterprise: EnterpriseNumber,
    level: LevelDep,
    key: IdempotencyKey = None,
) -> Response:
    """Let the rule decide again, on all days; what was said is kept as taken back."""
    made = overriding.undo(resident.engine, resident.profile, enterprise, level=level, by=user.name, key=key)
    return uncached(made)
