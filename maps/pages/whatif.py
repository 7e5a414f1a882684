"""The page “what if”: scenarios of stations, what they bring, and where the next should stand."""

from maps.facts import offered_minutes, zone_facts
from maps.layers import WHATIF
from maps.page import Context, Page, render
from maps.shell import build_shell

SECTIONS = (
    *("state", "figure", "card", "method", "mode", "map", "unit", "layer", "job", "desk"),
    *("whatif", "siting", "correction", "report", "refused"),
)
"""The sections of the catalogue that the page's scripts read."""


def whatif_page(context: Context) -> Page:
    """Return the page; its stations, scenarios and figures come from the API."""
    return render(
        "whatif.html",
        context,
        shell=build_shell(context.extent, WHATIF),
        sections=SECTIONS,
        data=zone_facts(context),
        values={
            "layers": WHATIF,
            "offered": offered_minutes(context),
            "promised": context.profile.circle.minutes,
        },
    )
