"""Towns to measure ways in: the demo, a file of streets, or that file laid out many times side by side."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geo.coverage.board import Board, Demand
from geo.demo.district import build_district
from geo.errors import InputError
from geo.frames import CRS
from geo.reach.times import travel_minutes
from geo.read.door import read_file
from geo.streets.joining import build_network
from geo.streets.network import Floats, Ints, Network
from geo.streets.snapping import Snapped

SPEED = 5000 / 60
MINUTES = 15.0
METRES = MINUTES * SPEED
POINTS, STATIONS = 45_000, 398
MOST_POINTS = 1_000_000
_SEED = 20260101
_TIED = 24
"""Streets between two neighbouring tiles."""


@dataclass(frozen=True, eq=False)
class Town:
    """Streets, stations and points.

    ``points_xy`` (p, 2) are where they lie; ``stations`` and ``points`` the nodes that stand for them, since
    some peers know ways from node to node only.
    """

    network: Network
    stations_xy: Floats
    points_xy: Floats
    stations: Ints
    points: Ints

    def at(self, nodes: Ints) -> Snapped:
        """Return nodes as places on an edge that ends there."""
        arcs = self.network.arcs
        edge = arcs.edge[arcs.first[:-1]].astype(np.int64)
        begins = arcs.edge_from[edge] == np.arange(arcs.nodes)
        along = np.where(begins, 0.0, self.network.edge_length_m[edge])
        xy = self.network.node_xy.take(nodes, axis=0)
        return Snapped(edge.take(nodes), along.take(nodes), np.zeros(len(nodes)), xy)


def town_of(case: str) -> Town:
    """Return the town of a case: ``demo``, a file of streets, or ``FILE@5000000``, laid out to so many edges.

    Raises
    ------
    InputError
        Where the case is none of these.
    """
    name, _, edges = case.partition("@")
    if edges and not edges.isdecimal():
        raise InputError(f"“{case}” is no case; write FILE@5000000 for so many edges.", case=case)
    if name == "demo":
        network, stations_xy, points_xy = _demo()
    else:
        network = _from_file(name)
        stations_xy, points_xy = _scattered(network, STATIONS), _scattered(network, POINTS)
    if edges:
        network = tiled(network, int(edges))
        share = len(network.edge_from) / 14_000
        stations_xy = _scattered(network, int(STATIONS * share))
        points_xy = _scattered(network, min(int(POINTS * share), MOST_POINTS))
    nodes = _nodes_beside(network, np.vstack([stations_xy, points_xy]))
    return Town(network, stations_xy, points_xy, nodes[: len(stations_xy)], nodes[len(stations_xy) :])


def board_of(town: Town) -> Board:
    """Return the board of the points as they are reached today."""
    times = {"speed_m_per_min": SPEED, "limit_minutes": MINUTES}
    none, count = np.empty(0, dtype=np.intp), len(town.points)
    boxes = np.full(count, 2, dtype=np.int8)
    demand = Demand(boxes, np.ones(count, np.int64), 0, np.full(count, -1, dtype=np.intp), np.empty(0), none)
    reach = travel_minutes(town.network, town.at(town.stations), town.at(town.points), **times)
    # That one station reaches a point or several is the same to one that opens.
    return Board(demand, (reach.minutes <= MINUTES).astype(np.int16))


def tiled(network: Network, edges: int) -> Network:
    """Lay a network out in rows and columns, neighbours joined, until it has so many edges."""
    side = int(np.ceil(np.sqrt(edges / len(network.edge_from))))
    low, high = network.vertex_xy.min(axis=0), network.vertex_xy.max(axis=0)
    steps = (high - low) + 50.0
    row, column = np.divmod(np.arange(side * side), side)
    shift = np.column_stack([column, row]) * steps
    n, v, many = len(network.node_xy), len(network.vertex_xy), len(shift)
    nodes_xy = (network.node_xy[None] + shift[:, None]).reshape(-1, 2)
    ties = _ties(network, side)
    ties_xy = nodes_xy[ties].reshape(-1, 2)
    first = np.add.outer(np.arange(many) * v, network.edge_first).ravel()
    last = np.add.outer(np.arange(many) * v, network.edge_last).ravel()
    begin = many * v + 2 * np.arange(len(ties))
    island = network.component_island[network.node_component].astype(np.int64)
    run = np.hypot(*(ties_xy[1::2] - ties_xy[::2]).T)
    length = np.concatenate([np.tile(network.edge_length_m, many), run])
    open_ = np.ones(len(ties), dtype=bool)
    own = np.bincount(island[network.edge_from], weights=network.edge_length_m, minlength=2) * many
    ends = [np.add.outer(np.arange(many) * n, e).ravel() for e in (network.edge_from, network.edge_to)]
    return Network(
        mode=network.mode,
        crs=network.crs,
        vertex_xy=np.vstack([(network.vertex_xy[None] + shift[:, None]).reshape(-1, 2), ties_xy]),
        edge_first=np.concatenate([first, begin]),
        edge_last=np.concatenate([last, begin + 1]),
        edge_from=np.concatenate([ends[0], ties[:, 0]]).astype(np.int32),
        edge_to=np.concatenate([ends[1], ties[:, 1]]).astype(np.int32),
        edge_length_m=length,
        edge_forward=np.concatenate([np.tile(network.edge_forward, many), open_]),
        edge_backward=np.concatenate([np.tile(network.edge_backward, many), open_]),
        edge_street=np.zeros(len(length), dtype=np.int8),
        node_xy=nodes_xy,
        node_component=np.tile(island, many),
        component_length_m=np.array([own[0] + run.sum(), own[1]]),
        component_island=np.array([False, True]),
    )


def _ties(network: Network, side: int) -> Ints:
    """Return the pairs of nodes to join: the outermost of a tile with its right and upper neighbour's."""
    main = np.flatnonzero(~network.component_island[network.node_component])
    xy = network.node_xy[main]
    pairs = []
    for axis, step in ((0, 1), (1, side)):
        by = np.argsort(xy[:, axis], kind="stable")
        inner, outer = main[by[:_TIED]], main[by[-_TIED:]]
        # Across the border each meets the one at its height.
        inner = inner[np.argsort(network.node_xy[inner, 1 - axis], kind="stable")]
        outer = outer[np.argsort(network.node_xy[outer, 1 - axis], kind="stable")]
        tile = np.arange(side * side)
        tile = tile[(tile % side < side - 1) if axis == 0 else (tile < side * (side - 1))]
        n = len(network.node_xy)
        pairs.append(
            np.column_stack(
                [np.add.outer(tile * n, outer).ravel(), np.add.outer((tile + step) * n, inner).ravel()]
            )
        )
    return np.vstack(pairs)


