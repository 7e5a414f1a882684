"""The map of coverage gaps: grids by the share of workers in reach, and the cells out of reach."""

from urllib.parse import parse_qs, urlencode, urlsplit

from maps.facts import offered_minutes, zone_facts
from maps.layers import API, COVERAGE
from maps.page import Context, Page, render
from maps.shell import build_shell

WAYS = ("zone", "block", "park", "grid", "chain", "industry", "size", "function", "shift")
"""How the zone is divided into parts, as the API knows it."""


def coverage_page(context: Context) -> Page:
    """Return the coverage map; its data come from the API."""
    return render(
        "coverage.html",
        context,
        shell=build_shell(context.extent, COVERAGE),
        sections=(
            "state",
            "figure",
            "card",
            "status",
            "method",
            "mode",
            "map",
            "legend",
            "unit",
            "verdict",
            "certainty",
            "worst",
            "hours",
            "parts",
            "download",
            "correction",
            "desk",
        ),
        data=zone_facts(context),
        values={
            "layers": COVERAGE,
            "grids": _grids_address(context),
            "offered": offered_minutes(context),
            "promised": context.profile.circle.minutes,
            "ways": WAYS,
        },
    )


def _grids_address(context: Context) -> str:
    """Return the address that the script will ask for its largest file, to be asked for at once."""
    asked = parse_qs(urlsplit(context.path).query)
    carried = {name: asked[name][0] for name in ("release", "on") if name in asked}
    counting = context.profile.counting
    wanted = carried | {"basis": counting.basis, "level": counting.name}
    return f"{API}/grids.geojson?{urlencode(wanted)}"
