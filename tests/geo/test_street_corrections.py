"""Corrections of streets: a missing path, a locked gate; kept, counted, taken back."""

from collections.abc import Iterator
from datetime import timedelta

import geopandas as gpd
import numpy as np
import pytest
from districts import cloned, geojson, opened
from shapely.geometry import LineString
from street_drawings import PLANE, draw

from geo.errors import InputError, NotFound
from geo.profile import load_profile
from geo.store import audit
from geo.store.engine import reading
from geo.streets.joining import build_network
from geo.streets.links import with_links
from geo.workflows import street_corrections
from geo.workflows.ground.calendar import today
from geo.workflows.publication.loading import load_file
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.reach.soundness import sound
from geo.workflows.resident import Resident
from geo.workflows.street_corrections import Correction

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")
LON, LAT = 104.06, 30.56


def at(x: float, y: float) -> tuple[float, float]:
    """Some metres east and north of the corner."""
    return LON + x / 95_900, LAT + y / 110_870


def street(*places: tuple[float, float]) -> dict[str, object]:
    return {"type": "LineString", "coordinates": [at(*place) for place in places]}


def spot(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": at(x, y)}


@pytest.fixture(scope="module")
def loaded(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resident]:
    """Two streets that run beside one another, a station on the one and an enterprise on the other."""
    tmp_path = tmp_path_factory.mktemp("streets")
    with cloned(template_url) as url, opened(url) as engine:
        lines = [(street((0, 0), (1200, 0)), {"id": "1"}), (street((0, 300), (1200, 300)), {"id": "2"})]
        load_file(engine, ZONE, geojson(tmp_path / "l.geojson", lines), "streets")
        load_file(engine, ZONE, geojson(tmp_path / "s.geojson", [(spot(600, 5), {"id": "s"})]), "stations")
        firms = [(spot(600, 305), {"id": "e"}), (spot(100, 5), {"id": "f"})]
        load_file(engine, ZONE, geojson(tmp_path / "e.geojson", firms), "enterprises")
        yield Resident(engine, ZONE)


@pytest.fixture
def resident(loaded: Resident) -> Iterator[Resident]:
    """The same without a correction; those of a test are taken back after it."""
    yield loaded
    for row in street_corrections.rows(loaded):
        street_corrections.undo(loaded.engine, row["id"])


def covered(resident: Resident) -> int:
    totals = cover(resident, resident.stamp(), Question(minutes=15)).totals
    assert totals["enterprises"] is not None
    return totals["enterprises"].covered


def test_a_missing_path_counts_until_it_is_taken_back(resident: Resident) -> None:
    before = resident.stamp()
    assert covered(resident) == 1
    told = street_corrections.make(
        resident, Correction("link", [at(590, 8), at(590, 290)], "天天有人走", name="小路", by="李")
    )
    assert resident.stamp() != before
    assert covered(resident) == 2
    report = sound(resident, resident.stamp(), "walk").to_dict()
    assert (report["missing_paths"], report["parts"]) == (1, 1)
    assert 295 < report["classes"]["link"] < 305
    (row,) = street_corrections.rows(resident)
    assert (row["reason"], row["made_by"], row["modes"], row["holds"]) == ("天天有人走", "李", ["walk"], True)
    # Riders do not gain by what only walkers can pass.
    assert sound(resident, resident.stamp(), "ebike").to_dict()["missing_paths"] == 0
    street_corrections.undo(resident.engine, told["id"], by="王")
    assert covered(resident) == 1
    with reading(resident.engine) as connection:
        assert [e.by for e in audit.entries(connection, f"street correction {told['id']}")] == ["李", "王"]
    with pytest.raises(NotFound):
        street_corrections.undo(resident.engine, told["id"])


def test_a_locked_gate_and_a_wall_stop_the_way(resident: Resident) -> None:
    gate = street_corrections.make(resident, Correction("closure", [at(300, 3)], "夜间锁闭"))
    assert covered(resident) == 0
    assert sound(resident, resident.stamp(), "walk").to_dict()["parted_by_walls"] == 1
    street_corrections.undo(resident.engine, gate["id"])
    street_corrections.make(resident, Correction("closure", [at(300, -20), at(300, 20)], "施工围挡"))
    assert covered(resident) == 0


def test_what_ends_holds_until_its_day(resident: Resident) -> None:
    day = today(ZONE)
    street_corrections.make(
        resident, Correction("closure", [at(300, 0)], "施工", until=day + timedelta(days=3))
    )
    later = resident.stamp(on=day + timedelta(days=3))
    assert covered(resident) == 0
    totals = cover(resident, later, Question(minutes=15)).totals
    assert totals["enterprises"].covered == 1


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        (Correction("link", [at(0, 0), at(0, 300)], " "), "needs a reason"),
        (Correction("link", [at(0, 0)], "x"), "two different places"),
        (Correction("link", [at(0, 0), at(0, 0)], "x"), "two different places"),
        (Correction("link", [at(0, 0), at(0, 100)], "x"), "100 m from the nearest"),
        (Correction("closure", [at(0, 100)], "x"), "point at the street"),
        (Correction("link", [at(0, 0), at(0, 300)], "x", modes=()), "for whom"),
        (Correction("link", [at(0, 0), at(0, 300)], "x", until=today(ZONE)), "later day"),
    ],
)
def test_what_cannot_be_is_refused(resident: Resident, said: Correction, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        street_corrections.make(resident, said)


def test_a_path_joins_what_it_crosses_and_not_the_bridge_above() -> None:
    lines = [[(0, y), (100, y)] for y in (0, 10, 25, 50)]
    path = gpd.GeoSeries([LineString([(40, 3), (40, 48)])], index=[7], crs=PLANE)
    joined = with_links(draw(*lines, layer=[0, 0, 1, 0]), path, mode="walk", crs=PLANE)
    network = build_network(joined, mode="walk", crs=PLANE)
    assert np.bincount(network.node_component).tolist() == [9, 2]
    assert -7 in network.edge_street
