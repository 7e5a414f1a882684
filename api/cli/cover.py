"""``cover``: who reaches a station in time, of what is loaded or of files without any database."""

from pathlib import Path
from typing import Any

import click

from api.cli.asking import question_of, question_options, zone_of
from api.cli.bringing import FILE, file_options, grid_options, show_refused
from api.cli.report import (
    headers_option,
    json_option,
    number_of,
    progress,
    show,
    show_json,
    show_remarks,
    slopes_in_words,
)
from geo.workflows.brought import Brought
from geo.workflows.figures.handing import WHAT, Wanted, hand_out
from geo.workflows.ground.zone import Zone
from geo.workflows.plan import allotting
from geo.workflows.plan.overflowing import write_overflow
from geo.workflows.plan.whatif import weigh
from geo.workflows.reach import covering, grouping
from geo.workflows.reach.contrast import contrast
from geo.workflows.reach.covering import Coverage
from geo.workflows.reach.doubting import beyond_told, certainty_told, worst_told
from geo.workflows.reach.grouping import WAYS, By
from geo.workflows.reach.noting import notes


@click.command("cover", short_help="Count who reaches a station in time.")
@click.argument("enterprises", type=FILE, required=False)
@click.option("--stations", type=FILE, help="Of ENTERPRISES' zone.")
@click.option("--streets", type=FILE, help="Likewise; without them the straight line stands in.")
@click.option("--grids", type=FILE, help="Likewise; without them nothing is outside.")
@click.option("--base", type=FILE, help="Likewise: what stops ways, such as water, railways and walls.")
@click.option("--minutes", type=click.FloatRange(0, 60, min_open=True), help="By default the profile's.")
@question_options()
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="Only facilities that are open at this moment of the zone, such as 2026-12-01T22:00.",
)
@click.option("--by", type=click.Choice(list(WAYS)), help="Count the parts of the zone too.")
@click.option(
    "--compare", is_flag=True, help="Hold discs against the streets: who is covered falsely, who is missed."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="A file with the rows behind it.")
@click.option(
    "--what",
    type=click.Choice([*WHAT, "overflow"]),
    default="enterprises",
    show_default=True,
    help="The rows of the output: each enterprise with its minutes, each group, each cell of the gaps, or "
    "whose demand the nearest station has no room for.",
)
@headers_option
@file_options
@grid_options
@json_option
def cover(*, enterprises: Path | None, minutes: float | None, by: Any, as_json: bool, **said: Any) -> int:
    """Count who reaches a station in time: area, grids, enterprises, workers.

    With ENTERPRISES, a file, and --stations, another, no database is needed. The output is Excel, CSV, a
    GeoPackage, GeoJSON, KML or a zip with a Shapefile, by its ending. Rows that cannot be taken are listed
    with their number and the reason, and the others go on; the exit code is then 1, as it is where a remark
    says that the figures mean nothing.
    """
    files = {"enterprises": enterprises, **{k: said.pop(k) for k in ("stations", "streets", "grids", "base")}}
    with zone_of(files, said) as zone:
        question = question_of(zone, minutes, said)
        coverage = covering.cover(zone, zone.stamp(), question)
        result = _told(zone, coverage, by)
        if said["compare"]:
            result["contrast"] = contrast(zone, zone.stamp(), question)
        if said["output"] is not None:
            result["output"] = _write(zone, coverage, by or "zone", said)
        if as_json:
            show_json(result)
        else:
            _show(result)
            if isinstance(zone, Brought):
                show_refused(zone)
        faulty = any(one["level"] == "error" for one in result["remarks"])
        return int(isinstance(zone, Brought) and (faulty or bool(zone.refused)))


def _told(zone: Zone, coverage: Coverage, by: By | None) -> dict[str, Any]:
    result = covering.describe(zone, coverage) | {
        "certainty": certainty_told(zone, coverage),
        "worst": worst_told(zone, coverage),
        "beyond_data": beyond_told(zone, coverage.district, coverage.question),
        "allotment": allotting.room_told(zone, coverage),
        "remarks": notes(zone, coverage),
    }
    if by is not None:
        result["groups"] = grouping.breakdown(zone, coverage, by)
    if isinstance(zone, Brought):
        result |= {"by_grid": covering.rows_by_grid(coverage)} | zone.provenance()
    return result


def _write(zone: Zone, coverage: Coverage, by: By, said: dict[str, Any]) -> dict[str, Any]:
    output, language = said["output"], said["language"]
    with progress(output.name) as advance:
        if said["what"] == "overflow":
            effect = weigh(zone, zone.stamp(), coverage.question, ())
            report = write_overflow(zone, effect, output, language=language)
        else:
            wanted = Wanted(said["what"], by, language)
            report = hand_out(zone, coverage, wanted, output, on_progress=advance)
    return report.to_dict()


def _show(result: dict[str, Any]) -> None:
    way = "along the streets" if result["method"] == "network" else "in a straight line"
    show(f"{result['minutes']:g} minutes, {result['mode']}, {way}, {result['stations']} facilities")
    show(slopes_in_words(result["slopes"]))
    for name, row in result["denominators"].items():
        if row is None:
            show(f"{name}: not known")
        elif not row["total"]:
            show(f"{name}: none loaded")
        else:
            counts = ", ".join(f"{key} {value:,}" for key, value in row.items())
            show(f"{name}: {row['covered'] / row['total']:.1%} – {counts}")
    if hours := result["hours"]:
        show(
            f"at {hours['at']}: open {hours['open']}, closed {hours['closed']}, unknown {hours['unknown']}, "
            f"which would reach {number_of(hours['enterprises'], 'enterprise')} more"
        )
    sure = result["certainty"]["enterprises"]
    show("enterprises in reach: " + ", ".join(f"{name} {sure[name]:,}" for name in ("sure", "maybe", "no")))
    if (worst := result["worst"])["enterprises"]:
        far = "no way" if worst["minutes"] is None else f"{worst['minutes']:g} minutes or more"
        show(f"the tenth with the longest ways: {far}, {number_of(worst['enterprises'], 'enterprise')}")
    for row in result.get("groups", {}).get("rows", ()):
        counts = ", ".join(
            f"{name} {row[name]['covered']:,} of {row[name]['total']:,}"
            for name in grouping.NAMES
            if row[name] is not None
        )
        show(f"  {row['group']}: {counts}")
    _show_contrast(result.get("contrast"))
    show_remarks(result["remarks"])
    if "output" in result:
        show(f"{result['output']['file']}: {number_of(result['output']['features'], 'row')}")


def _show_contrast(found: dict[str, Any] | None) -> None:
    """Show whom each way of drawing a disc covers, falsely covers and misses."""
    if found is None:
        return
    if found["detour"] and found["detour"]["median"]:
        show(f"detour on these streets: {found['detour']['median']:.2f} in the median")
    for row in found["rows"]:
        counts = (row[part]["enterprises"] for part in ("covered", "falsely_covered", "missed"))
        radius = f" {row['radius_m']:,} m" if row["radius_m"] else ""
        show("  {}{}: covered {:,}, falsely {:,}, missed {:,}".format(row["way"], radius, *counts))
    show(f"drawn circle and own time disagree for {found['polygon']['share']:.2%} of the enterprises")
