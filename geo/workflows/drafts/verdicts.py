"""Verdicts: the findings on a step of a draft, as they are kept and as programs are told them."""

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import shapely

from geo.doctor.checkup import Diagnosis
from geo.doctor.inspection import Known, Subject, inspect
from geo.findings import Finding, count_codes, of_refusals, ordered

Verdict = dict[str, Any]
"""A finding as JSON holds it, with ``rows``, ``shape`` (WKB in hexadecimal) and ``of_file``."""

_INNER = ("rows", "shape", "of_file")


def verdicts_on(found: Diagnosis) -> list[Verdict]:
    """Return what the doctor found, and of each finding whether it is on the file rather than its grids."""
    of_file = {*found.placing.findings}
    if found.reading is not None:
        of_file |= {
            *of_refusals(found.reading.refused, "error"),
            *of_refusals(found.reading.remarks, "remark"),
        }
    return [_kept(one, of_file=one in of_file) for one in found.findings]


def verdicts_again(
    frame: gpd.GeoDataFrame, subject: Subject, known: Known, before: Sequence[Mapping[str, Any]]
) -> list[Verdict]:
    """Inspect the frame of a new step; what was found on the file itself stands."""
    told = [finding_of(one) for one in before if one["of_file"]]
    made = inspect(frame, subject, known)
    of_file = {*told}
    return [_kept(one, of_file=one in of_file) for one in ordered([*told, *made])]


def _kept(one: Finding, *, of_file: bool) -> Verdict:
    shape = None if one.shape is None else shapely.to_wkb(one.shape, hex=True)
    return {**one.to_dict(), "rows": list(one.rows), "shape": shape, "of_file": of_file}


def finding_of(verdict: Mapping[str, Any]) -> Finding:
    """Return the finding that was kept."""
    values = {name: value for name, value in verdict.items() if name != "of_file"}
    return Finding(
        **{
            **values,
            "grids": tuple(verdict["grids"]),
            "rows": tuple(verdict["rows"]),
            "at": None if verdict["at"] is None else tuple(verdict["at"]),
            "shape": None if verdict["shape"] is None else shapely.from_wkb(verdict["shape"]),
        }
    )


def numbered(verdicts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return findings as programs are told them; their ids hold for this step."""
    return [
        {"id": number, **{name: value for name, value in one.items() if name not in _INNER}}
        for number, one in enumerate(verdicts)
    ]


def counted(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Count findings by code."""
    return count_codes(finding_of(one) for one in verdicts)


def is_ok(verdicts: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether no finding is an error."""
    return not any(one["severity"] == "error" for one in verdicts)
