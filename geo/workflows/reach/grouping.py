"""Grouping: coverage by zone, park, block, grid, chain, industry, size and function."""

from dataclasses import asdict, replace
from datetime import datetime, time
from typing import Any, Literal, get_args

import pandas as pd

from geo.coverage.groups import WITHOUT, Group, by_group, named, one_of, size_class
from geo.coverage.tally import Denominator
from geo.hours import shift_times
from geo.workflows.ground.zone import Zone
from geo.workflows.reach.asking import chosen
from geo.workflows.reach.covering import Coverage, cover

By = Literal["zone", "block", "park", "grid", "chain", "industry", "size", "function", "shift"]
WAYS: tuple[By, ...] = get_args(By)

OVERLAPPING = frozenset({"function", "shift"})
"""Ways whose groups are no parts: the whole zone by each function, and shifts that share enterprises."""
NAMES = ("area_m2", "grids", "enterprises", "workers")


def grouped(zone: Zone, coverage: Coverage, by: By) -> list[Group]:
    """Count the denominators of each group.

    The groups of most ways are parts of the zone, so their sums are those of the zone. By ``function`` each
    group is the whole zone, reached by the facilities that have it. By ``shift`` it is the enterprises that
    change shifts at a time, reached by the facilities that are open then.
    """
    make = {"function": _functions, "shift": _shifts}.get(by)
    key = ("groups", coverage.district.stamp, coverage.question, by)
    return zone.remember(key, lambda: make(zone, coverage) if make else _parts(zone, coverage, by))


def members(zone: Zone, coverage: Coverage, by: By, group: str) -> "pd.Series[bool]":
    """Flag the enterprises of a group; by ``function`` that is all of them."""
    if by == "function":
        return pd.Series(data=True, index=coverage.demand.index)
    if by == "shift":
        times = _times(zone, coverage)
        return times.map(lambda row: group in row if row else group == WITHOUT).astype(bool)
    return labels(zone, coverage, by) == group


def labels(zone: Zone, coverage: Coverage, by: By) -> "pd.Series[str]":
    """Return the group of each enterprise."""
    demand = coverage.demand
    if by == "zone":
        return pd.Series("zone", index=demand.index, dtype="str")
    if by == "grid":
        return named(demand["code"])
    if by in ("block", "park"):
        return named(demand["version"].map(_ground(zone, coverage, by)))
    if by == "size":
        return size_class(demand["workers"], zone.profile.sizes)
    details = zone.remember(("details", coverage.district.stamp), zone.details).reindex(demand.index)
    if by == "chain":
        return one_of(details["chains"])
    return named(details["industry"].astype("str").str[:1])


def breakdown(zone: Zone, coverage: Coverage, by: By) -> dict[str, Any]:
    """Return the groups as the API and the command line give them; ``adds_up`` where they are parts."""
    return {
        "by": by,
        "adds_up": by not in OVERLAPPING,
        "rows": [
            {"group": one.name} | {name: _row(getattr(one, name)) for name in NAMES}
            for one in grouped(zone, coverage, by)
        ],
    }


def _parts(zone: Zone, coverage: Coverage, by: By) -> list[Group]:
    limit = coverage.question.minutes
    if coverage.grids.empty:
        return by_group(coverage.demand, labels(zone, coverage, by), limit_minutes=limit)
    ground = None
    if by == "zone":
        ground = pd.Series("zone", index=coverage.grids.index, dtype="str")
    elif by == "grid":
        ground = named(coverage.grids["code"])
    elif by in ("block", "park"):
        ground = named(_ground(zone, coverage, by).reindex(coverage.grids.index))
    return by_group(coverage.demand, labels(zone, coverage, by), coverage.grids, ground, limit_minutes=limit)


def _ground(zone: Zone, coverage: Coverage, by: By) -> "pd.Series[str]":
    """Return the block or park of each grid by its version, missing where it is in none."""
    stamp = coverage.district.stamp
    table = zone.remember(("belonging", stamp), lambda: zone.belonging(stamp))
    return table["block" if by == "block" else "park"]


def _functions(zone: Zone, coverage: Coverage) -> list[Group]:
    """Ask the question anew for each function that some facility has."""
    question = coverage.question
    frame = coverage.district.stations[chosen(coverage.district, question)]
    names = sorted({name for row in frame["functions"] for name in row} - set(question.functions))
    groups = []
    for name in names:
        asked = replace(question, functions=(*question.functions, name))
        totals = cover(zone, coverage.district.stamp, asked).totals
        enterprises = totals["enterprises"]
        if enterprises is not None:
            groups.append(Group(name, enterprises, totals["workers"], totals["grids"], totals["area_m2"]))
    return groups


def _times(zone: Zone, coverage: Coverage) -> "pd.Series[Any]":
    """Return the moments at which the shifts of each enterprise change."""
    details = zone.remember(("details", coverage.district.stamp), zone.details)
    shifts = details["shifts"].reindex(coverage.demand.index)
    return shifts.map(lambda row: shift_times(row) if isinstance(row, list) else ())


def _shifts(zone: Zone, coverage: Coverage) -> list[Group]:
    """Ask the question anew at each change of shifts, on the day that is asked for."""
    question, stamp = coverage.question, coverage.district.stamp
    day = question.at.date() if question.at else stamp.on
    groups = []
    for word in sorted({word for row in _times(zone, coverage) for word in row}):
        asked = replace(question, at=datetime.combine(day, time.fromisoformat(word)))
        groups.append(_one(cover(zone, stamp, asked), members(zone, coverage, "shift", word), word))
    rest = members(zone, coverage, "shift", WITHOUT)
    return [*groups, _one(coverage, rest, WITHOUT)] if rest.any() else groups


def _one(coverage: Coverage, flags: "pd.Series[bool]", name: str) -> Group:
    """Count the enterprises that are flagged."""
    word = pd.Series(name, index=coverage.demand.index, dtype="str")[flags]
    grids = None if coverage.grids.empty else coverage.grids
    return by_group(coverage.demand[flags], word, grids, limit_minutes=coverage.question.minutes)[0]


def _row(total: Denominator | None) -> dict[str, int] | None:
    return None if total is None else asdict(total)
