"""Travel times equal a plain Dijkstra written out, to the last bit on whole numbers."""

import heapq
from dataclasses import replace
from itertools import count, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from street_drawings import PLANE, bring, draw, nets, network_of, spots

from geo.reach.times import disc_minutes, travel_minutes
from geo.streets.arcs import FARTHEST, limit_units, metres
from geo.streets.joining import build_network
from geo.streets.snapping import Snapped
from geo.travel import plain, search
from geo.travel.nodes import kernels as nodes
from geo.travel.places import kernels as places


def place(edge: list[int], along: list[float], access: list[float] | None = None) -> Snapped:
    n = len(edge)
    return Snapped(
        np.array(edge, dtype=np.int64),
        np.array(along, dtype=float),
        np.array(access or [0.0] * n),
        np.full((n, 2), np.nan),
    )


def travel(network, sources, targets, **options):
    reach = travel_minutes(network, sources, targets, speed_m_per_min=1, **options)
    return reach.minutes.tolist(), reach.nearest.tolist()


def all_of(reach):
    return [a.tolist() for a in (reach.minutes, reach.nearest, reach.second_minutes, reach.second)]


@pytest.fixture
def square():
    """Draw a street of 10 and a way round of 30 between its ends, and a street apart."""
    lines = [(0, 0), (10, 0)], [(10, 0), (10, 10), (0, 10), (0, 0)], [(50, 0), (60, 0)]
    return build_network(draw(*lines), mode="walk", crs=PLANE)


def test_along_the_streets_with_both_access_legs(square):
    sources, targets = place([0], [4], [1]), place([0, 1, 1, 2, -1], [9, 5, 29, 5, np.nan], [2] * 5)
    minutes, nearest = travel(square, sources, targets)
    assert minutes == [1 + 5 + 2, 1 + 6 + 5 + 2, 1 + 4 + 1 + 2, np.inf, np.inf]
    assert nearest == [0, 0, 0, -1, -1]


def test_on_one_edge_the_way_round_may_be_shorter(square):
    # Along the long edge from 1 to 29 are 28; over the street 1 + 10 + 1.
    assert travel(square, place([1], [1]), place([1], [29])) == ([12], [0])


def test_the_limit_is_within_reach(square):
    targets = place([0, 0], [6, 6.5])
    assert travel(square, place([0], [0]), targets, limit_minutes=6) == ([6, np.inf], [0, -1])


def test_equal_ways_go_to_the_lowest_source(square):
    same_place = place([1, 0, 0], [30, 0, 0])
    assert travel(square, same_place, place([0, 1, 1], [3, 2, 15]))[1] == [0, 0, 0]
    # Between two sources on either side, exactly in the middle.
    assert travel(square, place([0, 0], [8, 2]), place([0], [5])) == ([3], [0])


def test_no_source_reaches_nobody(square):
    assert travel(square, place([], []), place([0], [5])) == ([np.inf], [-1])
    assert travel(square, place([-1], [np.nan], [np.nan]), place([0], [5])) == ([np.inf], [-1])
    assert travel(square, place([0], [5]), place([], [])) == ([], [])


def test_one_ways_are_kept():
    streets = draw([(0, 0), (10, 0)], [(10, 0), (10, 5), (0, 5), (0, 0)], oneway=["yes", "yes"])
    drive = build_network(streets, mode="drive", crs=PLANE)
    assert travel(drive, place([0], [6]), place([0, 0], [8, 4]))[0] == [2, 4 + 20 + 4]
    walk = build_network(streets, mode="walk", crs=PLANE)
    assert travel(walk, place([0], [6]), place([0, 0], [8, 4]))[0] == [2, 2]


def test_the_end_of_a_one_way_is_its_node():
    # Against the one-way, between its ends only: both points are at junctions of the other street.
    streets = draw([(0, 0), (10, 0)], [(10, 0), (10, 5), (0, 5), (0, 0)], oneway=["yes", "no"])
    drive = build_network(streets, mode="drive", crs=PLANE)
    assert travel(drive, place([0], [10]), place([0], [0]))[0] == [20]
    assert travel(drive, place([1], [0]), place([0], [10]))[0] == [0]
    assert travel(drive, place([0], [0]), place([1], [15]))[0] == [5]


