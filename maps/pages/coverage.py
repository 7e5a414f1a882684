"""The map of coverage gaps: grids by the share of workers in reach, and the cells out of reach."""

from maps.facts import offered_minutes, zone_facts
from maps.layers import COVERAGE
from maps.page import Context, Page, render
from maps.shell import build_shell


def coverage_page(context: Context) -> Page:
    """Return the coverage map; its data come from the API."""
    return render(
        "coverage.html",
        context,
        shell=build_shell(context.extent, COVERAGE),
        sections=("state", "figure", "card", "method", "mode", "map", "legend", "unit", "error"),
        data=zone_facts(context),
        values={
            "layers": COVERAGE,
            "offered": offered_minutes(context),
            "promised": context.profile.circle.minutes,
        },
    )
