"""The desk: a file goes in, a report in words comes out."""

from geo.contracts import CONTRACTS
from maps.facts import zone_facts
from maps.page import Context, Page, render

SUFFIXES = (
    *(".geojson", ".json", ".csv", ".xlsx", ".xls", ".ods", ".zip", ".gpkg", ".kml", ".kmz", ".dxf"),
    *(".mif", ".fgb", ".gml", ".pbf"),
)
"""What the web takes; the other formats go through the command line."""


def desk_page(context: Context) -> Page:
    """Return the page with the upload form."""
    counting = context.profile.counting
    levels = [level for level in context.profile.levels if level.basis == counting.basis]
    return render(
        "desk.html",
        context,
        sections=("state", "desk", "report", "refused", "kind", "column", "unit", "error"),
        data=zone_facts(context),
        values={
            "kinds": list(CONTRACTS),
            "suffixes": SUFFIXES,
            "levels": [(level.name, context.title(level.title, level.name)) for level in levels],
            "counting": counting.name,
        },
    )
