"""The partition index against PostGIS, on real partitions and where it is hardest."""

from functools import cache

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.bench.peers import Question
from geo.bench.server import postgis
from geo.index.location import locate
from geo.index.partition import partition_index
from geo.index.tree import locate_by_tree

FILES = (
    "partitions/DenverCo_precincts2018_orig.zip",
    "partitions/tokyo_262.zip",
    "monaco/grids.geojson",
)


@cache
def polygons_of(path):
    """The areas of a file on the stored longitude and latitude, invalid rings repaired."""
    shapes = shapely.make_valid(gpd.read_file(path).to_crs("EPSG:4326").geometry.to_numpy())
    areas = [
        shapely.get_parts(shape)[shapely.get_dimensions(shapely.get_parts(shape)) == 2] for shape in shapes
    ]
    return np.array([shapely.multipolygons(parts) for parts in areas])


def adversaries(polygons, most):
    """Vertices, midpoints of edges and places on edges; each also one ulp off, in x, in y and in both."""
    random = np.random.default_rng(4)
    vertices, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(polygons)), return_index=True
    )
    edges = np.flatnonzero(ring[1:] == ring[:-1])
    edges = random.choice(edges, min(most, len(edges)), replace=False)
    a, b = vertices[edges], vertices[edges + 1]
    places = np.concatenate([a, (a + b) / 2, a + random.random((len(a), 1)) * (b - a)])
    steps = random.choice([-np.inf, 0, np.inf], (4, *places.shape))
    moved = [np.where(step == 0, places, np.nextafter(places, step)) for step in steps]
    return np.concatenate([places, *moved]).T


@pytest.mark.parametrize("name", FILES)
def test_equals_the_tree_and_postgis(name, shared_data, database_url):
    polygons = polygons_of(shared_data / name)
    west, south, east, north = shapely.total_bounds(polygons)
    random = np.random.default_rng(5)
    x, y = adversaries(polygons, 3_000)
    x = np.concatenate([x, random.uniform(west, east, 10_000)])
    y = np.concatenate([y, random.uniform(south, north, 10_000)])
    found = locate(partition_index(polygons), x, y)
    expected = locate_by_tree(polygons, x, y)
    for field in ("first", "point", "polygon", "interior"):
        np.testing.assert_array_equal(getattr(found, field), getattr(expected, field), err_msg=field)
    np.testing.assert_array_equal(found.first, postgis(database_url, Question(polygons, x, y))())
