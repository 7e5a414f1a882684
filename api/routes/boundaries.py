"""Grids, parks and what is drawn beneath."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import LevelDep, PageNumber, QuestionDep
from geo.workflows.figures import drawing, grid, lists
from geo.workflows.figures.lists import Filter

router = APIRouter(tags=["boundaries"], dependencies=[reader])


@router.get(
    "/grids.geojson",
    summary="The grids of a level, simplified for display",
    response_class=Response,
    responses=described("grids.geojson"),
)
def get_grids(inquiry: InquiryDep, level: LevelDep) -> Response:
    """Return a FeatureCollection; shared borders stay shared."""
    return inquiry.geojson(lambda: drawing.grids(inquiry.resident, inquiry.stamp, level))


@router.get(
    "/parks.geojson", summary="The parks", response_class=Response, responses=described("parks.geojson")
)
def get_parks(inquiry: InquiryDep) -> Response:
    """Return a FeatureCollection."""
    return inquiry.geojson(lambda: drawing.parks(inquiry.resident, inquiry.stamp))


@router.get(
    "/base.geojson",
    summary="Water, railways, buildings and green, to be drawn beneath",
    response_class=Response,
    responses=described("base.geojson"),
)
def get_base(inquiry: InquiryDep) -> Response:
    """Return a FeatureCollection."""
    return inquiry.geojson(lambda: drawing.base(inquiry.resident, inquiry.stamp))


@router.get("/grids", summary="The counted grids as a list", responses=described("grids.json"))
def get_grid_list(
    inquiry: InquiryDep,
    question: QuestionDep,
    organisation: Annotated[bool | None, Query(description="With or without an organisation.")] = None,
    reached: Annotated[bool | None, Query(description="With or without a station in time.")] = None,
    page: PageNumber = 1,
) -> Response:
    """Return one page, with each grid's figures."""
    return inquiry.json(
        lambda: lists.grids(
            inquiry.resident, inquiry.stamp, question, organised=organisation, reached=reached, page=page
        )
    )


@router.get(
    "/grids/{code:path}/enterprises",
    summary="The enterprises of a grid",
    responses=described("members.json"),
)
def get_grid_enterprises(
    code: str,
    inquiry: InquiryDep,
    question: QuestionDep,
    level: LevelDep,
    reached: Annotated[bool | None, Query(description="With or without a station in time.")] = None,
    page: PageNumber = 1,
) -> Response:
    """Return one page of the enterprises that are assigned to a grid, each with how that came about."""
    only = Filter(grid=code, reached=reached)
    return inquiry.json(
        lambda: grid.members(inquiry.resident, inquiry.stamp, question, level, only, page=page)
    )


@router.get("/grids/{code:path}", summary="One grid", responses=described("grid.json"))
def get_grid(code: str, inquiry: InquiryDep, question: QuestionDep, level: LevelDep) -> Response:
    """Return its outline, organisations, chief, figures, stations and children."""
    return inquiry.json(lambda: grid.describe(inquiry.resident, inquiry.stamp, question, level, code))
