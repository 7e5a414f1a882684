"""Marks: what stands beside each enterprise of a list – its rule, border, neighbour, and who said what."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import Connection

from geo.assignment.neighbours import Ground, ground, measure
from geo.assignment.overrides import RULE
from geo.assignment.receipt import accuracy_of, disagrees, is_doubtful, path_of
from geo.profile import Level
from geo.store import boundaries, overrides, receipts
from geo.store.boundaries import GRID
from geo.store.engine import reading
from geo.workflows.assignment.housing import housed
from geo.workflows.ground.district import Stamp
from geo.workflows.resident import Resident


def marks(resident: Resident, wanted: Stamp, level: Level, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return how the assignments of enterprises at a level came about, as known now.

    Parameters
    ----------
    wanted : Stamp
        Of the current release; its day counts.
    ids : sequence of int
        The enterprises.

    Returns
    -------
    dict
        By id, those alone of which something was decided: ``rule``; ``border_m``, to the nearest border of
        the grid, or without one to the nearest grid; ``within``; ``neighbour``, the code of who lies beyond
        it; ``accuracy_m``; ``doubtful``; ``override``: None, or what a person said; ``building``: None, or
        what `geo.workflows.assignment.housing.housed` says.
    """
    with reading(resident.engine) as connection:
        partition = boundaries.partitions(connection).get((level.basis, level.name), 0)
        rules = receipts.rules(connection, ids, partition=partition, on=wanted.on)
        origins = _with_paths(receipts.origins(connection, list(rules)))
        said = overrides.holding(connection, partition, wanted.on)
        by_code = boundaries.grid_ids_by_code(connection, partition, wanted.on)
        land = _land(resident, wanted, level, connection, partition)
    borders = _borders(resident, wanted, land, rules, origins)
    told = {
        number: _mark(resident, rules[number], origins[number], borders[number], said.get(number), by_code)
        for number in rules
    }
    return housed(resident, wanted, land, told) if land is not None else told


def rounded_m(metres: float) -> float:
    """Return metres to the tenth, and to the millimetre below one."""
    return round(metres, 1 if metres >= 1 else 3)


def known_of(origin: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of the accuracy of a place, for `geo.assignment.receipt.accuracy_of`."""
    return {name: origin[name] for name in ("path", "stated_m", "found_m")}


def _with_paths(origins: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """Add the path of the coordinates, which is read once for all rows of a file."""
    paths = {label: path_of(label) for label in {one["crs"] for one in origins.values()}}
    return {number: {**one, "path": paths[one["crs"]]} for number, one in origins.items()}


def _land(
    resident: Resident, wanted: Stamp, level: Level, connection: Connection, partition: int
) -> Ground | None:
    if not level.geometry:
        return None

    def build() -> Ground:
        grids = boundaries.versions(connection, GRID, on=wanted.on, where={"partition_id": partition})
        return ground(grids, resident.district(wanted).crs)

    # What people say of enterprises, and the enterprises themselves, move no border.
    key = (wanted.origin, wanted.release, wanted.on, wanted.boundaries, level.basis, level.name)
    return resident.remember(("ground", key), build)


def _borders(
    resident: Resident,
    wanted: Stamp,
    land: Ground | None,
    rules: Mapping[int, Mapping[str, Any]],
    origins: Mapping[int, Mapping[str, Any]],
) -> dict[int, dict[str, Any]]:
    index = pd.Index(list(rules), dtype="int64")
    if land is None or not rules:
        empty = {"border_m": np.nan, "within": False, "neighbour": None}
        return dict.fromkeys(rules, empty)
    lonlat: npt.NDArray[np.float64] = np.array(
        [[origins[one]["lon"], origins[one]["lat"]] for one in rules], dtype=float
    )
    versions = pd.Series([rules[one]["version"] for one in rules], index=index, dtype="Int64")
    table = measure(land, resident.district(wanted).metres(lonlat), versions)
    rows = table.to_dict("records")
    return {
        one: {str(name): value for name, value in row.items()} for one, row in zip(rules, rows, strict=True)
    }


def _mark(
    resident: Resident,
    rule: Mapping[str, Any],
    origin: Mapping[str, Any],
    border: Mapping[str, Any],
    said: Mapping[str, Any] | None,
    by_code: Mapping[str, int],
) -> dict[str, Any]:
    border_m = None if np.isnan(border["border_m"]) else float(border["border_m"])
    accuracy_m = None
    if origin["lon"] is not None:
        place = (origin["lon"], origin["lat"])
        accuracy_m = accuracy_of(place, **known_of(origin), usual_m=resident.profile.accuracy_m).metres
    told = None
    if rule["rule"] == RULE and said is not None:
        told = _word(said, rule["candidates"], border_m, within=bool(border["within"]), by_code=by_code)
    others = [code for code in rule["candidates"] if by_code.get(code) != (said or {}).get("grid_id")]
    return {
        "rule": rule["rule"],
        "border_m": None if border_m is None else rounded_m(border_m),
        "within": bool(border["within"]),
        "neighbour": _neighbour(rule, border, others),
        "accuracy_m": None if accuracy_m is None else rounded_m(accuracy_m),
        "doubtful": is_doubtful(rule["rule"], border_m, accuracy_m),
        "override": told,
        "building": None,
    }


def _neighbour(rule: Mapping[str, Any], border: Mapping[str, Any], others: Sequence[str]) -> str | None:
    """Return who lies beyond: of several that cover the point the next one, else whoever was found."""
    codes = others if rule["rule"] == RULE else rule["candidates"][1:]
    found: str | None = codes[0] if codes else border["neighbour"]
    return found


def _word(
    said: Mapping[str, Any],
    candidates: Sequence[str],
    border_m: float | None,
    *,
    within: bool,
    by_code: Mapping[str, int],
) -> dict[str, Any]:
    """Return what a person said, and whether the rule speaks more against it than at the time."""
    lawful = candidates[0] if candidates else None
    away_m = 0.0 if within else border_m
    return {
        "id": said["id"],
        "reason": said["reason"],
        "until": said["until"].isoformat(),
        "by": said["by"],
        "lawful": lawful,
        "away_m": None if away_m is None else rounded_m(away_m),
        "disagrees": disagrees(said, by_code.get(lawful or ""), away_m),
    }