def _demo() -> tuple[Network, Floats, Floats]:
    district = build_district(scale="chengdu")
    crs = str(district.streets.crs.to_string())
    network = build_network(district.streets.to_crs(CRS), mode="walk", crs=crs)
    frames = (district.facilities[district.facilities["kind"] == "驿站"], district.enterprises)
    project = Transformer.from_crs(CRS, crs, always_xy=True).transform
    stations, points = (
        np.column_stack(project(f.geometry.x.to_numpy(), f.geometry.y.to_numpy())) for f in frames
    )
    return network, stations, points[np.isfinite(points).all(axis=1)]


def _from_file(name: str) -> Network:
    path = Path(name)
    if not path.exists():
        raise InputError(
            f"There is no file “{name}”; write demo, or the path of a file of streets.", case=name
        )
    streets = read_file(path, "streets").frame
    west, south, east, north = streets.total_bounds.tolist()
    found = query_utm_crs_info("WGS 84", AreaOfInterest(west, south, east, north), contains=False)
    return build_network(streets, mode="walk", crs=f"EPSG:{found[0].code}")


def _scattered(network: Network, count: int) -> Floats:
    rng = np.random.default_rng([_SEED, count])
    vertex = rng.integers(0, len(network.vertex_xy), count)
    places: Floats = network.vertex_xy[vertex] + rng.normal(0, 30, (count, 2))
    return places


def _nodes_beside(network: Network, xy: Floats) -> Ints:
    """Return the nearest node of the mainland of each place."""
    from scipy.spatial import KDTree

    main = np.flatnonzero(~network.component_island[network.node_component])
    return main[np.asarray(KDTree(network.node_xy[main]).query(xy)[1])]
