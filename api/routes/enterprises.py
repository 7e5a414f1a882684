"""Enterprises: the list behind every figure."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import PageNumber, QuestionDep, get_filter
from geo.workflows.figures import lists
from geo.workflows.figures.lists import Filter

router = APIRouter(tags=["enterprises"], dependencies=[reader])


@router.get("/enterprises", summary="Enterprises as a list", responses=described("enterprises.json"))
def get_enterprises(
    inquiry: InquiryDep,
    question: QuestionDep,
    only: Annotated[Filter, Depends(get_filter)],
    page: PageNumber = 1,
) -> Response:
    """Return one page of those that the filter lets through, with assignment and travel time."""
    return inquiry.json(lambda: lists.enterprises(inquiry.resident, inquiry.stamp, question, only, page=page))
