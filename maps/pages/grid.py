"""A grid's own page, for its chief on a tablet: outline, enterprises, out of reach, stations."""

from collections.abc import Mapping
from typing import Any

from maps import notation
from maps.facts import zone_facts
from maps.layers import GRID
from maps.page import Context, Page, render
from maps.shell import build_shell
from maps.words import words

IN_SCRIPT = ("id", "code", "name", "basis", "level", "geometry", "minutes")


def grid_page(context: Context, grid: Mapping[str, Any]) -> Page:
    """Return the page of one grid.

    Parameters
    ----------
    context : Context
        What every page knows.
    grid : mapping
        The answer of ``GET /api/v1/grids/{code}``; its ``geometry`` is GeoJSON in EPSG:4326, or None
        at a level that has none.
    """
    enterprises = grid["enterprises"]
    shown = {"organisations": [], "children": [], "stations": [], **grid}
    return render(
        "grid.html",
        context,
        shell=build_shell(tuple(grid["bounds"]) if grid.get("bounds") else context.extent, GRID),
        sections=("state", "grid", "card", "status", "unit", "error"),
        data=zone_facts(context) | {"grid": {key: grid.get(key) for key in IN_SCRIPT}},
        values={
            "grid": shown,
            "about": _about(context, grid),
            "kind_of": lambda key: _kind(context, key),
            "tabs": [
                ("enterprises", enterprises["total"]),
                ("missing", enterprises.get("out_of_reach") or 0),
                ("stations", len(shown["stations"])),
            ],
        },
    )


def _about(context: Context, grid: Mapping[str, Any]) -> list[str]:
    t = words(context.language)
    workers = grid["enterprises"].get("workers")
    area_m2 = grid.get("area_m2")
    parts = [
        grid["code"] if grid.get("name") else None,
        _kind(context, grid.get("kind")),
        grid.get("park"),
        t("grid.chief", name=grid["chief"]) if grid.get("chief") else None,
        None if area_m2 is None else notation.area(area_m2, context.language),
        None if workers is None else t("unit.workers", count=notation.number(workers, context.language)),
    ]
    return [part for part in parts if part]


def _kind(context: Context, key: str | None) -> str | None:
    profile = context.profile
    if key is None:
        return None
    return context.title(profile.kind_titles.get(key) or profile.functions.get(key), key)
