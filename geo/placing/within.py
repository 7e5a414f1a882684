"""Within: points against the polygons that are trusted, for layers that have no outline of their own.

Points have no outline to be matched. But what is known of a zone has an end: a layer that lies within it as
it is, and less so with an offset undone, is not offset. Where it lies within it either way nothing is proven,
and nothing speaks against it.
"""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

_OVERWHELMING = 0.9
_FEWEST = 5
_SURE = 3.0


def covered(lonlat: FloatArray, outlines: npt.NDArray[np.object_]) -> BoolArray:
    """Tell which of (n, 2) positions lie in a polygon, border included; one that is not finite does not."""
    inside = np.zeros(len(lonlat), dtype=bool)
    finite = np.flatnonzero(np.isfinite(lonlat).all(axis=1))
    inside[finite[STRtree(outlines).query(shapely.points(lonlat[finite]), predicate="covered_by")[0]]] = True
    return inside


def judge(
    inside: Mapping[Literal["gcj02", "bd09"] | None, BoolArray],
) -> Literal["fits", "within", "unclear"]:
    """Say what follows from where points lie, as they are (None) and with each offset undone.

    Notes
    -----
    ``fits`` where nine tenths are inside as they are, and each offset would bring out more of them than in,
    by three standard deviations of what would move by chance (McNemar); ``within`` where nine tenths are
    inside and no offset would bring in more so; else ``unclear``.
    """
    as_it_is = inside[None]
    if len(as_it_is) < _FEWEST or as_it_is.mean() < _OVERWHELMING:
        return "unclear"
    surer = [_surer(as_it_is, other) for offset, other in inside.items() if offset is not None]
    if min(surer) > _SURE:
        return "fits"
    return "unclear" if min(surer) < -_SURE else "within"


def _surer(some: BoolArray, others: BoolArray) -> float:
    """Return by how many standard deviations more are inside the one way than the other."""
    more, fewer = int((some & ~others).sum()), int((~some & others).sum())
    return float((more - fewer) / np.sqrt(max(1, more + fewer)))
