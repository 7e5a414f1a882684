"""The pages, in the language of the reader."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth import anyone, reader, uploader
from api.deps import get_resident, get_settings
from api.inquiry import Inquiry, InquiryDep
from api.questions import LevelDep, PageNumber, QuestionDep, get_filter
from geo.workflows.figures import grid, lists
from geo.workflows.figures.lists import Filter
from geo.workflows.figures.status import status
from geo.workflows.ground.district import Stamp
from maps.page import CARRIED, Context, Page
from maps.pages.circles import circles_page
from maps.pages.coverage import coverage_page
from maps.pages.desk import desk_page
from maps.pages.error import error_page
from maps.pages.grid import grid_page
from maps.pages.home import home_page
from maps.pages.lists import list_page
from maps.pages.unplaced import unplaced_page
from maps.pages.whatif import whatif_page

LANGUAGES = ("zh", "en")
YEAR_SECONDS = 365 * 24 * 3600

router = APIRouter(include_in_schema=False)


def language_of(request: Request) -> str:
    """Return the language asked for: in the address, else in the cookie, else that of the settings."""
    for wanted in (request.query_params.get("lang"), request.cookies.get("lang")):
        if wanted in LANGUAGES:
            return str(wanted)
    return str(get_settings(request).language)


def context_of(request: Request, stamp: Stamp | None) -> Context:
    """Return what every page knows; without a stamp the page knows of no boundaries."""
    resident = get_resident(request)
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Context(
        language=language_of(request),
        profile=resident.profile,
        stamp=stamp.to_dict() if stamp else {"release": None, "on": None},
        extent=resident.district(stamp).extent if stamp else None,
        path=path,
    )


def page_response(request: Request, page: Page, code: int = 200) -> Response:
    """Return a page with its own policy, and keep the language that the address chose."""
    headers = {"Content-Security-Policy": page.csp, "Content-Language": language_of(request)}
    response = Response(page.html, code, media_type="text/html", headers=headers)
    chosen = request.query_params.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie("lang", str(chosen), max_age=YEAR_SECONDS, samesite="lax", httponly=True)
    return response


def error_response(request: Request, code: int, error: dict[str, Any]) -> Response:
    """Return the page of an error; where the database is down, a page that knows of no zone."""
    return page_response(request, error_page(context_of(request, None), error), code)


def show(inquiry: Inquiry, draw: Callable[[Context], Page]) -> Response:
    """Draw a page of the zone and return it as the answer."""
    return page_response(inquiry.request, draw(context_of(inquiry.request, inquiry.stamp)))


@router.get("/", dependencies=[reader])
def home(inquiry: InquiryDep) -> Response:
    """Show the zone's figures."""
    figures = status(inquiry.resident, inquiry.stamp)
    return show(inquiry, lambda context: home_page(context, figures))


@router.get("/maps/coverage", dependencies=[reader])
def coverage_map(inquiry: InquiryDep) -> Response:
    """Show the map of coverage and its gaps."""
    return show(inquiry, coverage_page)


@router.get("/maps/circles", dependencies=[reader])
def circles_map(inquiry: InquiryDep) -> Response:
    """Show the map of service circles."""
    return show(inquiry, circles_page)


@router.get("/unplaced", dependencies=[reader])
def unplaced(inquiry: InquiryDep) -> Response:
    """Show the enterprises without a location, and where each may be."""
    return show(inquiry, unplaced_page)


@router.get("/maps/what-if", dependencies=[reader])
def whatif_map(inquiry: InquiryDep) -> Response:
    """Show what scenarios of stations bring."""
    return show(inquiry, whatif_page)


@router.get("/desk", dependencies=[uploader])
def upload_desk(inquiry: InquiryDep) -> Response:
    """Show the upload form."""
    return show(inquiry, desk_page)


@router.get("/grids/{code:path}", dependencies=[reader])
def grid_of_chief(code: str, inquiry: InquiryDep, question: QuestionDep, level: LevelDep) -> Response:
    """Show one grid to its chief."""
    found = grid.describe(inquiry.resident, inquiry.stamp, question, level, code)
    return show(inquiry, lambda context: grid_page(context, found))


@router.get("/lists/enterprises", dependencies=[reader])
def enterprise_list(
    inquiry: InquiryDep,
    question: QuestionDep,
    only: Annotated[Filter, Depends(get_filter)],
    page: PageNumber = 1,
) -> Response:
    """Show the enterprises behind a figure."""
    table = lists.enterprises(inquiry.resident, inquiry.stamp, question, only, page=page)
    return _listed(inquiry, "enterprises", table)


@router.get("/lists/stations", dependencies=[reader])
def station_list(
    inquiry: InquiryDep, kind: Literal["station", "centre"] | None = None, page: PageNumber = 1
) -> Response:
    """Show the stations and centres."""
    return _listed(inquiry, "stations", lists.stations(inquiry.resident, inquiry.stamp, kind=kind, page=page))


@router.get("/lists/grids", dependencies=[reader])
def grid_list(
    inquiry: InquiryDep,
    question: QuestionDep,
    organisation: Annotated[bool | None, Query()] = None,
    reached: Annotated[bool | None, Query()] = None,
    page: PageNumber = 1,
) -> Response:
    """Show the counted grids."""
    table = lists.grids(
        inquiry.resident, inquiry.stamp, question, organised=organisation, reached=reached, page=page
    )
    return _listed(inquiry, "grids", table)


@router.get("/lists/organisations", dependencies=[reader])
def organisation_list(inquiry: InquiryDep, page: PageNumber = 1) -> Response:
    """Show the organisations."""
    return _listed(inquiry, "organisations", lists.organisations(inquiry.resident, inquiry.stamp, page=page))


@router.get("/favicon.ico", dependencies=[anyone])
def favicon() -> Response:
    """Answer that there is none; the pages name their icon themselves."""
    return Response(status_code=204)


def _listed(inquiry: Inquiry, name: str, table: dict[str, Any]) -> Response:
    filters: dict[str, list[str]] = {}
    for key, value in inquiry.request.query_params.multi_items():
        if key not in ("lang", "page", *CARRIED) and value:
            filters.setdefault(key, []).append(value)
    plain = {key: values[0] if len(values) == 1 else values for key, values in filters.items()}
    return show(inquiry, lambda context: list_page(context, table | {"list": name, "filters": plain}))
