"""The race of ways: the same question for all, told in the agreed form, and towns of any size."""

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components
from street_drawings import draw

from geo.bench import town, walkers, ways
from geo.bench.ways import TREE, race_ways
from geo.errors import InputError
from geo.streets.network import Network


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> town.Town:
    """Read a small town from a file, with few points."""
    ticks = [round(104 + k * 0.0015, 4) for k in range(25)]
    lines = [[(x, y - 74) for x in ticks] for y in ticks] + [[(x, y - 74) for y in ticks] for x in ticks]
    path = tmp_path_factory.mktemp("town") / "streets.geojson"
    draw(*lines).drop(columns="layer").to_file(path, driver="GeoJSON")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(town, "POINTS", 400)
        patch.setattr(town, "STATIONS", 5)
        return town.town_of(str(path))


@pytest.fixture
def asked(monkeypatch, here) -> str:
    monkeypatch.setattr(ways, "town_of", lambda _: here)
    return "somewhere/town.pbf"


def test_a_race_tells_rows_ratios_and_what_the_town_holds(asked):
    told: list[str] = []
    methods = {name: walkers.METHODS[name] for name in (walkers.OURS, "scipy")}
    found = race_ways((asked,), methods, without={"Valhalla"}, repeats=2, tell=told.append)
    assert set(found) == {"rows", "ratios", "towns", "peak_mb"}
    name = "town.pbf"
    told_of = {(row["case"], row["method"]) for row in found["rows"]}
    assert {
        (f"{name}: flags", "scipy"),
        (f"{name}: snap", TREE),
        (f"{name}: 5 circles", "gridcircle"),
    } <= told_of
    assert found["towns"][name] == {"nodes": 625, "edges": 1200, "stations": 5, "points": 400}
    assert found["ratios"][f"{name}: flags"] > 0
    assert len(told) == len(found["rows"])


@pytest.mark.parametrize("name", walkers.METHODS)
def test_every_method_that_is_here_gives_the_same_answer(name, here):
    if name in walkers.absent():
        pytest.skip(walkers.absent()[name])
    answers = [walkers.METHODS[one](here)() for one in (walkers.OURS, name)]
    walkers.require_same("town", name, answers[1], answers[0])
    assert 0 < np.isfinite(answers[0]).sum() < 400


def test_a_race_ends_where_answers_differ(asked):
    liar = {walkers.OURS: walkers.gridcircle, "liar": lambda t: lambda: np.full(len(t.points), 7.0)}
    with pytest.raises(RuntimeError, match="liar differs from gridcircle"):
        race_ways((asked,), liar, without={"Valhalla", TREE}, repeats=1, tell=print)


def test_a_town_laid_out_is_one(here):
    base = here.network
    many: Network = town.tiled(base, 3 * len(base.edge_from))
    assert len(many.node_xy) == 4 * len(base.node_xy)
    assert len(many.edge_from) == 4 * len(base.edge_from) + 4 * 24
    ends = (many.edge_from, many.edge_to)
    steps = many.vertex_xy[many.edge_last] - many.vertex_xy[many.edge_first]
    assert many.edge_length_m == pytest.approx(np.hypot(*steps.T), rel=1e-6)
    assert np.array_equal(many.node_xy[ends[0]], many.vertex_xy[many.edge_first])
    joined = np.zeros((len(many.node_xy),) * 2, dtype=bool)
    joined[ends] = True
    assert connected_components(joined, directed=False)[0] == 1


@pytest.mark.parametrize("case", ["nowhere.pbf", "demo@many"])
def test_a_case_is_the_demo_or_a_file(case):
    with pytest.raises(InputError):
        town.town_of(case)
