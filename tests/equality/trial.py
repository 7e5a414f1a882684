"""Trials of equality: partitions, the places on them where it is hardest, and each way against PostGIS."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.bench.peers import Question
from geo.bench.server import postgis
from geo.index import ways
from geo.index.bins import locate_by_bins
from geo.index.location import Location, locate
from geo.index.partition import partition_index

FILES = {
    "Denver": "partitions/DenverCo_precincts2018_orig.zip",
    "Tokyo": "partitions/tokyo_262.zip",
    "Monaco": "monaco/grids.geojson",
}


def polygons_of(path: Path) -> np.ndarray:
    """The areas of a file on the stored longitude and latitude, invalid rings repaired."""
    shapes = shapely.make_valid(gpd.read_file(path).to_crs("EPSG:4326").geometry.to_numpy())
    parts = map(shapely.get_parts, shapes)
    return np.array([shapely.multipolygons(some[shapely.get_dimensions(some) == 2]) for some in parts])


def adversaries(polygons: np.ndarray, edges: int) -> np.ndarray:
    """Vertices, midpoints of edges and places on edges; each also one ulp off, in x, in y and in both.

    Parameters
    ----------
    polygons : ndarray
        The partition.
    edges : int
        How many edges at most; each gives fifteen places.

    Returns
    -------
    ndarray of shape (2, n)
    """
    random = np.random.default_rng(4)
    rings = shapely.get_rings(shapely.get_parts(polygons))
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    every = np.flatnonzero(ring[1:] == ring[:-1])
    chosen = random.choice(every, min(edges, len(every)), replace=False)
    a, b = vertices[chosen], vertices[chosen + 1]
    places = np.concatenate([a, (a + b) / 2, a + random.random((len(a), 1)) * (b - a)])
    steps = random.choice([-np.inf, 0, np.inf], (4, *places.shape))
    moved = [np.where(step == 0, places, np.nextafter(places, step)) for step in steps]
    return np.concatenate([places, *moved]).T


def scattered(polygons: np.ndarray, points: int) -> np.ndarray:
    """Places at random over the bounds of a partition, of shape (2, n)."""
    west, south, east, north = shapely.total_bounds(polygons)
    random = np.random.default_rng(5)
    return np.stack([random.uniform(west, east, points), random.uniform(south, north, points)])


def by_each_way(polygons: np.ndarray, places: np.ndarray) -> dict[str, Location]:
    """Ask an index that each way has built, and the bins."""
    ways.load_if_it_pays(ways.MOST_WORK)
    found = {}
    for name, swift in (("loops", True), ("numpy", False)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ways, "swift", lambda swift=swift: swift)
            found[name] = locate(partition_index(polygons), *places)
    return found | {"bins": locate_by_bins(polygons, *places)}


def rational(polygon: object, x: float, y: float) -> tuple[bool, bool]:
    """Whether a polygon covers a point, and has it inside, in rational numbers throughout."""
    x, y, odd = Fraction(x), Fraction(y), False
    for ring in shapely.get_rings(shapely.get_parts(polygon)):
        corners = [tuple(map(Fraction, c)) for c in shapely.get_coordinates(ring).tolist()]
        for (x1, y1), (x2, y2) in pairwise(corners):
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            if side == 0 and min(x1, x2) <= x <= max(x1, x2) and min(y1, y2) <= y <= max(y1, y2):
                return True, False
            odd ^= ((y1 > y) != (y2 > y)) and (side > 0) == (y2 > y1)
    return odd, odd


def first_of(polygons: np.ndarray, x: float, y: float) -> int:
    """The first polygon that covers a point, in rational numbers; −1 for none."""
    near = np.sort(shapely.STRtree(polygons).query(shapely.Point(x, y)))
    return next((int(p) for p in near if rational(polygons[p], x, y)[0]), -1)


@dataclass(frozen=True)
class Trial:
    """How many points of a partition were asked, how many of them on its borders, and how many differ.

    PostGIS tells the side of an edge in rounded products: a point within some 1e-20 degrees of a border is
    on it there. Where it differs from us, rational numbers decide; where they agree with us, it has rounded.
    """

    partition: str
    grids: int
    points: int
    adversarial: int
    ties: int
    rounded_by_postgis: int
    differ: dict[str, int]


def tried(name: str, polygons: np.ndarray, url: str, *, points: int, edges: int) -> Trial:
    """Ask each way, and PostGIS for ``min(grid)`` over ``ST_Covers``; count where they differ."""
    hard = adversaries(polygons, edges)
    places = np.concatenate([hard, scattered(polygons, points)], axis=1)
    expected = postgis(url, Question(polygons, *places))()
    found = by_each_way(polygons, places)
    doubted = np.flatnonzero(found["loops"].first != expected)
    rounded = 0
    for i in doubted.tolist():
        right = first_of(polygons, *map(float, places[:, i]))
        rounded += int(right == found["loops"].first[i])
        expected[i] = right
    differ = {way: int(np.count_nonzero(one.first != expected)) for way, one in found.items()}
    loops = found["loops"]
    for other in ("numpy", "bins"):
        differ[f"loops from {other}"] = sum(
            not np.array_equal(getattr(loops, field), getattr(found[other], field))
            for field in ("first", "point", "polygon", "interior")
        )
    ties = len(np.unique(loops.point))
    return Trial(name, len(polygons), places.shape[1], hard.shape[1], ties, rounded, differ)
