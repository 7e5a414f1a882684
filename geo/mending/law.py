"""The law of mending: no border moves further than is allowed, whatever several fixes do together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo.findings import FILL, MAKE_VALID, SNAP, WIDE, Finding, Tolerances
from geo.mending.movement import movement, too_far
from geo.mending.settlement import StandingGrids, settle
from geo.partition.examination import find_mendable
from geo.partition.outlines import BoolArray, GeometryArray, IntArray, Outlines

_ROUNDS = 5
_NEAR = 1e-9


@dataclass(frozen=True)
class Task:
    """What is to be mended, and what was agreed to.

    Parameters
    ----------
    outlines : Outlines
        All grids that can be concerned.
    standing : StandingGrids
        Who holds a place today.
    choices : collection of str
        Fixes, and `WIDE`.
    tolerances : Tolerances
        As in the examination.
    """

    outlines: Outlines
    standing: StandingGrids
    choices: Collection[str]
    tolerances: Tolerances

    def examined(self, shapes: GeometryArray) -> list[Finding]:
        """Return the faults that can be mended, of the grids with other polygons."""
        return find_mendable(replace(self.outlines, shapes=shapes), self.tolerances)


def mend_within_law(task: Task, chosen: Sequence[Finding]) -> tuple[list[int], GeometryArray]:
    """Mend what was chosen, without that by which a border would move too far.

    Returns
    -------
    list of int, (n,) object array
        The positions of the findings whose fixes were kept, and the polygons then.
    """
    if not chosen:
        return [], task.outlines.shapes
    found = task.examined(task.outlines.shapes)
    mine = _alike(found, chosen)
    barred = [finding for i, finding in enumerate(found) if i not in mine]
    kept = list(range(len(chosen)))
    while kept:
        now = [chosen[i] for i in kept]
        shapes = _mend_in_rounds(task, now, barred)
        guilty = set() if WIDE in task.choices else _guilty(task, now, shapes)
        if not guilty:
            return kept, shapes
        barred += [now[i] for i in guilty]
        kept = [position for i, position in enumerate(kept) if i not in guilty]
    return [], task.outlines.shapes


def _mend_in_rounds(task: Task, chosen: Sequence[Finding], barred: Sequence[Finding]) -> GeometryArray:
    """Mend, and mend what a moved edge has brought about between the same grids."""
    shapes = task.outlines.shapes
    for _ in range(_ROUNDS):
        now = replace(task.outlines, shapes=shapes)
        snapping = SNAP in task.choices
        mended = settle(now, chosen, task.standing, task.tolerances, snapping=snapping)
        if not changed_rows(shapes, mended).any():
            break
        touched = {row for finding in chosen for row in finding.rows}
        shapes = mended
        again = [f for f in task.examined(shapes) if _is_agreed(task, f) and touched.issuperset(f.rows)]
        known = _alike(again, barred)
        chosen = [finding for i, finding in enumerate(again) if i not in known]
        if not chosen:
            break
    return shapes


def _is_agreed(task: Task, finding: Finding) -> bool:
    return finding.fix in task.choices and (finding.automatic or WIDE in task.choices)


def changed_rows(before: GeometryArray, after: GeometryArray) -> BoolArray:
    """Tell of polygons, both (n,), which are others than before, wherever their rings begin."""
    changed = np.array([a is not b for a, b in zip(before, after, strict=True)], dtype=bool)
    rows = np.flatnonzero(changed)
    then, now = (shapely.normalize(_multi(shapes[rows])) for shapes in (before, after))
    changed[rows] = ~shapely.equals_identical(then, now)
    return changed


def _multi(shapes: GeometryArray) -> GeometryArray:
    """Return polygons as multi-polygons, so that one of one part equals its polygon."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    whole = np.full(len(shapes), shapely.MultiPolygon(), dtype=object)
    whole[np.unique(owners)] = shapely.multipolygons(parts, indices=np.unique(owners, return_inverse=True)[1])
    return whole


def _guilty(task: Task, chosen: Sequence[Finding], shapes: GeometryArray) -> set[int]:
    """Return the findings by whose fixes a border moves too far."""
    before = task.outlines.shapes
    rows: IntArray = np.flatnonzero(changed_rows(before, shapes))
    far = too_far(before, shapes, movement(before, shapes, rows), task.tolerances)
    tree = shapely.STRtree(np.array([finding.shape for finding in chosen], dtype=object))
    guilty: set[int] = set()
    for row, pieces in far.items():
        hit = set(tree.query(pieces, predicate="dwithin", distance=_NEAR)[1].tolist())
        # Where no overlap, hole or sliver was given away, an edge was snapped.
        guilty |= hit or {i for i, f in enumerate(chosen) if row in f.rows and f.fix != MAKE_VALID}
    return guilty or (set(range(len(chosen))) if far else set())


def still_there(task: Task, chosen: Sequence[Finding], shapes: GeometryArray) -> set[int]:
    """Return the findings that are still true of other polygons."""
    still = _alike(chosen, task.examined(shapes))
    for i, finding in enumerate(chosen):
        # A hole along the rim is found by those alone who know the rim.
        if finding.fix == FILL and finding.at is not None:
            covered = shapely.covers(shapes[list(finding.rows)], shapely.Point(finding.at)).any()
            still = still - {i} if covered else still | {i}
    return still


def _alike(findings: Sequence[Finding], others: Sequence[Finding]) -> set[int]:
    """Return the positions of findings that tell the same fault, in the same place, as one of others."""
    keys, known = [_key(f) for f in findings], [_key(f) for f in others]
    bare = {key for key, other in zip(known, others, strict=True) if other.shape is None}
    alike = {i for i, f in enumerate(findings) if f.shape is None and keys[i] in bare}
    here, there = _places(findings), _places(others)
    pairs = [
        *shapely.STRtree(there[0]).query(here[1], predicate="intersects").T.tolist(),
        *shapely.STRtree(here[0]).query(there[1], predicate="intersects")[::-1].T.tolist(),
    ]
    return alike | {i for i, j in pairs if keys[i] == known[j]}


def _key(finding: Finding) -> tuple[object, ...]:
    """Return what identifies a fault beside its place: a hole may have lost a neighbour by snapping."""
    return (finding.fix,) if finding.fix == FILL else (finding.fix, finding.rows)


def _places(findings: Sequence[Finding]) -> tuple[GeometryArray, GeometryArray]:
    """Return the ground of each finding, and a point in it; None where it has none."""
    grounds, points = (np.full(len(findings), None, dtype=object) for _ in range(2))
    for i, finding in enumerate(findings):
        if finding.shape is not None and finding.at is not None:
            grounds[i], points[i] = finding.shape, shapely.Point(finding.at)
    return grounds, points
