"""Copies: outlines that are equal vertex by vertex, which are told together and compared as one."""

from dataclasses import dataclass, replace

import shapely

from geo.findings import Finding
from geo.partition.outlines import GeometryArray, IntArray, Outlines, alike, place

_FEW = 8
"""Up to so many equal outlines are compared like any others, pair by pair."""
_EMPTY = shapely.MultiPolygon()


@dataclass(frozen=True)
class Copies:
    """The outlines of a partition with one alone of each that is there many times.

    Parameters
    ----------
    outlines : Outlines
        The others of such a group are empty in it; rows keep their positions.
    groups : dict of int to list of int
        The row that stands for a group → its rows.
    """

    outlines: Outlines
    groups: dict[int, list[int]]

    def told(self, overlaps: list[Finding]) -> list[Finding]:
        """Return overlaps with how many equal pairs each stands for, and one for each group."""
        more = [self._counted(one) for one in overlaps] if self.groups else overlaps
        return [*more, *(self._group(rows) for rows in self.groups.values())]

    def _counted(self, overlap: Finding) -> Finding:
        pairs = 1
        for row in overlap.rows:
            pairs *= len(self.groups.get(row, [row]))
        if pairs == 1:
            return overlap
        message = f"{overlap.message} The same holds for {pairs - 1:,} more pairs of equal outlines."
        return replace(overlap, message=message)

    def _group(self, rows: list[int]) -> Finding:
        shape = self.outlines.shapes[rows[0]]
        (area,) = self.outlines.areas(self.outlines.shapes[rows[:1]]).tolist()
        names = self.outlines.named(rows)
        message = (
            f"{self.outlines.called(rows[:1])} and {len(rows) - 1:,} others are one and the same outline of "
            f"{area:,.2f} m²; keep one of them."
        )
        return Finding(
            "overlap",
            "error",
            names,
            round(area, 6),
            "m²",
            place(shape),
            None,
            message,
            tuple(rows),
            shape=shape,
        )


def without_copies(outlines: Outlines) -> Copies:
    """Leave one alone of each outline that is there more than eight times: its pairs grow as the square."""
    many = [rows for rows in equal(outlines.shapes) if len(rows) > _FEW]
    # The order of the rows must not show, so the lowest name stands for its group.
    many = [sorted(rows, key=lambda row: (outlines.names[row], row)) for rows in many]
    groups = {rows[0]: rows for rows in many}
    if not groups:
        return Copies(outlines, {})
    shapes: GeometryArray = outlines.shapes.copy()
    for rows in groups.values():
        shapes[rows[1:]] = _EMPTY
    return Copies(replace(outlines, shapes=shapes), groups)


def equal(shapes: GeometryArray) -> list[list[int]]:
    """Return the rows of polygons that are equal vertex by vertex, whatever vertex they begin with."""
    seen: dict[bytes, list[int]] = {}
    rows: IntArray = alike(shapes)
    keys = shapely.to_wkb(shapely.normalize(shapes[rows])).tolist()
    for row, key in zip(rows.tolist(), keys, strict=True):
        if not shapely.is_empty(shapes[row]):
            seen.setdefault(key, []).append(row)
    return [rows for rows in seen.values() if len(rows) > 1]
