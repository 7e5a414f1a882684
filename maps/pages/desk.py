"""The desk: a file goes in, is mended and compared, and comes out as a release."""

from typing import Any

from geo.contracts import CONTRACTS
from geo.findings import FIXES
from maps.facts import zone_facts
from maps.layers import DESK
from maps.page import Context, Page, render
from maps.shell import build_shell

SUFFIXES = (
    *(".geojson", ".json", ".csv", ".xlsx", ".xls", ".ods", ".zip", ".gpkg", ".kml", ".kmz", ".dxf"),
    *(".mif", ".fgb", ".gml", ".pbf", ".txt", ".tsv"),
)
"""What the web takes; the other formats go through the command line."""

SECTIONS = (
    *("state", "desk", "files", "draft", "dossier", "candidate", "finding", "severity", "fix", "mend"),
    *("change", "publication", "releases", "edit", "keys", "swipe", "job", "card", "layer", "kind", "column"),
    *("refused", "report", "unit", "map", "method", "page", "shape"),
)
"""The sections of the catalogue that the desk's scripts read."""


def desk_page(context: Context) -> Page:
    """Return the desk; its drafts, findings and releases come from the API."""
    return render(
        "desk.html",
        context,
        shell=build_shell(context.extent, DESK),
        sections=SECTIONS,
        data=zone_facts(context) | {"desk": _facts(context)},
        values={"layers": DESK, "suffixes": SUFFIXES},
    )


def _facts(context: Context) -> dict[str, Any]:
    """Return what the desk's scripts know beforehand: kinds, their columns, the levels, the fixes."""
    profile = context.profile
    return {
        "kinds": list(CONTRACTS),
        "columns": {kind: contract.names for kind, contract in CONTRACTS.items()},
        "levels": [
            {
                "basis": level.basis,
                "name": level.name,
                "title": context.title(level.title, level.name),
                "geometry": level.geometry,
            }
            for level in profile.levels
        ],
        "fixes": list(FIXES),
        "empty": context.extent is None,
    }
