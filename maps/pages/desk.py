"""The desk: a file goes in, a report in words comes out."""

from geo.frames import CONTRACTS
from maps.facts import zone_facts
from maps.page import Context, Page, render

SUFFIXES = (".geojson", ".json", ".csv", ".xlsx", ".xls")
"""What the web takes; the other formats go through the command line."""


def desk_page(context: Context) -> Page:
    """Return the page with the upload form."""
    levels = [level for level in context.profile.levels if level.basis != "general"]
    return render(
        "desk.html",
        context,
        sections=("state", "report", "refused", "kind", "column", "unit", "error"),
        data=zone_facts(context),
        values={
            "kinds": list(CONTRACTS),
            "suffixes": SUFFIXES,
            "levels": [
                (f"{level.basis}/{level.name}", context.title(level.title, level.name)) for level in levels
            ],
            "counting": f"{context.profile.counting.basis}/{context.profile.counting.name}",
        },
    )
