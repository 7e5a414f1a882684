"""``streets``: what the streets are good enough for, of what is loaded or of a file without any database."""

from pathlib import Path
from typing import Any

import click

from api.cli.asking import zone_of
from api.cli.bringing import FILE, file_options, show_refused
from api.cli.report import json_option, progress, show, show_json, show_remarks
from geo.workflows.brought import Brought
from geo.workflows.reach.soundness import Soundness, sound
from geo.write.form import Form
from geo.write.frame import write_frame


@click.command("streets", short_help="Say what the streets are good enough for.")
@click.argument("streets", type=FILE, required=False)
@click.option("--enterprises", type=FILE, help="The demand, to see how much of it has a street near.")
@click.option("--base", type=FILE, help="What stops ways, such as water, railways and walls.")
@click.option(
    "--mode",
    type=click.Choice(["walk", "ebike", "drive"]),
    default="walk",
    show_default=True,
    help="Who moves.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Islands, dead ends and crossings as places."
)
@file_options
@json_option
def streets(
    *, streets: Path | None, enterprises: Path | None, output: Path | None, as_json: bool, **said: Any
) -> int:
    """Report on the streets of one mode: length by class, islands, dead ends, crossings, near misses.

    STREETS is a file: an extract of OpenStreetMap (.osm.pbf), or centre lines as a Shapefile, GeoPackage,
    GeoJSON or DXF; without it, what is loaded. Where the streets do not bear what would be claimed by them,
    or rows were refused, the exit code is 1.
    """
    with zone_of({"streets": streets, "enterprises": enterprises, "base": said.pop("base")}, said) as zone:
        found = sound(zone, zone.stamp(), said["mode"])
        result = found.to_dict()
        if isinstance(zone, Brought):
            result |= zone.provenance()
        if output is not None:
            result["output"] = _write(found, output)
        if as_json:
            show_json(result)
        else:
            _show(result)
            if isinstance(zone, Brought):
                show_refused(zone)
        refused = isinstance(zone, Brought) and bool(zone.refused)
        return 0 if found.ok and not refused else 1


def _write(found: Soundness, output: Path) -> dict[str, Any]:
    with progress(output.name) as advance:
        report = write_frame(
            found.condition.places,
            output,
            headers={"kind": "kind", "length_m": "length_m"},
            form=Form(name="places", geometry="Point"),
            on_progress=advance,
        )
    return report.to_dict()


def _show(result: dict[str, Any]) -> None:
    islands = result["islands"]
    show(f"{result['mode']}: {result['length_m'] / 1000:,.1f} km, {result['edges']:,} edges")
    show(f"closed to it: {result['closed_length_m'] / 1000:,.1f} km")
    for name, metres in result["classes"].items():
        show(f"  {name}: {metres / 1000:,.1f} km")
    show(f"for walkers alone: {result['foot_share']:.1%}")
    show(f"parts {result['parts']:,}, islands {len(islands):,} ({sum(i['length_m'] for i in islands):,} m)")
    show(
        f"dead ends {result['dead_ends']:,}, crossings not joined {result['crossings_not_joined']:,}, "
        f"crossings joined {result['crossings_joined']:,}, near misses {result['near_misses']:,}"
    )
    show(f"slopes stated for {result['sloped_share']:.1%} of the length")
    if result["extent"]:
        show("from {} {} to {} {}".format(*result["extent"]))
    if result["demand"]:
        show(
            f"demand with a street within {result['max_access_m']:g} m: {result['demand_within']:,} of "
            f"{result['demand']:,}"
        )
    show_remarks(result["findings"])
    if "output" in result:
        show(f"{result['output']['file']}: {result['output']['features']:,} places")