def test_an_edge_of_no_length_is_passed():
    network = build_network(draw([(0, 0), (1, 0)], [(1, 0), (4, 0)]), mode="walk", crs=PLANE)
    network = replace(network, edge_length_m=np.array([0.0, 3.0]))
    assert travel(network, place([0], [0]), place([1], [2])) == ([2], [0])


def oracle(network, sources: Snapped, targets: Snapped) -> list[list[float]]:
    """Split every edge at each stop on it, and run Dijkstra's method from each source."""
    arcs: dict[object, list[tuple[object, float]]] = {}
    for e in range(len(network.edge_from)):
        length = network.edge_length_m[e]
        stops = {0.0, length, *sources.along_m[sources.edge == e], *targets.along_m[targets.edge == e]}
        ends = {0.0: ("node", network.edge_from[e]), length: ("node", network.edge_to[e])}
        ladder = sorted(stops)
        for a, node in ends.items():
            arcs.setdefault((e, a), []).append((node, 0.0))
            arcs.setdefault(node, []).append(((e, a), 0.0))
        for a, b in pairwise(ladder):
            if network.edge_forward[e]:
                arcs.setdefault((e, a), []).append(((e, b), b - a))
            if network.edge_backward[e]:
                arcs.setdefault((e, b), []).append(((e, a), b - a))
    best: list[list[tuple[float, int]]] = [[(np.inf, -1)] * 2 for _ in range(len(targets))]
    for s in np.flatnonzero(sources.edge >= 0):
        metres = {(sources.edge[s], sources.along_m[s]): sources.access_m[s]}
        turn = count()
        queue = [(sources.access_m[s], next(turn), *metres)]
        while queue:
            so_far, _, spot = heapq.heappop(queue)
            for to, step in arcs.get(spot, []) if so_far == metres[spot] else []:
                if so_far + step < metres.get(to, np.inf):
                    metres[to] = so_far + step
                    heapq.heappush(queue, (so_far + step, next(turn), to))
        for t in np.flatnonzero(targets.edge >= 0):
            way = metres.get((targets.edge[t], targets.along_m[t]), np.inf) + targets.access_m[t]
            best[t] = sorted([*best[t], (way, int(s))])[:2] if way < np.inf else best[t]
    return [
        [b[0][0] for b in best],
        [b[0][1] for b in best],
        [b[1][0] for b in best],
        [b[1][1] for b in best],
    ]


@settings(deadline=None)
@given(nets, spots, spots, st.sampled_from(["walk", "drive"]))
def test_equals_a_plain_dijkstra(lines, stations, points, mode):
    network = network_of(lines, mode)
    sources, targets = bring(network, stations), bring(network, points)
    expected = oracle(network, sources, targets)
    assert all_of(travel_minutes(network, sources, targets, speed_m_per_min=1)) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "NODES_AT_ONCE", 1)
        patch.setattr(search, "SEEDS_AT_LEAST", 1)
        assert all_of(travel_minutes(network, sources, targets, speed_m_per_min=1)) == expected
        patch.setattr(search, "available", lambda: False)
        assert all_of(travel_minutes(network, sources, targets, speed_m_per_min=1)) == expected


@settings(deadline=None, max_examples=30)
@given(nets, spots)
def test_a_queue_grows_where_keys_fall_often(lines, stations):
    arcs, sources = network_of(lines).arcs, bring(network_of(lines), stations).places
    expected = search.nearest_of_nodes(arcs, sources, limit=FARTHEST)
    node, key = (ends.ravel() for ends in places.leave(arcs.edges, sources))
    ring, *entries, shift = nodes.empty_queue(arcs.graph, 0, FARTHEST)
    keys, tight = plain.nothing(arcs.nodes), (ring, *(e[:1].copy() for e in entries), shift)
    used, queue = nodes.spread(arcs.graph, node, key, FARTHEST, keys, tight)
    assert used <= len(queue[1])
    assert (queue[0] == -1).all()
    assert np.array_equal(keys, expected)


