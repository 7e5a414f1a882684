"""``status``: the zone in figures."""

import click

from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.store.engine import reading
from geo.workflows.figures.status import count
from geo.workflows.ground.calendar import today


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
