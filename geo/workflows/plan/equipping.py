"""Equipping: which of the stations that stand to give which function next."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from geo.coverage.board import Demand
from geo.errors import InputError
from geo.siting.greedy import greedy, value_of
from geo.siting.problem import equipping_problem
from geo.workflows.ground.district import District, Stamp
from geo.workflows.ground.zone import Zone
from geo.workflows.plan.boards import board, ground
from geo.workflows.plan.proposals import write_points
from geo.workflows.reach.asking import Question, chosen, decided
from geo.workflows.reach.covering import cover, slopes
from geo.write.form import WriteReport

MOST = 100


def equip(resident: Zone, wanted: Stamp, question: Question, *, most: int) -> dict[str, Any]:
    """Say which stations should be given which functions, so that most workers reach each function in time.

    A worker counts once for each function that he does not reach today and would reach then; the answer is
    the greedy one, each line with its ``gain`` beyond the lines before. Where no head count is known the
    ``unit`` of all this is enterprises, and ``workers`` is null.

    Parameters
    ----------
    question : Question
        Of which the functions do not count: all of the profile's are looked at.
    most : int
        How many lines.

    Raises
    ------
    InputError
        Where the profile names no functions, or so many lines cannot be given.
    """
    names = list(resident.profile.functions)
    if not names or not 0 < most <= MOST:
        raise InputError(
            f"{most} functions cannot be given: the profile names {len(names)}; ask for 1 to {MOST} lines.",
            reason="functions-out-of-range",
            asked=most,
            named=len(names),
            most=MOST,
        )
    district = resident.district(wanted)
    question = decided(district, Question(**(vars(question) | {"functions": ()})))
    rows = np.flatnonzero(chosen(district, question).to_numpy())
    counted = board(resident, district, question).demand
    unit = "enterprises" if counted.workers_unknown is None else "workers"
    weight, matrix = _weight(counted), _matrix(resident, district, question)[rows]
    has = district.stations["functions"].to_numpy()[rows]
    equipped = [np.array([name in held for held in has], dtype=bool) for name in names]
    problem = equipping_problem(matrix, weight, equipped, most=most)
    sites = greedy(problem).sites
    lines = []
    for place, site in enumerate(sites):
        number, station = divmod(site, len(rows))
        gain = value_of(problem, sites[: place + 1]) - value_of(problem, sites[:place])
        workers = gain if unit == "workers" else None
        counts = {"function": names[number], "gain": gain, "workers": workers}
        lines.append(_line(district, int(rows[station])) | counts)
    return {
        "minutes": question.minutes,
        "mode": question.mode,
        "method": question.method,
        "slopes": slopes(resident, district, question),
        "functions": names,
        "unit": unit,
        "stamp": wanted.to_dict(),
        "lacking": {name: _lacking(resident, wanted, question, name)[unit] for name in names},
        "lines": lines,
    }


def hand_out_lines(
    answer: dict[str, Any], path: Path, *, language: Literal["zh", "en"] = "zh"
) -> WriteReport:
    """Write the lines of an answer as a file, in the format that its ending means."""
    lines = answer["lines"]
    headers = {
        "number": "序号",
        "station": "站点编号",
        "name": "名称",
        "function": "功能",
        "gain": "新增职工" if answer["unit"] == "workers" else "新增企业",
    }
    rows = pd.DataFrame({name: [line[name] for line in lines] for name in headers if name != "number"})
    rows.insert(0, "number", range(1, len(lines) + 1))
    return write_points(rows, lines, path, name="equipping", headers=headers, language=language)


def _line(district: District, row: int) -> dict[str, Any]:
    station = district.stations.iloc[row]
    return {
        "station": int(str(district.stations.index[row])),
        "name": station["name"] or station["source_id"],
        "lon": round(float(station["lon"]), 6),
        "lat": round(float(station["lat"]), 6),
        "has": list(station["functions"]),
    }


def _lacking(resident: Zone, wanted: Stamp, question: Question, name: str) -> dict[str, int]:
    """Return how many workers and enterprises do not reach a function in time."""
    asked = Question(**(vars(question) | {"functions": (name,)}))
    totals = cover(resident, wanted, asked).totals
    return {unit: total.out_of_reach for unit, total in totals.items() if total is not None}


def _weight(demand: Demand) -> Any:
    weight = np.ones(len(demand.box), np.int64) if demand.workers_unknown is None else demand.workers
    return np.where(demand.box == 2, weight, 0)


def _matrix(resident: Zone, district: District, question: Question) -> csr_array:
    """Return which enterprises each station reaches (s, e)."""
    ways = ground(resident, district, question).found[:, : len(district.enterprises)]
    return csr_array((np.ones(ways.nnz), ways.indices, ways.indptr), shape=ways.shape)
