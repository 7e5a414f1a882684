"""Coverage on four denominators, and the gaps in it."""

from typing import Any

from fastapi import APIRouter, Response

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import QuestionDep
from geo.workflows import drawing
from geo.workflows.covering import cover, describe, rows_by_grid

router = APIRouter(tags=["coverage"], dependencies=[reader])


@router.get("/coverage", summary="Who reaches a station in time", responses=described("coverage.json"))
def get_coverage(inquiry: InquiryDep, question: QuestionDep) -> Response:
    """Count area, grids, enterprises and workers; each row adds up to its total."""

    def build() -> dict[str, Any]:
        coverage = cover(inquiry.resident, inquiry.stamp, question)
        return describe(inquiry.resident, coverage) | {"by_grid": rows_by_grid(coverage)}

    return inquiry.json(build)


@router.get(
    "/gaps.geojson",
    summary="H3 cells of the demand that no station reaches in time",
    response_class=Response,
    responses=described("gaps.geojson"),
)
def get_gaps(inquiry: InquiryDep, question: QuestionDep) -> Response:
    """Return a FeatureCollection with the demand in each cell and the minutes that are missing."""
    return inquiry.geojson(lambda: drawing.gaps(inquiry.resident, inquiry.stamp, question))
