"""Streets: the walkable network of the demo district, with its bridges, underpasses and gates."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.demo.fabric import Fabric
from geo.demo.names import MARK, street_names
from geo.demo.plan import CRS_M

_GATED_SHARE = 0.45
_GAP_M = 9.0
_MOUTH_M = 0.5
_NAMED = ("primary", "secondary", "tertiary", "residential")


def build_streets(fabric: Fabric, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the street lines of the district.

    Parameters
    ----------
    fabric : Fabric
        The district's ground.
    rng : Generator
        Chooses gates, one-way lanes and names.

    Returns
    -------
    GeoDataFrame in EPSG:4544
        The columns of `geo.contracts.STREETS`. Lines meet in shared vertices. The river is crossed on
        bridges alone (``layer`` 1), the railway in underpasses (``layer`` -1). Inner ways of a gated
        lot stop short of the street but at its gates.
    """
    ground = _ground_lines(fabric, rng)
    lots = _lots_of(ground, fabric)
    gated = rng.random(int(fabric.faces["lot"].max()) + 1) < _GATED_SHARE
    inner = (ground["rank"] == "inner").to_numpy()
    closed = inner & gated[lots]
    geometry = ground.geometry.to_numpy().copy()
    geometry[closed] = _fenced(geometry[closed], _street_keys(geometry[~inner]), rng)
    ground = ground.set_geometry(geometry, crs=CRS_M)
    ground["road_class"] = _classes(ground["rank"], closed)
    ground = pd.concat([ground, _yard_paths(fabric, geometry[~inner])], ignore_index=True)
    return _finished(ground[_joined(ground.geometry.to_numpy())].reset_index(drop=True), rng)


