"""The map of service circles: what is in reach along the streets, against the straight line."""

from maps.facts import offered_minutes, zone_facts
from maps.layers import CIRCLES
from maps.page import Context, Page, render
from maps.shell import build_shell


def circles_page(context: Context) -> Page:
    """Return the map of service circles; its data come from the API."""
    return render(
        "circles.html",
        context,
        shell=build_shell(context.extent, CIRCLES),
        sections=(
            "state",
            "figure",
            "card",
            "method",
            "mode",
            "map",
            "legend",
            "unit",
            "contrast",
            "correction",
            "way",
        ),
        data=zone_facts(context),
        values={
            "layers": CIRCLES,
            "offered": offered_minutes(context),
            "promised": context.profile.circle.minutes,
        },
    )
