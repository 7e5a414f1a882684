"""Lattices over a district, however wide it is."""

from pathlib import Path

import pytest
from districts import geojson, opened, point, square

from geo.profile import load_profile
from geo.workflows.publication.loading import load_file
from geo.workflows.reach.asking import Question
from geo.workflows.reach.covering import cover
from geo.workflows.reach.roads import spacing_m
from geo.workflows.resident import Resident

pytestmark = pytest.mark.usefixtures("quick_reading")

ZONE = load_profile("default")


@pytest.mark.parametrize(
    ("side_m", "spacing"), [(1_000, 10.0), (12_500, 25.0), (87_000, 250.0), (1_000_000, 2000.0)]
)
def test_the_wider_the_coarser(side_m: float, spacing: float) -> None:
    assert spacing_m(side_m**2) == spacing
    assert side_m**2 / spacing**2 <= 250_000


def test_a_grid_at_a_wrong_place_does_not_stop_the_others(database_url: str, tmp_path: Path) -> None:
    paris = [[2.0, 48.0], [2.01, 48.0], [2.01, 48.01], [2.0, 48.01], [2.0, 48.0]]
    far = {"type": "Polygon", "coordinates": [paris]}
    grids = [(square(0, 0), {"id": "1", "code": "0001"}), (far, {"id": "2", "code": "0002"})]
    with opened(database_url) as engine:
        load_file(engine, ZONE, geojson(tmp_path / "g.geojson", grids), "grids")
        places = [(point(0.5, 0.5), {"id": "1", "name": "a"})]
        for kind in ("enterprises", "stations"):
            load_file(engine, ZONE, geojson(tmp_path / "p.geojson", places), kind)
        resident = Resident(engine, ZONE)
        totals = cover(resident, resident.stamp(), Question(minutes=15)).totals
    assert totals["enterprises"] is not None
    assert totals["enterprises"].covered == 1
    assert totals["grids"] is not None
    assert (totals["grids"].total, totals["grids"].covered) == (2, 1)