def _ground_lines(fabric: Fabric, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the pieces that are ways: no fences, and the outline in some sectors only."""
    lines = fabric.lines
    middle = shapely.get_coordinates(shapely.centroid(lines.geometry.to_numpy()))
    centre = shapely.get_coordinates(shapely.centroid(fabric.zone))[0]
    angle = np.arctan2(*(middle - centre).T)
    paved = (rng.random(12) < 0.6)[((angle + np.pi) / (2 * np.pi) * 12).astype(int) % 12]
    rank = lines["rank"]
    # Where the river leaves the zone, the outline lies in its water.
    wet = shapely.dwithin(fabric.river, shapely.points(middle), _MOUTH_M)
    keep = (rank != "fence") & ((rank != "outline") | (paved & ~wet))
    return lines[keep].reset_index(drop=True)


def _lots_of(ground: gpd.GeoDataFrame, fabric: Fabric) -> NDArray[np.int64]:
    """Return a lot beside each line: for an inner way the lot that it lies in."""
    middles = shapely.line_interpolate_point(ground.geometry.to_numpy(), 0.5, normalized=True)
    nearest = fabric.faces.sindex.nearest(middles, return_all=False)[1]
    return np.asarray(fabric.faces["lot"].to_numpy()[nearest])


def _fenced(
    lines: NDArray[np.object_], streets: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.object_]:
    """Pull the ends of inner ways back from the street, but for one or two gates in each compound."""
    firsts = shapely.get_coordinates(shapely.get_point(lines, 0))
    lasts = shapely.get_coordinates(shapely.get_point(lines, -1))
    keys, ends = np.unique(np.concatenate([_keys(firsts), _keys(lasts)]), return_inverse=True)
    start, stop = ends[: len(lines)], ends[len(lines) :]
    # A node on the street belongs to every compound that touches it: it must not join them.
    on_street = np.isin(keys, streets)
    links = coo_array((np.ones(len(start)), (start, stop)), shape=(len(keys), len(keys)))
    apart = ~(on_street[links.row] | on_street[links.col])
    labels = connected_components(
        coo_array((links.data[apart], (links.row[apart], links.col[apart])), shape=links.shape),
        directed=False,
    )[1]
    compound = np.where(on_street[start], labels[stop], labels[start])
    order = rng.permutation(2 * len(lines))
    at_street = np.concatenate([on_street[start], on_street[stop]])[order]
    rank = pd.Series(at_street.astype(int)).groupby(np.tile(compound, 2)[order]).cumsum().to_numpy()
    shut = np.zeros(2 * len(lines), dtype=bool)
    shut[order] = at_street & (rank > 2)
    return np.array(
        [
            _pulled(line, first=bool(a), last=bool(b))
            for line, a, b in zip(lines, shut[: len(lines)], shut[len(lines) :], strict=True)
        ],
        dtype=object,
    )


def _pulled(line: shapely.LineString, *, first: bool, last: bool) -> shapely.LineString:
    xy = shapely.get_coordinates(line).copy()
    for shut, end, beside in ((first, 0, 1), (last, -1, -2)):
        if shut:
            step = xy[beside] - xy[end]
            share = min(_GAP_M / float(np.hypot(*step)), 0.4)
            xy[end] = np.round(xy[end] + share * step, 2)
    return shapely.LineString(xy)


def _classes(rank: pd.Series, closed: NDArray[np.bool_]) -> NDArray[np.object_]:
    classes = rank.replace(
        {
            "bank": "tertiary",
            "outline": "tertiary",
            "bridge": "primary",
            "underpass": "primary",
            "inner": "service",
        }
    ).to_numpy(dtype=object)
    classes[closed] = "footway"
    return classes


def _yard_paths(fabric: Fabric, streets: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return footways through lots that nothing else divides, from a gate to the one opposite."""
    faces = fabric.faces[~fabric.faces["lot"].duplicated(keep=False)].geometry.to_numpy()
    corners, owner = shapely.get_coordinates(faces, return_index=True)
    on_street = np.isin(_keys(corners), _street_keys(streets))
    starts = np.searchsorted(owner, np.arange(len(faces) + 1))
    middles = np.round(shapely.get_coordinates(shapely.point_on_surface(faces)), 2)
    boxes = shapely.get_coordinates(shapely.minimum_rotated_rectangle(faces)).reshape(-1, 5, 2)
    sides = (boxes[:, :4] + boxes[:, 1:]) / 2
    longer = np.hypot(*(boxes[:, 1] - boxes[:, 0]).T) > np.hypot(*(boxes[:, 2] - boxes[:, 1]).T)
    paths = []
    for n, (face, middle, side, turn) in enumerate(
        zip(faces, middles, sides, longer.astype(int), strict=True)
    ):
        mine = slice(starts[n], starts[n + 1])
        gates = corners[mine][on_street[mine]]
        if not len(gates):
            continue
        one, other = (gates[np.argmin(np.hypot(*(gates - side[k]).T))] for k in (turn, turn + 2))
        path = shapely.LineString(np.vstack([one, middle, other]))
        if (one != other).any() and shapely.covers(face, path):
            paths.append(path)
    data = {"rank": "yard", "street": -1, "road_class": "footway"}
    return gpd.GeoDataFrame(data, index=range(len(paths)), geometry=paths, crs=CRS_M)


def _joined(lines: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Tell which lines hang together with the most others; a path between two fences does not."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    keys, vertex = np.unique(_keys(xy), return_inverse=True)
    shape = (len(lines), len(keys))
    touch = coo_array((np.ones(len(line)), (line, vertex)), shape=shape).tocsr()
    part = connected_components(touch @ touch.T, directed=False)[1]
    return np.asarray(part == np.bincount(part).argmax())


def _finished(lines: gpd.GeoDataFrame, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Give the lines the columns of the contract."""
    rank, street, road_class = lines["rank"], lines["street"], lines["road_class"]
    named = rank.isin(_NAMED)
    titles = street_names(dict(zip(street[named], rank[named], strict=True)), rng)
    name = street.map(titles)
    name = name.mask(rank == "bank", f"{MARK}滨河路").mask(rank == "outline", f"{MARK}环区路")
    name = name.mask(rank == "bridge", name + "桥").mask(rank == "underpass", name + "下穿")
    lanes = np.flatnonzero(rng.random(int(street.max()) + 1) < 0.12)
    oneway = (rank == "residential") & street.isin(lanes)
    foot = road_class == "footway"
    return gpd.GeoDataFrame(
        {
            "source_id": [f"L{n:05d}" for n in range(1, len(lines) + 1)],
            "name": name,
            "road_class": road_class,
            "walk": "yes",
            "ebike": np.where(foot, "no", "yes"),
            "drive": np.where(foot, "no", "yes"),
            "oneway": np.where(oneway, "forward", "no"),
            "layer": np.select([rank == "bridge", rank == "underpass"], [1, -1], 0),
        },
        geometry=lines.geometry.to_numpy(),
        crs=CRS_M,
    )


def _keys(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return one whole number for each place in centimetres, for exact comparison."""
    cm = np.round(xy * 100).astype(np.int64)
    return cm[:, 0] * 1_000_000_000 + cm[:, 1]


def _street_keys(lines: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.unique(_keys(shapely.get_coordinates(lines)))
