"""``geocode``: places for enterprises whose files bring none, by their addresses."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.bringing import FILE, file_options
from api.cli.lookup import looked_up, show_files
from api.cli.report import json_option, show, show_json
from api.database import open_engine
from api.settings import Settings
from geo.errors import InputError
from geo.workflows.assignment import explaining, geocoding, lacking
from geo.workflows.resident import Resident

_ALL = 10_000_000
_SHOWN = 20


@click.command("geocode", short_help="Find places for enterprises without one, by their addresses.")
@click.argument("enterprise", required=False)
@click.option("--take", is_flag=True, help="Take the places that are certain by the profile's terms.")
@click.option("--choose", metavar="KEY", help="Put ENTERPRISE where this candidate is.")
@click.option("--undo", is_flag=True, help="Give up the place that was found for ENTERPRISE.")
@click.option("--known", type=FILE, help="A file of known addresses; ENTERPRISE is a file then.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="With --known: write what is certain.")
@file_options
@json_option
def geocode(
    enterprise: str | None,
    *,
    take: bool,
    choose: str | None,
    undo: bool,
    as_json: bool,
    **said: Any,
) -> int:
    """Say where the enterprises without a location may be, by their addresses, and place them.

    Nothing is written without --take, --choose or --undo. ENTERPRISE, for one alone, is its id (id:12), its
    id in its source, its credit code or its exact name.

    A place is certain if its score and its accuracy are within the profile's terms and no other candidate
    speaks against it. The others are for people to choose.

    With --known no database is asked: ENTERPRISE is a file of enterprises (CSV, Excel, GeoPackage …), and
    those of its rows that bring no place are looked up in the other file, which has an address, a place and,
    if it says so, an accuracy (精度) in each row. Options about files name them enterprises and addresses.
    """
    known, output = said.pop("known"), said.pop("output")
    if known is not None:
        return _files(enterprise, known, output, said, as_json=as_json)
    if output is not None or any(said.values()):
        raise InputError("The options about files belong to --known; without it the database is asked.")
    about_one = choose is not None or undo
    if about_one and enterprise is None:
        raise InputError("Name the enterprise that --choose or --undo is about.")
    if take + (choose is not None) + undo > 1 or (take and enterprise is not None):
        raise InputError("Use one of --take, ENTERPRISE --choose KEY, and ENTERPRISE --undo.")
    settings = Settings.from_environment()
    with open_engine(settings) as engine:
        resident = Resident(engine, settings.zone)
        if take:
            told, lines = _taken(geocoding.take_certain(resident))
        elif enterprise is None:
            told, lines = _survey(lacking.survey(resident, size=_ALL))
        else:
            number = explaining.find(engine, enterprise)
            told, lines = _one(resident, number, choose, undo=undo)
    if as_json:
        show_json(told)
    else:
        for line in lines:
            show(line)
    return 0


def _files(
    enterprise: str | None, known: Path, output: Path | None, said: dict[str, Any], *, as_json: bool
) -> int:
    if enterprise is None or not Path(enterprise).is_file():
        raise InputError("With --known name a file of enterprises: gridcircle geocode FILE --known FILE.")
    told = looked_up(Path(enterprise), known, output, said)
    if as_json:
        show_json(told)
    else:
        for line in _survey(told)[1]:
            show(line)
        show_files(told)
    return 1 if told["refused"] else 0


def _one(
    resident: Resident, number: int, choose: str | None, *, undo: bool
) -> tuple[dict[str, Any], list[str]]:
    if undo:
        told = geocoding.take_back(resident, number)
        return told, [f"Given up; {told['reassigned']} assignments written"]
    if choose is not None:
        told = geocoding.place(resident, number, geocoding.Place(key=choose))
        return told, [f"id:{number} is at {_place(told)}; {told['reassigned']} assignments written"]
    told = lacking.candidates(resident, number)
    return told, [_head(told), *_candidates(told)]


def _survey(told: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    counts, terms = told["counts"], told["terms"]
    lines = [
        f"{counts['total']} without a location: {counts['certain']} certain, {counts['to_choose']} to "
        f"choose, {counts['nothing']} without a candidate",
        f"certain: a score of {terms['least_score']:g} or more, {terms['most_m']:g} m or less, and nothing "
        f"within {terms['lead']:g} against it",
    ]
    for row in told["rows"][:_SHOWN]:
        lines += [_head(row), *_candidates(row)]
    if counts["total"] > _SHOWN:
        lines.append(f"… and {counts['total'] - _SHOWN} more; --json tells all")
    return told, lines


def _taken(told: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    lines = [f"id:{row['id']} {row['name'] or ''} {row['address']} → {_place(row)}" for row in told["rows"]]
    counts = (
        f"{told['taken']} taken, {told['to_choose']} to choose, {told['nothing']} without a candidate; "
        f"{told['reassigned']} assignments written"
    )
    return told, [*lines[:_SHOWN], counts]


def _head(row: Mapping[str, Any]) -> str:
    name = row["name"] or row["source_id"]
    return f"id:{row['id']} {name} · {row['address'] or 'no address'} · {row['outcome']}"


def _candidates(row: Mapping[str, Any]) -> list[str]:
    return [
        f"  {'*' if one['key'] == row['certain'] else ' '} {one['key']}  {_place(one)}"
        for one in row["candidates"]
    ]


def _place(one: Mapping[str, Any]) -> str:
    source = f" ({one['source']})" if one["source"] else ""
    return f"{one['score']:.2f} ±{one['accuracy_m']:g} m {one['reason']} “{one['label']}”{source}"
