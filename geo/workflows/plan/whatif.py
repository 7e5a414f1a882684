"""What if: who gains and who loses where stations are opened, moved, closed or converted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from geo.coverage.board import OUTSIDE, Board, Change, Row, change
from geo.workflows.ground.district import District, Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.allotting import Room, rooms
from geo.workflows.plan.boards import Ground, board, ground, lonlat
from geo.workflows.plan.edits import Edit, check_edits
from geo.workflows.plan.outlook import outlook
from geo.workflows.reach.asking import Question, chosen, decided
from geo.workflows.reach.covering import method

MOST_POINTS = 4000
"""So many enterprises are named to be drawn, the largest first; the counts are of all."""

_MORE = ("enterprises", "workers", "area_share")


@dataclass(frozen=True, eq=False)
class Effect:
    """What edits bring.

    Parameters
    ----------
    district, question : District, Question
        What was asked about, and what.
    edits : tuple of Edit
        What would be done.
    stations : (int, int)
        How many facilities count, before and after.
    before, after : Board
        Who is reached.
    change : Change
        Who gains and who loses.
    rooms : (Room, Room) or None
        Who finds room, before and after; None where no station says what it can serve.
    """

    district: District
    question: Question
    edits: tuple[Edit, ...]
    stations: tuple[int, int]
    before: Board
    after: Board
    change: Change
    rooms: tuple[Room, Room] | None

    @property
    def counted(self) -> bool:
        """Whether any head count is known."""
        return self.before.demand.workers_unknown is not None


def weigh(resident: Zone, wanted: Stamp, question: Question, edits: Sequence[Edit]) -> Effect:
    """Say what edits would bring, from what is in memory: one bounded search for each place that is new.

    Raises
    ------
    InputError
        Where an edit cannot be taken; NotFound where a station does not stand.
    """
    check_edits(edits, resident.profile)
    district = resident.district(wanted)
    question = decided(district, question)
    before = board(resident, district, question)
    counted = chosen(district, question).to_numpy()
    then = outlook(district, question, edits)
    after = before.moved(*_moves(ground(resident, district, question), then, counted))
    stations = int(counted.sum()), int(then["counts"].sum())
    found = rooms(resident, district, question, then)
    return Effect(district, question, tuple(edits), stations, before, after, change(before, after), found)


def describe(resident: Zone, effect: Effect) -> dict[str, Any]:
    """Return an effect as the API gives it: the four denominators twice, who gains and loses, the grids.

    Where no head count is known, ``workers`` is null wherever it stands. Who gains or loses may be
    ``outside`` every grid, and then moves no figure.
    """
    return {
        **method(resident, effect.district, effect.question),
        "stamp": effect.district.stamp.to_dict(),
        "stations": {"before": effect.stations[0], "after": effect.stations[1]},
        "before": _rows(effect.before),
        "after": _rows(effect.after),
        "gained": _side(effect, effect.change.gained, effect.change.workers_gained),
        "lost": _side(effect, effect.change.lost, effect.change.workers_lost),
        "allotment": _rooms(effect),
        "points": _points(effect),
        "grids": _grids(effect),
    }


def _moves(found: Ground, frame: pd.DataFrame, counted: Any) -> tuple[list[Row], list[Row]]:
    """Return the rows to take off, and those to add."""
    counts = frame["counts"].to_numpy()
    row, places = frame["row"].to_numpy(), frame[["lon", "lat"]].to_numpy(dtype=float)
    kept = np.zeros(len(counted), dtype=bool)
    kept[row[counts & (row >= 0)]] = True
    away = [found.row(int(one)) for one in np.flatnonzero(counted & ~kept)]
    added = [found.row(int(one)) for one in np.flatnonzero(kept & ~counted)]
    added += [found.row_of(*places[one].tolist()) for one in np.flatnonzero(counts & (row < 0))]
    return away, added


def _rows(board: Board) -> dict[str, Any]:
    rows = {name: None if total is None else asdict(total) for name, total in board.totals().items()}
    return {name: row and {k: v for k, v in row.items() if k != "unknown"} for name, row in rows.items()}


def _rooms(effect: Effect) -> dict[str, Any] | None:
    if effect.rooms is None:
        return None
    of = "workers" if effect.counted else "enterprises"
    before, after = effect.rooms
    return {"of": of, "before": before.to_dict(), "after": after.to_dict()}


def _side(effect: Effect, rows: Row, workers: int) -> dict[str, int | None]:
    outside = int((effect.before.demand.box[rows] == OUTSIDE).sum())
    workers_known = workers if effect.counted else None
    return {"enterprises": len(rows), "workers": workers_known, "outside": outside}


def _points(effect: Effect) -> list[list[float]]:
    """Return longitude, latitude, workers and 1 or −1 of those that gain or lose, the largest first."""
    both = np.concatenate([effect.change.gained, effect.change.lost])
    sign = np.repeat([1, -1], [len(effect.change.gained), len(effect.change.lost)])
    workers = effect.before.demand.workers[both]
    order = np.lexsort((both, -workers))[:MOST_POINTS]
    places = np.round(lonlat(effect.district, both[order]), 6)
    rows = np.column_stack([places, workers[order], sign[order]])
    return [[lon, lat, int(count), int(side)] for lon, lat, count, side in rows.tolist()]


def _grids(effect: Effect) -> list[dict[str, Any]]:
    """Return the grids in which the workers, the enterprises or the area in reach change, by code."""
    if effect.district.grids.empty:
        return []
    was, now = effect.before.by_grid(), effect.after.by_grid()
    rows = np.flatnonzero((was != now).any(axis=1).to_numpy())
    more = {name: (now[name].to_numpy(dtype=float) - was[name].to_numpy(dtype=float))[rows] for name in _MORE}
    codes = effect.district.grids["code"].tolist()
    numbers, reached = effect.district.grids["grid_id"].tolist(), now["reached"].tolist()
    return [
        {
            "id": int(numbers[row]),
            "code": codes[row],
            "enterprises": int(more["enterprises"][place]),
            "workers": int(more["workers"][place]) if effect.counted else None,
            "area_share": round(float(more["area_share"][place]), 4),
            "reached": bool(reached[row]),
        }
        for place, row in enumerate(rows.tolist())
    ]
