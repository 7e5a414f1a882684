"""GeoJSON (RFC 7946), read without GDAL, which would follow links in it."""

import json
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import CrsUnknown
from geo.frames import Refusal
from geo.read.columns.values import cell
from geo.read.formats.document import Json, features_of, is_feature, parse
from geo.read.records import Records, cells_of, refuse_excess, storable
from geo.read.text import decode

_DEFAULT_CRS = "OGC:CRS84"
_ESCAPED = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)


class _Malformed(Exception):
    """A geometry that is none; its text says why. It never leaves this module."""


def read_geojson(data: bytes, *, encoding: str | None = None) -> Records:
    """Read a FeatureCollection, a single Feature or geometry, or Features in a list or a line each.

    A coordinate system is taken by its name alone; without one it is CRS84, as the standard says.

    Parameters
    ----------
    data, encoding
        The whole file, and what a person says; the standard is UTF-8.

    Raises
    ------
    FileRefused
        Where it is not GeoJSON.
    CrsUnknown
        Where the coordinate system is a link or null.
    """
    text, codec, how = decode(data, encoding=encoding)
    features, root = features_of(parse(text))
    properties = [_properties(feature) for feature in features]
    names = list(dict.fromkeys(name for row in properties for name in row))
    refuse_excess(len(names), len(features))
    columns = [[cell(_plain(row.get(name))) for row in properties] for name in names]
    geometry = np.empty(len(features), dtype=object)
    refused = []
    for i, feature in enumerate(features):
        try:
            geometry[i] = _geometry_of(feature)
        except _Malformed as problem:
            refused.append(_refusal(i + 1, str(problem)))
        except shapely.errors.ShapelyError:
            refused.append(_refusal(i + 1, "its parts make no geometry"))
    stated = _crs(root)
    bad = [refusal.row - 1 for refusal in refused]
    keep = np.setdiff1d(np.arange(len(features)), np.array(bad, dtype=int))
    cells = cells_of(columns, range(1, len(features) + 1)).iloc[keep]
    return Records(
        "geojson",
        tuple(storable(name) for name in names),
        cells,
        geometry=geometry[keep],
        crs=stated or _DEFAULT_CRS,
        assumed=stated is None,
        encoding=codec,
        # UTF-8 is the standard's own.
        how="format" if how == "strict utf-8" else how,
        refused=tuple(refused),
        remarks=_strange(text, columns),
    )


def _strange(text: str, columns: list[list[str | None]]) -> tuple[Refusal, ...]:
    """Remark on characters that were replaced; only an escaped one can be strange in decoded text."""
    if not _ESCAPED.search(text):
        return ()
    if not any(storable(value) != value for column in columns for value in column if value):
        return ()
    return (Refusal(0, "strange-characters", "Characters that are none were replaced by U+FFFD."),)


def _properties(feature: Any) -> Json:
    if not isinstance(feature, dict):
        return {}
    given = feature.get("properties")
    properties = dict(given) if isinstance(given, dict) else {}
    if isinstance(feature.get("id"), str | int | float) and "id" not in properties:
        properties["id"] = feature["id"]
    return properties


def _plain(value: Any) -> Any:
    """Return what a cell can hold: nested values become JSON text."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return [json.dumps(v, ensure_ascii=False) if isinstance(v, dict | list) else v for v in value]
    return value


def _crs(root: Json) -> str | None:
    if "crs" not in root:
        return None
    crs = root["crs"]
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(crs, dict) and crs.get("type") == "name" and isinstance(name, str):
        return name
    raise CrsUnknown(
        "The GeoJSON states its coordinate system other than by a name; remove its “crs”, "
        "or write a name such as urn:ogc:def:crs:EPSG::4490.",
        reason="json-crs-unnamed",
    )


def _geometry_of(feature: Any) -> shapely.Geometry | None:
    if not is_feature(feature):
        raise _Malformed("it is no Feature")
    return _geometry(feature.get("geometry"))


def _geometry(value: Any) -> shapely.Geometry | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _Malformed("it is no object")
    kind, coordinates = value.get("type"), value.get("coordinates")
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        if not isinstance(parts, list) or any(_is_collection(p) for p in parts):
            raise _Malformed("its collection holds no plain geometries")
        return shapely.GeometryCollection([g for p in parts if (g := _geometry(p)) is not None])
    if not isinstance(coordinates, list):
        raise _Malformed("it has no coordinates")
    if kind == "Point":
        return _point(coordinates)
    if kind == "LineString":
        return _line(coordinates)
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPoint":
        return shapely.MultiPoint([_point(c) for c in coordinates])
    if kind == "MultiLineString":
        return shapely.MultiLineString([_line(c) for c in coordinates])
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(c) for c in coordinates])
    raise _Malformed(f"“{str(kind)[:40]}” is no type of geometry")


def _is_collection(value: Any) -> bool:
    return isinstance(value, dict) and value.get("type") == "GeometryCollection"


def _point(coordinates: Any) -> shapely.Point:
    return shapely.Point(_positions([coordinates])[0]) if coordinates else shapely.Point()


def _line(coordinates: Any) -> shapely.LineString:
    positions = _positions(coordinates)
    if len(positions) == 1:
        raise _Malformed("a line has one position alone")
    heights = _heights(coordinates)
    return shapely.LineString(positions if heights is None else np.column_stack([positions, heights]))


def _polygon(coordinates: Any) -> shapely.Polygon:
    if not isinstance(coordinates, list):
        raise _Malformed("a polygon has no list of rings")
    rings = [_positions(ring) for ring in coordinates]
    for ring in rings:
        if len(ring) < 4 or not np.array_equal(ring[0], ring[-1], equal_nan=True):
            raise _Malformed("a ring is not closed, or has fewer than four positions")
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def _positions(value: Any) -> npt.NDArray[np.float64]:
    """Return (n, 2) positions; heights are left out, as everywhere in this service but of lines."""
    if not isinstance(value, list):
        raise _Malformed("its coordinates are no lists of positions")
    if not value:
        return np.empty((0, 2))
    try:
        plain = np.asarray([(position[0], position[1]) for position in value])
    except (TypeError, IndexError, KeyError, ValueError, OverflowError) as error:
        raise _Malformed("a position is not two or more numbers") from error
    if plain.ndim != 2 or plain.dtype.kind not in "iuf":
        raise _Malformed("a position is not two or more numbers")
    if not np.isfinite(plain).all():
        raise _Malformed("a position is not finite")
    return plain.astype(np.float64)


def _heights(line: list[Any]) -> npt.NDArray[np.float64] | None:
    """Return the heights (n,) of a line, which its slope is made of, None where one of them is no number."""
    try:
        heights = np.asarray([position[2] for position in line])
    except (TypeError, IndexError, KeyError, ValueError, OverflowError):
        return None
    if not len(heights) or heights.dtype.kind not in "iuf" or heights.ndim != 1:
        return None
    return heights.astype(np.float64) if np.isfinite(heights).all() else None


def _refusal(row: int, problem: str) -> Refusal:
    return Refusal(
        row,
        "geometry-unreadable",
        f"The geometry cannot be read: {problem}; export the layer again.",
        {"reason": problem},
    )
