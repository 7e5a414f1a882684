"""Valhalla finds the same ways, and would be heard if not; the long form is ``python -m tests.ways``."""

from dataclasses import replace

import numpy as np
import pytest
from street_drawings import draw

from geo.bench import valhalla
from geo.errors import SystemFailure
from geo.streets.joining import build_network
from tests.ways import agreement

pytestmark = pytest.mark.skipif(valhalla.absent() is not None, reason=f"{valhalla.absent()}")


@pytest.fixture(scope="module")
def town():
    """Draw streets of a slanted town of 3 km, some left out, without bridges."""
    rng = np.random.default_rng(4)
    turn = np.array([[0.9, 0.3], [-0.3, 0.9]]) * 0.0011
    ticks = np.arange(24)
    lines = [[(k, i) for k in ticks] for i in ticks] + [[(i, k) for k in ticks] for i in ticks]
    places = [np.array(line) @ turn + [104.06, 30.66] for line in lines]
    parts = [p[k : k + 2] for p in places for k in range(len(p) - 1) if rng.random() > 0.35]
    streets = draw(*(list(map(tuple, part)) for part in parts))
    return build_network(streets, mode="walk", crs="EPSG:4544")


def test_valhalla_finds_the_same_ways_and_is_heard_where_it_does_not(town, tmp_path):
    found = agreement.compare(town, tmp_path, points=1500, stations=4, seed=2)
    assert found["share"] <= 0.005
    assert 300 < found["covered"] < 1200
    sources, targets = agreement.seeded(town, points=1500, stations=4, seed=2)
    # With every fifth street shut, many ways are longer than Valhalla says.
    open_ = np.arange(len(town.edge_from)) % 5 > 0
    other = replace(town, edge_forward=town.edge_forward & open_, edge_backward=town.edge_backward & open_)
    (folder := tmp_path / "again").mkdir()
    theirs = agreement.theirs_m(town, sources, targets, folder)
    ours = agreement.travel_minutes(other, sources, targets, speed_m_per_min=agreement.SPEED).minutes
    assert ((ours <= agreement.MINUTES) != (theirs <= agreement.MINUTES * agreement.SPEED)).mean() > 0.02


def test_no_tiles_are_no_answer(tmp_path):
    (tmp_path / "empty.osm.pbf").write_bytes(b"")
    with pytest.raises(SystemFailure, match="built no tiles"):
        valhalla.open_tiles(tmp_path / "empty.osm.pbf", tmp_path)
