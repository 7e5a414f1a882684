"""Street drawings small enough to check by hand, in degrees that count as metres."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import strategies as st
from shapely.geometry import LineString

from geo.streets.arcs import metres, units
from geo.streets.joining import build_network
from geo.streets.snapping import Snapped, snap

PLANE = "EPSG:4326"
"""Projecting to the system of the input keeps its numbers: a drawing's unit is the metre."""


def draw(*lines: list[tuple[float, float]], **columns: list[object]) -> gpd.GeoDataFrame:
    n = len(lines)
    words = {name: columns.get(name, [None] * n) for name in ("walk", "ebike", "drive", "oneway")}
    frame = gpd.GeoDataFrame(
        {name: pd.array(cells, dtype="str") for name, cells in words.items()},
        geometry=[LineString(line) for line in lines],
        crs="EPSG:4326",
        index=pd.RangeIndex(1, n + 1, name="row"),
    )
    return frame.assign(layer=pd.array(columns.get("layer", [None] * n), dtype="Int64"))


# Streets along a chequerboard have whole lengths; points on quarters enter them at quarters.
steps = st.lists(st.sampled_from([(1, 0), (0, 1), (-1, 0), (0, -1), (2, 0), (0, 2)]), min_size=1, max_size=4)
walks = st.tuples(st.tuples(st.integers(0, 4), st.integers(0, 4)), steps).map(
    lambda w: [tuple(p) for p in np.cumsum([w[0], *w[1]], axis=0).tolist()]
)
nets = st.lists(st.tuples(walks, st.sampled_from(["yes", "-1", "no"])), min_size=1, max_size=7)
spots = st.lists(st.tuples(st.integers(-4, 28), st.integers(-4, 28)), max_size=7).map(
    lambda xy: np.array(xy, dtype=float).reshape(-1, 2) / 4
)


def network_of(lines, mode="drive", pace=None):
    streets = draw(*(line for line, _ in lines), oneway=[oneway for _, oneway in lines])
    pace = None if pace is None else np.resize(np.array(pace, dtype=float), len(lines))
    return build_network(streets, mode=mode, crs=PLANE, pace=pace)


def bring(network, xy) -> Snapped:
    """Snap with whole units, which the search counts in, so that the oracle's floats are exact too."""
    found = snap(network, xy, max_access_m=1.5)
    whole = np.where(found.edge >= 0, metres(units(found.access_m)), np.nan)
    return replace(found, access_m=whole)
