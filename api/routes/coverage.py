"""Coverage on four denominators, and the gaps in it."""

import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.auth import reader
from api.examples import described, given
from api.inquiry import InquiryDep
from api.questions import QuestionDep
from geo.workflows.figures import drawing
from geo.workflows.figures.handing import Wanted, What, hand_out
from geo.workflows.plan import allotting
from geo.workflows.reach.covering import cover, describe, rows_by_grid
from geo.workflows.reach.doubting import beyond_told, certainty_told, worst_told
from geo.workflows.reach.grouping import By, breakdown
from geo.workflows.reach.noting import notes
from geo.write.form import ENDINGS, MEDIA, Format

GroupsDep = Annotated[By | None, Query(description="The parts of the zone to count too.")]

router = APIRouter(tags=["coverage"], dependencies=[reader])


@router.get("/coverage", summary="Who reaches a station in time", responses=described("coverage.json"))
def get_coverage(inquiry: InquiryDep, question: QuestionDep, by: GroupsDep = None) -> Response:
    """Count area, grids, enterprises and workers; each row adds up to its total.

    ``certainty`` says who is reached for sure, perhaps or not; ``worst``, how long the tenth of the workers
    with the longest ways walks at least; ``beyond_data``, whose circle comes to
    the end of the street data; ``allotment``, where stations say what they can serve, how much of
    the demand finds room; ``groups``, where ``by`` asks for them, the same for each part.
    """
    zone = inquiry.resident

    def build() -> dict[str, Any]:
        coverage = cover(zone, inquiry.stamp, question)
        return describe(zone, coverage) | {
            "by_grid": rows_by_grid(coverage),
            "certainty": certainty_told(zone, coverage),
            "worst": worst_told(zone, coverage),
            "beyond_data": beyond_told(zone, coverage.district, coverage.question),
            "allotment": allotting.room_told(zone, coverage),
            "remarks": notes(zone, coverage),
            "groups": None if by is None else breakdown(zone, coverage, by),
        }

    return inquiry.json(build)


@router.get(
    "/coverage/export",
    summary="The rows behind the figures, as a file",
    response_class=Response,
    responses=given(),
)
def get_rows(
    inquiry: InquiryDep,
    question: QuestionDep,
    what: Annotated[
        What, Query(description="Each enterprise, each group, or each cell of the gaps.")
    ] = "enterprises",
    by: Annotated[By, Query(description="Of groups.")] = "zone",
    format_name: Annotated[
        Format, Query(alias="format", description="Of the file; groups are a table, so CSV or Excel.")
    ] = "xlsx",
) -> Response:
    """Return the file as a download, with Chinese headers and words."""

    def build() -> bytes:
        coverage = cover(inquiry.resident, inquiry.stamp, question)
        with tempfile.TemporaryDirectory(prefix="gridcircle-export-") as folder:
            path = Path(folder) / f"coverage{ENDINGS[format_name]}"
            hand_out(inquiry.resident, coverage, Wanted(what, by), path, format_name=format_name)
            return path.read_bytes()

    response = inquiry.bytes(build, MEDIA[format_name], key=inquiry.stamp)
    name = f"coverage-{what}{ENDINGS[format_name]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@router.get(
    "/gaps.geojson",
    summary="H3 cells of the demand that no station reaches in time",
    response_class=Response,
    responses=described("gaps.geojson"),
)
def get_gaps(inquiry: InquiryDep, question: QuestionDep) -> Response:
    """Return a FeatureCollection with the demand in each cell and the minutes that are missing."""
    return inquiry.geojson(lambda: drawing.gaps(inquiry.resident, inquiry.stamp, question))
