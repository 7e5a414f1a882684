"""Paths that the streets lack, as people draw them, joined to the streets where they begin, end or cross."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.streets.network import Floats, Mode, Network
from geo.streets.noding import node_lines

JOIN_M = 25.0
"""An end so near a street is drawn on to it: a finger on a tablet points no more exactly."""

LINK = "link"
"""The class of road of such a path."""


def with_links(streets: gpd.GeoDataFrame, links: gpd.GeoSeries, *, mode: Mode, crs: str) -> gpd.GeoDataFrame:
    """Return the streets of a mode with further paths, joined to them.

    A path joins what it crosses on the ground, and its ends are drawn on to the nearest line on the ground
    within `JOIN_M`, a street or another path. The streets themselves are joined nowhere else.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS`` in EPSG:4326, noded; those closed to the mode are
        left out.
    links : GeoSeries
        Lines in EPSG:4326; their labels, negative, become those of the new rows.
    mode : {"walk", "ebike", "drive"}
        For whom they are.
    crs : str
        The metric system to measure in.
    """
    open_ = streets[streets[mode].astype("str").str.strip().str.lower().ne("no").to_numpy(dtype=bool)]
    if not len(links):
        return open_
    columns = {"road_class": LINK, "walk": "no", "ebike": "no", "drive": "no", mode: "yes", "oneway": "no"}
    index = pd.Index(-np.asarray(links.index, dtype=np.int64), dtype=open_.index.dtype, name=open_.index.name)
    paths = gpd.GeoDataFrame(columns | {"layer": 0}, geometry=links.to_numpy(), index=index, crs=links.crs)
    joined = gpd.GeoDataFrame(pd.concat([open_, paths[[c for c in paths if c in open_]]]), crs=open_.crs)
    among = np.arange(len(joined)) >= len(open_)
    return node_lines(joined, crs=crs, snap_m=JOIN_M, among=among)


def loose_ends(network: Network, places_xy: Floats) -> Floats:
    """Return how far each place (n, 2) lies from the nearest street, in metres; inf where there is none."""
    away = np.full(len(places_xy), np.inf)
    points = np.asarray(shapely.points(places_xy))
    for segments in (network.mainland, network.islands):
        if len(segments):
            row, distance = segments.tree.query_nearest(points, all_matches=False, return_distance=True)
            away[row[0]] = np.minimum(away[row[0]], distance)
    return away
