"""Service circles."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import QuestionDep
from geo.workflows.figures import drawing
from geo.workflows.reach.asking import MOST_MINUTES
from geo.workflows.reach.circling import Figure, Shape
from geo.workflows.reach.contrast import contrast

router = APIRouter(tags=["circles"], dependencies=[reader])

MOST_BANDS = 6

Minutes = Annotated[float, Field(gt=0, le=MOST_MINUTES)]


@router.get(
    "/circles.geojson",
    summary="What is within the minutes of a station",
    response_class=Response,
    responses=described("circles.geojson"),
)
def get_circles(  # noqa: PLR0913 – one for each part of an address
    *,
    inquiry: InquiryDep,
    question: QuestionDep,
    band: Annotated[
        list[Minutes] | None,
        Query(
            description="Minutes to draw; by default the question's.",
            max_length=MOST_BANDS,
            examples=[[5, 10, 15]],
        ),
    ] = None,
    shape: Annotated[
        Shape,
        Query(description="One area for each band, one for each facility, or each place to the nearest one."),
    ] = "dissolved",
    station: Annotated[int | None, Query(description="Only this facility, by its id.")] = None,
    standard: Annotated[
        bool, Query(description="Discs with the radii of GB 50180 that the profile names.")
    ] = False,
    detour: Annotated[float | None, Query(description="Discs ÷ this detour.", ge=1, le=10)] = None,
) -> Response:
    """Return a polygon for each band, or for each band and facility, smallest first.

    `slopes` says whether they were counted; `/circles` and `/coverage` say why not.
    """
    limits = tuple(sorted(set(band or [question.minutes])))
    figure = Figure(shape, station, standard=standard, detour=detour)
    asked = replace(question, method="disc") if standard or detour else question
    return inquiry.geojson(lambda: drawing.circles(inquiry.resident, inquiry.stamp, asked, limits, figure))


@router.get(
    "/circles", summary="What discs promise and streets do not keep", responses=described("circles.json")
)
def get_contrast(inquiry: InquiryDep, question: QuestionDep) -> Response:
    """Compare discs with the streets: who is covered, falsely covered and missed; null without streets.

    ``detour`` is measured on the streets, over pairs of a station and an enterprise; ``polygon`` says for how
    many enterprises the drawn circle disagrees with their own time.
    """
    return inquiry.json(lambda: {"contrast": contrast(inquiry.resident, inquiry.stamp, question)})
