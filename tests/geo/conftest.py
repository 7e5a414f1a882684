"""What the tests of the workflows share: an empty database with an engine on it, and a desk beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from districts import cloned, csv, geojson, opened, point
from loads import ZONE, Load
from previews import grids, publish
from sqlalchemy import Engine

from geo.workflows.drafts.drafting import Desk
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.planning import Change
from geo.workflows.publication.report import LoadOptions, LoadReport
from geo.workflows.resident import Resident


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with opened(database_url) as engine:
        yield engine


@pytest.fixture
def desk(engine: Engine, tmp_path: Path) -> Desk:
    return Desk(engine, ZONE, tmp_path / "home")


@pytest.fixture
def load(engine: Engine) -> Load:
    def load(path: Path, kind: str, **options: Any) -> LoadReport:
        return load_file(engine, ZONE, path, kind, options=LoadOptions(**options))

    return load


@pytest.fixture(scope="module")
def filled_url(template_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Three grids of two steps in a row, seven enterprises and two stations.

    ::

        │ 0001   │ 0002   │ 0003   │
          e0  e1   e2  e3   e4  e5         s at e0, c at e3; e6 has no location
    """
    folder = tmp_path_factory.mktemp("zone")
    rows: list[Any] = [
        (point(x + 0.5, 0.5), {"id": f"e{x}", "name": f"企业{x}", "workers": x + 1}) for x in range(6)
    ]
    rows.append((None, {"id": "e6", "name": "无址", "workers": 9}))
    stations = [(point(0.5, 0.5), {"id": "s", "name": "s"}), (point(3.5, 0.5), {"id": "c", "kind": "centre"})]
    frame = grids({f"000{n + 1}": (2 * n, 0, 2, 1) for n in range(3)}, chief=["甲", "乙", None])
    links = csv(folder / "o.csv", "组织编号,组织名称,覆盖网格", "1,第一,0001", "2,第二,0003")
    with cloned(template_url) as url:
        with opened(url) as engine:
            load_file(engine, ZONE, geojson(folder / "e.geojson", rows), "enterprises")
            load_file(engine, ZONE, geojson(folder / "s.geojson", stations), "stations")
            publish(engine, frame, Change("grids"))
            load_file(engine, ZONE, links, "organisations")
        yield url


@pytest.fixture
def zone(filled_url: str) -> Iterator[Resident]:
    with cloned(filled_url) as url, opened(url) as engine:
        yield Resident(engine, ZONE)
