"""The outlook: the stations as they would stand after the edits of a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.errors import NotFound
from geo.workflows.ground.district import District
from geo.workflows.plan.edits import Edit, check_places
from geo.workflows.reach.asking import Question, chosen

_NEW: Mapping[str, Any] = {"kind": "station", "functions": [], "lon": None, "lat": None, "row": -1}


def edited(district: District, edits: Sequence[Edit]) -> pd.DataFrame:
    """Return the stations as they stand after the edits: those that are left, and the new ones.

    Returns
    -------
    DataFrame
        As the district's, and ``key`` (the id, or what a new one goes by), ``row`` (of the district's
        frame; −1 for a new one or one that was moved) and ``rank`` (its place among those of the district and
        the new ones behind them, which no edit changes); closed ones left out; the others in the district's
        order, then the new ones.

    Raises
    ------
    NotFound
        Where a station does not stand (any more).
    InputError
        Where one would stand far outside the zone.
    """
    check_places(edits, district)
    frame = district.stations
    rows = frame.assign(row=range(len(frame)), key=frame.index)
    known = {int(str(number)): place for place, number in enumerate(frame.index)}
    columns = {name: rows[name].tolist() for name in rows.columns}
    kept = [True] * len(frame)
    for edit in edits:
        if edit.station is None:
            place = len(columns["row"])
            for name, column in columns.items():
                column.append(edit.new if name == "key" else _NEW.get(name))
            kept.append(True)
        else:
            place = _place(known, edit.station)
        kept[place] = not edit.closed
        _apply(columns, place, edit)
    columns["rank"] = list(range(len(kept)))
    return pd.DataFrame(columns)[kept].reset_index(drop=True)


def outlook(district: District, question: Question, edits: Sequence[Edit]) -> pd.DataFrame:
    """Return the stations as `edited` does, and whether each ``counts`` for a question then."""
    frame = edited(district, edits)
    return frame.assign(counts=chosen(replace(district, stations=frame), question).to_numpy(dtype=bool))


def names(stations: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return what stations of an outlook are called, and None behind them (n + 1,), for a station of −1.

    One without a name is called by its key, and those of one name are told apart by theirs.
    """
    key = stations["key"].astype(str)
    named = stations["name"].where(stations["name"].notna(), key)
    shared = named.duplicated(keep=False)
    return np.array([*named.where(~shared, named + " · " + key), None], dtype=object)


def _place(known: Mapping[int, int], station: int) -> int:
    if station not in known:
        raise NotFound(
            f"The station {station} is not there (any more); take it out of the scenario.",
            reason="station-gone",
            station=station,
        )
    return known[station]


def _apply(columns: dict[str, list[Any]], place: int, edit: Edit) -> None:
    if edit.kind is not None:
        columns["kind"][place] = edit.kind
    if edit.functions is not None:
        columns["functions"][place] = list(edit.functions)
    for name in ("opening_hours", "capacity"):
        if (said := getattr(edit, name)) is not None and name in columns:
            columns[name][place] = said
    if edit.place is not None:
        columns["lon"][place], columns["lat"][place] = edit.place
        columns["row"][place] = -1
