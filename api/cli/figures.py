"""``status``, ``cover``: the zone in figures."""

from typing import Any

import click

from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.store.engine import reading
from geo.workflows import covering
from geo.workflows.calendar import today
from geo.workflows.resident import Resident
from geo.workflows.status import count


@click.command("status", short_help="Count what is loaded and assigned.")
@json_option
def status(*, as_json: bool) -> int:
    """Count what is loaded, assigned and covered by organisations."""
    settings = Settings.from_environment()
    with open_engine(settings) as engine, reading(engine) as connection:
        figures = count(connection, settings.zone, on=today(settings.zone))
    if as_json:
        show_json(figures)
        return 0
    show(f"{figures['title']['zh']} · release {figures['release'] or 'none'} · {figures['on']}")
    show(f"grids {figures['grids']} ({', '.join(f'{k} {v}' for k, v in figures['levels'].items())})")
    for name in ("enterprises", "stations", "centres"):
        counts = figures[name]
        show(
            f"{name} {counts['total']}: {counts['assigned']} assigned ({counts['ties']} ties), "
            f"{counts['ambiguous']} ambiguous, {counts['unassigned']} unassigned "
            f"({counts['no_location']} without a location)"
        )
    show(f"organisations {figures['organisations']}, covering {figures['grids_with_organisation']} grids")
    streets = figures["streets"]
    show(f"streets {streets['count']}, {streets['length_m'] / 1000:.1f} km" if streets else "streets: none")
    return 0


@click.command("cover", short_help="Count who reaches a station in time.")
@click.option("--minutes", type=click.FloatRange(0, 60, min_open=True), help="By default the profile's.")
@click.option(
    "--mode",
    type=click.Choice(["walk", "ebike", "drive"]),
    default="walk",
    show_default=True,
    help="How people move.",
)
@click.option(
    "--method", type=click.Choice(["network", "disc"]), help="By default along streets, where loaded."
)
@click.option(
    "--function", "functions", multiple=True, help="Only facilities with it, or with all of several."
)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(["station", "centre"]),
    help="Only these facilities; by default those of the profile's promise.",
)
@json_option
def cover(*, as_json: bool, minutes: float | None, kinds: tuple[str, ...], **said: Any) -> int:
    """Count who reaches a station in time: area, grids, enterprises, workers."""
    settings = Settings.from_environment()
    circle = settings.zone.circle
    question = covering.Question(minutes=minutes or circle.minutes, kinds=kinds or circle.kinds, **said)
    with open_engine(settings) as engine:
        resident = Resident(engine, settings.zone)
        result = covering.describe(resident, covering.cover(resident, resident.stamp(), question))
    if as_json:
        show_json(result)
        return 0
    way = "along the streets" if result["method"] == "network" else "in a straight line"
    show(f"{result['minutes']:g} minutes, {result['mode']}, {way}, {result['stations']} facilities")
    if not result["stations"]:
        show("No facility counts: load stations, or ask with another --kind or --function.")
    for name, row in result["denominators"].items():
        if row is None:
            show(f"{name}: not known")
        elif not row["total"]:
            show(f"{name}: none loaded")
        else:
            counts = ", ".join(f"{key} {value:,}" for key, value in row.items())
            show(f"{name}: {row['covered'] / row['total']:.1%} – {counts}")
    return 0
