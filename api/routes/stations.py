"""Stations, service centres and organisations."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api.auth import reader
from api.examples import described
from api.inquiry import InquiryDep
from api.questions import PageNumber
from geo.workflows.figures import drawing, lists

router = APIRouter(tags=["stations"], dependencies=[reader])

FacilityKind = Annotated[
    Literal["station", "centre"] | None, Query(description="Only stations, or only service centres.")
]


@router.get(
    "/stations.geojson",
    summary="Stations and centres for a map",
    response_class=Response,
    responses=described("stations.geojson"),
)
def get_stations(inquiry: InquiryDep) -> Response:
    """Return a FeatureCollection of those that have a location."""
    return inquiry.geojson(lambda: drawing.stations(inquiry.resident, inquiry.stamp))


@router.get("/stations", summary="Stations and centres as a list", responses=described("stations.json"))
def get_station_list(inquiry: InquiryDep, kind: FacilityKind = None, page: PageNumber = 1) -> Response:
    """Return one page, with each one's grid."""
    return inquiry.json(lambda: lists.stations(inquiry.resident, inquiry.stamp, kind=kind, page=page))


@router.get(
    "/organisations",
    summary="Organisations and the grids that they cover",
    responses=described("organisations.json"),
)
def get_organisations(inquiry: InquiryDep, page: PageNumber = 1) -> Response:
    """Return one page of those that hold on the day."""
    return inquiry.json(lambda: lists.organisations(inquiry.resident, inquiry.stamp, page=page))
