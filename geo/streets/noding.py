"""Road centre lines as offices have them → lines that share a vertex where they cross or meet.

::

    ──────┼──────   crossing on one layer: both lines get the crossing as a vertex
    ──────┬ ─ ───   an end within reach of another line is drawn on to it
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Transformer

from geo.errors import CrsUnknown
from geo.frames import CRS
from geo.segments.pieces import shares_along
from geo.streets.network import Flags, Floats, Ints


def node_lines(
    streets: gpd.GeoDataFrame, *, crs: str, snap_m: float = 0.5, among: Flags | None = None
) -> gpd.GeoDataFrame:
    """Give crossing lines a common vertex, and draw dangling ends on to the line beside them.

    Lines of one ``layer`` that cross, touch or overlap get the very same vertex there; lines of
    different layers do so only where one of them ends on the other. An end within ``snap_m`` of
    another line, to which nothing joins it yet, is drawn on to the nearest place there. Lines stay
    whole: `geo.streets.joining.build_network` divides them at shared vertices. OpenStreetMap's ways share
    their vertices already and are not to be noded.

    Parameters
    ----------
    streets : GeoDataFrame
        A frame of the contract ``geo.contracts.STREETS`` in EPSG:4326.
    crs : str
        The metric system to measure ``snap_m`` in.
    snap_m : float
        The longest gap that is closed; 0 closes none.
    among : ndarray (rows,) bool, optional
        Only what these lines meet, and only their ends, are looked at; by default all.

    Returns
    -------
    GeoDataFrame
        The same rows and columns, with vertices added to the lines.

    Raises
    ------
    CrsUnknown
        Where the streets are not in EPSG:4326.
    """
    if streets.crs is None or streets.crs != CRS:
        raise CrsUnknown(f"The streets are not in {CRS}; convert them first.", crs=str(streets.crs))
    pieces = _pieces(streets, np.ones(len(streets), dtype=bool) if among is None else among)
    added = _crossings(pieces)
    if snap_m > 0:
        added = pd.concat([added, _bridged_gaps(pieces, added, crs=crs, snap_m=snap_m)])
    return streets.set_geometry(_lines(pieces, added), crs=CRS)


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The lines' vertices, flat, and the segments between them.

    ``lines``: the geometry of each row; ``lonlat`` (v, 2) and ``line`` (v,): the vertices and their
    rows; ``start`` (s,): the vertex where each segment begins; ``layer``: of each row; ``among``: the
    rows that are looked at.
    """

    lines: npt.NDArray[Any]
    lonlat: Floats
    line: Ints
    start: Ints
    layer: Ints
    among: Flags

    def is_end(self, vertex: Ints) -> npt.NDArray[np.bool_]:
        """Flag the first and the last vertices of lines."""
        change = np.flatnonzero(np.diff(self.line, prepend=-1, append=-1))
        return np.isin(vertex, np.concatenate([change, change - 1]))


def _pieces(streets: gpd.GeoDataFrame, among: Flags) -> _Pieces:
    lines = streets.geometry.to_numpy()
    lonlat, line = shapely.get_coordinates(lines, return_index=True)
    layer = streets["layer"].fillna(0).to_numpy(dtype=np.int64)
    return _Pieces(lines, lonlat, line, np.flatnonzero(np.diff(line) == 0), layer, among)


def _crossings(pieces: _Pieces) -> pd.DataFrame:
    """Return the vertices to add where segments meet: ``line``, ``vertex``, ``share``, ``xy``."""
    start = pieces.start
    segments = np.asarray(
        shapely.linestrings(np.stack([pieces.lonlat[start], pieces.lonlat[start + 1]], axis=1))
    )
    asked = np.flatnonzero(pieces.among[pieces.line[start]])
    one, other = shapely.STRtree(segments).query(segments[asked], predicate="intersects")
    one = asked[one]
    # Each pair once, and not the two segments at a bend, which share their vertex already.
    bend = (pieces.line[start[one]] == pieces.line[start[other]]) & (np.abs(other - one) == 1)
    pair = ((one < other) | ~pieces.among[pieces.line[start[other]]]) & ~bend
    one, other = one[pair], other[pair]
    meeting, row = shapely.get_coordinates(
        shapely.intersection(segments[one], segments[other]), return_index=True
    )
    one, other = start[one[row]], start[other[row]]
    level = pieces.layer[pieces.line[one]] == pieces.layer[pieces.line[other]]
    joined = level | _ends_at(pieces, one, meeting) | _ends_at(pieces, other, meeting)
    vertex = np.concatenate([one[joined], other[joined]])
    return _added(pieces, vertex, np.concatenate([meeting[joined], meeting[joined]]))


