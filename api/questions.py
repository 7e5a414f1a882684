"""Reads from an address what is asked: the question of coverage, the filter and page of a list."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Header, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from api.deps import ProfileDep
from geo.profile import Level
from geo.workflows.figures.lists import Filter
from geo.workflows.reach.asking import Question
from geo.workflows.reach.grouping import By

Form = TypeVar("Form", bound=BaseModel)


class Body(BaseModel):
    """The body of a request: a field that it does not know is an error, and not passed over."""

    model_config = ConfigDict(extra="forbid")


def read_query(request: Request, form: type[Form]) -> Form:
    """Read what an address asks, in half of the time that FastAPI takes to do it field by field.

    Raises
    ------
    RequestValidationError
        Where a field is missing or out of range.
    """
    try:
        return form.model_validate(dict(request.query_params))
    except ValidationError as error:
        faults = [{**fault, "loc": ("query", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from error


def parameters_of(form: type[BaseModel]) -> list[dict[str, Any]]:
    """Describe the fields of a form as parameters of OpenAPI, as FastAPI would."""
    schema = form.model_json_schema()
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": field,
            **({"description": field["description"]} if "description" in field else {}),
        }
        for name, field in schema["properties"].items()
    ]


def get_question(  # noqa: PLR0913 – one for each part of an address
    profile: ProfileDep,
    minutes: Annotated[
        float | None, Query(gt=0, le=60, description="The promise; by default the profile's.", examples=[15])
    ] = None,
    mode: Annotated[Literal["walk", "ebike", "drive"], Query(description="How people move.")] = "walk",
    method: Annotated[
        Literal["network", "disc"] | None,
        Query(
            description="Along the streets, or in a straight line, which stands in where no streets are "
            "loaded; the answer's “method” says which it was."
        ),
    ] = None,
    function: Annotated[
        list[str] | None, Query(description="Only facilities with all of these functions.")
    ] = None,
    kind: Annotated[
        list[Literal["station", "centre"]] | None,
        Query(description="Which facilities; by default those of the profile's promise."),
    ] = None,
    at: Annotated[
        datetime | None,
        Query(
            description="Only facilities that are open then, in the zone's civil time; those of "
            "unknown hours are told apart in “hours”.",
            examples=["2026-12-01T22:00"],
        ),
    ] = None,
) -> Question:
    """Return the question that an address asks."""
    return Question(
        minutes=minutes or profile.circle.minutes,
        mode=mode,
        method=method,
        kinds=tuple(dict.fromkeys(kind)) if kind else profile.circle.kinds,
        functions=tuple(dict.fromkeys(function or ())),
        at=at.astimezone(profile.zone_info).replace(tzinfo=None) if at and at.tzinfo else at,
    )


def get_filter(  # noqa: PLR0913 – one for each part of an address
    status: Annotated[
        Literal["assigned", "ambiguous", "unassigned"] | None, Query(description="Of the assignment.")
    ] = None,
    located: Annotated[bool | None, Query(description="With or without a location.")] = None,
    reached: Annotated[bool | None, Query(description="With or without a station in time.")] = None,
    box: Annotated[
        Literal["covered", "out_of_reach", "outside", "no_location"] | None,
        Query(description="As the figures of coverage count."),
    ] = None,
    grid: Annotated[str | None, Query(description="The grid's code.", max_length=200)] = None,
    certainty: Annotated[
        Literal["sure", "maybe", "no"] | None,
        Query(description="Reached by slow people too, or by fast ones."),
    ] = None,
    worst: Annotated[
        bool | None, Query(description="Among the tenth of the workers with the longest ways.")
    ] = None,
    by: Annotated[By | None, Query(description="The way of grouping of “group”.")] = None,
    group: Annotated[str | None, Query(description="As in coverage, by “by”.", max_length=200)] = None,
    q: Annotated[
        str | None, Query(description="In the name, credit code, id or address.", max_length=200)
    ] = None,
) -> Filter:
    """Return the filter that an address asks for."""
    return Filter(
        status=status,
        located=located,
        reached=reached,
        box=box,
        grid=grid,
        certainty=certainty,
        worst=worst,
        by=by,
        group=group,
        words=q or None,
    )


def get_level(
    profile: ProfileDep,
    basis: Annotated[
        str | None, Query(description="By default that of the counted grids.", examples=["area"])
    ] = None,
    level: Annotated[str | None, Query(description="Likewise.", examples=["grid"])] = None,
) -> Level:
    """Return the level that an address names, the counting one where it names none."""
    return profile.level(basis or profile.counting.basis, level or profile.counting.name)


EnterpriseNumber = Annotated[int, Path(alias="id", description="The enterprise's number.", examples=[12])]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Chosen by the client; a request that is sent again under it is carried out once.",
    ),
]
LevelDep = Annotated[Level, Depends(get_level)]
QuestionDep = Annotated[Question, Depends(get_question)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000, description="The page of the list, from 1.")]
