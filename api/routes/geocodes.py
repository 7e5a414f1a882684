"""Geocodes: places for enterprises whose files bring none, by their addresses or as people say."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from api.answers import answer, json_bytes, uncached
from api.auth import Role, Speaker, User, reader, require
from api.deps import ResidentDep
from api.examples import described, placed
from api.questions import Body, EnterpriseNumber, IdempotencyKey, PageNumber
from geo.workflows.assignment import geocoding, lacking
from geo.workflows.assignment.geocoding import POINTED_M

router = APIRouter(tags=["enterprises"])

Staff = Annotated[User, Depends(require(Role.GIS_STAFF))]


class Place(Body):
    """Where a person says that an enterprise is: one of its candidates, or a point."""

    candidate: str | None = Field(None, description="The candidate's key.", max_length=40)
    lon: float | None = Field(None, ge=-180, le=180, description="In degrees, EPSG:4326.")
    lat: float | None = Field(None, ge=-90, le=90, description="Likewise.")
    accuracy_m: float = Field(POINTED_M, gt=0, le=10_000, description="How exactly the point is known.")


@router.get(
    "/geocodes",
    summary="Enterprises without a location, and where they may be",
    responses=described("geocodes.json"),
    dependencies=[reader],
)
def get_geocodes(
    request: Request,
    resident: ResidentDep,
    grid: Annotated[
        str | None, Query(description="Only those that may be in this counted grid.", max_length=200)
    ] = None,
    page: PageNumber = 1,
) -> Response:
    """Return one page of them, each with its candidates; those that people have to choose for come first."""
    stamp = resident.stamp()
    return answer(
        request,
        (stamp, repr(resident.profile), grid, page),
        lambda: json_bytes(lacking.survey(resident, grid=grid, page=page)),
    )


@router.post("/geocodes", summary="Take the places that are certain", responses=placed("taken.json", 200))
def post_geocodes(user: Staff, resident: ResidentDep, key: IdempotencyKey = None) -> Response:
    """Place every enterprise whose address leads to one place by the profile's terms, and no other."""
    made = geocoding.take_certain(resident, by=user.name, key=key)
    return uncached(made)


@router.get(
    "/enterprises/{id}/candidates",
    summary="Where an enterprise may be",
    responses=described("candidates.json"),
    dependencies=[reader],
)
def get_candidates(request: Request, resident: ResidentDep, enterprise: EnterpriseNumber) -> Response:
    """Return the places that its address leads to, the likeliest first, with the reason and the accuracy."""
    stamp = resident.stamp()
    return answer(
        request,
        (stamp, repr(resident.profile)),
        lambda: json_bytes(lacking.candidates(resident, enterprise)),
    )


@router.post(
    "/enterprises/{id}/location",
    summary="Say where an enterprise is",
    status_code=201,
    responses=placed("location.json", 201),
)
def post_location(
    user: Speaker,
    resident: ResidentDep,
    enterprise: EnterpriseNumber,
    said: Place,
    key: IdempotencyKey = None,
) -> Response:
    """Put an enterprise that no file places at a candidate or a point, until a file brings its coordinate."""
    lonlat = None if said.lon is None or said.lat is None else (said.lon, said.lat)
    where = geocoding.Place(said.candidate, lonlat, said.accuracy_m, by=user.name)
    made = geocoding.place(resident, enterprise, where, key=key)
    return uncached(made, 201)


@router.delete(
    "/enterprises/{id}/location",
    summary="Give up the place that was found for an enterprise",
    responses=placed("given_up.json", 200),
)
def delete_location(
    user: Speaker, resident: ResidentDep, enterprise: EnterpriseNumber, key: IdempotencyKey = None
) -> Response:
    """Leave it without a location; the place is kept as given up, and not taken again by itself."""
    made = geocoding.take_back(resident, enterprise, by=user.name, key=key)
    return uncached(made)
