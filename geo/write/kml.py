"""KML 2.2 (OGC 07-147r2): typed columns in a schema, degrees with all their digits."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import shapely

from geo.frames import Refusal
from geo.write.cells import without_controls
from geo.write.form import Field, Layer

_TYPES = {"text": "string", "integer": "int", "number": "double"}
_ENTITIES = {"\r": "&#13;", "\n": "&#10;", "\t": "&#9;", '"': "&quot;"}
_LABEL = "name"


def write_kml(layer: Layer, path: Path) -> tuple[Refusal, ...]:
    """Write a layer as one folder of placemarks, labelled with their name where they have one."""
    fields, warnings = without_controls(layer.fields)
    label = next((one for one in fields if one.column == _LABEL), None)
    # A placemark's own name is read as a column of that name, so none of ours may stand beside it.
    columns = [one for one in fields if one.header.casefold() != _LABEL]
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n')
        file.write(f"<Document>\n<name>{_xml(layer.form.name)}</name>\n")
        file.write('<Schema name="columns" id="columns">\n')
        for one in columns:
            file.write(f'<SimpleField type="{_TYPES[one.kind]}" name="{_xml(one.header)}"/>\n')
        file.write(f"</Schema>\n<Folder>\n<name>{_xml(layer.form.name)}</name>\n")
        file.writelines(_placemarks(layer, label, columns))
        file.write("</Folder>\n</Document>\n</kml>\n")
    return warnings


def _placemarks(layer: Layer, label: Field | None, columns: Sequence[Field]) -> Iterator[str]:
    opened = [(f'<SimpleData name="{_xml(one.header)}">', one.values) for one in columns]
    for row, shape in enumerate(layer.geometry):  # type: ignore[arg-type]
        name = "" if label is None or label.values[row] is None else f"<name>{_xml(label.values[row])}</name>"
        cells = "".join(
            f"{tag}{_xml(str(values[row]))}</SimpleData>" for tag, values in opened if values[row] is not None
        )
        data = f'<ExtendedData><SchemaData schemaUrl="#columns">{cells}</SchemaData></ExtendedData>'
        yield f"<Placemark>{name}{data}{'' if shape is None else _geometry(shape)}</Placemark>\n"


def _geometry(shape: shapely.Geometry) -> str:
    kind = shapely.get_type_id(shape)
    if kind == shapely.GeometryType.POINT:
        return f"<Point>{_coordinates(shape)}</Point>"
    if kind == shapely.GeometryType.LINESTRING:
        return f"<LineString>{_coordinates(shape)}</LineString>"
    if kind == shapely.GeometryType.POLYGON:
        outer, *inner = (_ring(ring) for ring in shapely.get_rings(shape))
        holes = "".join(f"<innerBoundaryIs>{ring}</innerBoundaryIs>" for ring in inner)
        return f"<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{holes}</Polygon>"
    return f"<MultiGeometry>{''.join(map(_geometry, shapely.get_parts(shape)))}</MultiGeometry>"


def _ring(ring: shapely.Geometry) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: shapely.Geometry) -> str:
    pairs = " ".join(f"{x!r},{y!r}" for x, y in shapely.get_coordinates(shape).tolist())
    return f"<coordinates>{pairs}</coordinates>"


def _xml(text: str) -> str:
    return escape(text, _ENTITIES)
