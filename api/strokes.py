"""What a browser sends of a drawing, and what it means."""

import json
from typing import Annotated, Any, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field

from geo.errors import InputError
from geo.redrawing.strokes import Add, Merge, Name, Remove, Reshape, Split, Stroke

Row = Annotated[int, Field(ge=1, description="The row's number in the layer.")]
Geometry = Annotated[dict[str, Any], Field(description="A geometry of GeoJSON, in degrees.")]
Text = Annotated[str | None, Field(max_length=200)]


class _Stroke(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReshapeStroke(_Stroke):
    """Another outline."""

    op: Literal["reshape"]
    row: Row
    geometry: Geometry

    def meant(self) -> Stroke:
        """Return the stroke."""
        return Reshape(self.row, geometry_of(self.geometry))


class SplitStroke(_Stroke):
    """A cut along a line."""

    op: Literal["split"]
    row: Row
    line: Geometry

    def meant(self) -> Stroke:
        """Return the stroke."""
        return Split(self.row, geometry_of(self.line))


class MergeStroke(_Stroke):
    """Several grids made one: the first."""

    op: Literal["merge"]
    rows: Annotated[list[Row], Field(min_length=2, max_length=500)]

    def meant(self) -> Stroke:
        """Return the stroke."""
        return Merge(tuple(self.rows))


class AddStroke(_Stroke):
    """A new grid."""

    op: Literal["add"]
    geometry: Geometry
    code: Text = None
    name: Text = None
    kind: Text = None
    park_code: Text = None
    parent_code: Text = None

    def meant(self) -> Stroke:
        """Return the stroke."""
        values = self.model_dump(exclude_unset=True, exclude={"op", "geometry"})
        return Add(geometry_of(self.geometry), values)


class RemoveStroke(_Stroke):
    """A grid taken out."""

    op: Literal["remove"]
    row: Row

    def meant(self) -> Stroke:
        """Return the stroke."""
        return Remove(self.row)


class NameStroke(_Stroke):
    """What a grid is called and belongs to; what is not named stays."""

    op: Literal["name"]
    row: Row
    code: Text = None
    name: Text = None
    kind: Text = None
    park_code: Text = None
    parent_code: Text = None

    def meant(self) -> Stroke:
        """Return the stroke."""
        return Name(self.row, self.model_dump(exclude_unset=True, exclude={"op", "row"}))


AnyStroke = Annotated[
    ReshapeStroke | SplitStroke | MergeStroke | AddStroke | RemoveStroke | NameStroke,
    Field(discriminator="op"),
]


class Drawing(BaseModel):
    """What a person drew, in order."""

    changes: Annotated[list[AnyStroke], Field(min_length=1, max_length=1000)]
    step: int | None = Field(None, ge=0, description="The step on which it was drawn.")

    def strokes(self) -> list[Stroke]:
        """Return what is to be done."""
        return [one.meant() for one in self.changes]


def geometry_of(value: dict[str, Any]) -> shapely.Geometry:
    """Return the geometry that GeoJSON describes; InputError where it describes none."""
    found = shapely.from_geojson(json.dumps(value), on_invalid="ignore")
    if found is None:
        raise InputError(
            "What was drawn is no geometry of GeoJSON; send a Polygon or a LineString.",
            reason="drawing-unreadable",
        )
    return found
