"""A grid's own page, for its chief on a tablet: outline, enterprises, out of reach, stations."""

from collections.abc import Mapping
from typing import Any

from maps import notation
from maps.facts import zone_facts
from maps.layers import GRID
from maps.page import Context, Page, render
from maps.shell import Extent, build_shell
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
    shown = {"organisations": [], "children": [], "stations": [], **grid}
    return render(
        "grid.html",
        context,
        shell=build_shell(_bounds(grid) or context.extent, GRID),
        sections=("state", "grid", "card", "status", "unit", "places", "geocode", "verdict"),
        data=zone_facts(context) | {"grid": {key: grid.get(key) for key in IN_SCRIPT}},
        values={
            "grid": shown,
            "about": _about(context, grid),
            "kind_of": lambda key: _kind(context, key),
            "parent": grid.get("parent") and _address(context, grid, grid["parent"], -1),
            "children": [
                (child.get("name") or child["code"], _address(context, grid, child["code"], +1))
                for child in shown["children"]
            ],
            "tabs": _tabs(shown),
            "counted": (grid["basis"], grid["level"]) == _counted(context),
        },
    )


def _counted(context: Context) -> tuple[str, str]:
    counting = context.profile.counting
    return counting.basis, counting.name


def _tabs(grid: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return the lists of a grid; a level that is not counted has only the grids below it."""
    tabs = []
    if "enterprises" in grid:
        tabs += [
            ("enterprises", grid["enterprises"]["total"]),
            ("missing", grid["enterprises"].get("out_of_reach") or 0),
            ("stations", len(grid["stations"])),
        ]
    if grid["children"] or not tabs:
        tabs.append(("children", len(grid["children"])))
    return tabs


def _bounds(grid: Mapping[str, Any]) -> Extent | None:
    if not grid.get("bounds"):
        return None
    west, south, east, north = grid["bounds"]
    return west, south, east, north


def _address(context: Context, grid: Mapping[str, Any], code: str, step: int) -> str:
    """Return the address of a grid's parent (step −1) or child (+1); its level is the next one."""
    profile = context.profile
    levels = [level for level in profile.levels if level.basis == grid["basis"]]
    place = [level.name for level in levels].index(grid["level"]) + step
    if not 0 <= place < len(levels) or levels[place] == profile.counting:
        return context.grid_address(code)
    return context.grid_address(code, basis=grid["basis"], level=levels[place].name)


def _about(context: Context, grid: Mapping[str, Any]) -> list[str]:
    t = words(context.language)
    workers = grid.get("enterprises", {}).get("workers")
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
