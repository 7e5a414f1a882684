"""Measuring: WKB of a stranger, followed to its end before GEOS sees it."""

import struct

TYPES = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPoint": 4, "MultiLineString": 5, "MultiPolygon": 6}
"""Of WKB, by the name of each."""

_PART_OF = {4: 1, 5: 2, 6: 3}
_HEAD = struct.Struct("<BI")
_COUNT = struct.Struct("<I")
_POSITION = 16


def measure(wkb: bytes, allowed: set[int]) -> None:
    """Follow WKB through all its parts to its end: GEOS would follow any nesting.

    Raises
    ------
    ValueError
        Where it is of a type that is not allowed, or its parts do not end where it does.
    """
    end, kind = _end(wkb, 0)
    if kind not in allowed or end != len(wkb):
        raise ValueError("the parcel holds a shape of another type or length")


def _end(wkb: bytes, at: int, kind: int | None = None) -> tuple[int, int]:
    """Return where a shape that begins at a place ends, and its type."""
    order, found = _HEAD.unpack_from(wkb, at)
    at += _HEAD.size
    if order != 1 or found not in TYPES.values() or (kind is not None and found != kind):
        raise ValueError("the parcel holds a shape of another type")
    if found == 1:
        return at + _POSITION, found
    (count,) = _COUNT.unpack_from(wkb, at)
    at += _COUNT.size
    if found == 2:
        return at + count * _POSITION, found
    for _ in range(count):
        if found == 3:
            (positions,) = _COUNT.unpack_from(wkb, at)
            if not positions:
                raise ValueError("the parcel holds a ring without a vertex")
            at += _COUNT.size + positions * _POSITION
        else:
            at, _ = _end(wkb, at, _PART_OF[found])
    return at, found
