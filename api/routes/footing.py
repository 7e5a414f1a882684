"""What people know of streets that no file says: missing paths, closed places."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.answers import told
from api.auth import Speaker, reader
from api.deps import ResidentDep
from api.examples import listed, said
from api.questions import Body, IdempotencyKey
from geo.streets.network import Mode
from geo.workflows import footing
from geo.workflows.footing import MOST_PLACES, Footing

router = APIRouter(tags=["streets"])

Number = Annotated[int, Path(alias="id", ge=1, lt=2**63, description="The word's number.", examples=[3])]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class SaidOfStreets(Body):
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
    "/street-words",
    summary="Missing paths and closed places",
    responses=listed("street_words.json"),
    dependencies=[reader],
)
def get_words(resident: ResidentDep) -> Response:
    """Return what people say of streets and nobody took back; `holds` is false from its last day on."""
    return told({"words": footing.rows(resident)})


@router.post(
    "/street-words",
    summary="Say what the streets lack, or what is closed",
    status_code=201,
    responses=said("street_word.json", 201),
)
def post_word(
    user: Speaker, resident: ResidentDep, word: SaidOfStreets, key: IdempotencyKey = None
) -> Response:
    """Let a path or a closure count at once for its modes, in all figures and circles."""
    spoken = Footing(
        word.kind, word.places, word.reason, word.modes, name=word.name, until=word.until, by=user.name
    )
    return told(footing.say(resident, spoken, key=key), 201)


@router.delete(
    "/street-words/{id}",
    summary="Take back what was said of streets",
    responses=said("street_word_undone.json", 200),
)
def delete_word(user: Speaker, resident: ResidentDep, number: Number) -> Response:
    """Let the streets count as their file says; what was said is kept as taken back."""
    return told(footing.unsay(resident.engine, number, by=user.name))
