"""The meridian of 180°: where longitudes jump, and the plane that grids are compared in is torn."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.errors import FileRefused
from geo.findings import Finding, labels

_HALF = 180.0
_NEAR = 150.0
"""Layers that have grids beyond this on both sides lie across it; a lone sign that is wrong does not."""


def refuse_torn(layers: Sequence[gpd.GeoSeries]) -> None:
    """Refuse layers of one place that lies across 180°: its two sides would be as far apart as can be.

    Parameters
    ----------
    layers : sequence of GeoSeries
        Points, lines or polygons in EPSG:4326; one without a location does not count.

    Raises
    ------
    FileRefused
        Where a shape spans 180°, or more than one of them, and more than a hundredth, lies beyond it:
        fewer may have a wrong sign.
    """
    bounds = np.concatenate([layer.bounds.to_numpy(float) for layer in layers] or [np.empty((0, 4))])
    across, left, right = _sides(bounds[np.isfinite(bounds).all(axis=1)])
    beyond = min(int(left.sum()), int(right.sum()))
    if not across.any() and beyond <= max(1, 0.01 * len(left)):
        return
    raise FileRefused(
        f"The places lie on both sides of the meridian of 180°: {int(right.sum()):,} west of it, "
        f"{int(left.sum()):,} east and {int(across.sum()):,} across. Longitudes jump there, and ways and "
        "areas would be wrong; divide the files there, and take each side as a zone of its own.",
        reason="across-180",
        west=int(right.sum()),
        east=int(left.sum()),
        across=int(across.sum()),
    )


def _sides(
    bounds: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which of finite bounds (n, 4) span 180°, which lie to the east of it, and which to the west."""
    west, east = bounds[:, [0, 2]].T
    return east - west > _HALF, east < -_NEAR, west > _NEAR


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
    across, left, right = _sides(np.where(finite[:, None], bounds, 0.0))
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
