"""Peers on foot: programs that find the way from the nearest station to each point, node to node.

Each makes ready what it likes best of the same nodes and edges, and ends with one array: the metres to each
point, inf beyond 1,250.
"""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.bench.town import METRES, MINUTES, SPEED, Town
from geo.reach.times import travel_minutes
from geo.streets.network import Floats

OURS = "gridcircle"
Run = Callable[[], Floats]
Method = Callable[[Town], Run]


def gridcircle(town: Town) -> Run:
    """Ask `geo.reach.times.travel_minutes`, which finds the second nearest besides."""
    fresh = replace(town, network=replace(town.network))
    sources, targets = fresh.at(town.stations), fresh.at(town.points)
    _ = sources.places, targets.places
    options = {"speed_m_per_min": SPEED, "limit_minutes": MINUTES}
    return lambda: travel_minutes(fresh.network, sources, targets, **options).minutes * SPEED


def scipy(town: Town) -> Run:
    """Ask scipy's Dijkstra from all stations at once, on a matrix."""
    graph = _matrix(town)
    nodes = np.unique(town.stations)

    def run() -> Floats:
        found: Floats = dijkstra(graph, indices=nodes, min_only=True, limit=METRES)[town.points]
        return found

    return run


def networkx(town: Town) -> Run:
    """Ask networkx for the multi-source Dijkstra on a graph of its own."""
    nx = import_module("networkx")
    coo = _matrix(town).tocoo()
    graph = nx.Graph()
    graph.add_weighted_edges_from(zip(coo.row.tolist(), coo.col.tolist(), coo.data.tolist(), strict=True))
    stations, points = set(town.stations.tolist()), town.points.tolist()

    def run() -> Floats:
        found = nx.multi_source_dijkstra_path_length(graph, stations, cutoff=METRES, weight="weight")
        return np.array([found.get(point, np.inf) for point in points])

    return run


def pandana(town: Town) -> Run:
    """Ask pandana's contraction hierarchy for the nearest place of interest of each node."""
    network = town.network
    x, y = (pd.Series(column) for column in network.node_xy.T)
    lengths = pd.DataFrame({"metres": network.edge_length_m})
    ends = pd.Series(network.edge_from), pd.Series(network.edge_to)
    places = network.node_xy[town.stations]
    with _muted():
        graph = import_module("pandana").Network(x, y, *ends, lengths, twoway=True)
        graph.precompute(METRES)
        graph.set_pois("station", METRES, 1, pd.Series(places[:, 0]), pd.Series(places[:, 1]))

    def run() -> Floats:
        found = graph.nearest_pois(METRES, "station", num_pois=1)[1].to_numpy(dtype=float)[town.points]
        # Where there is none, it says the limit.
        return np.where(found < METRES, found, np.inf)

    return run


@contextmanager
def _muted() -> Iterator[None]:
    """Send what a library in C++ prints to standard error, since an object alone stands on the output."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _matrix(town: Town) -> csr_array:
    """Return metres from node to node, of parallel edges the shortest."""
    network = town.network
    ends = np.column_stack([network.edge_from, network.edge_to])
    table = pd.DataFrame(np.vstack([ends, ends[:, ::-1]]), columns=["start", "end"])
    table["metres"] = np.tile(network.edge_length_m, 2)
    table = table[table["start"] != table["end"]]
    best = table.groupby(["start", "end"], sort=True)["metres"].min().reset_index()
    shape = (len(network.node_xy), len(network.node_xy))
    start, end = best["start"].to_numpy(), best["end"].to_numpy()
    return csr_array((best["metres"].to_numpy(), (start, end)), shape=shape)


METHODS: Mapping[str, Method] = MappingProxyType(
    {OURS: gridcircle, "scipy": scipy, "networkx": networkx, "pandana": pandana}
)


def absent() -> dict[str, str]:
    """Return the methods that this machine has not, and why."""
    return {
        name: f"the Python package {name} is not installed"
        for name in ("networkx", "pandana")
        if find_spec(name) is None
    }


def require_same(case: str, name: str, found: Any, answer: Any) -> None:
    """Hold an answer to ours, both in metres to each point, inf where there is no way.

    Raises
    ------
    RuntimeError
        Where they differ by more than half a metre in a way, or in a flag away from the limit.
    """
    both = np.isfinite(found) & np.isfinite(answer)
    far = int((np.abs(found[both] - answer[both]) > 0.5).sum())
    one = np.where(np.isfinite(found), found, answer)[np.isfinite(found) != np.isfinite(answer)]
    flags = int((one < METRES - 0.5).sum())
    if far or flags:
        raise RuntimeError(f"In the case {case}, {name} differs from {OURS}: {far} ways, {flags} flags.")