@pytest.mark.parametrize("most", [2, 7, 100])
def test_processors_share_rows_in_order(most):
    parts = search.shared(lambda rows: np.arange(20)[rows], 20, least=1, most=most)
    assert np.concatenate(parts).tolist() == list(range(20))
    assert search.shared(lambda rows: rows, 0, least=9) == [slice(0, 9)]


@pytest.mark.parametrize(("minutes", "speed"), [(15.0, 5000 / 60), (0.0, 80.0), (1 / 3, 70.1), (np.inf, 1.0)])
def test_the_last_unit_within_a_limit(minutes, speed):
    most = limit_units(minutes, speed=speed)
    assert metres(np.array(most)) / speed <= minutes
    assert minutes == np.inf or metres(np.array(most + 1)) / speed > minutes


def test_arcs_without_compiled_loops_are_the_same(square, monkeypatch):
    compiled = square.arcs
    monkeypatch.setattr("geo.streets.arcs.available", lambda: False)
    plainly = replace(square).arcs
    assert all(np.array_equal(a, b) for a, b in zip(compiled.graph, plainly.graph, strict=True))


@settings(deadline=None)
@given(nets, spots, spots, st.integers(0, 12))
def test_more_never_reaches_less(lines, stations, points, limit):
    network = network_of(lines)
    sources, targets = bring(network, stations), bring(network, points)
    whole = np.array(travel(network, sources, targets)[0])
    within = np.array(travel(network, sources, targets, limit_minutes=limit)[0])
    assert np.array_equal(within, np.where(whole <= limit, whole, np.inf))
    fewer = np.array(travel(network, sources.take(np.arange(len(sources))[1:]), targets)[0])
    assert (fewer >= whole).all()
    open_ = np.arange(len(network.edge_from)) > 0
    cut = replace(
        network,
        edge_forward=network.edge_forward & open_,
        edge_backward=network.edge_backward & open_,
    )
    assert (np.array(travel(cut, sources, targets)[0]) >= whole).all()


@settings(deadline=None)
@given(spots, spots, st.randoms())
def test_disc_equals_brute_force(stations, points, random):
    order = list(range(len(stations)))
    random.shuffle(order)
    reach = disc_minutes(stations[order], points, speed_m_per_min=0.5, detour=1.25)
    for i, point in enumerate(points):
        far = sorted((np.sqrt(((s - point) ** 2).sum()), k) for k, s in enumerate(stations[order]))
        (near_m, near), (then_m, then) = [*far, (np.inf, -1), (np.inf, -1)][:2]
        assert (reach.nearest[i], reach.second[i]) == (near, then)
        assert reach.minutes[i] == pytest.approx(near_m * 1.25 / 0.5)
        assert reach.second_minutes[i] == pytest.approx(then_m * 1.25 / 0.5)


def test_disc_without_locations():
    nowhere, here = np.array([[np.nan, 0]]), np.array([[0.0, 0.0]])
    for sources, targets in ((nowhere, here), (here, nowhere)):
        reach = disc_minutes(sources, targets, speed_m_per_min=1, detour=1)
        assert (reach.minutes.tolist(), reach.nearest.tolist()) == ([np.inf], [-1])


def test_disc_with_many_equally_near_sources():
    ring = np.array([[3, 4], [4, 3], [-3, 4], [-4, 3], [0, 5], [5, 0], [0, -5], [3, 4]], dtype=float)
    reach = disc_minutes(ring[::-1], np.zeros((1, 2)), speed_m_per_min=1, detour=1)
    assert all_of(reach) == [[5.0], [0], [5.0], [1]]


@settings(deadline=None, max_examples=40)
@given(nets, spots, spots)
def test_streets_of_half_the_speed_are_ways_of_twice_the_length(lines, stations, points):
    network, slow = network_of(lines), network_of(lines, pace=[2.0])
    # On the streets, since the access leg is at plain speed.
    sources, targets = (replace(bring(network, xy), access_m=np.zeros(len(xy))) for xy in (stations, points))
    minutes, nearest = travel(network, sources, targets)
    assert travel(slow, sources, targets) == ([2 * m for m in minutes], nearest)
