"""Documents: a text of JSON, and the features in it."""

import json
import math
import re
from typing import Any

from geo.errors import FileRefused

Json = dict[str, Any]

SHAPES = tuple(f"{many}{one}" for many in ("", "Multi") for one in ("Point", "LineString", "Polygon"))
_IN_LINES = re.compile(r"\x1e|\{[^\n]*\}[ \t\r]*\n\s*\{")
"""Features in a line each (RFC 8142, with and without its mark)."""


def parse(text: str) -> Any:
    """Return a document, or the list of those that stand in a line each; FileRefused where it is no JSON."""
    lines = [line.strip("\x1e \t\r") for line in text.split("\n")] if _IN_LINES.match(text) else []
    try:
        if lines:
            return [json.loads(line, parse_constant=lambda _: math.nan) for line in lines if line]
        return json.loads(text, parse_constant=lambda _: math.nan)
    except RecursionError as error:
        raise FileRefused("The JSON is nested too deeply to be GeoJSON.", reason="json-too-deep") from error
    except ValueError as error:
        raise FileRefused(
            f"The file is not JSON: {str(error)[:120]}; export it as GeoJSON again.",
            reason="json-unreadable",
            line=getattr(error, "lineno", 1),
        ) from error


def features_of(root: Any) -> tuple[list[Any], Json]:
    """Return the features of a document, and the part of it that may name a system.

    Raises
    ------
    FileRefused
        Where it is no layer of GeoJSON.
    """
    if isinstance(root, list) and root and all(isinstance(one, dict) for one in root):
        root = {"type": "FeatureCollection", "features": root}
    kind = root.get("type") if isinstance(root, dict) else None
    if kind in (*SHAPES, "GeometryCollection"):
        return [{"type": "Feature", "properties": {}, "geometry": root}], root
    if kind is None and isinstance(root, dict) and isinstance(root.get("features"), list):
        esri = "geometryType" in root or "spatialReference" in root
        kind = "Esri JSON" if esri else "FeatureCollection"
    features = root.get("features") if kind == "FeatureCollection" else [root]
    if isinstance(root, dict) and root.get("UTF8Encoding"):
        kind = "ECharts"
    if kind not in ("FeatureCollection", "Feature") or not isinstance(features, list):
        raise _no_collection(kind)
    if features and not any(is_feature(one) for one in features):
        raise FileRefused(
            "None of the features of the GeoJSON is a Feature; export the layer again.",
            reason="json-without-features",
        )
    return features, root


def is_feature(value: Any) -> bool:
    """Tell whether a value is a Feature; some programs leave the word out."""
    nameless = "Feature" if isinstance(value, dict) and "geometry" in value else None
    return isinstance(value, dict) and value.get("type", nameless) == "Feature"


def _no_collection(kind: Any) -> FileRefused:
    what = {
        "Topology": "is TopoJSON, which is not read",
        "Esri JSON": "is Esri JSON, which is not read",
        "ECharts": "is a map of ECharts with compressed outlines (UTF8Encoding), a picture's and not read",
        "FeatureCollection": "has no list of features",
    }.get(str(kind), "is no GeoJSON FeatureCollection")
    return FileRefused(
        f"The JSON {what}; export the layer as GeoJSON again.",
        reason="json-of-another-type",
        type=str(kind or "–")[:40],
    )
