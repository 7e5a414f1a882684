"""Service circles."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import QuestionDep
from geo.workflows import drawing
from geo.workflows.circling import Shape
from geo.workflows.covering import MOST_MINUTES

router = APIRouter(tags=["circles"], dependencies=[reader])

MOST_BANDS = 6

Minutes = Annotated[float, Field(gt=0, le=MOST_MINUTES)]


@router.get(
    "/circles.geojson",
    summary="What is within the minutes of a station",
    response_class=Response,
    responses=described("circles.geojson"),
)
def get_circles(
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
) -> Response:
    """Return a polygon for each band, or for each band and facility, smallest first."""
    limits = tuple(sorted(set(band or [question.minutes])))
    return inquiry.geojson(
        lambda: drawing.circles(
            inquiry.resident, inquiry.stamp, question, limits, shape=shape, station=station
        )
    )