def _ends_at(pieces: _Pieces, start: Ints, lonlat: Floats) -> npt.NDArray[np.bool_]:
    """Flag the segments whose line ends at the given place."""
    flags = np.zeros(len(start), dtype=bool)
    for vertex in (start, start + 1):
        flags |= pieces.is_end(vertex) & (pieces.lonlat[vertex] == lonlat).all(axis=1)
    return flags


def _added(pieces: _Pieces, vertex: Ints, lonlat: Floats) -> pd.DataFrame:
    """Return vertices to add on the segments that begin at ``vertex``."""
    share = shares_along(pieces.lonlat[vertex], pieces.lonlat[vertex + 1], lonlat)
    return _vertices(pieces.line[vertex], vertex, share, lonlat)


def _vertices(line: Ints, vertex: Ints, share: Floats, lonlat: Floats) -> pd.DataFrame:
    columns = {"line": line, "vertex": vertex, "share": share}
    return pd.DataFrame(columns | {"lon": lonlat[:, 0], "lat": lonlat[:, 1]})


def _bridged_gaps(pieces: _Pieces, crossings: pd.DataFrame, *, crs: str, snap_m: float) -> pd.DataFrame:
    """Return the vertices that draw each dangling end on to the nearest other line of its layer."""
    project = Transformer.from_crs(CRS, crs, always_xy=True).transform
    xy = np.column_stack(project(pieces.lonlat[:, 0], pieces.lonlat[:, 1]))
    end, vertex, share = _nearest_beside(pieces, xy, _dangling(pieces, crossings), snap_m)
    begin, stop = pieces.lonlat[vertex], pieces.lonlat[vertex + 1]
    # At an end of the segment its very vertex is the place, not a sum that comes near it.
    place = np.where(share[:, None] == 1.0, stop, begin + share[:, None] * (stop - begin))
    first = np.diff(pieces.line, prepend=-1)[end] != 0
    # Half a step before a line's first vertex, or behind its last one.
    drawn = _vertices(pieces.line[end], end - first, np.full(len(end), 0.5), place)
    return pd.concat([_vertices(pieces.line[vertex], vertex, share, place), drawn])


def _nearest_beside(pieces: _Pieces, xy: Floats, end: Ints, snap_m: float) -> tuple[Ints, Ints, Floats]:
    """Return (end, segment's first vertex, share along it) of each end with a line in reach."""
    lines = shapely.linestrings(np.stack([xy[pieces.start], xy[pieces.start + 1]], axis=1))
    tree = shapely.STRtree(np.asarray(lines))
    row, segment = tree.query(shapely.points(xy[end]), predicate="dwithin", distance=snap_m)
    end, vertex = end[row], pieces.start[segment]
    own, other = pieces.line[end], pieces.line[vertex]
    allowed = (own != other) & (pieces.layer[own] == pieces.layer[other])
    end, vertex = end[allowed], vertex[allowed]
    share = shares_along(xy[vertex], xy[vertex + 1], xy[end])
    gap = np.hypot(*(xy[vertex] + share[:, None] * (xy[vertex + 1] - xy[vertex]) - xy[end]).T)
    order = np.lexsort((vertex, gap, end))
    nearest = order[np.flatnonzero(np.diff(end[order], prepend=-1))]
    return end[nearest], vertex[nearest], share[nearest]


def _dangling(pieces: _Pieces, crossings: pd.DataFrame) -> Ints:
    """Return the vertices that end a line where no other line passes."""
    every = np.arange(len(pieces.line))
    ends = every[pieces.is_end(every) & pieces.among[pieces.line]]
    met = (crossings["lon"] + 1j * crossings["lat"]).to_numpy()
    return ends[~np.isin(pieces.lonlat[ends] @ np.array([1, 1j]), met)]


def _lines(pieces: _Pieces, added: pd.DataFrame) -> npt.NDArray[Any]:
    """Return the lines with the added vertices in their places, none repeated."""
    every = np.arange(len(pieces.line))
    table = pd.concat([_vertices(pieces.line, every, np.zeros(len(every)), pieces.lonlat), added])
    table = table.sort_values(["line", "vertex", "share"], kind="stable")
    rows, index = np.unique(table["line"].to_numpy(), return_inverse=True)
    lines = pieces.lines.copy()
    drawn = shapely.linestrings(table[["lon", "lat"]].to_numpy(), indices=index)
    lines[rows] = shapely.remove_repeated_points(drawn)
    return lines
