"""The zone's figures, each a door to the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maps import notation
from maps.facts import zone_facts
from maps.page import Context, Page, render
from maps.words import Words, words

PARTS = ("assigned", "ties", "overridden", "ambiguous", "unassigned", "no_location")
"""What a count is made of, in the words of the status; what is a part of another follows it."""


@dataclass(frozen=True)
class Tile:
    """One figure: its name, its count, what to add to it, and the address of its list."""

    name: str
    count: int | None
    address: str
    notes: tuple[str, ...] = ()


def home_page(context: Context, status: Mapping[str, Any]) -> Page:
    """Return the page of the zone's figures.

    Parameters
    ----------
    context : Context
        What every page knows.
    status : mapping
        The answer of ``GET /api/v1/status``.
    """
    return render(
        "home.html",
        context,
        sections=("state", "figure", "method", "mode", "unit"),
        data=zone_facts(context),
        values={
            "status": status,
            "tiles": _tiles(context, status),
            "data_rows": _data_rows(context, status),
        },
    )


def _tiles(context: Context, status: Mapping[str, Any]) -> list[Tile]:
    t = words(context.language)
    kinds = context.profile.kind_titles
    enterprises = status["enterprises"]
    return [
        Tile(
            context.title(context.profile.counting.title),
            status["grids"],
            context.list_address("grids"),
            _levels(context, status),
        ),
        Tile(
            t("figure.enterprises"),
            enterprises["total"],
            context.list_address("enterprises"),
            _notes(t, enterprises),
        ),
        Tile(
            t("figure.workers"),
            enterprises.get("workers"),
            context.list_address("enterprises"),
            _notes(t, enterprises, ("workers_unknown",)),
        ),
        *(
            Tile(
                context.title(kinds.get(kind), t(f"home.{name}")),
                status[name]["total"],
                context.list_address("stations", kind=kind),
                _notes(t, status[name]),
            )
            for name, kind in (("stations", "station"), ("centres", "centre"))
        ),
        Tile(t("home.organisations"), status["organisations"], context.list_address("organisations")),
    ]


def _notes(t: Words, counts: Mapping[str, Any], names: tuple[str, ...] = PARTS) -> tuple[str, ...]:
    return tuple(
        t(f"home.{name}", count=notation.number(counts[name], t.language))
        for name in names
        if counts.get(name)
    )


def _levels(context: Context, status: Mapping[str, Any]) -> tuple[str, ...]:
    counting = context.profile.counting
    shown = [level for level in context.profile.levels if level != counting]
    counts = ((level, status["levels"].get(f"{level.basis}/{level.name}")) for level in shown)
    return tuple(
        f"{context.title(level.title)} {notation.number(count, context.language)}"
        for level, count in counts
        if count
    )


def _data_rows(context: Context, status: Mapping[str, Any]) -> list[tuple[str, str]]:
    t = words(context.language)
    streets = status.get("streets")
    rows = [(t("home.release"), str(status["release"] if status["release"] is not None else "–"))]
    if streets:
        text = t(
            "home.streets_text",
            count=notation.number(streets["count"], t.language),
            length=notation.length(streets["length_m"], t.language),
            day=notation.day(streets.get("loaded_at"), t.language, zone=context.profile.zone_info),
        )
        source = streets.get("source")
        rows.append((t("home.streets"), f"{text} ({source})" if source else text))
    else:
        rows.append((t("home.streets"), t("home.no_streets")))
    if status.get("parks") is not None:
        rows.append((t("home.parks"), notation.number(status["parks"], t.language)))
    return rows
