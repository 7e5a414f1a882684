"""Street lines → a network: joined where they share a vertex, without those closed to the mode."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import CrsUnknown
from geo.frames import CRS
from geo.segments.pieces import pieces
from geo.streets.network import Flags, Floats, Ints, Mode, Network

ALONG = frozenset({"forward", "yes", "true", "1"})
AGAINST = frozenset({"backward", "reverse", "-1"})


def build_network(
    streets: gpd.GeoDataFrame,
    *,
    mode: Mode,
    crs: str,
    pace: Floats | None = None,
    island_share: float = 0.01,
    island_length_m: float = 1000.0,
) -> Network:
    """Join street lines into a network.

    Lines join where they share a vertex to the last bit, at an end or between, as OpenStreetMap's ways
    do; where both only pass through on different ``layer`` (a bridge over a street) they do not. Lines
    that cross without a shared vertex are to be noded first (`geo.streets.noding`). A part that is shorter
    than both ``island_length_m`` and ``island_share`` of the whole is an island.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS`` in EPSG:4326. Rows whose column of the mode says
        ``no`` are left out; ``oneway`` (``forward``, ``backward``, or OpenStreetMap's ``yes`` and
        ``-1``) holds for ``ebike`` and ``drive`` only.
    mode : {"walk", "ebike", "drive"}
        Who moves.
    crs : str
        The metric system to measure in, such as ``EPSG:4544``.
    pace : ndarray (rows,) or (rows, 2), optional
        How many metres at the mode's plain speed one metre of each street takes as long as, both ways or
        along its line and against it (`geo.streets.slopes.street_paces`); 1 everywhere where it is not given.
    island_share, island_length_m : float
        What is too small to be believed connected.

    Raises
    ------
    CrsUnknown
        Where the streets are not in EPSG:4326.
    """
    lines, kept = _passable(streets, mode)
    lonlat, line = shapely.get_coordinates(lines.geometry.to_numpy(), return_index=True)
    node = _nodes(lonlat, line, lines["layer"].fillna(0).to_numpy(dtype=np.int64))
    vertex_xy = np.column_stack(Transformer.from_crs(CRS, crs, always_xy=True).transform(*lonlat.T))
    first, last = _edges(node, line)
    length = _lengths(vertex_xy, first, last)
    node_xy = np.empty((node.max(initial=-1) + 1, 2))
    node_xy[node[node >= 0]] = vertex_xy[node >= 0]
    component, part_length = _components(node[first], node[last], length, len(node_xy))
    island = (part_length < island_length_m) & (part_length < island_share * length.sum())
    # The longest part is what islands are islands beside, however small it is.
    island[:1] = False
    forward, backward = _directions(lines["oneway"], mode)
    return Network(
        mode=mode,
        crs=crs,
        vertex_xy=vertex_xy,
        edge_first=first,
        edge_last=last,
        edge_from=node[first].astype(np.int32),
        edge_to=node[last].astype(np.int32),
        edge_length_m=length,
        edge_forward=forward[line[first]],
        edge_backward=backward[line[first]],
        edge_street=lines.index.to_numpy()[line[first]],
        node_xy=node_xy,
        node_component=component,
        component_length_m=part_length,
        component_island=island,
        edge_pace=None if pace is None else pace[kept][line[first]],
    )


def _passable(streets: gpd.GeoDataFrame, mode: Mode) -> tuple[gpd.GeoDataFrame, Ints]:
    """Return the lines that the mode may use, without repeated vertices, and their rows."""
    if streets.crs is None or streets.crs != CRS:
        found = None if streets.crs is None else streets.crs.to_string()
        raise CrsUnknown(
            f"The streets are in {found or 'no coordinate system'}; convert them to {CRS} first.",
            crs=found,
        )
    closed = (streets[mode].astype("str").str.strip().str.lower() == "no").to_numpy(dtype=bool)
    geometry = streets.geometry.to_numpy()
    # The length of a missing line is NaN, which is not above 0 either.
    kept = np.flatnonzero(~closed & (shapely.length(geometry) > 0))
    lines = streets.iloc[kept]
    return lines.set_geometry(shapely.remove_repeated_points(lines.geometry.to_numpy()), crs=CRS), kept


def _nodes(lonlat: Floats, line: Ints, layer: Ints) -> Ints:
    """Return the node at each vertex, -1 where a vertex only bends its line.

    Lines that meet at a coordinate share a node there, except that lines of different layers do so
    only where some line ends: a ramp ends on its bridge, a bridge does not end on the street below.
    """
    change = line[1:] != line[:-1]
    is_end = np.append(True, change) | np.append(change, True) if len(line) else np.empty(0, bool)
    # A complex number is a pair that numpy sorts and compares as one; adding 0 turns -0 into 0.
    _, place = np.unique((lonlat + 0.0).view(np.complex128).ravel(), return_inverse=True)
    glued = np.bincount(place[is_end], minlength=len(place)) > 0
    _, level = np.unique(layer[line], return_inverse=True)
    level = np.where(glued[place], 0, level + 1)
    _, junction = np.unique(place * (level.max(initial=0) + 1) + level, return_inverse=True)
    is_node = is_end | (np.bincount(junction)[junction] > 1)
    node = np.full(len(line), -1, dtype=np.int64)
    _, node[is_node] = np.unique(junction[is_node], return_inverse=True)
    return node


def _edges(node: Ints, line: Ints) -> tuple[Ints, Ints]:
    """Return the first and the last vertex of each piece of a line between two nodes."""
    stops = np.flatnonzero(node >= 0)
    same_line = line[stops[1:]] == line[stops[:-1]]
    return stops[:-1][same_line], stops[1:][same_line]


def _lengths(vertex_xy: Floats, first: Ints, last: Ints) -> Floats:
    """Return the length of each edge in metres, summed edge by edge."""
    vertex, edge = pieces(first, last)
    steps = np.hypot(*(vertex_xy[vertex + 1] - vertex_xy[vertex]).T)
    length: Floats = np.bincount(edge, weights=steps, minlength=len(first)).astype(np.float64)
    return length


def _components(start: Ints, end: Ints, length: Floats, n: int) -> tuple[Ints, Floats]:
    """Return the connected part of each node, and the parts' lengths, longest first."""
    if n == 0:
        return np.empty(0, dtype=np.int64), np.empty(0)
    links = coo_array((np.ones(len(start)), (start, end)), shape=(n, n))
    count, label = connected_components(links, directed=False)
    total = np.bincount(label[start], weights=length, minlength=count).astype(np.float64)
    order = np.argsort(-total, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[label], total[order]


def _directions(oneway: pd.Series, mode: Mode) -> tuple[Flags, Flags]:
    """Return whether each line may be passed along, and against its direction."""
    word = oneway.astype("str").str.strip().str.lower()
    if mode == "walk":
        return np.ones(len(word), dtype=bool), np.ones(len(word), dtype=bool)
    forward: Flags = ~word.isin(AGAINST).to_numpy(dtype=bool)
    backward: Flags = ~word.isin(ALONG).to_numpy(dtype=bool)
    return forward, backward
