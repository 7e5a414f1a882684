"""Giving back: a release of the boundaries, or the points as they are now, as a file."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi import Path as InPath

from api.auth import Role, require
from api.deps import ResidentDep, get_scope
from api.examples import given
from api.inquiry import Inquiry
from geo.workflows.figures.gathering import POINTS, Wish
from geo.workflows.figures.giving import give, stem
from geo.write.form import ENDINGS, MEDIA, Form, Format, WriteReport

router = APIRouter(tags=["releases"], dependencies=[Depends(require(Role.PLANNER, Role.GIS_STAFF))])

WARNINGS = "X-Gridcircle-Warnings"
"""The header that names, by their codes, what the file does not hold as it was."""

Words = Annotated[str | None, Query(max_length=200)]


def get_wish(
    release: Annotated[
        str, InPath(description="A release's number, or “current”.", examples=["current", "12"])
    ],
    what: Annotated[
        Literal["grids", "parks", "general-grids", "enterprises", "stations"],
        Query(description="Boundaries of the release, or points as they are now with their grid."),
    ] = "grids",
    on: Annotated[date | None, Query(description="A civil day of the zone; by default today.")] = None,
    basis: Annotated[str | None, Query(description="Of grids; by default the counted.")] = None,
    level: Annotated[
        str | None, Query(description="Of grids; by default the counted; “all” for every level.")
    ] = None,
    source: Annotated[str | None, Query(description="Only rows of this office or series.")] = None,
) -> Wish:
    """Return what an address asks for."""
    number = get_scope(release).release
    return Wish(what, release=number, on=on, basis=basis, level=level, source=source)


def get_form(
    crs: Annotated[
        str, Query(description="By its EPSG code.", examples=["EPSG:4544"], max_length=40)
    ] = "EPSG:4326",
    encoding: Annotated[
        Literal["utf-8", "gbk"] | None, Query(description="Of a Shapefile or CSV; by default UTF-8.")
    ] = None,
    offset: Annotated[
        Literal["gcj02", "bd09"] | None,
        Query(description="The offset of a web map, put on the coordinates; the name then says so."),
    ] = None,
) -> Form:
    """Return the form that an address asks for."""
    return Form(crs=crs, encoding=encoding, offset=offset)


@router.get(
    "/releases/{release}/export",
    summary="A release as a file",
    response_class=Response,
    responses=given(),
)
def get_export(
    request: Request,
    resident: ResidentDep,
    wish: Annotated[Wish, Depends(get_wish)],
    form: Annotated[Form, Depends(get_form)],
    format_name: Annotated[
        Format, Query(alias="format", description="Of the file; CSV and Excel hold points.")
    ] = "gpkg",
) -> Response:
    """Return the file as a download, which loaded again changes nothing.

    What it could not hold as it was, such as texts that a Shapefile cuts, is named by code in the header
    X-Gridcircle-Warnings.
    """
    inquiry = Inquiry(request, get_scope(str(wish.release or "current"), wish.on), resident)
    reports: list[WriteReport] = []
    if wish.what not in POINTS and wish.release is None:
        # Of the stamp, whatever is published meanwhile: the answer is known by it.
        wish = replace(wish, release=inquiry.stamp.release, on=inquiry.stamp.on)

    def build() -> bytes:
        with tempfile.TemporaryDirectory(prefix="gridcircle-export-") as folder:
            path = Path(folder) / f"export{ENDINGS[format_name]}"
            report = give(resident.engine, resident.profile, wish, path, form=form, format_name=format_name)
            reports.append(report)
            return report.path.read_bytes()

    response = inquiry.bytes(build, MEDIA[format_name], key=inquiry.stamp)
    name = stem(resident.profile, wish, form, release=inquiry.stamp.release, on=inquiry.stamp.on)
    response.headers["Content-Disposition"] = _attachment(name, f"{wish.what}{ENDINGS[format_name]}")
    if codes := sorted({one.code for report in reports for one in report.warnings}):
        response.headers[WARNINGS] = ", ".join(codes)
    return response


def _attachment(stem_of_name: str, plain: str) -> str:
    """Return a Content-Disposition with a name in any script (RFC 6266, RFC 5987) and a plain one beside."""
    ending = Path(plain).suffix
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(stem_of_name + ending, safe='')}"
