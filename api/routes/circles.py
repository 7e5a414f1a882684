"""Service circles."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import reader
from api.inquiry import InquiryDep
from api.questions import QuestionDep
from geo.errors import InputError
from geo.workflows import drawing
from geo.workflows.covering import MOST_MINUTES

router = APIRouter(tags=["circles"], dependencies=[reader])

MOST_BANDS = 6


@router.get("/circles.geojson", summary="What is within the minutes of a station")
def get_circles(
    inquiry: InquiryDep,
    question: QuestionDep,
    band: Annotated[
        list[float] | None,
        Query(description="Minutes to draw; by default the question's.", examples=[[5, 10, 15]]),
    ] = None,
    station: Annotated[int | None, Query(description="Only this facility, by its id.")] = None,
) -> Response:
    """Return a polygon for each band, dissolved over the facilities, smallest first."""
    limits = tuple(sorted(set(band or [question.minutes])))
    if len(limits) > MOST_BANDS or not 0 < limits[0] <= limits[-1] <= MOST_MINUTES:
        raise InputError(
            f"Give one to {MOST_BANDS} bands of more than 0 and at most {MOST_MINUTES:g} minutes.",
            bands=list(limits),
        )
    return inquiry.geojson(
        lambda: drawing.circles(inquiry.resident, inquiry.stamp, question, limits, station=station)
    )
