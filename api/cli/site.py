"""``site``: where the next stations should stand, of what is loaded or of files without any database."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from api.cli.asking import question_of, question_options, zone_of
from api.cli.bringing import FILE, LISTED, file_options, grid_options, said_of, show_refused, taken_out
from api.cli.report import (
    headers_option,
    json_option,
    number_of,
    progress,
    show,
    show_json,
    show_remarks,
    slopes_in_words,
    tell,
)
from geo.frames import Refusal
from geo.read.door import read_file
from geo.siting.greedy import Plan
from geo.workflows.brought import Brought
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.candidates import Candidate, candidates_of
from geo.workflows.plan.equipping import equip, hand_out_lines
from geo.workflows.plan.proposals import describe, hand_out
from geo.workflows.plan.siting import Search, Wish, answer_at_once, answer_exactly, plan_of, prepare
from geo.workflows.reach.asking import Question
from geo.workflows.reach.noting import notes

_ASTRAY = ("demand-off-streets", "none-in-grids", "stations-away", "stations-off-streets")
"""What makes sites worthless: files that are not of one place."""


@click.command("site", short_help="Say where the next stations should stand.")
@click.argument("enterprises", type=FILE, required=False)
@click.option("--stations", type=FILE, help="Of ENTERPRISES' zone; they stay.")
@click.option("--streets", type=FILE, help="Likewise; without them the straight line stands in.")
@click.option("--grids", type=FILE, help="Likewise; without them nothing is outside.")
@click.option("--base", type=FILE, help="Likewise: what stops ways, such as water, railways and walls.")
@click.option("--candidates", type=FILE, help="Places to choose from, such as vacant rooms.")
@click.option(
    "--cells", type=click.IntRange(5, 11), metavar="RES", help="Of the H3 cells that are chosen from else."
)
@click.option("-k", "--most", type=click.IntRange(1, 100), default=10, show_default=True, help="How many.")
@click.option(
    "--objective",
    type=click.Choice(["workers", "walking"]),
    default="workers",
    show_default=True,
    help="The most workers in reach, or the most minutes spared for the tenth that walks furthest.",
)
@click.option("--minutes", type=click.FloatRange(0, 60, min_open=True), help="By default the profile's.")
@question_options()
@click.option("--budget", type=click.FloatRange(0), help="What the sites may cost together.")
@click.option("--exact/--greedy", default=False, help="The best answer with a bound, or one at once.")
@click.option("--gap", type=click.FloatRange(0, 1, max_open=True), default=0.01, help="Good enough, exact.")
@click.option("--seconds", type=click.FloatRange(0, 3600, min_open=True), default=60.0, help="At most.")
@click.option("--equip", is_flag=True, help="Say instead which station to give which function next.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="The sites, or with --equip the lines, as a file."
)
@headers_option
@file_options
@grid_options
@json_option
def site(
    *, enterprises: Path | None, minutes: float | None, output: Path | None, as_json: bool, **said: Any
) -> int:
    """Say where the next stations should stand, and whom each reaches that none did.

    The stations that stand stay. With ENTERPRISES, a file, and --stations, another, no database is needed.
    Candidates have columns for a name, a place, and if they like for costs and for capacity in workers.
    Ctrl-C ends an exact search with the best that was found. The output is Excel, CSV, a GeoPackage, GeoJSON,
    KML or a zip with a Shapefile, by its ending.
    """
    places, refused = _candidates(said, files=enterprises is not None)
    names = ("stations", "streets", "grids", "base")
    files = {"enterprises": enterprises, **{name: said.pop(name) for name in names}}
    with zone_of(files, said) as zone:
        question = question_of(zone, minutes, said)
        if said["equip"]:
            result = equip(zone, zone.stamp(), question, most=said["most"])
            give = hand_out_lines
        else:
            result = _sited(zone, question, said, places)
            give = hand_out
        if output is not None:
            result["output"] = give(result, output, language=said["language"]).to_dict()
        others = zone.refused if isinstance(zone, Brought) else ()
        if isinstance(zone, Brought):
            result |= zone.provenance()
        result["candidates_refused"] = [{"row": one.row, "message": one.message} for one in refused]
        if as_json:
            show_json(result)
        else:
            _show(result)
            for one in refused[:LISTED]:
                show(f"Refused: candidates, row {one.row}: {one.message}")
            if isinstance(zone, Brought):
                show_refused(zone)
        errors = [one for one in result.get("remarks", ()) if one["level"] == "error"]
        return int(bool(refused or others or (isinstance(zone, Brought) and errors)))


def _candidates(said: dict[str, Any], *, files: bool) -> tuple[tuple[Candidate, ...], tuple[Refusal, ...]]:
    """Read the candidates; without other files the options about files are about them.

    With others the options about candidates are taken out of ``said``, which is then about the others.
    """
    path = said.pop("candidates")
    if path is None:
        return (), ()
    own = taken_out(said, "candidates") if files else said
    spoken = said_of(own, "candidates", {"candidates": path})
    reading = read_file(path, "candidates", said=spoken["candidates"])
    return candidates_of(reading)


def _sited(
    zone: Zone, question: Question, said: dict[str, Any], places: tuple[Candidate, ...]
) -> dict[str, Any]:
    names = ("most", "objective", "budget", "gap", "seconds")
    wish = Wish(**{name: said[name] for name in names}, candidates=places, resolution=said["cells"])
    with progress("Measuring") as advance:
        advance(0.1, "ways from the candidates")
        search = prepare(zone, zone.stamp(), question, wish)
    plan = _searched(search) if said["exact"] else answer_at_once(search)
    found = [one for one in notes(zone, search.coverage) if one["code"] in _ASTRAY]
    return describe(search, plan, method="exact" if said["exact"] else "greedy") | {"remarks": found}


def _searched(search: Search) -> Plan:
    """Search exactly; where a person stops it, return the best so far."""
    last = [""]

    def note(fraction: float, message: str) -> None:
        last[0] = message
        value, bound, *_ = message.split()
        advance(fraction, f"{value} of at most {bound}")

    with progress("Searching") as advance:
        try:
            return answer_exactly(search, note)
        except KeyboardInterrupt:
            if not last[0]:
                raise
            stopped = plan_of(last[0])
    tell("Stopped; this is the best that was found.")
    return replace(stopped, proven=False)


def _show(result: dict[str, Any]) -> None:
    way = "along the streets" if result["method"] == "network" else "in a straight line"
    show(f"{result['minutes']:g} minutes, {result['mode']}, {way}")
    show(slopes_in_words(result["slopes"]))
    for line in result.get("lines", ()):
        gain = number_of(line["gain"], result["unit"].removesuffix("s"))
        show(f"{line['name']}: {line['function']}, {gain} that lacked it")
    if "plan" in result:
        _show_plan(result)
    show_remarks(result.get("remarks", ()))
    if "output" in result:
        show(f"{result['output']['file']}: {number_of(result['output']['features'], 'row')}")


def _show_plan(result: dict[str, Any]) -> None:
    plan = result["plan"]
    spared = "worker-minutes spared" if result["unit"] == "workers" else "minutes spared"
    what = spared if result["objective"] == "walking" else f"{result['unit']} more in reach"
    proof = _proof(plan["gap"])
    chosen_from = f"{len(result['sites'])} of {number_of(result['candidates'], 'candidate')}"
    show(f"{plan['value']:,} {what}, by {chosen_from}{proof}")
    if not result["sites"]:
        show(
            "No candidate brings anybody nearer: all are reached, or no way leads to them that is short "
            "enough. Ask for other --minutes, bring --candidates, or look at “gridcircle streets”."
        )
    for number, one in enumerate(result["sites"], 1):
        before = "no way" if one["minutes_before"] is None else f"{one['minutes_before']:g} min"
        workers = "" if one["workers"] is None else f", {number_of(one['workers'], 'worker')}"
        show(
            f"{number:>3}. {one['name'] or ''} {one['lon']:.5f}, {one['lat']:.5f}: "
            f"{number_of(one['enterprises'], 'enterprise')}{workers}{_room(one)}; {before} before, "
            f"{one['minutes_after'] or 0:g} then"
        )


def _room(one: dict[str, Any]) -> str:
    return "" if one["capacity"] is None else f" of {one['reached']:,} in reach"


def _proof(gap: float | None) -> str:
    if gap is None:
        return ""
    return f", within {gap:.2%} of the best" if gap else ", the best there is"
