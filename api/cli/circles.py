"""``circles``: service circles as polygons, of what is loaded or of files without any database."""

from pathlib import Path
from typing import Any

import click
import pandas as pd

from api.cli.asking import question_of, question_options, zone_of
from api.cli.bringing import FILE, file_options, show_refused
from api.cli.report import json_option, progress, show, show_json, show_remarks, slopes_in_words
from geo.workflows.brought import Brought
from geo.workflows.ground.zone import Zone
from geo.workflows.reach import circling
from geo.workflows.reach.circling import SHAPES, Circles, Figure, circle
from geo.workflows.reach.doubting import beyond_told
from geo.workflows.reach.noting import notes_on_stations
from geo.write.form import Form
from geo.write.frame import write_frame


@click.command("circles", short_help="Draw what is within the minutes of a station.")
@click.option("--stations", type=FILE, help="A file of stations; without it, what is loaded.")
@click.option("--streets", type=FILE, help="Of the same zone; without them the disc stands in.")
@click.option("--base", type=FILE, help="Likewise: what stops ways, such as water, railways and walls.")
@click.option(
    "--minutes",
    "limits",
    multiple=True,
    type=click.FloatRange(0, 60, min_open=True),
    help="Several times for several bands; by default the profile's promise.",
)
@click.option(
    "--shape",
    type=click.Choice(list(SHAPES)),
    default="dissolved",
    show_default=True,
    help="One area, one for each station, or each place to the nearest station.",
)
@question_options(standard=True)
@click.option("--detour", type=click.FloatRange(min=1), help="Of discs; by default the profile's.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The polygons.")
@file_options
@json_option
def circles(*, limits: tuple[float, ...], shape: Any, output: Path | None, as_json: bool, **said: Any) -> int:
    """Draw the service circles of all stations.

    With --stations, a file, no database is needed. The output is a GeoPackage, GeoJSON, KML or a zip with a
    Shapefile, by its ending; without one the areas are only counted.
    """
    files = {name: said.pop(name) for name in ("stations", "streets", "base")}
    with zone_of(files, said) as zone:
        figure = Figure(shape, standard=said["method"] == "standard", detour=said.pop("detour"))
        said["method"] = "disc" if figure.standard or figure.detour else said["method"]
        question = question_of(zone, max(limits, default=None), said)
        drawn = circle(zone, zone.stamp(), question, limits or (question.minutes,), figure)
        result = _told(zone, drawn)
        if output is not None:
            result["output"] = _write(zone, drawn, output)
        if as_json:
            show_json(result)
        else:
            _show(result)
            if isinstance(zone, Brought):
                show_refused(zone)
        return int(isinstance(zone, Brought) and bool(zone.refused or result["remarks"]))


def _told(zone: Zone, drawn: Circles) -> dict[str, Any]:
    stations, areas = drawn.district.stations, drawn.areas
    result = circling.describe(zone, drawn) | {
        "circles": [
            {
                "minutes": minutes,
                "station": None if pd.isna(own) else stations.at[own, "source_id"],
                "area_m2": round(area_m2),
            }
            for minutes, own, area_m2 in zip(
                areas["minutes"], areas["station"], areas["area_m2"], strict=True
            )
        ],
        "beyond_data": beyond_told(zone, drawn.district, drawn.question),
        "remarks": notes_on_stations(zone, drawn.district, drawn.question),
    }
    return result | zone.provenance() if isinstance(zone, Brought) else result


def _write(zone: Zone, drawn: Circles, output: Path) -> dict[str, Any]:
    ids = drawn.district.stations["source_id"]
    names = drawn.district.stations["name"]
    frame = drawn.areas.assign(
        station_id=drawn.areas["station"].map(ids).astype(object),
        station_name=drawn.areas["station"].map(names).astype(object),
        method=circling.describe(zone, drawn)["method"],
        mode=drawn.question.mode,
    )
    headers = ("minutes", "station_id", "station_name", "mode", "method", "area_m2")
    with progress(output.name) as advance:
        report = write_frame(
            frame,
            output,
            headers={name: name for name in headers},
            form=Form(name="circles"),
            on_progress=advance,
        )
    return report.to_dict()


def _show(result: dict[str, Any]) -> None:
    ways = {
        "network": "along the streets",
        "disc": "in a straight line",
        "standard": "by the radii of GB 50180",
    }
    way = ways[result["method"]] + (f" ÷ {result['detour']:g}" if result["detour"] else "")
    show(f"{result['shape']}, {result['mode']}, {way}, {result['stations']} facilities")
    show(slopes_in_words(result["slopes"]))
    for minutes in dict.fromkeys(one["minutes"] for one in result["circles"]):
        areas = [one["area_m2"] for one in result["circles"] if one["minutes"] == minutes]
        show(f"{minutes:g} minutes: {len(areas):,} areas, {sum(areas) / 1e6:,.2f} km²")
    if not result["stations"]:
        show("No facility counts: bring or load stations, or ask with another --kind or --function.")
    show_remarks(result["remarks"])
    if "output" in result:
        show(f"{result['output']['file']}: {result['output']['features']:,} polygons")
