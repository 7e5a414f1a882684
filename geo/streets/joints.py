"""The joints of a street network: where it is cut off, and where lines cross or stop without meeting."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.frames import CRS
from geo.streets.network import Floats, Ints, Network

NEAR_M = 2.0
"""An end that stops so near to another street was probably meant to reach it."""


def joints(network: Network, layer: Ints) -> gpd.GeoDataFrame:
    """Find islands, dead ends, crossings without a node, and near misses.

    Parameters
    ----------
    network : Network
        The streets of one mode.
    layer : ndarray (e,)
        The level of each edge: a bridge above a street does not cross it.

    Returns
    -------
    GeoDataFrame
        Points in EPSG:4326: ``kind`` (``island``, ``crossing``, ``near-miss``, ``dead-end``) and
        ``length_m``: of an island its length, of a near miss the gap, else NaN.
    """
    degree = np.bincount(np.concatenate([network.edge_from, network.edge_to]), minlength=len(network.node_xy))
    dead = np.flatnonzero(degree == 1)
    island = np.flatnonzero(network.component_island)
    first = {part: node for node, part in reversed(list(enumerate(network.node_component.tolist())))}
    gap, missing = _near_misses(network, dead, layer)
    found: Mapping[str, tuple[Floats, Floats]] = {
        "island": (
            network.node_xy[[first[int(part)] for part in island]].reshape(-1, 2),
            network.component_length_m[island],
        ),
        "crossing": ((crossing := _crossings(network, layer)), np.full(len(crossing), np.nan)),
        "near-miss": (network.node_xy[missing], gap),
        "dead-end": (network.node_xy[dead], np.full(len(dead), np.nan)),
    }
    xy = np.concatenate([places for places, _ in found.values()])
    kind = np.repeat(list(found), [len(places) for places, _ in found.values()])
    length = np.concatenate([metres for _, metres in found.values()])
    columns = {"kind": pd.array(kind, dtype="str"), "length_m": length}
    return gpd.GeoDataFrame(columns, geometry=shapely.points(degrees(network, xy)), crs=CRS)


def _lines(network: Network) -> npt.NDArray[Any]:
    """Return the edges as lines in metres."""
    count = network.edge_last - network.edge_first + 1
    edge = np.repeat(np.arange(len(count)), count)
    vertex = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count - network.edge_first, count)
    lines: npt.NDArray[Any] = shapely.linestrings(network.vertex_xy[vertex], indices=edge)
    return lines


def _crossings(network: Network, layer: Ints) -> Floats:
    """Return where edges of one layer cross without a node, (n, 2) in metres."""
    if not len(network.edge_from):
        return np.empty((0, 2))
    lines = _lines(network)
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    pair = (one < other) & (layer[one] == layer[other])
    meeting = shapely.intersection(lines[one[pair]], lines[other[pair]])
    places = np.unique(np.round(shapely.get_coordinates(meeting), 3), axis=0)
    nodes = np.unique(np.round(network.node_xy, 3), axis=0)
    # Edges that meet at a node and cross elsewhere give both places; the node is none.
    fresh = ~np.isin(places @ np.array([1, 1j]), nodes @ np.array([1, 1j]))
    return places[fresh]


def _near_misses(network: Network, dead: Ints, layer: Ints) -> tuple[Floats, Ints]:
    """Return (metres, node) of the dead ends beside an edge that they do not reach.

    A spur so short that its other end is as near reaches what begins there: a line drawn a little too far.
    """
    if not len(dead):
        return np.empty(0), dead
    lines = _lines(network)
    points: npt.NDArray[Any] = np.asarray(shapely.points(network.node_xy[dead]))
    row, edge = shapely.STRtree(lines).query(points, predicate="dwithin", distance=NEAR_M)
    own = np.empty(len(network.node_xy), dtype=np.int64)
    own[network.edge_from] = own[network.edge_to] = np.arange(len(lines))  # A dead end has but one.
    spur = own[dead[row]]
    back = np.where(network.edge_to[spur] == dead[row], network.edge_from[spur], network.edge_to[spur])
    joined = (network.edge_length_m[spur] <= NEAR_M) & (
        (network.edge_from[edge] == back) | (network.edge_to[edge] == back)
    )
    other = (edge != spur) & (layer[edge] == layer[spur]) & ~joined
    row, edge = row[other], edge[other]
    gap: Floats = np.asarray(shapely.distance(points[row], lines[edge]), dtype=np.float64)
    order = np.lexsort((gap, row))
    best = order[np.flatnonzero(np.diff(row[order], prepend=-1))]
    return gap[best], dead[row[best]]


def degrees(network: Network, xy: Floats) -> Floats:
    """Return places (n, 2) of a network in EPSG:4326."""
    back = Transformer.from_crs(network.crs, CRS, always_xy=True).transform
    return np.column_stack(back(*xy.T)) if len(xy) else np.empty((0, 2))
