"""Vector tiles of streets and enterprises."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from api.auth import reader
from api.examples import tiled
from api.inquiry import InquiryDep
from geo.errors import InputError
from geo.workflows.figures import drawing

router = APIRouter(tags=["tiles"], dependencies=[reader])

TILE = "application/vnd.mapbox-vector-tile"

Zoom = Annotated[int, Path(ge=0, le=22)]
CloseZoom = Annotated[int, Path(ge=12, le=22, description="From afar there are too many to tell apart.")]
Number = Annotated[int, Path(ge=0)]


@router.get(
    "/tiles/streets/{z}/{x}/{y}.pbf",
    summary="A vector tile with the layer streets",
    response_class=Response,
    responses=tiled(),
)
def get_street_tile(inquiry: InquiryDep, z: Zoom, x: Number, y: Number) -> Response:
    """Return a Mapbox Vector Tile; from far away only the main streets."""
    tile = _checked(z, x, y)
    return inquiry.bytes(lambda: drawing.street_tile(inquiry.resident, tile), TILE, key=inquiry.stamp.streets)


@router.get(
    "/tiles/enterprises/{z}/{x}/{y}.pbf",
    summary="A vector tile with the layer enterprises",
    response_class=Response,
    responses=tiled(),
)
def get_enterprise_tile(inquiry: InquiryDep, z: CloseZoom, x: Number, y: Number) -> Response:
    """Return a Mapbox Vector Tile, from zoom 12 on."""
    tile = _checked(z, x, y)
    return inquiry.bytes(
        lambda: drawing.enterprise_tile(inquiry.resident, inquiry.stamp, tile), TILE, key=inquiry.stamp
    )


def _checked(z: int, x: int, y: int) -> tuple[int, int, int]:
    if max(x, y) >= 1 << z:
        raise InputError(
            f"There is no tile {z}/{x}/{y}; at zoom {z} they go up to {(1 << z) - 1}.",
            reason="tile-unknown",
            z=z,
            x=x,
            y=y,
            most=(1 << z) - 1,
        )
    return z, x, y
