"""Findings: faults and remarks in boundaries, each with a place, a measure and a proposed fix."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import shapely

Severity = Literal["error", "warning", "remark"]

MAKE_VALID, CUT, FILL, MERGE, SNAP = "make-valid", "cut-overlap", "fill-hole", "merge-sliver", "snap"
FIXES = (MAKE_VALID, SNAP, CUT, FILL, MERGE)
"""What `geo.mending.fixes` can do, in the order in which it does it."""
WIDE = "wide"
"""A choice beside the fixes: a person has looked at these findings, mend them however wide they are."""

_GRAVER: Mapping[str, Severity] = {
    "no-features": "error",
    "kind-doubtful": "warning",
    "facility-kinds": "warning",
}
_FIRST_ROWS = 10
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "remark")


@dataclass(frozen=True)
class Finding:
    """One fault or remark, about one or several grids.

    Parameters
    ----------
    code : str
        Such as ``overlap``, for programs and for translation.
    severity : {"error", "warning", "remark"}
        An error must be mended before publication, a warning should be, a remark may be meant.
    grids : tuple of str
        The grids concerned by their code, or as ``row 7`` where they have none; sorted.
    measure : float
        How large it is, in ``unit``.
    unit : {"m²", "m", "count"}
        The unit of ``measure``.
    at : tuple of float or None
        Longitude and latitude of a place to look at.
    fix : str or None
        One of `FIXES`; None where only a person can mend it.
    message : str
        What is wrong, where, and what to do, as a sentence.
    rows : tuple of int
        The positions of the grids in the frame examined, from 0.
    automatic : bool
        Whether the fix moves no border further than `Tolerances.move_m`, by what can be seen beforehand;
        the others are chosen one by one, by a person.
    shape : Geometry or None
        The ground concerned, in EPSG:4326: the overlap, the hole or the sliver.
    details : mapping
        The values in the sentence, for translation, where they are not told otherwise.
    """

    code: str
    severity: Severity
    grids: tuple[str, ...]
    measure: float
    unit: Literal["m²", "m", "count"]
    at: tuple[float, float] | None
    fix: str | None
    message: str
    rows: tuple[int, ...] = ()
    automatic: bool = False
    shape: shapely.Geometry | None = None
    details: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return what programs are told, without the positions and the ground."""
        return {
            "code": self.code,
            "severity": self.severity,
            "grids": list(self.grids),
            "measure": self.measure,
            "unit": self.unit,
            "at": None if self.at is None else list(self.at),
            "fix": self.fix,
            "automatic": self.automatic,
            "message": self.message,
            "details": dict(self.details),
        }


@dataclass(frozen=True)
class Tolerances:
    """From which size on something is a fault, and how much is mended.

    Parameters
    ----------
    overlap_m2 : float
        Overlaps and holes up to this area, a square millimetre, are the rounding of degrees to the
        bits that a number has, along an edge of a kilometre.
    hole_m2 : float
        Holes up to this area are faults that can be filled; larger ones may be meant, and are left.
    snap_m : float
        Edges as far apart as this were meant to be one.
    move_m : float
        How far a fix that nobody has looked at may move a border. Of ground that holds a circle of this
        diameter nothing is given away by itself. After mending, no point of a grid's border is further
        than this from the border that it had, and nothing that a grid gained or lost holds such a circle.
    sliver_m : float
        A part whose mean width (2 × area ÷ perimeter) is below this is a sliver.
    smallest_m2 : float
        Grids of a smaller area are told.
    outside_m2 : float
        Parts outside of a park, or differences between a block and its grids, up to this area are
        not told.
    """

    overlap_m2: float = 1e-6
    hole_m2: float = 100.0
    snap_m: float = 0.1
    move_m: float = 0.5
    sliver_m: float = 0.5
    smallest_m2: float = 100.0
    outside_m2: float = 1.0


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings: errors first, by code, the larger first, then by grids and place."""
    return sorted(
        findings,
        key=lambda f: (_SEVERITIES.index(f.severity), f.code, -f.measure, f.grids, f.at or (), f.rows),
    )


def count_codes(findings: Iterable[Finding]) -> dict[str, int]:
    """Count findings by code, sorted by code."""
    return dict(sorted(Counter(finding.code for finding in findings).items()))


def labels(codes: Sequence[object], rows: Sequence[object]) -> list[str]:
    """Name each row by its code, or by its number where it has none."""
    return [
        str(code) if isinstance(code, str) and code else f"row {row}"
        for code, row in zip(codes, rows, strict=True)
    ]


def list_briefly(names: Sequence[str], limit: int = 4) -> str:
    """Join names for a sentence, the first few of many."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"


def of_refusals(refusals: Iterable[Any], severity: Severity) -> list[Finding]:
    """Turn what the reader refused or remarked into findings, one for all rows of which the same is said.

    Parameters
    ----------
    refusals : iterable of geo.frames.Refusal
        Rows, 0 standing for the whole file.
    severity : {"error", "warning", "remark"}
        ``error`` for rows that were refused; some that are about the whole file are graver than said.
    """
    alike: dict[tuple[str, str], list[Any]] = {}
    for one in refusals:
        alike.setdefault((one.code, one.message), []).append(one)
    return [
        Finding(
            code,
            _GRAVER.get(code, severity),
            tuple(f"row {one.row}" for one in same if one.row),
            float(_count_of(same[0].details) if len(same) == 1 else len(same)),
            "count",
            None,
            None,
            numbered(message, [one.row for one in same]),
            details=dict(same[0].details),
        )
        for (code, message), same in alike.items()
    ]


def numbered(message: str, rows: Sequence[int]) -> str:
    """Return a sentence with the numbers of its rows, unless it says them or is about the file as a whole.

    Examples
    --------
    >>> numbered("The place is blank.", [7]), numbered("It is blank.", [1, 2]), numbered("No rows.", [0])
    ('row 7: The place is blank.', '2 rows (1, 2): It is blank.', 'No rows.')
    """
    if rows[0] == 0 or message.startswith(f"Row {rows[0]} "):
        return message
    if len(rows) == 1:
        return f"row {rows[0]}: {message}"
    first = ", ".join(str(row) for row in rows[:_FIRST_ROWS]) + (" …" if len(rows) > _FIRST_ROWS else "")
    return f"{len(rows):,} rows ({first}): {message}"


def _count_of(details: Mapping[str, Any]) -> int:
    count = details.get("count", 1)
    return count if isinstance(count, int) else 1
