"""The enterprises without a location, beside a map of where each may be."""

from maps.facts import zone_facts
from maps.layers import UNPLACED
from maps.page import Context, Page, render
from maps.shell import build_shell


def unplaced_page(context: Context) -> Page:
    """Return the page on which places are found for enterprises; its data come from the API."""
    return render(
        "unplaced.html",
        context,
        shell=build_shell(context.extent, UNPLACED),
        sections=("state", "places", "geocode", "unit", "card"),
        data=zone_facts(context),
    )
