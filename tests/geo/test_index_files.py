"""The partition index against PostGIS, on real partitions and where it is hardest: the short form.

``python -m tests.equality`` is the long one.
"""

import numpy as np
import pytest

from geo.index.tree import locate_by_tree
from tests.equality.trial import FILES, adversaries, by_each_way, polygons_of, scattered, tried


@pytest.mark.parametrize("name", FILES)
def test_equals_the_tree_and_postgis(name, shared_data, database_url):
    polygons = polygons_of(shared_data / FILES[name])
    trial = tried(name, polygons, database_url, points=10_000, edges=3_000)
    assert set(trial.differ.values()) == {0}
    assert trial.rounded_by_postgis == 0
    assert trial.ties > 500
    places = np.concatenate([adversaries(polygons, 300), scattered(polygons, 1_000)], axis=1)
    expected = locate_by_tree(polygons, *places)
    for found in by_each_way(polygons, places).values():
        for field in ("first", "point", "polygon", "interior"):
            np.testing.assert_array_equal(getattr(found, field), getattr(expected, field), err_msg=field)
