"""The meridian of 180°: where longitudes jump, and the plane that grids are compared in is torn."""

import geopandas as gpd
import numpy as np

from geo.findings import Finding, labels

_HALF = 180.0
_NEAR = 150.0
"""Layers that have grids beyond this on both sides lie across it; a lone sign that is wrong does not."""


def find_across(frame: gpd.GeoDataFrame, *, noun: str = "grid") -> list[Finding]:
    """Find the grids that lie across 180° or, in a layer that does, on the side with the fewer of them.

    Everything here is worked out in the plane of longitude and latitude. A grid from 179.9° to −179.9° would
    be one around the whole Earth in it.

    Parameters
    ----------
    frame : GeoDataFrame
        ``code`` and geometry in EPSG:4326.
    noun : str
        What the rows are called in sentences.

    Returns
    -------
    list of Finding
        One at most; an error.
    """
    bounds = frame.geometry.bounds.to_numpy()
    finite = np.isfinite(bounds).all(axis=1)
    west, east = np.where(finite[:, None], bounds, 0.0)[:, [0, 2]].T
    across = east - west > _HALF
    left, right = finite & (east < -_NEAR), finite & (west > _NEAR)
    if not across.any() and not (left.any() and right.any()):
        return []
    rows = np.flatnonzero(across | (left if left.sum() <= right.sum() else right))
    names = labels(frame["code"].iloc[rows].tolist(), frame.index[rows].tolist())
    message = (
        f"{len(rows):,} of {len(frame):,} {noun}s lie across the meridian of 180° or beyond it, where "
        "longitudes jump; areas, neighbours and points would be wrong. Divide them there, and load each "
        "side as a zone of its own."
    )
    return [
        Finding(
            "across-180",
            "error",
            tuple(sorted(names)),
            float(len(rows)),
            "count",
            None,
            None,
            message,
            tuple(rows.tolist()),
        )
    ]
