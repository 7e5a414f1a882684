"""Fabric: the divided plan laid on the ground of EPSG:4544, as faces and as lines between them.

Lines and faces are made of the same vertices: all traces are noded together on a grid of one
centimetre, and every vertex is moved by the same function, so that neighbours share borders exactly.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.demo.ground import Ground, node_traces, warp
from geo.demo.plan import CRS_M, ORIGIN
from geo.demo.quarters import Quarters

_STEP_M = 45.0


@dataclass(frozen=True)
class Fabric:
    """The district's ground, in EPSG:4544.

    Parameters
    ----------
    faces : GeoDataFrame
        The leaves: ``lot``, ``quarter``, ``use`` (work, living, green), ``heat``, Polygon geometry.
    lines : GeoDataFrame
        Pieces from node to node: ``rank`` and ``street`` as in `geo.demo.ground.Trace`, LineString.
    zone, river, railway : shapely geometry
        The zone, and the faces of the river and of the railway's reserve.
    track : shapely geometry
        The railway's centre line.
    phases : ndarray (3, 2, 2)
        The phases of the waves that bent the plan, to bend a further place alike.
    size_m : float
        The size handed to the waves.
    """

    faces: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    zone: BaseGeometry
    river: BaseGeometry
    railway: BaseGeometry
    track: BaseGeometry
    phases: NDArray[np.float64]
    size_m: float

    def place(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where places (n, 2) of the plan lie in EPSG:4544, in metres to a centimetre."""
        return place(xy, self.phases, self.size_m)


def weave(ground: Ground, quarters: Quarters, rng: np.random.Generator) -> Fabric:
    """Node all traces, and lay lines and faces on the ground."""
    phases = rng.uniform(0.0, 2 * np.pi, (3, 2, 2))
    size_m = float(np.sqrt(ground.outline.area))
    lines = _noded(ground, quarters)
    cells = shapely.get_parts(shapely.polygonize(lines.geometry.to_numpy()))
    owner = _owners(cells, quarters)
    middles = shapely.point_on_surface(cells)
    wet = shapely.intersects(ground.river, middles)
    reserve = shapely.intersects(ground.railway, middles)

    def lay(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
        return np.asarray(shapely.transform(geometries, lambda xy: place(xy, phases, size_m)))

    laid = lay(cells)
    return Fabric(
        faces=_faces(laid, owner, quarters),
        lines=lines.set_geometry(lay(lines.geometry.to_numpy()), crs=CRS_M),
        zone=shapely.coverage_union_all(laid),
        river=shapely.coverage_union_all(laid[wet]),
        railway=shapely.coverage_union_all(laid[reserve]),
        track=lay(np.array([shapely.segmentize(ground.track, _STEP_M)]))[0],
        phases=phases,
        size_m=size_m,
    )


def _faces(laid: NDArray[np.object_], owner: NDArray[np.int64], quarters: Quarters) -> gpd.GeoDataFrame:
    """Return the cells that are leaves, in the order of the leaves, with what is known of their lots."""
    leaves = np.flatnonzero(owner >= 0)
    leaves = leaves[np.argsort(owner[leaves])]
    lot = quarters.lots[owner[leaves]]
    return gpd.GeoDataFrame(
        {
            "lot": lot,
            "quarter": quarters.quarter[lot],
            "use": quarters.use[lot],
            "heat": quarters.heat[lot],
        },
        geometry=laid[leaves],
        crs=CRS_M,
    )


def place(xy: NDArray[np.float64], phases: NDArray[np.float64], size_m: float) -> NDArray[np.float64]:
    """Bend places of the plan and move them to EPSG:4544."""
    return np.asarray(np.round(warp(xy, phases, size_m=size_m) + np.array(ORIGIN), 2))


def _noded(ground: Ground, quarters: Quarters) -> gpd.GeoDataFrame:
    """Return the traces cut at every node, each piece with the rank of the trace it came from."""
    traces = node_traces(quarters.traces)
    pieces = np.array([trace.line for trace in traces])
    frame = gpd.GeoDataFrame(
        {
            "rank": [trace.rank for trace in traces],
            "street": [trace.street for trace in traces],
        },
        geometry=shapely.segmentize(pieces, _STEP_M),
    )
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    inside = shapely.dwithin(ground.outline, middles, 0.05)
    return frame[inside].reset_index(drop=True)


def _owners(cells: NDArray[np.object_], quarters: Quarters) -> NDArray[np.int64]:
    """Return the leaf that each cell is, -1 for water and railway."""
    leaves = np.array([shapely.Polygon(ring) for ring in quarters.leaves])
    cell, leaf = shapely.STRtree(leaves).query(shapely.point_on_surface(cells), predicate="intersects")
    owner = np.full(len(cells), -1, dtype=np.int64)
    owner[cell] = leaf
    return owner
