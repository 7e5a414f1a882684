"""Databases of a test's own, and districts small enough to check by hand."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from sqlalchemy import Engine, create_engine, make_url, text

from geo.profile import Profile, load_profile
from geo.store.cluster.private import superuser_url
from geo.store.engine import make_engine
from geo.workflows.publication.loading import load_file
from geo.workflows.publication.report import LoadOptions, LoadReport

SMALL = Path(__file__).parents[1] / "data" / "boundaries" / "small"
SMALL_FILES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("parks.geojson", "parks", {}),
    ("blocks.gpkg", "grids", {"level": "block"}),
    ("grids.zip", "grids", {"level": "grid"}),
    ("micro_grids.zip", "grids", {"level": "micro"}),
    ("general_grids.zip", "general-grids", {}),
    ("streets.gpkg", "streets", {}),
    ("base.geojson", "base", {}),
    ("stations.xlsx", "stations", {}),
    ("enterprises.xlsx", "enterprises", {}),
    ("organisations.xlsx", "organisations", {}),
)

# The drawings count in steps of a thousandth of a degree from here: a square of one step has about
# 96 by 111 metres.
ORIGIN, STEP = (104.0, 30.5), 0.001

Cells = Mapping[str, Any]


@contextmanager
def cloned(template_url: str) -> Iterator[str]:
    """Keep a copy of a database that nobody is connected to, and yield its URL."""
    name, template = f"test_{secrets.token_hex(4)}", make_url(template_url).database
    server = make_url(superuser_url(template_url)).set(database="postgres")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    owner = f"TEMPLATE {template} STRATEGY file_copy OWNER {make_url(template_url).username}"
    try:
        with engine.connect() as session:
            session.execute(text(f"CREATE DATABASE {name} {owner}"))
            try:
                yield make_url(template_url).set(database=name).render_as_string(hide_password=False)
            finally:
                session.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Keep an engine on a database."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def load_small(engine: Engine, profile: Profile | None = None) -> list[LoadReport]:
    """Load the sample files in their order."""
    zone = profile or load_profile("demo")
    return [
        load_file(engine, zone, SMALL / name, kind, options=LoadOptions(**options))
        for name, kind, options in SMALL_FILES
    ]


def fill_with_samples(url: str) -> None:
    """Load the sample files into the database of that URL, and leave it."""
    with opened(url) as engine:
        load_small(engine)


def square(x: float, y: float, wide: float = 1, high: float = 1) -> dict[str, Any]:
    """A rectangle whose lower left corner lies x and y steps from the origin."""
    corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high), (x, y)]
    return {"type": "Polygon", "coordinates": [[lonlat(*corner) for corner in corners]]}


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": lonlat(x, y)}


def lonlat(x: float, y: float) -> list[float]:
    return [round(ORIGIN[0] + x * STEP, 9), round(ORIGIN[1] + y * STEP, 9)]


def geojson(path: Path, rows: Sequence[tuple[dict[str, Any] | None, Cells]]) -> Path:
    """Write features of a geometry and properties each."""
    features = [
        {"type": "Feature", "geometry": shape, "properties": dict(properties)} for shape, properties in rows
    ]
    body = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return path


def csv(path: Path, header: str, *rows: str) -> Path:
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path


def street_ends() -> list[tuple[float, float]]:
    """Return where a street of the small sample, somewhat longer than a hundred metres, begins and ends."""
    lines = gpd.read_file(SMALL / "streets.gpkg").to_crs("EPSG:4326").geometry.to_numpy()
    long = shapely.length(lines)
    (line, *_) = lines[(long > 0.001) & (long < 0.0015)]
    return [(lon, lat) for lon, lat in shapely.get_coordinates(line)[[0, -1]].tolist()]
