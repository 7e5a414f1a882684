"""The race of examination and mending: all doctors in turns, on a partition with known faults."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from geo.bench.doctors import CHECKS, REPAIRS, Diagnosis, Method, Patient
from geo.bench.peers import OURS
from geo.bench.terrain import partition, spoil
from geo.bench.turns import Row, Tell, ratio, rows_of, sizes, take_turns

PEERS_UP_TO = 20_000
"""Grids; with more the peers take minutes, and only this service is measured."""

_CRS = "EPSG:4544"


def race_doctors(cases: tuple[str, ...], without: set[str], *, repeats: int, tell: Tell) -> dict[str, Any]:
    """Measure the examination of a partition, or examination and repair together.

    Parameters
    ----------
    cases : tuple of str
        ``1358`` or ``1358+repair``: so many grids, one in forty of them faulty.
    without : set of str
        Methods to leave out.
    repeats : int
        Rounds.
    tell : callable
        Is told each median as it stands.

    Returns
    -------
    dict
        ``rows`` and ``ratios`` as of `geo.bench.race.race`; ``peak_mb`` by case: the largest memory of a
        process that did nothing else than draw the grids and examine them by our method.

    Raises
    ------
    InputError
        Where a case is no number.
    RuntimeError
        Where two methods differ in the pairs that overlap, or in the holes.
    """
    rows: list[Row] = []
    for case in cases:
        grids, repair = _case(case)
        methods = _methods(grids, without, repair=repair)
        compare = partial(_require_same, case)
        times = take_turns(_patient(grids), methods, repeats=repeats, compare=compare)
        rows += rows_of(case, times, tell)
    peaks = {}
    for case in cases:
        peaks[case] = _peak_mb(case)
        tell(f"{case:>16}  {OURS:<26} {peaks[case]:8.0f} MB")
    return {
        "rows": [asdict(row) for row in rows],
        "ratios": {case: ratio([row for row in rows if row.case == case], OURS) for case in cases},
        "peak_mb": peaks,
    }


def _case(case: str) -> tuple[int, bool]:
    number, repair = sizes(case, r"([1-9]\d*)(\+repair)?", "a number of grids, such as 1358 or 1358+repair")
    return int(number), repair is not None


def _methods(grids: int, without: set[str], *, repair: bool) -> Mapping[str, Method]:
    methods = REPAIRS if repair else CHECKS
    kept = {name: method for name, method in methods.items() if name not in without}
    return kept if grids <= PEERS_UP_TO else {OURS: methods[OURS]}


def _patient(grids: int) -> Patient:
    return Patient(spoil(partition(grids)), _CRS)


def _require_same(case: str, name: str, found: Diagnosis, answer: Diagnosis) -> None:
    alike = len(found.holes) == len(answer.holes) and np.allclose(
        found.holes, answer.holes, rtol=1e-3, atol=0
    )
    if found.pairs != answer.pairs or not alike:
        raise RuntimeError(
            f"In the case {case}, {name} finds {len(found.pairs)} overlaps and {len(found.holes)} holes; "
            f"{OURS} finds {len(answer.pairs)} and {len(answer.holes)}."
        )


def _peak_mb(case: str) -> float:
    """Return the largest memory of a new process that examines a partition."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return round(pool.submit(_examined_alone, case).result(), 1)


def _examined_alone(case: str) -> float:
    grids, repair = _case(case)
    _methods(grids, set(), repair=repair)[OURS](_patient(grids))()
    # The kernel's usage of resources would count what the parent had before this program began.
    status = Path("/proc/self/status").read_text("ascii")
    (peak_kb,) = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(peak_kb) / 1024
