"""Where a place is: one, or ten thousand at once, from grids in memory.

A place that is asked about with GET stands in the address, which proxies and browsers may keep; with POST it
stands in the body, which this service neither keeps nor logs. Our own pages ask with POST.
"""

from datetime import date
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.answers import JSON, json_bytes
from api.auth import reader
from api.deps import get_resident, get_scope, get_whereabouts
from api.examples import located
from api.questions import get_level, parameters_of, read_query
from geo.workflows.assignment.locating import MOST_PLACES, ReadyGrids, describe_place, describe_places

router = APIRouter(tags=["locate"], dependencies=[reader])

HEADERS = {"Cache-Control": "no-store"}

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Wish(BaseModel):
    """Which grids are asked about."""

    basis: str | None = Field(None, max_length=200, description="By default that of the counted grids.")
    level: str | None = Field(None, max_length=200, description="Likewise.", examples=["grid"])
    release: str = Field("current", description="A release's number, or “current”.", examples=["12"])
    on: date | None = Field(None, description="A civil day of the zone; by default today.")


class Place(Wish):
    """One place."""

    lon: Longitude = Field(description="In degrees, EPSG:4326.", examples=[104.0665])
    lat: Latitude = Field(description="Likewise.", examples=[30.5728])


class Places(Wish):
    """Places, longitude before latitude in EPSG:4326; null for one without a location."""

    model_config = ConfigDict(extra="forbid")

    places: list[tuple[Longitude, Latitude] | None] = Field(max_length=MOST_PLACES)


@router.get(
    "/locate",
    summary="Which grid a place is in",
    responses=located("place.json"),
    openapi_extra={"parameters": parameters_of(Place)},
)
async def get_place(request: Request) -> Response:
    """Say which grid covers a place, by which rule, and how far from its border it is."""
    place = read_query(request, Place)
    grids = await _ready(request, place)
    return _answer(describe_place(grids, place.lon, place.lat))


@router.post("/locate", summary="Which grids places are in", responses=located("places.json"))
async def post_places(request: Request, wish: Annotated[Places, Body()]) -> Response:
    """Say which grids cover up to 10,000 places, in their order."""
    grids = await _ready(request, wish)
    given = np.array([place or (np.nan, np.nan) for place in wish.places], dtype=np.float64).reshape(-1, 2)
    x, y = given[:, 0], given[:, 1]
    if len(given) == 1:
        # In a thread many would hold nobody up; for one the way there is the longer part.
        return _answer(describe_places(grids, x, y))
    return _answer(await run_in_threadpool(describe_places, grids, x, y))


async def _ready(request: Request, wish: Wish) -> ReadyGrids:
    """Return the grids that are asked about: at once where they are at hand, else in a thread."""
    level = get_level(get_resident(request).profile, wish.basis, wish.level)
    scope = get_scope(wish.release, wish.on)
    whereabouts = get_whereabouts(request)
    held = whereabouts.held(level, release=scope.release, on=scope.on)
    if held is not None:
        return held
    return await run_in_threadpool(whereabouts.ready, level, release=scope.release, on=scope.on)


def _answer(value: dict[str, Any]) -> Response:
    return Response(json_bytes(value), media_type=JSON, headers=HEADERS)
