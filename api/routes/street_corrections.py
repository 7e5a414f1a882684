"""What people know of streets that no file says: missing paths, closed places."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.answers import uncached
from api.auth import Speaker, reader
from api.deps import ResidentDep
from api.examples import listed, said
from api.questions import Body, IdempotencyKey
from geo.streets.network import Mode
from geo.workflows import street_corrections
from geo.workflows.street_corrections import MOST_PLACES, Correction

router = APIRouter(tags=["streets"])

Number = Annotated[
    int, Path(alias="id", ge=1, lt=2**63, description="The correction's number.", examples=[3])
]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class StreetCorrection(Body):
    """A path that is missing, or a place that is closed."""

    kind: Literal["link", "closure"]
    places: list[tuple[Longitude, Latitude]] = Field(
        description="Of a path, two or more; of a closure one, a gate, or a line like a wall.",
        min_length=1,
        max_length=MOST_PLACES,
    )
    reason: str = Field(description="Why, for whoever asks later.", min_length=1, max_length=2000)
    modes: list[Mode] = Field(["walk"], description="For whom.", min_length=1, max_length=3)
    name: str | None = Field(None, description="What people call it.", max_length=200)
    until: date | None = Field(
        None, description="The day on which it ends; by default it holds until it is taken back."
    )


@router.get(
    "/street-corrections",
    summary="Missing paths and closed places",
    responses=listed("street_corrections.json"),
    dependencies=[reader],
)
def get_corrections(resident: ResidentDep) -> Response:
    """Return what people correct of streets and nobody took back; `holds` is false from its last day on."""
    return uncached({"corrections": street_corrections.rows(resident)})


@router.post(
    "/street-corrections",
    summary="Correct streets: a path that they lack, a place that is closed",
    status_code=201,
    responses=said("street_correction.json", 201),
)
def post_correction(
    user: Speaker, resident: ResidentDep, correction: StreetCorrection, key: IdempotencyKey = None
) -> Response:
    """Let a path or a closure count at once for its modes, in all figures and circles."""
    spoken = Correction(
        correction.kind,
        correction.places,
        correction.reason,
        correction.modes,
        name=correction.name,
        until=correction.until,
        by=user.name,
    )
    return uncached(street_corrections.make(resident, spoken, key=key), 201)


@router.delete(
    "/street-corrections/{id}",
    summary="Take a correction of streets back",
    responses=said("street_correction_undone.json", 200),
)
def delete_correction(user: Speaker, resident: ResidentDep, number: Number) -> Response:
    """Let the streets count as their file says; the correction is kept as taken back."""
    return uncached(street_corrections.undo(resident.engine, number, by=user.name))
